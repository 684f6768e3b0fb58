"""IRIs, mail addresses and telephone numbers out of what people type."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.values import iri


@pytest.mark.parametrize(
    "text",
    [
        "https://opendata.stuttgart.de/dataset/baustellen",
        "http://geodienste.hamburg.de/HH_WFS?SERVICE=WFS&REQUEST=GetCapabilities",
        "http://www.geoportal.rlp.de:80/portal/karten.html?LAYER%5Bzoom%5D=1",
        "https://münchen.de/straßen?größe=1#anfang",
        "ftp://ftp.dwd.de/pub/",
        "http://[2001:db8::1]/daten.csv",
        "HTTPS://Example.org/Mit/Groß",
        "http://example.org",
    ],
)
def test_a_valid_web_address_stays_as_it_is(text: str):
    assert iris.mend(text, web=True) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("  https://example.org/a \n", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("www.stuttgart.de/daten", "http://www.stuttgart.de/daten"),
        ("https://example.org/mit leer", "https://example.org/mit%20leer"),
        ("https://example.org/um\nbruch", "https://example.org/umbruch"),
        ("https://example.org/\u200bdaten\u00ad", "https://example.org/daten"),
        ("https://example.org/karten?LAYER[id]=1", "https://example.org/karten?LAYER%5Bid%5D=1"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a%20b%2", "https://example.org/a%20b%252"),
        ("https://example.org/#a#b", "https://example.org/#a%23b"),
        ("https://example.org\\daten\\a.csv", "https://example.org/daten/a.csv"),
        ("https://example.org/\ud800a", "https://example.org/a"),
        ("https://example.org/\u0000a", "https://example.org/%00a"),
    ],
)
def test_an_address_with_forbidden_characters_is_mended(text: str, made: str):
    assert iris.mend(text, web=True) == made
    assert iris.mend(made, web=True) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "auf Anfrage",
        "daten/bäume.csv",
        "/dataset/1",
        "//example.org/a",
        "opendata.example.org/a",
        "localhost:5000/a",
        "C:\\Daten\\a.csv",
        "http:/example.org/a",
        "http://",
        "http:///a",
        "http://exa mple.org/",
        "http://example.org:port/",
        "http://[2001:db8::1/",
        "http://example.org/a http://example.org/b",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "Quelle: Stadt Stuttgart",
        "https://example.org/" + "a" * iris.LONGEST,
    ],
)
def test_what_is_no_address_is_none(text: str):
    assert iris.mend(text) is None
    assert iris.mend(text, web=True) is None


@pytest.mark.parametrize(
    "text", ["urn:uuid:1", "doi:10.1000/182", "mailto:a@example.org", "tel:+49711", "tag:a@b,2020:x"]
)
def test_a_name_is_an_iri_but_nothing_to_open_in_a_browser(text: str):
    assert iris.mend(text) == text
    assert iris.mend(text, web=True) is None


@given(st.text(max_size=80) | st.text(max_size=40).map(lambda tail: "https://example.org/" + tail))
def test_whatever_is_mended_is_an_iri_that_rdf_can_carry_and_stays_so(text: str):
    made = iris.mend(text)
    if made is not None:
        assert iri(made) is not None
        assert iris.mend(made) == made
        assert iris.scheme_of(made) not in iris.REFUSED


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("opendata@stuttgart.de", "opendata@stuttgart.de"),
        ("mailto:opendata@stuttgart.de", "opendata@stuttgart.de"),
        ("MAILTO: opendata@stuttgart.de?subject=Daten", "opendata@stuttgart.de"),
        ("mailto:open%2Bdata@stuttgart.de", "open+data@stuttgart.de"),
        ("Open Data <opendata@stuttgart.de>", "opendata@stuttgart.de"),
        ("poststelle(at)statistik.rlp.de", "poststelle@statistik.rlp.de"),
        ("poststelle [at] statistik [dot] rlp [punkt] de", "poststelle@statistik.rlp.de"),
        ("info@büro.example", "info@büro.example"),
    ],
)
def test_a_mail_address_is_found_in_what_stands_around_it(text: str, made: str):
    assert iris.email(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kein",
        "a@b",
        "@example.org",
        "a b@example.org",
        "a@example.org; b@example.org",
        "ä@example.org",
        "a@example.org," * 90,
    ],
)
def test_what_is_no_single_mail_address_is_none(text: str):
    assert iris.email(text) is None


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("+497112160", "+497112160"),
        ("tel:+49-711-216-0", "+49-711-216-0"),
        ("tel:+49%20711%20216-0", "+49711216-0"),
        ("+49 40 4 28 40 - 3494", "+494042840-3494"),
        ("+49 (0)711 216-0", "+49711216-0"),
        ("+49 (0) 711 / 216 – 0", "+49711216-0"),
        ("0711/216-0", "0711216-0"),
        ("0711 216-0", "0711216-0"),
        ("Tel.: 0711 216-0", "0711216-0"),
        ("Telefon 0711 216-0", "0711216-0"),
        ("115", "115"),
        ("+49711216-0;ext=12", "+49711216-0;ext=12"),
    ],
)
def test_a_telephone_number_is_reduced_to_what_a_tel_iri_holds(text: str, made: str):
    assert iris.telephone(text) == made
    assert iri(f"tel:{made}") is not None


@pytest.mark.parametrize(
    "text", ["", "12", "keins", "0711 216-0 oder 115", "0711 216-0 (Zentrale)", "0" * 60, "٠٧١١٢١٦"]
)
def test_what_is_no_single_telephone_number_is_none(text: str):
    assert iris.telephone(text) is None


def test_hostile_text_costs_next_to_nothing():
    long = [
        "a" + " " * 5_000_000 + "b",
        "http://" + "a" * 3_900,
        "http://" + "@" * 3_900,
        "<" * 5_000_000,
        "[ " * 2_000_000,
    ]
    began = time.process_time()
    for text in [*long, "x" + " " * 480 + "x", "x@" + "a-" * 240]:
        iris.mend(text)
        iris.email(text)
        iris.telephone(text)
    assert time.process_time() - began < 1
