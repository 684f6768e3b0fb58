"""Words that stand for others: the file of synonyms, read and looked up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ckanext.stuttgart.search.analyse import Word, analyse

MOST = 24  # words a word may stand for
MOST_WORDS = 5  # words of an entry
MOST_LINES = 5_000

Phrase = tuple[Word, ...]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """A line of the file that was left out: its number, from 1 on, and what is wrong with it."""

    line: int
    text: str


@dataclass(frozen=True)
class Synonyms:
    """What a phrase also finds, by the stems of its words, and by the roots of the parts of a single word."""

    by_stems: Mapping[Key, Sequence[Phrase]] = field(default_factory=dict)
    by_roots: Mapping[Key, Sequence[Phrase]] = field(default_factory=dict)
    longest: int = 1
    groups: int = 0

    def of(self, words: Sequence[Word]) -> Sequence[Phrase]:
        """The phrases that these words also find; of a single word also by its parts: `Papierkörbchen`."""
        found = self.by_stems.get(tuple(word.stem for word in words), ())
        return found or (self.by_roots.get(words[0].roots, ()) if len(words) == 1 else ())

    def words(self) -> Iterator[Word]:
        """Every word that stands for others or is stood for."""
        for phrases in self.by_stems.values():
            for phrase in phrases:
                yield from phrase

    def of_parts(self, roots: Key) -> list[Key]:
        """The parts that may stand in a compound for these."""
        return [phrase[0].roots for phrase in self.by_roots.get(roots, ()) if len(phrase) == 1]


def parse(text: str) -> tuple[Synonyms, list[Problem]]:
    """The synonyms of a file's text, and the lines that were left out."""
    pairs: dict[Phrase, dict[Phrase, None]] = {}
    problems: list[Problem] = []
    groups = 0
    for number, line in enumerate(text.splitlines()[:MOST_LINES], 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        left, right, problem = _sides(line)
        if problem:
            problems.append(Problem(number, problem))
            continue
        groups += 1
        for phrase in left:
            pairs.setdefault(phrase, {}).update(dict.fromkeys(right))
    by_stems = _keyed(pairs, _stems)
    by_roots = _keyed({phrase: targets for phrase, targets in pairs.items() if len(phrase) == 1}, _roots)
    return Synonyms(by_stems, by_roots, max(map(len, by_stems), default=1), groups), problems


def _sides(line: str) -> tuple[list[Phrase], list[Phrase], str]:
    """What finds, what is found, and what is wrong."""
    before, arrow, after = line.partition("=>")
    left, right = list(_phrases(before)), list(_phrases(after))
    if arrow and not (left and right):
        return [], [], "has nothing on one side of =>"
    if not arrow and len(left) < 2:
        return [], [], "needs two words at least, parted by commas"
    if any(len(phrase) > MOST_WORDS for phrase in (*left, *right)):
        return [], [], f"has an entry of more than {MOST_WORDS} words: a comma is missing"
    return left, right if arrow else left, ""


def _phrases(side: str) -> Iterator[Phrase]:
    for entry in side.split(","):
        if phrase := tuple(analyse(entry)):
            yield phrase


def _stems(phrase: Phrase) -> Key:
    return tuple(word.stem for word in phrase)


def _roots(phrase: Phrase) -> Key:
    return tuple(root for word in phrase for root in word.roots)


def _keyed(pairs: Mapping[Phrase, Iterable[Phrase]], key: Callable[[Phrase], Key]) -> dict[Key, tuple[Phrase, ...]]:
    """The targets by a key of the phrases, each target once, and none that has the same key."""
    found: dict[Key, dict[Key, Phrase]] = {}
    for phrase, targets in pairs.items():
        own = key(phrase)
        found.setdefault(own, {}).update({key(target): target for target in targets if key(target) != own})
    return {own: tuple(targets.values())[:MOST] for own, targets in found.items() if targets}
