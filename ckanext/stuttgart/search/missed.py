"""Which queries may be remembered because nothing was found, and what might help. Pure.

Nobody's name, number or address is to be kept: a query is remembered only when it is short, has no long number and at
most one word that neither the index nor the lexicon knows. A person's full name has two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ckanext.stuttgart.search import lexicon
from ckanext.stuttgart.search.query import Unit
from ckanext.stuttgart.search.vocabulary import Vocabulary

MOST_CHARACTERS = 80
MOST_WORDS = 6
PRIVATE = re.compile(r"@|://|www\.|\d[\d\s/().-]{4,}\d|\d{5,}")
MOST_PROPOSALS = 3
LEAST_COMMON = 5  # letters


def worth_keeping(text: str, units: Sequence[Unit]) -> str:
    """The query as it is remembered; "" where it is not."""
    plain = " ".join(text.lower().split())
    if not units or len(plain) > MOST_CHARACTERS or len(plain.split()) > MOST_WORDS or PRIVATE.search(plain):
        return ""
    return plain if sum(map(_is_strange, units)) <= 1 else ""


def _is_strange(unit: Unit) -> bool:
    """Whether the unit may be somebody's name."""
    known = lexicon.load()
    return unit.known is not True and not all(known.whole(word.exact) for word in unit.words if not word.number)


def proposals(unit: Unit, vocabulary: Vocabulary) -> Iterator[str]:
    """Lines for the file of synonyms: the word nothing was found for, and words of the index it may stand for."""
    found: dict[str, int] = {}
    for word in unit.words:
        for other in vocabulary.alike(word.stem):
            found[other] = found.get(other, 0) + 3
        for root in word.roots:
            near = [*vocabulary.beginning(root), *vocabulary.ending(root), *_starting(root, vocabulary)]
            for other in dict.fromkeys(near):
                found[other] = found.get(other, 0) + 1
    best = sorted(
        (stem for stem in found if stem in vocabulary.stems), key=lambda s: (-found[s], -vocabulary.stems[s], s)
    )
    for stem in best[:MOST_PROPOSALS]:
        yield f"{unit.surface.lower()} => {(vocabulary.written(stem) or stem).lower()}"


def _starting(root: str, vocabulary: Vocabulary) -> list[str]:
    """The words that share the beginning of a root."""
    return vocabulary.beginning(root[:LEAST_COMMON]) if len(root) > LEAST_COMMON else []
