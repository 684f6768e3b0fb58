"""Texts in several languages: what is German, what is a language, and one form for what RDF gives back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde import texts

FIELDS = ("title", "notes")


@pytest.mark.parametrize(
    ("given_", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-DE", "de"),
        ("de_DE", "de"),
        ("deu", "de"),
        ("ger", "de"),
        ("Deutsch", "de"),
        ("http://publications.europa.eu/resource/authority/language/DEU", "de"),
        ("en-GB", "en-gb"),
        ("EN_us", "en-us"),
        ("fra", "fr"),
        ("englisch", "en"),
        ("fr-t-de-t0-mtec", "fr-t-de-t0-mtec"),
        ("de-x-simple", "de-x-simple"),
        ("dsb", "dsb"),
        ("", ""),
        ("-", ""),
        ("1", ""),
        ("klingonisch", ""),
        ("de DE", "de"),
    ],
)
def test_a_language_is_given_as_a_tag_a_code_or_a_name(given_: str, tag: str):
    assert texts.language_tag(given_) == tag


def entry(field: Any, language: Any, text: Any) -> dict[str, Any]:
    return {"field": field, "language": language, "text": text}


def test_usable_translations_are_told_from_those_that_are_not():
    good = [entry("title", "en", "Trees"), entry("notes", "FR", " Arbres ")]
    bad = [
        entry("colour", "en", "red"),
        entry("title", "?", "x"),
        entry("title", "en", None),
        entry(1, 2, 3),
        "text",
        ["x"],
    ]
    expected = [("title", "en", "Trees"), ("notes", "fr", "Arbres")]
    assert texts.entries([*good, *bad, None, "", {}], FIELDS) == (expected, bad)
    assert texts.entries(json.dumps(good), FIELDS) == (expected, [])
    assert texts.entries(good[0], FIELDS) == (expected[:1], [])


@pytest.mark.parametrize("raw", ["[", "x", "[" * 100_000, 7, True, {"x": 1}, [[]], ["\ud800"]])
def test_what_holds_no_translations_is_given_back(raw: Any):
    good, bad = texts.entries(raw, FIELDS)
    assert good == []
    assert bad in ([raw], raw, [])


def test_no_translations_are_none():
    for raw in (None, "", [], {}, "null", "[]"):
        assert texts.entries(raw, FIELDS)[0] == []


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"de": "Bäume", "en": "Trees"}, [("de", "Bäume"), ("en", "Trees")]),
        ({"de-DE": "Bäume", "fr": None, "it": ""}, [("de", "Bäume")]),
        ({"de": ["Baum", "Rad", None], "en": ("tree",)}, [("de", "Baum"), ("de", "Rad"), ("en", "tree")]),
        ({"name": "x"}, None),
        ({"uri": "https://example.org"}, None),
        ({"de": 7}, None),
        ({"de": {"text": "x"}}, None),
        ({1: "x"}, None),
        ("Bäume", None),
        (["Bäume"], None),
        (None, None),
    ],
)
def test_a_dict_by_language_is_taken_apart_and_anything_else_is_none(value: Any, found: list[tuple[str, str]] | None):
    assert texts.by_language(value) == found


# The texts of a field, its entries -> the field, the entries.
SETTLED = [
    (["Bäume"], set(), "Bäume", set()),
    (["Bäume"], {("en", "Trees")}, "Bäume", {("en", "Trees")}),
    (["Bäume"], {("de", "Bäume")}, "Bäume", set()),
    (["Trees"], {("en", "Trees")}, "Trees", {("en", "Trees")}),
    (["Trees"], {("en", "Trees"), ("de", "Bäume")}, "Bäume", {("en", "Trees")}),
    (["Rad"], {("en", "Rad"), ("de", "Rad")}, "Rad", {("en", "Rad"), ("de", "Rad")}),
    ([], {("de", "Bäume"), ("en", "Trees")}, "Bäume", {("en", "Trees")}),
    ([], {("fr", "Arbres"), ("en", "Trees")}, "Trees", {("fr", "Arbres"), ("en", "Trees")}),
    ([], {("fr", "Arbres"), ("cs", "Stromy")}, "Stromy", {("fr", "Arbres"), ("cs", "Stromy")}),
]


@pytest.mark.parametrize(("plain", "entries", "shown", "kept"), SETTLED)
def test_the_field_shows_german_else_english_else_the_first_language(
    plain: list[str], entries: set[tuple[str, str]], shown: str, kept: set[tuple[str, str]]
):
    assert texts.settle(plain, entries, many=False) == ([shown], kept)


PAIRS = st.sets(st.tuples(st.sampled_from(["de", "en", "fr"]), st.sampled_from(["a", "b", "c"])), max_size=5)


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=3), PAIRS, st.booleans())
def test_what_is_settled_stays_settled(plain: list[str], entries: set[tuple[str, str]], many: bool):
    if plain or entries:
        once = texts.settle(plain, entries, many=many)
        assert texts.settle(*once, many=many) == once
        assert many or len(once[0]) == 1


def test_a_plain_text_is_german_unless_it_stands_under_another_language_only():
    assert texts.settle(["Trees", "Baum"], {("en", "Trees")}, many=True) == (
        ["Baum", "Trees"],
        {("en", "Trees"), ("de", "Trees")},
    )
    assert texts.settle(["Trees"], {("en", "Trees")}, many=True) == (["Trees"], {("en", "Trees")})
