"""SensorThings: groups of Datastreams as datasets, the API as a service, and servers that answer in every other way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ckanext.stuttgart.errors import RecordRefused, SourceUnreachable, SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.reader import Record, Stopped, identify
from ckanext.stuttgart.harvest.readers.sensorthings import READER, SensorThingsReader
from ckanext.stuttgart.harvest.sensorthings.entities import interval
from ckanext.stuttgart.harvest.sensorthings.reading import DATASTREAMS, MULTI, MULTIDATASTREAMS, THINGS
from tests.core.mutations import survives
from tests.core.sources import Site, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

ROOT = "https://sensoren.stadt.example/FROST-Server/v1.1"
ALL_THINGS = f"{ROOT}/{THINGS[0].replace('{multi}', '')}"
ALL_STREAMS = f"{ROOT}/{DATASTREAMS[0]}"
CSV = "https://github.com/INSIDE-information-systems/SensorThingsAPI/blob/master/CSV-ResultFormat/CSV-ResultFormat.md"
OPEN_API = "https://fraunhoferiosb.github.io/FROST-Server/extensions/OpenAPI.html"


def page(*entities: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"value": list(entities), **{f"@iot.{name}": value for name, value in more.items()}}).encode()


def root(*conformance: str, sets: tuple[str, ...] = ("Things", "Datastreams", "ObservedProperties")) -> bytes:
    listed = [{"name": name, "url": f"http://frost:8080/FROST-Server/v1.1/{name}"} for name in sets]
    return json.dumps({"value": listed, "serverSettings": {"conformance": list(conformance)}}).encode()


def stream(
    id_: Any, observed: str | None = "Lufttemperatur", unit: str = "Grad Celsius", **more: Any
) -> dict[str, Any]:
    entity = {
        "@iot.id": id_,
        "name": f"Datenstrom {id_}",
        "description": "No description",
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "unitOfMeasurement": {"name": unit, "symbol": "°C", "definition": None},
        "phenomenonTime": "2020-01-01T00:00:00Z/2021-01-01T00:00:00Z",
    }
    if observed is not None:
        entity["ObservedProperty"] = {"name": observed, "definition": "http://codes.example/t", "description": "Wärme"}
    return {**entity, **more}


def thing(id_: Any, *streams: dict[str, Any], name: str = "Wetterstation 1", **more: Any) -> dict[str, Any]:
    return {
        "@iot.id": id_,
        "@iot.selfLink": f"{ROOT}/Things({id_})",
        "name": name,
        "Datastreams": list(streams),
        **more,
    }


def server(things: bytes, *conformance: str) -> dict[str, bytes]:
    return {ROOT: root(*conformance), ALL_THINGS: things}


def test_the_air_quality_of_a_frost_server_is_one_dataset_for_each_substance() -> None:
    url = f"{ROOT}/Datastreams?$top=4"
    body = (cases("sensorthings") / "GastroViewer__sta_datastreams_wien.json").read_bytes()
    done = read(READER, Site({url: body, ROOT: root(CSV)}), url)
    assert [record.name for record in done.records] == [
        *(f"{ROOT}#observed_property={name}" for name in ("PM10", "NO2", "PM2.5", "O3")),
        ROOT,
    ]
    ozone = done.package("O3")
    assert ozone["temporal_coverage"] == [{"start": "2024-05-03T17:00:00Z", "end": "2024-05-12T18:00:00Z"}]
    assert ozone["spatial_coverage"] == [{"centroid": "POINT(16.30127778 48.14125)"}]
    assert "| O3 | µg/m3 | 1 |" in ozone["notes"]
    assert ozone["tags"] == [{"name": "O3"}]
    query = f"{ROOT}/Datastreams?$filter=ObservedProperty/name%20eq%20%27O3%27"
    assert [(resource["format"], resource["url"]) for resource in ozone["resources"]] == [
        ("CSV", f"{query}&$resultFormat=CSV"),
        ("JSON", query),
    ]
    assert all(resource["access_services"] == [ROOT] for resource in ozone["resources"])
    assert_conforming(done)


def test_a_server_without_expand_and_with_an_inner_host_is_grouped_by_the_names_of_its_datastreams() -> None:
    url = "https://udp.stadt.example/sensinact/rest/v1.1/Datastreams"
    site = Site({url: (cases("sensorthings") / "urban-data-platform__datastreams.json").read_bytes()})
    done = read(READER, site, url)
    assert not done.refused
    assert done.stopped is None
    titles = ["color", "signalGroup", "type", "friendlyName", "location", "model", "modelPackageUri", "temperature"]
    assert [record.payload["title"] for record in done.records][:-1] == titles
    signals = done.package("type")
    assert "| type | Signaltyp | 30 |" in signals["notes"]
    assert "No description" not in json.dumps(done.packages)
    assert "localhost" not in json.dumps(done.packages)
    assert all(asked.startswith("https://udp.stadt.example/sensinact/rest/v1.1") for asked in site.asked)
    # The server writes latitude first: as it stands, the traffic lights would be in the sea off Somalia.
    assert signals["spatial_coverage"][0]["bbox"].startswith("POLYGON((11 50, 11.5815")
    assert any("extent_turned" in rules for rules in done.findings.values())
    assert_conforming(done)


def test_the_api_is_one_service_that_serves_every_dataset() -> None:
    things = page(thing(1, stream(1), stream(2, "Luftfeuchte", "Prozent")))
    done = read(READER, Site(server(things, OPEN_API)), ROOT)
    service = done.package("SensorThings-API sensoren.stadt.example")
    assert service["type"] == "data_service"
    assert service["endpoint_url"] == [ROOT]
    assert service["endpoint_description"] == [f"{ROOT}/api"]
    assert service["conforms_to"] == ["http://www.opengis.net/spec/iot_sensing/1.1"]
    assert service["serves_dataset"] == [
        f"{ROOT}#observed_property=Luftfeuchte",
        f"{ROOT}#observed_property=Lufttemperatur",
    ]
    assert {package["uri"] for package in done.packages} == {ROOT, *service["serves_dataset"]}
    assert_conforming(done)


def test_streams_of_one_property_are_one_dataset_with_the_span_and_area_of_all() -> None:
    here = {"type": "Point", "coordinates": [9.1, 48.7]}
    place = {"name": "Ort", "location": {"type": "Feature", "geometry": {"type": "Point", "coordinates": [9.3, 48.9]}}}
    things = page(
        thing(1, stream(1, observedArea=here, phenomenonTime="2019-05-01T00:00:00+02:00/2020-01-01T00:00:00Z")),
        thing("a/b~c", stream("x/1~y"), Locations=[place], name="Wetterstation 2"),
        count=2,
    )
    done = read(READER, Site(server(things)), ROOT)
    package = done.package("Lufttemperatur")
    assert package["notes"].startswith("Wärme\n\nDatenströme: 2  \nMessorte oder Geräte: 2")
    assert "| Lufttemperatur | Grad Celsius (°C) | 2 |" in package["notes"]
    assert package["temporal_coverage"] == [{"start": "2019-05-01T00:00:00+02:00", "end": "2021-01-01T00:00:00Z"}]
    assert package["spatial_coverage"][0]["bbox"].startswith("POLYGON((9.1 48.7, 9.3 48.7, 9.3 48.9")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2020-01-01T00:00:00Z/..", ("2020-01-01T00:00:00Z", "")),
        ("../2020-01-01T00:00:00Z", ("", "2020-01-01T00:00:00Z")),
        ("2020-01-01T00:00:00Z/", ("2020-01-01T00:00:00Z", "")),
        ("2020-01-01T00:00:00Z", ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z")),
        ({"start": "2020", "end": "2021"}, ("2020", "2021")),
        (["2020", None], ("2020", "")),
        (None, ("", "")),
        (5, ("5", "5")),
        ("", ("", "")),
    ],
)
def test_a_period_may_be_open_at_either_end(written: object, read_as: tuple[str, str]) -> None:
    assert interval(written) == read_as


@pytest.mark.parametrize(("today", "end"), [(date(2021, 1, 15), None), (date(2021, 3, 1), "2021-01-01T00:00:00Z")])
def test_the_end_stays_open_while_readings_come_in(today: date, end: str | None) -> None:
    reader = SensorThingsReader(today=lambda: today)
    done = read(reader, Site(server(page(thing(1, stream(1))))), ROOT)
    assert done.package("Lufttemperatur")["temporal_coverage"][0].get("end") == end


@pytest.mark.parametrize(
    ("options", "titles", "query"),
    [
        ({}, ["Lufttemperatur", "Luftfeuchte"], "ObservedProperty/name%20eq%20%27Lufttemperatur%27"),
        (
            {"group": "thing_property", "property": "topic"},
            ["Klima", "Parken"],
            "Thing/properties/topic%20eq%20%27Klima%27",
        ),
        ({"group": "thing_prefix"}, ["Wetterstation", "Parkplatz"], "startswith(Thing/name,%27Wetterstation%27)"),
        ({"group": "sensor"}, ["S1", "S'2"], "Sensor/name%20eq%20%27S1%27"),
        ({"title": "Messwerte {name}"}, ["Messwerte Lufttemperatur", "Messwerte Luftfeuchte"], "ObservedProperty"),
    ],
)
def test_a_source_chooses_what_makes_a_dataset(options: dict[str, str], titles: list[str], query: str) -> None:
    things = page(
        thing(1, stream(1, Sensor={"name": "S1"}), name="Wetterstation 1", properties={"topic": "Klima"}),
        thing(2, stream(2, "Luftfeuchte", Sensor={"name": "S'2"}), name="Parkplatz_7", properties={"topic": "Parken"}),
    )
    done = read(READER, Site(server(things)), ROOT, **options)
    assert [record.payload["title"] for record in done.records][:-1] == titles
    assert query in done.packages[0]["resources"][0]["url"]
    assert_conforming(done)


def test_streams_without_what_is_grouped_by_are_refused_together() -> None:
    done = read(READER, Site(server(page(thing(1, stream(1), stream(2))))), ROOT, group="thing_property", property="x")
    assert done.refused == {"2 Datastreams": "do not have the thing property x"}
    assert done.records == []


def test_a_filter_asks_for_datastreams_and_tells_two_sources_of_one_server_apart() -> None:
    condition = "Thing/properties/topic eq 'Klima'"
    encoded = "Thing%2Fproperties%2Ftopic%20eq%20%27Klima%27"
    asked = f"{ALL_STREAMS}&$filter={encoded}"
    done = read(READER, Site({ROOT: root(), asked: page(stream(1))}), ROOT, filter=condition)
    assert [record.iri for record in done.records] == [
        f"{ROOT}?$filter={encoded}#observed_property=Lufttemperatur",
        f"{ROOT}?$filter={encoded}",
    ]
    url = done.package("Lufttemperatur")["resources"][0]["url"]
    assert "$filter=(Thing/properties/topic%20eq%20%27Klima%27)%20and%20ObservedProperty/name" in url


def test_inner_hosts_of_next_links_are_mended_below_the_root() -> None:
    inner = "http://localhost:8080/sensorthings/v1.1"
    things = page(
        thing(1, stream(1), **{"Datastreams@iot.nextLink": f"{inner}/Things(1)/Datastreams?$skip=1"}),
        nextLink=f"{inner}/Things?$skip=1&$skipFilter=%28id+gt+1%29",
    )
    site = Site(
        {
            **server(things),
            f"{ROOT}/Things(1)/Datastreams?$skip=1": page(stream(2, "Luftdruck")),
            f"{ROOT}/Things?$skip=1&$skipFilter=%28id+gt+1%29": page(thing(2, stream(3, "Regen"))),
        }
    )
    done = read(READER, site, ROOT)
    assert done.stopped is None
    assert [record.payload["title"] for record in done.records][:3] == ["Lufttemperatur", "Luftdruck", "Regen"]


FOREIGN = "https://boese.example/FROST-Server/v1.1/Things?$skip=1"


@pytest.mark.parametrize(
    ("link", "following", "reason"),
    [
        (FOREIGN, page(thing(9, stream(9))), "another host"),
        ("https://10.0.0.1.boese.example/x", page(), "another host"),
        ("file:///tmp/daten.json", page(), "another host"),
        (ALL_THINGS, page(), "named once more"),
        (f"{ROOT}/Things?$skip=1", page(thing(1, stream(1)), nextLink=f"{ROOT}/Things?$skip=2"), "nothing new"),
        (f"{ROOT}/Things?$skip=1", b"", "is empty"),
        (f"{ROOT}/Things?$skip=1", b"<html>Wartung</html>", "web page"),
        (f"{ROOT}/Things?$skip=1", b'{"error": {"code": 500, "message": "geheim"}}', "code 500"),
        (f"{ROOT}/Things?$skip=1", b'{"value": [{"@iot', "broken"),
        (f"{ROOT}/Things?$skip=99", page(), "404"),
    ],
)
def test_paging_that_ends_badly_leaves_the_source_incomplete(link: str, following: bytes, reason: str) -> None:
    pages = server(page(thing(1, stream(1)), nextLink=link))
    asked: list[str] = []

    def play(url: str, body: bytes | None) -> bytes:
        asked.append(url)
        if url in pages:
            return pages[url]
        if "skip=1" in url or "boese" in url:
            return following
        raise KeyError(url)

    done = read(READER, Site(play), ROOT)
    assert done.stopped is not None
    assert done.stopped.failed
    assert reason in str(done.stopped.reason)
    assert "geheim" not in str(done.stopped.reason)
    assert len(done.records) == 2
    assert not any("boese" in url for url in asked)


def test_fewer_things_than_announced_leave_the_source_incomplete() -> None:
    done = read(READER, Site(server(page(thing(1, stream(1)), count=7))), ROOT)
    assert done.stopped is not None
    assert "announces 7 entries and 1 were found" in str(done.stopped.reason)


def test_other_ways_to_ask_are_tried_where_a_server_knows_no_nested_expand() -> None:
    ignored = page({key: value for key, value in thing(1).items() if key != "Datastreams"})
    site = Site({ROOT: root(), ALL_THINGS: ignored, ALL_STREAMS: page(stream(1))})
    assert read(READER, site, ROOT).records[0].payload["title"] == "Lufttemperatur"
    bare = Site({ROOT: root(), f"{ROOT}/{DATASTREAMS[-1]}": page(stream(1, None), stream(2, None))})
    assert [record.payload["title"] for record in read(READER, bare, ROOT).records][:2] == [
        "Datenstrom 1",
        "Datenstrom 2",
    ]
    with pytest.raises(SourceUnreachable, match="404"):
        list(READER.records(Site({ROOT: root()}), ROOT, {}))


@pytest.mark.parametrize("name", ["Things", "Locations", "ObservedProperties"])
def test_from_any_set_of_entities_the_datastreams_are_found(name: str) -> None:
    bare = {"@iot.id": 1, "name": "x", "Datastreams@iot.navigationLink": f"{ROOT}/{name}(1)/Datastreams"}
    url = f"{ROOT}/{name}"
    done = read(READER, Site({url: page(bare), ROOT: root(), ALL_STREAMS: page(stream(1))}), url)
    assert [record.iri for record in done.records] == [f"{ROOT}#observed_property=Lufttemperatur", ROOT]
    with pytest.raises(SourceUnreachable, match="404"):
        list(READER.records(Site({url: page(bare)}), url, {}))


def test_a_multi_datastream_belongs_to_each_property_it_observes() -> None:
    several = {
        "@iot.id": 5,
        "name": "Wind",
        "multiObservationDataTypes": [],
        "unitOfMeasurements": [{"name": "m/s"}, {"name": "Grad"}],
        "ObservedProperties": [{"name": "Windstärke"}, {"name": "Windrichtung"}],
    }
    sets = ("Things", "Datastreams", "MultiDatastreams")
    whole = f"{ROOT}/{THINGS[0].replace('{multi}', MULTI)}"
    for site in (
        Site({ROOT: root(sets=sets), whole: page({**thing(1, stream(1)), "MultiDatastreams": [several]})}),
        Site({ROOT: root(sets=sets), ALL_STREAMS: page(stream(1)), f"{ROOT}/{MULTIDATASTREAMS}": page(several)}),
    ):
        done = read(READER, site, ROOT)
        assert done.stopped is None
        wind = done.package("Windrichtung")
        assert "| Windrichtung | Grad | 1 |" in wind["notes"]
        assert f"{ROOT}/MultiDatastreams?$filter=ObservedProperties/name%20eq%20%27Windrichtung%27" in str(
            wind["resources"]
        )


def test_owner_licence_and_metadata_page_come_from_the_free_properties() -> None:
    facts = {
        "ownerData": "Amt für Umwelt",
        "license": "Datenlizenz Deutschland – Zero",
        "metadata": "https://md.example/1",
    }
    package = read(READER, Site(server(page(thing(1, stream(1, properties=facts))))), ROOT).package("Lufttemperatur")
    assert package["publisher"][0]["name"] == "Amt für Umwelt"
    assert package["documentation"] == ["https://md.example/1"]
    assert package["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


def test_version_1_0_and_single_entities_are_read_too() -> None:
    old = ROOT.replace("v1.1", "v1.0")
    url = f"{old}/Things(1)?$expand=Datastreams/ObservedProperty"
    done = read(READER, Site({url: json.dumps(thing(1, stream(1))).encode()}), url)
    assert [record.iri for record in done.records] == [f"{old}#observed_property=Lufttemperatur", old]
    assert done.packages[1]["conforms_to"] == ["http://www.opengis.net/spec/iot_sensing/1.0"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "is empty"),
        (b"<!doctype html><html></html>", "is a web page, not JSON"),
        (b'{"error": {"code": 498, "message": "Invalid token: geheim"}}', r"answered with an error \(code 498\)"),
        (b'{"message": "geheim"}', "holds no answer of a SensorThings API"),
        (b'{"value": 5}', "holds no answer of a SensorThings API"),
        (b'{"value": [NaN]}', "no number of JSON"),
        (b'{"value": ' + b"[" * 20_000, "nested deeper"),
    ],
)
def test_a_first_answer_of_no_use_is_one_plain_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(SourceUnreadable, match=sentence) as raised:
        list(READER.records(Site({ROOT: body}), ROOT, {}))
    assert "geheim" not in str(raised.value)


def test_a_file_is_read_without_any_further_question(tmp_path: Any) -> None:
    path = tmp_path / "things.json"
    path.write_bytes(page(thing(1, stream(1)), nextLink=f"{ROOT}/Things?$skip=1"))
    items = list(READER.records(LocalFile(path), str(path), {}))
    assert isinstance(items[0], Record)
    assert items[0].iri == f"{ROOT}#observed_property=Lufttemperatur"
    assert items[-1] == Stopped(str(path), items[-1].reason, failed=False)  # type: ignore[union-attr]


def test_a_file_of_a_server_without_public_address_has_no_links() -> None:
    body = (cases("sensorthings") / "urban-data-platform__datastreams.json").read_bytes()
    items = list(READER.records(_File(body), "datei.json", {}))
    assert {item.iri for item in items if isinstance(item, Record)} == {None}
    package = READER.package(items[0], {}).package  # type: ignore[arg-type]
    assert "resources" not in package


class _File:
    """A file with a given content."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get(self, url: str, accept: str = "") -> Answer:
        return Answer(url, 200, "", None, self.body)

    def post(self, url: str, body: bytes, content_type: str, accept: str = "") -> Answer:
        raise AssertionError


