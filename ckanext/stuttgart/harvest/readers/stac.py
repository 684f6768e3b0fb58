"""STAC: the collections of an API or of a static catalogue as datasets, an API as a data service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Stopped
from ckanext.stuttgart.harvest.stac import documents, mapping
from ckanext.stuttgart.harvest.stac.reading import Found, Reading, own_address
from ckanext.stuttgart.harvest.walk import Page, Walk, inner_address, mended

VERSION = re.compile(rb'"stac_version"\s*:')
CLASSES = re.compile(rb'"https?://api\.stacspec\.org/')
LISTED = re.compile(rb'"collections"\s*:\s*\[|"type"\s*:\s*"(?:Catalog|Collection)"|"extent"\s*:')
LINKS = re.compile(rb'"links"\s*:')
ITEM = re.compile(rb'"type"\s*:\s*"Feature(?:Collection)?"')


class StacReader:
    """Reads collections, never items.

    A collection's IRI is its own address (`self`); the service has that of the API's root.
    """

    name = "stac"
    label = "STAC"
    options: Sequence[Option] = ()

    def addresses(self, url: str) -> Sequence[str]:
        """A root or collection answers where it is; static catalogues have a file of this name."""
        plain = url.rstrip("/")
        if plain.endswith(".json"):
            return (url,)
        return url, f"{plain}/collections", f"{plain}/catalog.json", f"{plain}/collection.json"

    def recognises(self, answer: Answer) -> int:
        """STAC names its version; items, which are no datasets, are known less surely than their catalogue."""
        body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
        head = body[:400_000]
        if not body.startswith(b"{") or not (VERSION.search(head) or CLASSES.search(head)):
            return 0
        if LISTED.search(head):
            return 94
        return 20 if ITEM.search(head) or not LINKS.search(head) else 90

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """A record for each collection, then the API."""
        reading = Reading(Walk(fetcher, url))
        served: list[str] = []
        stopped: Stopped | None = None
        for found in reading.collections():
            if isinstance(found, Stopped):
                stopped = found
            elif isinstance(found, Found):
                record = _record(found, _endpoint(reading.root))
                served += [record.iri] if record.iri else []
                yield record
            else:
                yield found
        if reading.root and _endpoint(reading.root) and served:
            yield _service(reading.root, served)
        if stopped:
            yield stopped

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """A dataset or the service; all that is needed stands in the payload."""
        payload = loose.mapping(record.payload)
        return (
            mapping.service(payload) if payload.get("type") == "data_service" else mapping.dataset(payload, record.iri)
        )


READER = StacReader()


def _endpoint(root: Page | None) -> str:
    """The address of the API: its `self` link, else where it answered."""
    if root is None:
        return ""
    link = documents.href(root.value, "self")
    own = mended(root.base, link) if root.base and link else link or root.base or ""
    address = own if loose.address(own) and not inner_address(own) else root.base or ""
    return address.partition("?")[0].rstrip("/")


def _record(found: Found, root: str) -> Record:
    iri = own_address(found, root) or None
    document = found.document
    base = iri or found.base
    payload = {
        "type": "dataset",
        "title": loose.said(document.get("title")) or loose.text(document.get("id")),
        "collection": _with_own_host(documents.reduced(document), found.base),
        "base": base,
        "self": iri,
        "service": root or None,
    }
    name = loose.text(document.get("id"))
    return Record(
        iri or name or "A collection", payload, iri, name or None, loose.date(document.get("updated")) or None
    )


def _with_own_host(collection: dict[str, Any], base: str) -> dict[str, Any]:
    """The links of a collection with inner hosts mended; other hosts stay, data may lie anywhere."""
    if not base:
        return collection
    changed = [
        {**link, "href": mended(base, loose.text(link["href"]))} if inner_address(loose.text(link["href"])) else link
        for link in collection.get("links", [])
        if "://" in loose.text(link["href"])
    ]
    relative = [link for link in collection.get("links", []) if "://" not in loose.text(link["href"])]
    return {**collection, "links": [*changed, *relative]}


def _service(root: Page, served: list[str]) -> Record:
    document, endpoint = loose.mapping(root.value), _endpoint(root)
    payload = {
        "type": "data_service",
        "title": mapping.service_title(endpoint, loose.said(document.get("title"))),
        "description": loose.said(document.get("description")),
        "iri": endpoint,
        "endpoint": endpoint,
        "endpoint_description": [_link(root, rel) for rel in ("service-desc",) if _link(root, rel)],
        "documentation": [_link(root, rel) for rel in ("service-doc",) if _link(root, rel)],
        "conforms_to": loose.texts(document.get("conformsTo")),
        "serves": list(dict.fromkeys(served)),
    }
    return Record(endpoint, payload, endpoint)


def _link(root: Page, rel: str) -> str:
    href = documents.href(root.value, rel)
    return loose.address(mended(root.base, href) if root.base and href else href)
