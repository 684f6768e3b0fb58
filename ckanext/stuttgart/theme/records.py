"""A dataset, series or service in short: what results of a search and the head of its page say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import settings
from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.present import formats, licences, wording
from ckanext.stuttgart.present.formats import Format
from ckanext.stuttgart.present.licences import Licence
from ckanext.stuttgart.present.wording import Wording
from ckanext.stuttgart.quality.freshness import Freshness, freshness


@dataclass(frozen=True)
class Link:
    """A label and where it leads."""

    label: str
    url: str
    icon: str = ""


@dataclass(frozen=True)
class Record:
    """What is said of a package in short; `licence` is that of its files where all have the same, else the first."""

    type: str
    title: Wording
    summary: Wording
    url: str
    office: Link | None
    topics: tuple[Link, ...]
    formats: tuple[Format, ...]
    licence: Licence
    licences: int
    modified: str
    modified_iso: str
    frequency: str
    freshness: Freshness
    freshness_words: str
    valuable: bool
    private: bool


def record(package: Mapping[str, Any], language: str) -> Record:
    """A package of `package_show` or `package_search` in short."""
    found = _licences(package, language)
    state = freshness(package.get("modified"), package.get("frequency"), datetime.now(timezone.utc).date())
    notes = wording.wording(package, "notes", language)
    return Record(
        type=package["type"],
        title=title(package, language),
        summary=Wording(wording.first_sentence(notes.text), notes.language),
        url=tk.h.url_for(f"{package['type']}.read", id=package["name"]),
        office=_office(package),
        topics=tuple(topics(package.get("theme") or (), language)),
        formats=tuple(_formats(package, language)),
        licence=found[0] if found else licences.of(None, language),
        licences=len(found),
        modified=wording.date_words(package.get("modified"), language),
        modified_iso=(package.get("modified") or "")[:10],
        frequency=term_label("frequency", package.get("frequency"), language),
        freshness=state,
        freshness_words=freshness_words(state),
        valuable=bool(package.get("hvd_category")),
        private=bool(package.get("private")),
    )


def title(package: Mapping[str, Any], language: str) -> Wording:
    """The title of a package, its name where it has none."""
    return wording.wording(package, "title", language) or Wording(package["name"], wording.MAIN)


def topics(themes: Iterable[str], language: str) -> Iterable[Link]:
    """The city's topics for EU themes; a theme the city has no word for keeps its own."""
    city, terms = settings.city(), vocabulary.load("data_theme")
    names = {topic.theme: topic for topic in city.topics}
    for theme in themes:
        term = terms.find(theme)
        if term is None:
            continue
        topic = names.get(term.code)
        label = topic.label.get(language) if topic else term.label(language)
        yield Link(label, tk.h.url_for("dataset.search", vocab_theme=term.uri), topic.icon if topic else "dataset")


def term_label(name: str, stored: Any, language: str) -> str:
    """The label of a term, or what is stored where it is none."""
    term = vocabulary.load(name).find(stored)
    return term.label(language) if term else str(stored or "")


def freshness_words(state: Freshness) -> str:
    """The state of data against the promise of their publisher, in the reader's language; empty where unknown."""
    return {
        Freshness.CURRENT: tk._("up to date"),
        Freshness.DUE: tk._("update due"),
        Freshness.LATE: tk._("update overdue"),
        Freshness.CLOSED: tk._("no longer updated"),
        Freshness.UNKNOWN: "",
    }[state]


def _office(package: Mapping[str, Any]) -> Link | None:
    office = package.get("organization")
    if not office:
        return None
    return Link(office.get("title") or office["name"], tk.h.url_for("organization.read", id=office["name"]))


def _formats(package: Mapping[str, Any], language: str) -> Iterable[Format]:
    seen = set()
    stored = [resource.get("format") or resource.get("mimetype") for resource in package.get("resources") or ()]
    for value in [*stored, *(package.get("service_format") or ())]:
        found = formats.of(value, language)
        if value and found.label not in seen:
            seen.add(found.label)
            yield found


def _licences(package: Mapping[str, Any], language: str) -> list[Licence]:
    own = package.get("license_id")
    stored = [resource.get("license") or own for resource in package.get("resources") or ()] or [own]
    return [licences.of(value, language) for value in dict.fromkeys(filter(None, stored))]
