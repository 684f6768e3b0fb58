"""A TCP proxy before a service, so that a test can cut the line, block it or slow it down."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy.engine import make_url

PASS, RESET, HOLE = "pass", "reset", "hole"


@dataclass
class Proxy:
    """A proxy in the hands of a test.

    mode     what becomes of connections and bytes from now on: pass, reset (cut, refuse) or hole (nothing goes on)
    latency  seconds by which every piece of data is late
    cut      bytes from the client at whose next coming the line is cut, `sent` says whether the server still gets them
    """

    target: str | tuple[str, int]
    mode: str = PASS
    latency: float = 0.0
    cut: bytes = b""
    sent: bool = False
    cuts: int = 0
    port: int = 0
    _lines: set[Any] = field(default_factory=set)
    _loop: Any = None

    def set(self, mode: str) -> None:
        """Change the mode; open lines are cut where it is `reset`."""
        self.mode = mode
        if mode == RESET:
            asyncio.run_coroutine_threadsafe(self._cut_all(), self._loop).result(5)

    async def _cut_all(self) -> None:
        for writer in list(self._lines):
            _abort(writer)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line between a client and the service."""
        if self.mode == RESET:
            _abort(writer)
            return
        self._lines.add(writer)
        while self.mode == HOLE:
            await asyncio.sleep(0.05)
        try:
            there, back = await self._open()
        except OSError:
            _abort(writer)
            return
        self._lines.add(back)
        ways = [self._pump(reader, back, watched=True), self._pump(there, writer, watched=False)]
        await asyncio.wait([asyncio.ensure_future(way) for way in ways], return_when=asyncio.FIRST_COMPLETED)
        for end in (writer, back):
            self._lines.discard(end)
            _abort(end) if self.mode == RESET else end.close()

    async def _open(self) -> Any:
        if isinstance(self.target, str):
            return await asyncio.open_unix_connection(self.target)
        return await asyncio.open_connection(*self.target)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, watched: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                if self.latency:
                    await asyncio.sleep(self.latency)
                while self.mode == HOLE:
                    await asyncio.sleep(0.05)
                if watched and self.cut and self.cut in data:
                    self.cut, self.cuts = b"", self.cuts + 1
                    if self.sent:
                        writer.write(data)
                        await writer.drain()
                        await asyncio.sleep(0.3)  # the server does what it was told; its answer gets lost
                    return
                writer.write(data)
                await writer.drain()


def _abort(writer: Any) -> None:
    with suppress(Exception):
        writer.transport.abort()


@contextmanager
def before(target: str | tuple[str, int]) -> Iterator[Proxy]:
    """A proxy before a socket's path or a host and port."""
    proxy, ready, loop = Proxy(target), threading.Event(), asyncio.new_event_loop()
    proxy._loop = loop

    async def listen() -> None:
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(listen())
        loop.run_forever()

    threading.Thread(target=run, daemon=True).start()
    assert ready.wait(5)
    try:
        yield proxy
    finally:
        proxy.mode = RESET
        loop.call_soon_threadsafe(loop.stop)


@contextmanager
def before_postgres(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the database of a URL, and the URL that leads through it."""
    parts = make_url(url)
    folder = parts.query.get("host")
    port = parts.port or 5432
    with before(f"{folder}/.s.PGSQL.{port}" if folder else (str(parts.host), port)) as proxy:
        through = parts.set(host="127.0.0.1", port=proxy.port, query={"gssencmode": "disable", "sslmode": "disable"})
        yield proxy, through.render_as_string(hide_password=False)


@contextmanager
def before_redis(url: str) -> Iterator[tuple[Proxy, str]]:
    """The same for Redis."""
    parts = urlsplit(url)
    with before(parts.path if parts.scheme == "unix" else (str(parts.hostname), parts.port or 6379)) as proxy:
        yield proxy, f"redis://127.0.0.1:{proxy.port}/0"


@contextmanager
def before_solr(url: str) -> Iterator[tuple[Proxy, str]]:
    """The same for Solr."""
    parts = urlsplit(url)
    with before((str(parts.hostname), parts.port or 8983)) as proxy:
        yield proxy, urlunsplit(parts._replace(netloc=f"127.0.0.1:{proxy.port}"))
