"""A record to the package that CKAN keeps, and the keys by which the same thing is found elsewhere. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.normalise import Defaults, normalise
from ckanext.stuttgart.dcatde.rules import check
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest.reader import Package, Reader, Record

LONGEST_TITLE = 500
LONGEST_KEY = 300
MOST_KEYWORDS = 100
# Shorter identifiers are running numbers, which every catalogue has.
SHORTEST_IDENTIFIER = 8


MAPPING = 1
"""Part of every content hash: raised when a change of a reader or of `normalise` shall rewrite what is known."""


def content(record: Record) -> dict[str, Any]:
    """What a package depends on, for its content hash."""
    return {"payload": record.payload, "publisher": record.publisher, "mapping": MAPPING}


def title_of(record: Record) -> str:
    """What people call a record that is not mapped yet."""
    title = record.payload.get("title") if isinstance(record.payload, Mapping) else None
    return str(title or record.name)


@dataclass(frozen=True)
class Ready:
    """A package ready to be written, still with the IRIs of its series, and what was noticed on the way."""

    package: Package
    findings: tuple[Finding, ...]


def ready(reader: Reader, record: Record, options: Mapping[str, Any], publisher: Mapping[str, Any]) -> Ready:
    """The package of a record, normalised, checked and within the limits of the portal. Raises RecordRefused.

    publisher  an Agent, where neither the record nor its catalogue names one
    """
    made = reader.package(record, options)
    result = normalise(made.package, Defaults(publisher=record.publisher or publisher))
    package = result.stored()
    if not package.get("title"):
        raise RecordRefused(record.name, "has no title")
    cut = tuple(_limit(package))
    violations = (finding for finding in check(result.package) if finding.severity == "violation")
    return Ready(package, (*made.findings, *result.findings, *cut, *violations))


def _limit(package: Package) -> Iterator[Finding]:
    """Cut what no page and no index can hold, in place."""
    title = package["title"]
    if len(title) > LONGEST_TITLE:
        package["title"] = title[: LONGEST_TITLE - 1].rstrip() + "…"
        yield Finding("title_cut", "warning", "title", title)
    tags = package.get("tags") or []
    if len(tags) > MOST_KEYWORDS:
        package["tags"] = tags[:MOST_KEYWORDS]
        yield Finding("keywords_cut", "warning", "tags", str(len(tags)), str(MOST_KEYWORDS))


def keys(package: Package) -> list[str]:
    """What the same thing has in common in two sources: identifier, ISO id, WFS type name, landing page, endpoint."""
    return sorted({f"{package.get('type') or 'dataset'} {_short(key)}" for key in _keys(package)})


def _short(key: str) -> str:
    """An index entry of PostgreSQL is no longer than some 2,700 bytes."""
    return key if len(key) <= LONGEST_KEY else key[:LONGEST_KEY] + hashlib.sha256(key.encode()).hexdigest()


def _keys(package: Package) -> Iterator[str]:
    identifiers = [
        package.get("identifier"),
        *(part.get("notation") for part in _parts(package, "alternate_identifier")),
    ]
    for identifier in identifiers:
        text = str(identifier or "").strip()
        if len(text) >= SHORTEST_IDENTIFIER:
            yield f"id {text.rpartition('/')[2] or text}".lower()
    if url := package.get("url"):
        yield f"page {_address(url)}"
    for endpoint in package.get("endpoint_url") or ():
        yield f"endpoint {_address(endpoint)}"
    for resource in _parts(package, "resources"):
        parameters = {name.lower(): value for name, value in parse_qsl(_query(resource.get("url")))}
        name = parameters.get("typenames") or parameters.get("typename")
        if name:
            yield f"wfs {_address(resource['url'])} {name.rpartition(':')[2].lower()}"


def _parts(package: Package, name: str) -> list[dict[str, Any]]:
    return [part for part in package.get(name) or () if isinstance(part, dict)]


def _query(url: Any) -> str:
    try:
        return urlsplit(url).query if isinstance(url, str) else ""
    except ValueError:
        return ""


def _address(url: str) -> str:
    """A web address without scheme, query, fragment and closing slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{(parts.hostname or '').lower()}{parts.path.rstrip('/')}"
