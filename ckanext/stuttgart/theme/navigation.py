"""Where the portal leads: the main navigation, and the pages of the footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from ckanext.stuttgart import pages, settings
from ckanext.stuttgart.theme import here

PAGE_ENDPOINT = "stuttgart_theme.page_"


@dataclass(frozen=True)
class Link:
    """An entry of a navigation; `language` is set where the page behind it is in another one than this page."""

    key: str
    label: str
    url: str
    current: bool
    language: str | None = None


def main() -> list[Link]:
    """The main navigation: data, topics, organizations, sources where they are gathered, help."""
    entries = [
        ("data", tk._("Data"), "dataset.search", ("dataset.", "dataset_resource.", "dataset_series.", "data_service.")),
        ("topics", tk._("Topics"), "stuttgart_theme.topics", ("stuttgart_theme.topic",)),
        ("organizations", tk._("Organizations"), "organization.index", ("organization.",)),
    ]
    if p.plugin_loaded("stuttgart_harvest"):
        entries.append(("sources", tk._("Data sources"), "stuttgart_harvest.index", ("stuttgart_harvest.",)))
    endpoint = here.endpoint()
    links = [
        Link(key, label, tk.h.url_for(route), endpoint.startswith(starts)) for key, label, route, starts in entries
    ]
    return [*links, *pages_of(("help",))]


def pages_of(keys: Sequence[str] = ()) -> list[Link]:
    """Links to own pages, all of them or those named, as far as the city has them."""
    city, language = settings.city(), tk.h.lang()
    endpoint = here.endpoint()
    links = []
    for key in keys or pages.ADDRESSES:
        offered = pages.languages(city, key)
        if offered:
            route = PAGE_ENDPOINT + key
            other = None if language in offered else pages.DEFAULT_LANGUAGE
            links.append(Link(key, labels()[key], tk.h.url_for(route), endpoint == route, other))
    return links


def languages_of_this_page() -> tuple[str, ...]:
    """The languages this page exists in: all of the portal, but own pages only in those they are written in."""
    city, endpoint = settings.city(), here.endpoint()
    if endpoint.startswith(PAGE_ENDPOINT):
        return pages.languages(city, endpoint.removeprefix(PAGE_ENDPOINT))
    return city.languages.offered


def labels() -> dict[str, str]:
    """What navigation calls each own page, in the reader's language."""
    return {
        "help": tk._("Help"),
        "about": tk._("About this portal"),
        "terms": tk._("Terms of use"),
        "plain_language": tk._("Easy language"),
        "sign_language": tk._("Sign language"),
        "accessibility": tk._("Accessibility"),
        "privacy": tk._("Privacy"),
        "imprint": tk._("Legal notice"),
    }
