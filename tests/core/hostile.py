"""A local HTTP server that misbehaves as a test tells it to."""

from __future__ import annotations

import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Play = Callable[[socket.socket, str], None]


@dataclass
class Server:
    """A server in the hands of a test.

    plays        path -> what is done on the socket after the request was read
    requests     what came
    certificate  with one it speaks TLS
    """

    port: int = 0
    plays: dict[str, Play] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    certificate: Path | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port of 127.0.0.1."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])

    def serve(connected: socket.socket) -> None:
        with suppress(OSError):
            if server.certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(server.certificate)
                connected = context.wrap_socket(connected, server_side=True)
            answer_one(connected)

    def answer_one(connected: socket.socket) -> None:
        with connected:
            request = b""
            while b"\r\n\r\n" not in request:
                part = connected.recv(65_536)
                if not part:
                    return
                request += part
            announced = re.search(rb"(?i)content-length: (\d+)", request)
            whole = request.index(b"\r\n\r\n") + 4 + int(announced[1] if announced else 0)
            while len(request) < whole and (part := connected.recv(65_536)):
                request += part
            text = request.decode("latin-1")
            server.requests.append(text)
            server.plays.get(text.split()[1], answer("404 Not Found"))(connected, text)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connected, _ = listener.accept()
                threading.Thread(target=serve, args=(connected,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def answer(status: str = "200 OK", body: bytes = b"", length: int | None = None, **headers: str) -> Play:
    """A whole answer; `length` is what Content-Length claims."""
    lines = {"Content-Length": str(len(body) if length is None else length)}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)

    def play(connected: socket.socket, request: str) -> None:
        connected.sendall(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)

    return play


def raw(*parts: bytes, pause: float = 0.0) -> Play:
    """Bytes as they stand, one part after the other."""

    def play(connected: socket.socket, request: str) -> None:
        for part in parts:
            connected.sendall(part)
            time.sleep(pause)

    return play


def in_turn(*plays: Play) -> Play:
    """One play per request, the last one for all further ones."""
    waiting = list(plays)

    def play(connected: socket.socket, request: str) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(connected, request)

    return play


def endless(part: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n", pause: float = 0.0) -> Play:
    """A body that never ends."""

    def play(connected: socket.socket, request: str) -> None:
        connected.sendall(head)
        while True:
            connected.sendall(part)
            time.sleep(pause)

    return play


def bomb(megabytes: int) -> bytes:
    """So many megabytes of zeros as gzip."""
    return gzip.compress(bytes(1_000_000)) * megabytes
