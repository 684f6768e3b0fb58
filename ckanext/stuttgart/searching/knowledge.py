"""What a query is read with: synonyms, names of the city, and the words of the index."""

from __future__ import annotations

import functools
import logging
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import ckan.plugins.toolkit as tk
import pysolr
import redis
from ckan.common import config
from ckan.lib.search.common import make_connection
from ckan.lib.search.query import solr_literal

from ckanext.stuttgart import settings
from ckanext.stuttgart.search import synonyms, tokens
from ckanext.stuttgart.search.analyse import meaningful
from ckanext.stuttgart.search.names import names
from ckanext.stuttgart.search.query import Knowledge
from ckanext.stuttgart.search.vocabulary import Vocabulary
from ckanext.stuttgart.searching import shelf

log = logging.getLogger(__name__)

SETTLED = 60.0  # seconds after a write within which Solr may not have shown it yet
REST = 2.0, 20.0  # a vocabulary is left alone for so many seconds, and so many times the time it takes to make
MOST_DATASETS = 50_000  # whose titles are read for the spelling of words


class State(NamedTuple):
    """What all there is to know depends on: another state, another knowledge."""

    city: str
    path: Path
    synonyms: str
    built: str


def now() -> State:
    """The state now, or up to a second ago; the words of the index are brought up to date where they are not."""
    return _at(int(time.monotonic()))


def forget() -> None:
    """Look at the state again at once, in this process."""
    _at.cache_clear()


@functools.lru_cache(maxsize=1)
def _at(_second: int) -> State:
    stamps = shelf.stamps()
    return State(tk.config[settings.CITY], settings.search_synonyms(), stamps.synonyms, _built(stamps))


@functools.lru_cache(maxsize=4)
def load(state: State) -> Knowledge:
    """All there is to know in a state."""
    found = read_synonyms(state.path, state.synonyms)
    return Knowledge(found, names(settings.city()), _vocabulary(found) if state.built else None)


@functools.lru_cache(maxsize=4)
def read_synonyms(path: Path, _stamp: str) -> synonyms.Synonyms:
    """The synonyms of a file; none, and an error in the log, where it cannot be read."""
    try:
        found, problems = synonyms.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        log.exception("The file of synonyms %s cannot be read, so queries find no synonyms", path)
        return synonyms.Synonyms()
    for problem in problems:
        log.warning("Synonyms, %s, line %d: %s.", path, problem.line, problem.text)
    return found


def build() -> str:
    """Make the vocabulary of the public packages and give its stamp. Raises pysolr.SolrError and redis.RedisError."""
    started = time.time()
    counts = list(_counts())
    shelf.keep_vocabulary({"counts": counts, "surfaces": _surfaces()}, started)
    return shelf.stamps().built


def _built(stamps: shelf.Stamps) -> str:
    """The stamp of a vocabulary that is good enough."""
    now = time.time()
    unseen = stamps.changed + SETTLED > stamps.built_at
    if stamps.built and not (unseen and now - stamps.built_at > max(REST[0], REST[1] * stamps.took)):
        return stamps.built
    try:
        if not shelf.lock():
            return stamps.built
        try:
            return build()
        finally:
            shelf.unlock()
    except (redis.RedisError, pysolr.SolrError):
        log.warning("The words of the index could not be read; queries go on with what was read before.", exc_info=True)
        return stamps.built


def _vocabulary(found: synonyms.Synonyms) -> Vocabulary | None:
    kept = shelf.vocabulary()
    if kept is None:
        return None
    return Vocabulary.of(kept["counts"], kept["surfaces"], {word.stem: word.surface for word in found.words()})


def _public() -> list[str]:
    return [f"+site_id:{solr_literal(config['ckan.site_id'])}", "+state:active", "+capacity:public"]


def _counts() -> Iterator[tuple[str, int]]:
    """Every token of our fields with its number of packages."""
    wanted: dict[str, Any] = {
        "rows": 0,
        "fq": _public(),
        "facet": "true",
        "facet.field": list(tokens.FIELDS.values()),
        "facet.limit": -1,
        "facet.mincount": 1,
        "facet.sort": "index",
    }
    found = make_connection().search("*:*", **wanted).facets.get("facet_fields", {})
    for flat in found.values():
        yield from (
            (token, number) for token, number in zip(flat[::2], flat[1::2], strict=True) if tokens.read(token)[1]
        )


def _surfaces() -> dict[str, str]:
    """Stem -> how the titles and keywords write the word, the most frequent and then the shortest way."""
    found: dict[str, Counter[str]] = {}
    documents = make_connection().search("*:*", rows=MOST_DATASETS, fq=_public(), fl="title,tags").docs
    for document in documents:
        for text in (document.get("title", ""), *document.get("tags", ())):
            for word in meaningful(str(text)):
                found.setdefault(word.stem, Counter())[word.surface] += 1
    return {stem: min(ways, key=lambda way: (-ways[way], len(way), way)) for stem, ways in found.items()}
