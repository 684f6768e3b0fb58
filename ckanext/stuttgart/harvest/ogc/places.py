"""Boxes in degrees -> entries of `spatial_coverage`; what cannot be a place on earth becomes a Finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ckanext.stuttgart.dcatde import kinds
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.harvest import boxes
from ckanext.stuttgart.harvest.boxes import Box

FIELD = "spatial_coverage"
# Servers compute 180.00000000007202; a margin wider than that is another coordinate system.
TOLERANCE = 0.01


def coverage(corners: Sequence[Any] | None) -> tuple[list[dict[str, str]], list[Finding]]:
    """West, south, east, north (numbers or texts) as the entries of the field, and what is to be said of them."""
    if not corners:
        return [], []
    box = boxes.box(list(corners))
    if box is None:
        written = ", ".join(kinds.shown(value) for value in corners[:6])
        return [], [Finding("geometry_unreadable", "warning", FIELD, written)]
    placed = _rounded(box)
    turned = _rounded(boxes.turned(placed))
    if boxes.looks_turned(placed) or (not _possible(placed) and _possible(turned)):
        return boxes.locations(turned), [Finding("extent_turned", "warning", FIELD, _written(box), _written(turned))]
    if not _possible(placed):
        return [], [Finding("extent_impossible", "warning", FIELD, _written(box))]
    return boxes.locations(placed), []


def _possible(box: Box) -> bool:
    """A box turned inside out is what servers write for an empty layer, unless it lies across the date line."""
    west, _, east, _ = box
    return boxes.possible(box) and (west <= east or east + 360 - west < 180)


def _rounded(box: Box) -> Box:
    west, south, east, north = box
    return _within(west, 180), _within(south, 90), _within(east, 180), _within(north, 90)


def _within(value: float, most: float) -> float:
    return max(-most, min(value, most)) if abs(value) <= most + TOLERANCE else value


def _written(box: Box) -> str:
    return ", ".join(f"{value:g}" for value in box)
