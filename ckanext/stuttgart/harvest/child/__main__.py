"""The body of the parsing child: bytes on stdin, one JSON object on stdout.

Started by `parse.py` as `python -I -S child SETTINGS`; it imports neither CKAN nor this package, since CKAN's
`sys.path` would shadow the standard library. Native parsers may abort, hang or eat memory on hostile input: here that
costs one short-lived process. SETTINGS is a JSON object:

    kind       "rdf", "xml", "json", "separated" (CSV) or "workbook" (XLSX)
    format     "turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld" (kind rdf)
    base       the address relative IRIs belong to, with the authority replaced by `private` (kind rdf)
    private    a host name that no real IRI holds; what resolves to it was relative in the source
    origin     scheme and authority to put back in place of `private`, or "" when the source has no address
    encoding   the encoding of XML when neither mark nor declaration can be trusted, else null
    libraries  folders that hold lxml and pyoxigraph
    separator  what parts the cells of a line (kind separated)
    sheet      number of the sheet to read, null for all in view, of several their first `head` rows (kind workbook)
    memory, seconds, statements, depth    limits in bytes, seconds, statements, levels
    rows, columns, cell, characters       limits of tables: rows, columns, characters of a cell and of all cells
    unpacked                              bytes that the parts of a workbook may unpack to

The answer holds either `refused` (a word of `parse.PROBLEMS`, with `detail` and `line`) or the result. Nothing of the
input's text is quoted, except the name of a JSON-LD context that is not in the bundle.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gate import RDF, Notes, Refused, bundled_json_ld, gated_json, gated_xml, without_stray_text

if TYPE_CHECKING:
    from terms import Terms


def read_xml(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the document in UTF-8 without DTD, comments and processing instructions."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    notes = Notes()
    root = gated_xml(body, settings, notes)
    return {"xml": etree.tostring(root, encoding="unicode"), "notes": list(notes.found)}


def read_json(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the value, checked."""
    notes = Notes()
    return {"json": gated_json(body, settings, notes), "notes": list(notes.found)}


def _statements(body: bytes, settings: dict[str, Any]) -> Iterator[Any]:
    import pyoxigraph

    name = {
        "turtle": "TURTLE",
        "trig": "TRIG",
        "ntriples": "N_TRIPLES",
        "nquads": "N_QUADS",
        "rdfxml": "RDF_XML",
        "jsonld": "JSON_LD",
    }[settings["format"]]
    try:
        # Strict mode refuses a whole catalogue for one blank in a telephone number, and drops such lines from JSON-LD.
        yield from pyoxigraph.parse(
            body, format=getattr(pyoxigraph.RdfFormat, name), base_iri=settings["base"], lenient=True
        )
    except SyntaxError as error:
        raise Refused("syntax", settings["format"], error.lineno) from None


def read_rdf(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return {terms, triples (indices into terms), relative (IRIs that were relative), notes}."""
    # Imported when needed: lxml costs 15 ms, pyoxigraph 5 ms.
    import pyoxigraph
    from terms import Terms

    notes = Notes()
    if settings["format"] == "rdfxml":
        from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

        root = gated_xml(body, settings, notes)
        without_stray_text(root, notes)
        body = etree.tostring(root, encoding="utf-8")
    elif settings["format"] == "jsonld":
        body = bundled_json_ld(body, settings, notes)
    terms = Terms(settings, notes)
    triples: list[tuple[int, int, int]] = []
    for quad in _statements(body, settings):
        if isinstance(quad.object, pyoxigraph.Triple) or isinstance(quad.subject, pyoxigraph.Triple):
            notes.add("quoted", "")
            continue
        if len(triples) >= settings["statements"]:
            raise Refused("statements", str(settings["statements"]))
        triples.append((terms.number(quad.subject), terms.number(quad.predicate), terms.number(quad.object)))
    _check_depth(terms, triples, settings["depth"])
    return {"terms": terms.rows, "triples": triples, "relative": sorted(terms.relative), "notes": list(notes.found)}


def _check_depth(terms: Terms, triples: list[tuple[int, int, int]], limit: int) -> None:
    """Refuse blank nodes nested more than `limit` levels; the length of an RDF list does not count."""
    inside: dict[int, list[int]] = {}
    rows = terms.rows
    for subject, predicate, value in triples:
        if rows[subject][0] == 1 and rows[value][0] == 1 and rows[predicate][1] != RDF + "rest":
            inside.setdefault(subject, []).append(value)
    nested = {child for children in inside.values() for child in children}
    level = [node for node in inside if node not in nested]
    seen: set[int] = set()
    for _ in range(limit):
        seen.update(level)
        level = list({child for node in level for child in inside.get(node, ()) if child not in seen})
        if not level:
            return
    raise Refused("deep")


def read_table(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return {sheets: [{name, hidden, whole, rows: [[number, width, cells as in `rows.Cell`]]}], notes}."""
    if settings["kind"] == "separated":
        from separated import read_separated as read
    else:
        from workbook import read_workbook as read
    return read(body, settings)


KINDS: dict[str, Callable[[bytes, dict[str, Any]], dict[str, Any]]] = {
    "rdf": read_rdf,
    "xml": read_xml,
    "json": read_json,
    "separated": read_table,
    "workbook": read_table,
}


def main() -> None:
    """Set the limits before the first byte is read, then answer."""
    settings = json.loads(sys.argv[1])
    sys.path.extend(settings["libraries"])
    resource.setrlimit(resource.RLIMIT_AS, (settings["memory"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (settings["seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent may be killed while we hang outside the CPU: the alarm's default action ends us as well.
    signal.alarm(settings["seconds"] * 2)
    try:
        answer = KINDS[settings["kind"]](sys.stdin.buffer.read(), settings)
    except Refused as refused:
        answer = refused.answer
    except MemoryError:
        answer = {"refused": "memory", "detail": "", "line": None}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
