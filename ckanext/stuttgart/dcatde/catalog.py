"""Whole catalogues: the catalogue's own node, its packages, and a graph that stands on its own."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde.graph import Package, describe, package_type, read, read_node, subject_of, write
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested

Described = Mapping[str, frozenset[URIRef]]

MEMBERS = {"dataset": "datasets", "dataset_series": "datasets", "data_service": "services"}


@dataclass
class Catalog:
    """A catalogue as values: its own metadata (fields of class Catalog) and its packages."""

    metadata: Package = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)


def write_catalog(graph: Graph, subject: Node, catalog: Catalog, *, twins: bool = False) -> None:
    """Add the catalogue, every package in it and the links between them; no link to what is not described."""
    known = described(catalog.packages)
    metadata = linked(catalog.metadata, load().classes["Catalog"], known)
    describe(graph, subject, load().classes["Catalog"], metadata, twins=twins)
    for package in catalog.packages:
        node = subject_of(package)
        write(graph, node, linked(package, class_of(package), known), twins=twins)
        list_package(graph, subject, node, package)


def list_package(graph: Graph, catalog: Node, node: Node, package: Package) -> None:
    """Name a package in the catalogue: datasets and series as dcat:dataset, services as dcat:service."""
    member = MEMBERS[package.get("type") or "dataset"]
    graph.add((catalog, load().classes["Catalog"].by_field[member].predicate, node))


def read_catalog(graph: Graph) -> tuple[Node | None, Catalog]:
    """The catalogue node of a graph (None without one) and all packages described in it, listed or not."""
    upgrade(graph)
    class_ = load().classes["Catalog"]
    subject = min(graph.subjects(RDF.type, class_.iri), key=lambda s: (-_size(graph, s, class_), str(s)), default=None)
    metadata = {} if subject is None else read_node(graph, subject, class_)
    for listing in ("datasets", "services"):
        metadata.pop(listing, None)
    return subject, Catalog(metadata, [read(graph, node) for node in package_nodes(graph)])


def package_nodes(graph: Graph) -> list[Node]:
    """Every node that is a dataset, a series or a service, each once, in the order of their names."""
    nodes: set[Node] = set()
    for class_ in load().packages.values():
        nodes.update(graph.subjects(RDF.type, class_.iri))
    return sorted((n for n in nodes if not isinstance(n, Literal) and package_type(graph, n)), key=str)


def listings(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """Every (catalogue, package) of which the one lists the other."""
    rows = load().classes["Catalog"].by_field
    for member in sorted(set(MEMBERS.values())):
        yield from graph.subject_objects(rows[member].predicate)


def _size(graph: Graph, subject: Node, class_: Class) -> int:
    listing = class_.by_field["datasets"].predicate
    return sum(1 for _ in graph.objects(subject, listing))


def class_of(package: Package) -> Class:
    """The class of the model that a package's type stands for."""
    return load().packages[package.get("type") or "dataset"]


def described(packages: Iterable[Package]) -> Described:
    """What a graph of these packages describes by name: IRI -> its classes."""
    found: dict[str, frozenset[URIRef]] = {}
    distribution = load().classes["Distribution"]
    for package in packages:
        class_ = class_of(package)
        if uri := package.get("uri"):
            found[uri] = frozenset((class_.iri, *class_.also))
        for resource in package.get("resources") or ():
            if uri := resource.get("uri"):
                found[uri] = frozenset((distribution.iri,))
    return found


def linked(values: Package, class_: Class, known: Described) -> Package:
    """The same values with references to described things only: the official shapes demand the class of each target."""
    changed: Package = {}
    for row in _leading(class_.name):
        given = values.get(row.field)
        if not isinstance(given, list):
            continue
        if row.kind == "ref":
            changed[row.field] = [iri for iri in given if row.value_class in known.get(iri, ())]
        else:
            changed[row.field] = [linked(part, nested(row), known) for part in given]
    return {**values, **changed} if changed else values


@functools.cache
def _leading(name: str) -> tuple[Row, ...]:
    """The rows of a class that hold references to described things, or parts that hold some."""

    def leads(row: Row) -> bool:
        if row.kind == "node":
            return any(inner.kind == "ref" for inner in nested(row).rows)
        return row.kind == "ref" and row.value_class is not None

    return tuple(row for row in load().classes[name].rows if row.field and leads(row))


def upgrade(graph: Graph) -> None:
    """Rewrite, in place, properties of older DCAT-AP.de versions and misspelt namespaces to the current ones."""
    for predicate, current in _old_properties().items():
        for s, o in list(graph.subject_objects(predicate)):
            graph.remove((s, predicate, o))
            graph.add((s, current, o))


@functools.cache
def _old_properties() -> dict[URIRef, URIRef]:
    """Every property the model reads, as older namespaces spell it -> as it is read."""
    model = load()
    rows = [row for class_ in model.classes.values() for row in class_.rows]
    properties = {p for row in rows for p in (row.predicate, *(old.predicate for old in row.legacy))}
    return {
        URIRef(namespace + predicate[len(current) :]): predicate
        for namespace, prefix in model.old_namespaces.items()
        for predicate in properties
        if predicate.startswith(current := model.prefixes[prefix]) and namespace != current
    }
