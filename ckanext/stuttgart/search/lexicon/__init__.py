"""The words that German compounds are made of, and the splitting of compounds into them. Pure.

`words_de.txt` is written by hand, `parts.txt` is made of it and of the project's own labels by `python -m
ckanext.stuttgart.search.lexicon`. Everything is in the folded spelling of `words.fold`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType

from ckanext.stuttgart.search import words

LINKS = ("ens", "ns", "en", "er", "es", "e", "n", "s", "")
MOST_PARTS = 5
SHORTEST_COMPOUND = 6
LONGEST_COMPOUND = 45
SURE = 5  # letters of a part beside which an unknown one may stand
UNKNOWN = 4  # letters an unknown part has at least


@dataclass(frozen=True)
class Split:
    """A compound as the roots of its parts; `cut` counts letters of links and endings: the lower one is taken."""

    parts: tuple[str, ...]
    cut: int

    def __lt__(self, other: Split) -> bool:
        return (len(self.parts), self.cut) < (len(other.parts), other.cut)


@dataclass(frozen=True)
class Lexicon:
    """The parts.

    bases  a part in its base form -> its stem
    kept   a form that no rule may cut, or that no rule leads to its base -> the stem
    """

    bases: Mapping[str, str]
    kept: Mapping[str, str]
    _inner: Mapping[str, str] = field(repr=False)
    _roots: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Lexicon:
        """A lexicon of lines as in `words_de.txt`."""
        bases: dict[str, str] = {}
        kept: dict[str, str] = {}
        for entry in entries(lines):
            base, *others = (words.fold(form) for form in entry.rstrip("!|").split("="))
            stem = base if entry.endswith("!") or others else words.stem(base)
            bases[base] = stem
            if entry.endswith("!") or others:
                kept.update(dict.fromkeys((base, *others), base))
        inner: dict[str, str] = {}
        for link in LINKS:  # the plainest form comes last and wins
            inner.update((form, words.root(stem)) for base, stem in bases.items() for form in _inside(base, link))
        inner.update((base, words.root(stem)) for base, stem in bases.items() if len(base) >= 3)
        return cls(MappingProxyType(bases), MappingProxyType(kept), inner, frozenset(map(words.root, bases.values())))

    def stem(self, folded: str) -> str:
        """The stem of a word, also where its ending only looks like one: `alters` to `alter`."""
        for form in words.endings(folded):
            if form in self.kept:
                return self.kept[form]
        return words.stem(folded)

    def knows(self, folded: str) -> bool:
        """Whether a word is a part in some inflection."""
        return self._last(folded) is not None

    def root(self, folded: str) -> str:
        """What a word has in common with others of its family: `sperrung`, `sperren` and `gesperrt` have `sperr`."""
        found = words.root(self.stem(folded))
        inner = words.PARTICIPLE.match(found)
        return inner.group(1) if inner and inner.group(1) in self._roots else found

    def split(self, folded: str) -> tuple[str, ...]:
        """The roots of a compound's parts in their order; of any other word its own root alone."""
        if SHORTEST_COMPOUND <= len(folded) <= LONGEST_COMPOUND and folded.isalpha():
            parts = self.whole(folded) or self._half_known(folded)
            if len(parts) > 1:
                return parts
        return (self.root(folded),)

    def whole(self, word: str, least: int = 1) -> tuple[str, ...]:
        """The fewest parts that cover the word, so many at least; () where none do."""
        best: dict[int, Split] = {len(word): Split((), 0)}
        for start in range(len(word) - 3, -1, -1):
            for end in range(start + 3, len(word) + 1):
                rest = best.get(end)
                if rest is None or len(rest.parts) >= MOST_PARTS or (least > 1 and end - start == len(word)):
                    continue
                part = word[start:end]
                found = self._inner.get(part) if rest.parts else self._last(part)
                if found:
                    split = Split((found, *rest.parts), rest.cut + max(len(part) - len(found), 0))
                    if start not in best or split < best[start]:
                        best[start] = split
        return best[0].parts if 0 in best else ()

    def _last(self, part: str) -> str | None:
        """The root of a part that ends a word, in any inflection."""
        if part in self.kept:
            return words.root(self.kept[part])
        for form in words.endings(part):
            if form in self.bases:
                return words.root(self.bases[form])
        found = self.root(part)
        return found if len(part) > SURE and found in self._roots else None

    def _half_known(self, word: str) -> tuple[str, ...]:
        """A long part that is known, beside one that is not: `heslachtunnel`, `platanenallee`."""
        for start in range(UNKNOWN, len(word) - SURE + 1):
            if last := self._last(word[start:]):
                return (self.root(word[:start]), last)
        for end in range(len(word) - UNKNOWN, SURE - 1, -1):
            if first := self._inner.get(word[:end]):
                return (first, self.root(word[end:]))
        return ()


@functools.cache
def load() -> Lexicon:
    """The lexicon that ships."""
    text = (resources.files(__name__) / "parts.txt").read_text(encoding="utf-8")
    return Lexicon.of(text.splitlines())


def entries(lines: Iterable[str]) -> Iterator[str]:
    """The lines that are no comments, without the blanks around them."""
    for line in lines:
        if not line.startswith("#"):
            yield from line.split()


def _inside(base: str, link: str) -> Iterator[str]:
    """The form in which a part stands before another one, with a linking element or without its last e."""
    if len(base) >= 3:
        yield base + link
        if not link and base.endswith("e") and len(base) > 3:
            yield base[:-1]
