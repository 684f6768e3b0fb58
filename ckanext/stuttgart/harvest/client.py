"""The only module that opens a remote URL (with its parts `connection`, `transfer` and `address`).

`Client.get` reads one http(s) answer whole, within limits on time, size and redirects. Names are resolved here and the
connection is made to the very address that was checked, so a name that answers differently a second time gains nothing.
Neither proxies nor `~/.netrc` nor cookies are used: what is sent is what stands here. Written on `http.client`, since
requests resolves names itself and has neither a deadline for headers nor a cap before decompression.

Resolving a name has no deadline of its own; the system's resolver gives up by itself.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from ckanext.stuttgart.errors import SourceError, SourceRefused, SourceUnreachable
from ckanext.stuttgart.harvest.address import Allowed, Target, joined, shown, target
from ckanext.stuttgart.harvest.connection import Connection, Expired, Passing, named, watched
from ckanext.stuttgart.harvest.transfer import BrokenBody, read_body

RDF_ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
_WORTH_A_RETRY = (429, 500, 502, 503, 504)
_MOVED = (301, 302, 303, 307, 308)
_LONGEST_RETRY_STEP = 30.0


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


class Client:
    """Reads remote sources one request at a time; use one client per thread."""

    def __init__(self, settings: ClientSettings | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        settings = settings or ClientSettings()
        self.settings, self._sleep = settings, sleep
        self._allowed = Allowed.of(settings.allowed)
        self._asked: dict[str, float] = {}
        self._credentials: dict[tuple[str, str, int], str] = {}

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
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._read(url, "GET", headers, None)

    def post(self, url: str, body: bytes, content_type: str, accept: str = "*/*") -> Answer:
        """Ask a question that is too long for a URL (CSW, STAC); as `get`, and redirected only as the status allows."""
        return self._read(url, "POST", {"Accept": accept, "Content-Type": content_type}, body)

    def _read(self, url: str, method: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        until = time.monotonic() + self.settings.deadline
        where = target(url)
        if where.credentials:
            # Kept for the further pages of the same origin, whose links do not repeat them; never sent elsewhere.
            self._credentials[where.origin] = where.credentials
        for _ in range(self.settings.redirects + 1):
            own = _authorization(self._credentials.get(where.origin))
            answer, location = self._patiently(where, method, {**headers, **own}, body, until)
            if location is None:
                return answer
            where = target(joined(where.url, location))
            if method == "POST" and answer.status in (301, 302, 303):
                method, body = "GET", None
        raise SourceUnreachable(shown(url), f"redirects more than {self.settings.redirects} times")

    def _patiently(
        self,
        where: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        until: float,
    ) -> tuple[Answer, str | None]:
        """One hop with retries. Returns the answer and, if it is a redirect, where to."""
        for attempt in range(1, self.settings.tries + 1):
            last = attempt == self.settings.tries
            wait = min(self.settings.backoff * 2 ** (attempt - 1), _LONGEST_RETRY_STEP)
            self._keep_distance(where.host)
            try:
                answer, received = self._once(where, method, headers, body, until)
            except Passing as failed:
                if last or time.monotonic() + wait > until:
                    raise SourceUnreachable(shown(where.url), failed.problem) from None
                self._sleep(wait)
                continue
            if answer.status in _MOVED and received.get("Location"):
                return answer, received["Location"]
            if answer.status in (200, 203, 304):
                return answer, None
            asked = _retry_after(received.get("Retry-After"))
            wait = wait if asked is None else asked
            if answer.status not in _WORTH_A_RETRY or last:
                raise SourceUnreachable(shown(where.url), f"answered {answer.status} {_reason(answer.status)}".rstrip())
            if wait > self.settings.longest_wait or time.monotonic() + wait > until:
                raise SourceUnreachable(
                    shown(where.url), f"answered {answer.status} and asks to wait {wait:.0f} seconds", "Try again later"
                )
            self._sleep(wait)
        raise AssertionError("a loop over at least one try ends by return or raise")

    def _keep_distance(self, host: str) -> None:
        pause = self._asked.get(host, 0.0) + self.settings.host_delay - time.monotonic()
        if self.settings.host_delay and pause > 0:
            self._sleep(pause)
        self._asked[host] = time.monotonic()

    def _once(
        self,
        where: Target,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        until: float,
    ) -> tuple[Answer, Message]:
        """One request. Raises SourceRefused, SourceUnreachable (not worth a second try) or Passing."""
        source = shown(where.url)
        connection = Connection(
            where, self._allowed, self.settings.connect_timeout, self.settings.read_timeout, self.settings.ca_file
        )
        try:
            with watched(connection, until):
                connection.request(method, where.path, body, headers=self._headers(where) | dict(headers))
                with connection.getresponse() as response:
                    return self._answer(where, response)
        except Expired:
            raise SourceUnreachable(source, f"took longer than {self.settings.deadline:g} seconds") from None
        except (SourceError, Passing):
            raise
        except BrokenBody as error:
            if error.passing:
                raise Passing(error.problem) from None
            raise SourceUnreachable(source, error.problem) from None
        except ssl.SSLCertVerificationError as error:
            raise SourceUnreachable(source, f"has an invalid certificate ({error.verify_message})") from None
        except TimeoutError:
            raise Passing("did not answer in time") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Passing(named(error)) from None
        finally:
            connection.close()

    def _headers(self, where: Target) -> dict[str, str]:
        return {
            "Host": where.authority,
            "User-Agent": self.settings.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }

    def _answer(self, where: Target, response: http.client.HTTPResponse) -> tuple[Answer, Message]:
        received = response.headers
        wanted = response.status in (200, 203)
        body = read_body(response, self.settings.max_bytes) if wanted else b""
        charset = received.get_param("charset", None)
        return Answer(
            where.url,
            response.status,
            received.get_content_type() if "Content-Type" in received else "",
            charset.lower() if isinstance(charset, str) else None,
            body,
            received.get("ETag"),
            received.get("Last-Modified"),
        ), received


def _authorization(credentials: str | None) -> dict[str, str]:
    if not credentials:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(unquote(credentials).encode()).decode()}


def _retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date; None where the header is missing or senseless."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max((moment - datetime.now(timezone.utc)).total_seconds(), 0.0)


def _reason(status: int) -> str:
    return http.client.responses.get(status, "")


class LocalFile:
    """A file in the place of a `Client`: answers for the path it was given and for nothing else."""

    def __init__(self, path: str | Path, max_bytes: int = ClientSettings.max_bytes) -> None:
        self.path, self._max_bytes = Path(path), max_bytes

    def get(self, url: str, accept: str = RDF_ACCEPT) -> Answer:
        """Return the file if `url` is its path as given. Raises SourceRefused or SourceUnreachable."""
        if url != str(self.path):
            raise SourceRefused(shown(url), "is not opened while a file is read")
        return local_file(self.path, self._max_bytes)


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
        raise SourceUnreachable(name, f"is larger than {max_bytes / 1e6:g} MB")
    return Answer(name, 200, "", None, body)
