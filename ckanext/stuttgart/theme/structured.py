"""A dataset as search engines read it (schema.org/Dataset), and what is shown where its page is shared (Open Graph)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.present import wording
from ckanext.stuttgart.theme.files import File
from ckanext.stuttgart.theme.records import Record

TYPES = {"dataset": "Dataset", "dataset_series": "Dataset", "data_service": "WebAPI"}
LONGEST = 5000  # of a description, as search engines ask


def schema_org(package: Mapping[str, Any], record: Record, files: tuple[File, ...], url: str) -> dict[str, Any]:
    """The JSON-LD of a page, without empty values."""
    contact = next(iter(package.get("contact") or ()), {})
    periods = package.get("temporal_coverage") or ()
    found = {
        "@context": "https://schema.org/",
        "@type": TYPES.get(package["type"], "Dataset"),
        "@id": url,
        "url": url,
        "name": record.title.text,
        "description": wording.shortened(wording.wording(package, "notes", tk.h.lang()).text, LONGEST),
        "identifier": package.get("identifier"),
        "datePublished": package.get("issued"),
        "dateModified": package.get("modified"),
        "license": record.licence.homepage or record.licence.uri,
        "isAccessibleForFree": True,
        "inLanguage": record.title.language,
        "keywords": [tag["name"] for tag in package.get("tags") or ()],
        "publisher": {"@type": "Organization", "name": record.office.label} if record.office else None,
        "contactPoint": _contact(contact),
        "temporalCoverage": [f"{p.get('start') or '..'}/{p.get('end') or '..'}" for p in periods],
        "spatialCoverage": [place["text"] for place in package.get("spatial_coverage") or () if place.get("text")],
        "includedInDataCatalog": {"@type": "DataCatalog", "name": tk.config["ckan.site_title"]},
        "distribution": [_download(file) for file in files if file.address],
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _contact(contact: Mapping[str, Any]) -> dict[str, Any]:
    found = {"name": contact.get("name"), "email": contact.get("email"), "telephone": contact.get("telephone")}
    filled = {name: value for name, value in found.items() if value}
    return {"@type": "ContactPoint", **filled} if filled else {}


def _download(file: File) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": file.name.text,
        "contentUrl": file.address,
        "encodingFormat": file.resource.get("mimetype") or file.format.label,
    }
