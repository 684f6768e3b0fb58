"""Data services: those that a service record describes, and those that the links of data records lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from ckanext.stuttgart.errors import RecordRefused, say
from ckanext.stuttgart.harvest.iso.constraints import Constraints
from ckanext.stuttgart.harvest.iso.online import Link, Service, operations, service_of
from ckanext.stuttgart.harvest.iso.tree import Source, find_all, one_line, plain

KINDS = ("identificationInfo/*/serviceType", "identificationInfo/*/serviceTypeVersion")
CAPABILITIES = "getcapabilities"
# What a service that is only met as a link shares with the record of the data.
SHARED = ("publisher", "contact", "language", "access_rights", "applicable_legislation", "hvd_category")

Package = dict[str, Any]


def endpoints(source: Source, links: Sequence[Link], name: str) -> list[Service]:
    """The services of a service record, the one with its own description first. Raises RecordRefused without any."""
    hint = " ".join(one_line(plain(element)) for element in find_all(source.root, *KINDS))
    calls = sorted(operations(source), key=lambda call: CAPABILITIES not in call[0].lower().replace(" ", ""))
    found = [service_of(url, hint) or Service("", url) for _, url in calls]
    found += [link.service for link in links if link.service]
    if not any(service.kind for service in found):
        ways = sorted((link for link in links if link.purpose in ("data", "page")), key=lambda link: link.purpose)
        found += [service_of(link.url, hint) or Service("", link.url) for link in ways[:1]]
    if not found:
        raise RecordRefused(name, say("describes a service without any address"))
    known = [service for service in found if service.kind] or found
    return list({service.key: service for service in reversed(known)}.values())[::-1]


def of_record(services: Sequence[Service], links: Sequence[Link], terms: Constraints) -> Package:
    """The fields of a service record that come from its addresses."""
    main = [service for service in services if service.kind == services[0].kind]
    given = [link.url for link in links if link.request == CAPABILITIES]
    described = given or [service.description for service in main if service.description]
    package: Package = {"endpoint_url": [service.endpoint for service in main]}
    standard = main[0].row["standard"]
    fields = {
        "conforms_to": [standard] if standard else [],
        "endpoint_description": list(dict.fromkeys(described)),
        "service_format": [main[0].row["format"]] if main[0].row["format"] else [],
        "license_id": terms.licence,
        "license_attribution_by_text": terms.attribution,
        "access_rights": terms.access,
    }
    return package | {name: value for name, value in fields.items() if value}


def of_links(data: Mapping[str, Any], links: Sequence[Link], terms: Constraints) -> list[Package]:
    """The services that a data record links to: `key` of the service beside its package."""
    found: dict[str, Package] = {}
    named = {iri: resource for resource in data.get("resources", ()) for iri in resource.get("access_service", ())}
    for link in links:
        service = link.service
        if service is None or link.purpose != "data":
            continue
        if service.key not in found:
            package = of_record([service], [], terms)
            package |= {"type": "data_service", "uri": service.iri}
            package |= {name: data[name] for name in SHARED if name in data}
            _title(package, service, named.get(service.iri, {}), data)
            found[service.key] = package
        if link.request == CAPABILITIES:
            found[service.key]["endpoint_description"] = [link.url]
    return [{"key": key, "package": package} for key, package in found.items()]


def _title(package: Package, service: Service, resource: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    """The name of its distribution."""
    package["title"] = resource.get("name") or f"{service.kind}: {data['title']}"
    names = [{**entry, "field": "title"} for entry in resource.get("translations", ()) if entry["field"] == "name"]
    if names:
        package["translations"] = names


def shared_title(package: Mapping[str, Any]) -> str:
    """The title of a service that several data records link to under different names: its kind and address."""
    address, _, kind = str(package["uri"]).rpartition("#")
    parts = urlsplit(address)
    return f"{kind.replace('-', ' ')} {parts.netloc}{unquote(parts.path)}"
