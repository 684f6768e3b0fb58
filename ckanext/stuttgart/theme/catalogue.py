"""What the home page and the topics say about the catalogue: numbers, newest, changed. Read by actions only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.stuttgart import settings
from ckanext.stuttgart.city import Topic
from ckanext.stuttgart.dcatde import vocabulary

THEME_FIELD = "vocab_theme"
SHOWN = 4


@dataclass(frozen=True)
class TopicCount:
    """A topic of the city with its datasets."""

    id: str
    label: str
    icon: str
    count: int
    url: str


@dataclass(frozen=True)
class Home:
    """The contents of the home page."""

    datasets: int
    files: int
    offices: int
    topics: tuple[TopicCount, ...]
    newest: tuple[Mapping[str, Any], ...]
    changed: tuple[Mapping[str, Any], ...]


def home() -> Home:
    """Everything the home page shows."""
    newest = _search(sort="metadata_created desc", rows=SHOWN, facet=(THEME_FIELD, "organization"))
    known = {package["id"] for package in newest["results"]}
    changed = _search(sort="metadata_modified desc", rows=2 * SHOWN)["results"]
    return Home(
        datasets=newest["count"],
        files=_files(),
        offices=len(newest["facets"].get("organization", {})),
        topics=tuple(_topics(newest["facets"].get(THEME_FIELD, {}))),
        newest=tuple(newest["results"]),
        changed=tuple([package for package in changed if package["id"] not in known][:SHOWN]),
    )


def topics() -> tuple[TopicCount, ...]:
    """The topics in the order of the profile."""
    return tuple(_topics(_search(rows=0, facet=(THEME_FIELD,))["facets"].get(THEME_FIELD, {})))


def _topics(counts: Mapping[str, int]) -> Iterable[TopicCount]:
    language = tk.h.lang()
    for topic in settings.city().topics:
        number = counts.get(theme_iri(topic), 0)
        yield TopicCount(topic.id, topic.label.get(language), topic.icon, number, address(topic))


def address(topic: Topic) -> str:
    """Where the datasets of a topic are listed."""
    return tk.h.url_for("dataset.search", **{THEME_FIELD: theme_iri(topic)})


def theme_iri(topic: Topic) -> str:
    """The EU theme a topic stands for."""
    return vocabulary.load("data_theme").codes[topic.theme].uri


def _files() -> int:
    """How many files and services the public datasets have."""
    return tk.get_action("resource_search")({}, {"query": "url:", "limit": 0})["count"]


def _search(sort: str = "", rows: int = 0, facet: Iterable[str] = ()) -> dict[str, Any]:
    query: dict[str, Any] = {"rows": rows, "sort": sort or None, "facet.field": list(facet), "facet.limit": 500}
    try:
        return tk.get_action("package_search")({}, query)
    except (SearchError, tk.ValidationError):  # without an index the page still comes up
        return {"count": 0, "results": [], "facets": {}}
