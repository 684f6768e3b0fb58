"""WMS capabilities of three versions: layers and folders, what is inherited, and what a bad service may do."""

from __future__ import annotations

import random
from typing import Any

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.errors import SourceError, SourceUnreadable
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.reader import reader
from tests.core import quick
from tests.core.ows_documents import BASE, Negotiating, mangled, wms
from tests.core.sources import Read, Site, assert_conforming, assert_known_fields, cases, read

pytestmark = pytest.mark.thorough

READER = reader("wms")
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
BOX = """<EX_GeographicBoundingBox><westBoundLongitude>9</westBoundLongitude><eastBoundLongitude>10</eastBoundLongitude>
<southBoundLatitude>48</southBoundLatitude><northBoundLatitude>49</northBoundLatitude></EX_GeographicBoundingBox>"""
PLACE = {"bbox": "POLYGON((9 48, 10 48, 10 49, 9 49, 9 48))", "centroid": "POINT(9.5 48.5)"}
TURNED = {"bbox": "POLYGON((148 9, 149 9, 149 10, 148 10, 148 9))", "centroid": "POINT(148.5 9.5)"}
WIDE = {"bbox": "POLYGON((9 48, 180 48, 180 49, 9 49, 9 48))", "centroid": "POINT(94.5 48.5)"}
ACROSS = [
    {"bbox": "POLYGON((170 48, 180 48, 180 49, 170 49, 170 48))", "centroid": "POINT(175 48.5)"},
    {"bbox": "POLYGON((-180 48, -170 48, -170 49, -180 49, -180 48))", "centroid": "POINT(-175 48.5)"},
]


@pytest.fixture(autouse=True)
def parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    quick.parsing(monkeypatch)


def from_bytes(body: bytes, url: str = BASE, **options: Any) -> Read:
    return read(READER, Site(lambda _, __: body, "text/xml"), url, **options)


def recorded(name: str) -> Read:
    (path,) = cases("wms").glob(f"*{name}*")
    return from_bytes(path.read_bytes(), "https://harvested.example/wms")


def layer(inner: str = "", *, name: str = "wege", title: str = "Wege", attributes: str = "") -> str:
    named = f"<Name>{name}</Name>" if name else ""
    return f"<Layer {attributes}>{named}<Title>{title}</Title>{inner}</Layer>"


def datasets(done: Read) -> list[dict[str, Any]]:
    return [package for package in done.mapped.values() if package["type"] == "dataset"]


def service(done: Read) -> dict[str, Any]:
    (found,) = [package for package in done.mapped.values() if package["type"] == "data_service"]
    return found


# --- recorded services ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "layers", "refused"),
    [
        ("dov", 1, set()),
        ("nccs", 7, set()),
        ("wallonie", 3, set()),
        ("brgm", 3, set()),
        ("states", 1, {"This layer is not renderable as well"}),
    ],
)
def test_every_layer_with_content_becomes_a_dataset(name: str, layers: int, refused: set[str]) -> None:
    done = recorded(name)
    assert len(datasets(done)) == layers
    assert set(done.refused) == refused
    assert done.stopped is None
    assert service(done)["serves_dataset"] == [package["uri"] for package in datasets(done)]
    assert_conforming(done)
    assert_known_fields(done)


def test_an_exception_report_is_no_capabilities() -> None:
    (path,) = cases("wms").glob("*exception*")
    assert READER.recognises(Answer(BASE, 200, "text/xml", None, path.read_bytes())) == 0
    with pytest.raises(SourceUnreadable, match="answered with an error report instead of the capabilities of a WMS"):
        from_bytes(path.read_bytes())


def test_brgm_has_a_document_type_latin_letters_and_identifiers() -> None:
    done = recorded("brgm")
    first = datasets(done)[0]
    assert first["uri"] == done.records[0].iri == "http://id.geocatalogue.fr/BR_CAR_ADA"
    assert first["identifier"] == "BR_CAR_ADA"
    assert first["title"] == "Carte géologique image de la France au million"
    assert first["conforms_to"][:2] == [EPSG + "4326", EPSG + "3857"]
    (resource,) = first["resources"]
    assert resource["license_attribution_by_text"] == "BRGM (modified attribution)"
    assert datasets(done)[1]["resources"][0]["license_attribution_by_text"] == "Brgm"
    assert resource["format"] == "WMS_SRVC"
    assert resource["url"] == "http://geoservices.brgm.fr/geologie?language=fre"
    assert "rights" not in resource
    served = service(done)
    assert served["title"] == "GéoServices : géologie, hydrogéologie et gravimétrie €"
    assert {"field": "title", "language": "fr", "text": served["title"]} in served["translations"]
    assert served["endpoint_description"] == [
        "http://geoservices.brgm.fr/geologie?language=fre&service=WMS&request=GetCapabilities"
    ]


