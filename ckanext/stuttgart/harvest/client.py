"""The only module that opens a remote URL (with its parts `transfer` and `address`).

`Client.get` reads one http(s) answer whole, within limits on time, size and redirects. Names are resolved here and the
connection is made to the very address that was checked, so a name that answers differently a second time gains nothing.
Neither proxies nor `~/.netrc` nor cookies are used: what is sent is what stands here.
Tries and redirects are counted here, since urllib3's Retry knows no deadline and ends before the body is read.
Resolving a name has no deadline of its own; the system's resolver gives up by itself.
"""

from __future__ import annotations

import http.client
import re
import stat
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from requests import Request, Response
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from ckanext.stuttgart.errors import SourceRefused, SourceUnreachable, say
from ckanext.stuttgart.harvest.address import Allowed, Target, joined, shown, target
from ckanext.stuttgart.harvest.transfer import FAILURES, Line, Passing, authorities, failure, permitted, read_body

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

RDF_ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
# Not by the email package, which raises TypeError on odd parameters.
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([\w.:+-]+)""", re.ASCII | re.IGNORECASE)
_WORTH_A_RETRY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class ClientSettings:
    """Limits and manners: seconds, bytes, counts; `allowed` names inner hosts and networks that may be read."""

    allowed: tuple[str, ...] = ()
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    deadline: float = 300.0
    max_bytes: int = 50_000_000
    tries: int = 3
    backoff: float = 1.0
    longest_wait: float = 60.0
    redirects: int = 5
    host_delay: float = 0.0
    user_agent: str = "ckanext-stuttgart (open data harvester)"
    ca_file: str | None = None


@dataclass(frozen=True)
class Answer:
    """A whole answer: `url` after redirects and without credentials (or the name of a local file), `body` unpacked."""

    url: str
    status: int
    content_type: str
    charset: str | None
    body: bytes = field(repr=False)
    etag: str | None = None
    last_modified: str | None = None

    @property
    def base(self) -> str | None:
        """The address relative IRIs of the body belong to; a local file has none."""
        return self.url if self.url.startswith(("http://", "https://")) else None


class Fetcher(Protocol):
    """What a reader reads through: a `Client`, or a `LocalFile` in its place."""

    def get(self, url: str, accept: str = ...) -> Answer:
        """Return the whole answer. Raises SourceError."""
        ...

    def post(self, url: str, body: bytes, content_type: str, accept: str = ...) -> Answer:
        """Return the whole answer to a question that is too long for a URL. Raises SourceError."""
        ...


class Client:
    """Reads remote sources one request at a time; use one client per thread.

    Raises ValueError naming an entry of the settings that is no host, no network or no file of certificates.
    """

    def __init__(self, settings: ClientSettings | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self.settings, self._sleep = settings or ClientSettings(), sleep
        self._allowed, self._authorities = Allowed.of(self.settings.allowed), authorities(self.settings.ca_file)
        self._manners: dict[str, str | bytes] = {
            "User-Agent": self.settings.user_agent.encode(),
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        self._asked: dict[str, float] = {}
        self._credentials: dict[tuple[str, str, int], HTTPBasicAuth] = {}

    def authorize(self, url: str, secret: str) -> None:
        """Send `user:password` to the origin of `url`, and nowhere else. Raises SourceRefused for no http(s) URL."""
        user, _, password = secret.partition(":")
        self._credentials[target(url).origin] = HTTPBasicAuth(user.encode(), password.encode())

    def check(self, url: str) -> None:
        """Raise SourceRefused for a URL that is not read; a host whose address cannot be found just now passes."""
        where = target(url)
        with suppress(OSError, UnicodeError):
            permitted(shown(where.url), self._allowed, where.host, where.port)

    def get(
        self,
        url: str,
        accept: str = RDF_ACCEPT,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Answer:
        """Read `url`; with `etag` or `last_modified` of an earlier answer the status may be 304 and the body empty.

        Raises SourceRefused (an address that is not read) or SourceUnreachable (no whole answer within the limits).
        """
        headers = self._manners | {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._read(url, Request("GET", headers=headers))

    def post(self, url: str, body: bytes, content_type: str, accept: str = "*/*") -> Answer:
        """Ask a question that is too long for a URL (CSW, STAC); as `get`, and redirected only as the status allows."""
        headers = self._manners | {"Accept": accept, "Content-Type": content_type}
        return self._read(url, Request("POST", headers=headers, data=body))

    def _read(self, url: str, request: Request) -> Answer:
        until = time.monotonic() + self.settings.deadline
        where = target(url)
        if where.credentials:
            # Kept for the further pages of the same origin, whose links do not repeat them; never sent elsewhere.
            user, _, password = where.credentials.partition(":")
            # Requests would send text as Latin-1.
            self._credentials[where.origin] = HTTPBasicAuth(unquote(user).encode(), unquote(password).encode())
        for _ in range(self.settings.redirects + 1):
            request.url, request.auth = where.url, self._credentials.get(where.origin)
            answer, location = self._patiently(where, request, until)
            if location is None:
                return answer
            # Python takes headers for Latin-1; servers that do not escape what is not ASCII write UTF-8.
            where = target(joined(where.url, location.encode("latin-1").decode("utf-8", "replace")))
            if request.method == "POST" and answer.status in (301, 302, 303):
                request = Request("GET", headers=self._manners | {"Accept": request.headers["Accept"]})
        raise SourceUnreachable(shown(url), say("redirects more than {number} times", number=self.settings.redirects))

    def _patiently(self, where: Target, request: Request, until: float) -> tuple[Answer, str | None]:
        """One hop with retries. Returns the answer and, if it is a redirect, where to."""
        attempt, backoff, longest = 1, self.settings.backoff, self.settings.longest_wait
        while True:
            self._keep_distance(where.host)
            try:
                return self._once(where, request, until)
            except Passing as failed:
                wait = min(backoff, longest) if failed.wait is None else failed.wait
                if attempt >= self.settings.tries or wait > longest or time.monotonic() + wait > until:
                    raise SourceUnreachable(*failed.args) from None
            self._sleep(wait)
            attempt, backoff = attempt + 1, backoff * 2

    def _keep_distance(self, host: str) -> None:
        pause = self._asked.get(host, 0.0) + self.settings.host_delay - time.monotonic()
        if self.settings.host_delay and pause > 0:
            self._sleep(pause)
        self._asked[host] = time.monotonic()

    def _once(self, where: Target, request: Request, until: float) -> tuple[Answer, str | None]:
        """One request. Raises SourceRefused, SourceUnreachable (not worth a second try) or Passing."""
        source, limits = shown(where.url), self.settings
        timeouts = (limits.connect_timeout, limits.read_timeout)
        with closing(Line(source, self._allowed, until, self._authorities)) as line:
            try:
                with line.send(request.prepare(), stream=True, timeout=timeouts) as response:
                    found = _answer(where.url, response, limits.max_bytes)
                if not line.expired:
                    return found
            except FAILURES as error:
                if not line.expired:
                    raise failure(source, error) from None
        raise SourceUnreachable(source, say("took longer than {number} seconds", number=f"{limits.deadline:g}"))


def _answer(url: str, response: Response, limit: int) -> tuple[Answer, str | None]:
    """The answer and, if it is a redirect, where to. Raises Passing, SourceUnreachable and what `read_body` raises."""
    source, status = shown(url), response.status_code
    location = _header(response, "Location") if response.is_redirect else None
    if not location and status not in (200, 203, 304):
        problem = say("answered {status}", status=f"{status} {http.client.responses.get(status, '')}".rstrip())
        if status in _WORTH_A_RETRY:
            raise Passing(source, problem, _retry_after(_header(response, "Retry-After")))
        raise SourceUnreachable(source, problem)
    type_ = _header(response, "Content-Type") or ""
    charset = _CHARSET.search(type_)
    return Answer(
        url,
        status,
        type_.partition(";")[0].strip().lower(),
        charset[1].lower() if charset else None,
        read_body(source, response, limit) if status in (200, 203) else b"",
        _header(response, "ETag"),
        _header(response, "Last-Modified"),
    ), location


def _header(response: Response, name: str) -> str | None:
    """The first header of this name; requests joins several to one that means nothing."""
    return next(iter(response.raw.headers.getlist(name)), None)


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date; None where the header is missing or senseless."""
    try:
        return float(Retry().parse_retry_after(value or ""))
    except (InvalidHeader, ValueError, OverflowError):
        return None


