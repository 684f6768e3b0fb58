"""What the page of a dataset, series or service shows, gathered once; its template only lays it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.stuttgart.present import wording
from ckanext.stuttgart.present.wording import Wording
from ckanext.stuttgart.theme import details, files, markup, records, reuse, structured
from ckanext.stuttgart.theme.files import File, Offer
from ckanext.stuttgart.theme.records import Link, Record

RELATED = 3
MEMBERS = 200


@dataclass(frozen=True)
class Contact:
    """Who answers questions."""

    name: str
    email: str
    telephone: str
    url: str


@dataclass(frozen=True)
class Event:
    """Something that happened to the record, with its day."""

    day: str
    iso: str
    text: str


@dataclass(frozen=True)
class Series:
    """A series the dataset belongs to, and its neighbours there."""

    title: str
    url: str
    previous: Link | None
    next: Link | None


@dataclass(frozen=True)
class DatasetPage:
    """Everything a page shows beside its frame."""

    record: Record
    notes: Wording
    url: str
    permalink: str
    files: tuple[File, ...]
    offers: tuple[Offer, ...]
    preview: File | None
    attribution: str
    citation: str
    contacts: tuple[Contact, ...]
    facts: tuple[tuple[str, str], ...]
    groups: tuple[details.Group, ...]
    tags: tuple[Link, ...]
    metadata: tuple[tuple[str, str], ...]
    snippets: tuple[reuse.Snippet, ...]
    mail: str
    history: tuple[Event, ...]
    history_url: str
    schema_org: Mapping[str, Any]


def page(package: Mapping[str, Any]) -> DatasetPage:
    """The page of a package of `package_show`."""
    language = tk.h.lang()
    record = records.record(package, language)
    every = files.of_package(package, language)
    url = tk.h.url_for(f"{package['type']}.read", id=package["name"], locale="default", _external=True)
    schema = tk.h.scheming_get_dataset_schema(package["type"]) or {}
    return DatasetPage(
        record=record,
        notes=wording.wording(package, "notes", language),
        url=url,
        permalink=reuse.permalink(package),
        files=every,
        offers=files.offers(every),
        preview=_preview(every),
        attribution=reuse.attribution(package, record.licence, url),
        citation=reuse.citation(package, url, language),
        contacts=tuple(_contacts(package)),
        facts=tuple(_facts(package, record, language)),
        groups=tuple(details.groups(package, schema.get("dataset_fields", ()), schema)),
        tags=tuple(_tags(package)),
        metadata=tuple(reuse.metadata_links(package)),
        snippets=tuple(reuse.snippets(every)),
        mail=reuse.mail(package, record),
        history=tuple(_history(package, language)),
        history_url=_history_url(package),
        schema_org=structured.schema_org(package, record, every, url),
    )


def related(package: Mapping[str, Any]) -> list[Record]:
    """Other datasets with the same keywords or themes, the most alike first."""
    tags = [f'tags:"{_quoted(tag["name"])}"^3' for tag in package.get("tags") or ()]
    themes = [f'vocab_theme:"{_quoted(theme)}"' for theme in package.get("theme") or ()]
    if not tags and not themes:
        return []
    not_itself = f'-id:"{package["id"]}"'
    query = {"q": " OR ".join([*tags, *themes]), "fq": f"dataset_type:dataset {not_itself}", "rows": RELATED}
    return _search({**query, "defType": "lucene"})


def members(package: Mapping[str, Any]) -> list[Record]:
    """The datasets of a series, or those a service gives access to."""
    order = {"sort": "title_string asc", "rows": MEMBERS}
    if package["type"] == "dataset_series":
        return _search({**order, "fq": f'vocab_in_series:"{package["id"]}"'})
    served = set(package.get("serves_dataset") or ())
    if not served:
        return []
    # Solr keeps the addresses as text, which also finds those that only resemble them.
    query = {**order, "fq": " OR ".join(f'extras_uri:"{_quoted(uri)}"' for uri in served)}
    return _search(query, lambda found: found.get("uri") in served)


def series(package: Mapping[str, Any]) -> list[Series]:
    """The series of a dataset with the datasets before and after it, as ckanext-dataset-series finds them."""
    return [
        Series(
            title=found.get("title") or found["name"],
            url=tk.h.url_for(f"{found['type']}.read", id=found["name"]),
            previous=_neighbour(found.get("previous")),
            next=_neighbour(found.get("next")),
        )
        for found in package.get("series_navigation") or ()
        if isinstance(found, Mapping) and found.get("name")
    ]


def _neighbour(found: Any) -> Link | None:
    if not found:
        return None
    return Link(found.get("title") or found["name"], tk.h.url_for(f"{found['type']}.read", id=found["name"]))


def _search(query: Mapping[str, Any], wanted: Callable[[Mapping[str, Any]], bool] = bool) -> list[Record]:
    try:
        found = tk.get_action("package_search")({}, {**query, "facet": "false"})["results"]
    except (SearchError, tk.ValidationError):  # the page comes up without an index too
        return []
    return [records.record(package, tk.h.lang()) for package in found if wanted(package)]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _preview(every: tuple[File, ...]) -> File | None:
    """The file to look into: a map, below which its facts stand as a table, before a table alone."""
    for kind in ("map", "table", "picture"):
        found = next((file for file in every if file.preview == kind), None)
        if found:
            return found
    return None


def _contacts(package: Mapping[str, Any]) -> Iterable[Contact]:
    for found in package.get("contact") or ():
        email = str(found.get("email") or "").removeprefix("mailto:")
        telephone = str(found.get("telephone") or "").removeprefix("tel:")
        url = markup.safe_link(found.get("url"))
        if found.get("name") or email or telephone or url:
            yield Contact(found.get("name") or "", email, telephone, url)


def _facts(package: Mapping[str, Any], record: Record, language: str) -> Iterable[tuple[str, str]]:
    """The few facts of the first screen besides date, licence and office: how often, since when, where."""
    if record.frequency:
        yield tk._("Updated"), record.frequency
    periods = [_period(found, language) for found in package.get("temporal_coverage") or ()]
    if any(periods):
        yield tk._("Period covered"), "; ".join(filter(None, periods))
    places = dict.fromkeys(place["text"] for place in package.get("spatial_coverage") or () if place.get("text"))
    if places:
        yield tk._("Area covered"), ", ".join(places)


def _period(found: Mapping[str, Any], language: str) -> str:
    start, end = (wording.date_words(found.get(name), language) for name in ("start", "end"))
    if start and end:
        return start if start == end else tk._("{start} to {end}").format(start=start, end=end)
    if start:
        return tk._("since {start}").format(start=start)
    return tk._("until {end}").format(end=end) if end else ""


def _tags(package: Mapping[str, Any]) -> Iterable[Link]:
    for tag in package.get("tags") or ():
        yield Link(tag["name"], tk.h.url_for("dataset.search", tags=tag["name"]))


def _history(package: Mapping[str, Any], language: str) -> Iterable[Event]:
    """What the dates of the record tell, the latest first."""
    told = [
        (package.get("issued"), tk._("Data published for the first time")),
        (package.get("modified"), tk._("Data changed")),
        (package.get("metadata_created"), tk._("Taken into this portal")),
        (package.get("metadata_modified"), tk._("Description or files changed in this portal")),
    ]
    events = [(iso, text) for iso, text in told if iso]
    for iso, text in sorted(events, key=lambda event: event[0][:10], reverse=True):
        yield Event(wording.date_words(iso[:10], language), iso[:10], text)


def _history_url(package: Mapping[str, Any]) -> str:
    return tk.h.url_for("activity.package_activity", id=package["name"]) if p.plugin_loaded("activity") else ""
