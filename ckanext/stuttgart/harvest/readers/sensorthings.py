"""OGC SensorThings API (1.0, 1.1): Datastreams as datasets, the API as a data service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote

from ckanext.stuttgart.errors import say
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Refused, Stopped
from ckanext.stuttgart.harvest.sensorthings import groups, mapping
from ckanext.stuttgart.harvest.sensorthings.entities import Stream
from ckanext.stuttgart.harvest.sensorthings.groups import OBSERVED, PROPERTY, WAYS, Group, Way
from ckanext.stuttgart.harvest.sensorthings.reading import Reading, Server
from ckanext.stuttgart.harvest.walk import Walk

CONTROL = re.compile(rb'"(?:\w+)?@(?:iot\.)?(?:id|selfLink|nextLink|count|navigationLink)"\s*:')
ROOT = re.compile(rb'"name"\s*:\s*"(?:Things|Datastreams|ObservedProperties)"')


def _today() -> date:
    return datetime.now(timezone.utc).date()


@dataclass(frozen=True)
class SensorThingsReader:
    """Reads Things with their Datastreams, never Observations.

    A dataset is a group of Datastreams; its IRI is `<root>#<way of grouping>=<name>`, that of the service `<root>`,
    each with `?$filter=...` where the source is read through a filter.
    """

    today: Any = _today
    name: str = "sensorthings"
    label: str = "SensorThings API"
    options: Sequence[Option] = (
        Option(
            "group",
            "One dataset for each",
            "choice",
            "What the data streams of one dataset have in common.",
            default=OBSERVED,
            choices=WAYS,
        ),
        Option("property", "Property of the things", help="Its name, where datasets are made by a thing property."),
        Option(
            "filter",
            "Filter",
            help="An OData condition on data streams, for example Thing/properties/topic eq 'Verkehr'.",
        ),
        Option(
            "title",
            "Title",
            help="How datasets are called; {name} stands for what they are grouped by.",
            default="{name}",
        ),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """A service answers at its version's address."""
        plain = url.rstrip("/")
        versioned = re.match(r"[^?#]*/v\d\.\d(?=/|$)", plain)
        if versioned:
            return tuple(dict.fromkeys((url, versioned[0])))
        below = [f"{plain}/{path}" for path in ("v1.1", "v1.0", "FROST-Server/v1.1")]
        return url, *below

    def recognises(self, answer: Answer) -> int:
        """Control values such as `@iot.id` are found nowhere else; a service document lists the entity sets."""
        body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not body.startswith(b"{"):
            return 0
        head = body[:200_000]
        if b"@iot." in head and CONTROL.search(head):
            return 95
        if len(set(ROOT.findall(head))) >= 2 and b'"url"' in head:
            return 95
        return 60 if b'"Observations@navigationLink"' in head else 0

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """A record for each group of Datastreams, then the API."""
        way = _way(options)
        reading = Reading(Walk(fetcher, url), way.within)
        stopped: Stopped | None = None
        streams: dict[tuple[str, str, str], Stream] = {}
        for found in reading.streams():
            if isinstance(found, Stopped):
                stopped = stopped or found
            else:
                streams.setdefault((found.set, found.id, found.name), found)
        made, left = groups.grouped(streams.values(), way)
        title = loose.text(options.get("title")) or "{name}"
        iris: list[str] = []
        for group in made:
            record = self._record(group, way, reading.server, title)
            iris += [record.iri] if record.iri else []
            yield record
        if left:
            reason = (
                say("do not have the thing property {name}", name=way.key)
                if way.by == PROPERTY
                else say("have nothing to group them by")
            )
            yield Refused(f"{left} Datastreams", f"{left} Datastreams", reason)
        if reading.server.root and iris:
            yield _service(reading.server, way, iris)
        if stopped:
            yield stopped

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """A dataset or the service; all that is needed stands in the payload."""
        payload = loose.mapping(record.payload)
        return mapping.service(payload) if payload.get("type") == "data_service" else mapping.dataset(payload)

    def _record(self, group: Group, way: Way, server: Server, title: str) -> Record:
        iri = groups.iri(server.root, way, group.name) if server.root else None
        payload = {
            "type": "dataset",
            "title": title.replace("{name}", group.name),
            "iri": iri,
            "name": group.name,
            "endpoint": server.root,
            "service": _service_iri(server, way) if server.root else None,
            "query": group.query,
            "formats": [word for word in mapping.FORMATS if word != "json" and server.offers(word)],
            **groups.summary(group, self.today()),
        }
        return Record(iri or group.name, payload, iri, f"{way.by}={group.name}")


READER = SensorThingsReader()


def _way(options: Mapping[str, Any]) -> Way:
    by, key = loose.text(options.get("group")), loose.text(options.get("property"))
    by = by if by in WAYS else PROPERTY if key else OBSERVED
    return Way(by, key, loose.text(options.get("filter")))


def _service_iri(server: Server, way: Way) -> str:
    return server.root + (f"?$filter={quote(way.within, safe='')}" if way.within else "")


def _service(server: Server, way: Way, iris: list[str]) -> Record:
    iri = _service_iri(server, way)
    payload = {
        "type": "data_service",
        "title": mapping.service_title(server.root),
        "iri": iri,
        "endpoint": server.root,
        "version": server.version,
        "described": server.offers("openapi"),
        "serves": iris,
    }
    return Record(iri, payload, iri)
