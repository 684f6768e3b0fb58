"""Coordinate reference systems: the many ways of writing them -> the IRI in OGC's register."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST = 10
"""GeoServer lists 6,000 systems for each layer, which says nothing of the data; the first are those of the layer."""

EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# Codes of other makers for the web Mercator projection of EPSG:3857.
_ALIASES = {"900913": "3857", "102100": "3857", "102113": "3857", "3785": "3857"}
_EPSG = re.compile(
    r"(?:EPSG:|urn:(?:x-)?ogc:def:crs:EPSG:(?:[\d.]*:)?|https?://www\.opengis\.net/gml/srs/epsg\.xml#"
    r"|https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/|urn:EPSG:geographicCRS:)(\d{4,6})",
    re.IGNORECASE,
)
_LON_LAT = re.compile(
    r"(?:CRS:84|OGC:CRS84|urn:(?:x-)?ogc:def:crs:OGC:(?:[\d.]*:)?CRS84|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84h?)",
    re.IGNORECASE,
)
_IRI = re.compile(r"https?://\S+|urn:\S+", re.IGNORECASE)


def iri(name: str) -> str | None:
    """The IRI a name stands for; another IRI unchanged, None for what names no system."""
    found = _EPSG.fullmatch(name)
    if found:
        return EPSG.format(_ALIASES.get(found[1], found[1]))
    if _LON_LAT.fullmatch(name):
        return CRS84
    return name if _IRI.fullmatch(name) else None


def iris(names: Iterable[str], most: int = MOST) -> list[str]:
    """The IRIs of the first systems named, each once; WMS 1.1.0 writes several into one text."""
    found: dict[str, None] = {}
    for name in names:
        for part in name.split():
            made = iri(part)
            if made:
                found[made] = None
        if len(found) >= most:
            break
    return list(found)[:most]


def latitude_first(name: str) -> bool:
    """True for EPSG:4326 as a register means it, where the latitude comes first."""
    return iri(name) == EPSG.format("4326")
