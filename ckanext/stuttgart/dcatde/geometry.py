"""Geometries as WKT: read from GeoJSON, EWKT and lists of numbers, and boiled down to a box and a point.

A coordinate reference system stands before WKT as `<IRI> `; without one it is longitude and latitude (CRS84).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONGEST = 2_000_000
DEEPEST = 8
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
TYPES = (
    "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION|CIRCULARSTRING|"
    "COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE|POLYHEDRALSURFACE|TRIANGLE|TIN"
)
CRS = re.compile(r"(<[^<>\s]+>)\s*")
SRID = re.compile(r"SRID\s*=\s*(\d{1,9})\s*;\s*", re.IGNORECASE)
WKT = re.compile(rf"(?:{TYPES})\s*(?:ZM?|M)?\s*(?:EMPTY|\([\d\s.,()eE+A-Za-z-]*\))", re.IGNORECASE)
POSITION = re.compile(rf"({NUMBER})\s+({NUMBER})")
FOUR = re.compile(rf"[\[(]?\s*({NUMBER})[\s,;]+({NUMBER})[\s,;]+({NUMBER})[\s,;]+({NUMBER})\s*[\])]?")
ENVELOPE = re.compile(
    rf"ENVELOPE\s*\(\s*({NUMBER})\s*,\s*({NUMBER})\s*,\s*({NUMBER})\s*,\s*({NUMBER})\s*\)", re.IGNORECASE
)
EPSG = re.compile(r"EPSG\D*(?:0/)?(\d{4,6})", re.IGNORECASE)
EPSG_IRI = "<http://www.opengis.net/def/crs/EPSG/0/{}> "
PLAIN_LONLAT = frozenset({"4326"})


@dataclass(frozen=True)
class Shape:
    """A geometry by what is needed of it: `prefix` names its reference system ("" for CRS84)."""

    prefix: str
    points: tuple[tuple[float, float], ...]
    single: bool

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
    if isinstance(value, str):
        text = value.strip()
        if _is_wkt(text):
            return text
        found = SRID.match(text)
        if found and _is_wkt(text[found.end() :]):
            return _prefix(found[1]) + text[found.end() :]
    shape = read(value)
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
    return Shape(_prefix(crs[1]) if crs else "", points, str(value.get("type")).lower() == "point") if points else None


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
    envelope = ENVELOPE.fullmatch(text)
    if envelope:
        west, east, north, south = (float(part) for part in envelope.groups())
        return _box(west, south, east, north)
    prefix, srid = CRS.match(text), SRID.match(text)
    body = text[(prefix or srid).end() :] if prefix or srid else text  # pyright: ignore[reportOptionalMemberAccess]
    if not _is_wkt(body):
        return None
    points = tuple(
        (float(x), float(y)) for x, y in POSITION.findall(body.replace("(", " ")) if _finite(x) and _finite(y)
    )
    start = f"{prefix[1]} " if prefix else _prefix(srid[1]) if srid else ""
    return Shape(start, points, body[:5].upper() == "POINT") if points else None


def _from_numbers(text: str) -> Shape | None:
    found = FOUR.fullmatch(text)
    return _box(*(float(part) for part in found.groups())) if found else None


def _box(west: float, south: float, east: float, north: float) -> Shape | None:
    points = ((west, south), (east, north))
    return Shape("", points, single=False) if all(map(math.isfinite, (west, south, east, north))) else None


def _is_wkt(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    found = CRS.match(text)
    body = text[found.end() :] if found else text
    return bool(WKT.fullmatch(body)) and body.count("(") == body.count(")")


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