def test_dov_has_two_links_to_one_metadata_record() -> None:
    done = recorded("dov")
    (nets,) = datasets(done)
    assert nets["identifier"] == "6c39d716-aecc-4fbc-bac8-4f05a49a78d5"
    assert nets["conforms_to"] == [EPSG + "31370", CRS84]
    assert service(done)["endpoint_url"] == ["https://www.dov.vlaanderen.be/geoserver/gw_meetnetten/meetnetten/ows"]


def test_times_boxes_and_systems_of_real_layers() -> None:
    temperature = recorded("nccs").package("potential_temperature")
    assert temperature["temporal_coverage"] == [{"start": "1993-01-01T12:00:00Z", "end": "2015-07-01T12:00:00Z"}]
    states = recorded("states").package("States of the USA")
    assert states["uri"] == "https://ahocevar.com/geoserver/ows#WMS/usa:states"
    assert [tag["name"] for tag in states["tags"]] == ["census", "states"]
    assert len(states["conforms_to"]) <= 10


# --- folders and inheritance ----------------------------------------------------------------------------------------


def test_what_the_standard_lets_layers_inherit_is_inherited_and_nothing_else() -> None:
    folder = layer(
        f"""<Abstract>Alles</Abstract><KeywordList><Keyword>Ordner</Keyword></KeywordList><CRS>EPSG:25832</CRS>{BOX}
        <Dimension name="time" units="ISO8601">2020-01-01/2021-12-31/P1D</Dimension>
        <Attribution><Title>Stadt</Title></Attribution>
        <AuthorityURL name="gdi"><OnlineResource xlink:href="https://registry.example/id/de.stadt"/></AuthorityURL>"""
        + layer('<Identifier authority="gdi">w-1</Identifier>')
        + layer("<CRS>EPSG:3857</CRS><Attribution><Title>Amt</Title></Attribution>", name="bad", title="Bäder"),
        name="",
        title="Ordner",
    )
    done = from_bytes(wms(folder))
    ways, baths = datasets(done)
    assert ways["uri"] == "https://registry.example/id/de.stadt/w-1"
    assert ways["spatial_coverage"] == baths["spatial_coverage"] == [PLACE]
    assert ways["temporal_coverage"] == [{"start": "2020-01-01", "end": "2021-12-31"}]
    assert (ways["conforms_to"], baths["conforms_to"]) == ([EPSG + "25832"], [EPSG + "3857"])
    assert "notes" not in ways
    assert "tags" not in ways
    texts = [package["resources"][0]["license_attribution_by_text"] for package in (ways, baths)]
    assert texts == ["Stadt", "Amt"]
    assert_conforming(done)
    assert_known_fields(done)


def test_a_named_folder_is_a_dataset_only_with_metadata_of_its_own() -> None:
    link = '<MetadataURL><OnlineResource xlink:href="https://gdi.example/csw?id=m-1"/></MetadataURL>'
    assert [r.name for r in from_bytes(wms(layer(layer(), name="alles"))).records[:-1]] == ["wege"]
    assert [r.name for r in from_bytes(wms(layer(link + layer(), name="alles"))).records[:-1]] == ["alles", "wege"]
    nameless = layer(layer(name="", title="Linien"), name="alles")
    done = from_bytes(wms(nameless))
    assert [record.name for record in done.records[:-1]] == ["alles"]
    assert set(done.refused) == {"Linien"}


def test_layers_named_twice_count_once() -> None:
    done = from_bytes(wms(layer(layer() + layer(title="Wege B"), name="")))
    assert len(datasets(done)) == 1
    assert set(done.refused) == {"wege"}


def test_identifiers_of_several_layers_are_the_iri_of_none() -> None:
    same = "<Identifier>https://id.example/1</Identifier>"
    done = from_bytes(wms(layer(layer(same) + layer(same, name="b"), name="")))
    assert [record.iri for record in done.records[:2]] == [f"{BASE}#WMS/wege", f"{BASE}#WMS/b"]
    assert datasets(done)[0]["alternate_identifier"] == [{"notation": "https://id.example/1"}]


# --- versions -------------------------------------------------------------------------------------------------------


def test_version_1_1_1_has_other_names_and_nothing_of_its_document_type_is_fetched() -> None:
    inner = """<SRS>EPSG:4326 EPSG:25832</SRS><LatLonBoundingBox minx="9" miny="48" maxx="10" maxy="49"/>
    <Dimension name="time" units="ISO8601"/><Extent name="time" default="2020">2018,2019,2020</Extent>"""
    site = Negotiating({"1.1.1": wms(layer(inner), version="1.1.1")})
    done = read(READER, site, f"{BASE}?LAYERS=wege&REQUEST=GetMap&SERVICE=WMS&VERSION=1.1.1")
    assert [url.rpartition("=")[2] for url in site.asked[:2]] == ["1.3.0", "1.1.1"]
    (ways,) = datasets(done)
    assert ways["conforms_to"] == [EPSG + "4326", EPSG + "25832"]
    assert ways["spatial_coverage"] == [PLACE]
    assert ways["temporal_coverage"] == [{"start": "2018", "end": "2020"}]
    assert_conforming(done)
    assert_known_fields(done)