class Until:
    """A Fetcher that asks nothing more after a moment, so that readers end of themselves and yield what they hold.

    until    on the clock of `time.monotonic`
    problem  what is said then
    """

    def __init__(self, fetcher: Fetcher, until: float, problem: Said) -> None:
        self._fetcher, self._until = fetcher, until
        self._problem: Said = problem

    def get(self, url: str, accept: str = RDF_ACCEPT) -> Answer:
        """Return the whole answer. Raises SourceError."""
        self._check(url)
        return self._fetcher.get(url, accept)

    def post(self, url: str, body: bytes, content_type: str, accept: str = "*/*") -> Answer:
        """Return the whole answer. Raises SourceError."""
        self._check(url)
        return self._fetcher.post(url, body, content_type, accept)

    def _check(self, url: str) -> None:
        if time.monotonic() > self._until:
            raise SourceUnreachable(shown(url), self._problem)


class LocalFile:
    """A file in the place of a `Client`: answers for the path it was given and for nothing else."""

    def __init__(self, path: str | Path, max_bytes: int = ClientSettings.max_bytes) -> None:
        self.path, self._max_bytes = Path(path), max_bytes

    def get(self, url: str, accept: str = RDF_ACCEPT) -> Answer:
        """Return the file if `url` is its path as given. Raises SourceRefused or SourceUnreachable."""
        if url != str(self.path):
            raise SourceRefused(shown(url), "is not opened while a file is read")
        return local_file(self.path, self._max_bytes)

    def post(self, url: str, body: bytes, content_type: str, accept: str = "*/*") -> Answer:
        """Never: a file answers no questions."""
        raise SourceRefused(shown(url), "is not asked while a file is read")


def local_file(path: str | Path, max_bytes: int = ClientSettings.max_bytes) -> Answer:
    """Read a file that a command was given; never called with a name that came from an answer."""
    name = str(path)
    try:
        # Looked at before it is opened: opening a pipe waits for its other end.
        mode = Path(path).stat().st_mode
        if stat.S_ISDIR(mode):
            raise SourceRefused(name, "is a folder, not a file")
        if not stat.S_ISREG(mode):
            raise SourceRefused(name, "is not a file")
        with Path(path).open("rb") as file:
            body = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise SourceUnreachable(name, "does not exist") from None
    except (OSError, ValueError):
        raise SourceUnreachable(name, "cannot be opened") from None
    if len(body) > max_bytes:
        raise SourceUnreachable(name, say("is larger than {number} MB", number=f"{max_bytes / 1e6:g}"))
    return Answer(name, 200, "", None, body)
