"""Catalogue services (CSW 2.0.2): capabilities, questions, pages and their traps, and what the records are together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.errors import SourceError, SourceRefused, SourceUnreachable, SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer, LocalFile, Until
from ckanext.stuttgart.harvest.csw import answers, capabilities
from ckanext.stuttgart.harvest.csw.questions import Narrowing, Question
from ckanext.stuttgart.harvest.iso import references
from ckanext.stuttgart.harvest.reader import Record, Refused, Stopped, identify
from ckanext.stuttgart.harvest.readers.csw import READER
from tests.core import csw_server as csw
from tests.core import iso_records as iso
from tests.core.csw_server import URL, Asked, Server, honest, page
from tests.core.sources import Read, Site, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

LICENCE = "http://dcat-ap.de/def/licenses/"
APPLICATION = "describes a thing of the kind “application”, which is neither data nor a service"


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the many small answers of a test the child process that parses each of them."""

    def xml(body: bytes, *, name: str, charset: str | None = None) -> Any:
        try:
            return etree.fromstring(body)
        except etree.XMLSyntaxError:
            raise SourceUnreadable(name, "is broken XML") from None

    monkeypatch.setattr(answers.parse, "xml", xml)


def many(number: int, **parts: Any) -> list[str]:
    return [iso.record(f"id-{position:04}", f"Datensatz {position}", **parts) for position in range(1, number + 1)]


def answer(body: bytes | str, url: str = URL, content_type: str = "application/xml") -> Answer:
    return Answer(url, 200, content_type, None, body if isinstance(body, bytes) else body.encode())


def titles(done: Read) -> list[str]:
    return [record.payload["title"] for record in done.records]


def recorded(name: str) -> Read:
    path = cases("csw") / name
    return read(READER, LocalFile(path), str(path))


# --- finding and recognising -------------------------------------------------------------------------------------


def test_a_service_is_looked_for_at_the_address_and_where_software_puts_it() -> None:
    found = READER.addresses("https://metadaten.example/geonetwork/")
    assert found[0] == "https://metadaten.example/geonetwork/?service=CSW&version=2.0.2&request=GetCapabilities"
    assert any(each.startswith("https://metadaten.example/geonetwork/srv/ger/csw?service=CSW") for each in found)
    assert READER.addresses("https://gdi.example/md/1.xml") == ("https://gdi.example/md/1.xml",)
    asked = "https://gdi.example/csw?service=CSW&request=GetRecordById&id=1"
    assert READER.addresses(asked) == (asked,)


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        (csw.capabilities(), 95),
        (page([], 0, 0), 95),
        (f'<GetRecordByIdResponse xmlns="{csw.CSW}"/>', 95),
        ('<c:Capabilities xmlns:c="http://www.opengis.net/cat/csw/3.0"/>', 60),
        ('<?xml version="1.0"?><!-- x --><gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"/>', 90),
        ('<gmi:MI_Metadata xmlns:gmi="http://www.isotc211.org/2005/gmi"/>', 90),
        ('<che:CHE_MD_Metadata xmlns:che="http://www.geocat.ch/2008/che"/>', 90),
        (csw.EXCEPTION.format(code="NoApplicableCode"), 0),
        ('<Capabilities xmlns="http://www.opengis.net/wmts/1.0"/>', 0),
        ('<WMS_Capabilities xmlns="http://www.opengis.net/wms"/>', 0),
        ("<html><body>Wartung</body></html>", 0),
        ('{"error": {"code": 498}}', 0),
        ("", 0),
        ("\0\1\2", 0),
        ('<a href="x.xml">', 0),
    ],
)
def test_services_answers_and_metadata_are_recognised_and_nothing_else(body: str, sure: int) -> None:
    assert READER.recognises(answer(body)) == sure
    assert READER.recognises(answer(body.encode("utf-16"))) == sure


def test_the_registry_finds_the_reader_for_an_answer_of_a_catalogue_with_rdf_in_it() -> None:
    found = identify(answer(page([], 0, 0)))
    assert found is not None
    assert found.name == "csw"


# --- recorded answers --------------------------------------------------------------------------------------------


def test_every_recorded_answer_with_records_gives_conforming_packages() -> None:
    counts = {}
    for path in sorted(cases("csw").glob("*.xml")):
        if b"Capabilities" in path.read_bytes()[:2000] or b"ExceptionReport" in path.read_bytes():
            continue
        done = recorded(path.name)
        assert_conforming(done)
        counts[path.name] = (len(done.packages), len(done.refused), done.stopped is not None)
    assert counts["ckanext-fisbroker__csw_getrecords_01.xml"] == (2, 1, False)
    assert counts["udata__geonetwork-iso19139-page-1.xml"] == (2, 0, True)
    assert counts["pycsw__post_GetRecords-all.xml"] == (5, 0, True)
    assert counts["ckanext-geocat__response_getrecords_dcat_batch.xml"] == (2, 0, False)
    assert counts["ckanext-geocat__response_all_results.xml"] == (2, 0, False)


def test_recorded_pages_play_as_a_catalogue_with_paging() -> None:
    """GeoNetwork's page 1 holds two of six records and claims so; the others are written for the test."""
    first = (cases("csw") / "udata__geonetwork-iso19139-page-1.xml").read_text("utf-8")

    def respond(server: Server, asked: Asked) -> str:
        if asked.start == 1:
            return first
        chosen = many(4)[asked.start - 3 : asked.start - 1]
        after = asked.start + len(chosen)
        return page(chosen, 6, 0 if after > 6 else after)

    done = read(READER, Server([], respond), URL)
    assert len(done.records) == 6
    assert done.stopped is None
    assert_conforming(done)


