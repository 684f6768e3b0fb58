"""Geometries as WKT: read from GeoJSON, EWKT and lists of numbers, and boiled down to a box and a point.

A coordinate reference system stands before WKT as `<IRI> `; without one it is longitude and latitude (CRS84).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LONGEST = 2_000_000
LONGEST_BOX = 500
DEEPEST = 8
# Bounded, so that no run of figures can be parted in many ways.
NUMBER = r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?"
FIGURE = re.compile(NUMBER)
TYPES = (
    "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION|CIRCULARSTRING|"
    "COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE|POLYHEDRALSURFACE|TRIANGLE|TIN"
)
CRS = re.compile(r"(<[^<>\s]+>)\s*")
SRID = re.compile(r"SRID\s*=\s*([0-9]{1,9})\s*;\s*", re.IGNORECASE)
WKT = re.compile(rf"(?:{TYPES})\s*(?:(?:ZM?|M)\s*)?\([^<>;]*\)", re.IGNORECASE)
TYPE = re.compile(rf"(?:{TYPES})?\s*(?:ZM?|M)?\s*(?:EMPTY)?", re.IGNORECASE)
FOUR = re.compile(rf"[\[(]?\s*({NUMBER})[\s,;]+({NUMBER})[\s,;]+({NUMBER})[\s,;]+({NUMBER})\s*[\])]?")
ENVELOPE = re.compile(
    rf"ENVELOPE\s*\(\s*({NUMBER})\s*,\s*({NUMBER})\s*,\s*({NUMBER})\s*,\s*({NUMBER})\s*\)", re.IGNORECASE
)
# `EPSG:25832`, `urn:ogc:def:crs:EPSG::25832`, `urn:ogc:def:crs:EPSG:6.9:25832`, `.../def/crs/EPSG/0/25832`.
EPSG = re.compile(r"EPSG\D{0,12}(?:[0-9.]{1,9}[:/])?([0-9]{4,6})", re.IGNORECASE)
EPSG_IRI = "<http://www.opengis.net/def/crs/EPSG/0/{}> "
PLAIN_LONLAT = frozenset({"4326"})


@dataclass(frozen=True)
class Shape:
    """A geometry by what is needed of it.

    prefix  names its reference system, "" for CRS84
    single  True for a point
    wkt     its text, where it was WKT already
    """

    prefix: str
    points: tuple[tuple[float, float], ...]
    single: bool
    wkt: str = field(default="", compare=False)

    def box(self) -> str:
        """The envelope as WKT polygon."""
        west, east = min(x for x, _ in self.points), max(x for x, _ in self.points)
        south, north = min(y for _, y in self.points), max(y for _, y in self.points)
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        return f"{self.prefix}POLYGON(({', '.join(_position(x, y) for x, y in ring)}))"

    def centre(self) -> str:
        """The point itself, or the middle of the envelope, as WKT point."""
        xs, ys = [x for x, _ in self.points], [y for _, y in self.points]
        return f"{self.prefix}POINT({_position((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)})"


def wkt(value: Any, *, box: bool = True) -> str | None:
    """A WKT text for WKT (unchanged), EWKT, GeoJSON (text or dict), or the four numbers of a box; else None.

    box  True where a GeoJSON area is wanted as its envelope, False for its middle
    """
    shape = read(value)
    if isinstance(value, str) and shape and shape.wkt:
        return shape.wkt
    if shape is None:
        return None
    return shape.centre() if shape.single or not box else shape.box()


def read(value: Any) -> Shape | None:
    """The positions of a geometry in any of the known notations, None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        if len(text) > LONGEST:
            return None
        return _from_json_text(text) if text[:1] == "{" else _from_wkt(text) or _from_numbers(text)
    if isinstance(value, dict):
        return _from_json(value)
    if isinstance(value, list) and len(value) == 4 and all(_is_number(part) for part in value):
        return _box(*(float(part) for part in value))
    return None


def _from_json_text(text: str) -> Shape | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _from_json(value) if isinstance(value, dict) else None


def _from_json(value: dict[str, Any]) -> Shape | None:
    points = tuple(_positions(value, 0))
    crs = EPSG.search(str(value["crs"])[:500]) if isinstance(value.get("crs"), dict) else None
    return _shape(_prefix(crs[1]) if crs else "", points)


def _positions(value: Any, depth: int) -> Iterator[tuple[float, float]]:
    """Every position in a GeoJSON geometry, feature or collection."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for part in ("coordinates", "geometry", "geometries", "features"):
            yield from _positions(value.get(part), depth + 1)
    elif isinstance(value, list):
        if len(value) >= 2 and _is_number(value[0]) and _is_number(value[1]):
            yield float(value[0]), float(value[1])
        else:
            for part in value:
                yield from _positions(part, depth + 1)


def _from_wkt(text: str) -> Shape | None:
    """WKT, with its reference system as IRI or as the SRID of PostGIS before it."""
    envelope = ENVELOPE.fullmatch(text) if len(text) <= LONGEST_BOX else None
    if envelope:
        west, east, north, south = (float(part) for part in envelope.groups())
        return _box(west, south, east, north)
    named, srid = CRS.match(text), SRID.match(text)
    start = f"{named[1]} " if named else _prefix(srid[1]) if srid else ""
    body = text[found.end() :] if (found := named or srid) else text
    if not WKT.fullmatch(body) or body.count("(") != body.count(")"):
        return None
    return _shape(start, tuple(_wkt_positions(body)), text if not srid else start + body)


def _wkt_positions(body: str) -> Iterator[tuple[float, float]]:
    """The positions between commas and brackets; none at all where something else stands there too."""
    found = []
    for part in re.split(r"[(),]", body):
        figures = part.split()
        if len(figures) >= 2 and all(FIGURE.fullmatch(figure) and _finite(figure) for figure in figures):
            found.append((float(figures[0]), float(figures[1])))
        elif figures and not TYPE.fullmatch(" ".join(figures)):
            return
    yield from found


def _from_numbers(text: str) -> Shape | None:
    found = FOUR.fullmatch(text) if len(text) <= LONGEST_BOX else None
    return _box(*(float(part) for part in found.groups())) if found else None


def _box(west: float, south: float, east: float, north: float) -> Shape | None:
    return _shape("", ((west, south), (east, north))) if all(map(math.isfinite, (west, south, east, north))) else None


def _shape(prefix: str, points: tuple[tuple[float, float], ...], wkt: str = "") -> Shape | None:
    return Shape(prefix, points, len(set(points)) == 1, wkt) if points else None


def _prefix(epsg: str) -> str:
    """EPSG:4326 in EWKT and GeoJSON means longitude first, as CRS84 does, and needs no name."""
    return "" if epsg in PLAIN_LONLAT else EPSG_IRI.format(epsg)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and _finite(value)


def _finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (OverflowError, ValueError):
        return False


def _position(x: float, y: float) -> str:
    return f"{_figure(x)} {_figure(y)}"


def _figure(value: float) -> str:
    """A number without exponent and needless zeros."""
    text = f"{value:.8f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
