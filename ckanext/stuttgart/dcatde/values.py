"""How one value of each kind stands in RDF and in a field: two tables of small functions."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.model import DATATYPES, Row, expand, load

# A scheme, a colon and nothing that RFC 3987 forbids: rdflib refuses to serialise anything else.
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
DATE_FORMS = (
    (re.compile(r"-?\d{4,}(Z|[+-]\d\d:\d\d)?", re.ASCII), "xsd:gYear"),
    (re.compile(r"-?\d{4,}-\d\d(Z|[+-]\d\d:\d\d)?", re.ASCII), "xsd:gYearMonth"),
    (re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?", re.ASCII), "xsd:date"),
    (re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII), "xsd:dateTime"),
)
LABELS = (
    "skos:prefLabel",
    "skos:notation",
    "dcterms:title",
    "foaf:name",
    "vcard:fn",
    "dcterms:identifier",
    "dcterms:description",
)


@functools.cache
def term(curie: str) -> URIRef:
    """`dcat:theme` as an IRI."""
    return expand(load().prefixes, curie)


@functools.cache
def _label_properties() -> tuple[URIRef, ...]:
    return (RDFS.label, RDF.value, *(term(curie) for curie in LABELS))


def iri(value: Any) -> URIRef | None:
    """The text as an IRI, None where it is none."""
    return URIRef(value) if isinstance(value, str) and IRI.fullmatch(value) else None


def typed(value: str, datatype: str) -> Literal:
    """A literal that keeps its lexical form: rdflib would rewrite `Z`, hex case and leading zeros."""
    return Literal(value, datatype=term(datatype), normalize=False)


def german(text: str) -> Literal:
    """A literal tagged as German."""
    return tagged(text, GERMAN)


def tagged(text: str, language: str) -> Literal:
    """A literal in a language; there is nothing to normalise in it, and rdflib would try."""
    return Literal(text, lang=language, normalize=False)


# --- field -> RDF ------------------------------------------------------------------------------------------------


def _literal(row: Row, value: Any) -> Node | None:
    return Literal(str(value), normalize=False)


def _date(row: Row, value: Any) -> Node | None:
    text = str(value)
    return next((typed(text, datatype) for form, datatype in DATE_FORMS if form.fullmatch(text)), None)


def _number(row: Row, value: Any) -> Node | None:
    return typed(str(value), DATATYPES[row.kind])


def _wkt(row: Row, value: Any) -> Node | None:
    return typed(str(value), "geo:wktLiteral")


def _iri(row: Row, value: Any) -> Node | None:
    return iri(value)


def _concept(row: Row, value: Any) -> Node | None:
    """The list decides: outside of it only an IRI passes, and only where the official rule merely warns."""
    terms = vocabulary.load(row.vocabulary)
    if row.stored == "code":
        known = terms.by_code(str(value))
        return URIRef(known.uri) if known else None
    return iri(value) if row.foreign or value in terms else None


def _media(row: Row, value: Any) -> Node | None:
    text = str(value)
    return URIRef(load().media_type_bases[0] + text) if MEDIA.fullmatch(text) else None


def _email(row: Row, value: Any) -> Node | None:
    return iri(f"mailto:{value}")


def _tel(row: Row, value: Any) -> Node | None:
    return iri(f"tel:{value}")


ENCODE: dict[str, Callable[[Row, Any], Node | None]] = {
    "literal": _literal,
    "date": _date,
    "integer": _number,
    "decimal": _number,
    "duration": _number,
    "hex": _number,
    "wkt": _wkt,
    "iri": _iri,
    "ref": _iri,
    "concept": _concept,
    "media": _media,
    "email": _email,
    "tel": _tel,
}


# --- RDF -> field ------------------------------------------------------------------------------------------------


def text_of(graph: Graph, node: Node) -> str:
    """A literal's text, an IRI, or the label of a blank node, German first; "" for a node without a label."""
    if not isinstance(node, BNode):
        return str(node).strip()
    for predicate in _label_properties():
        labels = [o for o in graph.objects(node, predicate) if isinstance(o, Literal)]
        if labels:
            labels.sort(key=lambda o: (o.language not in (GERMAN, None), str(o.language), str(o)))
            return str(labels[0]).strip()
    return ""


def value_of(graph: Graph, node: Node) -> str:
    """As `text_of`, through vcard's `hasValue` and other nodes that only carry one IRI or literal."""
    passed: set[Node] = set()
    while isinstance(node, BNode) and node not in passed:
        passed.add(node)
        inner = graph.value(node, term("vcard:hasValue"))
        if inner is None:
            break
        node = inner
    return text_of(graph, node)


def _read_text(row: Row, graph: Graph, node: Node) -> Any:
    return text_of(graph, node)


def _read_integer(row: Row, graph: Graph, node: Node) -> Any:
    text = text_of(graph, node)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else text


def _read_concept(row: Row, graph: Graph, node: Node) -> Any:
    text = text_of(graph, node)
    if row.stored == "code" and isinstance(node, URIRef):
        known = vocabulary.load(row.vocabulary).terms.get(text)
        return known.code if known else text
    return text


def _read_media(row: Row, graph: Graph, node: Node) -> Any:
    text = text_of(graph, node)
    base = next((b for b in load().media_type_bases if text.startswith(b)), "")
    return text[len(base) :]


def _read_address(row: Row, graph: Graph, node: Node) -> Any:
    """An address without the scheme of its IRI, as people write it."""
    text = value_of(graph, node)
    scheme, _, rest = text.partition(":")
    return unquote(rest).strip() if scheme.lower() in ("mailto", "tel") else text


def _read_value(row: Row, graph: Graph, node: Node) -> Any:
    return value_of(graph, node)


def _read_reference(row: Row, graph: Graph, node: Node) -> Any:
    return "" if isinstance(node, BNode) else str(node).strip()


DECODE: dict[str, Callable[[Row, Graph, Node], Any]] = {
    "literal": _read_text,
    "date": _read_text,
    "integer": _read_integer,
    "decimal": _read_text,
    "duration": _read_text,
    "hex": _read_text,
    "wkt": _read_text,
    "iri": _read_value,
    "ref": _read_reference,
    "concept": _read_concept,
    "media": _read_media,
    "email": _read_address,
    "tel": _read_address,
    "statement": _read_text,
}
