"""Portals on CKAN and DKAN: every record becomes a dataset or a refusal by name, and an answer cut short is told."""

from __future__ import annotations

import copy
import json
import random
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ckanext.stuttgart.errors import Message, RecordRefused, SourceError, SourceUnreachable, SourceUnreadable, say
from ckanext.stuttgart.harvest import reader as readers
from ckanext.stuttgart.harvest.bounds import Bounds
from ckanext.stuttgart.harvest.ckan.addresses import Door, addresses, doors, site_of
from ckanext.stuttgart.harvest.ckan.pages import Page, pages
from ckanext.stuttgart.harvest.client import Answer, Client, ClientSettings, LocalFile
from ckanext.stuttgart.harvest.reader import Record, Refused, Stopped
from ckanext.stuttgart.harvest.readers.ckan import READER
from tests.core.hostile import answer, serving
from tests.core.sources import Read, Site, assert_conforming, cases, iri_id, read
from tests.core.test_takeover import broken

pytestmark = pytest.mark.thorough

EU = "http://publications.europa.eu/resource/authority/"
KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/09999000"
ROOT = "https://daten.musterstadt.example"
SEARCH = f"{ROOT}/api/3/action/package_search"
LIST = "current_package_list_with_resources"


def package(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"id-{number}",
        "name": f"satz-{number}",
        "title": f"Satz {number}",
        "notes": "Text.",
        "type": "dataset",
        "state": "active",
        "private": False,
        "license_id": "cc-by/4.0",
        "metadata_modified": "2024-05-01T10:00:00",
        "organization": {"id": "o1", "name": "amt", "title": "Amt für Daten"},
        "tags": [{"name": "a"}],
        "resources": [{"id": f"r{number}", "name": "Datei", "url": f"{ROOT}/d/{number}.csv", "format": "CSV"}],
        **fields,
    }


def envelope(result: Any, **fields: Any) -> bytes:
    return json.dumps({"help": f"{SEARCH}?", "success": True, "result": result} | fields).encode()


