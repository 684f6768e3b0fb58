"""Make `parts.txt`: `python -m ckanext.stuttgart.search.lexicon` writes it, `--check` only compares.

Its sources are all the project's own or facts in the public domain: `words_de.txt`, the German labels of the code
lists, the synonyms and the keywords of the example catalogues. A word that others cover is left out as the compound it
is; of the labels only what `words_de.txt` does not hold in any inflection comes in.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import resources

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.search import words
from ckanext.stuttgart.search.lexicon import Lexicon, entries

PACKAGE = "ckanext.stuttgart.search.lexicon"
CONFIG = "ckanext.stuttgart.config"
LABELS = ("data_theme", "hvd_category", "dataset_type", "frequency", "publisher_type", "planned_availability")
KEYWORDS = re.compile(r"dcat:keyword (.*?) ;", re.DOTALL)
GERMAN = re.compile(r'"([^"]+)"@de')
SHORTEST = 5
HEAD = "# Made by `python -m ckanext.stuttgart.search.lexicon`; changes go into words_de.txt.\n"


def main() -> int:
    """Write the file, or say that it is not what it should be."""
    file = resources.files(PACKAGE) / "parts.txt"
    made = HEAD + "\n".join(parts()) + "\n"
    if "--check" in sys.argv:
        return 0 if file.read_text(encoding="utf-8") == made else 1
    with resources.as_file(file) as path:
        path.write_text(made, encoding="utf-8")
    return 0


def parts() -> list[str]:
    """The entries of `parts.txt`, sorted."""
    own = sorted(set(entries((resources.files(PACKAGE) / "words_de.txt").read_text(encoding="utf-8").splitlines())))
    every = Lexicon.of(own)
    kept = [entry for entry in own if not _is_compound(entry, every)]
    lexicon = Lexicon.of(kept)
    found = {word.lower() for label in _labels() for word in words.words(label) if _is_new(word, lexicon)}
    return sorted({*kept, *(word for word in found if not _inflected(word, found))})


def _is_compound(entry: str, lexicon: Lexicon) -> bool:
    """Whether other entries cover it; one with a mark stays."""
    return entry[-1].isalpha() and "=" not in entry and bool(lexicon.whole(words.fold(entry), least=2))


def _is_new(word: str, lexicon: Lexicon) -> bool:
    folded = words.fold(word)
    return (
        len(folded) >= SHORTEST
        and word[:1].isupper()
        and word[1:].islower()
        and word.isalpha()
        and lexicon.split(folded) == (lexicon.root(folded),)
        and not lexicon.knows(folded)
    )


def _inflected(word: str, found: set[str]) -> bool:
    """Whether the word is another one of them with an ending."""
    return any(word == other + ending for other in found for ending in ("e", "en", "n", "s", "er", "es"))


def _labels() -> Iterator[str]:
    for name in LABELS:
        yield from (term.label("de") for term in vocabulary.load(name))
    config = resources.files(CONFIG)
    for city in (config / "demo").iterdir():
        for keywords in KEYWORDS.findall((city / "catalog.ttl").read_text(encoding="utf-8")):
            yield from GERMAN.findall(keywords)


if __name__ == "__main__":
    sys.exit(main())
