"""Geographic extents: boxes, polygons, names and official keys; vertical extents have no place in DCAT-AP.de."""

from __future__ import annotations

import math
import re
from typing import Any

from ckanext.stuttgart.dcatde import geometry, vocabulary
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.harvest.iso.tree import Source, Texts, best, find, first, href, local, one_line, place, plain

SIDES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
BOX = "EX_GeographicBoundingBox"
OUTSIDE = ("false", "0")  # extentTypeCode of what does not belong to the extent
FURTHEST = 180.001  # degrees of longitude, twice those of latitude; figures are rounded
# An official key within a name: `Hamburg (02000000)`, or the whole text.
KEY = re.compile(r"(?:^|\()(\d{2}|\d{5}|\d{8}|\d{12})(?:\)|$)")
KEY_LIST = "regschluessel"
KEYS = {2: "stateKey", 5: "districtKey", 8: "municipalityKey", 12: "regionalKey"}
# Within GML, positions in these systems are written latitude first.
LATITUDE_FIRST = re.compile(r"(?:crs:EPSG:.*:|/def/crs/EPSG/\d+(?:\.\d+)*/)(?:4326|4258|4979|4937)$", re.IGNORECASE)
FIGURE = re.compile(geometry.NUMBER)
POSITIONS = frozenset({"pos", "posList", "coordinates", "lowerCorner", "upperCorner"})
MOST_NUMBERS = 50_000

Place = dict[str, Any]


def places(elements: list[Any], source: Source) -> list[Place]:
    """Every place that the extents name, draw or bound, each once."""
    found: list[Place] = []
    for extent in elements:
        found += [each for each in _extent(extent, source) if each not in found]
    return found


def _extent(extent: Any, source: Source) -> list[Place]:
    """The places of one extent. A box belongs to the name before it, the first one else to the extent's description."""
    found: list[Place] = []
    parts = [part for part in find(extent, "geographicElement/*") if first(part, "extentTypeCode") not in OUTSIDE]
    bounded = any(local(part) == BOX for part in parts)
    waiting: Texts = next((source.texts(description) for description in find(extent, "description")), {})
    for part in parts:
        if local(part) == "EX_GeographicDescription":
            before, waiting = waiting, _description(part, source, found)
            found += _named(before, "", source) if best(before) != best(waiting) else []
        elif drawn := _box(part, source) if local(part) == BOX else {} if bounded else _polygon(part, source):
            place(drawn, "text", waiting)
            found.append(drawn)
            waiting = {}
    return found + _named(waiting, "", source)


def _named(texts: Texts, iri: str, source: Source) -> list[Place]:
    made: Place = {"uri": iri} if iri else {}
    place(made, "text", texts)
    return [made] if made else []


def _description(part: Any, source: Source, named: list[Place]) -> Texts:
    """The name of a place; a place with a key or an IRI is put to the others at once, for it needs no box."""
    for code in find(part, "geographicIdentifier/*/code"):
        texts = source.texts(code)
        iri = _iri(href(code), one_line(plain(code)))
        if not iri:
            return texts
        named += _named(texts, iri, source)
    return {}


def _iri(link: str, text: str) -> str:
    """The IRI of a place in one of the lists that DCAT-AP.de knows, "" where it has none."""
    if link.startswith(load().place_bases):
        return link
    for given in (text, link.rstrip("/").rpartition("/")[2] if KEY_LIST in link else ""):
        key = KEY.search(given)
        if key and _is_key(key[1]):
            return f"{vocabulary.iri('political_geocoding_base')}{KEYS[len(key[1])]}/{key[1]}"
    return ""


def _is_key(digits: str) -> bool:
    """Whether figures are an official key: five may be a postal code, and all begin with that of a state."""
    if len(digits) == len("08111"):
        return digits in vocabulary.load("political_geocoding_district").codes
    return digits[:2] in vocabulary.load("political_geocoding_state").codes


def _box(part: Any, source: Source) -> Place:
    words = [one_line(plain(found[0])) if (found := find(part, side)) else "" for side in SIDES]
    west, south, east, north = (_number(word) for word in words)
    if west is None or south is None or east is None or north is None:
        return {}
    drawn = _drawn([(west, south), (east, north)], "", source)
    if "bbox" in drawn and west < east and south < north and all(map(FIGURE.fullmatch, words)):
        drawn["bbox"] = _ring(*words)
    return drawn


def _ring(west: str, south: str, east: str, north: str) -> str:
    """A box in the figures of the record, to the last of them."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({', '.join(map(' '.join, corners))}))"


def _drawn(pairs: list[tuple[float, float]], prefix: str, source: Source) -> Place:
    """Box and middle; the middle alone where all is one point."""
    shape = geometry.Shape(prefix, tuple(pairs), single=len(set(pairs)) == 1)
    if not prefix and not _degrees(pairs):
        source.note("extent_impossible", "spatial_coverage", shape.box())
        return {}
    return {"centroid": shape.centre()} if shape.single else {"bbox": shape.box(), "centroid": shape.centre()}


def _degrees(pairs: list[tuple[float, float]]) -> bool:
    return all(abs(x) <= FURTHEST and abs(y) <= FURTHEST / 2 for x, y in pairs)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _polygon(part: Any, source: Source) -> Place:
    """Box and middle of whatever is drawn; DCAT-AP.de holds nothing finer."""
    drawn = [element for element in part.iter() if isinstance(element.tag, str)]
    system = next((name for element in drawn if (name := element.get("srsName"))), "")
    deep = any(element.get("srsDimension") == "3" for element in drawn)
    numbers = [number for element in drawn if local(element) in POSITIONS for number in _numbers(element)]
    step = 3 if deep else 2
    pairs = [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers) - 1, step)]
    if not pairs:
        return {}
    if LATITUDE_FIRST.search(system):
        pairs = [(longitude, latitude) for latitude, longitude in pairs]
    return _drawn(pairs, _prefix(pairs, system), source)


def _numbers(element: Any) -> list[float]:
    words = re.split(r"[\s,]+", (element.text or "").strip(), maxsplit=MOST_NUMBERS)
    return [number for word in words[:MOST_NUMBERS] if (number := _number(word)) is not None]


def _prefix(pairs: list[tuple[float, float]], name: str) -> str:
    """What stands before WKT: nothing for degrees, also where the record calls them something else."""
    number = geometry.EPSG.search(name)
    return geometry.EPSG_IRI.format(number[1]) if number and not _degrees(pairs) else ""
