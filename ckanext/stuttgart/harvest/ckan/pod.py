"""A dataset of DKAN 2 (Project Open Data, DCAT-US 1.1) -> the same dataset as a CKAN package. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde.conversion import EMPTY

# Field there -> field of a CKAN package.
FIELDS = {
    "identifier": "id",
    "title": "title",
    "description": "notes",
    "keyword": "tags",
    "license": "license_id",
    "landingPage": "url",
}
# Field there -> name of an extra that takeover/legacy.yaml knows.
EXTRAS = {
    "issued": "issued",
    "modified": "modified",
    "accessLevel": "access_level",
    "theme": "theme",
    "language": "language",
    "conformsTo": "conforms_to",
    "describedBy": "described_by",
    "references": "documentation",
    "temporal": "temporal_coverage",
    "spatial": "spatial_coverage",
}
DISTRIBUTION = {
    "title": "name",
    "description": "description",
    "format": "format",
    "mediaType": "mimetype",
    "license": "license",
    "conformsTo": "conforms_to",
    "describedBy": "documentation",
    "identifier": "id",
    "issued": "issued",
    "modified": "modified",
}
PARTIES = {"fn": "contact_name", "hasEmail": "contact_email", "hasURL": "contact_url", "hasTelephone": "contact_tel"}
ELSEWHERE = ("@id", "@type", "accrualPeriodicity", "contactPoint", "distribution", "publisher", "rights")
KNOWN = frozenset({*FIELDS, *EXTRAS, *ELSEWHERE})


def as_package(item: Mapping[str, Any]) -> dict[str, Any]:
    """The CKAN package; what it has no field for becomes an extra of its own name."""
    item = {name: unwrapped(value) for name, value in item.items()}
    package = {to: item[name] for name, to in FIELDS.items() if name in item}
    package["tags"] = [{"name": tag} for tag in _list(item.get("keyword")) if isinstance(tag, str)]
    extras = {to: item[name] for name, to in EXTRAS.items() if name in item}
    extras |= {name: value for name, value in item.items() if name not in KNOWN}
    repeated = item.get("accrualPeriodicity")
    extras["frequency"] = repeated.removeprefix("R/") if isinstance(repeated, str) else repeated
    contact = item.get("contactPoint")
    if isinstance(contact, Mapping):
        extras |= {to: contact.get(name) for name, to in PARTIES.items()}
    publisher = item.get("publisher")
    extras["publisher_name"] = publisher.get("name") if isinstance(publisher, Mapping) else publisher
    iri = item.get("@id") or item.get("identifier")
    extras["uri"] = iri if isinstance(iri, str) and iri.startswith(("http://", "https://")) else None
    if isinstance(item.get("rights"), str):
        extras["terms_of_use"] = {"other": item["rights"]}
    parts = _list(item.get("distribution"))
    package["resources"] = [_resource(unwrapped(part)) for part in parts if isinstance(part, Mapping)]
    package["extras"] = [{"key": name, "value": value} for name, value in extras.items() if value not in EMPTY]
    return package


def _resource(part: Mapping[str, Any]) -> dict[str, Any]:
    made = {to: part[name] for name, to in DISTRIBUTION.items() if name in part}
    download, access = part.get("downloadURL"), part.get("accessURL")
    made["url"] = access or download
    if isinstance(download, str) and download:
        made["download_url"] = [download]
    return made


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def unwrapped(value: Any) -> Any:
    """The thing inside `{"identifier": ..., "data": {...}}`: so DKAN shows, if asked, what it keeps by itself."""
    if isinstance(value, list):
        return [unwrapped(item) for item in value]
    if isinstance(value, Mapping) and set(value) <= {"identifier", "data"} and "data" in value:
        return value["data"]
    return value
