"""Which questions a SensorThings server is asked, and how its pages are followed. Observations are never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ckanext.stuttgart.errors import SourceError
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.reader import Stopped
from ckanext.stuttgart.harvest.sensorthings import entities
from ckanext.stuttgart.harvest.sensorthings.entities import COUNT, ID, LINK, NEXT, Stream
from ckanext.stuttgart.harvest.walk import Page, Walk, inner_address, unexpected

VERSION = re.compile(r"^(.*?/v(\d+\.\d+))(?:/|$)")
SET = re.compile(
    r"^(.*)/(?:Things|Datastreams|MultiDatastreams|ObservedProperties|Sensors|Locations)(?:\([^/]*\))?(?:/.*)?$"
)
# Ways to have everything in few answers, the best first; servers know some of them only.
THINGS = (
    "Things?$expand=Datastreams($expand=ObservedProperty,Sensor){multi},Locations&$top=100&$count=true",
    "Things?$expand=Datastreams/ObservedProperty,Datastreams/Sensor,Locations&$top=100",
)
MULTI = ",MultiDatastreams($expand=ObservedProperties,Sensor)"
DATASTREAMS = (
    "Datastreams?$expand=ObservedProperty,Sensor,Thing($expand=Locations)&$top=100&$count=true",
    "Datastreams?$expand=ObservedProperty,Sensor,Thing&$top=100",
    "Datastreams?$top=100",
)
MULTIDATASTREAMS = "MultiDatastreams?$expand=ObservedProperties,Sensor,Thing($expand=Locations)&$top=100&$count=true"
# The sets whose pages are read when their own address was given, and what to expand there.
EXPAND = {
    "Things": "Datastreams($expand=ObservedProperty,Sensor),Locations",
    "Datastreams": "ObservedProperty,Sensor,Thing($expand=Locations)",
    "MultiDatastreams": "ObservedProperties,Sensor,Thing($expand=Locations)",
}


@dataclass
class Server:
    """What is known of a server: its root address ("" where there is none to speak of), version, conformance.

    several  whether it has MultiDatastreams
    """

    root: str = ""
    version: str = ""
    conformance: list[str] = field(default_factory=list)
    several: bool = False

    def offers(self, word: str) -> bool:
        """True where a conformance class names this word."""
        return any(word in re.split(r"\W+", name.lower()) for name in self.conformance)


@dataclass
class Reading:
    """One reading of a server: `streams` yields every Datastream, at the end perhaps why not all."""

    walk: Walk
    within: str = ""
    server: Server = field(default_factory=Server)

    def streams(self) -> Iterator[Stream | Stopped]:
        """Every Datastream once. Raises SourceError when the first answer is of no use."""
        page = self.walk.read(self.walk.source)
        root = _is_root(page.value)
        if not root and _entities(page.value) is None:
            raise unexpected(page, "answer of a SensorThings API")
        self._look_around(page, root)
        first = self._expanded(page, root)
        yield from self._each(first)
        if root and self.server.several and any(map(entities.is_stream, _entities(first.value) or [])):
            yield from self._several()

    def _several(self) -> Iterator[Stream | Stopped]:
        """The MultiDatastreams, where they did not come with their Things."""
        within = f"&$filter={quote(self.within, safe='')}" if self.within else ""
        try:
            page = self.walk.read(f"{self.server.root}/{MULTIDATASTREAMS}{within}")
            if _entities(page.value) is None:
                raise unexpected(page, "entities")
        except SourceError as error:
            yield self.walk.stopped(error)
            return
        yield from self._each(page)

    def _look_around(self, page: Page, root: bool) -> None:
        """Root and conformance, from the page itself or from the root, where the page is another one."""
        self.server.root = _root(page)
        found = VERSION.match(urlsplit(self.server.root).path)
        self.server.version = found[2] if found else ""
        if not root and page.base and self.server.root:
            page = self.walk.optional(self.server.root) or page
        names = {loose.text(entry.get("name")) for entry in loose.mappings(loose.get(page.value, "value"))}
        self.server.several = "MultiDatastreams" in names
        settings = loose.mapping(loose.get(page.value, "serverSettings"))
        self.server.conformance = loose.texts(settings.get("conformance"))

    def _expanded(self, page: Page, root: bool) -> Page:
        """The first page of the best answer there is to have. Raises SourceError when there is none at all."""
        problem: SourceError | None = None
        for url, enough in self._questions(page, root):
            try:
                answer = self.walk.read(url)
            except SourceError as error:
                problem = problem or error
                continue
            if _usable(answer.value) or (enough and _entities(answer.value) is not None):
                return answer
        found = _entities(page.value) or []
        if root or (found and not any(entities.is_stream(one) or entities.is_expanded(one) for one in found)):
            raise problem or unexpected(page, "Datastreams")
        return page

    def _questions(self, page: Page, root: bool) -> Iterator[tuple[str, bool]]:
        """What may be asked, and whether an answer without what groups are made of is enough."""
        if page.base is None:
            return
        within = f"&$filter={quote(self.within, safe='')}" if self.within else ""
        if not root and (within or not _usable(page.value)):
            query = unquote(urlsplit(page.url).query)
            name = urlsplit(page.url).path.rstrip("/").rpartition("/")[2]
            if name in EXPAND and "$expand" not in query:
                top = "" if "$top" in query else "&$top=100"
                yield f"{page.url}{'&' if query else '?'}$expand={EXPAND[name]}{top}{within}", False
        found = _entities(page.value) or []
        if root or (found and not any(entities.is_stream(one) or entities.is_expanded(one) for one in found)):
            multi = MULTI if self.server.several else ""
            for question in (*(() if within else THINGS), *DATASTREAMS):
                filled = question.replace("{multi}", multi)
                yield f"{self.server.root}/{filled}{within}", question == DATASTREAMS[-1]

    def _each(self, page: Page) -> Iterator[Stream | Stopped]:
        """The Datastreams of a page and its following ones; fewer entities than announced leave it incomplete."""
        seen: set[str] = set()
        first, total = page, loose.whole(entities.meta(loose.mapping(page.value), COUNT))
        while True:
            before = len(seen)
            for entity in _entities(page.value) or []:
                key = _key(entity)
                if key not in seen:
                    seen.add(key)
                    yield from entities.streams(entity)
                    yield from self._rest_of(page, entity)
            link = loose.text(entities.meta(loose.mapping(page.value), NEXT))
            if not link:
                break
            if len(seen) == before:
                yield self.walk.stopped("a page holds nothing new and still names a next one")
                return
            try:
                page = self.walk.follow(page, self._own(link))
                if _entities(page.value) is None:
                    raise unexpected(page, "entities")
            except SourceError as error:
                yield self.walk.stopped(error, failed=page.base is not None)
                return
        missing = self.walk.short(first, total, len(seen))
        if missing:
            yield missing

    def _rest_of(self, page: Page, thing: dict[str, Any]) -> Iterator[Stream | Stopped]:
        """The Datastreams of a Thing that did not fit in with it."""
        for name in entities.SETS:
            link = loose.text(loose.first(thing.get(f"{name}@iot.{NEXT}"), thing.get(f"{name}@{NEXT}")))
            while link:
                try:
                    page = self.walk.follow(page, self._own(link))
                except SourceError as error:
                    yield self.walk.stopped(error, failed=page.base is not None)
                    break
                for entity in _entities(page.value) or []:
                    yield entities.stream(entity, thing, name)
                link = loose.text(entities.meta(loose.mapping(page.value), NEXT))

    def _own(self, link: str) -> str:
        """A link that names the server by an inner host is one below the root; others stay as they are."""
        found = VERSION.match(link)
        if found and self.server.root and inner_address(link):
            return self.server.root + link[len(found[1]) :]
        return link


def _key(entity: dict[str, Any]) -> str:
    return loose.text(entities.meta(entity, LINK)) or f"{entities.identifier(entity)} {entity.get('name')}"


def _is_root(value: Any) -> bool:
    """True for the service document: a list of entity sets with their addresses."""
    found = loose.mappings(loose.get(value, "value"))
    return any("url" in entry and entities.meta(entry, ID) is None for entry in found)


def _entities(value: Any) -> list[dict[str, Any]] | None:
    """The entities of a page, or a single one as a list; None for an answer that is neither."""
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        return loose.mappings(value["value"])
    if isinstance(value, dict) and (entities.is_stream(value) or entities.is_thing(value)):
        return [value]
    return None


def _usable(value: Any) -> bool:
    """True for entities with which came what groups are made of; also for an empty list."""
    found = _entities(value)
    return found is not None and all(map(entities.is_expanded, found))


def _root(page: Page) -> str:
    """The address of the service: from where it answered, for a file from its links; an inner one is of no use."""
    if page.base is None:
        found = _entities(page.value) or []
        link = loose.text(loose.first(*(entities.meta(entity, LINK) for entity in found)))
        link = "" if inner_address(link) else link
    else:
        link = page.base
    plain = link.partition("?")[0].partition("#")[0].rstrip("/")
    versioned, below = VERSION.match(plain), SET.match(plain)
    return versioned[1] if versioned else below[1] if below else plain if _is_root(page.value) or page.base else ""
