"""The files and services of a dataset as its pages show them: name, format, size, where to get them, how to look in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.present import formats, services, wording
from ckanext.stuttgart.present.formats import Format
from ckanext.stuttgart.present.wording import Wording
from ckanext.stuttgart.theme import markup

TABLES = frozenset(["CSV", "TSV", "XLSX"])
MAPS = frozenset(["GEOJSON"])
_SERVED = {"WFS_SRVC": "map", "WMS_SRVC": "picture"}
HOSTS = "ckanext.stuttgart.theme.preview_hosts"
PICTURES = frozenset(["PNG", "JPEG", "GIF", "WEBP"])
#: What names end with that tells the format only: "als CSV", "als Karte (WMS)", "über den WFS", "(GeoJSON)".
_FORM = re.compile(
    r"(?:[\s,–-]+(?:als|über|ueber|im|as|through|via|in)\s+(?:(?:die|den|das|the)\s+)?[^,]{2,40}|\s*\([^)]{2,24}\)"
    r"|[\s._-]+(?:csv|xlsx?|json|geojson|wfs|wms|shp|gml|kml|pdf|xml))$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class File:
    """A file or service; `address` is empty where its link is none a page may show, `preview` where none is made.

    `source` is the address a preview reads from: the file itself, or the portal's own for a service elsewhere.
    """

    id: str
    name: Wording
    description: Wording
    format: Format
    size: str
    address: str
    page: str
    here: bool
    preview: str
    source: str
    resource: Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """The same data in several formats."""

    name: Wording
    files: tuple[File, ...]


def of_package(package: Mapping[str, Any], language: str) -> tuple[File, ...]:
    """Every file and service of a package, in its order."""
    return tuple(of_resource(package, resource, language) for resource in package.get("resources") or ())


def of_resource(package: Mapping[str, Any], resource: Mapping[str, Any], language: str) -> File:
    """One file or service."""
    kind = formats.of(resource.get("format") or resource.get("mimetype"), language)
    here = resource.get("url_type") == "upload"
    links = [resource.get("url"), *(resource.get("download_url") or ()), *(resource.get("access_url") or ())]
    name = wording.wording(resource, "name", language)
    address = _download(package, resource) if here else next(filter(None, map(markup.safe_link, links)), "")
    served = bool(service_request(address, kind.code))
    through = tk.h.url_for("stuttgart_preview.service", id=package["name"], resource_id=resource["id"])
    return File(
        id=resource["id"],
        name=name or Wording(kind.label, language),
        description=wording.wording(resource, "description", language),
        format=kind,
        size=wording.size_words(resource.get("size"), language),
        address=address,
        page=tk.h.url_for(f"{package['type']}_resource.read", id=package["name"], resource_id=resource["id"]),
        here=here,
        preview=_SERVED[kind.code] if served else _preview(kind.code, here, bool(resource.get("datastore_active"))),
        source=through if served else address,
        resource=resource,
    )


def _download(package: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    """The address of an uploaded file on this portal; the one in the index may be of another name of it."""
    name = str(resource.get("url") or "").rpartition("/")[2]
    route = f"{package['type']}_resource.download"
    ids = {"id": package["id"], "resource_id": resource["id"], "filename": name}
    return tk.h.url_for(route, locale="default", _external=True, **ids)


def service_request(address: str, code: str) -> str:
    """What the portal asks a service for a preview; nothing for a host that the setting does not name."""
    if code not in _SERVED or urlsplit(address).hostname not in tk.aslist(tk.config[HOSTS]):
        return ""
    box = settings.city().bounding_box
    return services.request(address, code, (box.west, box.south, box.east, box.north)) if box else ""


def offers(files: Iterable[File]) -> tuple[Offer, ...]:
    """Files grouped by what they hold: those that differ in the name of their format only are the same data."""
    groups: dict[str, list[File]] = {}
    for file in files:
        groups.setdefault(stem(file.name.text, file.format.label).casefold(), []).append(file)
    return tuple(
        Offer(Wording(stem(found[0].name.text, found[0].format.label), found[0].name.language), tuple(found))
        for found in groups.values()
    )


def stem(name: str, label: str) -> str:
    """The name of a file without what tells its format."""
    short = _FORM.sub("", name).strip()
    return short if short and short.casefold() != label.casefold() else name


def _preview(code: str, here: bool, tabulated: bool) -> str:
    if code in MAPS and here:
        return "map"
    if tabulated or (code in TABLES and here):
        return "table"
    return "picture" if code in PICTURES and here else ""
