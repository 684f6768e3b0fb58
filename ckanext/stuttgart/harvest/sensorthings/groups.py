"""Datastreams put together to what becomes one dataset: by what they observe, by Thing, or by sensor. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from ckanext.stuttgart.harvest import boxes, loose
from ckanext.stuttgart.harvest.sensorthings.entities import LICENCE, OWNER, PAGES, SETS, Observed, Stream

OBSERVED, PROPERTY, PREFIX, SENSOR = "observed_property", "thing_property", "thing_prefix", "sensor"
WAYS = (OBSERVED, PROPERTY, PREFIX, SENSOR)
# Of large groups a page shows the most frequent only.
ROWS, NAMES = 100, 50
# A stream that was fed within this time goes on: its end is the last reading and moves with each new one.
ALIVE = timedelta(days=30)
# `StadtRad-Station 12`, `sensor_01`, `Wetter: Nord` begin with what they have in common.
BEGIN = re.compile(r"[^\W\d_]+(?:\s[^\W\d_]+)*?(?=[\s_:/.\-]*(?:[_:/.\-]|\s\d|\d|$))")


@dataclass
class Group:
    """The Datastreams of one dataset. `query` is the $filter by which the server finds them again, by entity set."""

    name: str
    query: dict[str, str] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)


@dataclass(frozen=True)
class Way:
    """How Datastreams are grouped: by one of `WAYS`, by the Thing property `key`, within the filter `within`."""

    by: str = OBSERVED
    key: str = ""
    within: str = ""


def grouped(streams: Iterable[Stream], way: Way) -> tuple[list[Group], int]:
    """The groups in the order of their first Datastream, and how many Datastreams belong to none."""
    groups: dict[str, Group] = {}
    left = 0
    for stream in streams:
        names = NAMED[way.by](stream, way)
        left += not names
        for name, query in names:
            group = groups.setdefault(name, Group(name))
            group.query.setdefault(stream.set, f"({way.within}) and {query}" if way.within else query)
            group.streams.append(stream)
    return list(groups.values()), left


def _by_observed(stream: Stream, way: Way) -> list[tuple[str, str]]:
    """By ObservedProperty; without one by the Datastream's own name, which then says what is observed."""
    path = "ObservedProperties/name" if stream.set == SETS[1] else "ObservedProperty/name"
    names = dict.fromkeys(observed.name for observed in stream.observed)
    if names:
        return [(name, f"{path} eq {_text(name)}") for name in names]
    return [(stream.name, f"name eq {_text(stream.name)}")] if stream.name else []


def _by_property(stream: Stream, way: Way) -> list[tuple[str, str]]:
    value: Any = stream.facts
    for step in filter(None, re.split(r"[./]", way.key)):
        value = loose.get(value, step)
    path = "Thing/properties/" + way.key.replace(".", "/")
    return [(name, f"{path} eq {_text(name)}") for name in loose.texts(value)]


def _by_prefix(stream: Stream, way: Way) -> list[tuple[str, str]]:
    found = BEGIN.match(stream.thing)
    name = found[0] if found else stream.thing
    return [(name, f"startswith(Thing/name,{_text(name)})")] if name else []


def _by_sensor(stream: Stream, way: Way) -> list[tuple[str, str]]:
    return [(stream.sensor, f"Sensor/name eq {_text(stream.sensor)}")] if stream.sensor else []


NAMED: Mapping[str, Callable[[Stream, Way], list[tuple[str, str]]]] = {
    OBSERVED: _by_observed,
    PROPERTY: _by_property,
    PREFIX: _by_prefix,
    SENSOR: _by_sensor,
}


def _text(value: str) -> str:
    """A text in an OData expression."""
    return "'" + value.replace("'", "''") + "'"


def iri(endpoint: str, way: Way, name: str) -> str:
    """The IRI of a group: `<endpoint>#<way>=<name>`, with the filter before the fragment where there is one."""
    filtered = f"?$filter={quote(way.within, safe='')}" if way.within else ""
    kind = f"{way.by}:{way.key}" if way.by == PROPERTY else way.by
    return f"{endpoint}{filtered}#{quote(kind, safe=':')}={quote(name, safe='')}"


def summary(group: Group, today: date) -> dict[str, Any]:
    """What a dataset says of its Datastreams, as JSON values; the same as long as the streams go on.

    rows      [observed, unit, number of Datastreams], the most frequent first
    extent    west, south, east, north as the source has them
    start, end  of the observations; no end where one of the streams goes on
    """
    streams = group.streams
    start, end = _period(streams, today)
    observed = list(dict.fromkeys(each for stream in streams for each in stream.observed))
    descriptions = {stream.description for stream in streams}
    extent = boxes.united(stream.extent for stream in streams if stream.extent)
    return {
        "rows": _rows(streams),
        "observed": [[each.name, each.definition, each.description] for each in _matching(group, observed)],
        "description": descriptions.pop() if len(descriptions) == 1 else "",
        "things": len({stream.thing for stream in streams if stream.thing}),
        "streams": len(streams),
        "sensors": sorted({stream.sensor for stream in streams if stream.sensor})[:NAMES],
        "extent": list(extent) if extent else None,
        "start": start,
        "end": end,
        "owners": _said(streams, OWNER),
        "licences": _said(streams, LICENCE),
        "pages": [page for page in _said(streams, PAGES) if loose.address(page)],
    }


def _matching(group: Group, observed: list[Observed]) -> list[Observed]:
    """The group's own property where it is grouped by one, else all, as far as a page shows them."""
    own = [each for each in observed if each.name == group.name]
    return (own or sorted(observed, key=lambda each: each.name))[:NAMES]


def _rows(streams: list[Stream]) -> list[list[Any]]:
    counted: Counter[tuple[str, str]] = Counter()
    for stream in streams:
        names = [each.name for each in stream.observed] or [stream.name]
        units = list(stream.units) if len(stream.units) == len(names) else [", ".join(stream.units)] * len(names)
        counted.update(zip(names, units, strict=True))
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [[name, unit, number] for (name, unit), number in ordered[:ROWS]]


def _said(streams: list[Stream], names: tuple[str, ...]) -> list[str]:
    """What the free properties say under some names, each once; more than a few different ones say nothing of all."""
    values = (loose.said(stream.facts.get(name)) for stream in streams for name in names)
    found = list(dict.fromkeys(filter(None, values)))
    return found if len(found) <= 5 else []


def _period(streams: list[Stream], today: date) -> tuple[str, str]:
    """First begin and last end; the end is open where one stream has a begin and no end, or still goes on."""
    begins = [(moment, stream.start) for stream in streams if (moment := _instant(stream.start))]
    ends = [(moment, stream.end) for stream in streams if (moment := _instant(stream.end))]
    endless = any(stream.start and not stream.end for stream in streams)
    last = max(ends)[1] if ends else ""
    if endless or (ends and max(ends)[0].date() > today - ALIVE):
        last = ""
    return min(begins)[1] if begins else "", last


def _instant(text: str) -> datetime | None:
    """A moment to compare by; fractions of more than six figures are cut, a missing zone is UTC."""
    plain = re.sub(r"(\.\d{6})\d+", r"\1", text.strip()).replace("Z", "+00:00")
    plain = re.sub(r"\.(\d{1,5})(?!\d)", lambda found: "." + found[1].ljust(6, "0"), plain)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
