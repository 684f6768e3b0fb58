"""STAC: collections of an API, of a static catalogue, of a recorded exchange; items are never read."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import yaml

from ckanext.stuttgart.errors import RecordRefused, SourceUnreachable, SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.reader import Record, Stopped, identify
from ckanext.stuttgart.harvest.readers.stac import READER
from tests.core.mutations import survives
from tests.core.sources import Site, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

ROOT = "https://stac.land.example/v1"
LIST = f"{ROOT}/collections"


def case(name: str) -> bytes:
    return (cases("stac") / name).read_bytes()


def collection(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": id_,
        "description": "Luftbilder",
        "license": "CC-BY-4.0",
        "extent": {
            "spatial": {"bbox": [[9, 48, 9.2, 48.9]]},
            "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]},
        },
        "links": [{"rel": "items", "href": f"{LIST}/{id_}/items"}, {"rel": "self", "href": f"{LIST}/{id_}"}],
        **more,
    }


def listed(*collections: Any, links: Any = (), **more: Any) -> bytes:
    return json.dumps({"collections": list(collections), "links": list(links), **more}).encode()


def catalogue(*links: tuple[str, str], **more: Any) -> bytes:
    named = [{"rel": rel, "href": href} for rel, href in links]
    return json.dumps(
        {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "d", "links": named, **more}
    ).encode()


def api(*links: tuple[str, str]) -> bytes:
    conforms = ["https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/collections"]
    return catalogue(*(links or (("data", LIST),)), conformsTo=conforms, title="Bilder")


def one(**more: Any) -> dict[str, Any]:
    """The package of a collection in an API."""
    done = read(READER, Site({ROOT: api(), LIST: listed(collection("a", **more))}), ROOT)
    return next(package for package in done.packages if package["type"] == "dataset")


def test_the_collections_of_an_api_are_datasets_that_the_api_serves() -> None:
    inner = "http://local/stac-api"
    for base in (inner, "https://stac.stadt.example/stac-api"):
        pages = {base: case("ogc-client__root.json"), f"{base}/collections": case("ogc-client__collections.json")}
        done = read(READER, Site(pages), base)
        assert done.stopped is None
        assert [record.iri for record in done.records] == [
            f"{base}/collections/sentinel-2",
            f"{base}/collections/landsat-8",
            base,
        ]
        image = done.package("Sentinel-2 L2A")
        assert image["temporal_coverage"] == [{"start": "2015-06-27T00:00:00Z"}]
        assert image["publisher"][0]["name"] == image["creator"][0]["name"] == "ESA"
        assert image["spatial_resolution_in_meters"] == "10"
        (items,) = image["resources"]  # the thumbnail is a picture of the data, not the data
        assert items["url"] == f"{base}/collections/sentinel-2/items"
        assert items["access_services"] == [base]
        assert items["format"] == "GEOJSON"
        landsat = done.package("Landsat 8 L2")
        assert landsat["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/odcpddl"
        service = done.package("Test STAC API")
        assert service["endpoint_url"] == [base]
        assert service["endpoint_description"] == [f"{base}/api"]
        assert service["documentation"] == [f"{base}/api.html"]
        assert service["serves_dataset"] == sorted(f"{base}/collections/{name}" for name in ("sentinel-2", "landsat-8"))
        assert_conforming(done)


@pytest.fixture(scope="module")
def exchange() -> dict[str, bytes]:
    """The recorded exchange with a large portal: address -> body."""
    recorded = yaml.safe_load(case("pystac-client__TestAPI.test_collections_fallback.yaml"))
    return {
        step["request"]["uri"]: gzip.decompress(step["response"]["body"]["string"]) for step in recorded["interactions"]
    }


def test_a_recorded_exchange_is_read_to_its_end(exchange: dict[str, bytes]) -> None:
    start = "https://planetarycomputer.microsoft.com/api/stac/v1"
    site = Site(exchange)
    done = read(READER, site, start)
    assert (len(done.records), done.refused, done.stopped) == (32, {}, None)
    assert not any("items" in url or "search" in url for url in site.asked)
    land = done.package("USGS Gap Land Cover")
    assert land["url"] == "https://planetarycomputer.microsoft.com/dataset/gap"
    assert land["publisher"] == land["creator"]
    assert land["publisher"][0]["name"] == "USGS"
    assert len(land["spatial_coverage"]) == 4
    assert land["temporal_coverage"] == [{"start": "1999-01-01T00:00:00Z", "end": "2011-12-31T00:00:00Z"}]
    assert {resource["license"] for resource in land["resources"]} == {
        "https://www.usgs.gov/core-science-systems/hdds/data-policy"
    }
    assert sorted(resource["format"] for resource in land["resources"]) == ["GEOJSON", "PNG", *["ZIP"] * 4]
    climate = done.package("Daymet Annual North America")
    assert climate["publisher"][0]["name"] == "Microsoft"  # the host, since nobody is named as licensor
    assert [agent["name"] for agent in climate["creator"]] == ["ORNL DAAC"]
    assert "\\n" not in climate["notes"]
    usage = done.package("Esri 10-Meter Land Cover")
    assert usage["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/cc-by/4.0"
    assert_conforming(done)


def test_without_a_list_of_collections_the_children_are_read(exchange: dict[str, bytes]) -> None:
    start = "https://planetarycomputer.microsoft.com/api/stac/v1"
    every = json.loads(exchange[f"{start}/collections"])["collections"]
    pages = {f"{start}/collections/{entry['id']}": json.dumps(entry).encode() for entry in every}
    done = read(READER, Site({start: exchange[start], **pages}), start)
    assert done.stopped is None
    assert {record.iri for record in done.records} == {start, *pages}


def test_a_collection_alone_is_one_dataset() -> None:
    url = "https://x.example/collection.json"
    done = read(READER, Site({url: case("pycsw__simple-collection.json")}), url)
    (package,) = done.packages
    assert package["uri"] == "https://raw.githubusercontent.com/radiantearth/stac-spec/v1.1.0/examples/collection.json"
    assert package["publisher"][0] == {"name": "Remote Data, Inc", "url": "http://remotedata.io"}
    assert package["contact"] == [{"name": "Remote Data, Inc", "url": "http://remotedata.io"}]
    assert package["temporal_coverage"] == [{"start": "2020-12-11T22:38:32.125Z", "end": "2020-12-14T18:02:31.437Z"}]
    assert package["spatial_resolution_in_meters"] == "0.512"
    (resource,) = package["resources"]
    assert (resource["url"], resource["license"]) == (package["uri"], "http://dcat-ap.de/def/licenses/cc-by/4.0")
    assert_conforming(done)


def test_the_collections_of_a_static_catalogue_are_found_below_it() -> None:
    base = "https://raw.githubusercontent.com/radiantearth/stac-spec/v1.1.0-beta.1/examples"
    lone = {**json.loads(case("pycsw__simple-collection.json")), "links": [{"rel": "item", "href": "./a.json"}]}
    deep = {**lone, "id": "tief", "title": "Tief"}
    pages = {
        f"{base}/catalog.json": case("stac-spec__catalog.json"),
        f"{base}/extensions-collection/collection.json": json.dumps(lone).encode(),
        f"{base}/collection-only/collection.json": catalogue(
            ("child", "../catalog.json"), ("child", "tief/collection.json"), ("item", "nicht.json")
        ),
        f"{base}/collection-only/tief/collection.json": json.dumps(deep).encode(),
    }
    done = read(READER, Site(pages), f"{base}/catalog.json")
    assert [record.iri for record in done.records] == [
        f"{base}/extensions-collection/collection.json",
        f"{base}/collection-only/tief/collection.json",
    ]
    assert done.records[0].payload["service"] is None
    missing = f"{base}/collection-only/collection-with-schemas.json"
    assert done.refused == {missing: "was not read: answered 404 Not Found"}
    assert done.stopped is not None
    assert done.stopped.failed
    assert_conforming(done)


def test_pages_follow_by_get_and_by_post() -> None:
    pages: dict[tuple[str, str], bytes] = {
        (LIST, ""): listed(collection("a"), links=[{"rel": "next", "href": f"{LIST}?page=2"}]),
        (f"{LIST}?page=2", ""): listed(
            collection("b"), links=[{"rel": "next", "href": LIST, "method": "POST", "body": {"token": "x"}}]
        ),
        (LIST, '{"token": "x"}'): listed(collection("c")),
        (ROOT, ""): api(),
    }
    done = read(READER, Site(lambda url, body: pages[url, (body or b"").decode()]), LIST)
    assert done.stopped is None
    assert [record.identifier for record in done.records] == ["a", "b", "c", None]


@pytest.mark.parametrize(
    ("link", "second", "reason"),
    [
        ("https://boese.example/collections?page=2", listed(collection("b")), "another host"),
        (LIST, listed(), "named once more"),
        (f"{LIST}?page=2", listed(collection("a"), links=[{"rel": "next", "href": f"{LIST}?page=3"}]), "nothing new"),
        (f"{LIST}?page=2", b'{"code": "NotFound", "description": "geheim"}', "holds no collections"),
        (f"{LIST}?page=2", b"<html></html>", "web page"),
        (f"{LIST}?page=9", b"", "404"),
    ],
)
def test_paging_that_ends_badly_leaves_the_source_incomplete(link: str, second: bytes, reason: str) -> None:
    pages = {
        ROOT: api(),
        LIST: listed(collection("a"), links=[{"rel": "next", "href": link}]),
        f"{LIST}?page=2": second,
        "https://boese.example/collections?page=2": second,
    }
    site = Site(pages)
    done = read(READER, site, ROOT)
    assert done.stopped is not None
    assert done.stopped.failed
    assert reason in str(done.stopped.reason)
    assert "geheim" not in str(done.stopped.reason)
    assert [record.identifier for record in done.records] == ["a", None]
    assert not any("boese" in url for url in site.asked)


def test_fewer_collections_than_announced_leave_the_source_incomplete() -> None:
    done = read(READER, Site({ROOT: api(), LIST: listed(collection("a"), numberMatched=3)}), ROOT)
    assert done.stopped is not None
    assert "announces 3 entries and 1 were found" in str(done.stopped.reason)


def test_children_on_another_host_are_refused_by_name() -> None:
    url = "https://x.example/catalog.json"
    done = read(READER, Site({url: catalogue(("child", "https://anderswo.example/c.json"))}), url)
    assert done.refused == {
        "https://anderswo.example/c.json": "was not read: lies on another host than the source and is not read"
    }
    assert done.stopped is not None


@pytest.mark.parametrize(
    ("licence", "links", "expected", "rights"),
    [
        ("CC-BY-4.0", [], "cc-by/4.0", None),
        ("CC0-1.0", [], "cc-zero", None),
        ("proprietary", [], "other-closed", "proprietary"),
        ("various", [("license", "https://www.govdata.de/dl-de/by-2-0", "DL-DE")], "dl-by-de/2.0", "DL-DE"),
        (
            "other",
            [("license", "../lizenz.html", "Bedingungen")],
            "https://stac.land.example/v1/lizenz.html",
            "Bedingungen",
        ),
        ("proprietary", [("license", "https://x.example/l", "")], "https://x.example/l", "proprietary"),
        (None, [], "other-closed", None),
        (["CC-BY-4.0"], [], "cc-by/4.0", None),
    ],
)
def test_a_licence_is_an_spdx_id_or_stands_behind_a_link(
    licence: Any, links: list[tuple[str, str, str]], expected: str, rights: str | None
) -> None:
    items = {"rel": "items", "href": "items"}
    named = [{"rel": rel, "href": href, "title": title} for rel, href, title in links]
    own = {"rel": "self", "href": f"{LIST}/a"}
    (resource,) = one(license=licence, links=[items, own, *named])["resources"]
    assert resource["license"].removeprefix("http://dcat-ap.de/def/licenses/") == expected
    assert resource.get("rights") == rights


@pytest.mark.parametrize(
    ("roles", "publisher"),
    [
        ({"A": ["producer"], "B": ["host"]}, "B"),
        ({"A": ["producer", "licensor"], "B": ["host"]}, "A"),
        ({"A": ["processor"], "B": []}, "A"),
        ({"A": [], "B": []}, "A"),
    ],
)
def test_who_licenses_or_else_hosts_the_data_publishes_them(roles: dict[str, list[str]], publisher: str) -> None:
    package = one(providers=[{"name": name, "roles": given} for name, given in roles.items()])
    assert package["publisher"][0]["name"] == publisher


def test_the_contacts_extension_names_whom_to_ask() -> None:
    contact = {
        "organization": "Landesamt",
        "emails": [{"value": "daten@land.example"}],
        "phones": [{"value": "+49 711 1"}],
    }
    assert one(contacts=[{"name": "Niemand"}, contact])["contact"] == [
        {"name": "Landesamt", "email": "daten@land.example", "telephone": "+497111"}
    ]


@pytest.mark.parametrize(
    ("bbox", "places"),
    [
        ([[9, 48, 9.2, 48.9]], 1),
        ([[9, 48, 100, 9.2, 48.9, 300]], 1),
        ([9, 48, 9.2, 48.9], 1),
        ([[8, 47, 10, 49], [9, 48, 9.2, 48.9], [8, 47, 8.1, 47.1]], 1),
        ([[9, 48, 9.2, 48.9], [1, 1, 2, 2]], 2),
        ([[170, -10, -170, 10]], 2),
        ([[9, 48, 9, 48]], 1),
        ([[9, 48, 9.2]], 0),
        ([[500, 48, 600, 49]], 0),
        (None, 0),
    ],
)
def test_extents_of_every_form_become_places(bbox: Any, places: int) -> None:
    package = one(extent={"spatial": {"bbox": bbox}, "temporal": {"interval": [[None, None]]}})
    assert len(package.get("spatial_coverage", ())) == places
    assert "temporal_coverage" not in package


def test_assets_and_fields_of_extensions_find_their_places() -> None:
    package = one(
        title="Luftbilder 2020",
        keywords=["Luftbild", None, 5],
        version="2",
        created="2020-05-01T00:00:00Z",
        updated="2021-05-01T00:00:00Z",
        language={"code": "en"},
        summaries={"gsd": {"minimum": 0.2, "maximum": 1}},
        **{"sci:doi": "10.5066/x", "sci:citation": "Landesamt (2020)"},
        assets={
            "mosaic": {
                "href": "./mosaik.tif",
                "type": "image/tiff; application=geotiff; profile=cloud-optimized",
                "title": "Mosaik",
                "roles": ["data"],
                "file:size": 1000,
            },
            "preview": {"href": "./v.png", "roles": ["overview"]},
            "broken": "kaputt",
        },
        item_assets={"B01": {"type": "image/tiff"}},
    )
    assert package["version"] == "2"
    assert (package["issued"], package["modified"]) == ("2020-05-01T00:00:00Z", "2021-05-01T00:00:00Z")
    assert package["alternate_identifier"] == [{"notation": "10.5066/x"}]
    assert package["spatial_resolution_in_meters"] == "0.2"
    assert {"field": "title", "language": "en", "text": "Luftbilder 2020"} in package["translations"]
    by_name = {resource["name"]: resource for resource in package["resources"]}
    mosaic = by_name["Mosaik"]
    assert (mosaic["url"], mosaic["format"], mosaic["size"]) == (f"{LIST}/mosaik.tif", "GEOTIFF", 1000)
    assert mosaic["license_attribution_by_text"] == "Landesamt (2020)"
    assert len(by_name) == 2


def test_older_versions_name_no_type() -> None:
    old = {key: value for key, value in collection("alt").items() if key != "type"}
    root = json.dumps(
        {"stac_version": "0.9.0", "id": "c", "description": "d", "links": [{"rel": "child", "href": "c.json"}]}
    )
    url = "https://x.example/catalog.json"
    done = read(READER, Site({url: root.encode(), "https://x.example/c.json": json.dumps(old).encode()}), url)
    assert [record.identifier for record in done.records] == ["alt"]


def test_what_is_no_collection_is_refused_alone() -> None:
    done = read(READER, Site({ROOT: api(), LIST: listed(None, 5, collection("a"), {"x": 1})}), ROOT)
    assert done.refused == {f"collection {number}": "is no STAC collection" for number in (1, 2, 4)}
    assert [record.identifier for record in done.records] == ["a", None]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"type": "Feature", "stac_version": "1.0.0", "id": "i"}', "only its collections become datasets"),
        (b'{"type": "FeatureCollection", "features": []}', "only its collections become datasets"),
        (catalogue(("item", "a.json")), "holds no collections"),
        (b'{"error": {"code": 500}}', r"code 500"),
        (b'{"code": "x", "description": "geheim"}', "holds no STAC catalogue or collection"),
        (b"[1]", "holds no STAC catalogue or collection"),
        (b"<html></html>", "is a web page, not JSON"),
        (b"", "is empty"),
    ],
)
def test_a_first_answer_of_no_use_is_one_plain_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(SourceUnreadable, match=sentence) as raised:
        list(READER.records(Site({ROOT: body}), ROOT, {}))
    assert "geheim" not in str(raised.value)


def test_an_api_whose_list_fails_is_no_empty_source() -> None:
    with pytest.raises(SourceUnreachable, match="404"):
        list(READER.records(Site({ROOT: api()}), ROOT, {}))


def test_a_file_is_read_without_any_further_question(tmp_path: Any) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(case("stac-spec__catalog.json"))
    (stopped,) = READER.records(LocalFile(path), str(path), {})
    assert isinstance(stopped, Stopped)
    assert not stopped.failed
    path.write_bytes(listed(collection("a"), {"id": "b", "links": "kaputt"}))
    first, second = READER.records(LocalFile(path), str(path), {})
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.iri, second.iri, second.identifier) == (f"{LIST}/a", None, "b")


def test_a_collection_without_title_and_id_is_refused() -> None:
    with pytest.raises(RecordRefused, match="neither title nor id"):
        READER.package(Record("x", {"collection": {}}), {})


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("ogc-client__root.json", "stac"),
        ("ogc-client__collections.json", "stac"),
        ("pycsw__simple-collection.json", "stac"),
        ("stac-spec__catalog.json", "stac"),
    ],
)
def test_the_real_answers_are_taken_for_what_they_are(name: str, reader: str) -> None:
    found = identify(Answer(ROOT, 200, "application/json", None, case(name)))
    assert found is not None
    assert found.name == reader


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (api(), 94),
        (listed(collection("a")), 94),
        (b'{"type": "Feature", "stac_version": "1.0.0", "links": []}', 20),
        (b'{"collections": [{"id": "a", "links": []}], "links": []}', 0),
        (b'{"type": "FeatureCollection", "features": []}', 0),
        (b"<html></html>", 0),
    ],
)
def test_answers_of_the_kind_are_recognised(body: bytes, sure: int) -> None:
    assert READER.recognises(Answer(ROOT, 200, "", None, body)) == sure


def test_a_pasted_address_may_be_a_root_or_a_folder() -> None:
    assert READER.addresses(f"{ROOT}/") == (f"{ROOT}/", LIST, f"{ROOT}/catalog.json", f"{ROOT}/collection.json")
    assert READER.addresses("https://x.example/catalog.json") == ("https://x.example/catalog.json",)


def test_any_value_may_stand_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assets = {"a": {"href": "a.tif", "type": "image/tiff", "roles": ["data"], "file:size": 5}}
    providers = [{"name": "Amt", "roles": ["licensor"], "url": "https://x.example"}]
    full = collection(
        "a", assets=assets, providers=providers, summaries={"gsd": [1]}, keywords=["k"], language={"code": "en"}
    )
    survives(monkeypatch, READER, {ROOT: api(), LIST: listed(full, collection("b"))}, ROOT)
    base = "https://x.example"
    pages = {f"{base}/catalog.json": catalogue(("child", "c.json")), f"{base}/c.json": json.dumps(full).encode()}
    survives(monkeypatch, READER, pages, f"{base}/catalog.json")


def test_the_real_answers_survive_any_change(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {ROOT: case("ogc-client__root.json"), LIST: case("ogc-client__collections.json")}
    survives(monkeypatch, READER, pages, ROOT)
    survives(monkeypatch, READER, {ROOT: case("pycsw__simple-collection.json")}, ROOT)
