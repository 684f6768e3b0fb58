"""Texts into a package: German in the plain field, other languages in `translations`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.texts import language_tag
from ckanext.stuttgart.harvest import text

# Field -> what becomes of HTML in it.
MADE = {"title": text.title, "notes": text.markdown}
_NO_WORD = re.compile(r"[\d_:.]")
# What GeoServer writes among the keywords of every layer.
_MACHINE_WORDS = frozenset({"features", "wcs", "geotiff", "imagemosaic"})


def say(target: dict[str, Any], field: str, texts: Mapping[str, str], language: str = "") -> None:
    """Put a text into a field of `MADE`.

    texts  language -> text, with "" for `language`, which is German by default
    """
    spoken: dict[str, str] = {}
    for tag, words in texts.items():
        if made := MADE[field](words):
            spoken.setdefault(language_tag(tag or language) or GERMAN, made)
    german = spoken.pop(GERMAN, "")
    target[field] = german or next(iter(spoken.values()), "")
    _translated(target, field, spoken.items())


def label(target: dict[str, Any], keywords: Iterable[str], language: str = "", names: Iterable[str] = ()) -> None:
    """Sort keywords into `theme`, `hvd_category` (where they are IRIs of these lists) and `tags`.

    names  names of the thing itself, which machines repeat among its keywords; those that are words stay
    """
    dull = _MACHINE_WORDS | {name.lower() for name in names if _NO_WORD.search(name)}
    tags: dict[str, None] = {}
    for keyword in keywords:
        field = next((name for name in ("data_theme", "hvd_category") if keyword in vocabulary.load(name)), "")
        if field:
            target.setdefault("theme" if field == "data_theme" else field, []).append(keyword)
        elif keyword and keyword.lower() not in dull:
            tags[keyword] = None
    if tags:
        target["tags"] = [{"name": tag} for tag in tags]
        tag = language_tag(language) or GERMAN
        if tag != GERMAN:
            _translated(target, "tags", ((tag, word) for word in tags))


def _translated(target: dict[str, Any], field: str, texts: Iterable[tuple[str, str]]) -> None:
    entries = [{"field": field, "language": tag, "text": words} for tag, words in texts]
    if entries:
        target.setdefault("translations", []).extend(entries)
