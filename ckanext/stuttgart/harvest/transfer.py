"""The body of an HTTP answer, counted and unpacked while it arrives."""

from __future__ import annotations

import http.client
import zlib

_STEP = 65_536
# Window sizes of zlib: 31 reads gzip, 15 zlib, -15 the raw stream that some servers call deflate.
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class BrokenBody(Exception):
    """A body that is not read; `passing` when a second try may help."""

    def __init__(self, problem: str, passing: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.passing = problem, passing


def read_body(response: http.client.HTTPResponse, limit: int) -> bytes:
    """Return the body, gzip or deflate unpacked, of at most `limit` bytes on the wire and unpacked.

    Raises BrokenBody: too large, shorter than announced, packed in another way or not as announced.
    """
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
    announced = response.headers.get("Content-Length", "")
    expected = int(announced) if announced.isdigit() and not response.chunked else None
    if expected is not None and expected > limit:
        raise _too_large(limit)
    if coding == "identity":
        body = _plain(response, limit)
        if expected is not None and len(body) < expected:
            raise BrokenBody("ended its answer early", passing=True)
        return body
    if coding not in _WINDOWS:
        raise BrokenBody("packs its answer in a way that was not asked for")
    return _unpacked(response, limit, _WINDOWS[coding])


def _plain(response: http.client.HTTPResponse, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := response.read(_STEP):
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


def _unpacked(response: http.client.HTTPResponse, limit: int, window: int) -> bytes:
    """Unpack piece by piece, so that a bomb costs no more than the limit; gzip may consist of several members."""
    parts: list[bytes] = []
    size = received = 0
    unpacker = zlib.decompressobj(window)
    while part := response.read(_STEP):
        received += len(part)
        if window == 15 and received == len(part) and (part[0] & 15 != 8 or int.from_bytes(part[:2], "big") % 31):
            unpacker = zlib.decompressobj(-15)
        while part:
            try:
                text = unpacker.decompress(part, limit + 1 - size)
            except zlib.error:
                raise BrokenBody("answers with broken compression") from None
            size += len(text)
            if size > limit or received > limit:
                raise _too_large(limit)
            parts.append(text)
            part = unpacker.unconsumed_tail
            if unpacker.eof:
                part = unpacker.unused_data if window == 31 else b""
                unpacker = zlib.decompressobj(window) if part else unpacker
    if received and not unpacker.eof:
        raise BrokenBody("ended its answer early", passing=True)
    return b"".join(parts)


def _too_large(limit: int) -> BrokenBody:
    return BrokenBody(f"answers with more than {limit / 1e6:g} MB")