def test_berlin_names_page_one_as_the_next_for_ever_and_is_read_once() -> None:
    first = (cases("csw") / "ckanext-fisbroker__csw_getrecords_01.xml").read_text("utf-8")
    server = Server([], lambda server, asked: first)
    done = read(READER, server, URL)
    assert len(server.asked) == 2  # the test reads twice
    assert done.stopped is None
    assert done.refused == {"aac23975-94e4-3707-96fa-e447e43d6013": APPLICATION}
    dataset = next(each for each in done.packages if each["type"] == "dataset")
    service = next(each for each in done.packages if each["type"] == "data_service")
    # The service's record writes the IRI of the data without its last slash; the UUID in it tells.
    assert service["serves_dataset"] == [dataset["uri"]]
    (resource,) = dataset["resources"]
    assert resource["access_service"] == [service["uri"]]
    assert (
        resource["license_attribution_by_text"] == "Geoportal Berlin / 3D-Gebäudemodelle im Level of Detail 2 (LoD 2)"
    )
    assert_conforming(done)


def test_a_wrapped_profile_with_urls_in_several_languages_is_read() -> None:
    made = recorded("ckanext-geocat__result_1.xml").package("Lärmbelastung")
    assert {e["language"] for e in made["translations"] if e["field"] == "title"} >= {"en", "fr", "it", "rm"}
    assert made["theme"] == [
        f"http://publications.europa.eu/resource/authority/data-theme/{x}" for x in ("ENVI", "HEAL")
    ]
    download = next(each for each in made["resources"] if "download_url" in each)
    assert (download["format"], download["package_format"]) == ("GEOTIFF", "application/zip")
    assert {each.get("format") for each in made["resources"]} >= {"WMS_SRVC", "WMTS_SRVC"}
    assert "Verordnung über Geoinformation" in made["applicable_legislation"]


@pytest.mark.parametrize("name", ["dcat-page-1", "dcat-page-3", "geodcatap-page-1"])
def test_rdf_in_the_answer_of_a_catalogue_goes_through_the_dcat_mapping(name: str) -> None:
    done = recorded(f"udata__geonetwork-{name}.xml")
    datasets = [each for each in done.packages if each["type"] == "dataset"]
    assert len(datasets) == 2
    assert all(each["notes"] != each["title"] for each in datasets)
    assert done.refused == {}
    assert done.stopped is not None
    assert not done.stopped.failed


def test_services_that_are_blank_nodes_in_rdf_are_named_by_their_address() -> None:
    done = recorded("udata__geonetwork-geodcatap-page-1.xml")
    services = {each["uri"]: each for each in done.packages if each["type"] == "data_service"}
    assert "https://www.geo2france.fr/geoserver/insee/ows#WFS" in services
    through = {iri for each in done.packages for r in each.get("resources", ()) for iri in r.get("access_service", ())}
    assert through == set(services)


# --- reading a service -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("about", "way"),
    [
        (csw.capabilities(), "xml"),
        (csw.capabilities(post=""), "kvp"),
        (csw.capabilities(get=""), "xml"),
        (csw.capabilities(get="", post="", soap=URL), "soap"),
        (csw.capabilities(get="", post=""), "xml"),
    ],
)
def test_records_are_asked_for_in_the_way_that_the_service_offers(about: str, way: str) -> None:
    server = Server(many(3), about=about)
    assert titles(read(READER, server, URL)) == ["Datensatz 1", "Datensatz 2", "Datensatz 3"]
    assert {asked.way for asked in server.asked} == {way}
    assert server.asked[0].schema == "http://www.isotc211.org/2005/gmd"


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("url", [URL, f"{URL}?", f"{URL}?service=CSW&request=GetCapabilities", f"{URL}?SERVICE=CSW"])
def test_the_address_may_be_that_of_the_service_or_of_its_description(url: str) -> None:
    assert len(read(READER, Server(many(2)), url).records) == 2


@pytest.mark.usefixtures("in_process")
def test_a_service_that_refuses_sorting_or_posts_is_asked_otherwise() -> None:
    def respond(server: Server, asked: Asked) -> str:
        if asked.way == "xml" or "SortBy" in asked.text:
            return csw.EXCEPTION.format(code="InvalidParameterValue")
        return honest(server, asked)

    server = Server(many(30), respond)
    done = read(READER, server, URL)
    assert len(done.records) == 30
    assert done.stopped is None
    assert [asked.way for asked in server.asked[:3]] == ["xml", "xml", "kvp"]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("offered", "asked"),
    [
        ((), "http://www.isotc211.org/2005/gmd"),
        (("http://www.opengis.net/cat/csw/2.0.2", "http://www.isotc211.org/2005/gmd"), "http://www.isotc211.org/2005/gmd"),
        (("http://standards.iso.org/iso/19115/-3/mdb/2.0",), "http://standards.iso.org/iso/19115/-3/mdb/2.0"),
        (("http://www.isotc211.org/2005/gmi", "http://www.opengis.net/cat/csw/2.0.2"), "http://www.isotc211.org/2005/gmi"),
        (("http://www.opengis.net/cat/csw/2.0.2",), "http://www.opengis.net/cat/csw/2.0.2"),
        (("http://eigenes.example/schema",), "http://www.isotc211.org/2005/gmd"),
    ],
)  # fmt: skip
def test_the_best_schema_that_is_offered_is_asked_for(offered: tuple[str, ...], asked: str) -> None:
    server = Server(many(1), about=csw.capabilities(schemas=offered))
    read(READER, server, URL)
    assert server.asked[0].schema == asked
    query = next(each for each in etree.fromstring(server.asked[0].text).iter("{*}Query"))
    prefix = query.get("typeNames").partition(":")[0]
    assert query.nsmap[prefix] == asked


