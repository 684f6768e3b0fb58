"""ArcGIS Hub feeds (DCAT-AP and DCAT-US as JSON), its search, and the data.json of any portal (Project Open Data)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.errors import SourceError
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.hub import catalogue, item
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Package, Record, Refused
from ckanext.stuttgart.harvest.sniff import sniff
from ckanext.stuttgart.harvest.walk import Page, Walk, unexpected

FEEDS = (
    "api/feed/dcat-ap/3.0.0.json",
    "api/feed/dcat-ap/2.1.1.json",
    "api/feed/dcat-us/1.1.json",
    "data.json",
    "api/search/v1/collections/dataset/items?limit=100",
)
# How sure an answer is to be of this kind, by what all is found in it; DCAT in real JSON-LD is for the RDF reader.
SIGNS: tuple[tuple[int, tuple[re.Pattern[bytes], ...]], ...] = (
    (96, (re.compile(rb'"conformsTo"\s*:\s*"https?://(?:www\.)?project-open-data\.'),)),
    (96, (re.compile(rb'"dcat:[dD]ataset"\s*:'), re.compile(rb"arcgis", re.IGNORECASE))),
    (92, (re.compile(rb'"type"\s*:\s*"Feature(?:Collection)?"'), re.compile(rb'"(?:typeKeywords|hubType)"\s*:'))),
    (80, (re.compile(rb'"accessLevel"\s*:'),)),
    (70, (re.compile(rb'"dataset"\s*:\s*\['), re.compile(rb'"distribution"\s*:'))),
)
UUID = re.compile(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)


class ArcgisReader:
    """Reads feeds, which are one file, and pages of the search.

    A dataset's IRI is its identifier where that is an address, else its `@id`; an item of the search gets the address
    that Hub's feeds have as identifier of the same item.
    """

    name = "arcgis"
    label = "ArcGIS Hub or data.json"
    options: Sequence[Option] = ()

    def addresses(self, url: str) -> Sequence[str]:
        """A Hub has its feeds at fixed places of the site."""
        plain = url.rstrip("/")
        if re.search(r"\.json$|/api/(?:feed|search)/", plain):
            return (url,)
        try:
            site = f"{urlsplit(plain).scheme}://{urlsplit(plain).netloc}"
        except ValueError:
            return (url,)
        return (url, *dict.fromkeys(f"{place}/{feed}" for feed in FEEDS for place in (site, plain)))

    def recognises(self, answer: Answer) -> int:
        """By the first sign in the answer."""
        if sniff(answer.body, answer.content_type, "") not in ("json", "jsonld"):
            return 0
        head = answer.body[:400_000]
        return next((sure for sure, signs in SIGNS if all(sign.search(head) for sign in signs)), 0)

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """A record for each entry; one that comes again is one, two different ones of one name are told."""
        walk = Walk(fetcher, url)
        page = walk.read(url)
        known: dict[str, str] = {}
        read = self._items if item.features(page.value) is not None else self._entries
        for found in read(walk, page):
            if isinstance(found, Record):
                key, body = found.iri or found.identifier or found.name, json.dumps(found.payload, sort_keys=True)
                if key in known and known[key] != body:
                    title = loose.text(found.payload["title"])
                    yield Refused(found.name, title, "has the identifier of an entry before it, and other content")
                if key in known:
                    continue
                known[key] = body
            yield found

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """By the shape of the entry."""
        payload = loose.mapping(record.payload)
        entry = loose.mapping(payload.get("entry"))
        if payload.get("shape") == "item":
            return item.dataset(entry, record.iri, loose.text(payload.get("site")))
        return catalogue.dataset(entry, record.iri)

    def _entries(self, walk: Walk, page: Page) -> Iterator[Item]:
        found = catalogue.entries(page.value)
        if found is None:
            raise unexpected(page, "catalogue of datasets")
        publisher = catalogue.publisher(page.value) if isinstance(page.value, dict) else None
        for entry in found:
            iri, own = catalogue.identity(entry)
            title = catalogue.title(entry)
            payload = {"type": "dataset", "title": title, "shape": "entry", "entry": entry}
            yield _record(page, payload, iri, own, loose.date(entry.get("modified")), publisher)

    def _items(self, walk: Walk, page: Page) -> Iterator[Item]:
        first, count, total = page, 0, loose.whole(loose.get(page.value, "numberMatched"))
        site = f"{urlsplit(page.base).scheme}://{urlsplit(page.base).netloc}" if page.base else ""
        while True:
            found = item.features(page.value) or []
            for feature in found:
                entry = item.reduced(feature)
                title = loose.said(loose.first(entry.get("title"), entry.get("name")))
                payload = {"type": "dataset", "title": title, "shape": "item", "entry": entry, "site": site}
                yield _record(page, payload, item.iri(feature), item.identifier(feature), "", None)
            count += len(found)
            links = loose.mappings(loose.get(page.value, "links"))
            link = next((loose.text(link.get("href")) for link in links if link.get("rel") == "next"), "")
            if not link or (not found and count >= (total or 0)):
                break
            if not found:
                yield walk.stopped("a page holds nothing and still names a next one")
                return
            try:
                page = walk.follow(page, link)
                if item.features(page.value) is None:
                    raise unexpected(page, "items")
            except SourceError as error:
                yield walk.stopped(error, failed=page.base is not None)
                return
        if loose.get(page.value, "exceededTransferLimit") is True:
            yield walk.stopped("the server cut its answer off at its own limit")
            return
        missing = walk.short(first, total, count)
        if missing:
            yield missing


READER = ArcgisReader()


def _record(
    page: Page, payload: dict[str, Any], iri: str | None, own: str, modified: str, publisher: Package | None
) -> Record:
    """An entry with its names; an identifier without address is one of this site only, unless it is a UUID."""
    try:
        site = urlsplit(page.base or "").netloc
    except ValueError:
        site = ""
    identifier = (own if UUID.fullmatch(own) else f"{site} {own}".strip()) if own else None
    name = iri or own or loose.text(payload["title"]) or "An entry"
    return Record(name[:500], payload, iri, identifier, modified or None, publisher)