def test_a_group_without_a_name_is_refused() -> None:
    with pytest.raises(RecordRefused, match="has no title"):
        READER.package(Record("x", {"type": "dataset", "title": ""}), {})


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (root(), 95),
        (page(stream(1)), 95),
        (page(count=0), 95),
        (b'{"value": []}', 0),
        (b'{"error": {"code": 400, "message": "unknown @iot.x"}}', 0),
        (b"<html>@iot.id</html>", 0),
        (b'{"help": "x", "success": true, "result": {}}', 0),
        (b"", 0),
    ],
)
def test_answers_of_the_kind_are_recognised(body: bytes, sure: int) -> None:
    assert READER.recognises(Answer(ROOT, 200, "", None, body)) == sure


def test_the_real_answers_are_taken_for_what_they_are() -> None:
    for file in cases("sensorthings").iterdir():
        found = identify(Answer("https://x.example/", 200, "application/json", None, file.read_bytes()))
        assert found is not None
        assert found.name == "sensorthings"


def test_a_pasted_address_leads_to_the_service() -> None:
    assert READER.addresses(f"{ROOT}/Things(5)") == (f"{ROOT}/Things(5)", ROOT)
    assert READER.addresses("https://iot.stadt.example")[1] == "https://iot.stadt.example/v1.1"


