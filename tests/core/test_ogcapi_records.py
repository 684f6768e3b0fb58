"""OGC API Records: what becomes of a record, and catalogues of many pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.bounds import Bounds
from ckanext.stuttgart.harvest.ogc import api
from tests.core import quick
from tests.core.ogcapi_documents import (
    API,
    HTML,
    ITEMS,
    LICENCES,
    PLACE,
    READER,
    Pages,
    catalogue,
    collection,
    dataset,
    datasets,
    link,
    of_record,
    pages,
    record,
    service,
)
from tests.core.sources import Site, assert_conforming, assert_known_fields, read


@pytest.fixture(autouse=True)
def parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick.parsing(monkeypatch)


# --- records --------------------------------------------------------------------------------------------------------


def test_everything_a_record_says_has_its_place() -> None:
    told = record(
        "urn:x-stadt:md:wege",
        link("enclosure", "https://stadt.example/wege.csv", "text/csv", "Wege"),
        link("describes", "https://stadt.example/ows?service=WMS&request=GetCapabilities", "", "Wegekarte"),
        link("item", "https://stadt.example/wfs", "OGC:WFS", "v:wege"),
        link("enclosure", "https://stadt.example/ordner/", "text/html"),
        link("canonical", "https://stadt.example/wege", "text/html"),
        link("describedby", "https://gdi.example/wege.xml", "application/xml"),
        link("license", "https://www.govdata.de/dl-de/by-2-0"),
        link("preview", "https://stadt.example/wege.png", "image/png"),
        link("self", f"{API}/collections/metadata/items/x", "application/geo+json"),
        keywords=["Wege"],
        language={"code": "de"},
        updated="2024-05-06T07:08:09Z",
        created="2020-01-01",
        externalIds=[{"scheme": "doi", "value": "10.1/x"}, "y"],
        themes=[
            {
                "concepts": [{"id": "transportation"}, "farming"],
                "scheme": "http://www.isotc211.org/2005/resources#MD_TopicCategoryCode",
            },
            {"concepts": [{"id": "x", "title": "Radwege"}, {"id": "c", "url": "http://data.europa.eu/bna/c_b79e35eb"}]},
        ],
        contacts=[
            {"organization": "Verlag", "roles": ["publisher"], "links": [{"href": "https://verlag.example"}]},
            {
                "name": "Erika",
                "organization": "Amt",
                "emails": [{"value": "a@stadt.example"}],
                "roles": ["pointOfContact"],
            },
            {"organization": "Büro", "roles": [{"name": "author"}], "phones": [{"value": "+49711"}]},
        ],
        rights="Nur mit Namen.",
    )
    told["geometry"] = {"type": "Polygon", "coordinates": [[[9, 48], [10, 48], [10, 49], [9, 49], [9, 48]]]}
    told["time"] = {"interval": ["2019-01-01", ".."], "resolution": "P1Y"}
    done = read(READER, Pages(catalogue(told)), API)
    (found,) = done.records
    made = dataset(done)
    assert found.iri == made["uri"] == "urn:x-stadt:md:wege"
    assert found.modified == made["modified"] == "2024-05-06T07:08:09Z"
    assert made["alternate_identifier"] == [{"notation": "10.1/x"}, {"notation": "y"}]
    assert made["tags"] == [{"name": "Wege"}, {"name": "Radwege"}]
    assert made["theme"] == ["transportation", "farming"]
    assert made["hvd_category"] == ["http://data.europa.eu/bna/c_b79e35eb"]
    assert made["spatial_coverage"] == [PLACE]
    assert made["temporal_coverage"] == [{"start": "2019-01-01"}]
    assert made["publisher"] == [{"name": "Verlag", "url": "https://verlag.example"}]
    assert made["creator"] == [{"name": "Büro"}]
    assert made["contact"] == [{"name": "Amt", "email": "a@stadt.example"}]
    assert made["url"] == "https://stadt.example/ordner/"
    assert made["documentation"] == ["https://gdi.example/wege.xml"]
    csv, wms, wfs = made["resources"]
    assert (csv["format"], csv["download_url"]) == ("CSV", ["https://stadt.example/wege.csv"])
    assert (wms["format"], wms["name"], wms["description"]) == ("WMS_SRVC", "WMS", "Layer: Wegekarte")
    assert (wfs["format"], wfs["url"]) == ("WFS_SRVC", "https://stadt.example/wfs")
    assert {resource["license"] for resource in made["resources"]} == {LICENCES + "dl-by-de/2.0"}
    assert csv["rights"] == "Nur mit Namen."
    assert_conforming(done)
    assert_known_fields(done)


def test_other_languages_than_german_are_marked() -> None:
    made = of_record(language={"code": "en-GB"}, keywords=["trees"])
    entries = {(entry["field"], entry["language"]) for entry in made["translations"]}
    assert entries == {("title", "en-gb"), ("notes", "en-gb"), ("tags", "en-gb")}
    both = of_record(title={"de": "Bäume", "en": "Trees"})
    assert both["title"] == "Bäume"
    assert {"field": "title", "language": "en", "text": "Trees"} in both["translations"]


def test_services_and_series_are_told_by_the_type() -> None:
    address = link("item", "https://stadt.example/wms?SERVICE=WMS&REQUEST=GetCapabilities", "OGC:WMS")
    done = read(
        READER,
        Pages(
            catalogue(
                record("a", address, type="service", license="CC-BY-4.0"),
                record("b", type="series"),
                record("c", type="http://purl.org/dc/dcmitype/Dataset"),
                record("d", type="application"),
            )
        ),
        API,
    )
    kinds = {record.name: done.mapped[record.id("amt")]["type"] for record in done.records}
    assert kinds == {"a": "data_service", "b": "dataset_series", "c": "dataset", "d": "dataset"}
    served = service(done)
    assert served["endpoint_url"] == ["https://stadt.example/wms"]
    assert served["endpoint_description"] == ["https://stadt.example/wms?SERVICE=WMS&REQUEST=GetCapabilities"]
    assert served["license_id"] == LICENCES + "cc-by/4.0"
    assert_conforming(done)
    assert_known_fields(done)


def test_ids_that_are_no_uuids_are_told_apart_by_their_catalogue() -> None:
    uuid = "7e0b7c8a-20d5-4bfb-a9da-c892638f74c8"
    done = read(READER, Pages(catalogue(record("1"), record(uuid))), API)
    assert [record.identifier for record in done.records] == [f"{API}/collections/metadata/items/1", uuid]
    assert [made["identifier"] for made in datasets(done)] == ["1", uuid]


def test_records_without_title_or_id_are_refused_and_a_second_catalogue_repeats_nothing() -> None:
    good, second = record("a"), collection("sub", itemType="record")
    site = {**catalogue(good, record("b", title=""), record("", title="Ohne"), None, 7)}
    site[f"{API}/collections"]["collections"].append(second)
    site[f"{API}/collections/sub/items"] = {"type": "FeatureCollection", "features": [good]}
    done = read(READER, Pages(site), API)
    assert [record.name for record in done.records] == ["a"]
    assert done.refused["b"] == "is a record without a title"
    assert done.refused["Ohne"] == "is a record without an id"
    assert done.stopped is None


def test_records_may_stand_inside_their_collection() -> None:
    inline = collection("metadata", itemType="record", records=[record("a"), record("b")], recordsArrayName="records")
    done = read(READER, Pages({f"{API}/collections/metadata": inline}), f"{API}/collections/metadata")
    assert [found.name for found in done.records] == ["a", "b"]
    assert done.stopped is None


def test_german_items_are_read_where_there_are_several_languages() -> None:
    links = [
        {**link("items", f"{ITEMS}?language={tag}", "application/json"), "hreflang": tag} for tag in ("fr", "de", "en")
    ]
    site = {
        **catalogue(record("a")),
        f"{API}/collections": {"collections": [collection("metadata", itemType="record", links=links)]},
    }
    asked = Pages(site)
    assert len(read(READER, asked, API).records) == 1
    assert f"{ITEMS}?language=de&limit=100" in asked.asked
    assert not [url for url in asked.asked if "language=fr" in url]


def test_an_empty_catalogue_deletes_nothing() -> None:
    site = {
        **catalogue(),
        f"{API}/conformance": {"conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core"]},
    }
    done = read(READER, Pages(site), API)
    assert not done.records
    assert done.stopped is not None
    assert done.stopped.failed
    assert "holds no records" in str(done.stopped.reason)


def test_a_name_with_a_colon_is_no_iri_of_a_record() -> None:
    done = read(READER, Pages(catalogue(record("de.land:4711"), record("https://id.example/1"))), API)
    assert [found.iri for found in done.records] == [None, "https://id.example/1"]


@pytest.mark.parametrize(
    ("properties", "is_record"),
    [
        ({"title": "Weg", "art": "Rad"}, False),
        ({"title": "Fest", "description": "Ein Fest", "type": "Feier"}, False),
        ({"title": "Weg", "type": "dataset"}, True),
        ({"title": "Weg", "themes": [{"concepts": ["a"]}], "contacts": [{"name": "x"}]}, True),
    ],
)
def test_only_metadata_is_taken_for_a_record(properties: dict[str, Any], is_record: bool) -> None:
    feature = {"id": "7", "type": "Feature", "geometry": None, "properties": properties}
    done = read(READER, Pages(catalogue(feature)), API)
    assert [made["title"] for made in datasets(done)] == (["Weg"] if is_record else ["Metadata"])


# --- paging ---------------------------------------------------------------------------------------------------------


def paged(*numbers: int, total: int | None = None, following: Mapping[int, Any] = {}) -> dict[str, Any]:
    """Pages of records, `following` by the number of the page: the next link where it is not the page after."""
    made = pages(collection("metadata", itemType="record"))
    start = 0
    for page, number in enumerate(numbers):
        records = [record(f"r{start + n}") for n in range(number)]
        next_ = following.get(page, f"{ITEMS}?offset={page + 1}" if page + 1 < len(numbers) else None)
        value: dict[str, Any] = {"type": "FeatureCollection", "features": records}
        if total is not None:
            value["numberMatched"] = total
        value["links"] = [next_ if isinstance(next_, dict) else link("next", next_)] if next_ else []
        made[f"{ITEMS}?offset={page}" if page else ITEMS] = value
        start += number
    return made


def test_pages_are_followed_to_the_end() -> None:
    site = Pages(paged(3, 3, 1, total=7))
    done = read(READER, site, API)
    assert len(done.records) == 7
    assert done.stopped is None
    assert f"{ITEMS}?f=json&limit=100" in site.asked


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (paged(2, 2, total=9), "it announces 9 entries and 4 were found"),
        (paged(2, 2, following={1: f"{ITEMS}?offset=1"}), "read already"),
        (paged(2, 2, following={1: ITEMS}), "read already"),
        (paged(2, 0, 2), "holds nothing new"),
        (paged(2, following={0: "https://evil.example/next"}), "another host"),
        (paged(2, following={0: f"{ITEMS}?offset=9"}), "was not read"),
        ({**paged(2, 2), f"{ITEMS}?offset=1": {"code": "x", "description": "geheim"}}, "was not read"),
        ({**paged(2, 2), f"{ITEMS}?offset=1": HTML}, "was not read"),
        (
            {**paged(2, 2), f"{ITEMS}?offset=1": {"type": "FeatureCollection", "features": {}, "links": []}},
            "was not read",
        ),
    ],
)
def test_a_catalogue_that_was_not_read_to_its_end_says_so(made: dict[str, Any], words: str) -> None:
    done = read(READER, Pages(made), API)
    assert len(done.records) in (2, 4)
    assert done.stopped is not None
    assert done.stopped.failed
    assert words in str(done.stopped.reason)
    assert "geheim" not in str(done.stopped.reason)


def test_a_last_page_that_names_a_further_one_misses_nothing_when_all_has_come() -> None:
    assert read(READER, Pages(paged(2, 2, total=4, following={1: f"{ITEMS}?offset=1"})), API).stopped is None


def test_only_next_links_of_get_and_json_are_followed() -> None:
    for next_ in (
        {"rel": "next", "href": f"{ITEMS}?offset=1", "method": "POST"},
        link("next", f"{ITEMS}?offset=1", "text/html"),
        link("prev", f"{ITEMS}?offset=1"),
        {"rel": "next", "href": None},
        {"rel": "next", "href": "http://[::1"},
    ):
        done = read(READER, Pages(paged(2, 2, following={0: next_})), API)
        assert len(done.records) == 2


def test_pages_behind_an_inner_host_name_are_found_on_the_public_one() -> None:
    inner = "http://localhost:5000/collections/metadata/items?offset=1"
    done = read(READER, Pages(paged(2, 2, following={0: inner})), API)
    assert len(done.records) == 4
    assert done.stopped is None


def test_endless_pages_end_at_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "json_value", lambda body, **_: json.loads(body))
    monkeypatch.setattr(api, "BOUNDS", Bounds(pages=20))

    def play(url: str, _: bytes | None) -> bytes:
        if not url.startswith(ITEMS):
            return json.dumps(catalogue()[url.partition("?")[0]]).encode()
        number = int(parse_qs(urlsplit(url).query).get("offset", ["0"])[0])
        page = {"features": [record(f"r{number}")], "links": [link("next", f"{ITEMS}?offset={number + 1}")]}
        return json.dumps({"type": "FeatureCollection", **page}).encode()

    done = read(READER, Site(play, "application/json"), API)
    assert len(done.records) == 20
    assert done.stopped is not None
    assert str(done.stopped.reason) == "it has more than 20 pages"


def test_the_list_of_collections_has_pages_too() -> None:
    site = pages(links=[link("next", f"{API}/collections?page=2")], numberMatched=2)
    site[f"{API}/collections?page=2"] = {"collections": [collection("b")]}
    assert [made["title"] for made in datasets(read(READER, Pages(site), API))] == ["Wege", "B"]
