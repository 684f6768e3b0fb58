"""A summary of Datastreams as a dataset, and the API itself as a data service. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest import boxes, loose
from ckanext.stuttgart.harvest.licences import licence
from ckanext.stuttgart.harvest.reader import Mapped, Package
from ckanext.stuttgart.harvest.sensorthings.groups import ROWS
from ckanext.stuttgart.harvest.words import words

# A word in the server's list of conformance classes -> the $resultFormat it offers, its file type, its media type.
# JSON is what every server has.
FORMATS = {
    "json": ("", "JSON", "application/json"),
    "csv": ("CSV", "CSV", "text/csv"),
    "geojson": ("GeoJSON", "GEOJSON", "application/geo+json"),
}
STANDARD = "http://www.opengis.net/spec/iot_sensing/{version}"


def dataset(payload: dict[str, Any]) -> Mapped:
    """The dataset of a group. Raises RecordRefused."""
    title = loose.said(payload.get("title"))
    if not title:
        raise RecordRefused(loose.text(payload.get("iri")) or "A group of Datastreams", "has no title")
    terms, findings = licence(*loose.items(payload.get("licences")))
    places, more = _places(loose.items(payload.get("extent")))
    observed = [row[0] for row in loose.items(payload.get("rows")) if isinstance(row, list) and row]
    owners = [owner for owner in loose.texts(payload.get("owners")) if not loose.address(owner)]
    period = loose.filled({"start": payload.get("start"), "end": payload.get("end")})
    package: Package = {
        "type": "dataset",
        "uri": payload.get("iri"),
        "title": title,
        "notes": _notes(payload),
        "tags": [{"name": name} for name in dict.fromkeys([loose.text(payload.get("name")), *observed]) if name],
        "publisher": [{"name": owners[0]}] if len(owners) == 1 else [],
        "temporal_coverage": [period] if period else [],
        "spatial_coverage": places,
        "documentation": loose.texts(payload.get("pages")),
        "resources": [{**resource, **terms} for resource in _resources(payload)],
    }
    return Mapped(loose.filled(package), (*findings, *more))


def service(payload: dict[str, Any]) -> Mapped:
    """The API as a data service that serves the datasets of its groups."""
    endpoint = loose.address(payload.get("endpoint"))
    package = {
        "type": "data_service",
        "uri": payload.get("iri"),
        "title": payload.get("title"),
        "notes": words("sensorthings")["service_notes"],
        "endpoint_url": [endpoint],
        "endpoint_description": [f"{endpoint}/api"] if payload.get("described") else [],
        "conforms_to": [STANDARD.format(version=payload["version"])] if payload.get("version") else [],
        "serves_dataset": loose.texts(payload.get("serves")),
    }
    return Mapped(loose.filled(package))


def service_title(endpoint: str) -> str:
    """A name for an API, which has none itself: its kind and its host."""
    return words("sensorthings")["service_title"].format(host=urlsplit(endpoint).hostname or endpoint)


def _resources(payload: dict[str, Any]) -> Iterator[Package]:
    """The group's Datastreams as the server lists them, in each format it offers."""
    endpoint = loose.address(payload.get("endpoint"))
    if not endpoint:
        return
    for set_, query in loose.mapping(payload.get("query")).items():
        for word in ("json", *loose.texts(payload.get("formats"))):
            result, type_, media = FORMATS.get(word, FORMATS["json"])
            address = f"{endpoint}/{set_}?$filter={quote(loose.text(query), safe=_OPEN)}"
            yield {
                "name": words("sensorthings")["distribution"].format(
                    name=loose.text(payload.get("title")), format=result or type_
                ),
                "description": words("sensorthings")["distribution_notes"],
                "url": address + (f"&$resultFormat={result}" if result else ""),
                "format": type_,
                "mimetype": media,
                "access_services": [payload.get("service")],
            }


# Quotes are escaped: at the end of an address they are taken for those of a text around it.
_OPEN = "$()/,:"


def _notes(payload: dict[str, Any]) -> str:
    """What the server says of the property, then what is measured, in which unit, how often."""
    said = [
        loose.text(row[2]) for row in loose.items(payload.get("observed")) if isinstance(row, list) and len(row) > 2
    ]
    said = [text for text in dict.fromkeys(said) if text and text != payload.get("name")]
    rows = [row for row in loose.items(payload.get("rows")) if isinstance(row, list) and len(row) == 3]
    counts = [words("sensorthings")[name].format(**payload) for name in ("streams", "things") if payload.get(name)]
    parts = [*(said or loose.texts(payload.get("description"))), "  \n".join(counts)]
    if rows:
        parts.append("\n".join([words("sensorthings")["head"], "|---|---|---|", *(_row(row) for row in rows)]))
    if len(rows) >= ROWS:
        parts.append(words("sensorthings")["more"])
    return "\n\n".join(filter(None, parts))


def _row(row: list[Any]) -> str:
    cells = (loose.text(cell).replace("|", "/").replace("\n", " ") for cell in row)
    return f"| {' | '.join(cells)} |"


def _places(extent: list[Any]) -> tuple[list[Package], list[Finding]]:
    """The extent; servers of cities in Germany are known to write latitude first."""
    box = boxes.box(extent)
    if box is None:
        return [], []
    shown = ", ".join(f"{number:g}" for number in box)
    if boxes.looks_turned(box):
        turned = boxes.turned(box)
        target = ", ".join(f"{number:g}" for number in turned)
        return boxes.locations(turned), [Finding("extent_turned", "warning", "spatial_coverage", shown, target)]
    if not boxes.possible(box):
        return [], [Finding("extent_impossible", "warning", "spatial_coverage", shown)]
    return boxes.locations(box), []
