"""The catalogue as others read it, page by page and package by package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ckan.tests import factories, helpers
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS

from ckanext.stuttgart.harvest.sniff import RDF_FORMATS, sniff
from tests.official import assert_conforming

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SUFFIXES = {"ttl": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld", "n3": "turtle"}
EVERY_TYPE = "dataset_type:(dataset OR dataset_series OR data_service)"
LAW = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")


@pytest.fixture(scope="module")
def demo(portal_of: Callable[[str], None]) -> None:
    """The portal of Stuttgart with its example catalogue."""
    portal_of("stuttgart")


@pytest.fixture
def small_pages() -> Iterator[None]:
    """20 packages a page."""
    with helpers.changed_config("ckanext.dcat.datasets_per_page", "20"):
        yield


def pages(app: Any, suffix: str, query: str = "") -> list[str]:
    """The texts of all pages, found by following the links."""
    texts, link = [], f"/catalog.{suffix}{query}"
    while link:
        answer = app.get(link)
        texts.append(answer.body)
        graph = Graph().parse(data=answer.body, format=SUFFIXES[suffix])
        following = next(iter(graph.objects(None, HYDRA.next)), None)
        parts = urlsplit(str(following or ""))
        link = f"{parts.path}?{parts.query}" if following else ""
        assert len(texts) < 20
    return texts


def together(texts: list[str], suffix: str = "ttl") -> Graph:
    graph = Graph()
    for text in texts:
        graph.parse(data=text, format=SUFFIXES[suffix])
    return graph


@pytest.mark.usefixtures("demo", "small_pages")
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_on_no_page_govdata_finds_anything_wrong(app: Any, shared: Path, tmp_path: Path, suffix: str) -> None:
    texts = pages(app, suffix)
    assert len(texts) == 3
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.{suffix}"
        file.write_text(text, encoding="utf-8")
        assert_conforming(shared, file)


@pytest.mark.usefixtures("demo", "small_pages")
def test_the_pages_together_list_every_package_once_and_say_how_many_there_are(app: Any) -> None:
    texts = pages(app, "ttl")
    graph = together(texts)
    number = helpers.call_action("package_search", fq="dataset_type:(dataset OR dataset_series OR data_service)")[
        "count"
    ]
    assert number == 53
    assert {int(value) for value in graph.objects(None, HYDRA.totalItems)} == {number}
    catalog = URIRef("http://test.ckan.net")
    listed = {*graph.objects(catalog, DCAT.dataset), *graph.objects(catalog, DCAT.service)}
    assert len(listed) == number
    once = [set(Graph().parse(data=text).objects(catalog, DCAT.dataset)) for text in texts]
    series = set(graph.subjects(RDF.type, DCAT.DatasetSeries))
    for index, first in enumerate(once):
        for second in once[index + 1 :]:
            assert first & second <= series  # a series is described wherever a member is


@pytest.mark.usefixtures("demo")
def test_a_page_is_the_same_in_every_syntax(app: Any) -> None:
    sizes = {
        suffix: len(Graph().parse(data=app.get(f"/catalog.{suffix}").body, format=f)) for suffix, f in SUFFIXES.items()
    }
    assert len(set(sizes.values())) == 1
    assert app.get("/catalog.ttl").headers["Content-Type"].startswith("text/turtle")


@pytest.mark.usefixtures("demo")
def test_the_catalogue_says_what_the_city_profile_says(app: Any) -> None:
    graph = Graph().parse(data=app.get("/catalog.ttl").body)
    catalog = graph.value(None, RDF.type, DCAT.Catalog)
    assert {str(title) for title in graph.objects(catalog, DCTERMS.title)} == {"Open Data Stuttgart"}
    for path in (
        DCTERMS.publisher,
        DCTERMS.license,
        DCTERMS.language,
        DCTERMS.spatial,
        DCTERMS.issued,
        DCTERMS.modified,
    ):
        assert graph.value(catalog, path, any=True) is not None, path
    assert URIRef("http://publications.europa.eu/resource/authority/data-theme") in set(
        graph.objects(catalog, DCAT.themeTaxonomy)
    )


@pytest.mark.usefixtures("demo")
def test_series_and_services_are_linked_in_both_directions(app: Any) -> None:
    graph = Graph().parse(data=app.get("/catalog.ttl").body)
    series = set(graph.objects(None, DCAT.inSeries))
    assert len(series) == 2
    assert all(
        (node, RDF.type, DCAT.DatasetSeries) in graph and (node, RDF.type, DCAT.Dataset) in graph for node in series
    )
    services = set(graph.objects(None, DCAT.accessService))
    assert services == set(graph.subjects(RDF.type, DCAT.DataService))
    assert all(list(graph.objects(service, DCAT.servesDataset)) for service in services)


@pytest.mark.usefixtures("demo")
def test_a_high_value_dataset_its_files_and_its_services_name_the_law(app: Any) -> None:
    graph = Graph().parse(data=app.get("/catalog.ttl").body)
    datasets = set(graph.subjects(DCATAP.hvdCategory, None)) & set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == 7
    for dataset in datasets:
        files = set(graph.objects(dataset, DCAT.distribution))
        services = {service for file in files for service in graph.objects(file, DCAT.accessService)}
        assert all((node, DCATAP.applicableLegislation, LAW) in graph for node in {dataset, *files, *services})


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("kind", ["dataset", "dataset_series", "data_service"])
@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_each_package_is_served_conformingly_by_itself(
    app: Any, shared: Path, tmp_path: Path, kind: str, suffix: str
) -> None:
    found = helpers.call_action("package_search", fq=f"dataset_type:{kind}", rows=1000)["results"]
    graph = Graph()
    for package in found:
        body = app.get(f"/{kind}/{package['name']}.{suffix}").body
        assert sniff(body.encode(), name=f"x.{suffix}") in RDF_FORMATS
        graph.parse(data=body, format=SUFFIXES[suffix])
    file = tmp_path / "all.ttl"
    file.write_text(graph.serialize(format="turtle"), encoding="utf-8")
    assert_conforming(shared, file)
    class_ = {"dataset": DCAT.Dataset, "dataset_series": DCAT.DatasetSeries, "data_service": DCAT.DataService}[kind]
    assert len(set(graph.subjects(RDF.type, class_))) >= len(found)


@pytest.mark.usefixtures("demo")
def test_the_catalogue_can_be_narrowed_and_keeps_the_query_in_its_links(app: Any) -> None:
    with helpers.changed_config("ckanext.dcat.datasets_per_page", "2"):
        texts = pages(app, "ttl", "?fq=organization:tiefbauamt")
    graph = together(texts)
    expected = helpers.call_action("package_search", fq="organization:tiefbauamt")["count"]
    own = {int(value) for value in graph.objects(None, HYDRA.totalItems)}
    assert len(texts) > 1
    assert own == {
        expected
        + helpers.call_action(
            "package_search", fq="organization:tiefbauamt AND dataset_type:(dataset_series OR data_service)"
        )["count"]
    }
    assert "fq=organization%3Atiefbauamt" in texts[0]


@pytest.mark.usefixtures("demo")
def test_what_changed_since_a_moment_can_be_asked_for(app: Any) -> None:
    assert len(set(together(pages(app, "ttl", "?modified_since=2020-01-01")).subjects(RDF.type, DCAT.Dataset))) > 40
    assert set(together(pages(app, "ttl", "?modified_since=2999-01-01")).subjects(RDF.type, DCAT.Dataset)) == set()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=abc",
        "page=999999999999999999999",
        "page=1.5",
        "modified_since=gestern",
        "modified_since=99999-01-01",
        "page=%00",
    ],
)
def test_bad_parameters_are_refused_and_named(app: Any, query: str) -> None:
    answer = app.get(f"/catalog.ttl?{query}", status=409)
    assert query.split("=", maxsplit=1)[0] in answer.body


@pytest.mark.usefixtures("demo")
def test_a_syntax_nobody_knows_is_refused(app: Any) -> None:
    assert app.get("/catalog.xyz", status=409).status_code == 409
    assert app.get("/data_service/gibt-es-nicht.ttl", status=404).status_code == 404


@pytest.mark.usefixtures("demo")
def test_a_page_behind_the_last_one_is_empty_and_leads_back(app: Any) -> None:
    graph = Graph().parse(data=app.get("/catalog.ttl?page=99").body)
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == set()
    assert next(iter(graph.objects(None, HYDRA.first)))
    assert list(graph.objects(None, HYDRA.next)) == []


@pytest.mark.usefixtures("demo")
def test_another_profile_is_left_to_ckanext_dcat(app: Any) -> None:
    graph = Graph().parse(data=app.get("/catalog.ttl?profiles=euro_dcat_ap_3").body)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) > 40
    assert list(graph.objects(None, DCAT.service)) == []


@pytest.mark.usefixtures("demo")
def test_series_and_services_are_outside_search_unless_asked_for() -> None:
    everything = helpers.call_action("package_search", rows=1000)
    assert {package["type"] for package in everything["results"]} == {"dataset"}
    assert everything["count"] == 47
    assert helpers.call_action("package_search", fq="dataset_type:data_service")["count"] == 4
    assert helpers.call_action("package_search", fq="type:dataset_series")["count"] == 2
    organization = helpers.call_action("organization_show", id="tiefbauamt", include_datasets=False)
    assert organization["package_count"] == helpers.call_action("package_search", fq="organization:tiefbauamt")["count"]


@pytest.mark.usefixtures("demo")
def test_deprecated_twins_are_written_only_where_the_setting_asks_for_them(app: Any) -> None:
    old = (DCATDE.politicalGeocodingURI, URIRef("http://www.w3.org/2002/07/owl#versionInfo"))
    graph = Graph().parse(data=app.get("/catalog.ttl").body)
    assert not any((None, path, None) in graph for path in old)
    with helpers.changed_config("ckanext.stuttgart.deprecated_properties", True):
        graph = Graph().parse(data=app.get("/catalog.ttl").body)
    assert all((None, path, None) in graph for path in old)


def dataset_of(app: Any, name: str) -> tuple[Graph, URIRef]:
    graph = Graph().parse(data=app.get(f"/dataset/{name}.ttl").body)
    node = graph.value(None, RDF.type, DCAT.Dataset)
    assert isinstance(node, URIRef)
    return graph, node


@pytest.mark.usefixtures("clean_portal")
def test_an_editors_dataset_gets_what_the_city_and_its_office_say(app: Any, shared: Path, tmp_path: Path) -> None:
    office = factories.Organization(
        name="stadtbuecherei",
        title="Stadtbücherei",
        email="buecherei@stadt.example",
        contributor_id="http://dcat-ap.de/def/contributors/landeshauptstadtMuenchen",
    )
    service = factories.Dataset(
        type="data_service",
        name="wfs",
        title="Geodienst",
        endpoint_url=["https://geo.stadt.example/wfs"],
        owner_org=office["id"],
    )
    dataset = factories.Dataset(
        title="Ausleihen",
        notes="Alle Ausleihen.",
        owner_org=office["id"],
        tag_string="bücherei,medien",
        license_id="http://dcat-ap.de/def/licenses/cc-zero",
        frequency="monatlich",
        language=["Deutsch"],
        resources=[
            {"name": "Ausleihen als CSV", "url": "https://stadt.example/a.csv", "format": "csv"},
            {
                "name": "Dienst",
                "url": "https://geo.stadt.example/wfs",
                "access_service": [f"http://test.ckan.net/dataset/{service['id']}"],
            },
        ],
    )
    graph, node = dataset_of(app, dataset["name"])
    assert str(node) == f"http://test.ckan.net/dataset/{dataset['id']}"
    assert str(graph.value(node, DCATDE.contributorID)).endswith("landeshauptstadtMuenchen")
    publisher = graph.value(node, DCTERMS.publisher)
    assert str(graph.value(publisher, URIRef("http://xmlns.com/foaf/0.1/name"))) == "Stadtbücherei"
    assert str(graph.value(node, DCTERMS.accrualPeriodicity)).endswith("/MONTHLY")
    assert str(graph.value(node, DCATDE.politicalGeocodingLevelURI)).endswith("/municipality")
    assert set(graph.objects(None, DCTERMS.license)) == {URIRef("http://dcat-ap.de/def/licenses/cc-zero")}
    assert str(next(graph.objects(None, DCAT.accessService))) == f"http://test.ckan.net/dataset/{service['id']}"
    file = tmp_path / "catalog.ttl"
    file.write_text(app.get("/catalog.ttl").body, encoding="utf-8")
    assert_conforming(shared, file)


@pytest.mark.usefixtures("clean_portal")
def test_a_private_dataset_is_nowhere_in_the_catalogue(app: Any) -> None:
    office = factories.Organization()
    factories.Dataset(title="Geheimnis", name="geheimnis", owner_org=office["id"], private=True)
    for suffix in SUFFIXES:
        assert "Geheimnis" not in app.get(f"/catalog.{suffix}").body
        assert app.get(f"/dataset/geheimnis.{suffix}").status_code in (403, 404)
