"""One page of the catalogue: which packages are on it, how it links to the others, and its text in any RDF syntax."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timezone
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import pyoxigraph as ox
from ckan.types import Context
from dateutil.parser import isoparse
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.feed.export import TYPES, Export

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
# Each link under its present name and under the one it had before, which older importers look for.
LINKS = {"first": "firstPage", "last": "lastPage", "next": "nextPage", "previous": "previousPage"}
PARAMETERS = ("q", "fq", "modified_since", "profiles")
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "n3": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
}
MOST_PAGES = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the page, and the query that narrows the catalogue."""

    page: int
    size: int
    parameters: Mapping[str, str]

    def search(self) -> dict[str, Any]:
        """Parameters for `package_search`. New packages come last, so that no page shifts while others are read."""
        query: dict[str, Any] = {
            "q": self.parameters.get("q") or "*:*",
            "fq_list": [f"dataset_type:({' OR '.join(TYPES)})"],
            "sort": "metadata_created asc, id asc",
            "rows": self.size,
            "start": self.size * (self.page - 1),
        }
        if self.parameters.get("fq"):
            query["fq"] = self.parameters["fq"]
        if self.parameters.get("modified_since"):
            query["fq_list"].append(f"metadata_modified:[{self.parameters['modified_since']} TO *]")
        return query

    def links(self, address: str, count: int) -> dict[str, str]:
        """The addresses of the neighbouring pages; of "next" and "previous" only those that are there."""
        last = max(math.ceil(count / self.size), 1)
        pages = {"first": 1, "last": last, "previous": self.page - 1, "next": self.page + 1}
        return {name: self.address(address, page) for name, page in pages.items() if 1 <= page <= last}

    def address(self, address: str, page: int) -> str:
        """The address of another page of the same query."""
        return f"{address}?{urlencode({**self.parameters, 'page': page})}"


def wanted(data: Mapping[str, Any], size: int) -> Wanted:
    """Read the parameters of a request. Raises ValidationError naming the one that is wrong."""
    text = str(data.get("page") or 1)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_PAGES and len(text) < 9):
        raise tk.ValidationError({"page": ["must be a whole number from 1 on"]})
    parameters = {name: str(data[name]) for name in PARAMETERS if data.get(name) and name != "profiles"}
    if "modified_since" in parameters:
        parameters["modified_since"] = _moment(parameters["modified_since"])
    return Wanted(int(text), size, parameters)


def graph_of(context: Context, wanted_: Wanted, address: str) -> Graph:
    """The catalogue, the packages of the page with the services and series they refer to, and Hydra's links."""
    found = tk.get_action("package_search")(tk.fresh_context(context), wanted_.search())
    export = Export(context)
    every = export.packages(found["results"])
    graph = Graph()
    export.catalog(graph, every, _newest(context))
    export.describe(graph, every)
    _paging(graph, wanted_, address, found["count"])
    return graph


def text_of(graph: Graph, format_: str) -> str:
    """The graph in the syntax of a file suffix: ttl, xml, rdf, jsonld, n3, nt. Raises ValidationError for another."""
    if format_ not in FORMATS:
        raise tk.ValidationError({"format": [f"must be one of {', '.join(FORMATS)}"]})
    triples = (ox.Triple(_term(s), _term(p), _term(o)) for s, p, o in sorted(graph, key=_order))
    return (ox.serialize(triples, format=FORMATS[format_], prefixes=_prefixes()) or b"").decode("utf-8")


def _newest(context: Context) -> str | None:
    query = {
        "q": "*:*",
        "fq_list": [f"dataset_type:({' OR '.join(TYPES)})"],
        "sort": "metadata_modified desc",
        "rows": 1,
    }
    found = tk.get_action("package_search")(tk.fresh_context(context), query)["results"]
    return found[0]["metadata_modified"] if found else None


def _paging(graph: Graph, wanted_: Wanted, address: str, count: int) -> None:
    view = URIRef(wanted_.address(address, wanted_.page))
    graph.add((view, RDF.type, HYDRA.PagedCollection))
    graph.add((view, RDF.type, HYDRA.PartialCollectionView))
    graph.add((view, HYDRA.totalItems, Literal(count)))
    graph.add((view, HYDRA.itemsPerPage, Literal(wanted_.size)))
    for name, link in wanted_.links(address, count).items():
        for term in (name, LINKS[name]):
            graph.add((view, HYDRA[term], URIRef(link)))


def _order(triple: tuple[Node, Node, Node]) -> tuple[bool, str, bool, str, str]:
    """By subject, named ones first; the type before other properties."""
    subject, predicate, value = triple
    return isinstance(subject, BNode), str(subject), predicate != RDF.type, str(predicate), str(value)


def _term(node: Node) -> Any:
    if isinstance(node, URIRef):
        return ox.NamedNode(node)
    if isinstance(node, BNode):
        return ox.BlankNode(node)
    assert isinstance(node, Literal)
    if node.language:
        return ox.Literal(node, language=node.language)
    return ox.Literal(node, datatype=ox.NamedNode(node.datatype)) if node.datatype else ox.Literal(node)


def _prefixes() -> dict[str, str]:
    return {**load().prefixes, "hydra": str(HYDRA)}


def _moment(text: str) -> str:
    try:
        moment = isoparse(text)
    except (ValueError, OverflowError):
        raise tk.ValidationError({"modified_since": ["must be a date or time as in ISO 8601"]}) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        raise tk.ValidationError({"modified_since": ["is out of range"]}) from None
