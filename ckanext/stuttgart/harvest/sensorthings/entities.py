"""Things and Datastreams as a SensorThings server gives them, with everything missing that may be missing.

OGC 18-088 (1.1) and 15-078r6 (1.0), section 8; keys begin with `@iot.`, in version 2 with `@`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.harvest import boxes, loose
from ckanext.stuttgart.harvest.boxes import Box
from ckanext.stuttgart.harvest.text import plain

ID, LINK, NEXT, COUNT = "id", "selfLink", "nextLink", "count"
SETS = ("Datastreams", "MultiDatastreams")
# Free properties of a Thing or Datastream in which operators say what the standard has no word for.
OWNER = ("ownerData", "ownerThing", "owner", "publisher", "operator", "provider")
LICENCE = ("license", "licence", "licenseUrl", "license_url", "lizenz")
PAGES = ("metadata", "documentation", "homepage", "infoUrl")


@dataclass(frozen=True)
class Observed:
    """An ObservedProperty; the definition is an IRI where it is of use."""

    name: str
    definition: str = ""
    description: str = ""


@dataclass(frozen=True)
class Stream:
    """A Datastream or MultiDatastream with what is said of it elsewhere.

    start, end  of its observations as written, "" where open or unknown
    facts       free properties of the Datastream and its Thing, the Datastream's first
    """

    id: str
    name: str
    set: str
    description: str = ""
    units: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()
    sensor: str = ""
    thing: str = ""
    extent: Box | None = None
    start: str = ""
    end: str = ""
    facts: dict[str, Any] = field(default_factory=dict, compare=False)


def meta(entity: dict[str, Any], name: str) -> Any:
    """A control value such as `@iot.id`, in the spelling of any version."""
    return loose.first(entity.get(f"@iot.{name}"), entity.get(f"@{name}"), entity.get(name) if name == ID else None)


def identifier(entity: dict[str, Any]) -> str:
    """The id of an entity; numbers and texts alike, also with slashes and tildes."""
    return loose.text(meta(entity, ID))


def is_stream(entity: dict[str, Any]) -> bool:
    """True for a Datastream or MultiDatastream: only these have an observation type or a unit."""
    names = ("observationType", "unitOfMeasurement", "unitOfMeasurements", "multiObservationDataTypes", "resultType")
    links = ("Observations@iot.navigationLink", "Observations@navigationLink")
    return any(name in entity for name in (*names, *links)) and "Datastreams" not in entity


def is_thing(entity: dict[str, Any]) -> bool:
    """True for a Thing, whether its Datastreams came with it or not."""
    return not is_stream(entity) and any(name.partition("@")[0] in SETS for name in entity)


def is_expanded(entity: dict[str, Any]) -> bool:
    """True where what groups are made of came with the entity."""
    if is_stream(entity):
        return "ObservedProperty" in entity or "ObservedProperties" in entity
    streams = [stream for name in SETS for stream in loose.mappings(entity.get(name))]
    return any(isinstance(entity.get(name), list) for name in SETS) and all(map(is_expanded, streams))


def streams(entity: dict[str, Any]) -> Iterator[Stream]:
    """The Datastreams of an entity: itself, or those that came with a Thing."""
    if is_stream(entity):
        yield stream(entity, loose.mapping(entity.get("Thing")))
        return
    for name in SETS:
        for inner in loose.mappings(entity.get(name)):
            yield stream(inner, entity, name)


def stream(entity: dict[str, Any], thing: dict[str, Any], set_: str = "") -> Stream:
    """One Datastream; what is missing or of another type is left empty."""
    start, end = interval(loose.first(entity.get("phenomenonTime"), entity.get("validTime")))
    several = "unitOfMeasurements" in entity or "multiObservationDataTypes" in entity or "ObservedProperties" in entity
    observed = loose.mappings(loose.first(entity.get("ObservedProperties"), entity.get("ObservedProperty")))
    units = loose.mappings(loose.first(entity.get("unitOfMeasurements"), entity.get("unitOfMeasurement")))
    return Stream(
        id=identifier(entity),
        name=loose.said(entity.get("name")),
        set=set_ or SETS[several],
        description=plain(loose.said(entity.get("description"))),
        units=tuple(made for unit in units if (made := _unit(unit))),
        observed=tuple(made for each in observed if (made := _observed(each))),
        sensor=loose.said(loose.get(entity, "Sensor", "name")),
        thing=loose.said(thing.get("name")),
        extent=_extent(entity, thing),
        start=start,
        end=end,
        facts={**loose.mapping(thing.get("properties")), **loose.mapping(entity.get("properties"))},
    )


def interval(value: Any) -> tuple[str, str]:
    """Begin and end of `2020-01-01T00:00:00Z/..`, of an instant, an object or a list; "" for an open or missing one."""
    if isinstance(value, dict):
        value = [loose.first(value.get("start"), value.get("begin")), value.get("end")]
    parts = [loose.text(part) for part in value[:2]] if isinstance(value, list) else loose.text(value).split("/")[:2]
    start, end = (*parts, parts[0] if len(parts) == 1 else "", "")[:2]
    return _moment(start), _moment(end)


def _moment(text: str) -> str:
    return "" if text.strip() in ("", "..", "now") else text.strip()


def _unit(unit: dict[str, Any]) -> str:
    """`Mikrogramm pro Kubikmeter (µg/m³)`, or what of it there is."""
    name, symbol = loose.said(unit.get("name")), loose.said(unit.get("symbol"))
    return f"{name} ({symbol})" if name and symbol and name != symbol else name or symbol


def _observed(entity: dict[str, Any]) -> Observed | None:
    definition = loose.address(entity.get("definition"))
    name = loose.said(entity.get("name")) or definition or identifier(entity)
    return Observed(name, definition, plain(loose.said(entity.get("description")))) if name else None


def _extent(entity: dict[str, Any], thing: dict[str, Any]) -> Box | None:
    """The observed area, else the places of the Thing."""
    own = boxes.of_geometry(entity.get("observedArea"))
    if own:
        return own
    places = (boxes.of_geometry(place.get("location")) for place in loose.mappings(thing.get("Locations")))
    return boxes.united(place for place in places if place)