@pytest.mark.usefixtures("in_process")
def test_the_provider_is_the_publisher_of_records_that_name_nobody() -> None:
    (record,) = read(READER, Server(many(1)), URL).records
    assert record.publisher == {"name": "GDI-Stelle"}


@pytest.mark.usefixtures("in_process")
def test_the_recorded_capabilities_lead_to_questions_or_are_refused_by_name() -> None:
    seen = 0
    for path in sorted(cases("csw").glob("*.xml")):
        body = path.read_bytes()
        if b"Capabilities" not in body[:2000]:
            continue
        own = {"ckanext-geocat": "http://mock-geocat.ch/geonetwork/srv/eng/csw-BAKOM"}.get(
            path.name.split("__")[0], URL
        )
        own = "http://www.informationgrid.eu/csw" if path.name.startswith("ingrid-interface") else own

        def play(url: str, sent: bytes | None, body: bytes = body) -> bytes:
            return body if "GetCapabilities" in url else page(many(1), 1, 0).encode()

        assert len(read(READER, Site(play), own).records) == 1, path.name
        seen += 1
    assert seen == 6


# --- addresses named by a service --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "own", "used"),
    [
        ("https://gdi.example/csw", URL, URL),
        ("https://gdi.example/andere/csw", URL, "https://gdi.example/andere/csw"),
        ("http://gdi.example/csw", URL, URL),
        ("http://gdi.example:80/srv/csw?", URL, "https://gdi.example/srv/csw"),
        ("http://localhost:8080/geonetwork/srv/eng/csw", URL, URL),
        ("http://10.1.2.3/csw-intern", URL, URL),
        ("http://gis-server:8080/csw2", URL, URL),
        ("http://gis.stadt.intern/csw2", URL, URL),
        ("https://other.example/csw", URL, URL),
        ("{BASE_URL}", URL, URL),
        ("", URL, URL),
        ("/csw/anfrage", URL, "https://gdi.example/csw/anfrage"),
        ("http://[::1", URL, URL),
        ("ftp://gdi.example/csw", URL, URL),
        ("https://gdi.example/csw?service=CSW&map=/a", URL, "https://gdi.example/csw?map=%2Fa"),
    ],
)
def test_addresses_of_operations_are_checked_and_inner_hosts_repaired(link: str, own: str, used: str) -> None:
    assert capabilities.checked(link, own) == used


def test_a_foreign_address_for_questions_is_refused_by_name() -> None:
    server = Server(many(1), about=csw.capabilities(post="https://fremd.example/falle"))
    with pytest.raises(SourceRefused, match=r"https://fremd\.example/falle: is where the catalogue .* on another host"):
        read(READER, server, URL)
    assert all("fremd" not in url for url in server.urls)


# --- paging ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("number", [0, 1, 49, 50, 51, 60, 100])
def test_every_record_of_an_honest_service_is_read_once(number: int) -> None:
    done = read(READER, Server(many(number)), URL)
    assert len(done.records) == number
    assert done.stopped is None


def _caps_at_ten(server: Server, asked: Asked) -> str:
    chosen = server.records[asked.start - 1 : asked.start + 9]
    return page(chosen, len(server.records), asked.start + asked.size)


def _claims_more_than_it_sends(server: Server, asked: Asked) -> str:
    return honest(server, asked).replace('numberOfRecordsReturned="', 'numberOfRecordsReturned="9')


def _ends_with_one(server: Server, asked: Asked) -> str:
    return honest(server, asked).replace('nextRecord="0"', 'nextRecord="1"')


def _ends_at_each_page(server: Server, asked: Asked) -> str:
    return page(server.records[asked.start - 1 : asked.start - 1 + asked.size], len(server.records), 0)


def _beside(server: Server, asked: Asked) -> str:
    chosen = server.records[asked.start - 1 : asked.start - 1 + asked.size]
    return page(chosen, len(server.records), 0, beside=True)


def _without_counts(server: Server, asked: Asked) -> str:
    after = asked.start + asked.size
    return page(server.records[asked.start - 1 : after - 1], "", after if after <= len(server.records) else 0)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "respond", [_caps_at_ten, _claims_more_than_it_sends, _ends_with_one, _ends_at_each_page, _beside, _without_counts]
)
def test_wrong_counts_neither_end_nor_prolong_the_reading(respond: Callable[[Server, Asked], str]) -> None:
    server = Server(many(60), respond)
    done = read(READER, server, URL)
    assert len(done.records) == 60
    assert done.stopped is None
    assert len(server.asked) <= 2 * 7


