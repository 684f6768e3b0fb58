"""Whole catalogues: the catalogue's own node, its packages, and a graph that stands on its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde.graph import Package, describe, package_type, read, read_node, subject_of, write
from ckanext.stuttgart.dcatde.model import Class, load

MEMBERS = {"dataset": "datasets", "dataset_series": "datasets", "data_service": "services"}


@dataclass
class Catalog:
    """A catalogue as values: its own metadata (fields of class Catalog) and its packages."""

    metadata: Package = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)


def write_catalog(graph: Graph, subject: Node, catalog: Catalog, *, twins: bool = False) -> None:
    """Add the catalogue, every package in it and the links between them; no link to what is not described."""
    class_ = load().classes["Catalog"]
    describe(graph, subject, class_, catalog.metadata, twins=twins)
    for package in catalog.packages:
        node = subject_of(package)
        write(graph, node, package, twins=twins)
        list_package(graph, subject, node, package)
    prune(graph)


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


def _size(graph: Graph, subject: Node, class_: Class) -> int:
    listing = class_.by_field["datasets"].predicate
    return sum(1 for _ in graph.objects(subject, listing))


def prune(graph: Graph, keep: Iterable[Node] = ()) -> None:
    """Drop references to things the graph does not describe: the official shapes demand the class of each target."""
    kept = set(keep)
    for class_ in load().classes.values():
        for row in class_.rows:
            if row.kind != "ref" or not row.field or row.value_class is None:
                continue
            properties = (row.predicate, *(old.predicate for old in row.legacy))
            for predicate in properties:
                dangling = [
                    (s, predicate, o)
                    for s, o in graph.subject_objects(predicate)
                    if (o, RDF.type, row.value_class) not in graph and o not in kept
                ]
                for triple in dangling:
                    graph.remove(triple)


def upgrade(graph: Graph) -> None:
    """Rewrite, in place, properties of older DCAT-AP.de versions and misspelt namespaces to the current ones."""
    model = load()
    old = {}
    for predicate in set(graph.predicates()):
        for namespace, prefix in model.old_namespaces.items():
            local = str(predicate)[len(namespace) :]
            if str(predicate).startswith(namespace) and local and not set(local) & set("#/"):
                old[predicate] = URIRef(model.prefixes[prefix] + local)
    for predicate, current in old.items():
        if predicate == current:
            continue
        for s, o in list(graph.subject_objects(predicate)):
            graph.remove((s, predicate, o))
            graph.add((s, current, o))
