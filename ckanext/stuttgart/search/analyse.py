"""A German text as words the search compares: exact spelling, stem, and the roots of a compound's parts. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from ckanext.stuttgart.search import lexicon, words

FUNCTION_WORDS = "ckanext.stuttgart.search.lexicon"


@dataclass(frozen=True)
class Word:
    """A word of a text.

    surface  as it stands there
    exact    folded: `fahrraderzahlung`
    stem     without endings of declension
    roots    the parts of a compound without endings of derivation; of any other word its own root alone
    joined   of what a word with hyphens is joined; () for any other
    """

    surface: str
    exact: str
    stem: str
    roots: tuple[str, ...]
    joined: tuple[Word, ...] = ()

    @property
    def number(self) -> bool:
        """Whether it is one: `2016`."""
        return self.exact.isdigit()

    @property
    def stop(self) -> bool:
        """Whether it carries no meaning: `und`."""
        return self.exact in function_words()["stop"]

    @property
    def weak(self) -> bool:
        """Whether it says little about a topic: `Daten`."""
        return self.exact in function_words()["weak"]


def analyse(text: str) -> Iterator[Word]:
    """The words of a text, stop words included."""
    return map(word, words.words(text))


def meaningful(text: str) -> Iterator[Word]:
    """The words of a text without stop words."""
    return (found for found in analyse(text) if not found.stop)


@functools.lru_cache(maxsize=65_536)
def word(surface: str) -> Word:
    """One word."""
    known = lexicon.load()
    exact = words.fold(surface)
    joined = tuple(word(piece) for piece in words.pieces(surface))
    if not joined:
        return Word(surface, exact, known.stem(exact), known.split(exact))
    # A single letter (E-Auto, U-Bahn) tells things apart only together with the rest.
    roots = tuple(root for piece in joined for root in piece.roots if len(piece.exact) > 1)
    return Word(surface, exact, known.stem(exact), roots or (exact,), joined)


def is_weak_root(root: str) -> bool:
    """Whether the part of a compound says little alone: `platz` in `Spielplatz`."""
    return root in _weak_roots()


@functools.cache
def function_words() -> dict[str, frozenset[str]]:
    """The exact forms of the words in `function_words.txt`, by its headings."""
    text = (resources.files(FUNCTION_WORDS) / "function_words.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    heading = ""
    for line in text.splitlines():
        entries = line.split()
        if len(entries) == 1:
            heading = entries[0]
        elif entries and entries[0] != "#":
            found.setdefault(heading, set()).update(map(words.fold, entries))
    return {name: frozenset(entries) for name, entries in found.items()}


@functools.cache
def _weak_roots() -> frozenset[str]:
    known = lexicon.load()
    return frozenset(known.root(exact) for exact in function_words()["weak"])
