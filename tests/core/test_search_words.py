"""How words of German are read for the search."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from ckanext.stuttgart.search import plan, synonyms
from ckanext.stuttgart.search.analyse import analyse, word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bäume", "baeume"),
        ("Bäume", "Baum"),
        ("Straße", "strasse"),
        ("Radverkehrszählungen", "radverkehrszaehlung"),
        ("Größe", "groesse"),
    ],
)
def test_spellings_and_inflections_meet(one: str, other: str) -> None:
    assert word(one).stem == word(other).stem


@pytest.mark.parametrize(
    ("compound", "part"),
    [
        ("Radverkehrszählung", "Rad"),
        ("Radverkehrszählung", "Verkehr"),
        ("Haushaltsplan", "Plan"),
        ("Baumkataster", "Baum"),
        ("Schulhöfe", "Schule"),
    ],
)
def test_a_compound_holds_its_parts(compound: str, part: str) -> None:
    assert word(part).roots[0] in word(compound).roots


@pytest.mark.parametrize(
    ("text", "part"), [("Radio", "Rad"), ("Museen", "See"), ("Parade", "Rad"), ("Gradzahl", "Rad")]
)
def test_letters_inside_a_word_are_no_part_of_it(text: str, part: str) -> None:
    assert word(part).roots[0] not in word(text).roots


@pytest.mark.parametrize("q", ['"genau so"', "title:Bäume", "a AND b", "muse*", "-nicht", "+muss", "a~2", "[a TO b]"])
def test_what_asks_solr_for_more_is_no_plain_query(q: str) -> None:
    assert not plan.is_plain(q)


@pytest.mark.parametrize("q", ["Bäume in Bad Cannstatt", "E-Auto", "U6", "Lärm & Luft", "Was kostet ein Kitaplatz?"])
def test_words_are_a_plain_query(q: str) -> None:
    assert plan.is_plain(q)


def test_wrong_lines_of_synonyms_are_named_and_the_others_hold() -> None:
    found, problems = synonyms.parse("# Kommentar\nkita, krippe\n\nallein\nblitzer => tempo\n")
    assert [problem.line for problem in problems] == [4]
    assert list(found.of([word("Kita")]))
    assert list(found.of([word("Blitzer")]))
    assert not list(found.of([word("Tempo")]))


def test_the_parts_of_compounds_are_what_their_making_makes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ckanext.stuttgart.search.lexicon", "--check"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_long_texts_without_blanks_end_in_time() -> None:
    started = time.monotonic()
    assert list(analyse("a" * 1_000_000 + " " + "rad" * 200_000)) is not None
    assert time.monotonic() - started < 20