def query(url: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def portal(packages: list[dict[str, Any]], *, most: int = 1000, path: str = "/api/3/action/package_search") -> Site:
    """A CKAN that answers package_search only, with at most so many rows."""

    def play(url: str, body: bytes | None) -> bytes:
        if urlsplit(url).path != path:
            raise KeyError(url)
        asked = query(url)
        start, rows = int(asked.get("start", 0)), min(int(asked.get("rows", 10)), most)
        return envelope({"count": len(packages), "results": packages[start : start + rows]})

    return Site(play, "application/json")


def announced(total: int, found: int) -> Message:
    """What is said of a portal that sends less than it tells."""
    return say("it announces {total} entries and {found} were found", total=total, found=found)


def steps(*counts_and_numbers: tuple[int, list[int]]) -> Site:
    """A CKAN whose answers are told one by one: the count, and the numbers of the packages."""
    waiting = list(counts_and_numbers)

    def play(url: str, body: bytes | None) -> bytes:
        count, numbers = waiting.pop(0)
        return envelope({"count": count, "results": [package(number) for number in numbers]})

    return Site(play)


def numbers(site: Any, url: str = SEARCH, rows: int = 2, **options: str) -> tuple[list[str], Stopped | None]:
    """The ids of all pages, and what came last."""
    found: list[str] = []
    stopped = None
    for page in pages(site, url, options, rows=rows):
        if isinstance(page, Page):
            found += [item["id"] for item in page.items]
        else:
            stopped = page
    return found, stopped


def ids(*wanted: int) -> list[str]:
    return [f"id-{number}" for number in wanted]


# --- real answers ------------------------------------------------------------------------------------------------


def _packages(path: Path) -> list[Any]:
    value = json.loads(path.read_text(encoding="utf-8"))
    result = value.get("result", value) if isinstance(value, dict) else value
    result = result.get("results", result) if isinstance(result, dict) else result
    return result if isinstance(result, list) else [result]


def files() -> list[Path]:
    try:
        return sorted(cases("ckan").glob("*.json"))
    except pytest.skip.Exception:
        return []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_record_of_a_real_portal_becomes_a_dataset_or_a_refusal(path: Path) -> None:
    packages = _packages(path)
    done = read(READER, portal(packages, most=3), f"{ROOT}/dataset", geocoding="09999000", publisher="Stadt")
    assert done.stopped is None
    datasets = [package for package in done.packages if package["type"] == "dataset"]
    assert len(datasets) + len(done.refused) == len(packages)
    assert_conforming(done)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_a_real_answer_in_a_file_gives_the_same_as_from_the_portal(path: Path) -> None:
    packages = _packages(path)
    done = read(READER, LocalFile(path), str(path))
    assert len([record for record in done.records if "ckan" in record.payload]) + len(done.refused) == len(packages)
    assert done.stopped is None or not done.stopped.failed
    for record in done.records:
        assert record.iri or record.identifier


def stuttgart() -> Read:
    path = cases("ckan") / "GastroViewer__de_stuttgart_ckan_suche_baustellen.json"
    url = "https://opendata.stuttgart.de/api/3/action/package_search?q=baustellen"
    return read(READER, Site(lambda url, body: path.read_bytes()), url, geocoding="08111000")


def test_the_recorded_dataset_of_building_sites_comes_out_better_than_it_went_in() -> None:
    done = stuttgart()
    made = done.package("Baustellen")
    place = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/08111000"
    assert made["frequency"] == f"{EU}frequency/DAILY"
    assert made["language"] == [f"{EU}language/DEU"]
    assert place in [where.get("uri") for where in made["spatial_coverage"]]
    assert "Stadtgebiet Landeshauptstadt Stuttgart" in [where.get("text") for where in made["spatial_coverage"]]
    assert {file["license"] for file in made["resources"]} == {"http://dcat-ap.de/def/licenses/cc-by/4.0"}
    assert {file["format"] for file in made["resources"]} == {"WFS_SRVC"}
    assert "Tiefbauamt" in [agent["name"] for agent in made["creator"]]
    assert "url" not in made
    assert made["theme"] == [f"{EU}data-theme/REGI", f"{EU}data-theme/TRAN"]
    assert made["contact"][0]["email"] == "Poststelle.62-Geodatenmanagement@stuttgart.de"
    assert made["publisher"][0]["name"] == "Stadtmessungsamt"
    assert made["uri"] == "https://opendata.stuttgart.de/dataset/b318ff40-616f-4f18-8f3c-80b4b5cdb696"
    assert made["identifier"] == "b318ff40-616f-4f18-8f3c-80b4b5cdb696"
    assert "extras" not in made


def test_its_feature_service_is_a_data_service_that_serves_it_and_the_swapped_names_are_told() -> None:
    done = stuttgart()
    made, service = done.package("Baustellen"), done.package("WFS")
    assert service["endpoint_url"] == ["https://geoserver.stuttgart.de/gdc/Verkehr_Mobilitaet/ows"]
    assert service["serves_dataset"] == [made["uri"]]
    assert {link for file in made["resources"] for link in file["access_services"]} == {service["uri"]}
    assert set(done.mapped) == {iri_id(made["uri"]), iri_id(service["uri"])}
    assert {"names_swapped", "office_in_url", "service_found", "word_taken"} <= done.findings[iri_id(made["uri"])]


def test_old_extras_of_govdata_are_read_and_soft_hyphens_are_gone() -> None:
    path = cases("ckan") / "govdata-dashboard__mockApiResponse.json"
    done = read(READER, portal(_packages(path)), "https://ckan.govdata.de")
    made = done.package("Ergebnisse der Online Konsultation")
    assert made["political_geocoding_level_uri"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/federal"]
    assert made["temporal_coverage"] == [{"start": "2014-12-03T00:00:00", "end": "2015-01-15T00:00:00"}]
    assert made["url"] == "http://bmwi.de/DE/Themen/industrie,did=693074.html"
    assert made["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert done.package("AfA-Tabellen für branchenbezogene")["publisher"][0]["name"]
    report = done.package("6. Bericht des BMI")
    assert report["publisher"][0]["email"] == "presse@bmi.bund.de"
    assert report["temporal_resolution"] == "P1Y"
    assert "\u00ad" not in json.dumps(done.packages, ensure_ascii=False)


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 3, 5, 1000])
def test_pages_are_read_to_the_end_however_many_rows_the_portal_gives(most: int) -> None:
    site = portal([package(number) for number in range(5)], most=most)
    assert numbers(site) == (ids(0, 1, 2, 3, 4), None)


def test_pages_are_asked_for_in_an_order_that_does_not_change_meanwhile() -> None:
    site = portal([package(1)])
    read(READER, site, ROOT)
    assert query(site.asked[0]) == {"q": "*:*", "rows": "200", "start": "0", "sort": "metadata_created asc, id asc"}


def test_what_is_new_meanwhile_is_read_too() -> None:
    assert numbers(steps((3, [1, 2]), (4, [3, 4]))) == (ids(1, 2, 3, 4), None)


def test_after_a_deletion_the_places_that_were_skipped_are_looked_at() -> None:
    site = steps((5, [1, 2]), (4, [4, 5]), (4, [3, 4]), (4, [5]))
    assert numbers(site) == (ids(1, 2, 4, 5, 3), None)
    assert [query(url)["start"] for url in site.asked] == ["0", "2", "1", "3"]


def test_a_package_that_comes_twice_is_one_and_what_is_missing_is_told() -> None:
    found, stopped = numbers(steps((4, [1, 2]), (4, [2, 3])))
    assert found == ids(1, 2, 3)
    assert stopped == Stopped(SEARCH, announced(4, 3))


def test_a_page_without_anything_new_is_the_end() -> None:
    site = Site(lambda url, body: envelope({"count": 9, "results": [package(1), package(2)]}))
    found, stopped = numbers(site)
    assert found == ids(1, 2)
    assert stopped is not None
    assert len(site.asked) == 2


def test_an_empty_page_before_the_end_is_told() -> None:
    assert numbers(steps((4, [1, 2]), (4, [])))[1] == Stopped(SEARCH, announced(4, 2))


@pytest.mark.parametrize(
    "second",
    [
        json.dumps({"success": False, "error": {"message": "geheim", "__type": "Search Error"}}).encode(),
        b"<!DOCTYPE html><html><body>Wartung</body></html>",
        b"",
        b'{"success": true, "result": {"count": 4, "resul',
        envelope({"count": 4}),
        envelope([[]]),
        b"[" * 20_000,
        b'{"success": true, "result": {"count": NaN}}',
    ],
)
def test_an_error_on_a_following_page_leaves_the_reading_incomplete(second: bytes) -> None:
    first = envelope({"count": 4, "results": [package(1), package(2)]})
    site = Site(lambda url, body: first if query(url)["start"] == "0" else second)
    found, stopped = numbers(site)
    assert found == ids(1, 2)
    assert stopped is not None
    assert stopped.failed
    assert "geheim" not in str(stopped.reason)


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    stock = [package(number) for number in range(30)]
    whole = portal(stock)

    def play(url: str, body: bytes | None) -> Answer:
        if int(query(url)["rows"]) > 20:
            raise SourceUnreachable(url, "answers with more than 50 MB")
        return whole.get(url)

    site = Site(play)
    found, stopped = numbers(site, ROOT, rows=200)
    assert (len(found), stopped) == (30, None)
    assert [query(url)["rows"] for url in site.asked] == ["200", "20", "20"]


def test_the_client_says_too_large_and_gone_in_the_words_that_are_looked_for() -> None:
    with serving() as server:
        door = Door("search", server.url("/api/3/action/package_search"), (("q", "*:*"),))
        for rows, body in ((200, bytes(5_000)), (20, envelope({"count": 1, "results": [package(1)]}))):
            address = door.asked(rows=rows, start=0, sort="metadata_created asc, id asc")
            server.plays[address.removeprefix(server.url(""))] = answer("200 OK", body)
        client = Client(ClientSettings(allowed=(server.host,), max_bytes=4_000, tries=1))
        assert numbers(client, door.url, rows=200) == (ids(1), None)
        server.plays.clear()
        server.plays["/data.json"] = answer("200 OK", json.dumps({"dataset": [POD]}).encode())
        assert len(list(READER.records(client, server.url("/"), {}))) == 2


def test_services_come_before_the_word_that_the_end_was_not_reached() -> None:
    wfs = {"id": "r", "name": "a", "url": f"{ROOT}/ows?service=WFS&request=GetFeature&typeName=a"}
    site = Site({doors(ROOT)[0].asked(rows=200, start=0, sort="metadata_created asc, id asc"): envelope(
        {"count": 2, "results": [package(1, resources=[wfs])]})})  # fmt: skip
    items = list(READER.records(site, ROOT, {}))
    assert [type(item) for item in items] == [Record, Record, Stopped]


@pytest.mark.parametrize(
    "first",
    [
        json.dumps({"success": False, "error": {"__type": "Authorization Error", "message": "geheim"}}).encode(),
        b"<html>Anmeldung</html>",
        b"",
        b"{}",
        b"[]x",
        b"null",
        b"17",
        envelope(None),
        envelope("ok"),
        envelope({"error": {"code": 498}}),
        envelope(["satz-1", "satz-2"]),
        b'{"a":' * 20_000,
        b'{"success": true, "result": {"count": 1e999}}',
        "[{".encode("utf-16"),
    ],
)
def test_a_first_answer_without_datasets_is_one_sentence_and_soon(first: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(SourceError) as caught:
        list(READER.records(Site(lambda url, body: first), SEARCH, {}))
    assert time.monotonic() - began < 10
    text = str(caught.value)
    assert text.startswith(SEARCH)
    assert "\n" not in text
    assert "geheim" not in text


def test_an_empty_portal_is_empty_and_no_error() -> None:
    assert list(READER.records(portal([]), ROOT, {})) == []


def test_the_bounds_on_pages_and_bytes_end_the_reading() -> None:
    site = portal([package(number) for number in range(6)])
    reasons = [
        next(page.reason for page in pages(site, SEARCH, {}, rows=1, bounds=bounds) if isinstance(page, Stopped))
        for bounds in (Bounds(pages=3), Bounds(bytes=1500))
    ]
    assert reasons[0] == announced(6, 3)
    assert all(str(reason).startswith("it announces 6 entries") for reason in reasons)


# --- other answers than a search ---------------------------------------------------------------------------------


def test_dkan_lists_its_packages_in_a_list_in_a_list() -> None:
    stock = [package(number, private="Published", state="Active", type="Dataset") for number in range(5)]
    for one in stock:
        one["groups"] = [{"name": "group/stadt-muster", "title": "Stadt Muster"}]
        del one["organization"]

    def play(url: str, body: bytes | None) -> bytes:
        if not url.startswith(f"{ROOT}/api/3/action/{LIST}"):
            raise KeyError(url)
        start, rows = int(query(url)["offset"]), int(query(url)["limit"])
        return envelope([stock[start : start + rows]], help="Return a list of the site's datasets.")

    assert numbers(Site(play), ROOT) == (ids(0, 1, 2, 3, 4), None)
    done = read(READER, Site(play), ROOT)
    assert len(done.records) == 5
    assert done.packages[0]["publisher"] == [{"name": "Stadt Muster"}]
    assert_conforming(done)


def test_a_portal_that_gives_everything_at_once_is_asked_once() -> None:
    site = Site(lambda url, body: envelope([package(number) for number in range(5)]))
    assert numbers(site, f"{ROOT}/api/3/action/{LIST}") == (ids(0, 1, 2, 3, 4), None)
    assert len(site.asked) == 1


def test_a_list_that_never_ends_is_told() -> None:
    site = Site(lambda url, body: envelope([package(1), package(2)]))
    assert numbers(site, f"{ROOT}/api/3/action/{LIST}")[1] == Stopped(
        f"{ROOT}/api/3/action/{LIST}", "a page holds nothing new"
    )


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(package(1)),
        json.dumps([package(1)]),
        json.dumps([[package(1)]]),
        json.dumps({"success": True, "result": package(1)}),
        json.dumps({"result": [package(1)]}),
        json.dumps({"result": {"packages": [package(1)], "package_count": 1, "is_organization": True}}),
        json.dumps({"count": 1, "results": [package(1)]}),
        "\ufeff" + json.dumps(package(1)),
    ],
)
def test_a_package_is_found_in_every_wrapping(body: str) -> None:
    done = read(READER, Site(lambda url, _: body.encode()), f"{ROOT}/ckan/api/3/action/package_show?id=1")
    assert [record.iri for record in done.records] == [f"{ROOT}/ckan/dataset/id-1"]


