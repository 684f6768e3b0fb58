"""Bytes of a remote answer -> RDF graph, XML or JSON, in a limited child process; nothing is fetched, nothing expanded.

A parser may hang, abort or take gigabytes on a file of some hundred bytes; the child (`child/__main__.py`) is started
fresh for each answer with limits on memory, CPU and wall time, and its standard error is thrown away (a Rust abort
prints pages). A fork is no choice: web workers have threads. The parent only builds objects from checked terms.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import rdflib
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.errors import SourceUnreadable, say
from ckanext.stuttgart.harvest.sniff import RDF_FORMATS, Kind, RdfFormat, as_utf8, sniff, xml_encoding

if TYPE_CHECKING:
    from typing_extensions import LiteralString

RELATIVE = "urn:x-relative:"
"""What a relative IRI begins with when the source has no address (a file)."""

_CHILD = Path(__file__).with_name("child")
_PRIVATE = "x-relative-6b1d.invalid"

PROBLEMS: dict[str, LiteralString] = {
    "syntax": "is broken {detail}; nothing of it was taken",
    "syntax_line": "is broken {detail} near line {line}; nothing of it was taken",
    "deep": "is nested deeper than anything a catalogue needs",
    "entities": "declares XML entities, which are never expanded",
    "number": "holds {detail}, which is no number of JSON",
    "context": "refers to the JSON-LD context {detail}, which is not bundled, and contexts are never fetched",
    "statements": "holds more than {detail} statements",
    "memory": "needs more memory to read than a source is given",
    "time": "takes longer to read than a source is given",
    "workbook": "is no Excel workbook (.xlsx) that can be read",
    "password": "is protected by a password",
    "unpacked": "unpacks to more than {detail} MB",
    "rows": "has more than {detail} rows",
    "text": "holds more text than a source is given",
    "crash": "cannot be read: the parser gave up on it",
    "start": "cannot be read: the parser does not start on this machine",
}
REMEDIES: dict[str, LiteralString] = {
    "workbook": "Save the table as an Excel workbook (.xlsx) or as CSV",
    "password": "Save it without a password",
    "context": "Ask for another format, for example Turtle, or for JSON-LD with its context inside",
    "start": "Check that lxml and pyoxigraph are installed for the Python that runs CKAN",
}
NOT_RDF: dict[Kind, tuple[LiteralString, LiteralString]] = {
    "html": ("is a web page, not RDF", "Give the catalogue's own address, for example one that ends in catalog.ttl"),
    "json": ("is JSON without JSON-LD, so it holds no RDF", ""),
    "xml": ("is XML, but not RDF/XML", ""),
    "text": ("is plain text, not RDF", ""),
    "empty": ("is empty", ""),
    "binary": ("is a binary or compressed file, not RDF", ""),
}
KINDS: dict[Kind, LiteralString] = {
    "html": "a web page",
    "json": "JSON",
    "xml": "XML",
    "text": "plain text",
    "empty": "empty",
    "binary": "a binary or compressed file",
}
NOTES: dict[str, str] = {
    "iri": "an IRI with forbidden characters was percent-encoded",
    "mail": "an e-mail address stood where an IRI belongs and became a mailto: link",
    "scheme": "an IRI without scheme was taken as http://",
    "text": "text beside elements or links, which RDF/XML forbids, was dropped",
    "characters": "control characters that cannot be stored were dropped",
    "markup": "a literal of markup was taken as text",
    "typed": "an oversized typed value was taken as text",
    "quoted": "a quoted triple was dropped",
    "namespace": "an undeclared namespace prefix was overlooked",
}
_NAMES = {
    "turtle": "Turtle",
    "trig": "TriG",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "rdfxml": "RDF/XML",
    "jsonld": "JSON-LD",
}


@dataclass(frozen=True)
class Limits:
    """What one answer may cost: bytes of address space, seconds, statements, levels of JSON or blank nodes."""

    memory: int = 1_500_000_000
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    statements: int = 1_000_000
    depth: int = 100


LIMITS = Limits()


@dataclass(frozen=True)
class Note:
    """Something that was repaired while reading: a word of `NOTES` and the value as it stood in the source."""

    word: str
    value: str

    @property
    def text(self) -> str:
        """What was done, as a sentence without its full stop."""
        return NOTES[self.word]


@dataclass(frozen=True)
class Parsed:
    """A parsed RDF document.

    `relative` are the IRIs of `graph` that were relative in the source; without a base they begin with `RELATIVE`.
    Lexical forms are those of the source. Blank nodes are new in each document.
    """

    graph: rdflib.Graph
    relative: frozenset[rdflib.URIRef]
    format: str
    notes: tuple[Note, ...] = field(default=())


def rdf(
    body: bytes,
    *,
    name: str,
    content_type: str = "",
    charset: str | None = None,
    base: str | None = None,
    syntax: RdfFormat | None = None,
    limits: Limits = LIMITS,
) -> Parsed:
    """Parse an RDF document in any syntax.

    name    what errors call it, also looked at for its suffix
    base    its http(s) address, if it has one
    syntax  what it is, where a person knows better than `sniff`

    Raises SourceUnreadable: not RDF, broken (nothing is half-read), or beyond the limits.
    """
    kind = (body.strip() and syntax) or sniff(body, content_type, name)
    if kind not in RDF_FORMATS:
        raise SourceUnreadable(name, *NOT_RDF[kind])
    private_base, origin = _private_base(base)
    settings = {
        "kind": "rdf",
        "format": kind,
        "base": private_base,
        "private": _PRIVATE,
        "origin": origin,
        "encoding": xml_encoding(body, charset) if kind == "rdfxml" else None,
    }
    if kind != "rdfxml":
        body = as_utf8(body, charset)
    answer = _child(body, settings, name, limits)
    relative = frozenset(rdflib.URIRef(iri) for iri in answer["relative"])
    return Parsed(_graph(answer), relative, kind, tuple(Note(*note) for note in answer["notes"]))


def xml(body: bytes, *, name: str, charset: str | None = None, limits: Limits = LIMITS) -> Any:
    """Parse XML; the result holds no DTD, entities, comments or processing instructions. Raises SourceUnreadable."""
    if not body.strip():
        raise SourceUnreadable(name, *NOT_RDF["empty"])
    answer = _child(body, {"kind": "xml", "encoding": xml_encoding(body, charset)}, name, limits)
    undeclared = any(word == "namespace" for word, _ in answer["notes"])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=undeclared
    )
    return etree.fromstring(answer["xml"].encode("utf-8"), parser)


def json_value(body: bytes, *, name: str, charset: str | None = None, limits: Limits = LIMITS) -> Any:
    """Parse JSON without NaN, Infinity and deep nesting. Raises SourceUnreadable."""
    if not body.strip():
        raise SourceUnreadable(name, *NOT_RDF["empty"])
    return _child(as_utf8(body, charset), {"kind": "json"}, name, limits)["json"]


def table(body: bytes, settings: dict[str, Any], *, name: str, limits: Limits = LIMITS) -> list[dict[str, Any]]:
    """Return the sheets of separated text in UTF-8 or of a workbook; `table/sheets.py` knows settings and result.

    Raises SourceUnreadable.
    """
    return _child(body, dict(settings), name, limits)["sheets"]


def _private_base(base: str | None) -> tuple[str, str]:
    """Return `base` with a private authority, so that what was relative can be told, and the real origin."""
    if base is None:
        return f"http://{_PRIVATE}/", ""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"http://{_PRIVATE}/", ""
    authority = parts.netloc.rpartition("@")[2]
    private = parts._replace(netloc=_PRIVATE, path=parts.path or "/", fragment="").geturl()
    return private, f"{parts.scheme}://{authority}"


def _child(body: bytes, settings: dict[str, Any], name: str, limits: Limits) -> dict[str, Any]:
    settings |= {
        "libraries": _libraries(),
        "memory": limits.memory,
        "seconds": limits.cpu_seconds,
        "statements": limits.statements,
        "depth": limits.depth,
    }
    command = [_python(), "-I", "-S", str(_CHILD), json.dumps(settings)]
    try:
        # Without an environment: no LD_PRELOAD, proxies or secrets of the web server in there.
        ended = subprocess.run(  # noqa: S603
            command,
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            env={"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refusal(name, "time") from None
    except OSError:
        raise _refusal(name, "start") from None
    if ended.returncode:
        raise _refusal(name, _ENDINGS.get(ended.returncode, "crash" if ended.returncode < 0 else "start"))
    try:
        answer = json.loads(ended.stdout)
    except ValueError:
        raise _refusal(name, "crash") from None
    if "refused" in answer:
        raise _refusal(name, answer["refused"], answer["detail"], answer["line"])
    return answer


_ENDINGS = {-6: "memory", -9: "time", -14: "time", -24: "time"}  # SIGABRT, SIGKILL, SIGALRM, SIGXCPU


def _refusal(name: str, problem: str, detail: str = "", line: int | None = None) -> SourceUnreadable:
    what = _NAMES.get(detail, detail)
    said = PROBLEMS[f"{problem}_line" if f"{problem}_line" in PROBLEMS and line else problem]
    return SourceUnreadable(name, say(said, detail=what, line=line or ""), REMEDIES.get(problem, ""))


@cache
def _python() -> str:
    """The interpreter; under mod_wsgi or uWSGI `sys.executable` is the web server."""
    if re.match(r"python[\d.]*(\.exe)?$", Path(sys.executable or "").name):
        return sys.executable
    found = [Path(sys.prefix) / "bin" / name for name in (f"python3.{sys.version_info.minor}", "python3", "python")]
    return str(next((path for path in found if os.access(path, os.X_OK)), found[1]))


@cache
def _libraries() -> list[str]:
    """The folders of lxml and pyoxigraph: `-S` spares the child the site packages' start-up code."""
    specs = [find_spec(name) for name in ("lxml", "pyoxigraph")]
    return list(dict.fromkeys(str(Path(spec.origin).parent.parent) for spec in specs if spec and spec.origin))


def _graph(answer: dict[str, Any]) -> rdflib.Graph:
    labels: dict[str, rdflib.BNode] = {}

    def term(row: list[Any]) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
        if row[0] == 0:
            return rdflib.URIRef(row[1])
        if row[0] == 1:
            return labels.setdefault(row[1], rdflib.BNode())
        datatype = rdflib.URIRef(row[3]) if row[3] else None
        return rdflib.Literal(row[1], lang=row[2], datatype=datatype, normalize=False)

    graph = rdflib.Graph()
    with _without_complaints():
        terms: list[Any] = [term(row) for row in answer["terms"]]
    for subject, predicate, value in answer["triples"]:
        graph.add((terms[subject], terms[predicate], terms[value]))
    return graph


@contextmanager
def _without_complaints() -> Iterator[None]:
    """Silence rdflib in this thread: it logs a traceback for each date it cannot convert, which rules report later."""
    thread = threading.get_ident()
    log = logging.getLogger("rdflib.term")

    def other_thread(record: logging.LogRecord) -> bool:
        return record.thread != thread

    log.addFilter(other_thread)
    try:
        yield
    finally:
        log.removeFilter(other_thread)
