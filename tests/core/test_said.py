"""What the harvest says in English has German words, whole or with values in it."""

from __future__ import annotations

import re

import pytest

from ckanext.stuttgart.harvest import said
from ckanext.stuttgart.harvest.reader import reader, reader_names

SENTENCES = [
    (
        "https://a.example/: answered 404 Not Found.",
        "https://a.example/: antwortete, dass es diese Seite nicht gibt (404).",
    ),
    ("https://a.example: answered 418 I'm a teapot.", "https://a.example: antwortete mit 418 I'm a teapot."),
    (
        "https://a.example/x: lists names only, not datasets. Give the address of package_search.",
        "https://a.example/x: führt nur Namen auf, keine Datensätze. Die Adresse von package_search angeben.",
    ),
    (
        "a following page was not read: https://b.de: answered 503 Service Unavailable.",
        "eine der folgenden Seiten wurde nicht gelesen: https://b.de: ist zurzeit nicht verfügbar (503).",
    ),
    ("format: must be one of a, b", "format: möglich sind a, b"),
    ("A title of somebody else. And more", "A title of somebody else. And more"),
]


@pytest.mark.parametrize(("english", "german"), SENTENCES)
def test_a_sentence_with_values_is_said_in_german(english: str, german: str) -> None:
    assert said.sentence(english, "de") == german
    assert said.sentence(english, "en") == english


@pytest.mark.parametrize("name", reader_names())
def test_kind_and_options_of_a_reader_have_german_words(name: str) -> None:
    chosen = reader(name)
    assert said.reader_label(name, "", "de")
    for option in chosen.options:
        for text in (option.label, option.help, *(option.choices if option.name == "group" else ())):
            assert not text or text in said.table("said.yaml")["options"], text


def test_german_uses_the_slots_of_the_english() -> None:
    for english, german in said.table("said.yaml")["sentences"].items():
        assert set(re.findall(r"\{\w+\}", german)) <= set(re.findall(r"\{\w+\}", english))


def test_a_long_text_is_no_sentence_and_costs_no_time() -> None:
    text = "x: " * 100_000
    assert said.sentence(text, "de") == text