@pytest.mark.usefixtures("in_process")
def test_a_service_that_always_sends_page_one_is_left_and_the_reading_is_incomplete() -> None:
    server = Server(many(60), lambda server, asked: page(server.records[:25], 60, 26))
    done = read(READER, server, URL)
    assert len(done.records) == 25
    assert done.stopped is not None
    assert str(done.stopped.reason) == "a page holds nothing new"


@pytest.mark.usefixtures("in_process")
def test_fewer_records_than_announced_is_incomplete() -> None:
    def respond(server: Server, asked: Asked) -> str:
        return honest(server, asked).replace('Matched="30"', 'Matched="40"')

    done = read(READER, Server(many(30), respond), URL)
    assert len(done.records) == 30
    assert done.stopped is not None
    assert done.stopped.failed
    assert "it announces 40 entries and 30 were found" in str(done.stopped.reason)


def test_a_service_that_announces_records_and_sends_none_is_unreadable() -> None:
    with pytest.raises(SourceUnreadable, match="announces 10 records and sends none"):
        read(READER, Server([], lambda server, asked: page([], 10, 0)), URL)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("bad", [1, 2, 25, 49, 50, 51, 59, 60])
@pytest.mark.parametrize("how", ["exception", "broken", "empty"])
def test_a_record_that_breaks_its_page_costs_that_record_alone(bad: int, how: str) -> None:
    def respond(server: Server, asked: Asked) -> str:
        if asked.start <= bad < asked.start + asked.size:
            return {
                "exception": csw.EXCEPTION.format(code="NoApplicableCode"),
                "broken": "<csw:Get",
                "empty": page([], 60, 0),
            }[how]
        return honest(server, asked)

    server = Server(many(60), respond)
    done = read(READER, server, URL)
    assert len(done.records) == 59
    assert f"Datensatz {bad}" not in titles(done)
    assert list(done.refused) == [f"record {bad}"]
    assert done.stopped is not None
    assert "1 of its records could not be read" in str(done.stopped.reason)
    assert len(server.asked) <= 2 * 40


@pytest.mark.usefixtures("in_process")
def test_a_record_that_is_silently_left_out_makes_the_reading_incomplete() -> None:
    def respond(server: Server, asked: Asked) -> str:
        window = range(asked.start, min(asked.start + asked.size, len(server.records) + 1))
        return page([server.records[n - 1] for n in window if n != 7], 60, asked.start + asked.size)

    done = read(READER, Server(many(60), respond), URL)
    assert len(done.records) == 59
    assert done.stopped is not None
    assert "it announces 60 entries and 59 were found" in str(done.stopped.reason)


@pytest.mark.usefixtures("in_process")
def test_a_service_that_goes_away_in_the_middle_leaves_what_was_read_and_says_so() -> None:
    def respond(server: Server, asked: Asked) -> str:
        if asked.start > 50:
            raise SourceUnreachable(URL, "answered 503 Service Unavailable")
        return honest(server, asked)

    server = Server(many(60), respond)
    done = read(READER, server, URL)
    assert len(done.records) == 50
    assert done.refused == {}
    assert done.stopped is not None
    assert str(done.stopped.reason) == f"a following page was not read: {URL}: answered 503 Service Unavailable"
    assert len(server.asked) <= 2 * 12


def test_exceptions_with_status_200_are_errors_without_the_words_of_the_server() -> None:
    with pytest.raises(SourceUnreadable) as error:
        read(READER, Server([], lambda server, asked: csw.EXCEPTION.format(code="NoApplicableCode")), URL)
    assert str(error.value) == f"{URL}: answered with an exception (NoApplicableCode)."
    with pytest.raises(SourceUnreadable) as error:
        read(READER, Server([], lambda server, asked: csw.EXCEPTION.format(code="/opt/geheim")), URL)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Wartung</body></html>",
        "",
        '{"success": false}',
        "<?xml version='1.0'?><feed/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">&a;</csw:Capabilities>',
        "\0",
    ],
)
def test_what_is_no_catalogue_is_an_error_in_one_sentence_without_its_content(body: str) -> None:
    with pytest.raises(SourceError) as error:
        list(READER.records(Site(lambda url, sent: body.encode()), URL, {}))
    assert "\n" not in str(error.value)
    assert "Wartung" not in str(error.value)


@pytest.mark.usefixtures("in_process")
def test_the_same_record_twice_is_taken_once_and_different_ones_with_one_identifier_are_told() -> None:
    first, other = iso.record("a", "Eins"), iso.record("a", "Zwei")
    done = read(READER, Server([first, first, other]), URL)
    assert titles(done) == ["Eins"]
    assert done.refused == {"a": "is in the catalogue twice; the first one was taken"}
    assert done.stopped is None
    # What is refused under the name of another record comes after it: the importer takes the first word on a name.
    assert [type(item) for item in READER.records(Server([first, other]), URL, {})] == [Record, Refused]


def test_a_record_in_an_unknown_schema_is_refused_by_name_and_the_others_go_on() -> None:
    odd = '<x:GM03 xmlns:x="urn:x"><x:identifier>gm-1</x:identifier></x:GM03>'
    done = read(READER, Server([*many(2), odd]), URL)
    assert len(done.records) == 2
    assert done.refused == {"gm-1": "comes in a schema that is not known here (GM03)"}


