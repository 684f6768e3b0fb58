"""The records of one catalogue put together: who serves, contains and names whom.

A service may come long after the data it serves, and a series after its members, so nothing is yielded before the last
page; until then records are held as compressed JSON, some 3 kB each.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ckanext.stuttgart.errors import say
from ckanext.stuttgart.harvest.iso import references
from ckanext.stuttgart.harvest.iso.mapping import Described
from ckanext.stuttgart.harvest.iso.services import shared_title
from ckanext.stuttgart.harvest.reader import Package, Record, Refused

SERVICE, SERIES = "data_service", "dataset_series"
# Of a service that several data records link to: what is united, and what counts only where all say the same.
UNITED = ("hvd_category", "applicable_legislation", "endpoint_description")
AGREED = ("license_id", "license_attribution_by_text", "access_rights")

Held = dict[str, Any]


class Catalogue:
    """Collects described records and yields them as Records.

    address    that of the catalogue, from which things without an IRI get one (`references.made_iri`); "" for a file
    publisher  the Agent who runs it, for records that name nobody
    """

    def __init__(self, address: str = "", publisher: Package | None = None) -> None:
        self._address, self._publisher = address, publisher
        self._data: list[bytes] = []
        self._services: list[bytes] = []
        self._met: dict[str, int] = {}
        self._names: dict[str, tuple[str, str]] = {}
        """Any name of a record -> its IRI and type."""
        self._iris: set[str] = set()
        self._of_key: dict[str, str] = {}
        """What a service is recognised by -> the IRI of the record that describes it."""
        self._serves: dict[str, set[str]] = {}
        self._offers: dict[str, dict[str, Package]] = {}
        """IRI of data -> IRI of a service that works on them -> the distribution through it."""
        self._linked: dict[str, Package] = {}
        self._refused: list[Refused] = []

    def add(self, record: Described) -> None:
        """Hold a record, once where it comes twice."""
        held = asdict(record)
        mark = record.identifier or record.iri or record.title
        checksum = zlib.crc32(json.dumps(held, sort_keys=True).encode())
        if mark in self._met:
            if self._met[mark] != checksum:
                twice = say("is in the catalogue twice; the first one was taken")
                self._refused.append(Refused(mark, record.title, twice))
            return
        self._met[mark] = checksum
        held["iri"] = record.iri if record.iri not in self._iris else ""
        held["uri"] = self._uri(record, held["iri"])
        self._iris.add(held["uri"])
        for name in record.names:
            self._names.setdefault(name, (held["uri"], record.package["type"]))
        packed = zlib.compress(json.dumps(held).encode())
        (self._services if record.package["type"] == SERVICE else self._data).append(packed)

    def _uri(self, record: Described, iri: str) -> str:
        """The IRI it goes by here: its own, that of a service's address, or one made from the catalogue's address."""
        if iri:
            return iri
        if record.package["type"] == SERVICE:
            return record.services[0]["iri"]
        return references.made_iri(self._address, record.identifier) if record.identifier else ""

    def records(self) -> Iterator[Record | Refused]:
        """Data and series in the order of the catalogue, then the services, each once, at last what is there twice.

        In this order a record comes before the refusal of another one that bears its name.
        """
        for held in map(_unpacked, self._services):
            for service in held["services"]:
                self._of_key.setdefault(service["key"], held["uri"])
        for held in map(_unpacked, self._services):
            self._couple(held)
        for held in map(_unpacked, self._data):
            yield self._of_data(held)
        done: dict[str, str] = {}
        for held in map(_unpacked, self._services):
            title, first = held["package"]["title"], done.get(held["uri"])
            if first is None:
                done[held["uri"]] = title
                yield self._record(held, self._serving(held["package"], held["uri"]), held["uri"])
            else:
                reason = say("describes the same service as “{title}”, which was taken", title=first)
                self._refused.append(Refused(held["identifier"] or title, title, reason))
        for package in self._linked.values():
            held = {"iri": "", "uri": package["uri"], "identifier": "", "modified": "", "findings": []}
            yield self._record(held, self._serving(package, package["uri"]), package["uri"])
        yield from self._refused

    def _serving(self, package: Package, uri: str) -> Package:
        served = sorted(self._serves.get(uri, ()))
        return {**package, "serves_dataset": served} if served else package

    def _couple(self, held: Held) -> None:
        """Tell the data that a service record works on of the service."""
        for names in held["operates_on"]:
            found = self._meant(names, held["uri"])
            uri = found[0] if found and found[1] != SERVICE else "" if found else _naming(names)
            if uri:
                self._serves.setdefault(held["uri"], set()).add(uri)
                self._offers.setdefault(uri, {}).setdefault(held["uri"], _offer(held["package"], held["uri"]))

    def _meant(self, names: Iterable[str], uri: str) -> tuple[str, str] | None:
        """The IRI and type of the record that is meant by any of the names, other than the one that says so."""
        keys = (key for name in names for key in references.keys(name))
        return next((found for key in keys if (found := self._names.get(key)) and found[0] and found[0] != uri), None)

    def _of_data(self, held: Held) -> Record:
        package, uri = held["package"], held["uri"]
        if package["type"] == "dataset":
            self._access(package, held, uri)
            self._wholes(package, held)
        for names in held["related"]:
            found = self._meant(names, uri)
            if found:
                _append(package, "related_resource", found[0])
        if package["type"] == SERIES:
            package.pop("related_resource", None)
        # A series is found by the IRI that its members name, so a made one is its name as well.
        return self._record(held, package, held["iri"] or (uri if package["type"] == SERIES else ""))

    def _access(self, package: Package, held: Held, uri: str) -> None:
        """Let distributions refer to the record of their service; add one for each service that works on the data."""
        renamed = {}
        for service in held["services"]:
            iri = self._of_key.get(service["key"])
            renamed[service["package"]["uri"]] = iri or self._link(service)
            if uri:
                self._serves.setdefault(iri or self._linked[service["key"]]["uri"], set()).add(uri)
        resources = package.setdefault("resources", [])
        for resource in resources:
            if "access_service" in resource:
                resource["access_service"] = [renamed.get(iri, iri) for iri in resource["access_service"]]
        through = {iri for resource in resources for iri in resource.get("access_service", ())}
        for iri, offer in sorted(self._offers.get(uri, {}).items()):
            if iri not in through:
                resources.append(_on_terms(offer, held["terms"]))
        if not resources:
            del package["resources"]

    def _link(self, service: Held) -> str:
        """Put together what all data records say of a service that no record describes; returns its IRI."""
        known = self._linked.setdefault(service["key"], dict(service["package"]))
        package = service["package"]
        if known["title"] != package["title"]:
            known["title"] = shared_title(known)
            known.pop("translations", None)
        for name in UNITED:
            for value in package.get(name, ()):
                _append(known, name, value)
        for name in AGREED:
            if known.get(name) != package.get(name):
                known.pop(name, None)
        return known["uri"]

    def _wholes(self, package: Package, held: Held) -> None:
        """The series it is a part of; a whole that is no series here is named as related."""
        for names in held["parents"]:
            found = self._meant(names, held["uri"])
            uri, type_ = found or (_naming(names), SERIES)
            if uri and type_ != SERVICE:
                _append(package, "in_series" if type_ == SERIES else "related_resource", uri)

    def _record(self, held: Held, package: Package, iri: str) -> Record:
        payload = {**package, "findings": held["findings"]}
        if held["uri"]:
            payload["uri"] = held["uri"]
        name = iri or held["identifier"] or package["title"]
        return Record(
            name,
            payload,
            iri or None,
            held["identifier"] or None,
            held["modified"] or None,
            self._publisher,
            first=package["type"] == SERIES,
        )


def _unpacked(packed: bytes) -> Held:
    return json.loads(zlib.decompress(packed))


def _append(package: Package, name: str, value: Any) -> None:
    known = package.setdefault(name, [])
    if value not in known:
        known.append(value)


def _naming(names: Iterable[str]) -> str:
    """A reference that is an IRI itself, for things that are not in this catalogue."""
    return next((name for name in names if references.NAMING.fullmatch(name)), "")


def _offer(service: Package, iri: str) -> Package:
    """A distribution through a service record's service."""
    offer: Package = {"url": service["endpoint_url"][0], "access_service": [iri], "name": service["title"]}
    titles = [{**entry, "field": "name"} for entry in service.get("translations", ()) if entry["field"] == "title"]
    given = {
        "translations": titles,
        "format": next(iter(service.get("service_format", ())), ""),
        "license": service.get("license_id"),
        "license_attribution_by_text": service.get("license_attribution_by_text"),
    }
    return offer | {name: value for name, value in given.items() if value}


def _on_terms(offer: Package, terms: Package) -> Package:
    """The licence of the data goes before that of the service, with all that belongs to it."""
    if "license" not in terms:
        return {**terms, **offer}
    own = {name: value for name, value in offer.items() if not name.startswith("license")}
    return {**own, **terms}
