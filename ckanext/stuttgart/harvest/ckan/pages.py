"""All packages of a portal, page by page, and whether the end was reached."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ckanext.stuttgart.errors import SourceError, SourceUnreachable, SourceUnreadable, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.bounds import Bounds, short
from ckanext.stuttgart.harvest.ckan.addresses import Door, doors, filtered
from ckanext.stuttgart.harvest.ckan.answers import ERROR_REPORT, Held, held
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Stopped

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

ACCEPT = "application/json, */*;q=0.1"
SORT = "metadata_created asc, id asc"
"""An order in which what is new comes last and nothing changes its place while pages are read."""

ROWS = 200
BOUNDS = Bounds()
STEPS_BACK = 20
# CKAN answers 400 to an action that it does not know.
MISSING = ("answered 400", "answered 404", "answered 405", "answered 410")
# As `transfer` and `client` say it.
TOO_MUCH = ("answers with more than", "took longer than")
FEWER = 10
FILTERS = ("organization", "group", "tag")


@dataclass(frozen=True)
class Page:
    """The items of one answer that were not there before, and the address of their portal ("" where it is unknown)."""

    items: list[Any]
    site: str


@dataclass
class _Count:
    """What was read so far. `start` is where the next page begins; `total` what the portal last said there is."""

    start: int = 0
    total: int | None = None
    pages: int = 0
    bytes: int = 0
    back: int = 0
    met: set[str] = field(default_factory=set)

    def add(self, page: Held, size: int) -> list[Any]:
        """Count a page in; returns what is new on it."""
        self.pages, self.bytes = self.pages + 1, self.bytes + size
        self.start += len(page.items)
        if self.total is not None and page.total is not None and page.total < self.total and self.back < STEPS_BACK:
            # Something was deleted meanwhile and the rest has moved up: look at the places that were skipped.
            self.start, self.back = max(self.start - len(page.items) - (self.total - page.total), 0), self.back + 1
        self.total = page.total if page.total is not None else self.total
        new = []
        for item in page.items:
            known = _known_by(item)
            if known not in self.met:
                self.met.add(known)
                new.append(item)
        return new

    def end(self, new: list[Any], bounds: Bounds) -> Said:
        """Why the next page is not read, "" where it is."""
        if not new and not self.back:
            return "a page holds nothing new"
        return bounds.reached(self.pages, self.bytes)

    @property
    def short(self) -> Said:
        """What is missing by the portal's own account, "" if nothing is known to be."""
        if self.total is None or len(self.met) >= self.total:
            return ""
        return short(self.total, len(self.met))


def pages(
    fetcher: Fetcher, url: str, options: Mapping[str, str], *, bounds: Bounds = BOUNDS, rows: int = ROWS
) -> Iterator[Page | Stopped]:
    """Yield every page of the portal that `url` leads to; a `Stopped` comes last when the end was not reached.

    options  `fq`, `organization`, `group`, `tag`; other sources than a search cannot be asked for the first
    rows     how many packages are asked for at once; what really comes is counted

    Raises SourceError when no first page can be read.
    """
    door, answer, page, rows = _first(fetcher, url, options, rows)
    count = _Count()
    while True:
        new = count.add(page, len(answer.body))
        yield Page([item for item in new if door.kind == "search" or _wanted(item, options)], page.site)
        if _complete(door, page, count, rows):
            break
        problem = count.end(new, bounds)
        if problem:
            yield Stopped(shown(url), count.short or problem)
            return
        try:
            answer, page, rows = _smaller(fetcher, door, count.start, rows)
        except SourceError as error:
            yield Stopped(shown(url), say("a following page was not read: {error}", error=error))
            return
        if not page.items:
            break
    if count.short:
        reason = (
            count.short if answer.base else say("this file is one page of a catalogue: {problem}", problem=count.short)
        )
        yield Stopped(shown(url), reason, failed=answer.base is not None)


def _complete(door: Door, page: Held, count: _Count, rows: int) -> bool:
    if door.kind == "whole":
        return True
    if count.total is not None:
        return count.start >= count.total
    # Without a total a full page may be followed by another; one of another size is the last, or everything at once.
    return len(page.items) != rows


def _first(fetcher: Fetcher, url: str, options: Mapping[str, str], rows: int) -> tuple[Door, Answer, Held, int]:
    """The first door behind which there is something, with its first page.

    A further door is only tried where the portal says that there is nothing behind this one: one that is merely closed
    must not make another list of records pass for the whole.
    """
    first: SourceError | None = None
    for door in doors(url):
        chosen = filtered(door, options) if door.kind == "search" else door
        try:
            answer, page, fitting = _smaller(fetcher, chosen, 0, rows)
        except SourceError as error:
            first = first or error
            if not _nothing_there(error):
                break
            continue
        if chosen.kind != "search" and options.get("fq"):
            raise SourceUnreadable(
                shown(answer.url), "answers no search, so it cannot be asked by a query", "Leave the option fq empty"
            )
        return chosen, answer, page, fitting
    raise first or SourceUnreadable(shown(url), "holds no datasets of CKAN or DKAN")


def _smaller(fetcher: Fetcher, door: Door, start: int, rows: int) -> tuple[Answer, Held, int]:
    """A page, with fewer rows where it is too large or takes too long, and how many were asked for."""
    while True:
        try:
            return *_read(fetcher, door, start, rows), rows
        except SourceUnreachable as error:
            if door.kind == "whole" or rows < FEWER or not str(error.problem).startswith(TOO_MUCH):
                raise
            rows //= FEWER


def _nothing_there(error: SourceError) -> bool:
    """Whether an answer says that there is no such door, rather than that it is closed."""
    if isinstance(error, SourceUnreachable):
        return str(error.problem).startswith(MISSING)
    return isinstance(error, SourceUnreadable) and str(error.problem) != ERROR_REPORT


def _read(fetcher: Fetcher, door: Door, start: int, rows: int) -> tuple[Answer, Held]:
    if door.kind == "search":
        url = door.asked(rows=rows, start=start, sort=SORT)
    elif door.kind == "list":
        url = door.asked(limit=rows, offset=start)
    else:
        url = door.asked()
    answer = fetcher.get(url, ACCEPT)
    value = parse.json_value(answer.body, name=shown(answer.url), charset=answer.charset)
    return answer, held(value, answer)


def _known_by(item: Any) -> str:
    """What tells an item from the others of its portal."""
    if isinstance(item, Mapping):
        for key in ("id", "identifier", "name"):
            if isinstance(item.get(key), str) and item[key]:
                return item[key]
    return json.dumps(item, sort_keys=True)


def _wanted(item: Any, options: Mapping[str, str]) -> bool:
    """The filters of the options for portals that cannot be asked for them."""
    if not isinstance(item, Mapping):
        return True
    names = {
        "organization": _names([item.get("organization"), item.get("publisher")]),
        "group": _names(item.get("groups")) | _names(item.get("theme")),
        "tag": _names(item.get("tags")) | _names(item.get("keyword")),
    }
    wanted = {name: {part.strip() for part in options.get(name, "").split(",") if part.strip()} for name in FILTERS}
    return all(not asked or asked & names[name] for name, asked in wanted.items())


def _names(value: Any) -> set[str]:
    found: set[str] = set()
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            found |= {text for key in ("id", "name", "title") if isinstance(text := item.get(key), str)}
        elif isinstance(item, str):
            found.add(item)
    return found