@pytest.mark.usefixtures("in_process")
def test_when_nothing_more_may_be_asked_for_what_was_read_is_there() -> None:
    ticks = iter([*range(5), *[100.0] * 100])
    fetcher = Until(Server(many(300)), 10.0, "reading took too long")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ckanext.stuttgart.harvest.client.time.monotonic", lambda: next(ticks))
        *records, end = READER.records(fetcher, URL, {})
    assert len(records) == 200
    assert isinstance(end, Stopped)
    assert str(end.reason) == f"a following page was not read: {URL}: reading took too long"


# --- narrowing ---------------------------------------------------------------------------------------------------


def test_options_go_into_the_question_and_are_checked_on_what_comes_back() -> None:
    info = iso.party("publisher", "Stadt O'Hara & Söhne") + iso.keywords("opendata")
    server = Server([iso.record("1", "Ja", info=info), iso.record("2", "Nein", info=iso.keywords("opendata"))])
    done = read(READER, server, URL, organization="O'Hara & Söhne", keyword="OpenData", types="dataset, series")
    assert titles(done) == ["Ja"]
    text = server.asked[0].text
    assert "<ogc:PropertyName>apiso:OrganisationName</ogc:PropertyName><ogc:Literal>%O'Hara &amp; Söhne%" in text
    assert "apiso:Subject" in text
    assert text.count("apiso:Type") == 2
    assert done.stopped is None


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("post", [URL, ""])
def test_a_cql_filter_is_passed_on_alone_and_the_other_options_are_applied_here(post: str) -> None:
    here = iso.record("1", "Hier", info=iso.party("publisher", "Stadt 100%"))
    server = Server([here, iso.record("2", "Dort")], about=csw.capabilities(post=post))
    done = read(READER, server, URL, constraint="AnyText LIKE '%Baum%' OR x < 3", organization="Stadt 100%")
    assert titles(done) == ["Hier"]
    text = server.asked[0].text
    assert "AnyText LIKE '%Baum%' OR x &lt; 3</csw:CqlText>" in text or text == "AnyText LIKE '%Baum%' OR x < 3"
    assert "OrganisationName" not in text


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("post", [URL, ""])
def test_filters_are_well_formed_wherever_they_stand(post: str) -> None:
    server = Server(many(1), about=csw.capabilities(post=post))
    read(READER, server, URL, organization="Stadt_100%", types="dataset, service")
    asked = etree.fromstring(server.asked[0].text)
    filters = list(asked.iter("{http://www.opengis.net/ogc}Filter"))
    assert len(filters) == 1
    literals = [literal.text for literal in filters[0].iter("{http://www.opengis.net/ogc}Literal")]
    assert literals == ["%Stadt\\_100\\%%", "dataset", "service"]


@pytest.mark.usefixtures("in_process")
def test_a_service_that_refuses_filters_is_read_whole_and_narrowed_here() -> None:
    def no_filters(server: Server, asked: Asked) -> str:
        return csw.EXCEPTION.format(code="InvalidParameterValue") if "Filter" in asked.text else honest(server, asked)

    here = iso.record("x", "Hier", info=iso.keywords("opendata"))
    assert titles(read(READER, Server([*many(30), here], no_filters), URL, keyword="opendata")) == ["Hier"]
    with pytest.raises(SourceError, match="InvalidParameterValue"):
        list(READER.records(Server(many(1), lambda *_: csw.EXCEPTION.format(code="InvalidParameterValue")), URL, {}))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"types": "dataset"}, {"Eins", "Zwei", "Karten"}),
        ({"types": "service"}, {"Karten", "Fremd"}),
        ({"organization": "grünflächen"}, {"Eins", "Karten"}),
        ({"keyword": "OpenData"}, {"Zwei"}),
        ({"keyword": "trees"}, {"Eins", "Karten"}),
        ({"constraint": "x = 1", "types": "series"}, set()),
    ],
)
def test_rdf_in_answers_is_narrowed_too_and_keeps_the_services_that_its_data_are_had_through(
    options: dict[str, str], expected: set[str]
) -> None:
    prefixes = "".join(
        f' xmlns:{prefix}="{iri}"'
        for prefix, iri in {
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        }.items()
    )
    inner = (
        (
            '<dcat:Dataset rdf:about="https://d.example/1"><dct:title>Eins</dct:title><dcat:keyword xml:lang="en">trees'
            "</dcat:keyword><dct:publisher><foaf:Agent><foaf:name>Grünflächenamt</foaf:name></foaf:Agent></dct:publisher>"
            '<dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="https://d.example/wms"/>'
            '<dcat:accessService rdf:resource="https://d.example/wms#WMS"/></dcat:Distribution></dcat:distribution>'
            "</dcat:Dataset>"
        ),
        (
            '<dcat:Dataset rdf:about="https://d.example/2"><dct:title>Zwei</dct:title><dcat:keyword>opendata'
            "</dcat:keyword></dcat:Dataset>"
        ),
        '<dcat:DataService rdf:about="https://d.example/wms#WMS"><dct:title>Karten</dct:title></dcat:DataService>',
        '<dcat:DataService rdf:about="https://d.example/other"><dct:title>Fremd</dct:title></dcat:DataService>',
    )
    server = Server(
        [f"<rdf:RDF{prefixes}>{each}</rdf:RDF>" for each in inner],
        about=csw.capabilities(schemas=["http://www.w3.org/ns/dcat#"]),
    )
    assert set(titles(read(READER, server, URL, **options))) == expected


