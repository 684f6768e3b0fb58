"""Real catalogues as the data of every figure: any number of their datasets, and copies that no cache has seen yet."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from bench.groups import Skipped
from ckanext.stuttgart.dcatde.catalog import package_nodes
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.values import term
from ckanext.stuttgart.harvest import parse

SHARED = Path(__file__).resolve().parents[2] / "shared"
BRANDENBURG = "DCAT-AP.de-SHACL-Validation__brandenburg-catalog-original-input.ttl"
CATALOGUES = (
    BRANDENBURG,
    "DCAT-AP.de-SHACL-Validation__bremen-catalog-original-input.rdf",
    "ckanext-odsh__rdf_catalog.xml",
)
NAMED = ("Dataset", "DatasetSeries", "DataService", "Distribution")
"""Classes of the model whose nodes get names of their own in a copy."""

TEXTS = ("dcterms:title", "dcterms:description", "dcterms:identifier")
LINKS = ("dcat:accessURL", "dcat:downloadURL", "dcat:landingPage", "foaf:page")
"""Properties whose values no two datasets share, so that a copy has others too; code lists and dates recur in life."""

Triple = tuple[Node, Node, Node]


@dataclass(frozen=True)
class Dataset:
    """One dataset of a real catalogue with all that only it describes."""

    node: Node
    triples: tuple[Triple, ...]

    def copied(self, number: int) -> Iterator[Triple]:
        """The triples under other names; number 0 is the dataset itself."""
        if not number:
            yield from self.triples
            return
        nodes = {node: _renamed(node, number) for node in _own(self.triples)}
        for subject, predicate, value in self.triples:
            changed = _other(value, number) if predicate in _differing() else nodes.get(value, value)
            yield nodes.get(subject, subject), predicate, changed


def case(name: str) -> Path:
    """A file of the shared DCAT cases. Raises Skipped where there is no such folder."""
    file = SHARED / "cases" / "dcat" / name
    if not file.is_file():
        raise Skipped("the folder shared/cases/dcat with real catalogues does not lie beside the checkout")
    return file


def catalogue(number: int, copy: int = 0) -> Graph:
    """So many real datasets of all catalogues in a mixed but fixed order; where they run out, copies of them follow.

    copy  the same datasets under other names, in no way the same as those of another copy
    """
    real = _datasets()
    first = copy * -(-number // len(real))
    graph = Graph()
    for position in range(number):
        repeated, which = divmod(position, len(real))
        for triple in real[which].copied(first + repeated):
            graph.add(triple)
    return graph


def text_of(graph: Graph) -> bytes:
    """A graph as Turtle, the syntax of most catalogues."""
    return graph.serialize(format="turtle", encoding="utf-8")


@functools.cache
def _datasets() -> list[Dataset]:
    found: list[Dataset] = []
    for name in CATALOGUES:
        file = case(name)
        graph = parse.rdf(file.read_bytes(), name=name).graph
        listed = frozenset(package_nodes(graph))
        catalogues = set(graph.subjects(RDF.type, load().classes["Catalog"].iri))
        found += [
            Dataset(node, tuple(_closure(graph, node, (listed | catalogues) - {node})))
            for node in sorted(listed, key=str)
        ]
    random.Random(1).shuffle(found)  # noqa: S311 # for an even mix, always the same
    return found


def _closure(graph: Graph, start: Node, borders: frozenset[Node]) -> Iterator[Triple]:
    """All that is said of a node and of the nodes it leads to, as far as the borders."""
    waiting, met = [start], {start}
    while waiting:
        for triple in graph.triples((waiting.pop(), None, None)):
            yield triple
            value = triple[2]
            if not isinstance(value, Literal) and value not in met and value not in borders:
                met.add(value)
                waiting.append(value)


def _own(triples: tuple[Triple, ...]) -> set[Node]:
    """The nodes that belong to a dataset alone: those of certain classes, and the blank ones."""
    blank = {node for triple in triples for node in triple if isinstance(node, BNode)}
    return blank | {s for s, p, o in triples if p == RDF.type and o in _named()}


def _renamed(node: Node, number: int) -> Node:
    return BNode() if isinstance(node, BNode) else URIRef(f"{node}-copy-{number}")


def _other(value: Node, number: int) -> Node:
    """Another text or link, of the same kind and language."""
    if isinstance(value, Literal):
        return Literal(f"{value} ({number})", lang=value.language, datatype=value.datatype, normalize=False)
    return _renamed(value, number) if isinstance(value, URIRef) else value


@functools.cache
def _named() -> frozenset[URIRef]:
    return frozenset(type_ for name in NAMED for type_ in load().classes[name].types)


@functools.cache
def _differing() -> frozenset[URIRef]:
    return frozenset(term(curie) for curie in (*TEXTS, *LINKS))
