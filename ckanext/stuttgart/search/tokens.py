"""The words of the search as tokens in Solr's fields. Pure.

Stock CKAN analyses every text field as English: whitespace, word delimiter (splits at digits and at a change of case),
lower case, English stemmer, ASCII folding. A token of small letters that ends like no English word passes all of that
unchanged, so what we write is what we find, and no word of a stock query ever meets it.

The fields are those of package relationships (`parent_of` and so on): the schema of every CKAN has them as `text` with
many values, neither stored nor copied to the catch-all `text`. Stock's own fields, scores and answers stay what they
were; CKAN itself writes names of packages into them, where there are relationships.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ckanext.stuttgart.search.analyse import Word

EXACT, STEM, PART = "q", "x", "z"
GAP = "qq"  # between two texts, so that no phrase reaches across
MOST_BYTES = 30_000

# What is written of a dataset -> the field, and how much a hit in it counts.
TITLE, KEYWORD, TEXT, TEXT_PARTS, CONTEXT = "title", "keyword", "text", "text_parts", "context"
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        TITLE: "parent_of",
        KEYWORD: "links_to",
        TEXT: "derives_from",
        TEXT_PARTS: "has_derivation",
        CONTEXT: "child_of",
    }
)
WEIGHTS: Mapping[str, float] = MappingProxyType({TITLE: 4.0, KEYWORD: 2.0, TEXT: 1.0, TEXT_PARTS: 0.4, CONTEXT: 1.0})


def query_fields() -> str:
    """Solr's parameter `qf`."""
    return " ".join(f"{field}^{WEIGHTS[group]:g}" for group, field in FIELDS.items())


def exact(word: Word) -> str:
    """The token of a spelling."""
    return _letters(word.exact) + EXACT


def stem(text: str) -> str:
    """The token of a stem."""
    return _letters(text) + STEM


def part(root: str) -> str:
    """The token of a compound's part."""
    return _letters(root) + PART


def read(token: str) -> tuple[str, str]:
    """What a token says, and its kind: EXACT, STEM, PART, or "" where it is none of ours."""
    kind = token[-1:]
    if kind not in (EXACT, STEM, PART) or len(token) < 2 or token == GAP:
        return token, ""
    text = ""
    letters = iter(token[:-1])
    for letter in letters:
        following = next(letters, "") if letter == "q" else ""
        text += chr(ord(following) - 49) if "a" <= following <= "j" else letter + following
    return text, kind


def full(texts: Iterable[Iterable[Word]]) -> str:
    """Every word of every text with its spelling and stem, then the parts in their order."""
    words: list[str] = []
    parts: list[str] = []
    for text in texts:
        for word in text:
            for each in (word, *word.joined):
                words += (exact(each), stem(each.stem))
            parts += map(part, word.roots)
        parts.append(GAP)
    return cut(" ".join((*words, *parts)))


def once(texts: Iterable[Iterable[Word]]) -> tuple[str, str]:
    """Every stem once, and the parts of every word once."""
    every = dict.fromkeys(each for text in texts for word in text for each in (word, *word.joined))
    stems = dict.fromkeys(stem(word.stem) for word in every)
    parts = dict.fromkeys(word.roots for word in every if len(word.exact) > 1)
    return cut(" ".join(stems)), cut(f" {GAP} ".join(" ".join(map(part, roots)) for roots in parts))


def cut(tokens: str) -> str:
    """As many whole tokens as one value of Solr may hold, whatever the field's type is."""
    raw = tokens.encode()
    return tokens if len(raw) <= MOST_BYTES else raw[:MOST_BYTES].decode(errors="ignore").rpartition(" ")[0]


def _letters(text: str) -> str:
    """Digits as two letters each: Solr parts letters from digits."""
    if text.isalpha():
        return text
    return "".join(c if c.isalpha() else "q" + chr(97 + unicodedata.digit(c, 0)) for c in text)