@pytest.mark.usefixtures("in_process")
def test_without_options_nothing_is_narrowed() -> None:
    server = Server(many(1))
    read(READER, server, URL, keyword=None, organization="", types="")
    assert "Constraint" not in server.asked[0].text


@pytest.mark.usefixtures("in_process")
def test_the_url_of_a_question_with_a_filter_stands_for_all_that_it_asks_for() -> None:
    server = Server(many(30), about=csw.capabilities(post=""))
    url = (
        f"{URL}?service=CSW&version=2.0.2&request=GetRecords&maxRecords=1&constraintLanguage=CQL_TEXT&constraint=x%3D1"
    )
    assert len(read(READER, server, url).records) == 30
    assert server.asked[0].text == "x=1"


@pytest.mark.usefixtures("in_process")
def test_services_are_left_out_where_only_data_are_wanted() -> None:
    both = [
        iso.record("1", "Daten"),
        iso.record("2", "Dienst", scope="service", info=iso.operation("https://g.example/wms")),
    ]
    assert titles(read(READER, Server(both), URL, types="dataset")) == ["Daten"]
    assert titles(read(READER, Server(both), URL, types="service")) == ["Dienst"]


def test_a_type_that_there_is_not_is_refused() -> None:
    with pytest.raises(SourceRefused, match="types dataset, series and service, not karten"):
        list(READER.records(Server([]), URL, {"types": "dataset, Karten"}))


def test_questions_are_well_formed_whatever_is_asked_for() -> None:
    narrowing = Narrowing("a<b", "\"'&<>%_\\", "ü", ("dataset", "series", "service"))
    for way in ("xml", "soap", "kvp"):
        question = Question(way, f"{URL}?map=/x&request=alt", narrowing=narrowing).at(3, 7)  # pyright: ignore[reportArgumentType]
        etree.fromstring(question.body())
        assert "map=%2Fx" in question.address()
        assert "request=alt" not in question.address()


# --- who names whom ----------------------------------------------------------------------------------------------

WMS = "https://gdi.example/wms"


def service(id_: str, title: str, *refers: str, url: str = WMS, extra: str = "") -> str:
    parts = "".join(refers) + iso.operation(f"{url}?service=WMS&request=GetCapabilities") + extra
    return iso.record(id_, title, scope="service", info=parts)


def test_data_and_services_without_iris_name_each_other_by_the_address_of_the_catalogue() -> None:
    uuid = "1ffa90b9-f3f9-16d4-839e-db8af4066350"
    done = read(READER, Server([service("s1", "Karte", iso.operates_on(uuidref=uuid)), iso.record(uuid, "Bäume")]), URL)
    data, offer = done.records
    assert data.iri is None
    assert data.identifier == uuid
    assert data.payload["uri"] == references.made_iri(URL, uuid)
    assert data.payload["uri"] == (
        f"{URL}?service=CSW&version=2.0.2&request=GetRecordById&elementSetName=full"
        f"&outputSchema=http://www.isotc211.org/2005/gmd&id={uuid}"
    )
    assert offer.iri == f"{WMS}#WMS"
    assert offer.payload["serves_dataset"] == [data.payload["uri"]]
    (resource,) = data.payload["resources"]
    assert resource["access_service"] == [offer.iri]
    assert (resource["name"], resource["url"]) == ("Karte", WMS)
    assert_conforming(done)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "reference",
    [
        iso.operates_on(uuidref="abc-1"),
        iso.operates_on("abc-1"),
        iso.operates_on(f"{URL}?SERVICE=CSW&REQUEST=GetRecordById&Id=abc-1&version=2.0.2"),
        iso.operates_on("https://other.example/csw?request=GetRecordById&service=CSW&ID=ABC-1#x"),
        iso.operates_on("https://gdi.example/daten/abc-1", uuidref="x"),
        iso.operates_on("#abc-1"),
        iso.operates_on("https://registry.gdi-de.org/id/de.bw05377e9a-5223-3973-bbe8-95302abd3034"),
        iso.operates_on("HMDK/abc-1"),
        iso.nest("srv:coupledResource srv:SV_CoupledResource srv:identifier gco:CharacterString", "abc-1"),
    ],
)
def test_data_are_found_by_every_way_in_which_services_refer_to_them(reference: str) -> None:
    data = iso.record(
        "abc-1",
        "Bäume",
        citation=iso.identifier("https://registry.gdi-de.org/id/de.bw/05377e9a-5223-3973-bbe8-95302abd3034"),
    )
    done = read(READER, Server([data, service("s1", "Karte", reference)]), URL)
    found = done.records[1].payload.get("serves_dataset")
    wanted = ["https://registry.gdi-de.org/id/de.bw/05377e9a-5223-3973-bbe8-95302abd3034"]
    assert found == (wanted if "gdi.example/daten" not in reference else ["https://gdi.example/daten/abc-1"])


@pytest.mark.usefixtures("in_process")
def test_data_that_are_not_in_the_catalogue_are_named_by_their_iri_or_not_at_all() -> None:
    there = service("s1", "Karte", iso.operates_on("https://registry.gdi-de.org/id/de.bw/fehlt"))
    gone = service(
        "s2", "Karte 2", iso.operates_on(f"{URL}?request=GetRecordById&id=fehlt"), url="https://gdi.example/2"
    )
    first, second = read(READER, Server([there, gone]), URL).records
    assert first.payload["serves_dataset"] == ["https://registry.gdi-de.org/id/de.bw/fehlt"]
    assert "serves_dataset" not in second.payload


