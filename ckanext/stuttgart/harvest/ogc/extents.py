"""Where and when in OGC APIs: `extent` of a collection and `time` of a record, in the forms of all drafts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.ogc import crs

_OPEN = ("", "..", "null", "now")


def box(extent: Any) -> list[Any]:
    """West, south, east, north of the whole, [] where nothing is said.

    The first of several boxes is the one around all (OGC API Features 1.0, section 7.13.2); six numbers have heights.
    """
    spatial = loose.mapping(extent).get("spatial")
    boxes = spatial if isinstance(spatial, list) else loose.mapping(spatial).get("bbox")
    if not boxes:
        boxes = loose.mapping(extent).get("bbox")
    if not isinstance(boxes, list) or not boxes:
        return []
    first = boxes[0] if isinstance(boxes[0], list) else boxes
    if len(first) == 4 and crs.latitude_first(loose.text(loose.mapping(spatial).get("crs"))):
        return [first[1], first[0], first[3], first[2]]
    return first[:6]


def interval(extent: Any) -> list[str]:
    """Start and end of the whole time of an extent, "" for an open end; [] where nothing is said."""
    temporal = loose.mapping(extent).get("temporal")
    ends = temporal if isinstance(temporal, list) else loose.mapping(temporal).get("interval")
    if not isinstance(ends, list) or not ends:
        return []
    return closed(ends[0] if isinstance(ends[0], list) else ends)


def time(value: Any) -> list[str]:
    """Start and end of a record's `time`: an interval, a day or a moment (OGC API Records 1.0, section 8.2.6)."""
    if isinstance(value, str):
        return closed(value.split("/"))
    found = loose.mapping(value)
    ends = found.get("interval")
    if isinstance(ends, list) and ends:
        return closed(ends[0] if isinstance(ends[0], list) else ends)
    moment = loose.text(found.get("date")) or loose.text(found.get("timestamp"))
    return closed([moment, moment])


def closed(ends: Iterable[Any]) -> list[str]:
    """Two ends as texts, open ones empty; [] where both are."""
    made = ["" if (text := loose.text(end)) in _OPEN else text for end in ends][:2]
    return made if any(made) else []


def period(ends: Iterable[str]) -> list[dict[str, str]]:
    """Two ends as entries of the field `temporal_coverage`."""
    made = loose.filled(dict(zip(("start", "end"), ends, strict=False)))
    return [made] if made else []
