"""A package written as RDF with a mark on each node, so that what is found there can be told by its CKAN field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from rdflib import Graph, URIRef

from ckanext.stuttgart.dcatde import graph as rdf
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested
from ckanext.stuttgart.dcatde.values import iri
from ckanext.stuttgart.dcatde.view import name_of
from ckanext.stuttgart.errors import RecordRefused, say

MARK = "urn:field:"


@dataclass(frozen=True)
class Place:
    """Where in the package a node comes from: the path before its fields (`resources.2.`), and its class."""

    prefix: str
    class_: Class

    def field(self, path: str) -> str:
        """The CKAN field that holds a property here; "" for a property without field."""
        row = self.row(path)
        return self.prefix + row.field if row and row.field else ""

    def row(self, path: str) -> Row | None:
        """The row of a property here."""
        return next((row for row in self.class_.rows if str(row.predicate) == path), None)


@dataclass(frozen=True)
class Placed:
    """The RDF of one package, and name of a node -> its places (more than one where an IRI is used twice)."""

    graph: Graph
    places: dict[str, list[Place]]

    def is_reference(self, finding: Finding) -> bool:
        """True where the value is another package, whose class stands in that one's RDF."""
        rows = (place.row(finding.path) for place in self.places.get(finding.focus, ()))
        return any(row is not None and row.kind == "ref" for row in rows)

    def field_findings(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The same findings with the CKAN field in place of node and property."""
        for finding in findings:
            value = "" if finding.value.startswith((MARK, "_:")) else finding.value
            yield replace(finding, field=self._field(finding), value=value, focus="", path="")

    def _field(self, finding: Finding) -> str:
        places = self.places.get(finding.focus, [])
        fields = (place.field(finding.path) for place in places)
        return next(filter(None, fields), places[0].prefix.rstrip(".") if places else "")


def place(package: dict[str, Any]) -> Placed:
    """Write a package as it would be served and note where each of its nodes comes from.

    Raises RecordRefused for a dict whose type or fields are not those of a package.
    """
    name = str(package.get("name") or package.get("uri") or package.get("title") or "package")
    type_ = package.get("type") or "dataset"
    class_ = load().packages.get(type_) if isinstance(type_, str) else None
    if class_ is None:
        raise RecordRefused(
            name, say("the type {type} is none of {types}", type=repr(type_), types=", ".join(load().packages))
        )
    graph, places = Graph(), {}
    try:
        marked = _mark(package, class_, "", places)
        subject = URIRef(marked["uri"])
        rdf.write(graph, subject, marked)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RecordRefused(
            name, say("its fields do not have the shape of a package ({error})", error=repr(error))
        ) from error
    _place_inline(graph, places)
    if class_.also:  # the node is a dataset too, and is judged by the rows of both
        places[name_of(subject)].append(Place("", load().packages["dataset"]))
    return Placed(graph, places)


def _mark(values: dict[str, Any], class_: Class, prefix: str, places: dict[str, list[Place]]) -> dict[str, Any]:
    """A copy in which every part without an IRI has its own path as IRI."""
    own = iri(values.get("uri"))
    marked = {**values, "uri": str(own or f"{MARK}{prefix.rstrip('.') or 'package'}")}
    places.setdefault(marked["uri"], []).append(Place(prefix, class_))
    for row in class_.rows:
        items = values.get(row.field) if row.field and row.kind == "node" and not row.inline else None
        if isinstance(items, list):
            marked[row.field] = [
                _mark(item, nested(row), f"{prefix}{row.field}.{i}.", places) if isinstance(item, dict) else item
                for i, item in enumerate(items)
            ]
    return marked


def _place_inline(graph: Graph, places: dict[str, list[Place]]) -> None:
    """The nodes made of fields of a resource itself (its checksum) lie where the resource lies."""
    for name, known in list(places.items()):
        for place_ in known:
            for row in place_.class_.rows:
                if row.inline:
                    for node in graph.objects(URIRef(name), row.predicate):
                        places.setdefault(name_of(node), []).append(Place(place_.prefix, nested(row)))
