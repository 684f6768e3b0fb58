"""Web services that are known only by the addresses of files: `...?service=WFS&request=GetFeature&typeName=...`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote_plus, urlsplit

from ckanext.stuttgart.dcatde import canonical, iris, vocabulary
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.takeover.tables import Service, tables
from ckanext.stuttgart.takeover.text import empty, strings

CAPABILITIES = "getcapabilities"
LONGEST = 4000
# What the last part of an address is called when it is one of a service itself, without a query.
ENDPOINT = re.compile(r"(?:^|[^a-z])(?:ows|wfs|wms|wmts|wcs|mapserv|wfsserver|wmsserver)(?:[^a-z]|$)", re.IGNORECASE)
# Said of a service as of the datasets it serves, where they all say the same.
SHARED = ("publisher", "license_id", "contact", "access_rights")
# What ckanext-dcat calls a field of a service otherwise.
RENAMED = {
    "notes": ("description",),
    "license_id": ("license",),
    "service_format": ("format",),
    "tags": ("keyword",),
    "url": ("landing_page",),
    "license_attribution_by_text": ("licenseAttributionByText",),
}
UNITED = ("serves_dataset", "hvd_category")


@dataclass(frozen=True)
class Request:
    """An address taken apart: which kind of service, its endpoint, and the layers that are asked for."""

    service: Service
    endpoint: str
    layers: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """The IRI of the service, `<endpoint>#WFS`: one endpoint may be that of several kinds of service."""
        return f"{self.endpoint}#{self.service.kind}"

    @property
    def title(self) -> str:
        """Kind and address: a service that nobody described has no better name."""
        return f"{self.service.kind} {self.endpoint.partition('://')[2]}"

    @property
    def capabilities(self) -> str:
        """Where the service describes itself."""
        joint = "&" if "?" in self.endpoint else "?"
        return f"{self.endpoint}{joint}service={self.service.kind}&request=GetCapabilities"


def request(url: Any, format_: Any = "") -> Request | None:
    """What an address asks of a web service, None for one that is none.

    format_  what the portal calls the format of the file, which helps where the address does not say it
    """
    if not isinstance(url, str) or len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url.strip())
        authority = _authority(parts)
    except ValueError:
        return None
    if not authority:
        return None
    own, asked = [], {}
    for piece in filter(None, re.split(r"[&;]", parts.query)):
        name, _, value = piece.partition("=")
        name = unquote_plus(name).strip().lower()
        if name in tables().request_parameters:
            asked.setdefault(name, unquote_plus(value).strip())
        else:
            own.append(piece)
    service = _service(asked, parts.path, format_)
    if service is None:
        return None
    endpoint = parts._replace(netloc=authority, query="&".join(own), fragment="").geturl()
    layers = next((asked[name] for name in service.layers if asked.get(name)), "")
    return Request(service, endpoint, tuple(part for part in re.split(r"[,()]", layers) if part))


def of_request(found: Request) -> dict[str, Any]:
    """The package of a service, as far as an address tells of it."""
    return {
        "type": "data_service",
        "uri": found.iri,
        "title": found.title,
        "endpoint_url": [found.endpoint],
        "endpoint_description": [found.capabilities],
        "service_format": [found.service.format],
    }


def described(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The package of a service that ckanext-dcat describes inside a file; None where it has no address."""
    service: dict[str, Any] = {"type": "data_service"}
    for row in load().packages["data_service"].rows:
        names = (row.field, *RENAMED.get(row.field, ()))
        value = next((given[name] for name in names if not empty(given.get(name))), None)
        if row.field and row.kind != "node":
            value = strings(value) if row.many else text_of(value)
        if row.field and not empty(value):
            service[row.field] = value
    endpoint = next(iter(service.get("endpoint_url", ())), "")
    iri = text_of(given.get("uri")) or (f"{endpoint}#service" if endpoint else "")
    if not endpoint or iris.scheme_of(iri) not in IRI_SCHEMES:
        return None
    return service | {"uri": iri, "title": service.get("title") or endpoint.partition("://")[2]}


def serving(service: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    """A service with a dataset that it serves, and what that one says of itself and holds for the service too."""
    made = dict(service)
    if dataset.get("uri"):
        made["serves_dataset"] = canonical.scalars([*strings(made.get("serves_dataset")), dataset["uri"]])
    for name in (*SHARED, "hvd_category"):
        if empty(made.get(name)) and not empty(dataset.get(name)):
            made[name] = dataset[name]
    return made


def unite(services: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each service once: with all its datasets, and of what is told of it only what nobody contradicts."""
    by_iri: dict[str, list[Mapping[str, Any]]] = {}
    for service in services:
        by_iri.setdefault(service["uri"], []).append(service)
    return [_united(same) for same in by_iri.values()]


def _united(same: list[Mapping[str, Any]]) -> dict[str, Any]:
    made = {name: value for name, value in same[0].items() if name not in (*SHARED, *UNITED)}
    for name in UNITED:
        values = [value for service in same for value in strings(service.get(name))]
        if values:
            made[name] = canonical.scalars(values)
    for name in SHARED:
        told = Counter(canonical.key(service[name]) for service in same if name in service)
        if len(told) == 1:
            made[name] = next(service[name] for service in same if name in service)
    return made


def _authority(parts: SplitResult) -> str:
    """Host and port as they are always written, without credentials; "" for what is no web address."""
    host, standard = parts.hostname, {"http": 80, "https": 443}.get(parts.scheme)
    if standard is None or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, standard) else f"{host}:{parts.port}"


def _service(asked: Mapping[str, str], path: str, format_: Any) -> Service | None:
    """The kind of service by `service`, by a request that only it knows, or by the format of the file."""
    kinds = {service.kind: service for service in tables().services}
    named = kinds.get(asked.get("service", "").upper())
    wanted = asked.get("request", "").lower()
    if named:
        return named
    if asked.get("service"):
        return None
    for service in tables().services:
        if wanted in service.requests:
            return service
    term = vocabulary.load("file_type").find(format_) if isinstance(format_, str) else None
    by_format = next((s for s in tables().services if term is not None and s.format == term.code), None)
    return by_format if wanted == CAPABILITIES or ENDPOINT.search(path.rpartition("/")[2]) else None