POD = {
    "@type": "dcat:Dataset",
    "identifier": "0c8e1b1e-9d1f-4d0a-8a49-6ac0b5b3f0d1",
    "title": "Bäume",
    "description": "<p>Alle B&auml;ume.</p>",
    "accessLevel": "public",
    "accrualPeriodicity": "R/P1Y",
    "modified": "2024-05-01",
    "issued": "2020-01-01",
    "keyword": ["Baum"],
    "theme": ["Umwelt"],
    "license": "https://www.govdata.de/dl-de/by-2-0",
    "publisher": {"name": "Stadt Muster"},
    "contactPoint": {"fn": "Amt", "hasEmail": "mailto:daten@musterstadt.example"},
    "spatial": "9.0,48.7,9.3,48.9",
    "temporal": "2010-01-01/2020-12-31",
    "bureauCode": ["1"],
    "distribution": [
        {"title": "CSV", "downloadURL": f"{ROOT}/b.csv", "mediaType": "text/csv", "format": "csv"},
        {"title": "WFS", "accessURL": f"{ROOT}/ows?service=WFS&request=GetFeature&typeName=b"},
    ],
}


@pytest.mark.parametrize("wrapped", [False, True])
def test_dkan_2_is_read_through_its_metastore(wrapped: bool) -> None:
    item = {"identifier": "x", "data": POD} if wrapped else POD
    url = f"{ROOT}/api/1/metastore/schemas/dataset/items"
    done = read(READER, Site({url: json.dumps([item]).encode()}), ROOT)
    made = done.package("Bäume")
    assert made["uri"] == f"{ROOT}/dataset/{POD['identifier']}"
    assert made["notes"] == "Alle Bäume."
    assert made["frequency"] == f"{EU}frequency/ANNUAL"
    assert made["access_rights"] == f"{EU}access-right/PUBLIC"
    assert made["contact"] == [{"name": "Amt", "email": "daten@musterstadt.example"}]
    assert made["temporal_coverage"] == [{"start": "2010-01-01", "end": "2020-12-31"}]
    assert made["spatial_coverage"][0]["bbox"].startswith("POLYGON")
    assert made["theme"] == [f"{EU}data-theme/ENVI"]
    assert {file["license"] for file in made["resources"]} == {"http://dcat-ap.de/def/licenses/dl-by-de/2.0"}
    assert made["extras"] == [{"key": "bureauCode", "value": '["1"]'}]
    assert done.package("WFS")["serves_dataset"] == [made["uri"]]
    assert_conforming(done)


