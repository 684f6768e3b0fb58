"""A dataset as the tokens that are indexed for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckanext.stuttgart.search import tokens
from ckanext.stuttgart.search.analyse import Word, meaningful

MARKUP = re.compile(r"<[^>]{1,500}>|https?://\S+|]\([^)\s]*\)")


@dataclass(frozen=True)
class Texts:
    """What a dataset says, by how much it counts.

    keywords  tags and the labels of its topics
    texts     description and files
    context   office, place and formats
    """

    title: Sequence[str]
    keywords: Sequence[str] = ()
    texts: Sequence[str] = ()
    context: Sequence[str] = ()


def fields(texts: Texts) -> dict[str, str]:
    """Solr's field -> tokens, without empty ones."""
    stems, parts = tokens.once(_words(texts.texts))
    found = {
        tokens.TITLE: tokens.full(_words(texts.title)),
        tokens.KEYWORD: tokens.full(_words(texts.keywords)),
        tokens.TEXT: stems,
        tokens.TEXT_PARTS: parts,
        tokens.CONTEXT: tokens.full(_words(texts.context)),
    }
    return {tokens.FIELDS[group]: value for group, value in found.items() if value}


def _words(texts: Iterable[str]) -> list[list[Word]]:
    """The words of each text that has any, without markup and addresses."""
    found = (list(meaningful(MARKUP.sub(" ", text))) for text in texts if text)
    return [words for words in found if words]
