"""Links of ISO records as distributions, pages and services, by records written for each kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core import iso_records as iso
from tests.core.iso_records import described, package

# --- links -----------------------------------------------------------------------------------------------------------


def resources(*links: str, formats: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    distribution = "".join(map(iso.format_, formats)) + "".join(links)
    return package(iso.record(distribution=distribution)).get("resources", [])


WFS = "https://gdi.example/ows"
PAGE = iso.link("https://gdi.example/a", function="information")


@pytest.mark.parametrize(
    ("url", "protocol", "kind", "endpoint"),
    [
        (f"{WFS}?service=WFS&request=GetCapabilities", "", "WFS", WFS),
        (f"{WFS}?SERVICE=wms&VERSION=1.3.0&REQUEST=GetCapabilities", "WWW:LINK", "WMS", WFS),
        (f"{WFS}?map=/a/b.map&service=WMS&request=GetCapabilities", "", "WMS", f"{WFS}?map=/a/b.map"),
        (WFS, "OGC:WFS-2.0.0-http-get-capabilities", "WFS", WFS),
        (WFS, "OGC Web Map Service", "WMS", WFS),
        (WFS, "OGC:WMTS", "WMTS", WFS),
        ("https://gdi.example/geoserver/wfs", "", "WFS", "https://gdi.example/geoserver/wfs"),
        ("https://gdi.example/ogcapi/collections/baum", "OGC API - Features", "OGC API", "https://gdi.example/ogcapi"),
        ("https://api.example/datasets/v1/baum/collections/baum/items?f=json", "", "OGC API", "https://api.example/datasets/v1/baum"),
        ("https://iot.example/FROST-Server/v1.1/Datastreams?$top=1", "", "SensorThings", "https://iot.example/FROST-Server/v1.1"),
        ("https://gdi.example/feed.xml", "INSPIRE Atom", "ATOM", "https://gdi.example/feed.xml"),
        ("https://gdi.example/arcgis/rest/services/x/MapServer/3", "ESRI:REST", "ESRI REST", "https://gdi.example/arcgis/rest/services/x/MapServer"),
    ],
)  # fmt: skip
def test_service_links_become_data_services_and_distributions_that_refer_to_them(
    url: str, protocol: str, kind: str, endpoint: str
) -> None:
    made = described(iso.record(distribution=iso.link(url, protocol, "Der Dienst")))
    (service,) = [each["package"] for each in made.services]
    (resource,) = made.package["resources"]
    assert service["uri"] == f"{endpoint}#{kind.replace(' ', '-')}"
    assert service["endpoint_url"] == [endpoint]
    assert service["title"] == resource["name"] == "Der Dienst"
    assert resource["access_service"] == [service["uri"]]
    assert "download_url" not in resource


def test_links_to_one_service_are_one_distribution_and_the_capabilities_describe_it() -> None:
    made = described(
        iso.record(
            distribution=iso.link(f"{WFS}?", "OGC:WMS", "ebene:baum", "Karte der Bäume")
            + iso.link(f"{WFS}?service=WMS&version=1.3.0&request=GetCapabilities", "OGC:WMS")
            + iso.link(f"{WFS.replace('https', 'http')}?service=WMS&request=GetMap", "OGC:WMS")
            + iso.link(f"{WFS}?service=WFS", "OGC:WFS"),
        )
    )
    assert [each["name"] for each in made.package["resources"]][:1] == ["Karte der Bäume"]
    assert len(made.package["resources"]) == 2
    first, second = (each["package"] for each in made.services)
    assert first["endpoint_description"] == [f"{WFS}?service=WMS&version=1.3.0&request=GetCapabilities"]
    assert second["endpoint_description"] == [f"{WFS}?service=WFS&request=GetCapabilities"]
    assert second["title"] == "WFS: Baumkataster"


def test_a_request_for_features_is_a_distribution_of_its_own_format() -> None:
    url = f"{WFS}?service=WFS&request=GetFeature&typeNames=a:baum&outputFormat=application/json"
    (made,) = resources(iso.link(url, name="Bäume als JSON"))
    assert made["url"] == url
    assert made["access_service"] == [f"{WFS}#WFS"]
    assert made["format"] == "JSON"


@pytest.mark.parametrize(
    ("url", "protocol", "function", "purpose"),
    [
        ("https://a.example/x.csv", "", "", "data"),
        ("https://a.example/x.gml.zip", "", "", "data"),
        ("https://a.example/x", "WWW:DOWNLOAD-1.0-http--download", "", "data"),
        ("https://a.example/x", "", "download", "data"),
        ("https://a.example/x.pdf", "", "download", "data"),
        ("https://a.example/x.pdf", "", "", "page"),
        ("https://a.example/x.csv", "", "information", "page"),
        ("https://a.example/x", "WWW:LINK-1.0-http--link", "", "page"),
        ("https://a.example/x", "", "", "page"),
        ("https://a.example/x", "", "upload", ""),
        ("https://a.example/csw?service=CSW&request=GetRecordById&id=1", "WWW:DOWNLOAD", "", ""),
        ("https://a.example/vorschau.png", "", "browseGraphic", ""),
    ],
)  # fmt: skip
def test_a_link_is_data_or_a_page_by_its_function_protocol_and_ending(
    url: str, protocol: str, function: str, purpose: str
) -> None:
    made = package(iso.record(distribution=iso.link(url, protocol, function=function)))
    pages = [made.get("url"), *made.get("documentation", ())]
    assert ("resources" in made) == (purpose == "data")
    assert (url in pages) == (purpose == "page")


def test_the_first_web_page_is_the_landing_page_and_documents_are_documentation() -> None:
    made = package(
        iso.record(
            distribution=iso.link("https://a.example/beschreibung.pdf", function="information")
            + iso.link("https://a.example/baum.html", function="information")
            + iso.link("https://a.example/mehr", function="information"),
        )
    )
    assert made["url"] == "https://a.example/baum.html"
    assert made["documentation"] == ["https://a.example/beschreibung.pdf", "https://a.example/mehr"]
    alone = package(iso.record(distribution=iso.link("https://a.example/meta/1", function="completeMetadata")))
    assert alone["url"] == "https://a.example/meta/1"


@pytest.mark.parametrize(
    ("url", "name", "formats", "format_", "container"),
    [
        ("https://a.example/x.csv", "", ("Shapefile",), "CSV", None),
        ("https://a.example/x.zip", "", ("ESRI Shapefile",), "SHP", "application/zip"),
        ("https://a.example/x.zip", "Als GML", ("ESRI Shapefile", "GML"), "GML", "application/zip"),
        ("https://a.example/x.zip", "", ("ESRI Shapefile", "GML"), "ZIP", None),
        ("https://a.example/x", "", ("GeoTIFF",), "GEOTIFF", None),
        ("https://a.example/x", "", ("GML 3.2.2",), "GML", None),
        ("https://a.example/x", "", ("Geopackage (ogc)",), "GPKG", None),
        ("https://a.example/x.html", "", ("GeoTIFF",), "GEOTIFF", None),
        ("https://a.example/x", "", ("Spezialformat",), "Spezialformat", None),
        ("https://a.example/x", "", ("keine Angabe",), None, None),
        ("https://a.example/x", "", ("GML", "Shapefile"), None, None),
    ],
)  # fmt: skip
def test_the_format_is_that_of_the_file_else_that_of_the_record(
    url: str, name: str, formats: tuple[str, ...], format_: str | None, container: str | None
) -> None:
    (made,) = resources(iso.link(url, name=name, function="download"), formats=formats)
    assert made.get("format") == format_
    assert made.get("package_format") == container


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "N/A", "http://[::1", "", " ", "file:///etc/passwd"]
)
def test_links_that_are_no_web_addresses_are_left_out(url: str) -> None:
    assert resources(iso.link(url, function="download")) == []


def test_addresses_with_blanks_and_umlauts_are_mended() -> None:
    (made,) = resources(iso.link(" https://a.example/Bäume {2024}.csv\n", function="download"))
    assert made["url"] == "https://a.example/Bäume%20%7B2024%7D.csv"


# --- services --------------------------------------------------------------------------------------------------------


def service(*parts: str, distribution: str = "") -> dict[str, Any]:
    return package(iso.record("s1", "Karte", scope="service", info="".join(parts), distribution=distribution))


def test_the_address_of_a_service_is_that_of_its_capabilities() -> None:
    made = service(
        iso.service_type("view"),
        iso.operation("https://gdi.example/andere", "GetMap"),
        iso.operation("https://gdi.example/wms?service=WMS&request=GetCapabilities"),
        distribution=iso.link("https://gdi.example/seite", function="information"),
    )
    assert made["endpoint_url"] == ["https://gdi.example/wms"]
    assert made["endpoint_description"] == ["https://gdi.example/wms?service=WMS&request=GetCapabilities"]
    assert made["service_format"] == ["WMS"]
    assert made["url"] == "https://gdi.example/seite"


@pytest.mark.parametrize(
    ("parts", "distribution", "endpoint"),
    [
        ((), iso.link("https://gdi.example/wfs?service=WFS"), "https://gdi.example/wfs"),
        ((iso.service_type("OGC:WMS"),), iso.link("https://gdi.example/mapserv"), "https://gdi.example/mapserv"),
        ((), iso.link("https://gdi.example/dienst"), "https://gdi.example/dienst"),
        ((), PAGE + iso.link("https://gdi.example/b", function="download"), "https://gdi.example/b"),
    ],
)  # fmt: skip
def test_without_operations_the_links_of_a_service_lead_to_it(
    parts: tuple[str, ...], distribution: str, endpoint: str
) -> None:
    assert service(*parts, distribution=distribution)["endpoint_url"] == [endpoint]
