"""The words that are in the index: whether one is there, which are written alike, which begin or end like it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ckanext.stuttgart.search import tokens

SHORTEST_GUESS = 4  # letters of a word whose spelling is doubted
ALIKE = 0.74  # of two spellings, 1 being the same
MOST_EDITS = ((5, 1), (10, 2), (99, 3))  # up to so many letters, so many edits
SHORTEST_PREFIX, SHORTEST_SUFFIX = 4, 5
LEAST_REST = 3


@dataclass(frozen=True)
class Vocabulary:
    """The words of the public datasets.

    stems     stem -> number of datasets
    parts     root of a part -> number of datasets
    surfaces  stem -> the word as people write it
    """

    stems: Mapping[str, int]
    parts: Mapping[str, int]
    surfaces: Mapping[str, str] = field(default_factory=dict)
    _forwards: list[str] = field(repr=False, default_factory=list)
    _backwards: list[str] = field(repr=False, default_factory=list)
    _by_length: Mapping[int, list[str]] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, counts: Iterable[tuple[str, int]], surfaces: Mapping[str, str], more: Mapping[str, str]) -> Vocabulary:
        """A vocabulary of Solr's tokens with their numbers.

        surfaces  stem -> word, of words in the index
        more      the same of further words that somebody may have meant
        """
        found: dict[str, dict[str, int]] = {tokens.STEM: {}, tokens.PART: {}, tokens.EXACT: {}, "": {}}
        for token, number in counts:
            text, kind = tokens.read(token)
            found[kind][text] = max(number, found[kind].get(text, 0))
        stems = found[tokens.STEM]
        by_length: dict[int, list[str]] = {}
        for stem in {**stems, **more}:
            if len(stem) >= SHORTEST_GUESS and stem.isalpha():
                by_length.setdefault(len(stem), []).append(stem)
        return cls(
            stems,
            found[tokens.PART],
            {**more, **surfaces},
            sorted(stems),
            sorted(stem[::-1] for stem in stems),
            by_length,
        )

    def has_parts(self, roots: Iterable[str]) -> bool:
        """Whether each of these is in some word of the index."""
        return all(root in self.parts for root in roots)

    def alike(self, stem: str) -> list[str]:
        """The stems that are written almost like this one, the likeliest first."""
        edits = next(most for letters, most in MOST_EDITS if len(stem) <= letters)
        if len(stem) < SHORTEST_GUESS or not stem.isalpha():
            return []
        lengths = range(len(stem) - edits, len(stem) + edits + 1)
        near = [other for length in lengths for other in self._by_length.get(length, ())]
        found = process.extract(stem, near, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=10)
        good = [(other, distance) for other, distance, _ in found if 1 - distance / max(len(stem), len(other)) >= ALIKE]
        good.sort(key=lambda one: (one[1] + (one[0][0] != stem[0]), -self.stems.get(one[0], 0)))
        return [other for other, _ in good]

    def beginning(self, stem: str) -> list[str]:
        """The longer stems that begin with this one."""
        return list(_starting(self._forwards, stem)) if len(stem) >= SHORTEST_PREFIX else []

    def ending(self, stem: str) -> list[str]:
        """The longer stems that end with this one."""
        return [word[::-1] for word in _starting(self._backwards, stem[::-1])] if len(stem) >= SHORTEST_SUFFIX else []

    def within(self, stem: str) -> list[str]:
        """The shorter stems that this one begins or ends with, the longest of either side."""
        last, first = len(stem) - LEAST_REST, LEAST_REST
        begin = next((stem[:end] for end in range(last, SHORTEST_SUFFIX - 1, -1) if stem[:end] in self.stems), None)
        end = next((stem[i:] for i in range(first, len(stem) - SHORTEST_SUFFIX + 1) if stem[i:] in self.stems), None)
        return [found for found in (begin, end) if found]

    def written(self, stem: str) -> str | None:
        """The word of a stem as people write it, where that is known."""
        return self.surfaces.get(stem)


def _starting(sorted_words: list[str], start: str) -> Iterator[str]:
    for position in range(bisect_left(sorted_words, start), len(sorted_words)):
        word = sorted_words[position]
        if not word.startswith(start):
            return
        if word != start:
            yield word
