"""The page of search results: results, filters, chips, order, pages, and the result for programs.

Words that the search itself has to say come in `flask.g.stuttgart_search`, a mapping with any of
`did_you_mean` and `also` (lists of queries) and `highlights` (package id -> {"title": Markup, "summary": Markup}).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from flask import g

from ckanext.stuttgart import settings
from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.present import formats, licences
from ckanext.stuttgart.theme import records
from ckanext.stuttgart.theme.records import Link, Record

Pairs = list[tuple[str, str]]
SHOWN = 8  # values of a filter before the others are folded
NEIGHBOURS = 2  # of the current page in the list of pages
NOT_FILTERS = ("q", "page", "sort")
RELEVANCE = "score desc, metadata_modified desc"


@dataclass(frozen=True)
class Choice:
    """A value to filter by; `url` sets it, or takes it away where it is set."""

    label: str
    count: int
    url: str
    active: bool


@dataclass(frozen=True)
class Filter:
    """A field to filter by: the values people see at once, and the others."""

    name: str
    title: str
    shown: tuple[Choice, ...]
    folded: tuple[Choice, ...]
    active: bool


@dataclass(frozen=True)
class PageLink:
    """A page of results; None as number for a gap."""

    number: int | None
    url: str
    current: bool


@dataclass(frozen=True)
class Pages:
    """The pages of a long list; no links where there is only one."""

    pages: tuple[PageLink, ...]
    previous: str
    next: str


@dataclass(frozen=True)
class Found:
    """A result with the words of the search marked, where the search delivers that."""

    record: Record
    title: Any
    summary: Any


@dataclass(frozen=True)
class Order:
    """A way to order the results."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Results:
    """Everything the page shows beside its frame."""

    count: int
    first: int
    last: int
    found: tuple[Found, ...]
    filters: tuple[Filter, ...]
    chips: tuple[Link, ...]
    orders: tuple[Order, ...]
    outputs: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...]
    did_you_mean: tuple[Link, ...]
    also: tuple[Link, ...]
    cleared: str


def results(page: Any, facets: Mapping[str, Any], titles: Mapping[str, str], q: str, sort: str) -> Results:
    """The results as CKAN's views hand them to a template: its page, facets, their titles, words and order."""
    language = tk.h.lang()
    said: Mapping[str, Any] = g.get("stuttgart_search") or {}
    marks = said.get("highlights") or {}
    items = list(page.items)
    first = (page.page - 1) * page.items_per_page + 1 if items else 0
    return Results(
        count=page.item_count,
        first=first,
        last=first + len(items) - 1 if items else 0,
        found=tuple(_found(package, marks.get(package["id"]) or {}, language) for package in items),
        filters=tuple(_filters(facets, titles, language)),
        chips=tuple(_chips(facets, language)),
        orders=tuple(_orders(q, sort)),
        outputs=tuple(_outputs()),
        hidden=tuple((name, value) for name, value in _arguments() if name not in ("q", "page")),
        did_you_mean=tuple(_queries(said.get("did_you_mean") or ())),
        also=tuple(_queries(said.get("also") or ())),
        cleared=_url([("q", q)] if q else []),
    )


def pages_of(page: Any) -> Pages:
    """The pages of a list as CKAN's views hand it to a template."""
    return Pages(
        pages=tuple(_pages(page.page, page.page_count)),
        previous=_page_url(page.page - 1) if 1 < page.page <= page.page_count else "",
        next=_page_url(page.page + 1) if page.page < page.page_count else "",
    )


def facet_titles(without: Iterable[str] = ()) -> dict[str, str]:
    """The fields people filter by, in their order, with titles in the reader's language."""
    every = {
        "vocab_theme": tk._("Topic"),
        "organization": tk._("Office"),
        "res_format": tk._("Format"),
        "vocab_licence": tk._("Licence"),
        "tags": tk._("Keyword"),
    }
    return {name: title for name, title in every.items() if name not in without}


def label(name: str, value: str, language: str, shown: str = "") -> str:
    """What people read for a value of a filter."""
    if name == "vocab_theme":
        return next((link.label for link in records.topics([value], language)), value)
    if name == "res_format":
        return formats.of(value, language).label
    if name == "vocab_licence":
        return licences.of(value, language).short
    if name == "organization":
        return shown if shown and shown != value else _office(value)
    for row in ("frequency", "hvd_category", "access_right"):
        if value in vocabulary.load(row).terms:
            return vocabulary.load(row).terms[value].label(language)
    return shown or value


