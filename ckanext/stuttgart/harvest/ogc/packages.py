"""A service and its feature types or layers -> raw packages in the model's fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.ogc import addresses, crs, extents, places, spoken, terms, wfs, wms
from ckanext.stuttgart.harvest.ogc.service import described_by

Package = dict[str, Any]
Values = Mapping[str, Any]

DISTRIBUTIONS = {"WFS": wfs.distributions, "WMS": wms.distributions}
# What a service conforms to: OGC's names for the kinds of services.
STANDARDS = {
    "WFS": "http://www.opengis.net/def/serviceType/ogc/wfs",
    "WMS": "http://www.opengis.net/def/serviceType/ogc/wms",
}
TECHNICAL = re.compile(r"[_:.]|^[^A-ZÄÖÜ]+$")
"""What a title looks like that is the name of a table."""
# Keywords that tell the software and the kind of the service, not the data.
SERVICE_WORDS = frozenset({"wfs", "wms", "ows", "ogc", "geoserver", "infomapaccessservice", "infofeatureaccessservice"})
# Field of the package <- value of the service or layer, as it is.
COPIED = {"issued": "issued", "modified": "modified"}
PAYLOAD_OF_DATASET = (
    "kind",
    "version",
    "iri",
    "endpoint",
    "organization",
    "person",
    "position",
    "email",
    "telephone",
    "site",
    "language",
    "fees",
    "constraints",
)
"""What a dataset has to know of its service."""


def dataset(layer: Values, service: Values) -> tuple[Package, list[Finding]]:
    """The package of a feature type or layer; `layer` also holds `iri` and `shared` (identifiers it has in common)."""
    language = service.get("language", "")
    covered, findings = places.coverage(layer.get("box"))
    package: Package = {"type": "dataset", "uri": layer["iri"], "spatial_coverage": covered}
    local_name = layer["name"].rpartition(":")[2] or layer["name"]
    spoken.say(package, "title", layer.get("title") or {"": local_name}, language)
    title = package.get("title", "")
    if title in (layer["name"], local_name) and TECHNICAL.search(title):
        findings.append(Finding("title_is_a_name", "warning", "title", title))
    spoken.say(package, "notes", layer.get("abstract", {}), language)
    keywords = (word for word in layer.get("keywords", ()) if word.lower() not in SERVICE_WORDS)
    spoken.label(package, keywords, language, (layer["name"], local_name))
    package |= {
        "identifier": layer.get("identifier", ""),
        "alternate_identifier": [{"notation": name} for name in layer.get("shared", ())],
        "conforms_to": crs.iris(layer.get("crs", ())),
        "documentation": list(layer.get("metadata", ())),
        "temporal_coverage": extents.period(layer.get("time", ())),
        "contact": _contact(service),
    }
    found = terms.read([service.get("fees", ""), service.get("constraints", "")], layer.get("attribution", ""))
    package["resources"] = [
        _distribution(resource, service, found, language)
        for resource in DISTRIBUTIONS[service["kind"]](dict(layer), dict(service))
    ]
    return loose.filled(package), findings


def data_service(service: Values, serves: Sequence[str]) -> tuple[Package, list[Finding]]:
    """The package of a service."""
    language, kind = service.get("language", ""), service["kind"]
    found = terms.read([service.get("fees", ""), service.get("constraints", "")])
    question = {"service": kind, "request": "GetCapabilities"}
    package: Package = {
        "type": "data_service",
        "uri": service["iri"],
        "endpoint_url": [service["endpoint"]],
        "endpoint_description": [addresses.request(service["endpoint"], question)],
        "serves_dataset": list(serves),
        "conforms_to": [STANDARDS[kind]],
        "service_format": [f"{kind}_SRVC"],
        "contact": _contact(service),
        "publisher": _publisher(service),
        "license_id": found.licence,
        "license_attribution_by_text": found.attribution,
        "documentation": list(service.get("metadata", ())),
        "identifier": described_by(service.get("metadata", ())),
        "language": [language] if language else [],
        **{field: service.get(name, "") for field, name in COPIED.items()},
    }
    spoken.say(package, "title", service.get("title") or {"": f"{kind} {service['endpoint']}"}, language)
    spoken.say(package, "notes", service.get("abstract", {}), language)
    spoken.label(package, [*service.get("keywords", ()), *service.get("more_keywords", ())], language)
    return loose.filled(package), list(found.findings)


def publisher(service: Values) -> Package | None:
    """The Agent who offers a service, None where it does not say."""
    found = _publisher(service)
    return found[0] if found else None


def _publisher(service: Values) -> list[Package]:
    name = service.get("organization", "")
    return [loose.filled({"name": name, "url": service.get("site", "")})] if name else []


def _contact(service: Values) -> list[Package]:
    """The office rather than the person who happens to sit in it, where both are named."""
    names = (service.get(name, "") for name in ("organization", "person", "position"))
    reached = {name: service.get(name, "") for name in ("email", "telephone")}
    if not any(reached.values()):
        reached["url"] = service.get("site", "")
    return [loose.filled({"name": next(filter(None, names), ""), **reached})] if any(reached.values()) else []


def _distribution(resource: Package, service: Values, found: terms.Terms, language: str) -> Package:
    """A distribution with its terms; one that is no file of its own comes through the service (K41)."""
    texts = {name: resource.pop(name) for name in ("name", "description") if name in resource}
    made: Package = {
        **resource,
        **texts,
        "license": found.licence,
        "rights": found.rights,
        "license_attribution_by_text": found.attribution,
    }
    if "download_url" not in resource:
        made["access_service"] = [service["iri"]]
    return loose.filled(made)
