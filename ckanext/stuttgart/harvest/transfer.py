"""One transfer of `client.py` over requests and urllib3, with what these lack: checked addresses, an end, limits."""

from __future__ import annotations

import gzip
import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from requests import Response
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, InvalidHeader

from ckanext.stuttgart.errors import SourceRefused, SourceUnreachable, say
from ckanext.stuttgart.harvest.address import Allowed

if TYPE_CHECKING:
    from typing_extensions import LiteralString

    from ckanext.stuttgart.errors import Said


class Line(HTTPAdapter):
    """The way of one request to the network: to permitted addresses only, and until a moment of the monotonic clock.

    An adapter of requests without a session, since nothing that a session adds is wanted: cookies, `~/.netrc`, proxies
    of the environment, and redirects of its own, whose bodies it reads whole, however large they are.
    To be closed; until then a timer waits, which shuts all sockets: where an answer dribbles, no read timeout fires.
    """

    def __init__(self, source: str, allowed: Allowed, until: float, authorities: ssl.SSLContext) -> None:
        super().__init__()
        self._source, self._allowed, self._until = source, allowed, until
        pools: Any = {"http": partial(_PlainPool, line=self), "https": partial(_TlsPool, line=self)}
        self.poolmanager = PoolManager(ssl_context=authorities)
        self.poolmanager.pool_classes_by_scheme = pools
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(max(until - time.monotonic(), 0.0), self._shut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def expired(self) -> bool:
        """Whether the moment came; what was read then may be cut, even where it looks whole."""
        return time.monotonic() >= self._until

    def open(self, host: str, port: int, timeout: float) -> socket.socket:
        """Resolve, check, connect, check again. Raises SourceRefused or OSError, the failure of the last address."""
        failure: Exception = OSError("no address")
        for family, kind, protocol, _, address in permitted(self._source, self._allowed, host, port)[:4]:
            # Not by urllib3's create_connection, which looks the name up itself.
            opened = socket.socket(family, kind, protocol)
            try:
                opened.settimeout(max(min(timeout, self._until - time.monotonic()), 0.001))
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                opened.connect(address)
                self._watch(host, port, opened)
                return opened
            except (OSError, SourceRefused) as error:
                failure = error
                opened.close()
        raise failure

    def _watch(self, host: str, port: int, opened: socket.socket) -> None:
        """Raises SourceRefused, or TimeoutError where the timer was first."""
        if not self._allowed.permits(host, port, opened.getpeername()[0]):
            raise SourceRefused(self._source, "was answered from an inner network")
        # A second handle to the same connection: the first one is taken over by TLS and let go of by http.client.
        self._watched.append(opened.dup())
        if self.expired:
            raise TimeoutError

    def _shut(self) -> None:
        self._until = 0.0  # Where the system's clock is set, the timer may be early.
        for each in self._watched:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the timer and all connections."""
        self._timer.cancel()
        self._timer.join()
        super().close()
        for each in self._watched:
            each.close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add no authorities; requests would read all of them anew for each connection."""


class _Plain(HTTPConnection):
    """Opened by a line; urllib3's own SOCKS support comes in at the same place."""

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.open(self._dns_host, self.port, self.timeout or 0.0)


class _Tls(_Plain, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls: Any = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls: Any = _Tls


def permitted(source: str, allowed: Allowed, host: str, port: int) -> list[Any]:
    """The addresses of a host that may be read, as `getaddrinfo` gives them. Raises SourceRefused or OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    rows = [row for row in found if allowed.permits(host, port, str(row[4][0]))]
    if not rows:
        raise SourceRefused(
            source,
            "points to an inner network, which is not read",
            "If it is meant, name the host in the setting ckanext.stuttgart.harvest.allowed",
        )
    return rows


@cache
def authorities(ca_file: str | None) -> ssl.SSLContext:
    """The system's authorities, those that come with requests, and the operator's own. Raises ValueError."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except OSError:
        raise ValueError(f"{ca_file!r} is no file of certificates") from None
    return context


def read_body(source: str, response: Response, limit: int) -> bytes:
    """Return the body, gzip or deflate unpacked, of at most `limit` bytes on the wire and unpacked.

    Not left to urllib3, which takes a gzip stream that breaks off for a whole one, passes on what it cannot unpack and
    reads a chunk whole, whatever length it claims. Raises SourceUnreachable (too large, packed in another way or not
    as announced) or one of FAILURES (shorter than announced, no connection any more).
    """
    unpack = _UNPACK.get((response.headers.get("Content-Encoding") or "identity").strip().lower())
    if unpack is None:
        raise SourceUnreachable(source, "packs its answer in a way that was not asked for")
    too_large = SourceUnreachable(source, say("answers with more than {number} MB", number=f"{limit / 1e6:g}"))
    if (response.raw.length_remaining or 0) > limit:
        raise too_large
    packed = bytearray()
    while part := response.raw.read1(65_536, decode_content=False):
        packed += part
        if len(packed) > limit:
            raise too_large
    try:
        body = unpack(packed, limit + 1)
    except (zlib.error, gzip.BadGzipFile):
        raise SourceUnreachable(source, "answers with broken compression") from None
    if len(body) > limit:
        raise too_large
    return body


def _gunzip(packed: bytearray, most: int) -> bytes:
    return gzip.GzipFile(fileobj=io.BytesIO(packed)).read(most)


def _inflate(packed: bytearray, most: int) -> bytes:
    """Unpack zlib, or the raw stream without its head that some servers call deflate."""
    try:
        unpacker = zlib.decompressobj()
        body = unpacker.decompress(packed, most)
    except zlib.error:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        body = unpacker.decompress(packed, most)
    if packed and not unpacker.eof and len(body) < most:
        raise EOFError
    return body


_UNPACK = {"identity": lambda packed, most: bytes(packed), "gzip": _gunzip, "x-gzip": _gunzip, "deflate": _inflate}


class Passing(SourceUnreachable):
    """A failure that may be gone at the next try; `wait` is how many seconds the source asks for."""

    def __init__(self, source: str, problem: Said, wait: float | None = None) -> None:
        if wait:
            problem = say("{problem} and asks to wait {number} seconds", problem=problem, number=f"{wait:.0f}")
        super().__init__(source, problem, "Try again later" if wait else "")
        self.wait = wait


FAILURES = (OSError, EOFError, ValueError, http.client.HTTPException, HTTPError)

# The first that is found in an error or in what led to it: requests and urllib3 wrap what happens.
_PROBLEMS: tuple[tuple[Any, type[SourceUnreachable], LiteralString], ...] = (
    (ssl.SSLCertVerificationError, SourceUnreachable, "has an invalid certificate ({error})"),
    (socket.gaierror, Passing, "has a host name that cannot be resolved"),
    (TimeoutError, Passing, "did not answer in time"),
    (ConnectionRefusedError, Passing, "refuses connections"),
    ((http.client.IncompleteRead, EOFError), Passing, "ended its answer early"),
    (ssl.SSLError, Passing, "does not speak TLS as it should"),
    (ConnectionError, Passing, "cannot be reached, or closed the connection"),
    ((http.client.HTTPException, InvalidHeader, ValueError), Passing, "does not answer in HTTP that can be read"),
    (Exception, Passing, "cannot be reached, or closed the connection"),
)


def failure(source: str, error: BaseException) -> SourceUnreachable:
    """One of FAILURES as what to raise, without a word of the peer's: texts of requests quote answers and URLs."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    return next(
        kind(source, say(problem, error=getattr(each, "verify_message", "")))
        for type_, kind, problem in _PROBLEMS
        for each in causes
        if isinstance(each, type_)
    )
