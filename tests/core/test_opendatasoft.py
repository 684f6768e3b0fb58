"""Opendatasoft: datasets of all versions of its API, and paging by portals whose totals and limits lie."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ckanext.stuttgart.errors import RecordRefused, SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.opendatasoft.answers import V2
from ckanext.stuttgart.harvest.reader import Record, Stopped, identify
from ckanext.stuttgart.harvest.readers.opendatasoft import READER
from tests.core.mutations import survives
from tests.core.sources import Site, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

PORTAL = "https://daten.stadt.example"
V21 = f"{PORTAL}/api/explore/v2.1/catalog/datasets"
FIRST = f"{V21}?limit=100&offset=0"
V1 = f"{PORTAL}/api/datasets/1.0/search/"

DATASET: dict[str, Any] = {
    "dataset_id": "bäume",
    "dataset_uid": "da_1",
    "attachments": [{"id": "plan_pdf", "title": "Plan", "mimetype": "application/pdf", "url": "odsfile://plan.pdf"}],
    "has_records": True,
    "data_visible": True,
    "features": ["geo", "analyze"],
    "metas": {
        "default": {
            "title": "B&auml;ume",
            "description": "<p>Alle <b>Bäume</b> der Stadt.</p><p><a href='https://stadt.example'>mehr</a></p>",
            "theme": ["Umwelt", "Verwaltung, Regierung"],
            "keyword": ["Baum", "Grün"],
            "license": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
            "license_url": "https://www.govdata.de/dl-de/by-2-0",
            "language": "de",
            "metadata_languages": ["de"],
            "timezone": "Europe/Berlin",
            "modified": "2024-05-01T10:00:00",
            "data_processed": "2024-05-02T10:00:00+00:00",
            "metadata_processed": "2024-05-03T10:00:00+00:00",
            "geographic_area": {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [[[9, 48], [9.2, 48], [9.2, 48.9], [9, 48]]]},
                "properties": {},
            },
            "territory": ["Innenstadt"],
            "records_count": 1200,
            "publisher": "Gartenamt",
            "references": "https://stadt.example/gruen",
            "attributions": ["Stadt, Gartenamt"],
        },
        "dcat": {
            "created": "2019-01-01T00:00:00+00:00",
            "issued": None,
            "creator": "Vermessungsamt",
            "contact_name": "Datenstelle",
            "contact_email": "daten@stadt.example",
            "accrualperiodicity": "http://publications.europa.eu/resource/authority/frequency/DAILY",
            "temporal_coverage_start": "2001-01-01",
            "temporal_coverage_end": "2023-12-31",
        },
        "dcat_ap_de": {
            "contributorID": "http://dcat-ap.de/def/contributors/datenBW",
            "political_geocoding_level_uri": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
            "licenseAttributionByText": "",
        },
        "explore": {"download_count": 7, "popularity_score": 3.1},
    },
    "fields": [{"name": "art", "type": "text"}],
}


def dataset(id_: str, **changes: Any) -> dict[str, Any]:
    metas = {**DATASET["metas"], "default": {**DATASET["metas"]["default"], "title": f"Titel {id_}", **changes}}
    return {**DATASET, "dataset_id": id_, "metas": metas}


def answer(*datasets: Any, total: int | None = None) -> bytes:
    return json.dumps({"total_count": len(datasets) if total is None else total, "results": list(datasets)}).encode()


class Portal:
    """Plays a portal with datasets, whatever it says about their number.

    announced  what it gives as total; `most` is the largest page it hands out; `refuses_from` answers 400
    """

    def __init__(
        self, number: int, announced: int | None = None, most: int = 100, refuses_from: int | None = None
    ) -> None:
        self.ids = [f"d{index:05}" for index in range(number)]
        self.announced = number if announced is None else announced
        self.most, self.refuses_from = most, refuses_from
        self.export: bytes | None = None

    def __call__(self, url: str, body: bytes | None) -> bytes:
        parts = urlsplit(url)
        if parts.path.endswith("/exports/json") and self.export is not None:
            return self.export
        if not parts.path.endswith("/catalog/datasets"):
            raise KeyError(url)
        query = parse_qs(parts.query)
        start, size = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["10"])[0])
        if start + size > 10_000 or (self.refuses_from is not None and start >= self.refuses_from):
            return b'{"error_code": "InvalidRESTParameterError", "message": "geheim"}'
        chosen = self.ids[start : start + min(size, self.most)]
        return answer(
            *({"dataset_id": id_, "metas": {"default": {"title": id_}}} for id_ in chosen), total=self.announced
        )


def ids(site: Site, url: str = FIRST, **options: Any) -> tuple[int, Stopped | None]:
    items = list(READER.records(site, url, options))
    stopped = items.pop() if items and isinstance(items[-1], Stopped) else None
    assert len({item.name for item in items}) == len(items)  # type: ignore[union-attr]
    return len(items), stopped  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("file", "title", "formats"),
    [
        ("udata-ods__empty.json", "test-c", []),
        ("udata-ods__inspire.json", "inspire", ["CSV", "GEOJSON", "JSON", "SHP", "XLSX"]),
        ("udata-ods__test-a.json", "test-a", ["CSV", "JSON", "XLSX"]),
        ("udata-ods__test-c.json", "test-c", []),
        ("udata-ods__test-shp-limit.json", "test-shp-limit", ["CSV", "GEOJSON", "JSON", "XLSX"]),
    ],
)
def test_each_dataset_of_version_1_offers_the_files_its_features_allow(
    file: str, title: str, formats: list[str]
) -> None:
    url = f"{PORTAL}/api/datasets/1.0/{file}"
    done = read(READER, Site({url: (cases("opendatasoft") / file).read_bytes()}), url)
    package = done.package(title)
    assert sorted(resource["format"] for resource in package.get("resources", ())) == formats
    assert package["uri"] == f"{PORTAL}/explore/dataset/{file[11:-5]}/"
    assert package["language"] == ["http://publications.europa.eu/resource/authority/language/ENG"]
    assert_conforming(done)


def test_the_datasets_of_version_1_come_as_one_page_of_its_search() -> None:
    found = [json.loads(file.read_bytes()) for file in sorted(cases("opendatasoft").iterdir())]
    pages = {
        f"{V1}?rows=3&start=0": json.dumps({"nhits": 5, "datasets": found[:3]}).encode(),
        f"{V1}?rows=100&start=3": json.dumps({"nhits": 5, "datasets": found[3:]}).encode(),
    }
    done = read(READER, Site(pages), f"{V1}?rows=3&start=0")
    assert (len(done.records), done.stopped) == (5, None)
    first = done.package("test-a")
    assert first["notes"] == "test-a-description"
    assert first["publisher"][0]["name"] == "test"
    assert first["modified"] == "2015-04-09T10:28:45+00:00"
    assert {theme.rpartition("/")[2] for theme in first["theme"]} == {"EDUC", "ENVI"}
    assert first["documentation"] == ["http://example.com"]
    licences = {(resource["license"], resource["rights"]) for resource in first["resources"]}
    assert licences == {("http://dcat-ap.de/def/licenses/other-closed", "Licence Ouverte (Etalab)")}
    inspire = done.package("inspire")
    assert inspire["spatial_coverage"][0]["bbox"].startswith("POLYGON((0.1568 46.4944, 0.5084 46.4944")
    assert inspire["contact"] == [{"name": "ACME", "email": "tnt@acme.com"}]
    assert inspire["alternate_identifier"] == [{"notation": "{73E--sfA386709}"}]
    assert_conforming(done)


def test_every_field_of_version_2_1_finds_its_place() -> None:
    done = read(READER, Site({FIRST: answer(DATASET)}), FIRST)
    (package,) = done.packages
    assert package["title"] == "Bäume"
    assert package["notes"] == "Alle Bäume der Stadt.\n\n[mehr](https://stadt.example)"
    assert package["uri"] == package["url"] == f"{PORTAL}/explore/dataset/b%C3%A4ume/"
    assert {theme.rpartition("/")[2] for theme in package["theme"]} == {"ENVI", "GOVE"}
    assert package["publisher"][0]["name"] == "Gartenamt"
    assert package["creator"] == [{"name": "Vermessungsamt"}]
    assert package["contact"] == [{"name": "Datenstelle", "email": "daten@stadt.example"}]
    assert package["issued"] == "2019-01-01T00:00:00+00:00"
    assert package["modified"] == "2024-05-01T10:00:00+02:00"
    assert package["frequency"].endswith("/DAILY")
    assert package["temporal_coverage"] == [{"start": "2001-01-01", "end": "2023-12-31"}]
    assert package["contributor_id"] == ["http://dcat-ap.de/def/contributors/datenBW"]
    assert package["political_geocoding_level_uri"][0].endswith("/municipality")
    area, name = sorted(package["spatial_coverage"], key=str)
    assert area["bbox"].startswith("POLYGON((9 48, 9.2 48")
    assert name == {"text": "Innenstadt"}
    by_format = {resource["format"]: resource for resource in package["resources"]}
    assert set(by_format) == {"CSV", "XLSX", "JSON", "GEOJSON", "SHP", "PDF"}
    assert by_format["CSV"]["download_url"] == [f"{V21}/b%C3%A4ume/exports/csv"]
    assert by_format["CSV"]["description"] == "Zahl der Zeilen: 1200"
    assert by_format["SHP"]["package_format"] == "application/zip"
    assert by_format["PDF"]["url"] == f"{V21}/b%C3%A4ume/attachments/plan_pdf"
    for resource in package["resources"]:
        assert resource["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
        assert resource["license_attribution_by_text"] == "Stadt, Gartenamt"
    assert "popularity_score" not in json.dumps(done.records[0].payload)
    assert "metadata_processed" not in json.dumps(done.records[0].payload)
    assert_conforming(done)


def test_texts_in_another_language_say_so() -> None:
    english = dataset("trees", metadata_languages=["en"], description="All trees")
    package = read(READER, Site({FIRST: answer(english)}), FIRST).packages[0]
    assert {"field": "title", "language": "en", "text": "Titel trees"} in package["translations"]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"total_count": 1, "links": [], "datasets": [{"links": [], "dataset": DATASET}]},
        {"links": [], "dataset": DATASET},
        DATASET,
        [DATASET],
    ],
)
@pytest.mark.parametrize("root", ["explore/v2.0", "v2", "explore/v2.1"])
def test_version_2_0_single_datasets_and_exports_have_other_wrappings(wrapped: Any, root: str) -> None:
    url = f"{PORTAL}/api/{root}/catalog/datasets"
    done = read(READER, Site({url: json.dumps(wrapped).encode()}), url)
    package = done.package("Bäume")
    assert done.stopped is None
    assert f"{PORTAL}/api/{root}/catalog/datasets/b%C3%A4ume/exports/csv" in [r["url"] for r in package["resources"]]


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 250])
def test_every_page_is_read(number: int) -> None:
    assert ids(Site(Portal(number))) == (number, None)
    assert ids(Site(Portal(number)), V21) == (number, None)
    assert ids(Site(Portal(number, most=50))) == (number, None)


def test_a_total_that_is_too_low_ends_nothing() -> None:
    assert ids(Site(Portal(250, announced=5))) == (250, None)


def test_a_total_that_is_too_high_leaves_the_source_incomplete() -> None:
    found, stopped = ids(Site(Portal(250, announced=500)))
    assert found == 250
    assert stopped is not None
    assert "announces 500 entries and 250 were found" in str(stopped.reason)


def test_an_error_object_on_a_later_page_leaves_the_source_incomplete() -> None:
    found, stopped = ids(Site(Portal(250, refuses_from=100)))
    assert found == 100
    assert stopped is not None
    assert stopped.failed
    assert "geheim" not in str(stopped.reason)


def test_pages_that_repeat_leave_the_source_incomplete() -> None:
    def play(url: str, body: bytes | None) -> bytes:
        return answer(*(dataset(f"d{index}") for index in range(100)), total=300)

    found, stopped = ids(Site(play))
    assert found == 100
    assert stopped is not None
    assert "nothing new" in str(stopped.reason)


def test_beyond_ten_thousand_the_export_is_read_or_the_source_is_incomplete() -> None:
    portal = Portal(10_050)
    found, stopped = ids(Site(portal))
    assert found == 10_000
    assert stopped is not None
    assert "hands out no more than 10000 datasets" in str(stopped.reason)
    entries = [{"dataset_id": id_, "metas": {"default": {"title": id_}}} for id_ in portal.ids]
    portal.export = json.dumps(entries).encode()
    assert ids(Site(portal)) == (10_050, None)
    assert V2.furthest == 10_000


def test_a_filter_and_what_the_address_asks_for_are_kept_on_every_page() -> None:
    site = Site(Portal(150))
    assert ids(site, f"{V21}?lang=de&limit=100", where='publisher="Amt"') == (150, None)
    assert all("where=publisher%3D%22Amt%22" in url and "lang=de" in url for url in site.asked[1:])


def test_what_is_no_dataset_is_left_out_and_one_without_title_is_refused() -> None:
    done = read(READER, Site({FIRST: answer(None, 5, {}, dataset("a"), dataset("b", title=None), total=2)}), FIRST)
    assert done.refused == {f"{PORTAL}/explore/dataset/b/": "has no title"}
    assert len(done.mapped) == 1


def test_a_file_names_its_portal_itself(tmp_path: Any) -> None:
    path = tmp_path / "datensatz.json"
    path.write_bytes(json.dumps(dataset("a", domain="stadt-daten")).encode())
    (record,) = READER.records(LocalFile(path), str(path), {})
    assert isinstance(record, Record)
    assert record.iri == "https://stadt-daten.opendatasoft.com/explore/dataset/a/"
    path.write_bytes(answer(dataset("a"), total=5))
    record, stopped = READER.records(LocalFile(path), str(path), {})
    assert isinstance(record, Record)
    assert (record.iri, record.identifier) == (None, "a")
    assert "resources" not in READER.package(record, {}).package
    assert isinstance(stopped, Stopped)
    assert not stopped.failed


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"error_code": "ODSQLError", "message": "geheim"}', "answered with an error"),
        (b'{"errorcode": 10002, "error": "geheim"}', "answered with an error"),
        (b'{"results": []}', "holds no datasets of Opendatasoft"),
        (b"<html></html>", "is a web page, not JSON"),
        (b"", "is empty"),
        (b'{"total_count": 1, "results": [', "is broken"),
    ],
)
def test_a_first_answer_of_no_use_is_one_plain_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(SourceUnreadable, match=sentence) as raised:
        list(READER.records(Site({FIRST: body}), FIRST, {}))
    assert "geheim" not in str(raised.value)


def test_a_dataset_without_a_title_is_refused_in_the_mapping_too() -> None:
    with pytest.raises(RecordRefused, match="has no title"):
        READER.package(Record("x", {}), {})


def test_the_real_answers_are_taken_for_what_they_are() -> None:
    for file in cases("opendatasoft").iterdir():
        found = identify(Answer("https://x.example/", 200, "application/json", None, file.read_bytes()))
        assert found is not None
        assert found.name == "opendatasoft"


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (answer(DATASET), 93),
        (b'{"total_count": 0, "results": []}', 60),
        (json.dumps([DATASET]).encode(), 93),
        (b'{"error_code": "x", "message": "dataset_id"}', 0),
        (b'{"success": true, "result": {"count": 1, "results": []}}', 0),
        (b"<html></html>", 0),
    ],
)
def test_answers_of_the_kind_are_recognised(body: bytes, sure: int) -> None:
    assert READER.recognises(Answer(FIRST, 200, "", None, body)) == sure


def test_a_pasted_page_leads_to_the_api_and_the_exports() -> None:
    addresses = READER.addresses(f"{PORTAL}/explore/dataset/baeume/table/")
    assert addresses[1] == FIRST
    assert f"{PORTAL}/api/explore/v2.1/catalog/exports/dcat_ap_de" in addresses
    assert READER.addresses(FIRST) == (FIRST,)


def test_any_value_may_stand_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    survives(monkeypatch, READER, {FIRST: answer(DATASET, dataset("b"))}, FIRST)
    pages = {
        V1: json.dumps({"nhits": 5, "datasets": [json.loads(f.read_bytes()) for f in cases("opendatasoft").iterdir()]})
    }
    survives(monkeypatch, READER, {url: body.encode() for url, body in pages.items()}, V1)
