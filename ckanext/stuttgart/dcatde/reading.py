"""RDF to packages, driven by the model: everything a catalogue says that has a field, as it stands there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde import canonical, vocabulary
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested
from ckanext.stuttgart.dcatde.values import DECODE, term, text_of

Package = dict[str, Any]
Found = dict[Node, list[Node]]  # property -> its values at one node

# rdflib looks a name up in its namespace each time, which is slow in a loop.
TYPE = RDF.type


def package_type(graph: Graph, subject: Node) -> str:
    """The CKAN type of a described node, "" when it is none: a series typed as dataset too is a series."""
    types = set(graph.objects(subject, TYPE))
    for name in ("dataset_series", "data_service", "dataset"):
        if load().packages[name].iri in types:
            return name
    return ""


def read(graph: Graph, subject: Node) -> Package:
    """The package a node describes, raw: values as they stand, in canonical order, old properties in new fields.

    Keys are those of the model that have a value, `type`, `uri` (for a named node), `translations` and `resources`.
    A field that holds one value is a list where the graph gives several.
    """
    type_ = package_type(graph, subject) or "dataset"
    return {"type": type_, **read_node(graph, subject, load().packages[type_])}


def read_node(graph: Graph, subject: Node, class_: Class) -> Package:
    """One node of any class as a dict; a literal in its place becomes the class's `literal` field."""
    if isinstance(subject, Literal):
        text = str(subject).strip()
        return {class_.literal: text} if class_.literal and text else {}
    found: Found = defaultdict(list)
    for predicate, node in graph.predicate_objects(subject):
        found[predicate].append(node)
    values: Package = {"uri": str(subject)} if isinstance(subject, URIRef) else {}
    translations: list[dict[str, str]] = []
    for row in class_.rows:
        if row.inline:
            values.update(_inline(row, graph, found))
        elif row.kind == "text" and row.field:
            _read_text(row, graph, _nodes(row, found), values, translations)
        elif row.read_into:
            _read_into(row, graph, found.get(row.predicate, ()), values)
        elif row.field:
            _read_row(row, graph, found, values)
    if class_.otherwise and not _complete(class_, values):
        _read_otherwise(class_, graph, found, values)
    if translations:
        values["translations"] = canonical.translations(translations)
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _nodes(row: Row, found: Found) -> list[Node]:
    """The values of a row; where the field holds one, an old property only stands in for a missing new one."""
    nodes = list(found.get(row.predicate, ()))
    if row.many or not nodes:
        for old in row.legacy:
            if not old.into:
                nodes += found.get(old.predicate, ())
    return nodes


def _read_row(row: Row, graph: Graph, found: Found, values: Package) -> None:
    nodes = _nodes(row, found)
    if row.kind == "node":
        parts = list(_parts(row, graph, nodes))
        parts += _legacy_parts(row, graph, found, parts)
        if parts:
            values[row.field] = canonical.resources(parts) if row.of == "Distribution" else canonical.dicts(parts)
        return
    read = DECODE[row.kind]
    ranked = {value: _foreign(node) for node in sorted(nodes, key=_foreign) if (value := read(row, graph, node)) != ""}
    items = canonical.scalars(ranked)
    if not items:
        return
    if row.many:
        values[row.field] = items
    elif row.overflow:
        values[row.field] = items[0]
        if items[1:]:
            values[row.overflow] = items[1:]
    else:
        items.sort(key=ranked.__getitem__)
        values[row.field] = items if items[1:] else items[0]
        if row.datatype_field:
            _read_datatype(row, nodes, values)


def _foreign(node: Node) -> bool:
    """True for a text in another language than German."""
    return isinstance(node, Literal) and node.language is not None and not node.language.lower().startswith(GERMAN)


def _parts(row: Row, graph: Graph, nodes: Iterable[Node]) -> Iterator[Package]:
    class_ = nested(row)
    for node in nodes:
        part = read_node(graph, node, class_)
        if part:
            yield part
        for inner in class_.rows:
            if inner.apart:
                for value in graph.objects(node, inner.predicate):
                    text = text_of(graph, value)
                    if text:
                        yield {inner.apart if isinstance(value, URIRef) else class_.literal: text}