def test_the_catalogue_file_of_dkan_is_read_too() -> None:
    catalogue = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [POD]}
    done = read(READER, Site({f"{ROOT}/data.json": json.dumps(catalogue).encode()}), f"{ROOT}/data.json")
    assert len(done.records) == 2


@pytest.mark.parametrize("status", ["503 Service Unavailable", "403 Forbidden", ""])
def test_a_door_that_is_closed_is_not_one_that_is_missing(status: str) -> None:
    def play(url: str, body: bytes | None) -> bytes:
        if "package_search" not in url:
            return json.dumps([POD]).encode()
        if status:
            raise SourceUnreachable(url, f"answered {status}")
        return b'{"success": false}'

    with pytest.raises(SourceError, match=status or "error report"):
        list(READER.records(Site(play), ROOT, {}))


def test_a_page_of_a_catalogue_in_a_file_is_told_without_failure(tmp_path: Path) -> None:
    path = tmp_path / "seite.json"
    path.write_bytes(envelope({"count": 9, "results": [package(1)]}))
    items = list(READER.records(LocalFile(path), str(path), {}))
    assert [type(item) for item in items] == [Record, Stopped]
    reason = say("this file is one page of a catalogue: {problem}", problem=announced(9, 1))
    assert items[-1] == Stopped(str(path), reason, failed=False)
    assert isinstance(items[0], Record)
    assert items[0].iri == f"{ROOT}/dataset/id-1"


