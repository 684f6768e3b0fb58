"""The elements of pages to Records: ISO metadata and Dublin Core through one catalogue, RDF through the DCAT reader."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from rdflib import DCAT, DCTERMS, RDF, BNode, Graph, URIRef

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.errors import RecordRefused, SourceError, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.csw import answers
from ckanext.stuttgart.harvest.csw.pages import identifier_of
from ckanext.stuttgart.harvest.csw.questions import Narrowing
from ckanext.stuttgart.harvest.iso import dublin_core
from ckanext.stuttgart.harvest.iso.catalogue import Catalogue
from ckanext.stuttgart.harvest.iso.mapping import Described, describe
from ckanext.stuttgart.harvest.iso.online import Service, service_of
from ckanext.stuttgart.harvest.iso.tree import first, local
from ckanext.stuttgart.harvest.reader import Package, Record, Refused
from ckanext.stuttgart.harvest.readers.dcat import REPEATED, records_of, together

log = logging.getLogger(__name__)

TITLES = ("identificationInfo/*/citation/*/title", "title", "**/title")
SCOPES = {"dataset": "dataset", "dataset_series": "series", "data_service": "service"}
ROLES = ("publisher", "creator", "contributor", "originator", "custodian", "contact")
RDF_ROOT = f"{{{answers.RDF}}}RDF"


class Gathering:
    """Takes the records of all pages and gives them back put together.

    address    that of the catalogue, "" for files
    narrowing  what is wanted; servers that understand no filters send everything
    """

    def __init__(self, address: str, narrowing: Narrowing, publisher: Package | None = None) -> None:
        self._narrowing, self._catalogue = narrowing, Catalogue(address, publisher)
        self._rdf: dict[str, Record] = {}

    def add(self, elements: Sequence[Any], base: str | None) -> Iterator[Refused]:
        """Take the records of a page; yields those that are left out.

        base  the address that relative IRIs of RDF belong to
        """
        graphs = [element for element in elements if answers.is_rdf(element)]
        for element in elements:
            if not answers.is_rdf(element):
                refused = self._add(element)
                if refused:
                    yield refused
        if graphs:
            yield from self._add_rdf(graphs, base)

    def records(self) -> Iterator[Record | Refused]:
        """All of them, data before services, and what is there twice."""
        yield from self._catalogue.records()
        wanted = [record for record in self._rdf.values() if self._is_wanted(record.payload)]
        through = {
            iri
            for record in wanted
            for resource in record.payload.get("resources") or ()
            for iri in resource.get("access_service") or ()
        }
        names = {record.name for record in wanted}
        yield from (record for record in self._rdf.values() if record.name in names or record.iri in through)

    def _add(self, element: Any) -> Refused | None:
        """One record. The record boundary: whatever is wrong with it stays with it."""
        name = identifier_of(element) or first(element, *TITLES) or "A record"
        try:
            described = _describe(element, name)
            if self._wanted(described):
                self._catalogue.add(described)
        except RecordRefused as error:
            return Refused(error.record, first(element, *TITLES), error.problem)
        except Exception as error:
            log.exception("record %s cannot be mapped", name)
            return Refused(
                name,
                first(element, *TITLES),
                say("could not be mapped ({error}; see the log)", error=type(error).__name__),
            )

    def _wanted(self, record: Described) -> bool:
        return self._narrowing.lets(record.scope, record.organisations, record.keywords)

    def _is_wanted(self, package: Package) -> bool:
        """The same of a package from RDF; a service that wanted data are had through is wanted with them."""
        agents = [agent for role in ROLES for agent in package.get(role) or ()]
        names = [str(agent.get("name") or "") for agent in agents]
        tags = [str(tag.get("name") or "") for tag in package.get("tags") or ()]
        tags += [str(each.get("text")) for each in package.get("translations") or () if each.get("field") == "tags"]
        return self._narrowing.lets(SCOPES[package["type"]], names, tags)

    def _add_rdf(self, elements: Sequence[Any], base: str | None) -> Iterator[Refused]:
        """The RDF of a page as one graph; where that cannot be read, each record's by itself."""
        try:
            self._keep(elements, base)
        except SourceError as error:
            if len(elements) == 1:
                yield Refused(identifier_of(elements[0]) or "A record", "", error.problem)
                return
            for element in elements:
                yield from self._add_rdf([element], base)

    def _keep(self, elements: Sequence[Any], base: str | None) -> None:
        whole = etree.Element(RDF_ROOT)
        for element in elements:
            whole.extend(list(element) if element.tag == RDF_ROOT else [element])
        parsed = parse.rdf(etree.tostring(whole), name="the RDF of a page", base=base, syntax="rdfxml")
        _name_services(parsed.graph)
        for node, abstract in list(parsed.graph.subject_objects(DCTERMS.abstract)):  # as GeoNetwork writes it
            if (node, DCTERMS.description, None) not in parsed.graph:
                parsed.graph.add((node, DCTERMS.description, abstract))
        for record in records_of(parsed.graph, parsed.relative):
            known = self._rdf.get(record.name)
            repeated = known is not None and record.iri and record.payload["type"] in REPEATED
            self._rdf[record.name] = together(known, record) if known and repeated else known or record


def _name_services(graph: Graph) -> None:
    """Name services that are blank nodes of their distributions as the same services of ISO records are named."""
    for node in sorted(graph.subjects(RDF.type, DCAT.DataService), key=str):
        endpoint = iris.mend(min(map(str, graph.objects(node, DCAT.endpointURL)), default=""), web=True)
        if not isinstance(node, BNode) or not endpoint:
            continue
        about = " ".join(sorted(str(value) for value in graph.objects(node, DCTERMS.conformsTo)))
        name = URIRef((service_of(endpoint, about) or Service("", endpoint)).iri)
        for predicate, value in list(graph.predicate_objects(node)):
            graph.remove((node, predicate, value))
            graph.add((name, predicate, value))
        for subject, predicate in list(graph.subject_predicates(node)):
            graph.remove((subject, predicate, node))
            graph.add((subject, predicate, name))


def _describe(element: Any, name: str) -> Described:
    if answers.is_metadata(element):
        return describe(element)
    if local(element) in dublin_core.RECORDS:
        return dublin_core.describe(element)
    raise RecordRefused(name, say("comes in a schema that is not known here ({name})", name=local(element)[:60]))
