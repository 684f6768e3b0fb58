"""Formats as people know them: a short label, a sentence, a kind. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.typed_yaml import load_file

LONGEST = 24


@dataclass(frozen=True)
class Format:
    """A format; `code` is that of the EU's list where it stands there, `text` says what it is good for."""

    code: str
    label: str
    kind: str
    icon: str
    text: str = ""

    @property
    def is_service(self) -> bool:
        """Whether it is an address that programs ask, not a file."""
        return self.kind == "service"


@functools.lru_cache(maxsize=1024)
def of(stored: str | None, language: str = "de") -> Format:
    """The format a stored value means: a code, an IRI, a media type or anything somebody wrote."""
    text = (stored or "").strip()
    term = vocabulary.load("file_type").find(text)
    if term is None:
        rest = text.rstrip("/").rpartition("/")[2]
        return Format("", rest[:LONGEST] or ("unknown" if language == "en" else "unbekannt"), "data", _icon("data"))
    row = _table()["formats"].get(term.code, {})
    kind = row.get("kind", "data")
    own = (language == "en" and row.get("label_en")) or row.get("label")
    return Format(term.code, own or term.label(language), kind, _icon(kind), row.get(language) or row.get("de", ""))


def _icon(kind: str) -> str:
    return _table()["kinds"][kind]["icon"]


@functools.cache
def _table() -> Mapping[str, Any]:
    return load_file(Path(__file__).with_name("formats.yaml"))
