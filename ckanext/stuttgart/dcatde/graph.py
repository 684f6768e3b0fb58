"""Packages to RDF and back, driven by the model.

`read(graph, subject)` of what `write(graph, subject, package)` wrote is the package again, for every package that
`normalise` has been over. Neither reports what is wrong: that is `rules`; neither mends: that is `normalise`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde import canonical
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.model import Class, Legacy, Row, load, nested, walk
from ckanext.stuttgart.dcatde.values import DECODE, ENCODE, german, iri, tagged, term, text_of

Package = dict[str, Any]

# rdflib looks a name up in its namespace each time, which is slow in a loop.
TYPE = RDF.type


def subject_of(package: Package) -> URIRef | BNode:
    """The node a package or a nested dict stands for: its `uri`, else a new blank node."""
    return iri(package.get("uri")) or BNode()


def write(graph: Graph, subject: Node, package: Package, *, twins: bool = False) -> None:
    """Add the description of a package, its distributions and parts to the graph.

    package  a CKAN dict of type `dataset` (the default), `dataset_series` or `data_service`
    twins    also write the deprecated properties beside their successors (for importers of DCAT-AP.de 2)

    A value that its row cannot carry is left out; call `normalise` first to be told which.
    """
    class_ = load().packages[package.get("type") or "dataset"]
    describe(graph, subject, class_, package, twins=twins)


def describe(graph: Graph, subject: Node, class_: Class, values: Package, *, twins: bool = False) -> None:
    """Add one node of any class of the model, its parts included."""
    for type_ in (class_.iri, *class_.also):
        graph.add((subject, TYPE, type_))
    for row in class_.inline:
        _write_inline(graph, subject, row, values)
    for row, value in walk(class_, values):
        if row.kind == "text":
            _write_text(graph, subject, row, value, values.get("translations") or ())
        else:
            _write_row(graph, subject, row, value, values, twins)


def _write_row(graph: Graph, subject: Node, row: Row, value: Any, values: Package, twins: bool) -> None:
    items = value if isinstance(value, list) else [value]
    items = [*items, *(values.get(row.overflow) or ())] if row.overflow else items
    for item in items:
        if row.kind == "node":
            node = _write_node(graph, row, item, twins)
        elif row.kind == "statement":
            node = _write_statement(graph, row, item)
        else:
            node = ENCODE[row.kind](row, item)
        if row.datatype_field and values.get(row.datatype_field):
            node = Literal(str(item), datatype=URIRef(values[row.datatype_field]), normalize=False)
        if node is None:
            continue
        graph.add((subject, row.predicate, node))
        if row.typed:
            graph.add((node, TYPE, row.typed))
        if twins:
            for old in row.legacy:
                _write_twin(graph, subject, row, old, item, node)


def _write_text(graph: Graph, subject: Node, row: Row, value: Any, translations: Any) -> None:
    """German from the field, every other language from `translations`.

    A text that stands in the field and also as the text of another language is not German, unless an entry says so.
    """
    entries = [(t["language"], t["text"]) for t in translations if t["field"] == row.field]
    foreign: set[str] = set()
    if entries:
        marked_german = {text for language, text in entries if language == GERMAN}
        foreign = {text for language, text in entries if language != GERMAN} - marked_german
    for item in value if isinstance(value, list) else [value]:
        text = item.get("name", "") if isinstance(item, dict) else str(item)
        if text and text not in foreign:
            graph.add((subject, row.predicate, german(text)))
    for language, text in entries:
        graph.add((subject, row.predicate, tagged(text, language)))


def _write_node(graph: Graph, row: Row, item: Any, twins: bool) -> Node | None:
    """A part of its own. A named node is described once in a graph: the first description of it stands."""
    if not isinstance(item, dict):
        return None
    class_ = nested(row)
    node = subject_of(item)
    if isinstance(node, BNode) or (node, TYPE, class_.iri) not in graph:
        describe(graph, node, class_, item, twins=twins)
    return node


def _write_statement(graph: Graph, row: Row, item: Any) -> Node | None:
    node = iri(item)
    if node is None:
        node = BNode()
        graph.add((node, TYPE, load().classes[row.of].iri))
        graph.add((node, RDFS.label, german(str(item))))
    return node


def _write_inline(graph: Graph, subject: Node, row: Row, values: Package) -> None:
    """A node whose values are fields of the resource itself: all of them or nothing."""
    class_ = nested(row)
    nodes = [(part, ENCODE[part.kind](part, values[part.field])) for part, _ in walk(class_, values)]
    if len(nodes) < len(class_.rows) or any(node is None for _, node in nodes):
        return
    inner = BNode()
    graph.add((subject, row.predicate, inner))
    graph.add((inner, TYPE, class_.iri))
    for part, node in nodes:
        if node is not None:
            graph.add((inner, part.predicate, node))


def _write_twin(graph: Graph, subject: Node, row: Row, old: Legacy, item: Any, node: Node) -> None:
    if not old.write:
        return
    if old.into:  # the old property holds one field of the part, and nothing else of it
        text = item.get(old.into, "")
        if old.into == "uri" and text.startswith(old.only):
            graph.add((subject, old.predicate, URIRef(text)))
        elif old.into != "uri" and set(item) == {old.into}:
            graph.add((subject, old.predicate, german(text)))
    elif row.kind == "statement":
        graph.add((subject, old.predicate, german(str(item))))
    else:
        graph.add((subject, old.predicate, node))


# --- RDF -> package ----------------------------------------------------------------------------------------------


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
    """
    type_ = package_type(graph, subject) or "dataset"
    return {"type": type_, **read_node(graph, subject, load().packages[type_])}


