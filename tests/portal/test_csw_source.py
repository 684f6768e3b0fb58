"""Metadata of a catalogue service into this portal: series, data and services find each other, also in the feed."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories, helpers
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, URIRef
from rdflib.term import Node

from tests.core import csw_server as csw
from tests.core import iso_records as iso
from tests.core.hostile import Server, answer
from tests.portal.harvesting import Origin, counts, packages

WMS = "https://geo.musterstadt.example/wms"
PATH = "/csw"
RECORDS = [
    iso.record(
        "blatt-1",
        "Blatt 1",
        head=iso.text("parentIdentifier", "werk-1"),
        info=iso.party("publisher", "Stadtmessungsamt") + iso.constraints('{"id":"cc-by/4.0","quelle":"Stadt"}'),
        distribution=iso.link("https://geo.musterstadt.example/1.zip", "WWW:DOWNLOAD", "Blatt", function="download"),
    ),
    iso.record("werk-1", "Kartenwerk", scope="series"),
    iso.record(
        "dienst-1",
        "Kartendienst",
        scope="service",
        info=iso.service_type("view") + iso.operation(f"{WMS}?service=WMS") + iso.operates_on(uuidref="blatt-1"),
    ),
]


@pytest.fixture
def source(server: Server) -> Origin:
    """A catalogue service."""
    owner = factories.Organization(name="amt", title="Amt")["id"]
    return Origin(server, owner, path=PATH, reader="csw")


def serves(server: Server, records: list[str]) -> None:
    """What the service holds from now on; it is asked by POST and sends all on its first page."""
    about = csw.capabilities(get="", post=server.url(PATH))
    server.plays[PATH] = answer(body=csw.page(records, len(records), 0).encode(), Content_Type="application/xml")
    server.plays[f"{PATH}?service=CSW&version=2.0.2&request=GetCapabilities"] = answer(
        body=about.encode(), Content_Type="application/xml"
    )


def named(graph: Graph, type_: URIRef, title: str) -> Node:
    (node,) = (node for node in graph.subjects(RDF.type, type_) if Literal(title, "de") in graph[node : DCTERMS.title])
    return node


def test_series_data_and_services_are_linked_and_the_second_run_writes_nothing(
    server: Server, source: Origin, app: Any
) -> None:
    serves(server, RECORDS)
    first = source.run()
    assert (first["error"], counts(first)) == ("", {"created": 3}), first
    shown = helpers.call_action("package_show", id="blatt-1")
    assert shown["in_series"] == [packages()["kartenwerk"].id]
    graph = Graph().parse(data=app.get("/catalog.ttl").body, format="turtle")
    sheet, work = named(graph, DCAT.Dataset, "Blatt 1"), named(graph, DCAT.DatasetSeries, "Kartenwerk")
    service = named(graph, DCAT.DataService, "Kartendienst")
    assert (sheet, URIRef(f"{DCAT}inSeries"), work) in graph
    assert (service, DCAT.servesDataset, sheet) in graph
    through = {graph.value(predicate=DCAT.accessService, object=service)}
    assert through <= set(graph.objects(sheet, DCAT.distribution))
    assert counts(source.run()) == {"unchanged": 3}


def test_a_record_that_is_there_twice_stays_what_it_is(server: Server, source: Origin) -> None:
    serves(server, RECORDS)
    source.run()
    serves(server, [*RECORDS, iso.record("blatt-1", "Ein anderes Blatt")])
    again = source.run()
    assert counts(again) == {"unchanged": 3, "refused": 1}