def _inline(row: Row, graph: Graph, found: Found) -> Package:
    """The node that is kept in fields of the thing itself: of several the first one that is complete."""
    class_ = nested(row)
    parts = canonical.dicts(read_node(graph, node, class_) for node in found.get(row.predicate, ()))
    chosen = next((part for part in parts if _complete(class_, part)), parts[0] if parts else {})
    return {name: value for name, value in chosen.items() if name != "uri"}


def _read_datatype(row: Row, nodes: list[Node], values: Package) -> None:
    kept = next((n for n in nodes if isinstance(n, Literal) and str(n).strip() == values[row.field]), None)
    if kept is not None and kept.datatype and kept.datatype != term("xsd:string"):
        values[row.datatype_field] = str(kept.datatype)


def _legacy_parts(row: Row, graph: Graph, found: Found, parts: list[Package]) -> list[Package]:
    """Old properties that hold one field of a part, such as the geocoding key of a place."""
    known = {(old.into, part.get(old.into)) for old in row.legacy if old.into for part in parts}
    return [
        {old.into: text}
        for old in row.legacy
        if old.into
        for node in found.get(old.predicate, ())
        if (text := text_of(graph, node)) and (old.into, text) not in known
    ]


def _read_into(row: Row, graph: Graph, nodes: Iterable[Node], values: Package) -> None:
    """A property without a field of its own: one value of it, for the field of another row that is empty."""
    if row.read_into in values:
        return
    texts = sorted({text for node in nodes for text in _into_texts(row, graph, node)})
    if texts:
        known = vocabulary.load(row.vocabulary) if row.vocabulary else None
        values[row.read_into] = next((text for _, text in texts if known and known.find(text)), texts[0][1])


def _into_texts(row: Row, graph: Graph, node: Node) -> Iterator[tuple[int, str]]:
    """Its rank and text: of a term itself, of a described thing (an instant, a geometry) each literal, WKT first."""
    if row.kind == "concept":
        if text := text_of(graph, node):
            yield 0, text
        return
    for literal in [node] if isinstance(node, Literal) else graph.objects(node):
        if isinstance(literal, Literal) and (text := str(literal).strip()):
            type_ = str(literal.datatype).lower()
            yield 0 if "wkt" in type_ else 1 if "json" in type_ else 2, text


def _complete(class_: Class, values: Package) -> bool:
    """True where all is there that the class demands."""
    fields = {row.predicate: row.field or row.read_into for row in class_.rows}
    return all(values.get(row.field) for row in class_.rows if row.mandatory and row.field) and all(
        any(values.get(fields[path]) for path in group) for group in class_.any
    )


def _read_otherwise(class_: Class, graph: Graph, found: Found, values: Package) -> None:
    """What other vocabularies call the fields that are missing: the first of them that says something."""
    for name, predicates in class_.otherwise.items():
        row = class_.by_field[name]
        for predicate in () if values.get(name) else predicates:
            _read_row(row, graph, {row.predicate: found.get(predicate, [])}, values)


def _read_text(row: Row, graph: Graph, nodes: list[Node], values: Package, translations: list[dict[str, str]]) -> None:
    """German (tagged, else untagged) into the field, the rest into `translations`; see `_write_text` of `graph`.

    An untagged text that stands there in another language too is that language's. What is German and finds no place
    in the field is a German entry of `translations`.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        text = text_of(graph, node)
        if text:
            texts[(node.language or "") if isinstance(node, Literal) else ""].add(text)
    if not texts:
        return
    home = texts.pop(GERMAN, set())
    untagged = texts.pop("", set())
    foreign = {(language, text) for language, group in texts.items() for text in group}
    untagged -= {text for _, text in foreign}
    plain = sorted(home | untagged) if row.many else sorted(home) + sorted(untagged - home)
    chosen = plain if row.many else plain[:1]
    if not chosen:
        texts = {language: group for language, group in texts.items() if group}
        chosen = sorted(texts[canonical.preferred(texts)])[: None if row.many else 1]
    else:
        others = {text for _, text in foreign}
        foreign |= {(GERMAN, text) for text in plain if text not in chosen or text in others}
    values[row.field] = (
        [{"name": text} for text in chosen] if row.field == "tags" else chosen if row.many else chosen[0]
    )
    translations += [{"field": row.field, "language": language, "text": text} for language, text in foreign]
