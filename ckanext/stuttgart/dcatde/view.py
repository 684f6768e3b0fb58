"""A graph sorted by subject once, for rules that look at every node many times."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from ckanext.stuttgart.dcatde.model import Class, load

Properties = dict[Node, list[Node]]

# rdflib looks a name up in its namespace each time, which is slow in a loop.
TYPE, SUBCLASS, IN_SCHEME = RDF.type, RDFS.subClassOf, SKOS.inScheme


class View:
    """Subject -> property -> values, and which classes of the model each node belongs to.

    rdflib answers a single pattern in some microseconds and a rule asks tens of thousands of them.
    """

    def __init__(self, graph: Graph) -> None:
        nodes: dict[Node, Properties] = {}
        for s, p, o in graph.triples((None, None, None)):
            properties = nodes.get(s)
            if properties is None:
                properties = nodes[s] = {}
            values = properties.get(p)
            if values is None:
                properties[p] = [o]
            else:
                values.append(o)
        self.nodes = nodes

    def values(self, node: Node, path: URIRef) -> list[Node]:
        """The values of one property, [] without any."""
        return self.nodes.get(node, {}).get(path, [])

    def is_a(self, node: Node, class_: URIRef) -> bool:
        """True where the node has the class or one of its subclasses; never for a literal."""
        if isinstance(node, Literal):
            return False
        accepted = self.subclasses(class_)
        return any(type_ in accepted for type_ in self.values(node, TYPE))

    def in_scheme(self, node: Node, scheme: str) -> bool:
        """True where the graph itself places the node in a list."""
        return any(str(found) == scheme for found in self.values(node, IN_SCHEME))

    def subclasses(self, class_: URIRef) -> frozenset[Node]:
        """The class and its subclasses: those of the model, and those the graph declares."""
        if class_ not in self._subclasses:
            found: set[Node] = {class_}
            waiting: list[Node] = [class_]
            while waiting:
                for sub in self._narrower.get(waiting.pop(), ()):
                    if sub not in found:
                        found.add(sub)
                        waiting.append(sub)
            self._subclasses[class_] = frozenset(found)
        return self._subclasses[class_]

    def instances(self, name: str) -> Iterator[Node]:
        """Every node of a class of the model."""
        class_ = load().classes[name]
        for node, classes in self.typed:
            if class_ in classes:
                yield node

    @functools.cached_property
    def typed(self) -> list[tuple[Node, tuple[Class, ...]]]:
        """Every node with the classes of the model it belongs to; a node typed twice has both."""
        by_type: dict[Node, list[Class]] = {}
        for class_ in load().classes.values():
            for type_ in self.subclasses(class_.iri):
                by_type.setdefault(type_, []).append(class_)
        known: dict[tuple[Node, ...], tuple[Class, ...]] = {}
        found = []
        for node, properties in self.nodes.items():
            types = tuple(properties.get(TYPE, ()))
            if types not in known:
                known[types] = _classes(by_type, types)
            if known[types]:
                found.append((node, known[types]))
        return found

    @functools.cached_property
    def _subclasses(self) -> dict[URIRef, frozenset[Node]]:
        return {}

    @functools.cached_property
    def _narrower(self) -> dict[Node, list[Node]]:
        narrower: dict[Node, list[Node]] = {}
        for class_ in load().classes.values():
            narrower.setdefault(class_.iri, []).extend(class_.subclasses)
        for node, properties in self.nodes.items():
            for wider in properties.get(SUBCLASS, ()):
                narrower.setdefault(wider, []).append(node)
        return narrower


def name_of(node: Node) -> str:
    """A node as text: an IRI and a literal as they are, a blank node as `_:id`."""
    return f"_:{node}" if isinstance(node, BNode) else str(node)


@functools.cache
def short(iri: URIRef) -> str:
    """`http://purl.org/dc/terms/title` as `dcterms:title`; an IRI in no known namespace as it is."""
    for prefix, namespace in load().prefixes.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return str(iri)


def _classes(by_type: dict[Node, list[Class]], types: Iterable[Node]) -> tuple[Class, ...]:
    found: dict[str, Class] = {}
    for type_ in types:
        for class_ in by_type.get(type_, ()):
            found[class_.name] = class_
    return tuple(found.values())
