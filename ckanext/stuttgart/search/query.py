"""What a query asks for, word by word. Pure.

A query is parted into units: a name (a district, an office), a phrase that has synonyms, or a word. Each unit gets the
alternatives in which a dataset may say it, exact spelling before stem before part of a compound before synonym. Where
the vocabulary has none of these, a unit that nothing is written like also gets guesses: spelling, beginnings and
endings of words, single parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ckanext.stuttgart.search import lexicon, tokens
from ckanext.stuttgart.search.analyse import Word, analyse, is_weak_root
from ckanext.stuttgart.search.names import FORMAT, PLACE, Name, Names
from ckanext.stuttgart.search.synonyms import Key, Synonyms
from ckanext.stuttgart.search.vocabulary import Vocabulary

MOST_CHARACTERS = 1_000
MOST_UNITS = 12
MOST_ALTERNATIVES = 24
MOST_RELATED = 6
MOST_GUESSES = 2

# Kinds of alternatives and what a hit counts.
WEIGHTS = {
    "exact": 8.0,
    "stem": 6.0,
    "compound": 4.0,  # all parts of the word, one behind the other
    "part": 3.0,  # the word as a part of a longer one
    "synonym": 2.5,
    "synonym part": 1.2,
    "parts": 1.0,  # all parts of the word, or what stands for them, anywhere
    "spelling": 2.0,
    "beginning": 1.5,
    "ending": 1.0,
    "within": 0.6,
    "single part": 0.4,
    "near": 0.5,
    "stock": 0.3,  # what CKAN's own search finds: names, licences, addresses, further fields
}
GUESSED = 0.4  # of the weight of what another spelling would have found
NUMBER = 1.0


@dataclass(frozen=True)
class Alternative:
    """One way to say a unit: the kind, a Solr expression, and what people read."""

    kind: str
    query: str
    text: str
    weight: float

    def __str__(self) -> str:
        return f"{self.query}^{self.weight:g}"


@dataclass(frozen=True)
class Unit:
    """A part of the query.

    role    word, weak, number, or the kind of the name it is
    known   whether a dataset says it in one of the ways that are sure; None without a vocabulary
    meant   the spelling that was guessed
    """

    surface: str
    words: tuple[Word, ...]
    role: str
    sure: tuple[Alternative, ...]
    guesses: tuple[Alternative, ...] = ()
    known: bool | None = None
    name: Name | None = None
    meant: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Knowledge:
    """What a query is read with."""

    synonyms: Synonyms
    names: Names
    vocabulary: Vocabulary | None = None


def read(text: str, knowledge: Knowledge) -> tuple[Unit, ...]:
    """The units of a query without its stop words; none for a query that has no words."""
    words = list(analyse(text[:MOST_CHARACTERS]))
    units: list[Unit] = []
    position = 0
    while position < len(words) and len(units) < MOST_UNITS:
        length, unit = _longest(words[position:], knowledge)
        position += length
        if unit and unit.surface not in {other.surface for other in units}:
            units.append(unit)
    return tuple(units)


def _longest(words: Sequence[Word], knowledge: Knowledge) -> tuple[int, Unit | None]:
    """The unit a query begins with, and how many words it takes."""
    for length in range(min(max(knowledge.names.longest, knowledge.synonyms.longest), len(words)), 1, -1):
        if name := knowledge.names.of(words[:length]):
            return length, _named(words[:length], name, knowledge)
        if phrases := knowledge.synonyms.of(words[:length]):
            return length, _phrase(words[:length], phrases, knowledge)
    first = words[0]
    if name := knowledge.names.of([first]):
        return 1, _named([first], name, knowledge)
    return 1, None if first.stop else _single(first, knowledge)


def _named(words: Sequence[Word], name: Name, knowledge: Knowledge) -> Unit:
    """A place, an office, a topic or a format."""
    surface = " ".join(word.surface for word in words)
    sure: list[Alternative] = []
    if name.kind == FORMAT:
        codes = " OR ".join(tokens.exact(word) for word in name.words)
        sure.append(Alternative("exact", f"({codes})", name.label, WEIGHTS["stem"]))
    else:
        sure.append(_all(name.words, "stem"))
        if len(words) == 1 and name.kind != PLACE:
            sure += _single(words[0], knowledge).sure
    sure += [Alternative("near", tokens.stem(word.stem), word.surface, WEIGHTS["near"]) for word in name.near]
    known = None if knowledge.vocabulary is None else _all_known(name.words, knowledge.vocabulary)
    return Unit(surface, tuple(words), name.kind, tuple(sure), known=known, name=name)


def _phrase(words: Sequence[Word], phrases: Sequence[Sequence[Word]], knowledge: Knowledge) -> Unit:
    """Several words that have synonyms together."""
    spoken = [word for word in words if not word.stop]
    sure = [_all(spoken, "stem")] if spoken else []
    sure += [alternative for phrase in phrases for alternative in _synonym(phrase, knowledge.vocabulary)]
    known = None
    if knowledge.vocabulary is not None:
        known = any(_all_known(phrase, knowledge.vocabulary) for phrase in (spoken, *phrases) if phrase)
    surface = " ".join(word.surface for word in words)
    also = _also(phrases, knowledge)
    return Unit(surface, tuple(words), "word", tuple(sure[:MOST_ALTERNATIVES]), known=known, also=also)


def _single(word: Word, knowledge: Knowledge) -> Unit:
    """One word."""
    role = "number" if word.number else "weak" if word.weak else "word"
    phrases = () if role == "number" else knowledge.synonyms.of([word])
    vocabulary = knowledge.vocabulary
    sure = [*_own(word, knowledge), *(a for phrase in phrases for a in _synonym(phrase, vocabulary))]
    unit = Unit(word.surface, (word,), role, tuple(sure[:MOST_ALTERNATIVES]), also=_also(phrases, knowledge))
    if vocabulary is None:
        return replace(unit, guesses=tuple(_single_parts(word, knowledge)))
    known = _known(word, vocabulary) or any(_all_known(phrase, vocabulary) for phrase in phrases)
    guesses, meant = _guesses(word, knowledge, known) if role == "word" else ([], "")
    return replace(unit, known=known, guesses=tuple(guesses[:MOST_ALTERNATIVES]), meant=meant)


def _own(word: Word, knowledge: Knowledge) -> Iterator[Alternative]:
    """The word itself: its spelling, its stem, its parts."""
    yield Alternative("exact", tokens.exact(word), word.surface, WEIGHTS["exact"])
    yield Alternative("stem", tokens.stem(word.stem), word.surface, WEIGHTS["stem"])
    yield Alternative("stock", f'text:"{word.surface}"', word.surface, WEIGHTS["stock"])
    if len(word.roots) == 1:
        yield Alternative("part", tokens.part(word.roots[0]), word.surface, WEIGHTS["part"])
        return
    yield Alternative("compound", _together(word.roots), word.surface, WEIGHTS["compound"])
    segments = (_shortest(segment) for segment in _segments(word.roots, knowledge))
    every = " AND ".join(f"({' OR '.join(map(_together, segment))})" for segment in segments)
    yield Alternative("parts", f"({every})", "+".join(word.roots), WEIGHTS["parts"])


def _synonym(phrase: Sequence[Word], vocabulary: Vocabulary | None) -> Iterator[Alternative]:
    """What stands for a word, as a word and inside compounds, as far as the index has it."""
    spoken = [word for word in phrase if not word.stop]
    text = " ".join(word.surface for word in phrase)
    if spoken and (vocabulary is None or all(word.stem in vocabulary.stems for word in spoken)):
        yield replace(_all(spoken, "synonym"), text=text)
    if spoken and (vocabulary is None or all(vocabulary.has_parts(word.roots) for word in spoken)):
        inside = " AND ".join(_together(word.roots) for word in spoken)
        yield Alternative("synonym part", f"({inside})" if len(spoken) > 1 else inside, text, WEIGHTS["synonym part"])


def _segments(roots: Key, knowledge: Knowledge) -> Iterator[list[Key]]:
    """The parts of a compound, each with the parts that stand for it; several together where they have synonyms."""
    vocabulary = knowledge.vocabulary
    position = 0
    while position < len(roots):
        for length in range(len(roots) - position, 0, -1):
            segment = roots[position : position + length]
            others = knowledge.synonyms.of_parts(segment) if length < len(roots) else []
            if others or length == 1:
                found = [other for other in others if vocabulary is None or vocabulary.has_parts(other)]
                yield [segment, *found[:MOST_RELATED]]
                position += length
                break


def _shortest(segment: Sequence[Key]) -> list[Key]:
    """The ways to say a part, without those that hold another one of them: whoever has them has that one."""
    alone = {roots[0] for roots in segment if len(roots) == 1}
    return [roots for roots in segment if len(roots) == 1 or alone.isdisjoint(roots)]


def _guesses(word: Word, knowledge: Knowledge, known: bool) -> tuple[list[Alternative], str]:
    """What the word may mean where no dataset says it, and the spelling that was taken for it."""
    vocabulary = knowledge.vocabulary
    assert vocabulary is not None
    found: list[Alternative] = []
    for kind, stems in (("beginning", vocabulary.beginning), ("ending", vocabulary.ending)):
        longer = sorted(stems(word.stem), key=lambda stem: -vocabulary.stems[stem])[:MOST_RELATED]
        found += [Alternative(kind, tokens.stem(stem), stem, WEIGHTS[kind]) for stem in longer]
    if known or found:
        return [*found, *_single_parts(word, knowledge)], ""
    found += _single_parts(word, knowledge)
    found += [
        Alternative("within", tokens.stem(stem), stem, WEIGHTS["within"]) for stem in vocabulary.within(word.stem)
    ]
    meant = ""
    if _doubtful(word):
        for other in _spellings(word, knowledge):
            meant = meant or other.surface
            found += [replace(a, kind="spelling", weight=a.weight * GUESSED) for a in _sure(other, knowledge)]
    return found, meant


def _doubtful(word: Word) -> bool:
    """Whether it may be written wrongly: not when it is made of words we know."""
    return not all(lexicon.load().knows(root) for root in word.roots) if len(word.roots) > 1 else True


def _spellings(word: Word, knowledge: Knowledge) -> list[Word]:
    """The words it may be meant for, or the words one of its parts may, as far as something would be found for them."""
    unknown = [root for root in word.roots if not lexicon.load().knows(root)] if len(word.roots) > 1 else []
    for stem in (word.stem, *unknown):
        if found := [other for other in _alike(stem, knowledge) if _findable(other, knowledge)]:
            return found[:MOST_GUESSES]
    return []


def _alike(stem: str, knowledge: Knowledge) -> Iterator[Word]:
    vocabulary = knowledge.vocabulary
    assert vocabulary is not None
    return (next(analyse(vocabulary.written(other) or other)) for other in vocabulary.alike(stem))


def _sure(word: Word, knowledge: Knowledge) -> list[Alternative]:
    phrases = knowledge.synonyms.of([word])
    return [*_own(word, knowledge), *(a for phrase in phrases for a in _synonym(phrase, knowledge.vocabulary))]


def _findable(word: Word, knowledge: Knowledge) -> bool:
    vocabulary = knowledge.vocabulary
    assert vocabulary is not None
    return _known(word, vocabulary) or any(_all_known(p, vocabulary) for p in knowledge.synonyms.of([word]))


def _single_parts(word: Word, knowledge: Knowledge) -> Iterator[Alternative]:
    """Single parts of a compound that say something alone."""
    if len(word.roots) < 2:
        return
    for segment in _segments(word.roots, knowledge):
        for roots in segment:
            if not all(map(is_weak_root, roots)):
                yield Alternative("single part", _together(roots), "+".join(roots), WEIGHTS["single part"])


def _all(words: Sequence[Word], kind: str) -> Alternative:
    """All of some words."""
    text = " ".join(word.surface for word in words)
    stems = " AND ".join(tokens.stem(word.stem) for word in words)
    return Alternative(kind, f"({stems})" if len(words) > 1 else stems, text, WEIGHTS[kind])


def _together(roots: Key) -> str:
    """Parts one behind the other."""
    return tokens.part(roots[0]) if len(roots) == 1 else f'"{" ".join(map(tokens.part, roots))}"'


def _known(word: Word, vocabulary: Vocabulary) -> bool:
    """Whether a dataset has the word, alone or in a compound, as far as a list of words can tell."""
    return (
        word.stem in vocabulary.stems
        or (len(word.roots) == 1 and word.roots[0] in vocabulary.parts)
        or bool(vocabulary.beginning(word.stem) or vocabulary.ending(word.stem))
    )


def _all_known(words: Sequence[Word], vocabulary: Vocabulary) -> bool:
    return all(_known(word, vocabulary) for word in words if not word.stop)


def _also(phrases: Sequence[Sequence[Word]], knowledge: Knowledge) -> tuple[str, ...]:
    """The synonyms that datasets have, for people to read."""
    vocabulary = knowledge.vocabulary
    found = (phrase for phrase in phrases if vocabulary is None or _all_known(phrase, vocabulary))
    return tuple(" ".join(word.surface for word in phrase) for phrase in found)
