"""What search engines may list (sitemaps.org 0.9): an index, the portal's own pages, and the datasets in parts.

Every page stands there once in each of its languages, with its other languages beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import ckan.plugins.toolkit as tk

from ckanext.stuttgart import pages, settings
from ckanext.stuttgart.theme import languages, navigation

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PER_PART = 1000  # CKAN gives no more in one answer; sitemaps may have 50,000


@dataclass(frozen=True)
class Entry:
    """A page: its path without language, the languages it exists in, and the day it was last changed."""

    path: str
    languages: tuple[str, ...]
    changed: str | None = None


def index() -> str:
    """The sitemap of sitemaps."""
    parts = range(ceil(_datasets(0, 0)["count"] / PER_PART))
    addresses = [
        tk.h.url_for("stuttgart_theme.sitemap_pages", locale="default", _external=True),
        *(tk.h.url_for("stuttgart_theme.sitemap_part", part=n + 1, locale="default", _external=True) for n in parts),
    ]
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f"{HEAD}<sitemapindex {SPACE}>\n{entries}</sitemapindex>\n"


def of_pages() -> str:
    """Home, search, topics, own pages, organizations."""
    city = settings.city()
    offered = city.languages.offered
    routes = ("home.index", "dataset.search", "stuttgart_theme.topics", "organization.index")
    found = [Entry(_path(route), offered) for route in routes]
    found += [Entry(_path(navigation.PAGE_ENDPOINT + key), pages.languages(city, key)) for key in pages.present(city)]
    names = tk.get_action("organization_list")({}, {})
    found += [Entry(_path("organization.read", id=name), offered) for name in names]
    return _urlset(found)


def of_datasets(part: int) -> str | None:
    """One part of the datasets, counted from 1; None where there is none."""
    offered = settings.city().languages.offered
    found = _datasets((part - 1) * PER_PART, PER_PART)["results"] if part > 0 else []
    entries = [
        Entry(_path(f"{row['dataset_type']}.read", id=row["name"]), offered, row["metadata_modified"][:10])
        for row in found
    ]
    return _urlset(entries) if entries else None


def _datasets(start: int, rows: int) -> dict[str, Any]:
    query = {"start": start, "rows": rows, "sort": "metadata_created asc, name asc"}
    return tk.get_action("package_search")({}, {**query, "fl": ["name", "dataset_type", "metadata_modified"]})


def _path(route: str, **values: Any) -> str:
    return tk.h.url_for(route, locale="default", **values)


def _urlset(entries: Iterable[Entry]) -> str:
    body = "".join(line for entry in entries for line in _urls(entry))
    return f'{HEAD}<urlset {SPACE} xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{body}</urlset>\n'


def _urls(entry: Entry) -> Iterator[str]:
    versions = {code: languages.absolute(entry.path, code) for code in entry.languages}
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
        for code, address in versions.items()
    )
    changed = f"<lastmod>{entry.changed}</lastmod>" if entry.changed else ""
    for address in versions.values():
        yield f"<url><loc>{escape(address)}</loc>{changed}{links if len(versions) > 1 else ''}</url>\n"
