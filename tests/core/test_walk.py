"""JSON answers one after another: bounds, links that may be followed, and loosely typed values and boxes."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.stuttgart.errors import SourceRefused, SourceUnreadable
from ckanext.stuttgart.harvest import boxes, loose
from ckanext.stuttgart.harvest.bounds import Bounds
from ckanext.stuttgart.harvest.walk import Walk, failure, inner, mended
from tests.core.sources import Site

PAGE = "https://daten.stadt.example/api/v1?page=1"


def test_paging_has_a_bound_on_pages_and_bytes() -> None:
    site = Site(lambda url, body: b'{"a": 1}')
    walk = Walk(site, PAGE, Bounds(pages=2))
    walk.read(PAGE)
    walk.read(f"{PAGE}0")
    with pytest.raises(SourceUnreadable, match="more than 2 pages"):
        walk.read(f"{PAGE}00")
    walk = Walk(site, PAGE, Bounds(bytes=8))
    walk.read(PAGE)
    with pytest.raises(SourceUnreadable, match="larger than"):
        walk.read(f"{PAGE}0")
    assert site.asked == [PAGE, f"{PAGE}0", PAGE]


def test_the_same_question_is_asked_once_and_another_body_is_another_question() -> None:
    walk = Walk(Site(lambda url, body: b"{}"), PAGE)
    walk.read(PAGE)
    walk.read(PAGE, b"1")
    for body in (None, b"1"):
        with pytest.raises(SourceUnreadable, match="named once more"):
            walk.read(PAGE, body)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("?page=2", "https://daten.stadt.example/api/v1?page=2"),
        ("http://daten.stadt.example/x", "https://daten.stadt.example/x"),
        ("https://daten.stadt.example:8443/x", "https://daten.stadt.example/x"),
        ("https://www.daten.stadt.example/x", "https://daten.stadt.example/x"),
        ("http://localhost:8080/x?a=1", "https://daten.stadt.example/x?a=1"),
        ("http://10.0.0.5/x", "https://daten.stadt.example/x"),
        ("http://frost/x", "https://daten.stadt.example/x"),
        ("http://sta.svc.cluster.local/x", "https://daten.stadt.example/x"),
        ("https://anderswo.example/x", "https://anderswo.example/x"),
        ("https://daten.stadt.example.boese.example/x", "https://daten.stadt.example.boese.example/x"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_only_names_of_the_inside_stand_for_the_host_that_answered(link: str, expected: str) -> None:
    assert mended(PAGE, link) == expected


@pytest.mark.parametrize("link", ["https://anderswo.example/x", "file:///etc/passwd", "http://[::1", "javascript:x"])
def test_foreign_links_are_never_followed(link: str) -> None:
    site = Site(lambda url, body: b"{}")
    walk = Walk(site, PAGE)
    page = walk.read(PAGE)
    with pytest.raises(SourceRefused, match="another host"):
        walk.follow(page, link)
    assert site.asked == [PAGE]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "192.168.1.1", "::1", "fd00::1", "server", "x.local", ""])
def test_inner_hosts_are_known(host: str) -> None:
    assert inner(host)
    assert not inner("daten.stadt.example")
    assert not inner("8.8.8.8")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"error": {"code": 498, "message": "geheim"}}, "498"),
        ({"error": "geheim"}, ""),
        ({"error_code": "X"}, ""),
        ({"errors": [{"status": 503}]}, "503"),
        ({"type": "error", "code": 400}, "400"),
        ({"success": False}, ""),
        ({"errors": [], "value": []}, None),
        ({"code": 5}, None),
        ([], None),
        (None, None),
    ],
)
def test_an_error_object_gives_its_code_and_nothing_else(value: Any, code: str | None) -> None:
    assert failure(value) == code


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1627417486000, "2021-07-27T20:24:46Z"),
        ("1627417486000", "2021-07-27T20:24:46Z"),
        (-1000000000000, "1938-04-24T22:13:20Z"),
        (99999999999999, "5138-11-16T09:46:39Z"),
        ("2020-01-01", "2020-01-01"),
        (2020, "2020"),
        ("{{modified:toISO}}", ""),
        (None, ""),
        (True, ""),
        ({"@value": "2020"}, "2020"),
    ],
)
def test_milliseconds_are_dates_and_dates_stay(value: Any, expected: str) -> None:
    assert loose.date(value) == expected


@pytest.mark.parametrize(
    "nothing", ["No description", "no description.", "{{description}}", "n/a", "null", "-", "...", " "]
)
def test_words_for_nothing_say_nothing(nothing: str) -> None:
    assert loose.said(nothing) == ""
    assert loose.said(f"{nothing} und mehr") != ""


def test_boxes_come_from_numbers_and_know_where_they_lie() -> None:
    assert boxes.box(["9", 48, 9.2, "48.9"]) == (9, 48, 9.2, 48.9)
    assert boxes.box([9, 48, 0, 9.2, 48.9, 100]) == (9, 48, 9.2, 48.9)
    assert boxes.box([9, 48, None, 48.9]) is boxes.box("9,48") is boxes.box([True, 1, 2, 3]) is None
    assert boxes.looks_turned((48.7, 9.0, 48.9, 9.3))
    assert not boxes.looks_turned((9.0, 48.7, 9.3, 48.9))
    assert not boxes.looks_turned((2.3, 48.8, 2.4, 48.9))
    assert not boxes.possible((9, 48, 9.2, 100))
    assert len(boxes.locations((170, -10, -170, 10))) == 2
