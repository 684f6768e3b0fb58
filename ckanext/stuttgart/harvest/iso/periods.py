"""Temporal extents: gml:TimePeriod and gml:TimeInstant of both GML versions, with open ends."""

from __future__ import annotations

from typing import Any

from ckanext.stuttgart.harvest.iso.tree import Source, find, local

# Where a position stands: itself, or in an instant of its own.
BEGIN = ("beginPosition", "begin/TimeInstant/timePosition", "begin/*/timePosition", "begin")
END = ("endPosition", "end/TimeInstant/timePosition", "end/*/timePosition", "end")
INSTANT = ("timePosition", "timePosition/*")
OPEN = frozenset({"now", "unknown"})


def periods(elements: list[Any], source: Source) -> list[dict[str, str]]:
    """Every period with its start, its end or both; one without either says nothing."""
    found = []
    for element in elements:
        if local(element) == "TimeInstant":
            moment = _position(element, INSTANT)
            period = {"start": moment, "end": moment}
        else:
            period = {"start": _position(element, BEGIN), "end": _position(element, END)}
        period = {name: value for name, value in period.items() if value}
        if period and period not in found:
            found.append(period)
    return found


def _position(element: Any, paths: tuple[str, ...]) -> str:
    """A date; "" for a position that is now, unknown or empty. `before` and `after` hold a date all the same."""
    for found in find(element, *paths):
        if found.get("indeterminatePosition") in OPEN:
            return ""
        text = " ".join((found.text or "").split())
        if text:
            return text
    return ""
