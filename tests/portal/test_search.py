"""Searching in German, on a real Solr: what is found, what is left to CKAN, what no query can break."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib import search
from ckan.tests import factories, helpers

from ckanext.stuttgart.cli import stuttgart
from ckanext.stuttgart.searching import knowledge, misses, shelf

TITLES = (
    *("Radverkehrszählung 2024", "Fahrradabstellanlagen", "Museen und Galerien", "Rundfunk und Radio"),
    *("Baumkataster", "Abfallbehälter im Straßenraum", "Seen und Gewässer", "Kindertageseinrichtungen"),
)
TRICKS = (
    *(
        "x" * 10_000,
        "wort " * 2_000,
        "\x00\x07Rad\x1b",
        "🚲🚲🚲",
        '"offen',
        "((((",
        "a AND",
        "NOT",
        "*",
        "?" * 400,
        "~^2",
    ),
    *("{!func}id", "{!lucene q.op=OR}rad", '_query_:"{!dismax}rad"', "title:[* TO", "\\", "rad\\", "&&", "ß" * 500),
    *("((((", "or " * 900, "straße-" * 300, "<script>alert(1)</script>", "%00", "q=1&fq=*:*", "-" * 200, "Ä Ö Ü"),
)


@pytest.fixture
def filled(clean_portal: None) -> Iterator[None]:
    """A handful of datasets, and nothing remembered of others."""
    shelf.forget()
    knowledge.forget()
    office = factories.Organization(title="Amt für Proben")
    for title in TITLES:
        factories.Dataset(title=title, notes="Beispiel", owner_org=office["id"])
    yield
    misses.forget()


def found(q: str, **parameters: Any) -> list[str]:
    """The titles, best first."""
    return [each["title"] for each in helpers.call_action("package_search", q=q, **parameters)["results"]]


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("Radverkehr", "Radverkehrszählung 2024"),
        ("radverkehrszaehlungen", "Radverkehrszählung 2024"),
        ("Zählung", "Radverkehrszählung 2024"),
        ("Fahrrad", "Fahrradabstellanlagen"),
        ("Museum", "Museen und Galerien"),
        ("Bäume", "Baumkataster"),
        ("baeume", "Baumkataster"),
        ("Mülleimer", "Abfallbehälter im Straßenraum"),
        ("See", "Seen und Gewässer"),
        ("Kita", "Kindertageseinrichtungen"),
    ],
)
def test_a_citizens_word_finds_what_the_office_calls_otherwise(filled: None, q: str, title: str) -> None:
    assert title in found(q)[:3]


@pytest.mark.parametrize(("q", "title"), [("Rad", "Rundfunk und Radio"), ("See", "Museen und Galerien")])
def test_a_word_is_not_found_in_the_middle_of_another(filled: None, q: str, title: str) -> None:
    assert found(q)
    assert title not in found(q)


def test_a_misspelt_word_is_taken_for_the_one_that_is_there_and_this_is_said(filled: None) -> None:
    answer = helpers.call_action("package_search", q="Galereien")
    assert [each["title"] for each in answer["results"]] == ["Museen und Galerien"]
    assert answer["stuttgart"]["did_you_mean"].casefold() == "galerien"


def test_words_of_what_is_not_public_are_not_told(filled: None) -> None:
    office = factories.Organization()
    factories.Dataset(title="Zebrahaltung", owner_org=office["id"], private=True)
    shelf.forget()
    knowledge.forget()
    answer = tk.get_action("package_search")({"user": "", "ignore_auth": False}, {"q": "Zebrahaltnug"})
    assert answer["count"] == 0
    assert "zebrahaltung" not in json.dumps(answer).casefold()


@pytest.mark.parametrize("q", ["", "*:*", "title:Museen", '"Museen und"', "Museen AND Galerien", "muse*", "-Museen"])
def test_what_asks_solr_for_more_than_words_is_left_to_ckan(filled: None, q: str) -> None:
    answer = helpers.call_action("package_search", q=q)
    assert "stuttgart" not in answer
    stock = helpers.call_action("package_search", q=q, ext_stgt="0")
    assert [each["id"] for each in answer["results"]] == [each["id"] for each in stock["results"]]


def test_a_query_can_be_left_to_ckan_by_parameter_and_by_setting(filled: None) -> None:
    assert found("Bäume", ext_stgt="0") == []
    with helpers.changed_config("ckanext.stuttgart.search.enabled", False):
        assert found("Bäume") == []
    assert found("Bäume") == ["Baumkataster"]


def test_filters_facets_order_and_pages_work_as_ever(filled: None) -> None:
    office = factories.Organization(name="amt")
    for number in range(3):
        factories.Dataset(title=f"Spielplätze {number}", owner_org=office["id"])
    answer = helpers.call_action(
        "package_search", q="Spielplatz", fq="organization:amt", rows=2, start=1, sort="title_string desc",
        **{"facet.field": ["organization"]},
    )  # fmt: skip
    assert answer["count"] == 3
    assert [each["title"] for each in answer["results"]] == ["Spielplätze 1", "Spielplätze 0"]
    assert answer["search_facets"]["organization"]["items"][0]["count"] == 3
    assert found("Spielplatz", fq="-organization:amt") == []


@pytest.mark.parametrize("q", TRICKS)
def test_no_query_breaks_the_search(filled: None, q: str) -> None:
    try:
        helpers.call_action("package_search", q=q)
    except (search.SearchError, search.SearchQueryError, tk.ValidationError):
        with pytest.raises((search.SearchError, search.SearchQueryError, tk.ValidationError)):
            helpers.call_action("package_search", q=q, ext_stgt="0")


def test_the_page_says_what_was_meant(filled: None, app: Any) -> None:
    page = app.get("/de/dataset/?q=Galereien").body
    assert "Museen und Galerien" in page
    assert "Vielleicht gemeint" in page


def test_a_query_that_finds_nothing_is_remembered_without_the_person(filled: None, runner: Any) -> None:
    assert found("Quantenkryptografie") == []
    found("max@beispiel.example")
    answer = runner.invoke(stuttgart, ["search", "misses", "--json"])
    assert [miss["query"] for miss in json.loads(answer.output)] == ["quantenkryptografie"]


def test_a_query_is_explained(filled: None, runner: Any) -> None:
    told = runner.invoke(stuttgart, ["search", "explain", "Bäume"])
    assert told.exit_code == 0, told.output
    assert "Baumkataster" in told.output
    data = json.loads(runner.invoke(stuttgart, ["search", "explain", "Bäume", "--json"]).output)
    assert data["stages"]
    assert data["count"] == 1
    assert "left to CKAN" in runner.invoke(stuttgart, ["search", "explain", "title:x"]).output


def test_a_changed_file_of_synonyms_is_read_anew_and_its_wrong_lines_are_named(
    filled: None, runner: Any, tmp_path: Any
) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("glotze, rundfunk\n", encoding="utf-8")
    with helpers.changed_config("ckanext.stuttgart.search.synonyms", str(file)):
        assert runner.invoke(stuttgart, ["search", "synonyms"]).exit_code == 0
        knowledge.forget()
        assert found("Glotze") == ["Rundfunk und Radio"]
        file.write_text("allein\n", encoding="utf-8")
        answer = runner.invoke(stuttgart, ["search", "synonyms"])
    assert answer.exit_code == 3
    assert "Line 1" in answer.output