# --- records -----------------------------------------------------------------------------------------------------


def test_what_is_private_deleted_or_no_data_is_passed_over_and_counts_as_read() -> None:
    stock = [
        package(1),
        package(2, private=True),
        package(3, state="deleted"),
        package(4, type="harvest"),
        package(5, type="showcase"),
        package(6, type="dataset_series", resources=[]),
    ]
    done = read(READER, portal(stock, most=2), ROOT)
    assert [record.identifier for record in done.records] == ids(1, 6)
    assert done.stopped is None
    assert [made["type"] for made in done.packages] == ["dataset", "dataset_series"]


def test_what_is_no_dataset_is_refused_by_name_and_the_others_go_on() -> None:
    stock: list[Any] = [
        package(1),
        {"is_organization": True, "title": "Amt", "name": "amt"},
        {"title": "Ohne Kennung", "notes": "x"},
        "nur-ein-name",
        None,
        package(2, type="data_service"),
        package(3, title=None, name=None),
    ]
    done = read(READER, portal(stock), ROOT)
    assert done.refused == {
        "Amt": "is an organization, not a dataset",
        "Ohne Kennung": "has neither an id nor a name",
        "nur-ein-name": "is no description of a dataset",
        "entry 5": "is no description of a dataset",
        f"{ROOT}/dataset/id-2": "is a data service without an address",
        f"{ROOT}/dataset/id-3": "has neither a title nor a name",
    }
    assert len(done.mapped) == 1


