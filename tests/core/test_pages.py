"""The portal's own pages: slots are filled, left out or shown as open; nothing is invented."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.stuttgart import city, pages

MORE = {"site_url": "https://daten.example.org"}
VALUES = {
    "name": "Amt <für> Daten",
    "email": "daten@example.org",
    "url": "https://example.org/a?b=1&c=2",
    "telephone": "+49 711 123-0",
    "day": "2026-11-25",
    "status": "partial",
    "gaps": "- Erstens\n- Zweitens",
}


def rendered(text: str, language: str = "de", **values: Any) -> pages.Page:
    return pages.render("help", f"# Seite\n{text}\n", language, {**VALUES, **values})


def test_the_first_line_is_the_title_and_the_rest_is_markdown() -> None:
    page = rendered("\n## Abschnitt\n\nEin *Wort*.")
    assert page.title == "Seite"
    assert page.body == '<h2 id="s-abschnitt">Abschnitt</h2>\n<p>Ein <em>Wort</em>.</p>'
    assert page.sections == (("s-abschnitt", "Abschnitt"),)


def test_a_value_is_text_and_never_markup() -> None:
    assert "Amt &lt;für&gt; Daten" in rendered("Hier: {{ name }}").body


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("email", '<a href="mailto:daten@example.org">daten@example.org</a>'),
        ("url", '<a href="https://example.org/a?b=1&amp;c=2">'),
        ("telephone", '<a href="tel:+497111230">+49 711 123-0</a>'),
        ("day", "25. November 2026"),
    ],
)
def test_addresses_become_links_and_dates_are_written_out(slot: str, expected: str) -> None:
    assert expected in rendered(f"Hier: {{{{ {slot} }}}}").body


def test_a_value_alone_on_its_line_may_be_paragraphs() -> None:
    assert "<li>Erstens</li>" in rendered("{{ gaps }}").body


def test_an_open_slot_stays_visible_and_is_listed() -> None:
    page = rendered("Telefon: {{ absent }}", absent=None)
    assert '<mark class="st-slot">[noch offen: <code>absent</code>]</mark>' in page.body
    assert page.open_slots == ("absent",)


def test_a_line_goes_when_its_value_may_be_missing_and_is() -> None:
    page = rendered("Oben\n\n{{ absent? }} unten", absent=None)
    assert "unten" not in page.body
    assert page.open_slots == ()


def test_a_line_stays_for_one_value_only() -> None:
    page = rendered("{{ status=full }} ganz\n{{ status=partial }} teilweise\n{{ status=null }} offen")
    assert "teilweise" in page.body
    assert "ganz" not in page.body
    assert "offen" not in page.body


@pytest.mark.parametrize("name", ["stuttgart", "musterstadt"])
@pytest.mark.parametrize("key", pages.ADDRESSES)
def test_every_page_is_there_and_names_only_slots_that_exist(name: str, key: str) -> None:
    profile = city.load(name)
    page = pages.load(profile, key, "de", MORE)
    assert page is not None
    assert page.language == "de"
    assert page.title
    assert "{{" not in page.body


def test_a_city_on_its_first_day_is_told_every_fact_that_the_law_asks_for() -> None:
    profile = city.load("musterstadt")
    imprint = pages.open_slots(profile, "imprint", MORE)
    assert {"legal.operator.address", "legal.operator.representative", "legal.operator.email"} <= set(imprint)
    assert "legal.operator.vat_id" not in imprint
    accessibility = pages.open_slots(profile, "accessibility", MORE)
    assert "legal.accessibility.arbitration.name" in accessibility


def test_a_page_without_the_readers_language_comes_in_german() -> None:
    page = pages.load(city.load("stuttgart"), "plain_language", "en", MORE)
    assert page is not None
    assert page.language == "de"