@pytest.mark.parametrize(
    ("inner", "version", "coverage"),
    [
        ('<BoundingBox CRS="EPSG:4326" minx="48" miny="9" maxx="49" maxy="10"/>', "1.3.0", [PLACE]),
        ('<BoundingBox SRS="EPSG:4326" minx="9" miny="48" maxx="10" maxy="49"/>', "1.1.1", [PLACE]),
        ('<BoundingBox CRS="CRS:84" minx="9" miny="48" maxx="10" maxy="49"/>', "1.3.0", [PLACE]),
        ('<BoundingBox CRS="EPSG:25832" minx="500000" miny="5400000" maxx="510000" maxy="5410000"/>', "1.3.0", None),
        (BOX.replace(">10<", ">9<").replace(">49<", ">48<"), "1.3.0", [{"centroid": "POINT(9 48)"}]),
        (BOX.replace(">10<", ">180.00000000007202<"), "1.3.0", [WIDE]),
        (BOX.replace(">9<", ">0<").replace(">10<", ">-1<"), "1.3.0", None),
        (BOX.replace(">9<", ">170<").replace(">10<", ">-170<"), "1.3.0", ACROSS),
        (BOX.replace(">9<", ">3500000<"), "1.3.0", None),
        (BOX.replace(">9<", ">NaN<"), "1.3.0", None),
        (BOX.replace(">48<", ">148<").replace(">49<", ">149<"), "1.3.0", [TURNED]),
    ],
)  # fmt: skip
def test_boxes_become_places_on_earth_or_nothing(inner: str, version: str, coverage: Any) -> None:
    (made,) = datasets(from_bytes(wms(layer(inner), version=version)))
    assert made.get("spatial_coverage") == coverage


def test_layers_may_name_their_data() -> None:
    data = '<DataURL><Format>text/csv</Format><OnlineResource xlink:href="https://stadt.example/wege.csv"/></DataURL>'
    done = from_bytes(wms(layer(data)))
    file = next(resource for resource in done.packages[0]["resources"] if "download_url" in resource)
    assert file["format"] == "CSV"
    assert file["url"] == "https://stadt.example/wege.csv"
    assert "access_service" not in file
    assert_conforming(done)
    assert_known_fields(done)


@pytest.mark.parametrize("value", ["true", "1", "maybe", ""])
def test_queryable_may_be_anything(value: str) -> None:
    assert len(datasets(from_bytes(wms(layer(attributes=f'queryable="{value}" cascaded="x"'))))) == 1


def test_one_keyword_with_commas_is_several() -> None:
    words = "<KeywordList><Keyword>Wege, Rad;Fuß</Keyword></KeywordList>"
    assert datasets(from_bytes(wms(layer(words))))[0]["tags"] == [{"name": name} for name in ("Wege", "Rad", "Fuß")]


# --- what a service may do ------------------------------------------------------------------------------------------


def test_layers_nested_a_thousand_levels_are_an_error() -> None:
    deep = "<Layer><Title>x</Title>" * 1000 + "</Layer>" * 1000
    with pytest.raises(SourceUnreadable, match="nested deeper"):
        from_bytes(wms(deep))


def test_two_hundred_levels_are_read() -> None:
    deep = "<Layer><Title>x</Title>" * 200 + layer() + "</Layer>" * 200
    assert [record.name for record in from_bytes(wms(deep)).records[:-1]] == ["wege"]


def test_a_service_without_layers_is_not_taken_for_an_empty_one() -> None:
    done = from_bytes(wms(""))
    assert not done.records
    assert done.stopped is not None
    assert done.stopped.failed


def test_layers_with_thousands_of_systems_are_read_in_a_moment() -> None:
    systems = "".join(f"<CRS>EPSG:{number}</CRS>" for number in range(2000, 8000))
    done = from_bytes(wms(layer(systems + "".join(layer(name=f"l{n}") for n in range(500)), name="")))
    assert len(datasets(done)) == 500
    assert {len(package["conforms_to"]) for package in datasets(done)} == {10}


@pytest.mark.parametrize("seed", range(6))
def test_mangled_capabilities_never_end_in_an_error_of_ours(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lenient = etree.XMLParser(recover=True, remove_comments=True, remove_pis=True)
    monkeypatch.setattr(parse, "xml", lambda body, **_: etree.fromstring(body, lenient))
    link = '<MetadataURL><OnlineResource xlink:href="https://gdi.example/csw?id=m-1"/></MetadataURL>'
    own = wms(layer(BOX + link + layer("<Identifier>x</Identifier>"), name="alles"))
    roots = [etree.fromstring(own, lenient)]
    roots += [
        etree.fromstring(path.read_bytes(), lenient)
        for path in cases("wms").glob("*[vn]*.xml")
        if path.stat().st_size < 30_000
    ]
    chance = random.Random(seed)
    for _ in range(40):
        body = mangled(chance.choice(roots), chance)
        try:
            done = from_bytes(body)
        except SourceError:
            continue
        for package in done.mapped.values():
            normalise(package)
