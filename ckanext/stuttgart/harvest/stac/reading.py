"""From a root, a list or a single collection to every collection there is. Items are never read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.errors import SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.address import joined, shown
from ckanext.stuttgart.harvest.reader import Refused, Stopped
from ckanext.stuttgart.harvest.stac import documents
from ckanext.stuttgart.harvest.walk import Page, Walk, inner_address, mended, unexpected


@dataclass(frozen=True)
class Found:
    """A collection and where it was found: `base` is what its relative links belong to ("" for a file)."""

    document: dict[str, Any]
    base: str
    alone: bool


@dataclass
class Reading:
    """One reading; `root` is the API's own document, where there is an API."""

    walk: Walk
    root: Page | None = None
    _seen: set[str] = field(default_factory=set)

    def collections(self) -> Iterator[Found | Refused | Stopped]:
        """Every collection once. Raises SourceError when the first document is of no use."""
        page = self.walk.read(self.walk.source)
        document = page.value
        if documents.collections(document) is not None:
            self._find_root(page)
            yield from self._listed(page)
        elif documents.is_collection(document):
            yield Found(document, page.base or "", alone=True)
            if documents.links(document, "child"):
                yield from self._children(page)
        elif documents.is_catalogue(document):
            yield from self._below(page)
        elif documents.is_item(document):
            raise SourceUnreadable(
                shown(page.url),
                "holds items of a STAC catalogue, and only its collections become datasets",
                "Give the address of the catalogue or of a collection",
            )
        else:
            raise unexpected(page, "STAC catalogue or collection")

    def _find_root(self, page: Page) -> None:
        """The API's root for a list of collections: the one it links, else one level above."""
        if page.base is None:
            return
        link = documents.href(page.value, "root", "parent")
        above = urlsplit(page.base)._replace(query="", fragment="").geturl().rstrip("/").rpartition("/")[0]
        for url in filter(None, (mended(page.base, link) if link else "", above)):
            found = self.walk.optional(url) if urlsplit(url).netloc == urlsplit(page.base).netloc else None
            if found and documents.is_catalogue(found.value):
                self.root = found
                return

    def _below(self, page: Page) -> Iterator[Found | Refused | Stopped]:
        """The collections of a root: those of its API, or, where that fails or there is none, its children."""
        children = documents.links(page.value, "child")
        if documents.is_api(page.value):
            self.root = page
            link = (
                documents.href(page.value, "data", "collections")
                or f"{page.url.partition('?')[0].rstrip('/')}/collections"
            )
            try:
                first = self.walk.follow(page, link)
                if documents.collections(first.value) is None:
                    raise unexpected(first, "collections")
            except SourceError as error:
                if not children and page.base is not None:
                    raise
                if not children:
                    yield self.walk.stopped(error, failed=False)
            else:
                yield from self._listed(first)
                return
        elif not children:
            raise unexpected(page, "collections")
        yield from self._children(page)

    def _listed(self, page: Page) -> Iterator[Found | Refused | Stopped]:
        """The pages of `/collections`."""
        first, count = page, 0
        total = loose.whole(loose.get(page.value, "numberMatched"))
        while True:
            before = len(self._seen)
            for position, entry in enumerate(documents.collections(page.value) or []):
                count += 1
                if not isinstance(entry, dict) or not (documents.is_collection(entry) or entry.get("id")):
                    yield Refused(f"collection {count}", f"collection {position + 1}", "is no STAC collection")
                    continue
                key = loose.text(entry.get("id")) or documents.href(entry, "self") or str(count)
                if key not in self._seen:
                    self._seen.add(key)
                    yield Found(entry, page.base or "", alone=False)
            following = next(iter(documents.links(page.value, "next")), None)
            if following is None:
                break
            if len(self._seen) == before:
                yield self.walk.stopped("a page holds nothing new and still names a next one")
                return
            try:
                page = self._next(page, following)
            except SourceError as error:
                yield self.walk.stopped(error, failed=page.base is not None)
                return
        missing = self.walk.short(first, total, count)
        if missing:
            yield missing

    def _next(self, page: Page, link: dict[str, Any]) -> Page:
        """The following page, asked for as the link says: by GET, or by POST with a body. Raises SourceError."""
        body = None
        if loose.text(link.get("method")).upper() == "POST":
            body = json.dumps(loose.mapping(link.get("body"))).encode()
        following = self.walk.follow(page, loose.text(link.get("href")), body)
        if documents.collections(following.value) is None:
            raise unexpected(following, "collections")
        return following

    def _children(self, root: Page) -> Iterator[Found | Refused | Stopped]:
        """The collections below a static catalogue, level by level; one that cannot be read is named."""
        waiting = [(root, link) for link in documents.links(root.value, "child")]
        failed: Stopped | None = None
        asked = {root.url}
        while waiting:
            page, link = waiting.pop(0)
            href = loose.text(link.get("href"))
            address = joined(page.base, href) if page.base else href
            if address in asked:
                continue
            asked.add(address)
            try:
                child = self.walk.follow(page, href)
            except SourceError as error:
                title = loose.said(link.get("title")) or shown(address)
                if page.base is None:
                    yield self.walk.stopped(
                        "this file is part of a catalogue; its children are not followed", failed=False
                    )
                    return
                yield Refused(shown(address), title, say("was not read: {error}", error=error.problem))
                failed = failed or self.walk.stopped(error)
                continue
            if documents.is_collection(child.value):
                yield Found(child.value, child.base or "", alone=True)
            elif not documents.is_catalogue(child.value):
                yield Refused(shown(address), loose.said(link.get("title")) or shown(address), "is no STAC collection")
                continue
            waiting += [(child, below) for below in documents.links(child.value, "child")]
        if failed:
            yield failed


def own_address(found: Found, root: str) -> str:
    """The lasting address of a collection: its `self` link, the place it was read from, or its place in the API."""
    link = documents.href(found.document, "self")
    if link:
        address = mended(found.base, link) if found.base else link
        if loose.address(address) and not inner_address(address):
            return address
    if found.alone:
        return found.base
    name = loose.text(found.document.get("id"))
    return f"{root}/collections/{name}" if root and name else ""
