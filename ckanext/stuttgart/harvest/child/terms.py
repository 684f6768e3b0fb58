"""The terms of a parsed graph, repaired so that rdflib, RDF/XML and PostgreSQL can hold them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pyoxigraph
from gate import RDF, UNSTORABLE, Notes

XSD = "http://www.w3.org/2001/XMLSchema#"
MARKUP = (RDF + "HTML", RDF + "XMLLiteral")
NUMBERS = tuple(XSD + name for name in ("decimal", "integer", "nonNegativeInteger", "positiveInteger", "long", "int"))
LONG_BY_NATURE = tuple(XSD + name for name in ("anyURI", "base64Binary", "hexBinary"))
LONGEST_TYPED = 1_000

_BROKEN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f]')
_MAIL = re.compile(r"[^/@\s:?#]+@[^/@\s:?#]+\.[^/@\s:?#.]+")
# Blanks before a scheme make an IRI relative to the letter, and to nobody else.
_SCHEME = re.compile(r"(https?|ftp|mailto|tel|urn):")
_LANGUAGE = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)*")
# rdflib turns such a number into gigabytes of digits.
_HUGE_EXPONENT = re.compile(r"[eE][+-]?\d{4,}")


class Terms:
    """The distinct terms of a graph, repaired, in order of appearance: [0, iri], [1, label], [2, text, lang, type]."""

    def __init__(self, settings: dict[str, Any], notes: Notes):
        self.notes, self.rows = notes, []
        self.rows: list[list[Any]]
        self.numbers: dict[Any, int] = {}
        self.relative: set[str] = set()
        base, private = settings["base"], settings["private"]
        self.private = base[: base.index(private) + len(private)]
        self.folder = base[len(self.private) :].split("?")[0].rpartition("/")[0] + "/"
        self.origin = settings["origin"]

    def number(self, term: Any) -> int:
        """The index of the row of a term of pyoxigraph."""
        if term not in self.numbers:
            self.numbers[term] = len(self.rows)
            self.rows.append(self._row(term))
        return self.numbers[term]

    def _row(self, term: Any) -> list[Any]:
        if isinstance(term, pyoxigraph.NamedNode):
            return [0, self._iri(term.value)]
        if isinstance(term, pyoxigraph.BlankNode):
            return [1, term.value]
        return [2, *self._literal(term.value, term.language, term.datatype.value)]

    def _iri(self, value: str) -> str:
        if value.startswith(self.private):
            return self._resolved(value[len(self.private) :])
        iri = _BROKEN_IRI.sub(lambda found: quote(found[0]), value.strip())
        if iri != value:
            self.notes.add("iri", value)
        return iri

    def _resolved(self, path: str) -> str:
        name = path.removeprefix(self.folder).strip()
        repaired = _BROKEN_IRI.sub(lambda found: quote(found[0]), name)
        if _MAIL.fullmatch(name):
            self.notes.add("mail", name)
            return "mailto:" + repaired
        if _SCHEME.match(name):
            self.notes.add("iri", name)
            return repaired
        if name.startswith("www."):
            self.notes.add("scheme", name)
            return "http://" + repaired
        whole = _BROKEN_IRI.sub(lambda found: quote(found[0]), path.strip())
        iri = self.origin + whole if self.origin else "urn:x-relative:" + (repaired or ".")
        self.relative.add(iri)
        return iri

    def _literal(self, value: str, language: str | None, datatype: str) -> tuple[str, str | None, str | None]:
        text = UNSTORABLE.sub("", value)
        if text != value:
            self.notes.add("characters", text)
        if language is not None:
            language = language.replace("_", "-")
            return text, language if _LANGUAGE.fullmatch(language) else None, None
        if datatype == XSD + "string":
            return text, None, None
        if datatype in MARKUP:
            self.notes.add("markup", text)
            return text, None, None
        oversized = len(text) > LONGEST_TYPED and datatype.startswith(XSD) and datatype not in LONG_BY_NATURE
        if oversized or (datatype in NUMBERS and _HUGE_EXPONENT.search(text)):
            self.notes.add("typed", text)
            return text, None, None
        return text, None, _BROKEN_IRI.sub(lambda found: quote(found[0]), datatype)