@pytest.mark.parametrize("options", [{}, {"group": "thing_property", "property": "topic"}, {"group": "thing_prefix"}])
def test_any_value_may_stand_anywhere(monkeypatch: pytest.MonkeyPatch, options: dict[str, str]) -> None:
    area = {"type": "Polygon", "coordinates": [[[9, 48], [9.1, 48], [9.1, 48.1], [9, 48]]]}
    facts = {"topic": "Klima", "owner": "Amt", "license": "CC0"}
    things = page(
        thing(1, stream(1, observedArea=area, Sensor={"name": "S"}), properties=facts, Locations=[{"location": area}]),
        nextLink=f"{ROOT}/Things?$skip=1",
        count=2,
    )
    pages = {**server(things, CSV), f"{ROOT}/Things?$skip=1": page(thing(2, stream(2)))}
    survives(monkeypatch, READER, pages, ROOT, **options)


def test_the_real_answers_survive_any_change(monkeypatch: pytest.MonkeyPatch) -> None:
    first: Callable[[bytes], bytes] = lambda body: json.dumps({"value": json.loads(body)["value"][:4]}).encode()  # noqa: E731
    for file in cases("sensorthings").iterdir():
        survives(monkeypatch, READER, {f"{ROOT}/Datastreams": first(file.read_bytes())}, f"{ROOT}/Datastreams")