def test_one_service_of_many_datasets_is_one_record_at_the_end() -> None:
    wfs = [
        {"id": "r", "name": "a", "url": f"https://gis.example/ows?service=WFS&request=GetFeature&typeName={n}"}
        for n in "ab"
    ]
    stock = [package(1, resources=[wfs[0]]), package(2, resources=[wfs[1]], license_id="cc-zero"), package(3)]
    done = read(READER, portal(stock, most=1), ROOT)
    service = done.package("WFS")
    assert done.records[-1].iri == service["uri"] == "https://gis.example/ows#WFS"
    assert service["serves_dataset"] == [f"{ROOT}/dataset/id-1", f"{ROOT}/dataset/id-2"]
    assert "license_id" not in service
    assert service["publisher"][0]["name"] == "Amt für Daten"
    assert len(done.records) == 4
    assert_conforming(done)


def test_a_payload_does_not_hold_what_changes_from_one_reading_to_the_next() -> None:
    visits = iter(range(100))

    def play(url: str, body: bytes | None) -> bytes:
        seen = {"tracking_summary": {"total": next(visits)}}
        organization = {"id": "o1", "title": "Amt", "package_count": next(visits)}
        one = package(1, organization=organization, **seen)
        one["resources"][0] |= seen | {"cache_last_updated": str(next(visits))}
        return envelope({"count": 1, "results": [one]})

    assert len(read(READER, Site(play), ROOT).records) == 1


def test_a_portal_below_a_path_and_behind_a_redirect_names_its_datasets_rightly() -> None:
    final = "https://www.daten-muster.example/ckan/api/3/action/package_search?x=1"
    site = Site(
        lambda url, body: Answer(final, 200, "application/json", None, envelope({"count": 1, "results": [package(1)]}))
    )
    (record,) = READER.records(site, "http://daten-muster.example/ckan/dataset/satz-1", {})
    assert isinstance(record, Record)
    assert record.iri == "https://www.daten-muster.example/ckan/dataset/id-1"
    assert site.asked[0].startswith("http://daten-muster.example/ckan/api/3/action/package_search?")


def test_an_answer_that_lies_elsewhere_takes_the_portal_from_its_own_words() -> None:
    url = "https://ablage.example/sicherung/antwort.json"
    site = Site({url: envelope([package(1), package(2, resources=[])])})
    assert [record.iri for record in READER.records(site, url, {}) if isinstance(record, Record)] == [
        f"{ROOT}/dataset/id-1",
        f"{ROOT}/dataset/id-2",
    ]
    bare = Site({url: json.dumps(package(1)).encode()})
    (record,) = READER.records(bare, url, {})
    assert isinstance(record, Record)
    assert (record.iri, record.identifier) == (None, "id-1")


