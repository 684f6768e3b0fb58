"""Packages to RDF and back, driven by the model; the way back stands in `reading`.

`read(graph, subject)` of what `write(graph, subject, package)` wrote is the package again, for every package that
`normalise` has been over. Neither reports what is wrong: that is `rules`; neither mends: that is `normalise`.
"""

from __future__ import annotations

from typing import Any

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.model import Class, Legacy, Row, load, nested, walk
from ckanext.stuttgart.dcatde.reading import Package, package_type, read, read_node
from ckanext.stuttgart.dcatde.values import ENCODE, german, iri, tagged

__all__ = ["Package", "describe", "package_type", "read", "read_node", "subject_of", "write"]

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
