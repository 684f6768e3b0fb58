"""OGC API Features: from any page of an API to its datasets, and what bad answers may do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.stuttgart.errors import SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.reader import identify
from tests.core import quick
from tests.core.mutations import survives
from tests.core.ogcapi_documents import (
    API,
    CRS84,
    EPSG,
    HTML,
    ITEMS,
    LICENCES,
    PLACE,
    READER,
    RELATIONS,
    Pages,
    catalogue,
    collection,
    dataset,
    datasets,
    landing,
    link,
    pages,
    service,
)
from tests.core.sources import Read, Site, assert_conforming, assert_known_fields, cases, read

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick.parsing(monkeypatch)


# --- recorded APIs --------------------------------------------------------------------------------------------------


def recorded(url: str) -> Read:
    folder = cases("ogcapi")
    names = {
        "https://api.hamburg.de/datasets/v1/verkehrszaehlstellen/collections": "GastroViewer__*_collections.json",
        "https://mel.example/data/ogcapi/collections": "geonetwork-ui__ogcapi_collections.json",
        "https://my.server.org/sample-data-2": "ogc-client__sample-data-2.json",
        "https://my.server.org/sample-data-2/collections": "*sample-data-2__collections.json",
        "https://my.server.org/sample-data-2/collections/aires-covoiturage/items": "*aires-covoiturage__items.json",
        "https://my.server.org/sample-data": "ogc-client__sample-data.json",
        "https://my.server.org/sample-data/conformance": "*sample-data__conformance.json",
        "https://my.server.org/sample-data/collections": "*sample-data__collections.json",
        "https://my.server.org/sample-data/collections/airports": "*collections__airports.json",
        "https://my.server.org/sample-data/collections/dutch-metadata": "*__dutch-metadata.json",
        "https://my.server.org/sample-data/collections/dutch-metadata/items": "*__dutch-metadata__items.json",
    }

    def play(asked: str, _: bytes | None) -> bytes:
        if "offset=" in asked:
            raise KeyError(asked)
        (path,) = folder.glob(names[asked.partition("?")[0].rstrip("/")])
        return path.read_bytes()

    return read(READER, Site(play, "application/json"), url)


@pytest.mark.parametrize(
    ("url", "found", "refused", "whole"),
    [
        ("https://api.hamburg.de/datasets/v1/verkehrszaehlstellen/collections?f=json", 3, 0, True),
        ("https://mel.example/data/ogcapi/collections", 3, 0, True),
        ("https://my.server.org/sample-data-2/", 11, 0, True),
        ("https://my.server.org/sample-data-2/collections", 11, 0, True),
        ("https://my.server.org/sample-data-2/collections/aires-covoiturage/items", 1, 0, True),
        ("https://my.server.org/sample-data", 30, 1, False),
        ("https://my.server.org/sample-data/conformance", 30, 1, False),
        ("https://my.server.org/sample-data/collections/airports", 1, 0, True),
        ("https://my.server.org/sample-data/collections/dutch-metadata", 8, 1, False),
        ("https://my.server.org/sample-data/collections/dutch-metadata/items", 8, 1, False),
    ],
)
def test_recorded_apis_are_read_from_any_of_their_pages(url: str, found: int, refused: int, whole: bool) -> None:
    done = recorded(url)
    assert len(datasets(done)) == found
    assert len(done.refused) == refused
    assert (done.stopped is None) is whole
    assert_conforming(done)
    assert_known_fields(done)


def test_hamburg_says_licence_attribution_and_systems_once_for_all_collections() -> None:
    done = recorded("https://api.hamburg.de/datasets/v1/verkehrszaehlstellen/collections")
    made = done.package("Fußverkehr")
    own = "https://api.hamburg.de/datasets/v1/verkehrszaehlstellen"
    assert made["uri"] == f"{own}/collections/fussverkehr_zaehlstellen"
    assert made["notes"].startswith("Der Datensatz enthält Verkehrszählstellen in Hamburg")
    assert made["conforms_to"] == sorted([EPSG + "25832", EPSG + "3857", EPSG + "4326", CRS84])
    assert made["temporal_coverage"] == [{"start": "2015-02-17T00:00:00Z", "end": "2026-07-01T00:00:00Z"}]
    assert made["alternate_identifier"] == [{"notation": "7E0B7C8A-20D5-4BFB-A9DA-C892638F74C8"}]
    assert made["url"] == f"{own}/collections/fussverkehr_zaehlstellen/items?f=html"
    (resource,) = made["resources"]
    assert resource["format"] == "GEOJSON"
    assert resource["license"] == LICENCES + "dl-by-de/2.0"
    assert resource["license_attribution_by_text"].startswith("Freie und Hansestadt Hamburg, Behörde für Verkehr")
    assert resource["access_service"] == [f"{own}#OGC-API"]
    served = service(done)
    assert served["title"] == "Verkehrszählstellen Hamburg"
    assert served["endpoint_url"] == [own]
    assert len(served["serves_dataset"]) == 3


def test_bulk_downloads_stand_beside_the_items_and_rows_of_a_table_are_no_records() -> None:
    done = recorded("https://mel.example/data/ogcapi/collections")
    made = done.package("covoit-mel")
    by_way = [(resource["format"], "download_url" in resource) for resource in made["resources"]]
    assert sorted(by_way) == [
        ("CSV", True),
        ("GEOJSON", False),
        ("GEOJSON", True),
        ("JSON", True),
        ("SHP", True),
        ("XLSX", True),
    ]
    assert done.package("geopackages_to_delete")["resources"]
    assert service(done)["title"] == "mel.example/data/ogcapi"


def test_the_landing_page_names_the_api_and_its_descriptions() -> None:
    served = service(recorded("https://my.server.org/sample-data"))
    assert served["title"] == "OS Open Zoomstack"
    assert served["endpoint_description"] == ["https://my.server.org/sample-data/api?f=json"]
    assert served["documentation"] == ["https://my.server.org/sample-data/api?f=html"]
    assert served["license_attribution_by_text"] == "Contains OS data © Crown copyright and database right 2021."
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0" in served["conforms_to"]
    assert "http://www.opengis.net/spec/ogcapi-records-1/1.0" in served["conforms_to"]
    airports = recorded("https://my.server.org/sample-data").package("Airports")
    licence = "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    assert {resource["license"] for resource in airports["resources"]} == {licence}
    assert {resource["rights"] for resource in airports["resources"]} == {"Open Government Licence (OGL)"}
    assert airports["conforms_to"][0].startswith(EPSG)


def test_records_of_a_catalogue_become_datasets_and_services() -> None:
    done = recorded("https://my.server.org/sample-data/collections/dutch-metadata")
    map_book = done.package("Kaartboeck 1635")
    assert map_book["identifier"] == "35149dfb-31d3-431c-a8bc-12a4034dac48"
    assert map_book["modified"] == "2022-06-10T01:27:47Z"
    assert map_book["contact"] == [{"name": "Gemeente Zaanstad", "email": "geo-informatie@zaanstad.nl"}]
    assert sorted(resource["format"] for resource in map_book["resources"]) == ["CSV", "SHP", "WFS_SRVC", "WMS_SRVC"]
    assert "uri" not in done.mapped[done.records[0].id("amt")]
    assert service(done)["endpoint_url"] == ["https://rvo.b3p.nl/geoserver/WarmteAtlas/wms"]
    assert list(done.refused.values()) == ["describes a service without any address"]
    assert done.stopped is not None
    assert "a following page was not read" in str(done.stopped.reason)


# --- finding the way ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pasted",
    [
        API,
        f"{API}/",
        f"{API}?f=html",
        f"{API}/collections",
        f"{API}/collections?f=html&lang=de",
        f"{API}/conformance",
        f"{API}/api",
        f"{API}/collections/wege",
        f"{API}/collections/wege/items",
        f"{API}/collections/wege/items?limit=5",
        f"{API}/collections/wege/items/7",
    ],
)
def test_any_page_leads_to_the_same_dataset_and_service(pasted: str) -> None:
    feature = {"type": "Feature", "id": "7", "geometry": None, "properties": {"title": "Weg", "art": "Rad"}}
    site = Pages(
        {
            **pages(),
            f"{API}/collections/wege": collection(),
            f"{API}/collections/wege/items": {"type": "FeatureCollection", "features": [feature]},
            f"{API}/collections/wege/items/7": feature,
        }
    )
    done = read(READER, site, pasted)
    assert [record.iri for record in done.records] == [f"{API}/collections/wege", f"{API}#OGC-API"]
    assert dataset(done)["title"] == "Wege"
    assert service(done)["title"] == "Geodaten"
    assert done.stopped is None


def test_web_pages_are_asked_again_for_json() -> None:
    site = Pages(pages(), html=(API, f"{API}/collections"))
    done = read(READER, site, API)
    assert service(done)["title"] == "Geodaten"
    assert len(datasets(done)) == 1


def test_the_landing_page_may_be_called_api() -> None:
    home = "https://geo.example/api"
    site = Pages(
        {place.replace(API, home): json.loads(json.dumps(page).replace(API, home)) for place, page in pages().items()}
    )
    assert service(read(READER, site, home))["endpoint_url"] == [home]


def test_a_list_of_collections_is_enough() -> None:
    done = read(READER, Pages({f"{API}/collections": {"collections": [collection()]}}), API)
    assert service(done)["title"] == "geo.example/ogc/v1"
    assert_conforming(done)
    assert_known_fields(done)


def test_other_names_of_the_pages_are_followed() -> None:
    here = {"collections": [collection("a", links=[link("items", "https://pg.example/collections/a/items.json")])]}
    page = {"links": [link("data", "/collections.json"), link("data", "/collections/{collectionId}")]}
    site = Pages({"https://pg.example/index.json": page, "https://pg.example/collections.json": here})
    done = read(READER, site, "https://pg.example/index.json")
    assert done.records[0].iri == "https://pg.example/collections/a"
    assert service(done)["endpoint_url"] == ["https://pg.example"]


@pytest.mark.parametrize("inner", ["http://localhost:5000", "http://pygeoapi:80", "http://10.0.0.7/intern"])
def test_inner_host_names_are_replaced_by_the_one_the_public_uses(inner: str) -> None:
    value = json.dumps({**pages(), f"{API}/conformance": {"conformsTo": []}}).replace(API, inner)
    inside = json.loads(value)
    site = Pages({place.replace(inner, API): page for place, page in inside.items()})
    done = read(READER, site, API)
    assert done.records[0].iri == f"{API}/collections/wege"
    assert dataset(done)["resources"][0]["url"] == f"{API}/collections/wege/items?f=json"
    assert inner not in json.dumps(done.packages)


def test_plain_http_in_the_links_becomes_https() -> None:
    site = Pages(
        json.loads(json.dumps(pages()).replace(f'"{API}', f'"{API}').replace('"href": "https', '"href": "http'))
    )
    assert dataset(read(READER, site, API))["resources"][0]["url"].startswith("https://geo.example/")


def test_a_local_file_takes_the_address_from_its_links(tmp_path: Any) -> None:
    path = tmp_path / "collections.json"
    path.write_text(json.dumps({"collections": [collection()]}), encoding="utf-8")
    done = read(READER, LocalFile(path), str(path))
    assert [record.iri for record in done.records] == [f"{API}/collections/wege", f"{API}#OGC-API"]
    path.write_text(json.dumps({"collections": [{"id": "a", "links": []}]}), encoding="utf-8")
    with pytest.raises(SourceUnreadable, match="under which address"):
        read(READER, LocalFile(path), str(path))


def test_answers_are_recognised_by_what_they_are() -> None:
    def sure(value: Any, type_: str = "application/json") -> int:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return READER.recognises(Answer(API, 200, type_, None, body))

    assert sure(landing()) == sure(pages()[f"{API}/collections"]) == sure(collection()) == 90
    assert sure({"type": "FeatureCollection", "features": [], "links": []}) == 70
    assert sure({"stac_version": "1.0.0", **landing()}) == 20
    for other in (
        HTML,
        b"",
        {},
        [],
        {"links": []},
        {"success": False, "links": "x"},
        {"code": "NotFound"},
        b'{"links":',
    ):
        assert sure(other) == 0
    assert sure({"value": 1, "links": [link("next", "x")]}) == 0
    assert sure(json.dumps(landing()).encode("utf-16")) == 90
    body = json.dumps(landing()).encode()
    found = identify(Answer(API, 200, "application/json", None, body), ("dcat", "wfs", "wms", "ogcapi"))
    assert found is not None
    assert found.name == "ogcapi"


# --- collections ----------------------------------------------------------------------------------------------------


def test_everything_a_collection_says_has_its_place() -> None:
    links = [
        link("items", f"{API}/collections/wege/items?f=json", "application/geo+json"),
        link("items", f"{API}/collections/wege/items?f=gml", "application/gml+xml;version=3.2"),
        link(f"{RELATIONS}items", f"{API}/collections/wege/items?f=jsonfg", "application/vnd.ogc.fg+json"),
        link("enclosure", "https://stadt.example/wege.gpkg", "application/geopackage+sqlite3"),
        link("canonical", "https://stadt.example/wege.csv", "text/csv", "Rohdaten"),
        link("alternate", f"{API}/collections/wege?f=html", "text/html"),
        link("alternate", f"{API}/collections/wege?f=jsonld", "application/ld+json"),
        link("describedby", "https://gdi.example/srv/api/records/7e0b7c8a-20d5-4bfb-a9da-c892638f74c8", "text/html"),
        link("describedby", f"{API}/collections/wege/schema", "application/schema+json"),
        link("license", "https://creativecommons.org/licenses/by/4.0/deed.de", "text/html", "CC BY 4.0"),
    ]  # fmt: skip
    extent = {
        "spatial": {"bbox": [[9, 48, 10, 49], [9, 48, 9.5, 48.5]], "crs": CRS84},
        "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]},
    }
    value = collection(
        description="Alle Wege.",
        keywords=["Wege", "http://publications.europa.eu/resource/authority/data-theme/TRAN"],
        links=links,
        extent=extent,
        crs=["#/crs", EPSG + "31467"],
        storageCrs=EPSG + "25832",
        attribution='© <a href="https://stadt.example">Stadt</a>',
        itemCount=5,
    )
    done = read(READER, Pages(pages(value, crs=[CRS84, EPSG + "4326"])), API)
    made = dataset(done)
    assert made["notes"] == "Alle Wege."
    assert made["tags"] == [{"name": "Wege"}]
    assert made["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/TRAN"]
    assert made["conforms_to"] == [EPSG + "25832", CRS84, EPSG + "4326", EPSG + "31467"]
    assert made["spatial_coverage"] == [PLACE]
    assert made["temporal_coverage"] == [{"start": "2020-01-01T00:00:00Z"}]
    assert made["identifier"] == "7e0b7c8a-20d5-4bfb-a9da-c892638f74c8"
    assert len(made["documentation"]) == 1
    assert made["url"] == f"{API}/collections/wege?f=html"
    ways = {
        resource.get("format"): sorted(set(resource) & {"download_url", "access_service"})
        for resource in made["resources"]
    }
    assert ways == {
        "GEOJSON": ["access_service"],
        "GML": ["access_service"],
        None: ["access_service"],
        "GPKG": ["download_url"],
        "CSV": ["download_url"],
    }
    assert {resource["license"] for resource in made["resources"]} == {LICENCES + "cc-by/4.0"}
    assert {resource["license_attribution_by_text"] for resource in made["resources"]} == {
        "© Stadt (https://stadt.example)"
    }
    assert "itemCount" not in json.dumps([record.payload for record in done.records])
    assert_conforming(done)
    assert_known_fields(done)


@pytest.mark.parametrize(
    ("extent", "box"),
    [
        ({"spatial": {"bbox": [[9, 48, 10, 49]]}}, True),
        ({"spatial": {"bbox": [9, 48, 10, 49]}}, True),
        ({"spatial": [9, 48, 10, 49]}, True),
        ({"bbox": [9, 48, 10, 49]}, True),
        ({"spatial": {"bbox": [[9, 48, -5, 10, 49, 700]]}}, True),
        ({"spatial": {"bbox": [[48, 9, 49, 10]], "crs": EPSG + "4326"}}, True),
        ({"spatial": {"bbox": [["9", "48", "10", "49"]]}}, True),
        ({"spatial": {"bbox": [[500000, 5400000, 510000, 5410000]], "crs": EPSG + "25832"}}, False),
        ({"spatial": {"bbox": [[48, 9, 49, 10]]}}, True),
        ({"spatial": {"bbox": [[0, -10, -1, 10]]}}, False),
        ({"spatial": {"bbox": [[None, None, None, None]]}}, False),
        ({"spatial": {"bbox": [[]]}}, False),
        ({"spatial": {"bbox": None}}, False),
        ([1], False),
        ("x", False),
    ],
)
def test_extents_of_all_drafts_are_boxes_or_nothing(extent: Any, box: bool) -> None:
    made = dataset(read(READER, Pages(pages(collection(extent=extent))), API))
    expected = [PLACE] if box else None
    assert made.get("spatial_coverage") == expected


@pytest.mark.parametrize(
    ("temporal", "period"),
    [
        ({"interval": [["2020", "2021"]]}, {"start": "2020", "end": "2021"}),
        ({"interval": [[None, "2021"]]}, {"end": "2021"}),
        ({"interval": [["2020", ".."]]}, {"start": "2020"}),
        ({"interval": ["2020", None]}, {"start": "2020"}),
        ({"interval": [None, None]}, None),
        ({"interval": [[None, None]]}, None),
        ({"interval": []}, None),
        (["2020", "2021"], {"start": "2020", "end": "2021"}),
        (None, None),
        (7, None),
    ],
)
def test_intervals_may_be_open_flat_or_empty(temporal: Any, period: dict[str, str] | None) -> None:
    made = dataset(read(READER, Pages(pages(collection(extent={"temporal": temporal}))), API))
    assert made.get("temporal_coverage") == ([period] if period else None)


def test_a_file_of_everything_belongs_to_the_only_collection_and_to_none_of_several() -> None:
    file = [link("enclosure", "https://stadt.example/alles.gpkg", "application/geopackage+sqlite3")]
    alone = dataset(read(READER, Pages(pages(collection(), links=file)), API))
    assert "GPKG" in [resource["format"] for resource in alone["resources"]]
    several = dataset(read(READER, Pages(pages(collection(), collection("b"), links=file)), API))
    assert "GPKG" not in [resource["format"] for resource in several["resources"]]


def test_questions_of_other_standards_are_no_data_and_pictures_come_last() -> None:
    here = f"{API}/collections/wege"
    queries = [link("data", f"{here}/{name}?f=json", "application/json") for name in ("position", "locations", "cube")]
    pictures = [link(f"{RELATIONS}map", f"{here}/map.png", "image/png"), link("styles", f"{here}/styles", "text/html")]
    site = Pages(pages(collection("a", links=[*queries, *pictures]), collection("b", links=pictures)))
    first, second = datasets(read(READER, site, API))
    assert [resource["url"] for resource in first["resources"]] == [f"{here}/locations?f=json"]
    assert [resource["format"] for resource in second["resources"]] == ["PNG"]


def test_the_contact_stands_in_the_description_of_the_api() -> None:
    contact = {
        "name": "Vermessung",
        "x-ogc-serviceContact": {"name": "Erika", "emails": [{"value": "geo@stadt.example"}]},
    }
    described = {"info": {"contact": contact, "x-keywords": ["Wege"], "license": {"name": "CC0 1.0"}}}
    page = landing(link("service-desc", f"{API}/api?f=json", "application/vnd.oai.openapi+json;version=3.0"))
    done = read(READER, Pages({**pages(), API: page, f"{API}/api": described}), API)
    served = service(done)
    assert served["tags"] == [{"name": "Wege"}]
    assert served["contact"] == [{"name": "Vermessung", "email": "geo@stadt.example"}]
    assert served["publisher"] == [{"name": "Vermessung"}]
    assert served["license_id"] == LICENCES + "cc-zero"
    assert done.records[0].publisher == {"name": "Vermessung"}
    assert_conforming(done)
    assert_known_fields(done)


def test_collections_without_id_and_those_listed_twice_are_refused_by_name() -> None:
    done = read(READER, Pages(pages(collection(), {"title": "Ohne", "links": []}, collection(), "x", None)), API)
    assert done.refused == {
        "Ohne": "is a collection without an id",
        "?": "is a collection without an id",
        "wege": "is listed twice; the first one was taken",
    }
    assert len(datasets(done)) == 1


@pytest.mark.parametrize("name", ["Bäume <alt>", "a/b", "x y", "ns:a", "100%", '"'])
def test_odd_ids_still_make_an_iri(name: str) -> None:
    made = read(READER, Pages(pages(collection(id=name))), API).packages[0]
    assert made["uri"].startswith(f"{API}/collections/")
    assert made["uri"].isascii()


def test_a_choice_of_names_may_be_made() -> None:
    done = read(READER, Pages(pages(collection("a1"), collection("b1"))), API, only="a*")
    assert [made["title"] for made in datasets(done)] == ["A1"]
    assert "asked for" in str(read(READER, Pages(pages()), API, only="zzz").stopped)


def test_an_api_without_collections_is_not_taken_for_an_empty_one() -> None:
    done = read(READER, Pages({**pages(), f"{API}/collections": {"collections": []}}), API)
    assert not done.records
    assert done.stopped is not None
    assert done.stopped.failed


# --- bad answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (HTML, "is a web page"),
        (b"", "is empty"),
        (b'{"collections": [', "broken JSON"),
        (b'{"links": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "nested deeper"),
        (b'{"code": "InvalidParameter", "description": "geheim"}', "answered with an error message"),
        (b'{"collections": NaN}', "NaN"),
        (b"[1, 2]", "something else"),
        (b'{"type": "FeatureCollection", "features": []}', "holds features"),
    ],
)
def test_unreadable_answers_are_told_in_one_sentence(body: bytes, words: str) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        read(READER, Site(lambda _, __: body, "application/json"), API)
    assert words in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_mangled_answers_never_end_in_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = cases("ogcapi")
    hamburg = json.loads(next(folder.glob("GastroViewer__*")).read_bytes())
    whole = {**catalogue(), f"{API}/conformance": {"conformsTo": ["x"]}}
    whole[ITEMS] = json.loads(
        (folder / "ogc-client__sample-data__collections__dutch-metadata__items.json").read_bytes()
    )
    whole[f"{API}/collections"]["collections"] += hamburg.pop("collections")
    whole[f"{API}/collections"] |= hamburg
    survives(monkeypatch, READER, {url: json.dumps(value).encode() for url, value in whole.items()}, API)