@pytest.mark.usefixtures("in_process")
def test_a_link_to_a_service_leads_to_the_record_that_describes_it() -> None:
    described = service("s1", "Karte", extra=iso.keywords("k")).replace(
        "</gmd:CI_Citation>", iso.identifier("https://registry.gdi-de.org/id/de.bw/dienst") + "</gmd:CI_Citation>", 1
    )
    data = iso.record(
        "d1", "Bäume", distribution=iso.link(f"{WMS.replace('https', 'http')}/?", "OGC:WMS", "Kartendienst")
    )
    first, second = read(READER, Server([data, described]), URL).records
    assert second.iri == "https://registry.gdi-de.org/id/de.bw/dienst"
    assert first.payload["resources"][0]["access_service"] == [second.iri]
    assert second.payload["serves_dataset"] == [first.payload["uri"]]
    assert second.payload["title"] == "Karte"


def test_a_service_that_many_data_link_to_is_one_record_that_serves_them_all() -> None:
    link = iso.link(WMS, "OGC:WMS", "{}")
    data = [
        iso.record(
            f"d{n}",
            f"Daten {n}",
            distribution=link.format(f"Karte {n}"),
            info=iso.constraints(f'{{"id":"{licence}"}}'),
        )
        for n, licence in ((1, "cc-by/4.0"), (2, "cc-zero"))
    ]
    done = read(READER, Server(data), URL)
    one, two, offer = done.records
    assert offer.payload["title"] == "WMS gdi.example/wms"
    assert offer.payload["serves_dataset"] == sorted([one.payload["uri"], two.payload["uri"]])
    assert "license_id" not in offer.payload
    assert one.payload["resources"][0]["license"] == f"{LICENCE}cc-by/4.0"
    assert_conforming(done)


@pytest.mark.usefixtures("in_process")
def test_two_records_of_one_service_are_one() -> None:
    data = many(2)
    both = [
        service("s1", "Karte", iso.operates_on(uuidref="id-0001")),
        service("s2", "Karte", iso.operates_on(uuidref="id-0002")),
    ]
    done = read(READER, Server([*data, *both]), URL)
    assert len(done.records) == 3
    assert len(done.records[2].payload["serves_dataset"]) == 2
    assert done.refused == {"s2": "describes the same service as “Karte”, which was taken"}


@pytest.mark.usefixtures("in_process")
def test_the_terms_of_the_data_go_before_those_of_the_service() -> None:
    offer = service(
        "s1",
        "Karte",
        iso.operates_on(uuidref="d1"),
        iso.operates_on(uuidref="d2"),
        extra=iso.constraints('{"id":"cc-zero"}'),
    )
    own = iso.record("d1", "Mit", info=iso.constraints('{"id":"cc-by/4.0","quelle":"Amt / [Titel des Datensatzes]"}'))
    first, second, _ = read(READER, Server([own, iso.record("d2", "Ohne"), offer]), URL).records
    assert first.payload["resources"][0]["license"] == f"{LICENCE}cc-by/4.0"
    assert first.payload["resources"][0]["license_attribution_by_text"] == "Amt / Mit"
    assert second.payload["resources"][0]["license"] == f"{LICENCE}cc-zero"


def parent(id_: str) -> str:
    return iso.text("parentIdentifier", id_)


@pytest.mark.usefixtures("in_process")
def test_members_name_their_series_also_when_it_comes_later() -> None:
    member, series = iso.record("m1", "Blatt", head=parent("r-1")), iso.record("r-1", "Kartenwerk", scope="series")
    done = read(READER, Server([member, series]), URL)
    first, second = done.records
    assert second.payload["type"] == "dataset_series"
    assert first.payload["in_series"] == [second.payload["uri"]] == [second.iri]
    assert (first.first, second.first) == (False, True)
    assert_conforming(done)


@pytest.mark.usefixtures("in_process")
def test_a_whole_that_is_no_series_here_is_named_as_related_and_one_that_is_missing_not_at_all() -> None:
    records = [
        iso.record("m1", "Teil", head=parent("d1")),
        iso.record("d1", "Ganzes"),
        iso.record("m2", "Teil 2", head=parent("weg")),
    ]
    first, second, third = read(READER, Server(records), URL).records
    assert first.payload["related_resource"] == [second.payload["uri"]]
    assert "in_series" not in first.payload
    assert "in_series" not in third.payload


@pytest.mark.usefixtures("in_process")
def test_two_things_that_claim_one_iri_do_not_share_it() -> None:
    claim = iso.identifier("https://registry.gdi-de.org/id/de.bw/gleich")
    first, second = read(
        READER, Server([iso.record("a", "A", citation=claim), iso.record("b", "B", citation=claim)]), URL
    ).records
    assert first.iri == "https://registry.gdi-de.org/id/de.bw/gleich"
    assert second.iri is None
    assert second.payload["uri"] != first.payload["uri"]


# --- files and folders -------------------------------------------------------------------------------------------


