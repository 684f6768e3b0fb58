"""An OGC API in the hands of a test: small pages, and a site that serves them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ckanext.stuttgart.harvest.reader import reader
from tests.core.sources import Read, Site, read

READER = reader("ogcapi")
API = "https://geo.example/ogc/v1"
LICENCES = "http://dcat-ap.de/def/licenses/"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
PLACE = {"bbox": "POLYGON((9 48, 10 48, 10 49, 9 49, 9 48))", "centroid": "POINT(9.5 48.5)"}
HTML = b"<!DOCTYPE html><html><body>Wartung</body></html>"


ITEMS = f"{API}/collections/metadata/items"


class Pages(Site):
    """Pages by their address without query; `f=html` and what `html` names is a web page."""

    def __init__(self, pages: Mapping[str, Any], html: tuple[str, ...] = ()) -> None:
        def play(url: str, _: bytes | None) -> bytes:
            place = url.partition("?")[0]
            wanted = parse_qs(urlsplit(url).query)
            if wanted.get("f") == ["html"] or (place in html and wanted.get("f") != ["json"]):
                return HTML
            value = pages.get(
                url, pages.get(url.removesuffix("&f=json"), None if "offset" in wanted else pages.get(place))
            )
            if value is None:
                raise KeyError(url)
            return value if isinstance(value, bytes) else json.dumps(value).encode()

        super().__init__(play, "application/json")


def link(rel: str, href: str, type_: str = "", title: str = "") -> dict[str, str]:
    found = {"rel": rel, "href": href, "type": type_, "title": title}
    return {name: value for name, value in found.items() if value}


def collection(name: str = "wege", **more: Any) -> dict[str, Any]:
    here = f"{API}/collections/{name}"
    links = [
        link("items", f"{here}/items?f=json", "application/geo+json", "Wege als GeoJSON"),
        link("items", f"{here}/items?f=html", "text/html"),
    ]
    return {"id": name, "title": name.capitalize(), "itemType": "feature", "links": links, **more}


def landing(*links: dict[str, str], **more: Any) -> dict[str, Any]:
    own = [link("self", f"{API}?f=json", "application/json"), link("data", f"{API}/collections", "application/json")]
    return {"title": "Geodaten", "description": "Alle Geodaten.", "links": [*own, *links], **more}


def pages(*collections: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {API: landing(), f"{API}/collections": {"collections": list(collections) or [collection()], **more}}


def record(name: str = "r-1", *links: dict[str, str], **properties: Any) -> dict[str, Any]:
    told = {"type": "dataset", "title": f"Titel {name}", "description": "Text", **properties}
    return {"id": name, "type": "Feature", "geometry": None, "properties": told, "links": list(links)}


def catalogue(*records: dict[str, Any], **more: Any) -> dict[str, Any]:
    here = {"type": "FeatureCollection", "features": list(records), **more}
    return {**pages(collection("metadata", itemType="record")), f"{API}/collections/metadata/items": here}


def datasets(done: Read) -> list[dict[str, Any]]:
    return [package for package in done.mapped.values() if package["type"] == "dataset"]


def dataset(done: Read) -> dict[str, Any]:
    return datasets(done)[0]


def service(done: Read) -> dict[str, Any]:
    services = [package for package in done.mapped.values() if package["type"] == "data_service"]
    return next((found for found in services if found.get("uri", "").endswith("#OGC-API")), services[0])


def of_record(**properties: Any) -> dict[str, Any]:
    return dataset(read(READER, Pages(catalogue(record(**properties))), API))