def read_node(graph: Graph, subject: Node, class_: Class) -> Package:
    """One node of any class as a dict; a literal in its place becomes the class's `literal` field."""
    if isinstance(subject, Literal):
        text = str(subject).strip()
        return {class_.literal: text} if class_.literal and text else {}
    found: dict[Node, list[Node]] = defaultdict(list)
    for predicate, node in graph.predicate_objects(subject):
        found[predicate].append(node)
    values: Package = {"uri": str(subject)} if isinstance(subject, URIRef) else {}
    translations: list[dict[str, str]] = []
    for row in class_.rows:
        if row.inline:
            for node in sorted(found.get(row.predicate, ()), key=str)[:1]:
                values.update(read_node(graph, node, nested(row)) | {"uri": values.get("uri")})
        elif row.kind == "text" and row.field:
            _read_text(row, graph, _nodes(row, found), values, translations)
        elif row.read_into:
            _read_into(row, graph, found.get(row.predicate, ()), values)
        elif row.field:
            _read_row(row, graph, found, values)
    if translations:
        values["translations"] = canonical.translations(translations)
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _nodes(row: Row, found: dict[Node, list[Node]]) -> list[Node]:
    nodes = list(found.get(row.predicate, ()))
    for old in row.legacy:
        if not old.into:
            nodes += found.get(old.predicate, ())
    return nodes


def _read_row(row: Row, graph: Graph, found: dict[Node, list[Node]], values: Package) -> None:
    nodes = _nodes(row, found)
    if row.kind == "node":
        parts = [part for node in nodes if (part := read_node(graph, node, nested(row)))]
        parts += _legacy_parts(row, graph, found, parts)
        if parts:
            values[row.field] = canonical.resources(parts) if row.of == "Distribution" else canonical.dicts(parts)
        return
    if row.max == 1 and found.get(row.predicate):  # the old property only stands in for a missing new one
        nodes = found[row.predicate]
    read = DECODE[row.kind]
    items = canonical.scalars(v for node in nodes if (v := read(row, graph, node)) != "")
    if not items:
        return
    if row.many:
        values[row.field] = items
        return
    values[row.field] = items[0]
    if row.overflow and len(items) > 1:
        values[row.overflow] = items[1:]
    if row.datatype_field:
        _read_datatype(row, nodes, values)


def _read_datatype(row: Row, nodes: list[Node], values: Package) -> None:
    kept = next((n for n in nodes if isinstance(n, Literal) and str(n).strip() == values[row.field]), None)
    if kept is not None and kept.datatype and kept.datatype != term("xsd:string"):
        values[row.datatype_field] = str(kept.datatype)


def _legacy_parts(row: Row, graph: Graph, found: dict[Node, list[Node]], parts: list[Package]) -> list[Package]:
    """Old properties that hold one field of a part, such as the geocoding key of a place."""
    known = {(old.into, part.get(old.into)) for old in row.legacy if old.into for part in parts}
    return [
        {old.into: text}
        for old in row.legacy
        if old.into
        for node in found.get(old.predicate, ())
        if (text := text_of(graph, node)) and (old.into, text) not in known
    ]


def _read_into(row: Row, graph: Graph, nodes: Any, values: Package) -> None:
    """A node, or literals in its place, of which only one literal matters: an instant, a geometry (WKT first)."""
    literals = [n for n in nodes if isinstance(n, Literal)]
    for node in nodes:
        if not isinstance(node, Literal):
            literals += [o for o in graph.objects(node) if isinstance(o, Literal)]
    if literals and row.read_into not in values:
        literals.sort(
            key=lambda o: ("wkt" not in str(o.datatype).lower(), "json" not in str(o.datatype).lower(), str(o))
        )
        values[row.read_into] = str(literals[0]).strip()


def _read_text(row: Row, graph: Graph, nodes: list[Node], values: Package, translations: list[dict[str, str]]) -> None:
    """German (tagged, else untagged) into the field, the rest into `translations`; see `_write_text`."""
    texts: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        text = text_of(graph, node)
        if text:
            texts[(node.language or "") if isinstance(node, Literal) else ""].add(text)
    if not texts:
        return
    home = texts.pop(GERMAN, set())
    untagged = texts.pop("", set())
    plain = home | untagged if row.many else home or untagged
    foreign = {(language, text) for language, group in texts.items() for text in group}
    if not plain:
        plain = texts[canonical.preferred(texts)]
    elif both := plain & {text for _, text in foreign}:
        foreign |= {(GERMAN, text) for text in both}
    chosen = sorted(plain)
    if row.field == "tags":
        values["tags"] = [{"name": text} for text in chosen]
    else:
        values[row.field] = chosen if row.many else chosen[0]
    translations += [{"field": row.field, "language": language, "text": text} for language, text in foreign]