def _office(name: str) -> str:
    known = {office.id: office.title for office in settings.city().offices}
    return known.get(name, name)


def _found(package: Mapping[str, Any], marks: Mapping[str, Any], language: str) -> Found:
    return Found(records.record(package, language), marks.get("title"), marks.get("summary"))


def _filters(facets: Mapping[str, Any], titles: Mapping[str, str], language: str) -> Iterator[Filter]:
    set_now = _arguments()
    for name, title in titles.items():
        items = (facets.get(name) or {}).get("items") or []
        choices = [_choice(name, item, set_now, language) for item in items]
        choices.sort(key=lambda choice: (not choice.active, -choice.count, vocabulary.sort_key(choice.label)))
        if choices:
            active = any(choice.active for choice in choices)
            yield Filter(name, title, tuple(choices[:SHOWN]), tuple(choices[SHOWN:]), active)


def _choice(name: str, item: Mapping[str, Any], set_now: Pairs, language: str) -> Choice:
    pair = (name, item["name"])
    active = pair in set_now
    url = _url([other for other in set_now if other != pair] if active else [*set_now, pair])
    return Choice(label(name, item["name"], language, item.get("display_name") or ""), item["count"], url, active)


def _chips(facets: Mapping[str, Any], language: str) -> Iterator[Link]:
    """What is set, each to be taken away; a field the page does not know is shown by its value."""
    set_now = _arguments()
    for pair in set_now:
        name, value = pair
        if name in NOT_FILTERS or name.startswith("_"):
            continue
        items = (facets.get(name) or {}).get("items") or []
        shown = next((item.get("display_name") or "" for item in items if item["name"] == value), "")
        yield Link(label(name, value, language, shown), _url([other for other in set_now if other != pair]))


def _orders(q: str, sort: str) -> Iterator[Order]:
    orders = [
        (tk._("Best match"), RELEVANCE),
        (tk._("Last changed"), "metadata_modified desc"),
        (tk._("New in the portal"), "metadata_created desc"),
        (tk._("Title A to Z"), "title_string asc"),
    ]
    others = [pair for pair in _arguments() if pair[0] != "sort"]
    usual = RELEVANCE if q else "metadata_modified desc"
    current = sort if sort in {key for _, key in orders} and "sort" in tk.request.args else usual
    for text, key in orders if q else orders[1:]:
        yield Order(text, _url(others if key == usual else [*others, ("sort", key)]), key == current)


def _pages(current: int, last: int) -> Iterator[PageLink]:
    if last < 2:
        return
    wanted = {1, last, *range(max(1, current - NEIGHBOURS), min(last, current + NEIGHBOURS) + 1)}
    before = 0
    for number in sorted(wanted):
        if number > before + 1:
            yield PageLink(None, "", current=False)
        yield PageLink(number, _page_url(number), number == current)
        before = number


def _outputs() -> Iterator[Link]:
    """The result for programs: as Atom, as RDF, as CSV, with the filters of the page."""
    query = [pair for pair in _arguments() if pair[0] != "sort" and not pair[0].startswith("_")]
    mark = f"?{urlencode(query)}" if query else ""
    yield Link(tk._("Atom feed"), tk.h.url_for("feeds.custom") + mark, "feed")
    rdf = [("q", value) for name, value in query if name == "q"]
    if filters := " ".join(solr_filters(query)):
        rdf.append(("fq", filters))
    yield Link(
        "RDF", tk.h.url_for("dcat.read_catalog", _format="ttl") + (f"?{urlencode(rdf)}" if rdf else ""), "dataset"
    )
    yield Link("CSV", tk.h.url_for("stuttgart_theme.results_csv") + mark, "table")


def solr_filters(pairs: Pairs) -> list[str]:
    """What the pairs of an address filter by, as Solr asks for it."""
    return [f'{name}:"{value}"' for name, value in pairs if name not in NOT_FILTERS and not name.startswith("_")]


def _queries(texts: Iterable[str]) -> Iterator[Link]:
    others = [pair for pair in _arguments() if pair[0] != "q"]
    for text in texts:
        yield Link(text, _url([("q", text), *others]))


def _arguments() -> Pairs:
    """What the address asks for, without the page."""
    every = tk.request.args.items(multi=True)
    return [(name, value) for name, value in every if value and name != "page"]


def _page_url(number: int) -> str:
    return _url([*_arguments(), *([("page", str(number))] if number > 1 else [])])


def _url(pairs: Pairs) -> str:
    """An address on this page."""
    return f"?{urlencode(pairs)}"
