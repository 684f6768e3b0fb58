"""The JSON answers of one source, read one after another within bounds; which links may be followed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ckanext.stuttgart.errors import SourceError, SourceRefused, SourceUnreadable, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import joined, shown
from ckanext.stuttgart.harvest.bounds import BOUNDS, Bounds, short
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Stopped
from ckanext.stuttgart.harvest.sniff import Kind, sniff

if TYPE_CHECKING:
    from typing_extensions import LiteralString

    from ckanext.stuttgart.errors import Said

ACCEPT = "application/json, application/geo+json;q=0.9, */*;q=0.1"
# Names that mean something inside a network only.
INNER = (
    *(".local", ".localhost", ".localdomain", ".internal", ".intern", ".intra", ".intranet", ".private"),
    *(".lan", ".svc", ".home", ".corp", ".invalid"),
)
NOT_JSON: dict[Kind, LiteralString] = {
    "html": "is a web page, not JSON",
    "xml": "is XML, not JSON",
    "rdfxml": "is XML, not JSON",
    "binary": "is a binary or compressed file, not JSON",
    "empty": "is empty",
}
# An object that holds one of these and nothing of the kind asked for reports a failure, whatever the status says.
FAILURES = ("error", "errors", "error_code", "errorcode", "exception")


@dataclass(frozen=True)
class Page:
    """One answer: `url` after redirects, `base` the address links belong to (None for a file), and its value."""

    url: str
    base: str | None
    value: Any = field(repr=False)


class Walk:
    """Reads JSON through a fetcher and counts what it costs.

    source  the address the source was given as; errors are about it
    """

    def __init__(self, fetcher: Fetcher, source: str, bounds: Bounds = BOUNDS) -> None:
        self.source, self.pages, self.bytes = source, 0, 0
        self._fetcher, self._bounds = fetcher, bounds
        self._asked: set[tuple[str, bytes]] = set()

    def read(self, url: str, body: bytes | None = None) -> Page:
        """Read one answer, with a body by POST. Raises SourceError, also where the same was asked before."""
        if (url, body or b"") in self._asked:
            raise SourceUnreadable(shown(url), "was read already and is named once more")
        if self.pages >= self._bounds.pages:
            raise SourceUnreadable(shown(self.source), say("has more than {number} pages", number=self._bounds.pages))
        if self.bytes >= self._bounds.bytes:
            raise SourceUnreadable(
                shown(self.source), say("is larger than {number} MB", number=f"{self._bounds.bytes / 1e6:g}")
            )
        self._asked.add((url, body or b""))
        self.pages += 1
        if body is None:
            answer = self._fetcher.get(url, ACCEPT)
        else:
            answer = self._fetcher.post(url, body, "application/json", ACCEPT)
        self.bytes += len(answer.body)
        if body is None:
            self._asked.add((answer.url, b""))
        return Page(answer.url, answer.base, _json(answer))

    def follow(self, page: Page, link: str, body: bytes | None = None) -> Page:
        """Read what a page names; a host written wrongly is mended, a foreign one refused. Raises SourceError."""
        if page.base is None:
            raise SourceRefused(shown(link), "is not opened while a file is read")
        target = mended(page.base, link)
        if _host(target) != _host(page.base):
            raise SourceRefused(shown(target), "lies on another host than the source and is not read")
        return self.read(target, body)

    def optional(self, url: str) -> Page | None:
        """An answer that is of use but not needed, None where there is none."""
        try:
            return self.read(url)
        except SourceError:
            return None

    def stopped(self, problem: Said | SourceError, *, failed: bool = True) -> Stopped:
        """The last item of a source that was not read to its end."""
        if isinstance(problem, SourceError):
            problem = say("a following page was not read: {error}", error=problem)
        return Stopped(shown(self.source), problem, failed)

    def short(self, page: Page, announced: int | None, found: int) -> Stopped | None:
        """What is missing by the source's own account; of a file nothing else could be read."""
        if announced is None or found >= announced:
            return None
        return self.stopped(short(announced, found), failed=page.base is not None)


def unexpected(page: Page, wanted: LiteralString) -> SourceUnreadable:
    """The error for an answer that is JSON of another kind: `wanted` completes `holds no ...`."""
    code = failure(page.value)
    if code is not None:
        return SourceUnreadable(
            shown(page.url),
            say("answered with an error (code {code})", code=code) if code else "answered with an error",
        )
    return SourceUnreadable(shown(page.url), say("is JSON, but holds no {what}", what=say(wanted)))


def failure(value: Any) -> str | None:
    """The code of an error object, "" for one without a number, None for what is none; its text is not repeated."""
    if not isinstance(value, dict):
        return None
    found = next((value[name] for name in FAILURES if value.get(name)), None)
    if found is None and not (value.get("success") is False or str(value.get("type")).lower() == "error"):
        return None
    places = [found[0] if isinstance(found, list) else found, value]
    codes = [
        place.get(name) for place in places if isinstance(place, dict) for name in ("code", "status", "statusCode")
    ]
    return next((str(code) for code in codes if isinstance(code, int) and not isinstance(code, bool)), "")


def mended(base: str, link: str) -> str:
    """A link of an answer as an absolute address, with the host that answered where that is meant.

    Behind proxies portals write inner names, other ports, or http for https: these stand for the page's own host.
    """
    absolute = joined(base, link)
    try:
        own, other = urlsplit(base), urlsplit(absolute)
        names = [(parts.hostname or "").removeprefix("www.") for parts in (own, other)]
    except ValueError:
        return absolute
    if other.scheme in ("http", "https") and (names[0] == names[1] or inner(names[1])):
        return other._replace(scheme=own.scheme, netloc=own.netloc).geturl()
    return absolute


def inner(host: str) -> bool:
    """True for a host that is known inside a network only: localhost, a single word, a private address."""
    host = host.lower().strip("[]").rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(INNER)


def inner_address(url: str) -> bool:
    """True for an address whose host is an inner one, and for one without a host."""
    try:
        return inner(urlsplit(url).hostname or "")
    except ValueError:
        return True


def _host(url: str) -> str:
    """Host and port as written, "" for what is no URL."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _json(answer: Answer) -> Any:
    name = shown(answer.url)
    problem = NOT_JSON.get(sniff(answer.body, answer.content_type, ""))
    if problem:
        raise SourceUnreadable(name, problem)
    return parse.json_value(answer.body, name=name, charset=answer.charset)
