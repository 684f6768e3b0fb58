"""The pure parts of the look: what descriptions may hold, what browsers may load, icons, the city's stylesheet."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from ckanext.stuttgart import city
from ckanext.stuttgart.theme import icons, markup, policy, stylesheet

HOST = "daten.example.org"


@pytest.mark.parametrize(
    "url", ["https://a.example/x", "http://a.example", "mailto:a@b.example", "tel:+49711", "ftp://a.b/c"]
)
def test_these_links_are_kept(url: str) -> None:
    assert markup.safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "java\nscript:alert(1)",
        "vbscript:x",
        "//a.example",
        "http:",
        "",
        None,
        "[x",
    ],
)
def test_these_are_no_links(url: str | None) -> None:
    assert markup.safe_link(url) == ""


def test_headings_of_a_description_stand_below_that_of_the_page_and_skip_no_level() -> None:
    found = markup.mended("<h1>a</h1><h4>b</h4><h6>c</h6><h1>d</h1>", HOST)
    assert re.findall(r"<h(\d)>", found) == ["2", "3", "4", "2"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>a</p>", '<h1 class="st-heading">Titel</h1><p>a</p>'),
        ('<h1 class="x">a</h1>', '<h1 class="x">a</h1>'),
        ("<h1>a</h1><h1>b</h1>", "<h1>a</h1><h2>b</h2>"),
    ],
)
def test_a_page_has_one_heading_of_the_first_level(content: str, expected: str) -> None:
    assert markup.with_one_heading(content, "Titel") == expected


def test_an_image_from_elsewhere_becomes_a_link_that_says_what_it_shows() -> None:
    text = '<p><img src="https://far.example/a.png" alt="Karte"><img src="/b.png"><img src="https://daten.example.org/c.png"></p>'
    found = markup.mended(text, HOST)
    assert '<a href="https://far.example/a.png">Karte</a>' in found
    assert found.count("<img") == 2


def test_a_link_to_a_script_becomes_text() -> None:
    found = markup.mended('<p><a href="javascript:alert(1)">hier</a> <a href="#unten">da</a></p>', HOST)
    assert "javascript" not in found
    assert "hier" in found
    assert '<a href="#unten">da</a>' in found


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    found = policy.of_endpoint("dataset.read")
    assert "script-src 'self';" in found
    assert "style-src 'self';" in found
    assert "unsafe" not in found
    assert "frame-ancestors 'none'" in found


def test_map_hosts_may_be_asked_for_images_and_data_only() -> None:
    found = dict(rule.split(" ", 1) for rule in policy.of_endpoint("dataset.read", ("https://m.example",)).split("; "))
    assert {key for key, value in found.items() if "m.example" in value} == {"img-src", "connect-src"}


def test_only_what_is_made_for_frames_may_be_framed() -> None:
    assert "frame-ancestors 'self';" in policy.of_endpoint("dataset_resource.view") + ";"
    assert "frame-ancestors 'self' https://b.example" in policy.of_endpoint("x.embed", (), ("https://b.example",))
    assert "frame-ancestors 'none'" in policy.of_endpoint("home.index", (), ("https://b.example",))


def test_an_uploaded_page_is_no_page_of_the_portal() -> None:
    assert policy.is_foreign_document("dataset_resource.download", "/x", "text/html")
    assert policy.is_foreign_document("static", "/uploads/group/a.svg", "image/svg+xml")
    assert not policy.is_foreign_document("dataset_resource.download", "/x", "text/csv")


@pytest.mark.parametrize("name", icons.drawings())
def test_every_icon_is_a_drawing_that_screen_readers_pass_over(name: str) -> None:
    drawn = etree.fromstring(str(icons.icon(name)))
    assert drawn.get("aria-hidden") == "true"
    assert len(drawn)


@pytest.mark.parametrize("name", ["stuttgart", "musterstadt"])
def test_topics_name_icons_that_exist(name: str) -> None:
    assert {topic.icon for topic in city.load(name).topics} <= set(icons.drawings())


def test_the_citys_stylesheet_has_every_colour_in_both_schemes() -> None:
    profile = city.load("stuttgart")
    text = stylesheet.of_city(profile, lambda name: f"/files/{name}")
    for colours in (profile.colours.light, profile.colours.dark):
        assert f"--st-primary:{colours.primary};" in text
    assert text.count("--st-on-accent:") == 2
    assert "@font-face" not in text
