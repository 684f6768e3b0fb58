"""Opendatasoft (Huwise): the Explore API 2.1 and 2.0, and answers of the search API 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from ckanext.stuttgart.errors import SourceError, say
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.opendatasoft import answers, mapping
from ckanext.stuttgart.harvest.opendatasoft.answers import Portal
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Stopped
from ckanext.stuttgart.harvest.walk import Page, Walk, unexpected

DATASETS = "api/explore/v2.1/catalog/datasets?limit=100&offset=0"
# Where a portal answers; the exports are RDF and read as such.
PLACES = (
    DATASETS,
    "api/explore/v2.0/catalog/datasets?limit=100&offset=0",
    "api/datasets/1.0/search/?rows=100&start=0",
    "api/explore/v2.1/catalog/exports/dcat_ap_de",
    "api/explore/v2.1/catalog/exports/ttl",
)
UNASKED = 10
"""Datasets on a page where nothing was said of its size."""
KEYS = (re.compile(rb'"dataset_?id"\s*:'), re.compile(rb'"metas"\s*:|"has_records"\s*:'))
EMPTY = re.compile(rb'\s*\{\s*"(?:total_count|nhits)"\s*:\s*0\b')


class OpendatasoftReader:
    """Reads the datasets of a portal page by page, or a single dataset, or a JSON export of the catalogue.

    The IRI of a dataset is its page, `<portal>/explore/dataset/<id>/`.
    """

    name = "opendatasoft"
    label = "Opendatasoft / Huwise"
    options: Sequence[Option] = (
        Option("where", "Filter", help='A condition as the portal knows it, for example publisher="Stadt Beispiel".'),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """The portal is what stands before `/explore` or `/api`."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return (url,)
        base = re.split(r"/(?:explore|api|pages)(?:/|$)", parts.path, maxsplit=1)[0].rstrip("/")
        if "/api/" in parts.path:
            return (url,)
        return (url, *(f"{parts.scheme}://{parts.netloc}{base}/{place}" for place in PLACES))

    def recognises(self, answer: Answer) -> int:
        """No other catalogue has ids of datasets beside `metas`."""
        body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not body.startswith((b"{", b"[")):
            return 0
        if EMPTY.match(body):
            return 60 if "/api/" in answer.url else 30
        return 93 if all(key.search(body[:200_000]) for key in KEYS) else 0

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """A record for each dataset; more than a portal lets one page through come from its export."""
        walk, condition = Walk(fetcher, url), loose.text(options.get("where"))
        page = walk.read(url)
        if answers.datasets(page.value) is None:
            raise unexpected(page, "datasets of Opendatasoft")
        portal = Portal.of(page.base or "", page.value)
        if condition and page.base and answers.is_page(page.value):
            page = walk.read(portal.page(url, 0, condition))
        seen: set[str] = set()
        for found in _pages(walk, page, portal, condition, seen):
            if isinstance(found, Stopped):
                yield found
                return
            for entry in answers.datasets(found.value) or []:
                if entry["id"] not in seen:
                    seen.add(entry["id"])
                    yield _record(entry, portal)

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """All that is needed stands in the payload."""
        return mapping.dataset(loose.mapping(record.payload), record.iri)


READER = OpendatasoftReader()


def _pages(walk: Walk, page: Page, portal: Portal, condition: str, seen: set[str]) -> Iterator[Page | Stopped]:
    """Page after page by what was really received: totals lie both ways, and limits are not always kept.

    `seen` is filled by the caller between two pages.
    """
    first, received = page, 0
    asked = loose.whole(_parameter(first.url, portal.api.size)) or UNASKED
    while True:
        before, size = len(seen), len(answers.datasets(page.value) or [])
        yield page
        received += size
        total = answers.total(page.value)
        enough = total is not None and received >= total
        if not answers.is_page(page.value) or not size or (enough and size < asked):
            break
        if page.base is None:
            break
        if len(seen) == before:
            yield walk.stopped("a page holds nothing new")
            return
        if received >= portal.api.furthest:
            yield from _export(walk, portal, condition)
            break
        try:
            page = walk.read(portal.page(first.url, received, condition))
            asked = portal.api.step
            if answers.datasets(page.value) is None:
                raise unexpected(page, "datasets of Opendatasoft")
        except SourceError as error:
            if not enough:
                yield walk.stopped(error)
                return
            break
    missing = walk.short(first, answers.total(first.value), len(seen))
    if missing:
        yield missing


def _export(walk: Walk, portal: Portal, condition: str) -> Iterator[Page | Stopped]:
    """The whole catalogue in one file, where it has more datasets than can be paged through."""
    url = f"{portal.site}/api/{portal.root}/catalog/exports/json"
    try:
        page = walk.read(f"{url}?where={quote(condition, safe='')}" if condition else url)
        if answers.datasets(page.value) is None:
            raise unexpected(page, "datasets of Opendatasoft")
    except SourceError:
        yield walk.stopped(
            say(
                "the portal hands out no more than {number} datasets; a filter makes them fewer",
                number=portal.api.furthest,
            )
        )
        return
    yield page


def _parameter(url: str, name: str) -> str:
    found = re.search(rf"[?&]{name}=(\d+)", url)
    return found[1] if found else ""


def _record(entry: dict[str, Any], portal: Portal) -> Record:
    """A dataset with the portal that lists it; a file names its portal by the id that Opendatasoft gave it."""
    metas = loose.mapping(loose.get(entry, "metas", answers.DEFAULT))
    site = portal.site or _own_site(loose.text(metas.get("domain")))
    iri = f"{site}/explore/dataset/{quote(entry['id'], safe='@')}/" if site else None
    payload = {
        "type": "dataset",
        "title": loose.said(metas.get("title")),
        "site": site,
        "root": portal.root if portal.api is answers.V2 else "",
        **entry,
    }
    return Record(iri or entry["id"], payload, iri, entry["id"], loose.date(metas.get("modified")) or None)


def _own_site(domain: str) -> str:
    """Every portal also answers below the host of Opendatasoft, by its id."""
    if re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", domain):
        return f"https://{domain}"
    return f"https://{domain}.opendatasoft.com" if re.fullmatch(r"[a-z0-9][a-z0-9-]{1,60}", domain) else ""
