"""DCAT, DCAT-AP and DCAT-AP.de catalogues of any version as RDF in any syntax, with Hydra paging."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from rdflib import BNode, Graph
from rdflib.term import Node

from ckanext.stuttgart.dcatde import canonical
from ckanext.stuttgart.dcatde.catalog import listings, package_nodes, upgrade
from ckanext.stuttgart.dcatde.graph import read, read_node
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.harvest import hydra
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Package, Record, Stopped, absolute
from ckanext.stuttgart.harvest.sniff import RDF_FORMATS, RdfFormat, sniff

# A service or series is often described again on every page that mentions it, with what belongs to that page.
REPEATED = ("data_service", "dataset_series")


class DcatReader:
    """Reads RDF; its records' payload is the package as `graph.read` gives it."""

    name = "dcat"
    label = "DCAT-AP(.de) catalogue (RDF)"
    options: Sequence[Option] = (
        Option("format", "RDF syntax", "choice", "Only where the source does not say it itself.", choices=RDF_FORMATS),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """A catalogue answers where it is, or where ckanext-dcat puts it."""
        return (url, f"{url.rstrip('/')}/catalog.ttl")

    def recognises(self, answer: Answer) -> int:
        """Any RDF may be a catalogue; a catalogue names DCAT's namespace."""
        if sniff(answer.body, answer.content_type, answer.url) not in RDF_FORMATS:
            return 0
        return 90 if b"www.w3.org/ns/dcat" in answer.body else 30

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Datasets in the order of the pages, then the series and services of all pages, each put together once."""
        repeated: dict[str, Record] = {}
        syntax = cast("RdfFormat | None", options.get("format") or None)
        for page in hydra.pages(fetcher, url, syntax=syntax):
            if isinstance(page, Stopped):
                yield from repeated.values()
                yield page
                return
            for record in records_of(page.graph, page.relative):
                if record.payload["type"] in REPEATED and record.iri:
                    known = repeated.get(record.iri)
                    repeated[record.iri] = together(known, record) if known else record
                else:
                    yield record
        yield from repeated.values()

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The payload is the package."""
        return Mapped(record.payload)


READER = DcatReader()


def records_of(graph: Graph, relative: Collection[Node] = ()) -> Iterator[Record]:
    """The datasets, series and services that a graph describes; the graph is brought up to date.

    relative  nodes whose IRIs were relative in the source, and so name nothing elsewhere
    """
    upgrade(graph)
    publishers = _publishers(graph)
    found = [(node, read(graph, node)) for node in package_nodes(graph)]
    # Blank nodes are new in each reading, so their order is that of what they say.
    found.sort(
        key=lambda pair: (
            isinstance(pair[0], BNode),
            canonical.key(pair[1]) if isinstance(pair[0], BNode) else str(pair[0]),
        )
    )
    for node, package in found:
        iri = None if node in relative else absolute(package.get("uri"))
        if iri is None:
            package.pop("uri", None)
        identifier = package.get("identifier")
        name = iri or identifier or package.get("title") or str(node)
        modified = package.get("modified")  # a list where the source gives several
        given = modified if isinstance(modified, str) else None
        series = package["type"] == "dataset_series"
        yield Record(name, package, iri, identifier, given, publishers.get(node), first=series)


def _publishers(graph: Graph) -> dict[Node, Package]:
    """Package node -> the publisher of the catalogue that lists it, for catalogues that have one."""
    row, agent = load().classes["Catalog"].by_field["publisher"], load().classes["Agent"]
    found: dict[Node, Package] = {}
    for catalog, node in listings(graph):
        agents = canonical.dicts(read_node(graph, value, agent) for value in graph.objects(catalog, row.predicate))
        named = next((values for values in agents if values.get("name")), None)
        if named:
            found.setdefault(node, named)
    return found


def together(first: Record, again: Record) -> Record:
    """One record of two descriptions: lists are united, of single values the first stands."""
    payload = dict(again.payload) | first.payload
    for name, value in first.payload.items():
        more = again.payload.get(name)
        if isinstance(value, list) and isinstance(more, list):
            payload[name] = value + [item for item in more if item not in value]
    return replace(first, payload=payload)
