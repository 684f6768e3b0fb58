"""Reading remote sources: what is refused, what is bounded, what is tried again, and what errors do not say."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import threading
import time
import tracemalloc
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ckanext.stuttgart.errors import SourceError, SourceRefused, SourceUnreachable
from ckanext.stuttgart.harvest.address import Allowed, shown, target
from ckanext.stuttgart.harvest.client import Answer, Client, ClientSettings, LocalFile, local_file
from tests.core.hostile import Server, answer, bomb, endless, in_turn, raw, serving

Made = Callable[..., Client]
TURTLE = b"<https://a.example/1> a <http://www.w3.org/ns/dcat#Dataset> ."


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: Server, waits: list[float]) -> Made:
    """Makes clients that may read the local server, with small limits and without real waiting."""

    def make(**settings: Any) -> Client:
        small = {"allowed": (server.host,), "connect_timeout": 0.5, "read_timeout": 0.5, "deadline": 5.0, "tries": 1}
        return Client(ClientSettings(**{**small, **settings}), sleep=waits.append)

    return make


def failure(client: Client, url: str, kind: type[SourceError] = SourceUnreachable) -> str:
    with pytest.raises(SourceError) as caught:
        client.get(url)
    assert type(caught.value) is kind, caught.value
    return str(caught.value)


# --- Answers --------------------------------------------------------------------------------------------------------


def test_an_answer_comes_whole_with_its_headers(client: Made, server: Server) -> None:
    server.plays["/c.ttl"] = answer(
        body=TURTLE,
        Content_Type="text/turtle; charset=UTF-8",
        ETag='"7"',
        Last_Modified="Tue, 24 Nov 2026 10:00:00 GMT",
    )
    assert client().get(server.url("/c.ttl")) == Answer(
        server.url("/c.ttl"), 200, "text/turtle", "utf-8", TURTLE, '"7"', "Tue, 24 Nov 2026 10:00:00 GMT"
    )
    assert f"Host: {server.host}\r\n" in server.requests[0]
    assert "User-Agent: ckanext-stuttgart" in server.requests[0]
    assert "Accept: text/turtle" in server.requests[0]
    assert "Accept-Encoding: gzip, deflate\r\n" in server.requests[0]
    assert "Connection: close\r\n" in server.requests[0]


def test_of_a_header_sent_twice_the_first_counts(client: Made, server: Server) -> None:
    server.plays["/"] = raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nContent-Type: text/html\r\n\r\nx")
    assert client().get(server.url()).content_type == "text/turtle"


@pytest.mark.parametrize(
    ("header", "type_", "charset"),
    [
        ("text/turtle", "text/turtle", None),
        ('Text/Turtle ; profile=x; Charset="ISO-8859-1"', "text/turtle", "iso-8859-1"),
        ("text/html;charset='utf-8';x", "text/html", "utf-8"),
        ("text/html; charset=", "text/html", None),
        ("x; charset*0=a; charset*=b", "x", None),
        ("", "", None),
    ],
)
def test_type_and_charset_are_told_as_declared(
    client: Made, server: Server, header: str, type_: str, charset: str | None
) -> None:
    server.plays["/"] = raw(b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\nx" % header.encode())
    found = client().get(server.url())
    assert (found.content_type, found.charset) == (type_, charset)


def test_an_unchanged_source_answers_304_without_a_body(client: Made, server: Server) -> None:
    server.plays["/"] = answer("304 Not Modified", Content_Length="")
    found = client().get(server.url(), etag='"7"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT")
    assert (found.status, found.body) == (304, b"")
    assert 'If-None-Match: "7"' in server.requests[0]


@pytest.mark.parametrize(
    ("coding", "packed"),
    # What stands between head and checksum of a zlib stream is the raw one that some servers call deflate.
    [
        ("gzip", gzip.compress(TURTLE)),
        ("x-gzip", gzip.compress(TURTLE)),
        ("GZIP", gzip.compress(TURTLE[:9]) + gzip.compress(TURTLE[9:])),
        ("deflate", zlib.compress(TURTLE)),
        ("deflate", zlib.compress(TURTLE)[2:-4]),
        ("identity", TURTLE),
    ],
)
def test_packed_answers_are_unpacked(client: Made, server: Server, coding: str, packed: bytes) -> None:
    server.plays["/"] = answer(body=packed, Content_Encoding=coding)
    assert client().get(server.url()).body == TURTLE


def test_an_answer_in_chunks_is_put_together(client: Made, server: Server) -> None:
    server.plays["/"] = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert client().get(server.url()).body == b"abcde"


def test_an_iri_with_umlauts_is_asked_for_in_ascii(client: Made, server: Server) -> None:
    server.plays["/stra%C3%9Fen?a=%C3%BC&b=1%202"] = answer(body=b"x")
    assert client().get(server.url("/straßen?a=ü&b=1 2#teil")).body == b"x"
    server.plays["/50%25/%C3%BC%20b?c=100%25&d=%C3%BC"] = answer(body=b"x")
    assert client().get(server.url("/50%/%C3%BC b?c=100%&d=ü")).body == b"x"
    assert target("https://straße.example/").host == "xn--strae-oqa.example"


def test_a_question_can_be_posted(client: Made, server: Server) -> None:
    server.plays["/csw"] = answer(body=b"<x/>")
    assert client().post(server.url("/csw"), b"<q/>", "application/xml").body == b"<x/>"
    assert server.requests[0].startswith("POST /csw")
    assert "Content-Type: application/xml" in server.requests[0]
    assert server.requests[0].endswith("\r\n\r\n<q/>")


def test_cookies_are_not_kept(client: Made, server: Server) -> None:
    server.plays["/"] = answer("302 Found", Location="/b", Set_Cookie="a=b; Path=/")
    server.plays["/b"] = answer(body=b"x", Set_Cookie="c=d; Path=/")
    one = client()
    for _ in range(2):
        assert one.get(server.url()).body == b"x"
    assert len(server.requests) == 4
    assert not any("Cookie" in request for request in server.requests)


# --- Addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "dict://a.example/",
        "http://[::1",
        "http://",
        "https:///x",
        "http://a.example:99999/",
        "http://a b.example/",
        "javascript:alert(1)",
        "",
        "//a.example/x",
        "http://.a.example/",
        "http://a..example/",
        f"http://{'a' * 64}.example/",
        "http://a%41.example/",
        "http://127.0.0.1%zz/",
        "http://../",
    ],
)
def test_what_is_no_http_address_is_refused(client: Made, url: str) -> None:
    failure(client(), url, SourceRefused)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f000001",
        "127.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[fc00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[::]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_inner_addresses_are_refused_before_anything_is_sent(server: Server, host: str) -> None:
    client = Client(ClientSettings(tries=1, connect_timeout=0.5))
    assert "inner network" in failure(client, f"http://{host}:{server.port}/", SourceRefused)
    assert server.requests == []


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "expected"),
    [
        ("gis.stadt.example", "gis.stadt.example", 80, "10.1.2.3", True),
        ("gis.stadt.example:8080", "gis.stadt.example", 80, "10.1.2.3", False),
        ("gis.stadt.example:8080", "gis.stadt.example", 8080, "10.1.2.3", True),
        ("10.1.0.0/16", "gis.stadt.example", 80, "10.1.2.3", True),
        ("10.1.0.0/16", "gis.stadt.example", 80, "10.2.2.3", False),
        ("10.1.2.3", "10.1.2.3", 80, "10.1.2.3", True),
        ("::1", "::1", 80, "::1", True),
        ("[::1]:80", "::1", 81, "::1", False),
        ("", "a.example", 80, "93.184.216.34", True),
        ("", "a.example", 80, "2606:2800:220:1::1", True),
        ("", "a.example", 80, "64:ff9b::808:808", True),
    ],
)
def test_inner_hosts_can_be_allowed_by_name_port_and_network(
    entry: str, host: str, port: int, address: str, expected: bool
) -> None:
    assert Allowed.of([entry] if entry else []).permits(host, port, address) is expected


def test_an_entry_that_allows_nothing_is_named() -> None:
    with pytest.raises(ValueError, match="gis stadt"):
        Client(ClientSettings(allowed=("gis stadt",)))


def test_a_name_that_changes_its_address_after_the_check_is_not_looked_up_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    connected: list[Any] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(addresses), port))]

    def connect(_: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    client = Client(ClientSettings(tries=2, backoff=0), sleep=lambda _: None)
    assert "inner network" in failure(client, f"http://rebind.example:{server.port}/", SourceRefused)
    assert connected == [("93.184.216.34", server.port)]


def test_a_connection_that_ends_up_elsewhere_is_dropped_unused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))],
    )
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: real(self, ("127.0.0.1", address[1])))
    client = Client(ClientSettings(tries=1))
    assert "inner network" in failure(client, f"http://a.example:{server.port}/", SourceRefused)
    assert server.requests == []


def test_of_several_addresses_only_permitted_ones_are_tried(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.plays["/"] = answer(body=b"x")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("10.0.0.1", "127.0.0.1")
        ],
    )
    assert Client(ClientSettings(allowed=("127.0.0.0/8",))).get(f"http://a.example:{server.port}/").body == b"x"


def test_an_address_that_refuses_is_followed_by_the_next(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.plays["/"] = answer(body=b"x")
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *_, **__: [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("127.0.0.2", "127.0.0.1")
        ],
    )
    one = Client(ClientSettings(allowed=("127.0.0.0/8",), tries=1))
    assert one.get(f"http://a.example:{server.port}/").body == b"x"


# --- Redirects ------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_and_the_last_address_is_told(client: Made, server: Server) -> None:
    server.plays |= {"/a": answer("302 Found", Location="/b"), "/b": answer("308 Permanent Redirect", Location="c?d=1")}
    server.plays["/c?d=1"] = answer(body=TURTLE)
    assert client().get(server.url("/a")).url == server.url("/c?d=1")


def test_a_redirect_may_hold_umlauts_as_they_stand(client: Made, server: Server) -> None:
    server.plays["/"] = raw("HTTP/1.1 302 Found\r\nLocation: /straße\r\n\r\n".encode())
    server.plays["/stra%C3%9Fe"] = answer(body=b"x")
    assert client().get(server.url()).body == b"x"


@pytest.mark.parametrize(
    ("status", "asked"),
    [("301 Moved", "GET"), ("302 Found", "GET"), ("303 See Other", "GET"), ("307 T", "POST"), ("308 P", "POST")],
)
def test_a_posted_question_is_posted_again_where_the_status_says_so(
    client: Made, server: Server, status: str, asked: str
) -> None:
    server.plays |= {"/a": answer(status, Location="/b"), "/b": answer(body=b"x")}
    assert client().post(server.url("/a"), b"<q/>", "application/xml").body == b"x"
    assert server.requests[1].startswith(f"{asked} /b")
    assert ("<q/>" in server.requests[1], "Content-Type" in server.requests[1]) == (asked == "POST", asked == "POST")


@pytest.mark.parametrize("status", [b"302 Found\r\nLocation: /b", b"404 Not Found", b"503 Busy", b"304 Not Modified"])
def test_only_the_body_of_a_whole_answer_is_read(client: Made, server: Server, status: bytes) -> None:
    server.plays["/"] = endless(b"x" * 65_536, head=b"HTTP/1.1 " + status + b"\r\n\r\n")
    server.plays["/b"] = answer(body=b"x")
    started = time.monotonic()
    with suppress(SourceUnreachable):
        assert client().get(server.url()).body in (b"x", b"")
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://[::1",
    ],
)
def test_a_redirect_to_what_is_not_read_is_refused(client: Made, server: Server, status: str, location: str) -> None:
    server.plays["/"] = answer(status, Location=location)
    failure(client(), server.url(), SourceRefused)
    assert len(server.requests) == 1


def test_a_loop_and_too_many_redirects_end(client: Made, server: Server) -> None:
    server.plays["/"] = answer("302 Found", Location="/")
    assert "redirects more than 5 times" in failure(client(), server.url())
    assert len(server.requests) == 6


# --- Limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "play",
    [
        raw(*[b"H", b"T", b"T", b"P", b"/", b"1"] * 20, pause=0.1),
        raw(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 90, pause=0.1),
        endless(b"x", pause=0.1),
        endless(b"x", head=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", pause=0.1),
    ],
    ids=["status line", "headers", "body", "announced body"],
)
def test_an_answer_that_dribbles_is_cut_at_the_deadline(client: Made, server: Server, play: Any) -> None:
    server.plays["/"] = play
    started = time.monotonic()
    assert "took longer than 0.6 seconds" in failure(client(deadline=0.6, tries=3), server.url())
    assert time.monotonic() - started < 1.2


def test_a_server_that_says_nothing_runs_into_the_read_timeout(client: Made, server: Server) -> None:
    server.plays["/"] = raw(b"", pause=2)
    assert "did not answer in time" in failure(client(read_timeout=0.2), server.url())


@pytest.mark.parametrize(
    "play",
    [
        endless(b"x" * 65_536),
        endless(b"10000\r\n" + b"x" * 65_536 + b"\r\n", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        endless(b"x" * 65_536, head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"),
        endless(b"x" * 65_536, head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"),
        answer(body=b"", length=10**12),
        answer(body=bomb(200), Content_Encoding="gzip"),
        answer(body=gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
        answer(body=zlib.compress(bytes(50_000_000)), Content_Encoding="deflate"),
    ],
    ids=[
        "endless",
        "endless chunks",
        "negative chunk",
        "huge chunk",
        "announced",
        "bombs",
        "gzip bomb",
        "deflate bomb",
    ],
)
def test_an_answer_over_the_limit_is_not_read_on(client: Made, server: Server, play: Any) -> None:
    server.plays["/"] = play
    started = time.monotonic()
    one = client(max_bytes=1_000_000, tries=3)
    tracemalloc.start()
    assert "more than 1 MB" in failure(one, server.url())
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - started < 2
    assert memory < 6_000_000
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "play",
    [
        answer(body=TURTLE, length=1000),
        answer(body=gzip.compress(TURTLE)[:-12], Content_Encoding="gzip"),
        answer(body=gzip.compress(TURTLE) + gzip.compress(TURTLE)[:-1], Content_Encoding="gzip"),
        answer(body=zlib.compress(TURTLE)[:-1], Content_Encoding="deflate"),
        answer(body=zlib.compress(TURTLE)[2:-4][:-1], Content_Encoding="deflate"),
        answer(body=zlib.compress(TURTLE), length=1000, Content_Encoding="deflate"),
        answer(body=b"", length=1000, Content_Encoding="gzip"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n99\r\nabc"),
    ],
    ids=["length", "gzip", "second member", "deflate", "raw deflate", "length and deflate", "nothing", "chunks"],
)
def test_an_answer_that_is_cut_short_is_tried_again_and_never_taken(client: Made, server: Server, play: Any) -> None:
    server.plays["/"] = play
    assert "ended its answer early" in failure(client(tries=2), server.url())
    assert len(server.requests) == 2
    server.plays["/"] = in_turn(play, answer(body=TURTLE))
    assert client(tries=2).get(server.url()).body == TURTLE


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Encoding": "br"},
        {"Content_Encoding": "zstd"},
        {"Content_Encoding": "gzip, gzip"},
        {"Content_Encoding": "gzip, br"},
        {"Content_Encoding": "gzip"},
        {"Content_Encoding": "deflate"},
    ],
)
def test_compression_that_lies_or_was_not_asked_for_is_refused(
    client: Made, server: Server, headers: dict[str, str]
) -> None:
    server.plays["/"] = answer(body=TURTLE, **headers)
    failure(client(), server.url())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/9 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n12345",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_answers_that_are_no_http_never_raise_anything_else(client: Made, server: Server, body: bytes) -> None:
    server.plays["/"] = raw(body)
    said, answer = "", b""
    try:
        answer = client().get(server.url()).body
    except SourceUnreachable as error:
        said = str(error)
    assert answer == b""
    assert "garbage" not in said


# --- TLS ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, made by openssl."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, so there is no certificate to test with")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            file,
            "-out",
            f"{file}.crt",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )
    with file.open("a") as both:
        both.write(Path(f"{file}.crt").read_text())
    return file


def test_a_certificate_nobody_vouches_for_is_refused_and_the_operators_own_is_taken(
    client: Made, server: Server, certificate: Path
) -> None:
    server.plays["/"] = answer(body=TURTLE)
    server.certificate = certificate
    url = server.url().replace("http:", "https:")
    assert "invalid certificate" in failure(client(), url)
    assert client(ca_file=str(certificate)).get(url).body == TURTLE
    assert "invalid certificate" in failure(
        client(ca_file=str(certificate), allowed=("localhost",)), url.replace("127.0.0.1", "localhost")
    )


def test_a_handshake_that_never_comes_and_a_server_without_tls_are_told(client: Made, server: Server) -> None:
    server.plays["/"] = answer(body=TURTLE)
    url = server.url().replace("http:", "https:")
    assert "in time" in failure(client(connect_timeout=0.2), url)
    assert "took longer than 0.2 seconds" in failure(client(connect_timeout=5, deadline=0.2), url)


@pytest.mark.parametrize(
    "play",
    [
        raw(b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 90, pause=0.1),
        endless(b"x", pause=0.1),
        endless(b"x", head=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", pause=0.1),
    ],
    ids=["headers", "body", "chunk"],
)
def test_the_deadline_ends_what_dribbles_over_tls_too(
    client: Made, server: Server, certificate: Path, play: Any
) -> None:
    server.plays["/"], server.certificate = play, certificate
    started = time.monotonic()
    one = client(ca_file=str(certificate), deadline=0.6, tries=3)
    assert "took longer than 0.6 seconds" in failure(one, server.url().replace("http:", "https:"))
    assert time.monotonic() - started < 1.2


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("none.pem", "empty.pem"):
        with pytest.raises(ValueError, match=name):
            Client(ClientSettings(ca_file=str(tmp_path / name)))


# --- Trying again ---------------------------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_after_as_long_as_it_wants(
    client: Made, server: Server, waits: list[float]
) -> None:
    server.plays["/"] = in_turn(answer("429 Too Many Requests", Retry_After="7"), answer(body=TURTLE))
    assert client(tries=3, deadline=60).get(server.url()).body == TURTLE
    assert waits == [7.0]


def test_a_connection_is_closed_before_a_wait_and_after_an_answer(server: Server) -> None:
    closed, seen = threading.Event(), []

    def play(connected: socket.socket, request: str) -> None:
        connected.sendall(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % (b"200 OK" if seen else b"503 Busy"))
        if connected.recv(1) == b"":
            closed.set()

    server.plays["/"] = play
    settings = ClientSettings(allowed=(server.host,), tries=2)
    Client(settings, sleep=lambda _: seen.append(closed.wait(1))).get(server.url())
    assert seen == [True]
    closed.clear()
    Client(settings).get(server.url())
    assert closed.wait(1)
    assert not any(isinstance(each, threading.Timer) for each in threading.enumerate())


def test_waits_grow_and_end_with_the_status(client: Made, server: Server, waits: list[float]) -> None:
    server.plays["/"] = answer("503 Service Unavailable", body=b"geheim")
    assert failure(client(tries=3, backoff=0.5), server.url()).endswith("answered 503 Service Unavailable.")
    assert (waits, len(server.requests)) == ([0.5, 1.0], 3)


def test_a_wait_that_is_too_long_is_told_instead(client: Made, server: Server, waits: list[float]) -> None:
    server.plays["/"] = answer("503 Service Unavailable", Retry_After="600")
    assert "asks to wait 600 seconds" in failure(client(tries=3, deadline=999), server.url())
    assert waits == []


@pytest.mark.parametrize(
    "value", ["Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Oct 0000 99:99:99 X", "bald", "-3", "1e9", ""]
)
def test_senseless_waits_do_no_harm(client: Made, server: Server, value: str) -> None:
    server.plays["/"] = in_turn(answer("503 Service Unavailable", Retry_After=value), answer(body=TURTLE))
    assert client(tries=2).get(server.url()).body == TURTLE


@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "404 Not Found", "204 No Content", "206 Partial"]
)
def test_an_error_that_stays_is_not_tried_again(client: Made, server: Server, status: str) -> None:
    server.plays["/"] = answer(status, body=b"geheim", Content_Length="6")
    text = failure(client(tries=3), server.url())
    assert status[:3] in text
    assert "geheim" not in text
    assert len(server.requests) == 1


def test_a_closed_port_and_an_unknown_name_are_told(client: Made, waits: list[float]) -> None:
    with serving() as gone:
        port = gone.port
    assert "refuses connections" in failure(client(allowed=("127.0.0.1",), tries=2), f"http://127.0.0.1:{port}/")
    assert len(waits) == 1
    assert "cannot be resolved" in failure(client(), "http://gibt-es-nicht.invalid/")


def test_requests_to_one_host_keep_their_distance(client: Made, server: Server, waits: list[float]) -> None:
    server.plays["/"] = answer(body=b"x")
    one = client(host_delay=3.0)
    one.get(server.url())
    one.get(server.url())
    assert [round(wait) for wait in waits] == [3]


# --- Secrets --------------------------------------------------------------------------------------------------------


def test_credentials_are_sent_to_their_origin_alone_and_never_shown(client: Made, server: Server) -> None:
    with serving() as other:
        server.plays |= {
            "/": answer("302 Found", Location="/own"),
            "/own": answer("302 Found", Location=other.url("/")),
        }
        one = client(allowed=("127.0.0.1",))
        text = failure(one, f"http://amt:ge%40heim@{server.host}/")
        assert all("Authorization: Basic YW10OmdlQGhlaW0=" in request for request in server.requests)
        assert "Authorization" not in other.requests[0]
        assert "heim" not in text
        server.plays["/own"] = answer(body=b"x")
        assert one.get(server.url("/own")).url == server.url("/own")
        assert "Authorization" in server.requests[-1]


def test_credentials_may_hold_umlauts_and_colons(client: Made, server: Server) -> None:
    server.plays["/"] = answer(body=b"x")
    client().get(f"http://M%C3%BCller:a:ß@{server.host}/")
    assert f"Authorization: Basic {b64encode('Müller:a:ß'.encode()).decode()}\r\n" in server.requests[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://amt:geheim@a.example/x",
        "http://amt:ge@heim@a.example/x",
        "http://a.example/?apikey=geheim&page=2",
        "http://a.example/?page=2&access_token=geheim#geheim",
        "//amt:geheim@a.example/",
    ],
)
def test_a_url_is_shown_without_its_secrets(url: str) -> None:
    assert "heim" not in shown(url)
    assert "a.example" in shown(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://amt:geheim/x@a.example/",
        "ftp://amt:geheim@a.example/",
        "http://amt:geheim@[::1",
        "http://amt:geheim@/x",
    ],
)
def test_errors_about_unusable_urls_show_no_secret_either(client: Made, url: str) -> None:
    assert "geheim" not in failure(client(), url, SourceRefused)


def test_neither_proxies_nor_netrc_of_the_machine_are_used(
    client: Made, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server.plays["/"] = answer(body=b"x")
    assert client().get(server.url()).body == b"x"
    assert "Authorization" not in server.requests[0]


# --- Files ----------------------------------------------------------------------------------------------------------


def test_a_file_is_read_by_its_path_and_has_no_base(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(TURTLE)
    found = LocalFile(file).get(str(file))
    assert (found.body, found.base, found.url) == (TURTLE, None, str(file))


def test_nothing_but_the_named_file_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(TURTLE)
    for other in ("/etc/passwd", "file:///etc/passwd", f"file://{file}", "http://a.example/"):
        with pytest.raises(SourceRefused):
            LocalFile(file).get(other)


def test_what_is_no_readable_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(11))
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("none", "does not exist"),
        ("", "is a folder"),
        ("big", "is larger"),
        ("pipe", "is not a file"),
    ):
        with pytest.raises(SourceError, match=words):
            local_file(tmp_path / name, 10)
    with pytest.raises(SourceError, match="is not a file"):
        local_file("/dev/zero", 10)
    with pytest.raises(SourceError, match="cannot be opened"):
        local_file("a\0b", 10)
