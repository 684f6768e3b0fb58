"""One connection of `client.py`: made to an address that was checked, shut at its deadline."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import cache
from types import TracebackType

from ckanext.stuttgart.errors import SourceRefused
from ckanext.stuttgart.harvest.address import Allowed, Target, shown


class Expired(Exception):
    """The deadline passed."""


class Passing(Exception):
    """A failure that may be gone at the next try; `problem` completes a sentence about the source."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Connection(http.client.HTTPConnection):
    """A connection to an address that was checked after the name was resolved, and checked again on the socket."""

    def __init__(
        self,
        where: Target,
        allowed: Allowed,
        connect_timeout: float,
        read_timeout: float,
        ca_file: str | None,
    ) -> None:
        super().__init__(where.host, where.port, timeout=read_timeout)
        self._where, self._allowed, self._ca_file = where, allowed, ca_file
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self.gone = False
        # Of our own: http.client lets go of `sock` before the body of a closing answer is read.
        self._live: socket.socket | None = None

    def connect(self) -> None:
        """Resolve, check, connect, check again; TLS on top for https."""
        where, connected = self._where, self._to_checked_address()
        if self.gone:
            raise TimeoutError
        connected.settimeout(self._connect_timeout)
        self.sock = connected
        if where.scheme == "https":
            # The handshake comes after `self.sock` is set, so that the deadline reaches it too.
            self.sock = _tls(self._ca_file).wrap_socket(
                connected, server_hostname=where.host, do_handshake_on_connect=False
            )
            self._live = self.sock
            self.sock.do_handshake()
        self.sock.settimeout(self._read_timeout)

    def _to_checked_address(self) -> socket.socket:
        where = self._where
        try:
            found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Passing("has a host name that cannot be resolved") from None
        permitted = [row for row in found if self._allowed.permits(where.host, where.port, str(row[4][0]))]
        if not permitted:
            raise SourceRefused(
                shown(where.url),
                "points to an inner network, which is not read",
                "If it is meant, name the host in the setting ckanext.stuttgart.harvest.allowed",
            )
        failure: OSError | None = None
        for family, kind, protocol, _, address in permitted[:4]:
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(self._connect_timeout)
            self.sock = self._live = connected
            try:
                connected.connect(address)
                if not self._allowed.permits(where.host, where.port, connected.getpeername()[0]):
                    raise SourceRefused(shown(where.url), "was answered from an inner network")
                return connected
            except OSError as error:
                connected.close()
                failure = error
        raise failure or OSError

    def shut(self) -> None:
        """End all reading and writing from another thread."""
        self.gone = True
        if self._live is not None:
            with suppress(OSError):
                # Not SSLSocket.shutdown, which takes the TLS state away under a reader.
                socket.socket.shutdown(self._live, socket.SHUT_RDWR)


class watched:  # noqa: N801
    """Shuts a connection at a moment of the monotonic clock: dribbled headers never let a read timeout fire."""

    def __init__(self, connection: Connection, until: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(max(until - time.monotonic(), 0.001), connection.shut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._connection.gone and not isinstance(error, SourceRefused):
            raise Expired from None


@cache
def _tls(ca_file: str | None) -> ssl.SSLContext:
    """The system's authorities, those of certifi where the system has none, and the operator's own file."""
    context = ssl.create_default_context()
    with suppress(ImportError, OSError):
        import certifi

        context.load_verify_locations(certifi.where())
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def named(error: Exception) -> str:
    """What went wrong, without a word of the peer's: exception texts of http.client quote the answer."""
    if isinstance(error, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(error, http.client.IncompleteRead):
        return "ended its answer early"
    if isinstance(error, (http.client.BadStatusLine, http.client.LineTooLong)) and not isinstance(
        error, http.client.RemoteDisconnected
    ):
        return "does not answer in HTTP"
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS as it should"
    if isinstance(error, (ConnectionError, OSError)):
        return "cannot be reached, or closed the connection"
    return "answers with headers that cannot be read"
