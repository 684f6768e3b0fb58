"""Reading OGC APIs: what an answer is, finding the landing page and the collections from any address, and paging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from ckanext.stuttgart.errors import SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest import loose, parse
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.bounds import BOUNDS, Bounds, short
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.ogc import addresses, api_links
from ckanext.stuttgart.harvest.ogc.api_links import Link
from ckanext.stuttgart.harvest.sniff import sniff

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

ACCEPT = "application/json, application/geo+json;q=0.9, */*;q=0.1"
PAGE = "100"
NO_API = "answered with something else than an OGC API"
"""How many items are asked for at once; servers that allow fewer give fewer (OGC API Features 1.0, section 7.15.2)."""

Kind = Literal["landing", "collections", "collection", "items", "item"]
# Relations by which a landing page is told from any other JSON with links.
_LANDING = ("data", "conformance", "service-desc", "service-doc")
# What people paste besides: the list of conformance classes, the description of the API.
_BESIDE = re.compile(r"/(?:conformance|api|openapi|api-docs)(?:\.json|\.html)?/?$")


@dataclass(frozen=True)
class Document:
    """One JSON answer: where it was read from (None for a file), its value and its links."""

    kind: Kind
    answered: str | None
    value: dict[str, Any] = field(repr=False)
    api: str = ""
    size: int = 0

    @property
    def links(self) -> list[Link]:
        """The usable links, as they are reached from outside."""
        return api_links.read(self.value.get("links"), self.answered, self.api)


def what_is(value: Any) -> Kind | None:
    """What a JSON value is in an OGC API, None for anything else."""
    found = loose.mapping(value)
    links = api_links.read(found.get("links"), None, "")
    rels = {link.get("rel") for link in links}
    if isinstance(found.get("collections"), list):
        return "collections"
    if found.get("type") == "FeatureCollection" and isinstance(found.get("features"), list):
        return "items"
    if found.get("type") == "Feature" and isinstance(found.get("properties"), dict):
        return "item"
    own = any(link.get("rel") == "self" and api_links.collection(link["href"]) for link in links)
    if loose.text(found.get("id")) and (rels & {"items", "coverage"} or ("extent" in found and links) or own):
        return "collection"
    return "landing" if rels & set(_LANDING) else None


def sureness(answer: Answer) -> int:
    """How sure it is, 0 to 100, that an answer is a page of an OGC API; STAC has its own reader."""
    if b'"links"' not in answer.body.replace(b"\0", b"") or sniff(answer.body, answer.content_type) not in (
        "json",
        "jsonld",
    ):
        return 0
    try:
        value = parse.json_value(answer.body, name=shown(answer.url), charset=answer.charset)
    except SourceError:
        return 0
    kind = what_is(value)
    if kind is None:
        return 0
    if b"stac_version" in answer.body or b"api.stacspec.org" in answer.body:
        return 20
    return {"item": 60, "items": 70}.get(kind, 90)


def candidates(url: str) -> tuple[str, ...]:
    """Where an OGC API may answer if a person pastes `url`: as it is, in JSON, or with the list of collections."""
    if addresses.base(url) is None:
        return (url,)
    plain, _, query = url.partition("#")[0].partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.lower().startswith(("f=", "_format=")))
    found = [url.partition("#")[0]]
    # `/api` may be the landing page itself or a description beside it, so the page above comes second.
    for place in dict.fromkeys((plain, _BESIDE.sub("", plain))):
        bare = place + (f"?{kept}" if kept else "")
        below = [] if api_links.COLLECTIONS in place else [f"{place.rstrip('/')}{api_links.COLLECTIONS}"]
        found += [addresses.request(bare, {"f": "json"}), *below]
    return tuple(dict.fromkeys(found))


def first(fetcher: Fetcher, url: str) -> Document:
    """The document a pasted address leads to. Raises SourceError with what was wrong with the first answer."""
    failed: SourceError | None = None
    for address in candidates(url):
        try:
            return document(fetcher, address)
        except SourceError as error:
            failed = failed or error
            if not str(error.problem).startswith("answered ") and not isinstance(error, SourceUnreadable):
                break
    raise failed or SourceUnreadable(shown(url), NO_API)


def document(fetcher: Fetcher, address: str, api: str = "") -> Document:
    """One document. Raises SourceError."""
    answer = fetcher.get(address, ACCEPT)
    value = _json(answer)
    kind = what_is(value)
    if kind is None:
        problem = "answered with an error message" if _is_error(value) else NO_API
        raise SourceUnreadable(shown(answer.url), problem)
    return Document(kind, answer.base, value, api, len(answer.body))


def in_json(fetcher: Fetcher, address: str, own: str) -> Document:
    """A document at an address that may answer with a web page unless it is told otherwise. Raises SourceError."""
    try:
        return document(fetcher, address, own)
    except SourceUnreadable:
        if "f" in addresses.asked(address):
            raise
        return document(fetcher, addresses.request(address, {"f": "json"}), own)


def value_at(fetcher: Fetcher, address: str) -> dict[str, Any]:
    """A JSON object that may as well be missing: {} where it cannot be read."""
    try:
        return loose.mapping(_json(fetcher.get(address, ACCEPT)))
    except SourceError:
        return {}


@dataclass
class Listing:
    """The pages of one list; after the last one `problem` says why it was not the end, None where it was.

    failed  False where that was to be expected: a file that is one page of a list
    """

    fetcher: Fetcher
    start: str
    key: Literal["collections", "features"]
    api: str
    bounds: Bounds = field(default_factory=lambda: BOUNDS)
    problem: Said | None = None
    failed: bool = True
    asked: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    received: int = 0
    sizes: list[int] = field(default_factory=list)
    total: int | None = None

    def pages(self, first: Document | None = None) -> Iterator[Document]:
        """Every page; `first` is the one that was read already. Raises SourceError when the first cannot be read."""
        page, address = first, self.start
        while page or address:
            self.asked.add(address)
            try:
                page = page or in_json(self.fetcher, address, self.api)
            except SourceError as error:
                if not self.sizes:
                    raise
                self._end(say("a following page was not read: {error}", error=error))
                return
            if not isinstance(page.value.get(self.key), list):
                self._end(say("a page holds no {name}", name=self.key))
                return
            grown = self._count(page)
            yield page
            address = api_links.next_page(page.links, page.answered or address, self.api)
            problem = self._obstacle(page, address, grown) if address else None
            if problem or not address:
                self._end(problem)
                return
            page = None

    def _count(self, page: Document) -> bool:
        """Count a page in; returns whether it brought anything new."""
        names = [_name(item) for item in page.value[self.key]]
        grown = not self.met.issuperset(names)
        self.met.update(names)
        self.received += len(names)
        self.sizes.append(page.size)
        self.asked.add(page.answered or "")
        self.failed = page.answered is not None
        stated = loose.whole(page.value.get("numberMatched"))
        self.total = self.total if stated is None else stated
        return grown

    def _end(self, problem: Said | None) -> None:
        """Some servers name a page after the last one; where all that was announced has come, nothing is missing."""
        whole = self.total is not None and self.received >= self.total
        missing = None if self.total is None else short(self.total, self.received)
        self.problem = None if whole else problem or missing

    def _obstacle(self, page: Document, following: str, grown: bool) -> Said | None:
        """Why the next page is not read, None where it is."""
        if page.answered is None:
            return say("this file is one page of a catalogue; the next one is not followed")
        if urlsplit(following).netloc.lower() != urlsplit(page.answered).netloc.lower():
            return say("a page names one at another host as next")
        if following in self.asked:
            return say("a page names one as next that was read already")
        if not grown:
            return say("a page holds nothing new and still names a next one")
        return self.bounds.reached(len(self.sizes), sum(self.sizes)) or None


def _name(item: Any) -> str:
    return loose.text(loose.mapping(item).get("id")) or repr(item)


def _json(answer: Answer) -> Any:
    kind = sniff(answer.body, answer.content_type)
    if kind in parse.NOT_RDF and kind != "json":
        raise SourceUnreadable(
            shown(answer.url), say("is {kind}, not the JSON of an OGC API", kind=say(parse.KINDS[kind]))
        )
    return parse.json_value(answer.body, name=shown(answer.url), charset=answer.charset)


def _is_error(value: Any) -> bool:
    """RFC 7807, and the `exception` of OGC API Features."""
    found = loose.mapping(value)
    return bool({"code", "error", "exceptions", "detail", "status"} & set(found)) and "links" not in found
