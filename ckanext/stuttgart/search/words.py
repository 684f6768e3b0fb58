"""Words of a German text: found, folded to one spelling, cut to their stem. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Letters and digits; a hyphen, dot or apostrophe inside joins (B-Plan), a comma or dot between digits too (PM2,5).
WORD = re.compile(r"[^\W_]+(?:(?:(?<=\d)[.,](?=\d)|[-\u2010\u2011.'\u2019&](?!\d))[^\W_]+)*")
JOINT = re.compile(r"[^\w]+")
LONGEST = 60  # letters of a word; what is longer is no word
LONGEST_TEXT = 100_000  # characters of a text

DIGRAPHS = re.compile(r"ae|oe|(?<![aeiouyq])ue|ph")
DIGRAPH = {"ae": "a", "oe": "o", "ue": "u", "ph": "f"}

FIRST_ENDINGS = ("ern", "em", "en", "er", "es", "e")
SECOND_ENDINGS = ("en", "er")
S_BEFORE = frozenset("bdfghklmnrtoy")
S_STAYS = re.compile(r"(?:gl|gr|g|atl)as$|los$")
UM = re.compile(r"(?:[ei]|ntr|ktr)um$")
SHORTEST = 3

DERIVED = re.compile(r"(?:ig|lich|isch)?(?:keit|heit)$|ung$|lich$|isch$")
PARTICIPLE = re.compile(r"ge(.{3,})t$")


def words(text: str) -> Iterator[str]:
    """The words of a text as they stand in it."""
    for match in WORD.finditer(unicodedata.normalize("NFC", text[:LONGEST_TEXT])):
        if match.end() - match.start() <= LONGEST:
            yield match.group()


def pieces(word: str) -> list[str]:
    """What a word is joined of: `B-Plan` of `B` and `Plan`. Of numbers nothing: `PM2,5`."""
    found = JOINT.split(word)
    return [] if len(found) < 2 or any(piece.isdigit() for piece in found) else found


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """A word in the spelling in which ä, ae and a, ß and ss, ph and f, é and e meet; joints inside it are gone."""
    lower = word.lower().replace("ß", "ss")
    if not lower.isascii():
        parts = unicodedata.normalize("NFKD", lower)
        lower = "".join(part for part in parts if not unicodedata.combining(part))
    return JOINT.sub("", DIGRAPHS.sub(lambda match: DIGRAPH[match.group()], lower))


def endings(folded: str) -> Iterator[str]:
    """The word, and what is left of it without one ending of German declension, the longest ending first."""
    yield folded
    for ending in ("ern", "ens", "em", "en", "er", "es", "e", "n", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) >= SHORTEST:
            yield folded[: -len(ending)]


def stem(folded: str) -> str:
    """A folded word without the endings of declension: `baume` and `baum` to `baum`. Numbers stay."""
    if len(folded) <= SHORTEST or not folded.isalpha():
        return folded
    cut = _without_s(_feminine(folded))
    for ending in FIRST_ENDINGS:
        if cut.endswith(ending) and len(cut) - len(ending) >= SHORTEST:
            cut = cut[: -len(ending)]
            break
    else:
        if cut.endswith("eln"):
            cut = cut[:-1]
        elif UM.search(cut) and len(cut) > 5:
            cut = cut[:-2]
    for ending in SECOND_ENDINGS:
        if cut.endswith(ending) and len(cut) - len(ending) > SHORTEST:
            cut = cut[: -len(ending)]
            break
    return cut[:-1] if cut.endswith("ss") else cut


def root(stem_: str) -> str:
    """A stem without the endings of derivation, so that noun, verb and adjective meet: `sperrung` to `sperr`."""
    cut = DERIVED.sub("", stem_)
    return cut if len(cut) > SHORTEST else stem_


def _feminine(word: str) -> str:
    """`burgerin` and `burgerinnen` to `burger`."""
    if word.endswith("innen") and len(word) > 8:
        return word[:-5]
    return word[:-2] if word.endswith("erin") and len(word) > 6 else word


def _without_s(word: str) -> str:
    """Without the s of genitive and foreign plural, where it is one: `amts`, `autos`, not `haus` and `glas`."""
    if not word.endswith("s") or len(word) <= SHORTEST + 1:
        return word
    if (word[-2] in S_BEFORE or word[-2] == "a") and not S_STAYS.search(word):
        return word[:-1]
    return word
