"""Extents: boxes of four numbers (west, south, east, north, in degrees) out of lists and geometries. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ckanext.stuttgart.dcatde import geometry
from ckanext.stuttgart.harvest.loose import number

Box = tuple[float, float, float, float]

# Where an area of Germany lies when longitude and latitude stand in the other order: off the coast of Somalia.
GERMANY: Box = (5.5, 47.0, 15.5, 55.5)


def box(values: Any) -> Box | None:
    """A box from four numbers, or from six as GeoJSON writes one with heights; None for anything else."""
    if not isinstance(values, list | tuple) or len(values) not in (4, 6):
        return None
    numbers = [number(value) for value in values]
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    west, south, east, north = numbers
    if west is None or south is None or east is None or north is None:
        return None
    return west, south, east, north


def of_geometry(value: Any) -> Box | None:
    """The box around a GeoJSON geometry or feature, or around WKT; None where there are no positions in degrees."""
    shape = geometry.read(value) if isinstance(value, dict | str) else None
    if shape is None or shape.prefix or not shape.points:
        return None
    xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
    return min(xs), min(ys), max(xs), max(ys)


def united(boxes: Iterable[Box]) -> Box | None:
    """The box around several, None around nothing."""
    found = list(boxes)
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def holds(outer: Box, inside: Box) -> bool:
    """True where one box lies in the other."""
    return outer[0] <= inside[0] and outer[1] <= inside[1] and outer[2] >= inside[2] and outer[3] >= inside[3]


def possible(extent: Box) -> bool:
    """True for a box on Earth; west may be larger than east, across the date line."""
    west, south, east, north = extent
    return -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90


def turned(extent: Box) -> Box:
    """A box with longitude and latitude exchanged."""
    return extent[1], extent[0], extent[3], extent[2]


def looks_turned(extent: Box) -> bool:
    """True for a box whose numbers lie in Germany once longitude and latitude are exchanged."""
    return holds(GERMANY, turned(extent)) and not holds(GERMANY, extent)


def locations(extent: Sequence[float]) -> list[dict[str, str]]:
    """The places of the model for a possible box: one, a point for a box without area, two across the date line."""
    west, south, east, north = extent
    if west > east:
        return [*locations((west, south, 180.0, north)), *locations((-180.0, south, east, north))]
    shape = geometry.Shape("", ((west, south), (east, north)), (west, south) == (east, north))
    return [{"centroid": shape.centre()} if shape.single else {"bbox": shape.box(), "centroid": shape.centre()}]
