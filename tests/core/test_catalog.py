"""Whole catalogues: what lists what, links to described things only, and real and made up ones in and out again."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, BNode, Graph, Literal, URIRef

from ckanext.stuttgart.dcatde import hvd
from ckanext.stuttgart.dcatde.catalog import (
    Catalog,
    class_of,
    described,
    linked,
    list_package,
    listings,
    package_nodes,
    read_catalog,
    upgrade,
    write_catalog,
)
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import Defaults, normalise
from tests.core import official_shapes as shapes
from tests.core.situations import graph
from tests.core.sources import CATALOG

pytestmark = pytest.mark.thorough

BASE = "https://portal.example"
EU = "http://publications.europa.eu/resource/authority/"
LICENCES = "http://dcat-ap.de/def/licenses/"
MADE_UP = sorted((Path(__file__).parents[1] / "data" / "catalogues").glob("*.[!m]*"))
CASES = sorted((shapes.SHARED / "cases" / "dcat").glob("*")) if shapes.SHARED.is_dir() else []
AGENT = [{"name": "Amt"}]


def dataset(number: int, **fields: Any) -> dict[str, Any]:
    uri = f"{BASE}/dataset/{number}"
    return {"type": "dataset", "uri": uri, "title": f"D {number}", "notes": "x", "publisher": AGENT, **fields}


SERVICE = {
    "type": "data_service",
    "uri": f"{BASE}/service/1",
    "title": "WFS",
    "publisher": AGENT,
    "endpoint_url": ["https://geo.example/wfs"],
}
SERIES = {**dataset(9), "type": "dataset_series"}


def curie(name: str) -> URIRef:
    return load().expand(name)


# --- lists and links ---------------------------------------------------------------------------------------------


def test_datasets_and_series_are_listed_as_datasets_and_services_as_services():
    data = Graph()
    catalog = URIRef(BASE)
    write_catalog(data, catalog, Catalog(CATALOG, [dataset(1), SERIES, SERVICE]))
    assert {str(node) for node in data.objects(catalog, curie("dcat:dataset"))} == {dataset(1)["uri"], SERIES["uri"]}
    assert {str(node) for node in data.objects(catalog, curie("dcat:service"))} == {SERVICE["uri"]}
    series = URIRef(SERIES["uri"])
    assert {curie("dcat:Dataset"), curie("dcat:DatasetSeries")} == set(data.objects(series, RDF.type))
    assert {(str(c), str(p)) for c, p in listings(data)} == {
        (BASE, package["uri"]) for package in (dataset(1), SERIES, SERVICE)
    }


def test_a_package_without_type_is_a_dataset():
    package = {"title": "x"}
    assert class_of(package) is load().packages["dataset"]
    data = Graph()
    list_package(data, URIRef(BASE), BNode(), package)
    assert len(list(data.objects(URIRef(BASE), curie("dcat:dataset")))) == 1


def test_only_what_is_described_in_the_graph_is_referred_to():
    known, unknown = SERIES["uri"], "https://example.org/anderswo"
    package = dataset(
        1,
        in_series=[known, unknown],
        source=[unknown],
        has_version=[dataset(2)["uri"], SERVICE["uri"]],
        related_resource=[unknown],
        resources=[{"url": BASE, "access_service": [SERVICE["uri"], unknown, dataset(2)["uri"]]}],
    )
    made = linked(package, class_of(package), described([package, dataset(2), SERIES, SERVICE]))
    assert made["in_series"] == [known]
    assert made["source"] == []
    assert made["has_version"] == [dataset(2)["uri"]]
    assert made["resources"][0]["access_service"] == [SERVICE["uri"]]
    assert made["related_resource"] == [unknown]
    assert package["in_series"] == [known, unknown]


def test_nothing_is_copied_where_nothing_refers_to_anything():
    package = dataset(1)
    assert linked(package, class_of(package), {}) is package


def test_described_names_packages_and_distributions_with_their_classes():
    package = dataset(1, resources=[{"uri": f"{BASE}/file/1"}, {"url": BASE}])
    assert described([package, SERIES, SERVICE, {"title": "without IRI"}]) == {
        package["uri"]: {curie("dcat:Dataset")},
        f"{BASE}/file/1": {curie("dcat:Distribution")},
        SERIES["uri"]: {curie("dcat:DatasetSeries"), curie("dcat:Dataset")},
        SERVICE["uri"]: {curie("dcat:DataService")},
    }


def test_a_node_that_several_packages_name_is_described_once():
    amt = {"uri": f"{BASE}/amt", "name": "Amt"}
    data = Graph()
    packages = [dataset(1, publisher=[amt]), dataset(2, publisher=[{**amt, "name": "Das Amt"}])]
    write_catalog(data, URIRef(BASE), Catalog(CATALOG, packages))
    assert [str(name) for name in data.objects(URIRef(amt["uri"]), curie("foaf:name"))] == ["Amt"]


# --- reading -----------------------------------------------------------------------------------------------------


def test_a_catalogue_is_read_with_all_packages_described_listed_or_not():
    data = Graph()
    packages = [dataset(1), dataset(2), SERIES, SERVICE]
    write_catalog(data, URIRef(BASE), Catalog({**CATALOG, "issued": "2023"}, packages))
    data.remove((None, curie("dcat:dataset"), URIRef(dataset(2)["uri"])))
    subject, catalog = read_catalog(data)
    assert subject == URIRef(BASE)
    assert catalog.metadata == {**CATALOG, "uri": BASE, "issued": "2023"}
    assert sorted(catalog.packages, key=lambda package: package["uri"]) == packages


def test_of_several_catalogues_that_with_most_datasets_is_the_one():
    data = graph(
        "ex:all a dcat:Catalog ; dcterms:title 'A' ; dcat:catalog ex:part ; dcat:dataset ex:1, ex:2 . "
        "ex:part a dcat:Catalog ; dcat:dataset ex:2 . ex:empty a dcat:Catalog ."
    )
    subject, catalog = read_catalog(data)
    assert subject == URIRef("https://example.org/all")
    assert catalog.metadata["title"] == "A"


def test_a_graph_without_a_catalogue_still_has_packages():
    subject, catalog = read_catalog(graph("ex:d a dcat:Dataset ; dcterms:title 'D' ."))
    assert subject is None
    assert catalog.metadata == {}
    assert [package["title"] for package in catalog.packages] == ["D"]
    assert read_catalog(Graph()) == (None, Catalog())


def test_every_package_is_found_once_and_a_series_typed_twice_is_a_series():
    data = graph(
        "ex:s a dcat:DatasetSeries, dcat:Dataset . ex:d a dcat:Dataset . [] a dcat:DataService . ex:x a dcat:Catalog ."
    )
    assert len(package_nodes(data)) == 3
    _, catalog = read_catalog(data)
    assert sorted(package["type"] for package in catalog.packages) == ["data_service", "dataset", "dataset_series"]


def test_older_and_misspelt_namespaces_are_rewritten_in_place():
    data = graph(
        "ex:d a dcat:Dataset ; <http://dcat-ap.de/def/dcatde/1_0/contributorID> ex:c ; "
        "<http://dcat-ap.de/def/dcatde/1_0politicalGeocodingLevelURI> ex:l ; "
        "<http://data.europa.eu/r5r#availability> ex:a ; <https://dcat-ap.de/def/dcatde/unheardOf> 'x' ."
    )
    upgrade(data)
    node = URIRef("https://example.org/d")
    assert data.value(node, curie("dcatde:contributorID")) == URIRef("https://example.org/c")
    assert data.value(node, curie("dcatde:politicalGeocodingLevelURI")) == URIRef("https://example.org/l")
    assert data.value(node, curie("dcatap:availability")) == URIRef("https://example.org/a")
    assert Literal("x") in set(data.objects(node))
    before = set(data)
    upgrade(data)
    assert set(data) == before


# --- in and out again --------------------------------------------------------------------------------------------


def again(data: Graph) -> Graph:
    """A catalogue as the portal would serve it after an import."""
    _, catalog = read_catalog(data)
    defaults = Defaults(publisher={"name": "Amt"}, contributor_id="http://dcat-ap.de/def/contributors/datenBW")
    packages = []
    for number, package in enumerate(catalog.packages):
        stored = normalise(package, defaults).stored()
        served = normalise(stored, defaults).package
        packages.append({**served, "uri": served.get("uri") or f"{BASE}/dataset/{number}"})
    written = Graph()
    write_catalog(written, URIRef(BASE), Catalog(CATALOG, hvd.pass_on(packages)))
    return written


def violations(data: Graph) -> set[shapes.Result]:
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    return {result for result in shapes.official(data) if result[2] == "violation"}


@pytest.mark.parametrize("path", [*CASES, *MADE_UP], ids=lambda path: path.name)
def test_a_real_catalogue_leaves_the_portal_without_a_violation(path: Path):
    assert violations(again(Graph().parse(path, format="json-ld" if path.suffix == ".jsonld" else None))) == set()


# Package and field of a made up catalogue -> what it is after the import.
READ = {
    "govdata.ttl": {
        "https://govdata.example/dataset/luft": {
            "custodian": [{"name": "Referat 42"}],
            "version": "1.1",
            "applicable_legislation": ["Umweltinformationsgesetz"],
            "related_resource": ["https://govdata.example/dataset/luft-alt"],
        }
    },
    "piveau.ttl": {
        "https://piveau.example/set/data/baeume": {"title": "Baumkataster", "frequency": f"{EU}frequency/ANNUAL"},
        "https://piveau.example/set/service/wfs": {
            "endpoint_url": ["https://geo.beispielingen.example/wfs?service=WFS&request=GetCapabilities"]
        },
    },
    "duva.rdf": {
        "https://duva.example/daten/17": {
            "contributor_id": ["http://dcat-ap.de/def/contributors/datenBW"],
            "identifier": "https://duva.example/daten/17",
            "issued": "2021-03-15",
            "modified": "2022-01-28T10:15:00",
            "notes": "Einwohner nach Stadtbezirken",
            "publisher": [{"name": "Amt für Statistik"}],
            "political_geocoding_level_uri": ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"],
            "temporal_coverage": [{"start": "2010-12-31", "end": "2020-12-31"}],
        }
    },
    "opendatasoft.ttl": {
        "https://ods.example/explore/dataset/laden/": {
            "publisher": [{"name": "Stadtwerke"}],
            "theme": [f"{EU}data-theme/ENER", f"{EU}data-theme/TRAN"],
            "temporal_coverage": [{"start": "2020-01-01"}],
        }
    },
    "arcgis-hub.jsonld": {
        "https://hub.example/datasets/ab12_0": {
            "publisher": [{"name": "Vermessungsamt"}],
            "spatial_coverage": [
                {"bbox": "POLYGON((9 48.6, 9.3 48.6, 9.3 48.9, 9 48.9, 9 48.6))", "centroid": "POINT(9.15 48.75)"}
            ],
        }
    },
    "statistik.ttl": {
        "https://amt.example/tabelle/12411-0001": {
            "contributor_id": ["http://dcat-ap.de/def/contributors/destatis", "https://amt.example/id/7"],
            "language": [f"{EU}language/DEU", f"{EU}language/ENG"],
        }
    },
    "entryscape.ttl": {
        "https://store.example/1/resource/3": {
            "temporal_resolution": "P7D",
            "spatial_resolution_in_meters": "10.5",
            "in_series": ["https://store.example/1/resource/7"],
        },
        "https://store.example/1/resource/7": {"type": "dataset_series", "frequency": f"{EU}frequency/UNKNOWN"},
    },
    "geonetwork.rdf": {
        "https://gn.example/datasets/laerm": {
            "notes": "Umgebungslärm nach EU-Richtlinie.",
            "modified": "2023-06-01",
            "contact": [{"name": "Umweltamt", "email": "laerm@gn.example"}],
        }
    },
    "dkan.ttl": {
        "https://dkan.example/dataset/1": {
            "modified": "2012-01-02T10:15:00",
            "contact": [{"name": "Kämmerei", "email": "kaemmerei@dkan.example", "url": "https://dkan.example/kontakt"}],
        }
    },
}
LICENSED = {
    "opendatasoft.ttl": f"{LICENCES}dl-zero-de/2.0",
    "geonetwork.rdf": f"{LICENCES}dl-by-de/2.0",
    "dkan.ttl": f"{LICENCES}dl-by-de/2.0",
    "entryscape.ttl": f"{LICENCES}cc-zero",
}


def packages(name: str) -> dict[str, dict[str, Any]]:
    path = next(path for path in MADE_UP if path.name == name)
    _, catalog = read_catalog(Graph().parse(path, format="json-ld" if path.suffix == ".jsonld" else None))
    return {package["uri"]: normalise(package).package for package in catalog.packages if "uri" in package}


@pytest.mark.parametrize("name", READ)
def test_a_catalogue_is_understood_in_the_style_of_its_software(name: str):
    found = packages(name)
    for uri, fields in READ[name].items():
        assert {field: found[uri].get(field) for field in fields} == fields


@pytest.mark.parametrize("name", LICENSED)
def test_the_licence_of_a_dataset_holds_for_its_files_without_one(name: str):
    for package in packages(name).values():
        assert {resource["license"] for resource in package.get("resources", ())} <= {LICENSED[name]}
