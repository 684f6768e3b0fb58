"""ArcGIS Hub and data.json: feeds in every spelling, pages of the search, and what portals write into their fields."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ckanext.stuttgart.errors import RecordRefused, SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.reader import Record, identify
from ckanext.stuttgart.harvest.readers.arcgis import READER
from tests.core.mutations import survives
from tests.core.sources import Site, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

HUB = "https://daten.stadt.example"
FEED = f"{HUB}/api/feed/dcat-ap/2.1.1.json"
ITEMS = f"{HUB}/api/search/v1/collections/dataset/items"
ID = "0123456789abcdef0123456789abcdef"
ITEM = f"https://www.arcgis.com/home/item.html?id={ID}"

ENTRY: dict[str, Any] = {
    "@type": "dcat:Dataset",
    "identifier": f"{ITEM}&sublayer=3",
    "title": "Bäume &amp; Büsche",
    "description": "<div>Alle Bäume.</div><div><a href='https://stadt.example'>mehr</a><script>x()</script></div>",
    "keyword": ["Bäume", "Grün"],
    "issued": "2020-05-01T10:00:00.000Z",
    "modified": 1627417486000,
    "publisher": {"name": "Gartenamt", "subOrganizationOf": {"name": "Stadt"}},
    "contactPoint": {"@type": "vcard:Contact", "fn": "Service", "hasEmail": "mailto:service@stadt.example"},
    "accessLevel": "public",
    "spatial": "9.03,48.69,9.31,48.86",
    "temporal": "2019-01-01/2020-12-31",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "accrualPeriodicity": "R/P1D",
    "theme": ["geospatial"],
    "landingPage": f"{HUB}/datasets/baeume",
    "distribution": [
        {
            "title": "CSV",
            "format": "CSV",
            "mediaType": "text/csv",
            "accessURL": f"{HUB}/api/download/v1/items/{ID}/csv",
        },
        {"title": "Shapefile", "format": "ZIP", "mediaType": "application/zip", "accessURL": f"{HUB}/{ID}/shapefile"},
    ],
}


def catalogue(*entries: Any, **more: Any) -> bytes:
    conforms = {"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}
    return json.dumps({**conforms, "dataset": list(entries), **more}).encode()


def one(entry: Any, url: str = FEED, **more: Any) -> dict[str, Any]:
    """The package of a catalogue with one entry."""
    (package,) = read(READER, Site({url: catalogue(entry, **more)}), url).packages
    return package


def test_the_feed_of_a_large_city_becomes_one_dataset_for_each_entry() -> None:
    url = "https://data.example/data.json"
    body = (cases("arcgis") / "dcat-metadata__01c-02_20210810.json").read_bytes()
    done = read(READER, Site({url: body}), url)
    assert (len(done.records), len(done.mapped), done.refused, done.stopped) == (1172, 1172, {}, None)
    assert sum(len(package["resources"]) for package in done.mapped.values()) == 5487
    stops = done.package("IndyGo Bus Stops")
    assert stops["notes"].startswith("Point file depicting IndyGo Bus stop locations in Indianapolis, Indiana.")
    assert "[IndyGo website](http://www.indygo.net/)" in stops["notes"]
    assert stops["uri"] == "https://data.indy.gov/datasets/922ada43e0f046a1a2e0d252c0cb4945_4"
    formats = Counter(resource.get("format") for resource in stops["resources"])
    assert formats == Counter({"HTML": 1, "REST": 1, "GEOJSON": 1, "CSV": 1, "WFS_SRVC": 1, "KML": 1, "SHP": 1})
    assert "theme" not in stops
    # The official shapes take a minute for all of them; every twelfth stands for the others.
    done.mapped = dict(list(done.mapped.items())[::12])
    assert_conforming(done)


def test_a_dcat_ap_feed_with_odd_keys_is_read_by_their_last_parts() -> None:
    body = (cases("arcgis") / "od_bods__glasgow.json").read_bytes()
    done = read(READER, Site({FEED: body}), FEED)
    assert (len(done.records), len(done.mapped), done.refused) == (83, 83, {})
    zone = done.package("Low Emission Zone")
    assert zone["uri"] == "https://www.arcgis.com/home/item.html?id=1ce632f6f4db4d25a94982437127b2d8&sublayer=0"
    assert zone["url"] == "https://open-data-design-glasgowgis.hub.arcgis.com/maps/GlasgowGIS::low-emission-zone-lez"
    assert zone["publisher"][0]["name"] == "Glasgow City Council"
    assert zone["provenance"] == ["Glasgow City Council. Contains OS data © Crown copyright and database right 2023."]
    assert zone["access_rights"].endswith("/PUBLIC")
    assert zone["language"][0].endswith("/ENG")
    assert zone["issued"] == "2023-02-03T12:57:27.420+00:00"
    # A page of text stands where the mail address belongs; there is one address in it.
    assert zone["contact"][0]["email"] == "location@glasgow.gov.uk"
    assert any("email_in_text" in rules for rules in done.findings.values())
    assert {resource["format"] for resource in zone["resources"]} == {"HTML", "REST", "CSV", "GEOJSON", "SHP", "KML"}
    story = done.package("How do people move round our city")
    assert story["notes"] == story["title"]  # {{description}} is a slot nobody filled
    assert done.records[0].publisher == {"name": "Glasgow City Council"}
    assert_conforming(done)


def test_html_in_licences_and_unfilled_slots_are_cleaned() -> None:
    body = (cases("arcgis") / "udata__evian.json").read_bytes()
    done = read(READER, Site({FEED: body}), FEED)
    bicycles = done.package("stationnement velos")
    assert bicycles["notes"] == "Emplacement et description des stationnement vélos à Evian-les-Bains"
    licences = {(resource["license"], resource["rights"]) for resource in bicycles["resources"]}
    address = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
    assert licences == {(address, f"Soumis à la licence Etalab : {address}")}
    assert bicycles["spatial_coverage"][0]["bbox"].startswith("POLYGON((6.5735 46.3912, 6.6069 46.3912")
    assert "{{" not in json.dumps(done.packages)
    assert_conforming(done)


def test_an_item_as_koop_gives_it_is_a_dataset() -> None:
    body = (cases("arcgis") / "koop-output-dcat-ap-201__mock-dataset.json").read_bytes()
    done = read(READER, Site({ITEMS: body}), ITEMS)
    package = done.package("Tahoe places of interest")
    assert package["uri"] == "https://www.arcgis.com/home/item.html?id=f4bcc1035b7d46cba95e977f4affb6be&sublayer=0"
    assert package["url"] == f"{HUB}/datasets/f4bcc1035b7d46cba95e977f4affb6be_0"
    assert package["modified"] == "2021-07-27T20:25:19Z"
    assert package["issued"] == "2021-04-19T13:30:24.055-04:00"
    assert package["publisher"][0]["name"] == "QA Premium Alpha Hub"
    assert package["language"][0].endswith("/DEU")
    assert {tag["name"] for tag in package["tags"]} == {"some", "keywords", "from", "metadata"}
    assert package["spatial_coverage"][0]["bbox"].startswith("POLYGON((-121.118 38.7754, -119.009 38.7754")
    assert len(package["resources"]) == 4
    assert "recordCount" not in json.dumps(done.records[0].payload)
    assert_conforming(done)


def test_every_field_of_an_entry_finds_its_place() -> None:
    package = one(ENTRY)
    assert package["title"] == "Bäume & Büsche"
    assert package["notes"] == "Alle Bäume.\n\n[mehr](https://stadt.example)"
    assert package["modified"] == "2021-07-27T20:24:46Z"
    assert package["publisher"][0]["name"] == "Gartenamt"
    assert package["contact"] == [{"name": "Service", "email": "service@stadt.example"}]
    assert package["spatial_coverage"][0]["centroid"] == "POINT(9.17 48.775)"
    assert package["temporal_coverage"] == [{"start": "2019-01-01", "end": "2020-12-31"}]
    assert package["frequency"].endswith("/DAILY")
    assert package["access_rights"].endswith("/PUBLIC")
    assert package["url"] == f"{HUB}/datasets/baeume"
    table, shape = package["resources"]
    assert (table["format"], table["mimetype"]) == ("CSV", "text/csv")
    assert (shape["format"], shape["package_format"]) == ("SHP", "application/zip")
    assert table["license"] == "http://dcat-ap.de/def/licenses/cc-by/4.0"


@pytest.mark.parametrize("prefix", ["dct:", "dcterms:", "http://purl.org/dc/terms/"])
def test_keys_may_have_any_prefix_and_the_context_may_be_missing(prefix: str) -> None:
    dcat = "dcat:" if prefix.endswith(":") else "http://www.w3.org/ns/dcat#"
    entry = {
        "@type": [f"{dcat}Dataset"],
        "@id": "https://daten.stadt.example/datasets/1",
        f"{prefix}title": [{"@language": "de", "@value": "Bäume"}, {"@language": "en", "@value": "Trees"}],
        f"{prefix}description": {"@value": "Alle Bäume"},
        f"{prefix}publisher": {"@id": "https://stadt.example/amt", "foaf:name": "Gartenamt"},
        f"{prefix}license": {"@id": "https://www.govdata.de/dl-de/by-2-0"},
        f"{prefix}accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/DAILY"},
        f"{prefix}language": {"@id": "lang:DEU"},
        f"{prefix}spatial": {"@type": "dct:Location", f"{dcat}bbox": "POLYGON((9 48, 9.2 48, 9.2 48.9, 9 48.9, 9 48))"},
        f"{prefix}temporal": {f"{dcat}startDate": "2020", f"{dcat}endDate": {"@value": "2021"}},
        f"{dcat}keyword": "Bäume, Grün",
        f"{dcat}contactPoint": {"vcard:fn": "Amt", "vcard:hasEmail": {"@id": "mailto:amt@stadt.example"}},
        f"{dcat}theme": {"@id": "http://publications.europa.eu/resource/authority/data-theme/ENVI"},
        f"{dcat}distribution": {f"{dcat}accessURL": {"@id": f"{HUB}/a.csv"}, f"{prefix}format": {"@id": "ftype:CSV"}},
    }
    body = json.dumps({"@type": f"{dcat}Catalog", f"{dcat}dataset": entry}).encode()
    done = read(READER, Site({FEED: body}), FEED)
    package = done.package("Bäume")
    assert {"field": "title", "language": "en", "text": "Trees"} in package["translations"]
    assert package["publisher"][0] == {"uri": "https://stadt.example/amt", "name": "Gartenamt"}
    assert package["frequency"].endswith("/DAILY")
    assert package["language"] == ["http://publications.europa.eu/resource/authority/language/DEU"]
    assert package["spatial_coverage"][0]["bbox"].startswith("POLYGON((9 48, 9.2 48")
    assert package["temporal_coverage"] == [{"start": "2020", "end": "2021"}]
    assert package["tags"] == [{"name": "Bäume"}, {"name": "Grün"}]
    assert package["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert package["contact"] == [{"name": "Amt", "email": "amt@stadt.example"}]
    (resource,) = package["resources"]
    assert (resource["url"], resource["format"]) == (f"{HUB}/a.csv", "CSV")
    assert resource["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert_conforming(done)


def test_the_nodes_of_a_graph_are_put_in_the_places_that_name_them() -> None:
    graph = [
        {
            "@id": "https://x.example/1",
            "@type": "dcat:Dataset",
            "dct:title": "A",
            "dcat:distribution": [{"@id": "_:d"}],
        },
        {"@id": "_:d", "@type": "dcat:Distribution", "dcat:accessURL": {"@id": f"{HUB}/a.csv"}},
        {"@id": "https://x.example/1#loop", "@type": "dcat:Catalog", "dcat:dataset": {"@id": "https://x.example/1"}},
    ]
    done = read(READER, Site({FEED: json.dumps({"@graph": graph}).encode()}), FEED)
    assert done.package("A")["resources"][0]["url"] == f"{HUB}/a.csv"


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"modified": "R/P1Y", "accrualPeriodicity": None}, "frequency", "ANNUAL"),
        ({"accrualPeriodicity": "irregular"}, "frequency", "IRREG"),
        ({"accessLevel": "restricted public"}, "access_rights", "RESTRICTED"),
        ({"accessLevel": "non-public"}, "access_rights", "NON_PUBLIC"),
    ],
)
def test_words_of_project_open_data_are_known(changes: dict[str, Any], field: str, value: str) -> None:
    assert one({**ENTRY, **changes})[field].endswith(f"/{value}")


@pytest.mark.parametrize(
    ("spatial", "box"),
    [
        ({"type": "envelope", "coordinates": [[9, 48], [10, 49]]}, "POLYGON((9 48, 10 48"),
        ({"type": "Polygon", "coordinates": [[[9, 48], [10, 48], [10, 49], [9, 48]]]}, "POLYGON((9 48, 10 48"),
        ('{"type": "Polygon", "coordinates": [[[9, 48], [10, 48], [10, 49], [9, 48]]]}', "POLYGON((9 48, 10 48"),
        ("9 48 10 49", "POLYGON((9 48, 10 48"),
        ([9, 48, 10, 49], "POLYGON((9 48, 10 48"),
        ("{{extent:computeSpatialProperty}}", None),
        ("-13482794,4689550,-13248021,4773226", None),
    ],
)
def test_an_extent_is_told_from_every_notation(spatial: Any, box: str | None) -> None:
    places = one({**ENTRY, "spatial": spatial}).get("spatial_coverage")
    assert places[0]["bbox"].startswith(box) if box else places is None


def test_an_extent_off_the_earth_is_told() -> None:
    done = read(READER, Site({FEED: catalogue({**ENTRY, "spatial": "-13482794,4689550,-13248021,4773226"})}), FEED)
    assert [*done.findings.values()] == [{"extent_impossible"}]


def test_a_place_may_be_a_name_or_a_reference() -> None:
    place = "http://publications.europa.eu/resource/authority/place/DEU_STR"
    assert one({**ENTRY, "spatial": "Innenstadt"})["spatial_coverage"] == [{"text": "Innenstadt"}]
    assert one({**ENTRY, "spatial": {"@id": place}})["spatial_coverage"] == [{"uri": place}]


def test_a_mail_field_without_any_address_leaves_the_contact_its_name() -> None:
    contact = {"fn": "Amt", "hasEmail": "http://rufen sie an"}
    done = read(READER, Site({FEED: catalogue({**ENTRY, "contactPoint": contact})}), FEED)
    assert "contact" not in done.packages[0]  # nobody could be reached by it
    two = {"fn": "Amt", "hasEmail": "a@x.example oder b@x.example", "tel": "+49 711 1"}
    assert "email" not in json.dumps(one({**ENTRY, "contactPoint": two}))


def test_a_distribution_keeps_a_licence_of_its_own() -> None:
    other = {"accessURL": f"{HUB}/x", "license": "https://creativecommons.org/publicdomain/zero/1.0/"}
    package = one({**ENTRY, "distribution": [other, {"downloadURL": f"{HUB}/y.zip"}]})
    by_url = {resource["url"]: resource["license"].rpartition("licenses/")[2] for resource in package["resources"]}
    assert by_url == {f"{HUB}/x": "cc-zero", f"{HUB}/y.zip": "cc-by/4.0"}


def test_data_json_of_other_portals_is_read_too() -> None:
    dkan = {
        "@type": "dcat:Dataset",
        "identifier": "5dc1cfcf-8028-476c-a020-f58ec6dd621c",
        "title": "Haushalt",
        "description": "Haushalt 2024",
        "accessLevel": "public",
        "modified": "2024-01-15",
        "keyword": ["Haushalt"],
        "publisher": {"@type": "org:Organization", "name": "Kämmerei"},
        "distribution": [{"@type": "dcat:Distribution", "downloadURL": f"{HUB}/h.csv", "mediaType": "text/csv"}],
        "%modified": "2024-01-16T10:00:00+0000",
    }
    url = f"{HUB}/data.json"
    for body in (catalogue(dkan), json.dumps([dkan]).encode()):
        done = read(READER, Site({url: body}), url)
        assert done.records[0].iri is None
        assert done.records[0].identifier == "5dc1cfcf-8028-476c-a020-f58ec6dd621c"
        package = done.package("Haushalt")
        assert package["identifier"] == "5dc1cfcf-8028-476c-a020-f58ec6dd621c"
        assert package["resources"][0]["format"] == "CSV"
        assert_conforming(done)


def test_an_identifier_that_others_may_have_too_is_one_of_its_site() -> None:
    body = catalogue({**ENTRY, "identifier": "17", "@id": None})
    names = [
        read(READER, Site({url: body}), url).records[0].identifier for url in (FEED, "https://zwei.example/data.json")
    ]
    assert names == ["daten.stadt.example 17", "zwei.example 17"]


def test_the_same_entry_twice_is_one_and_two_entries_of_one_name_are_told() -> None:
    other = {**ENTRY, "title": "Anders"}
    done = read(READER, Site({FEED: catalogue(ENTRY, ENTRY, other)}), FEED)
    assert len(done.records) == 1
    assert done.refused == {f"{ITEM}&sublayer=3": "has the identifier of an entry before it, and other content"}


def test_an_entry_without_title_or_without_a_name_is_refused_alone() -> None:
    nameless = {"@type": "dcat:Dataset", "title": "Ohne Namen"}
    done = read(READER, Site({FEED: catalogue({**ENTRY, "title": None}, "Unsinn", 5, nameless)}), FEED)
    assert done.refused == {
        f"{ITEM}&sublayer=3": "has no title",
        "Ohne Namen": "has neither an absolute IRI nor an identifier",
    }


def feature(id_: str, **properties: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[9, 48], [9.2, 48], [9.2, 48.9], [9, 48]]]},
        "properties": {
            "title": "Spielplätze",
            "snippet": "Kurz",
            "description": "<p>Alle <b>Spielplätze</b></p>",
            "tags": ["Spielplatz"],
            "type": "Feature Service",
            "typeKeywords": ["Data"],
            "created": 1611934478000,
            "modified": 1627417519723,
            "source": "Gartenamt",
            "access": "public",
            "license": "custom",
            "licenseInfo": "<p>Lizenz: <a href='https://www.govdata.de/dl-de/by-2-0'>dl-de/by-2-0</a></p>",
            "accessInformation": "© Stadt, Gartenamt",
            "url": "https://gis.stadt.example/rest/services/Spiel/FeatureServer",
            "numViews": 5,
            **properties,
        },
        "links": [{"rel": "self", "href": f"{ITEMS}/{id_}"}],
    }


def results(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def following(start: int) -> list[dict[str, str]]:
    return [{"rel": "next", "href": f"{ITEMS}?limit=1&startindex={start}"}]


def test_the_search_is_read_page_by_page_and_meets_the_feed_in_its_ids() -> None:
    site = Site(
        {
            ITEMS: results(feature(ID), numberMatched=2, links=following(2)),
            f"{ITEMS}?limit=1&startindex=2": results(
                feature(f"{'f' * 32}_4", title="Bänke"), numberMatched=2, links=[]
            ),
        }
    )
    done = read(READER, site, ITEMS)
    assert done.stopped is None
    assert [record.iri for record in done.records] == [
        ITEM,
        f"https://www.arcgis.com/home/item.html?id={'f' * 32}&sublayer=4",
    ]
    package = done.package("Spielplätze")
    assert package["notes"] == "Alle Spielplätze"
    assert package["modified"] == "2021-07-27T20:25:19Z"
    assert package["publisher"][0]["name"] == "Gartenamt"
    assert package["url"] == f"{HUB}/datasets/{ID}"
    assert package["spatial_coverage"][0]["bbox"].startswith("POLYGON((9 48, 9.2 48")
    (resource,) = package["resources"]
    assert (resource["format"], resource["url"]) == (
        "REST",
        "https://gis.stadt.example/rest/services/Spiel/FeatureServer",
    )
    assert resource["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert resource["license_attribution_by_text"] == "© Stadt, Gartenamt"
    assert "numViews" not in json.dumps(done.records[0].payload)
    assert_conforming(done)


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (results(numberMatched=3, links=following(3)), "nothing and still names a next one"),
        (results(feature("b" * 32), numberMatched=3, links=[]), "announces 3 entries and 2 were found"),
        (results(feature("b" * 32), exceededTransferLimit=True), "cut its answer off"),
        (b'{"error": {"code": 498, "message": "Invalid token."}}', "code 498"),
        (b"<html>Wartung</html>", "web page"),
        (results(feature("b" * 32), numberMatched=3, links=following(2)), "named once more"),
        (
            results(
                feature("b" * 32), numberMatched=3, links=[{"rel": "next", "href": "https://boese.example/items?a=1"}]
            ),
            "another host",
        ),
    ],
)
def test_a_search_that_breaks_off_leaves_the_source_incomplete(second: bytes, reason: str) -> None:
    pages = {ITEMS: results(feature(ID), numberMatched=3, links=following(2)), f"{ITEMS}?limit=1&startindex=2": second}
    done = read(READER, Site(pages), ITEMS)
    assert done.stopped is not None
    assert done.stopped.failed
    assert reason in str(done.stopped.reason)
    assert done.records


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"error": {"code": 498, "message": "Invalid token geheim"}}', r"answered with an error \(code 498\)"),
        (b'{"error": "geheim"}', r"answered with an error\."),
        (b'{"message": "geheim", "statusCode": 500}', "holds no catalogue of datasets"),
        (b'{"type": "FeatureCollection"}', "holds no catalogue of datasets"),
        (b"[5]", "holds no catalogue of datasets"),
        (b"<html></html>", "is a web page, not JSON"),
        (b"PK\x03\x04 geheim", "is a binary or compressed file, not JSON"),
        (b" ", "is empty"),
        (b'{"dataset": [', "is broken"),
    ],
)
def test_an_error_with_status_200_is_one_plain_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(SourceUnreadable, match=sentence) as raised:
        list(READER.records(Site({FEED: body}), FEED, {}))
    assert "geheim" not in str(raised.value)


def test_an_empty_catalogue_is_no_error_and_has_no_records() -> None:
    assert list(READER.records(Site({FEED: catalogue()}), FEED, {})) == []
    assert list(READER.records(Site({FEED: results()}), FEED, {})) == []


def test_other_encodings_are_read(tmp_path: Any) -> None:
    path = tmp_path / "data.json"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes(json.dumps(json.loads(catalogue(ENTRY)), ensure_ascii=False).encode(encoding))
        (record,) = READER.records(LocalFile(path), str(path), {})
        assert isinstance(record, Record)
        assert record.payload["title"] == "Bäume & Büsche"


def test_a_title_of_nothing_is_refused_in_the_mapping_too() -> None:
    for shape in ("entry", "item"):
        with pytest.raises(RecordRefused, match="has no title"):
            READER.package(Record("x", {"shape": shape, "entry": {}}), {})


def test_the_real_answers_are_taken_for_what_they_are() -> None:
    for file in cases("arcgis").iterdir():
        found = identify(Answer("https://x.example/", 200, "application/json", None, file.read_bytes()))
        assert found is not None
        assert found.name == "arcgis"


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (catalogue(ENTRY), 96),
        (b'{"dataset": [{"title": "A", "distribution": []}]}', 70),
        (results(feature(ID)), 92),
        (b'{"type": "FeatureCollection", "features": []}', 0),
        (b'{"@context": {}, "@graph": [{"@type": "dcat:Dataset"}]}', 0),
        (b'{"success": true, "result": {"count": 0}}', 0),
        (b'{"error": {"code": 498}}', 0),
        (b"<html>arcgis</html>", 0),
    ],
)
def test_answers_of_the_kind_are_recognised(body: bytes, sure: int) -> None:
    assert READER.recognises(Answer("https://x.example/", 200, "", None, body)) == sure


def test_a_pasted_page_of_a_hub_leads_to_its_feeds() -> None:
    addresses = READER.addresses(f"{HUB}/search?groupIds=1")
    assert addresses[0] == f"{HUB}/search?groupIds=1"
    assert {FEED, f"{HUB}/api/feed/dcat-us/1.1.json", f"{HUB}/data.json", f"{ITEMS}?limit=100"} <= set(addresses)
    assert READER.addresses(FEED) == (FEED,)


def test_any_value_may_stand_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    survives(
        monkeypatch, READER, {FEED: catalogue(ENTRY, {**ENTRY, "identifier": "b"}, publisher={"name": "Stadt"})}, FEED
    )
    pages = {
        ITEMS: results(feature(ID), numberMatched=2, links=following(2)),
        f"{ITEMS}?limit=1&startindex=2": results(feature("b" * 32, structuredLicense={"url": "https://x.example"})),
    }
    survives(monkeypatch, READER, pages, ITEMS)


def test_the_real_answers_survive_any_change(monkeypatch: pytest.MonkeyPatch) -> None:
    for file in cases("arcgis").iterdir():
        value = json.loads(file.read_bytes())
        for key in ("dataset", "dcat:dataset"):
            if key in value:
                value[key] = value[key][:3]
        survives(monkeypatch, READER, {FEED: json.dumps(value).encode()}, FEED)