def test_a_file_names_its_things_without_an_address(tmp_path: Path) -> None:
    path = tmp_path / "antwort.xml"
    path.write_text(
        page([service("s1", "Karte", iso.operates_on(uuidref="d1")), iso.record("d1", "Daten")], 2, 0), "utf-8"
    )
    done = read(READER, LocalFile(path), str(path))
    data, offer = done.records
    assert data.payload["uri"].startswith("urn:uuid:")
    assert offer.payload["serves_dataset"] == [data.payload["uri"]]
    assert (
        references.made_iri("", "1FFA90B9-f3f9-16d4-839e-db8af4066350")
        == "urn:uuid:1ffa90b9-f3f9-16d4-839e-db8af4066350"
    )
    assert done.stopped is None


def test_one_answer_of_a_larger_catalogue_says_that_there_is_more(tmp_path: Path) -> None:
    path = tmp_path / "seite.xml"
    path.write_text(page(many(2), 9, 3), "utf-8")
    done = read(READER, LocalFile(path), str(path))
    assert done.stopped is not None
    assert not done.stopped.failed
    remote = read(READER, Site({"https://a.example/seite.xml": path.read_bytes()}), "https://a.example/seite.xml")
    assert remote.stopped is not None
    assert remote.stopped.failed


def test_a_single_record_by_request_is_read_and_named_like_one_of_the_catalogue() -> None:
    url = f"{URL}?service=CSW&version=2.0.2&request=GetRecordById&id=d1"
    body = f'<csw:GetRecordByIdResponse xmlns:csw="{csw.CSW}">{iso.record("d1", "Daten")}</csw:GetRecordByIdResponse>'
    (record,) = read(READER, Site({url: body.encode()}), url).records
    assert record.payload["uri"] == references.made_iri(URL, "d1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_plain_file_in_any_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "daten.xml"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?>{iso.record(title="Bäume")}'.encode(encoding))
    assert titles(read(READER, LocalFile(path), str(path))) == ["Bäume"]


def test_metadata_in_other_xml_are_found_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "oai.xml"
    path.write_text(
        f"<OAI-PMH><ListRecords><record><metadata>{iso.record()}</metadata></record></ListRecords></OAI-PMH>"
    )
    assert titles(read(READER, LocalFile(path), str(path))) == ["Baumkataster"]
    assert READER.recognises(answer(path.read_bytes())) == 40


def test_a_web_folder_of_files_is_read_and_a_broken_one_makes_it_incomplete() -> None:
    folder = "https://a.example/iso/"
    links = '<a href="1.xml">1</a> <A HREF=\'2.xml\'>2</A> <a href="../x.xml">fremd</a> <a href="bild.png">'
    links += '<a href="https://b.example/3.xml">anderer Ort</a>'
    site = {
        folder: f"<html><body>{links}</body></html>".encode(),
        f"{folder}1.xml": iso.record("1", "Eins").encode(),
        f"{folder}2.xml": iso.record("2", "Zwei").encode(),
    }
    assert READER.recognises(answer(site[folder], folder, "text/html")) == 15
    done = read(READER, Site(site), folder)
    assert titles(done) == ["Eins", "Zwei"]
    assert done.stopped is None
    site[f"{folder}2.xml"] = b"<kaputt"
    done = read(READER, Site(site), folder)
    assert titles(done) == ["Eins"]
    assert done.stopped is not None
    assert "a file of the folder was not read" in str(done.stopped.reason)


# --- Dublin Core -------------------------------------------------------------------------------------------------

DUBLIN = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows"'
)


def test_a_service_that_knows_only_dublin_core_gives_datasets_all_the_same() -> None:
    text = (
        f"<csw:Record {DUBLIN}><dc:identifier>b-1</dc:identifier><dc:title>Bäume</dc:title><dc:type>dataset</dc:type>"
        "<dc:subject>opendata</dc:subject><dc:subject>environment</dc:subject><dct:abstract>Alle.</dct:abstract>"
        "<dct:modified>2024-01-02</dct:modified><dc:publisher>Amt</dc:publisher><dc:rights>CC BY 4.0</dc:rights>"
        '<dc:URI protocol="OGC:WMS" name="baum" description="Karte">https://gdi.example/wms</dc:URI>'
        '<dct:references scheme="WWW:DOWNLOAD">https://gdi.example/baum.csv</dct:references>'
        "<ows:WGS84BoundingBox><ows:LowerCorner>9 48</ows:LowerCorner><ows:UpperCorner>9.5 48.5</ows:UpperCorner>"
        "</ows:WGS84BoundingBox></csw:Record>"
    )
    done = read(READER, Server([text], about=csw.capabilities(schemas=[csw.CSW])), URL)
    made = done.package("Bäume")
    assert made["tags"] == [{"name": "opendata"}]
    assert made["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert made["modified"] == "2024-01-02"
    assert made["license_id"] == f"{LICENCE}cc-by/4.0"
    assert {each["format"] for each in made["resources"]} == {"WMS_SRVC", "CSV"}
    assert made["spatial_coverage"][0]["bbox"].startswith("POLYGON((9 48")
    assert_conforming(done)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("", "has no title"),
        ("<dc:title>K</dc:title><dc:type>service</dc:type>", "describes a service without any address"),
        ("<dc:title>K</dc:title><dc:type>application</dc:type>", APPLICATION),
    ],
)
def test_dublin_core_that_says_too_little_is_refused_by_name(inner: str, reason: str) -> None:
    inner = f"<dc:identifier>x</dc:identifier>{inner}"
    done = read(READER, Server([f"<csw:BriefRecord {DUBLIN}>{inner}</csw:BriefRecord>"]), URL)
    assert done.refused == {"x": reason}
