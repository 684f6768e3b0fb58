"""Licences in plain words: what people call them, what they allow, whether the source has to be named. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.typed_yaml import load_file

UNNAMED = {"de": "Keine Angabe", "en": "Not stated"}
LONGEST = 80


@dataclass(frozen=True)
class Licence:
    """A licence; `uri` is empty where none is given, `homepage` where there is no text to read."""

    uri: str
    short: str
    label: str
    text: str
    open: bool
    attribution: bool
    homepage: str


@functools.lru_cache(maxsize=256)
def of(stored: str | None, language: str = "de") -> Licence:
    """The licence a stored value means: an IRI, a code or anything somebody wrote."""
    language = "en" if language.startswith("en") else "de"
    table = _table()
    term = vocabulary.load("licence").find(stored)
    if term is None:
        said = (stored or "").strip()
        name = said[:LONGEST] or UNNAMED[language]
        text = table["terms"]["closed" if said else "none"][language]
        return Licence(said, name, name, text, open=False, attribution=False, homepage="")
    row = table["licences"][term.code]
    short = (language == "en" and row.get("short_en")) or row["short"]
    return Licence(
        uri=term.uri,
        short=short,
        label=term.label(language),
        text=table["terms"][row["terms"]][language],
        open=term.extra["open"] == "yes",
        attribution=term.extra["attribution"] == "yes",
        homepage=term.extra["homepage"],
    )


@functools.cache
def _table() -> Mapping[str, Any]:
    return load_file(Path(__file__).with_name("licences.yaml"))