def test_a_dataset_that_was_harvested_there_keeps_the_iri_of_its_origin() -> None:
    origin = "https://anderswo.example/dataset/7"
    done = read(READER, portal([package(1, extras=[{"key": "uri", "value": origin}])]), ROOT)
    assert done.records[0].iri == origin
    assert list(done.mapped) == [iri_id(origin)]


def test_html_of_a_description_becomes_text_and_a_title_stays_as_it_is() -> None:
    one = package(
        1, title="<script>alert(1)</script>", notes='<p>A<script>x</script></p><p><a href="javascript:x">B</a></p>'
    )
    made = read(READER, portal([one]), ROOT).packages[0]
    assert made["title"] == "<script>alert(1)</script>"
    assert made["notes"] == "A\n\nB"


# --- options and addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "fq"),
    [
        ({"organization": "amt"}, 'organization:("amt")'),
        ({"organization": "amt, bad", "tag": 'Bä"um'}, '(organization:("amt" OR "bad")) AND (tags:("Bä\\"um"))'),
        ({"group": "tran", "fq": "res_format:CSV"}, '(res_format:CSV) AND (groups:("tran"))'),
        ({"fq": "+a:b", "organization": " "}, "+a:b"),
    ],
)
def test_filters_are_asked_of_the_search(options: dict[str, str], fq: str) -> None:
    site = portal([package(1)])
    list(READER.records(site, ROOT, options))
    assert query(site.asked[0])["fq"] == fq


def test_filters_are_applied_here_where_a_portal_cannot_be_asked() -> None:
    stock = [
        package(1),
        package(2, organization={"id": "o2", "name": "bad", "title": "Bad"}),
        package(3, tags=[{"name": "b"}]),
    ]
    site = Site(lambda url, body: envelope([stock]))
    url = f"{ROOT}/api/3/action/{LIST}"
    assert numbers(site, url, organization="bad,x")[0] == ids(2)
    assert numbers(site, url, organization="amt", tag="a")[0] == ids(1)
    with pytest.raises(SourceUnreadable, match="answers no search"):
        numbers(site, url, fq="a:b")


def test_a_place_is_told_by_key_or_iri_and_nothing_else() -> None:
    for place, expected in (("09999000", KEY), (KEY, KEY), ("Musterstadt", None), (None, None)):
        made = read(READER, portal([package(1)]), ROOT, geocoding=place).packages[0]
        assert made.get("spatial_coverage") == ([{"uri": expected}] if expected else None)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/ckan", "https://a.example/ckan"),
        ("https://a.example/ckan/dataset/x", "https://a.example/ckan"),
        ("https://a.example/nb_NO/dataset/x.n3", "https://a.example"),
        ("https://a.example/de/organization/amt", "https://a.example"),
        ("https://a.example/od/api/3/action/package_show?id=1", "https://a.example/od"),
        ("https://user:pw@a.example:8443/catalog.ttl", "https://a.example:8443"),
        ("/tmp/datei.json", ""),
        ("http://[::1", ""),
    ],
)
def test_the_address_of_the_portal_is_found_in_any_of_its_pages(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://a.example", "https://a.example/api/3/action/package_search"),
        ("https://a.example/ckan/", "https://a.example/ckan/api/3/action/package_search"),
        ("https://a.example/ckan/dataset/x", "https://a.example/ckan/api/3/action/package_search"),
        (
            "https://a.example/api/action/package_search?q=x&rows=5&start=7",
            "https://a.example/api/action/package_search?q=x",
        ),
        ("https://a.example/api/3/action/status_show", "https://a.example/api/3/action/package_search"),
        ("https://a.example/api/3/action/package_show?id=1", "https://a.example/api/3/action/package_show?id=1"),
        ("https://a.example/data.json", "https://a.example/data.json"),
        (
            "https://a.example/de/organization/amt",
            "https://a.example/api/3/action/package_search?q=%2A%3A%2A&fq=organization%3A%28%22amt%22%29",
        ),
        (
            "https://a.example/dataset?groups=tran&page=2",
            "https://a.example/api/3/action/package_search?q=%2A%3A%2A&fq=groups%3A%28%22tran%22%29",
        ),
    ],
)
def test_a_pasted_address_leads_to_the_api(url: str, first: str) -> None:
    assert addresses(url)[0] == first
    assert len(set(addresses(url))) == len(addresses(url))


