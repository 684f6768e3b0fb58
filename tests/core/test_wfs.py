"""WFS capabilities of three versions: what becomes of a feature type, and what a bad service may do."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.errors import SourceError, SourceUnreachable, SourceUnreadable
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.client import Answer, LocalFile
from ckanext.stuttgart.harvest.reader import reader
from tests.core import quick
from tests.core.ows_documents import BASE, EXCEPTION, WFS_1_0, WFS_1_1, Negotiating, feature_type, mangled, wfs
from tests.core.sources import Read, Site, assert_conforming, assert_known_fields, cases, read

pytestmark = pytest.mark.thorough

READER = reader("wfs")
QUESTION = "?service=WFS&request=GetCapabilities&version=2.0.0"
LICENCES = "http://dcat-ap.de/def/licenses/"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture(autouse=True)
def parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick.parsing(monkeypatch)


def from_bytes(body: bytes, url: str = BASE, **options: Any) -> Read:
    return read(READER, Site(lambda _, __: body, "text/xml"), url, **options)


def recorded(name: str, **options: Any) -> Read:
    (path,) = cases("wfs").glob(f"*{name}*")
    return from_bytes(path.read_bytes(), "https://harvested.example/wfs", **options)


def dataset(done: Read) -> dict[str, Any]:
    return next(package for package in done.mapped.values() if package["type"] == "dataset")


def service(done: Read) -> dict[str, Any]:
    (found,) = [package for package in done.mapped.values() if package["type"] == "data_service"]
    return found


def urls(package: dict[str, Any]) -> dict[str, str]:
    return {resource["format"]: resource["url"] for resource in package["resources"]}


def failure(body: bytes, url: str = BASE) -> str:
    with pytest.raises(SourceUnreadable) as caught:
        from_bytes(body, url)
    text = str(caught.value)
    assert len(text) < 300
    assert "\n" not in text
    return text


# --- recorded services ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "datasets"),
    [
        ("CUZK", 3),
        ("koeln_arcgis_getcapabilities", 86),
        ("wfs200", 1),
        ("geo2france", 8),
        ("capabilities-pigma", 3),
    ],
)
def test_every_feature_type_becomes_a_dataset_and_the_service_serves_them_all(name: str, datasets: int) -> None:
    done = recorded(name)
    assert not done.refused
    assert done.stopped is None
    assert len(done.records) == datasets + 1
    assert service(done)["serves_dataset"] == [record.iri for record in done.records[:-1]]
    assert all(package["uri"] in service(done)["serves_dataset"] for package in list(done.mapped.values())[:-1])
    assert_conforming(done)
    assert_known_fields(done)


@pytest.mark.parametrize("name", ["describefeaturetype", "exception-report", "getfeature-hits"])
def test_answers_to_other_questions_are_no_capabilities(name: str) -> None:
    (path,) = cases("wfs").glob(f"*{name}*")
    body = path.read_bytes()
    assert READER.recognises(Answer("https://a.example/", 200, "text/xml", None, body)) == 0
    assert "capabilities of a WFS" in failure(body)


def test_moers_names_its_licence_in_the_fees_and_has_no_restrictions() -> None:
    done = recorded("wfs200")
    served = service(done)
    assert served["title"] == "Download Service Stolpersteine Stadt Moers"
    assert served["license_id"] == LICENCES + "dl-zero-de/2.0"
    assert served["contact"] == [
        {
            "name": "Kommunales Rechenzentrum Niederrhein (KRZN)",
            "email": "ksc@krzn.de",
            "telephone": "+49(0)2842/9070-110",
        }
    ]
    endpoint = "https://geoservices.krzn.de/security-proxy/services/wfs_moer_stolpersteine"
    assert served["endpoint_url"] == [endpoint]
    assert served["service_format"] == ["WFS_SRVC"]
    assert served["endpoint_description"] == [f"{endpoint}?service=WFS&request=GetCapabilities"]
    stones = dataset(done)
    assert stones["uri"] == f"{endpoint}#WFS/gis:moer_stolpersteine"
    assert stones["conforms_to"][0] == EPSG + "25832"
    assert stones["notes"].startswith("Die Stolpersteine sind")
    assert {"name": "Gedenken"} in stones["tags"]
    assert all(resource["license"] == LICENCES + "dl-zero-de/2.0" for resource in stones["resources"])
    assert all("rights" not in resource for resource in stones["resources"])
    assert urls(stones)["GEOJSON"] == (
        f"{endpoint}?service=WFS&version=2.0.0&request=GetFeature&typeNames=gis:moer_stolpersteine"
        "&outputFormat=application/geo%2Bjson&srsName=EPSG:4326"
    )
    assert "title_is_a_name" in done.findings[done.records[0].id("amt")]


def test_koeln_has_umlauts_in_names_and_says_nothing_of_a_licence() -> None:
    done = recorded("koeln_arcgis_getcapabilities")
    packages = {package["title"]: package for package in done.packages}
    district = packages["Altstadt_Süd"]
    assert district["uri"].endswith("MapServer/WFSServer#WFS/adressen_stadtteil:Altstadt_S%C3%BCd")
    assert district["publisher"][0]["name"] == "Amt"  # the default of the test: the record's publisher is a fallback
    assert done.records[0].publisher == {"name": "Stadt Köln - Amt für Stadtentwicklung und Statistik"}
    assert {resource["license"] for resource in district["resources"]} == {LICENCES + "other-closed"}
    assert district["contact"][0]["email"] == "statistik-rbs@stadt-koeln.de"
    assert urls(district)["GML"].endswith(
        "version=1.1.0&request=GetFeature&typeName=adressen_stadtteil:Altstadt_S%C3%BCd"
        "&outputFormat=text/xml%3B%20subtype%3Dgml/3.1.1"
    )
    assert not [package for package in done.packages if "k00364" in str(package)]


def test_geo2france_links_to_metadata_which_gives_the_identifier() -> None:
    public = recorded("geo2france").package("Domaine public")
    assert public["identifier"] == "facf3747-bc19-44c7-9fd8-1f765d99c059"
    assert len(public["documentation"]) == 2
    assert [tag["name"] for tag in public["tags"]] == ["domaine", "public"]
    assert sorted(urls(public)) == ["CSV", "DXF", "GEOJSON", "GML", "KML", "SHP", "WFS_SRVC", "XLSX"]
    assert urls(public)["SHP"].endswith("&outputFormat=SHAPE-ZIP")
    assert all("rights" not in resource for resource in public["resources"])
    counted = recorded("capabilities-pigma").package("CD 16 - Comptages routiers")
    assert counted["notes"].startswith("Représentation des moyennes journalières des trafics routiers sur les routes")
    assert "de la Charente (16) au 1er Janvier 2021.\n\nMise à jour : Mars 2021" in counted["notes"]


def test_what_links_to_metadata_can_be_left_out() -> None:
    done = recorded("geo2france", skip_described=True)
    assert 1 < len(done.records) < 9
    assert not [
        package for package in done.mapped.values() if package["type"] == "dataset" and "documentation" in package
    ]


# --- versions and questions -----------------------------------------------------------------------------------------


def test_a_feature_type_of_version_2_becomes_a_whole_dataset() -> None:
    done = from_bytes(wfs(fees="Datenlizenz Deutschland Namensnennung 2.0; Quellenvermerk: „Stadt, Tiefbauamt“"))
    made = dataset(done)
    assert made["title"] == "Baustellen"
    assert made["tags"] == [{"name": "Verkehr"}]
    assert made["conforms_to"] == [EPSG + "25832", EPSG + "4326"]
    assert made["spatial_coverage"] == [
        {"bbox": "POLYGON((9 48.6, 9.4 48.6, 9.4 48.9, 9 48.9, 9 48.6))", "centroid": "POINT(9.2 48.75)"}
    ]
    assert made["contact"] == [{"name": "Tiefbauamt", "email": "geo@stadt.example", "telephone": "+49 711 1"}]
    question = f"{BASE}?service=WFS&version=2.0.0&request=GetFeature&typeNames=v:baustellen&outputFormat="
    assert urls(made) == {
        "GEOJSON": f"{question}application/json&srsName=EPSG:4326",
        "CSV": f"{question}csv",
        "SHP": f"{question}SHAPE-ZIP",
        "GML": f"{question}application/gml%2Bxml%3B%20version%3D3.2",
        "WFS_SRVC": BASE,
    }
    assert {tuple(resource["access_service"]) for resource in made["resources"]} == {(f"{BASE}#WFS",)}
    assert not [resource for resource in made["resources"] if "download_url" in resource]
    assert made["resources"][0]["license"] == LICENCES + "dl-by-de/2.0"
    assert made["resources"][0]["license_attribution_by_text"] == "Stadt, Tiefbauamt"
    assert_conforming(done)
    assert_known_fields(done)


def test_versions_are_tried_until_the_service_has_one() -> None:
    site = Negotiating({"1.1.0": WFS_1_1})
    done = read(READER, site, f"{BASE}?map=/a/b.map&SERVICE=WFS&REQUEST=GetFeature&VERSION=1.0.0&TYPENAME=v:a")
    assert site.asked[:2] == [
        f"{BASE}?map=/a/b.map&service=WFS&request=GetCapabilities&version={version}" for version in ("2.0.0", "1.1.0")
    ]
    made = dataset(done)
    assert made["conforms_to"] == [EPSG + "25832", EPSG + "4326"]
    assert made["identifier"] == "abc-1"
    assert urls(made)["GEOJSON"].endswith(
        "version=1.1.0&request=GetFeature&typeName=v:a&outputFormat=GEOJSON&srsName=EPSG:4326"
    )
    assert_conforming(done)
    assert_known_fields(done)


def test_the_oldest_version_has_formats_as_elements_and_keywords_in_one_text() -> None:
    done = read(READER, Negotiating({"1.0.0": WFS_1_0}), BASE)
    first, second = (package for package in done.packages if package["type"] == "dataset")
    assert [tag["name"] for tag in first["tags"]] == ["Fuß und Weg", "Rad"]
    assert (
        urls(first)["SHP"] == f"{BASE}?service=WFS&version=1.0.0&request=GetFeature&typeName=v:a&outputFormat=SHAPE-ZIP"
    )
    assert urls(first)["GML"].endswith("&outputFormat=GML2")
    assert first["resources"][0]["license"] == LICENCES + "cc-by/4.0"
    assert "spatial_coverage" not in second
    assert dataset(done)["contact"] == [{"url": "https://www.stadt.example/geo"}]
    assert "url" not in service(done)
    assert "extent_impossible" in done.findings[done.records[1].id("amt")]
    assert_conforming(done)
    assert_known_fields(done)


def test_without_any_format_there_is_gml() -> None:
    body = wfs().replace(b"outputFormat", b"other")
    assert urls(dataset(from_bytes(body)))["GML"].endswith("&typeNames=v:baustellen")


def test_capabilities_that_lie_in_a_file_are_read_from_there() -> None:
    site = Site({"https://geo.example/caps.xml": wfs()}, "text/xml")
    assert dataset(read(READER, site, "https://geo.example/caps.xml"))["uri"] == f"{BASE}#WFS/v:baustellen"


def test_a_local_file_has_the_address_that_the_service_names(tmp_path: Path) -> None:
    path = tmp_path / "wfs.xml"
    path.write_bytes(wfs())
    assert READER.addresses(str(path)) == (str(path),)
    assert dataset(read(READER, LocalFile(path), str(path)))["uri"] == f"{BASE}#WFS/v:baustellen"
    path.write_bytes(wfs(get=""))
    with pytest.raises(SourceUnreadable, match="under which address"):
        read(READER, LocalFile(path), str(path))


@pytest.mark.parametrize(
    ("pasted", "first"),
    [
        (BASE, f"{BASE}?service=WFS&request=GetCapabilities&version=2.0.0"),
        (f"{BASE}?", f"{BASE}?service=WFS&request=GetCapabilities&version=2.0.0"),
        (
            f"{BASE}?map=x.map&request=GetFeature&typename=a&srsname=EPSG:4326",
            f"{BASE}?map=x.map&service=WFS&request=GetCapabilities&version=2.0.0",
        ),
        (
            "https://geo.example/geoserver/web/?wicket:bookmarkablePage=x",
            "https://geo.example/geoserver/ows?service=WFS&request=GetCapabilities&version=2.0.0",
        ),
        (
            "https://gis.example/arcgis/rest/services/Plan/Wege/MapServer/0?f=json",
            f"https://gis.example/arcgis/services/Plan/Wege/MapServer/WFSServer{QUESTION}",
        ),
    ],
)
def test_a_pasted_address_leads_to_the_capabilities(pasted: str, first: str) -> None:
    assert READER.addresses(pasted)[0] == first


def test_ready_questions_stay_and_those_for_other_services_are_left_to_them() -> None:
    ready = f"{BASE}?SERVICE=WFS&REQUEST=GetCapabilities&VERSION=1.1.0"
    assert READER.addresses(ready) == (ready,)
    assert READER.addresses(f"{BASE}?service=WMS&request=GetMap") == ()
    assert READER.addresses("nonsense") == ("nonsense",)


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "read_from", "endpoint"),
    [
        (BASE, BASE, BASE),
        ("http://geo.example/gdc/Verkehr/ows?", BASE, BASE),
        ("https://geo.example:443/gdc/Verkehr/ows?service=WFS&amp;", BASE, BASE),
        ("http://geo.example:8080/geoserver/wfs", BASE, BASE),
        ("http://geo.example/gdc/Verkehr/ows", f"{BASE}?map=a.map&service=WFS", f"{BASE}?map=a.map"),
        ("https://geo.example/gdc/Verkehr/ows?language=ger&amp;", f"{BASE}?language=eng", f"{BASE}?language=ger"),
        ("http://localhost:8080/geoserver/wfs", BASE, BASE),
        ("http://10.1.2.3/geoserver/wfs", BASE, BASE),
        ("https://k00364:6443/arcgis/WFSServer", BASE, BASE),
        ("http://inside.example/gdc/Verkehr/ows", BASE, BASE),
        ("http://geo.example/other/wfs", BASE, "https://geo.example/other/wfs"),
        ("https://maps.example/wfs?map=a", "https://files.example/caps.xml", "https://maps.example/wfs?map=a"),
        ("", BASE, BASE),
        ("http://[::1", BASE, BASE),
        ("javascript:alert(1)", BASE, BASE),
    ],
)
def test_the_endpoint_is_where_the_public_reaches_the_service(named: str, read_from: str, endpoint: str) -> None:
    assert service(from_bytes(wfs(get=named), read_from))["endpoint_url"] == [endpoint]


def test_keys_and_passwords_are_used_and_never_shown() -> None:
    site = Site(lambda _, __: wfs(get=""), "text/xml")
    done = read(READER, site, "https://u:geheim@geo.example/wfs?authkey=geheim&map=a&service=WFS")
    assert site.asked[0] == (
        "https://u:geheim@geo.example/wfs?authkey=geheim&map=a&service=WFS&request=GetCapabilities&version=2.0.0"
    )
    shown = {key: value for package in done.mapped.values() for key, value in package.items()}
    assert "map=a" in str(shown)
    assert "authkey" not in str(shown)


def test_one_service_has_one_iri_whatever_was_pasted() -> None:
    pasted = (
        BASE,
        f"{BASE}?",
        f"{BASE}?service=WFS&version=1.1.0&request=GetFeature&typename=v:x",
        f"{BASE}?request=x",
    )
    assert len({from_bytes(wfs(get=""), url).records[0].iri for url in pasted}) == 1


# --- names and identifiers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["v:Bäume &lt;alt&gt;", "a b", 'x"y', "100%", "a#b", "ns:v:c", "ü" * 100])
def test_odd_names_still_make_an_iri_and_a_request(name: str) -> None:
    body = wfs(feature_type().replace("v:baustellen", name))
    made = from_bytes(body).packages[0]
    assert made["uri"].startswith(f"{BASE}#WFS/")
    assert made["uri"].isascii()
    assert not set(made["uri"]) & set(' <>"{}|^`')


def test_types_without_name_and_those_named_twice_are_refused_by_name() -> None:
    nameless = feature_type().replace("v:baustellen", "").replace("Baustellen", "Namenlos")
    done = from_bytes(wfs(feature_type() + nameless + feature_type() + feature_type("wege")))
    assert done.refused == {
        "Namenlos": "has no name by which it could be asked for",
        "v:baustellen": "is listed twice; the first one was taken",
    }
    assert [record.name for record in done.records[:-1]] == ["v:baustellen", "v:wege"]


def test_metadata_that_several_types_share_identifies_none_of_them() -> None:
    link = '<MetadataURL xlink:href="https://gdi.example/srv/api/records/7e0b7c8a-20d5-4bfb-a9da-c892638f74c8"/>'
    done = from_bytes(wfs(feature_type("a", link) + feature_type("b", link)))
    for package in list(done.mapped.values())[:-1]:
        assert "identifier" not in package
        assert package["alternate_identifier"] == [{"notation": "7e0b7c8a-20d5-4bfb-a9da-c892638f74c8"}]


def inspire(*identifiers: str) -> str:
    entries = "".join(f"<d:SpatialDataSetIdentifier{entry}</d:SpatialDataSetIdentifier>" for entry in identifiers)
    return f"""<ows:ExtendedCapabilities><d:ExtendedCapabilities xmlns:d="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0"
      xmlns:c="http://inspire.ec.europa.eu/schemas/common/1.0"><c:MetadataUrl><c:URL>https://gdi.example/csw?id=srv-1</c:URL>
      </c:MetadataUrl><c:SupportedLanguages><c:DefaultLanguage><c:Language>eng</c:Language></c:DefaultLanguage>
      </c:SupportedLanguages><c:ResponseLanguage><c:Language>eng</c:Language></c:ResponseLanguage>{entries}
      </d:ExtendedCapabilities></ows:ExtendedCapabilities>"""


CODE = "><c:Code>{}</c:Code><c:Namespace>{}</c:Namespace>"


def test_inspire_gives_the_only_dataset_its_iri_and_the_texts_their_language() -> None:
    done = from_bytes(wfs(more=inspire(CODE.format("4711", "https://registry.example/id/de.stadt"))))
    made = dataset(done)
    assert done.records[0].iri == made["uri"] == "https://registry.example/id/de.stadt/4711"
    assert {"field": "title", "language": "en", "text": "Baustellen"} in made["translations"]
    served = service(done)
    assert served["serves_dataset"] == [made["uri"]]
    assert served["identifier"] == "srv-1"
    assert served["documentation"] == ["https://gdi.example/csw?id=srv-1"]
    assert served["language"] == ["eng"]
    assert_conforming(done)
    assert_known_fields(done)


def test_inspire_identifiers_find_their_type_by_the_metadata_and_local_ones_are_no_iri() -> None:
    links = [f'<MetadataURL xlink:href="https://gdi.example/csw?id={name}"/>' for name in ("m1", "m2", "m3")]
    types = "".join(feature_type(name, link) for name, link in zip("abc", links, strict=True))
    entries = [
        ' metadataURL="https://gdi.example/csw?id=m2"' + CODE.format("https://id.example/2", ""),
        ' metadataURL="https://gdi.example/csw?id=m3"' + CODE.format("de.land:c3", ""),
        CODE.format("https://id.example/9", ""),
    ]
    done = from_bytes(wfs(types, more=inspire(*entries)))
    assert [record.iri for record in done.records[:3]] == [f"{BASE}#WFS/v:a", "https://id.example/2", f"{BASE}#WFS/v:c"]
    assert done.mapped[done.records[2].id("amt")]["alternate_identifier"] == [{"notation": "de.land:c3"}]


@pytest.mark.parametrize(
    ("only", "names"), [("bau*", ["v:baustellen"]), ("v:w?ge, x", ["v:wege"]), ("*", None), ("", None)]
)
def test_a_choice_of_names_may_be_made(only: str, names: list[str] | None) -> None:
    done = from_bytes(wfs(feature_type() + feature_type("wege")), only=only)
    assert [record.name for record in done.records[:-1]] == (names or ["v:baustellen", "v:wege"])


# --- values ---------------------------------------------------------------------------------------------------------


def test_the_contact_that_geoserver_ships_with_is_nobody() -> None:
    body = wfs().replace(b"Tiefbauamt", b"The Ancient Geographers").replace(b"Erika Muster", b"Claudius Ptolomaeus")
    body = body.replace(b"geo@stadt.example", b"claudius.ptolomaeus@gmail.com").replace(b"+49 711 1", b"")
    done = from_bytes(body)
    assert "contact" not in dataset(done)
    assert "publisher" not in service(done)
    assert done.records[0].publisher is None


def test_texts_in_several_languages_are_told_apart() -> None:
    titles = '<Title xml:lang="de">Baustellen</Title><Title xml:lang="en">Roadworks</Title>'
    made = dataset(from_bytes(wfs(feature_type().replace("<Title>Baustellen</Title>", titles))))
    assert made["title"] == "Baustellen"
    assert made["translations"] == [{"field": "title", "language": "en", "text": "Roadworks"}]


def test_several_licences_in_the_terms_are_none() -> None:
    done = from_bytes(wfs(fees="CC BY 4.0", constraints="Datenlizenz Deutschland Zero 2.0"))
    assert "license_id" not in service(done)
    assert "licence_ambiguous" in done.findings[done.records[-1].id("amt")]
    assert "CC BY 4.0" not in dataset(done)["resources"][0].get("license", "")


@pytest.mark.parametrize(
    "nothing",
    [
        "no conditions apply",
        "NONE",
        "aucun",
        "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations",
    ],
)
def test_terms_without_a_licence_are_kept_as_rights(nothing: str) -> None:
    done = from_bytes(wfs(fees="Nur für interne Zwecke.", constraints=nothing))
    assert {resource["rights"] for resource in dataset(done)["resources"]} == {"Nur für interne Zwecke."}
    assert_conforming(done)
    assert_known_fields(done)


def test_the_json_of_gdi_de_gives_licence_and_attribution() -> None:
    terms = '{ "id": "dl-de-by-2.0" , "name": "Datenlizenz Deutschland", "url": "", "quelle": "© Stadt / Amt" }'
    made = dataset(from_bytes(wfs(constraints=terms)))["resources"][0]
    assert made["license"] == LICENCES + "dl-by-de/2.0"
    assert made["license_attribution_by_text"] == "© Stadt / Amt"
    assert "rights" not in made


# --- what a service may do ------------------------------------------------------------------------------------------


def test_error_reports_with_status_200_are_told_in_one_sentence_without_their_text() -> None:
    text = failure(EXCEPTION)
    assert "answered with an error report instead of the capabilities of a WFS" in text
    assert "geheim" not in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Wartung</body></html>", "is a web page"),
        (b"", "is empty"),
        (b"{}", "something else"),
        (b"\x89PNG", "binary"),
        (wfs()[:900], "broken XML"),
        (wfs("<a>" * 1000 + "</a>" * 1000), "nested deeper"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + wfs().partition(b"?>")[2].replace(b"Verkehr<", b"&a;<"), "entities"),
    ],
)
def test_unreadable_answers_are_told_in_one_sentence(body: bytes, words: str) -> None:
    assert words in failure(body)


def test_a_service_without_feature_types_is_not_taken_for_an_empty_one() -> None:
    done = from_bytes(wfs(""))
    assert not done.records
    assert done.stopped is not None
    assert done.stopped.failed
    assert "lists nothing" in str(done.stopped.reason)
    assert "asked for" in str(from_bytes(wfs(), only="x").stopped)


def test_no_answer_at_all_is_not_asked_for_in_every_version() -> None:
    asked: list[str] = []

    class Silent:
        def get(self, url: str, accept: str = "") -> Answer:
            asked.append(url)
            raise SourceUnreachable(url, "did not answer within 5 seconds")

    with pytest.raises(SourceUnreachable):
        list(READER.records(Silent(), BASE, {}))  # pyright: ignore[reportArgumentType]
    assert len(asked) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-15", "utf-8-sig"])
def test_encodings_are_understood(encoding: str) -> None:
    text = wfs().decode().replace('encoding="UTF-8"', f'encoding="{encoding.replace("-sig", "")}"')
    body = text.replace("Ein Dienst.", "Straße Ä €").encode(encoding)
    assert READER.recognises(Answer(BASE, 200, "text/xml", None, body)) == 95
    assert service(from_bytes(body))["notes"] == "Straße Ä €"


def test_hundreds_of_types_are_read_in_a_moment() -> None:
    done = from_bytes(wfs("".join(feature_type(f"t{number}") for number in range(600))))
    assert len(done.records) == 601


def test_payloads_do_not_change_with_the_update_sequence() -> None:
    first, second = from_bytes(wfs()), from_bytes(wfs().replace(b'updateSequence="7"', b'updateSequence="8"'))
    assert [record.payload for record in first.records] == [record.payload for record in second.records]


@pytest.mark.parametrize("seed", range(6))
def test_mangled_capabilities_never_end_in_an_error_of_ours(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lenient = etree.XMLParser(recover=True, remove_comments=True, remove_pis=True)
    monkeypatch.setattr(parse, "xml", lambda body, **_: etree.fromstring(body, lenient))
    roots = [etree.fromstring(body, lenient) for body in (wfs(more=inspire(CODE.format("1", "x"))), WFS_1_1, WFS_1_0)]
    roots += [etree.fromstring(path.read_bytes(), lenient) for path in cases("wfs").glob("*wfs200*")]
    chance = random.Random(seed)
    for _ in range(40):
        body = mangled(chance.choice(roots), chance)
        try:
            done = from_bytes(body)
        except SourceError:
            continue
        for package in done.mapped.values():
            normalise(package)