def test_the_pasted_page_itself_is_among_the_addresses() -> None:
    assert "https://a.example/ckan" in addresses("https://a.example/ckan")
    assert addresses("/tmp/a.json") == ("/tmp/a.json",)


@pytest.mark.parametrize(
    ("body", "least", "most"),
    [
        (envelope({"count": 1, "facets": {}, "results": [package(1)]}), 90, 100),
        (envelope({"count": 0, "results": []}), 90, 100),
        (envelope({"ckan_version": "2.10.4", "site_title": "x"}), 90, 100),
        (envelope(package(1)), 90, 100),
        (envelope([[package(1)]]), 90, 100),
        (json.dumps(package(1)).encode(), 50, 89),
        (envelope([{"is_organization": True, "title": "Amt"}]), 1, 89),
        (json.dumps([POD]).encode(), 1, 50),
        (json.dumps({"success": False, "error": {"__type": "Not Found Error"}}).encode(), 0, 0),
        (json.dumps({"features": [], "type": "FeatureCollection", "title": "x"}).encode(), 0, 0),
        (b'{"error": {"code": 498, "message": "Invalid token."}}', 0, 0),
        (b"<html>ckan</html>", 0, 0),
        (b"@prefix dcat: <http://www.w3.org/ns/dcat#> .", 0, 0),
        (b"", 0, 0),
        (b"{}", 0, 0),
    ],
)
def test_answers_of_the_action_api_are_recognised_and_nothing_else(body: bytes, least: int, most: int) -> None:
    assert least <= READER.recognises(Answer(SEARCH, 200, "application/json", None, body)) <= most


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_real_answers_are_recognised(path: Path) -> None:
    assert READER.recognises(Answer(SEARCH, 200, "application/json", None, path.read_bytes())) >= 60


def test_answers_of_other_kinds_are_not_taken_for_ckans() -> None:
    for kind in (
        "csw",
        "dcat",
        "iso19139",
        "masterportal",
        "ogcapi",
        "opendatasoft",
        "sensorthings",
        "stac",
        "wfs",
        "wms",
    ):
        for path in sorted(cases(kind).iterdir()):
            other = Answer(f"https://a.example/{path.name}", 200, "", None, path.read_bytes())
            assert READER.recognises(other) <= 40, path


def test_the_reader_is_known_by_name() -> None:
    assert readers.reader("ckan") is READER


# --- nothing breaks it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_odd_values_anywhere_in_a_real_answer_never_break_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    stock = [one for path in files() for one in _packages(path) if isinstance(one, dict)] or [package(1)]
    for _ in range(12):
        wanted = [broken(copy.deepcopy(chance.choice(stock)), chance) for _ in range(3)]
        try:
            done = read(READER, portal(wanted), ROOT, geocoding="09999000")
        except (RecordRefused, SourceError):
            continue
        assert_conforming_by_our_rules(done)


def assert_conforming_by_our_rules(done: Read) -> None:
    from ckanext.stuttgart.dcatde.rules import check

    for made in done.packages:
        assert not [finding for finding in check(made) if finding.severity == "violation"]


@pytest.mark.parametrize("seed", range(4))
def test_odd_values_anywhere_in_the_envelope_never_break_the_reader(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(15):
        whole = broken(
            {"help": "h", "success": True, "result": {"count": 2, "results": [package(1), package(2)]}}, chance
        )
        try:
            items = list(READER.records(Site(lambda url, body, whole=whole: json.dumps(whole).encode()), SEARCH, {}))
        except SourceError:
            continue
        assert all(isinstance(item, Record | Refused | Stopped) for item in items)


def test_many_packages_are_read_in_bounded_time() -> None:
    stock = [package(number) for number in range(1000)]
    began = time.monotonic()
    done = [item for item in READER.records(portal(stock), ROOT, {}) if isinstance(item, Record)]
    assert len(done) == 1000
    assert time.monotonic() - began < 60
