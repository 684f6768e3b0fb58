"""The table of columns, `columns.yaml`, as frozen values, and the words that mean one of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import yaml

from ckanext.stuttgart.dcatde.model import Row, load, nested
from ckanext.stuttgart.dcatde.texts import language_tag
from ckanext.stuttgart.dcatde.vocabulary import key

LANGUAGES = ("de", "en")
FILE = "resources"
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"})
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*\**$")
_NUMBER = re.compile(r"\s*(?:nr\.?|no\.?|#)?\s*(\d{1,2})$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column; the meaning of every attribute stands at the head of `columns.yaml`."""

    name: str
    headings: Mapping[str, str]
    also: tuple[str, ...]
    help: Mapping[str, str]
    fields: tuple[str, ...]
    example: Mapping[str, str] = field(default_factory=dict)
    parted: tuple[str, ...] = ()
    reading: str = ""
    language: str = ""
    together: str = ""
    inherited: bool = False
    required: bool = False
    telling: bool = False
    nothing: frozenset[str] = frozenset()

    @property
    def template(self) -> bool:
        """Whether the template has it."""
        return bool(self.example)

    @functools.cached_property
    def fits_file(self) -> bool:
        """Whether it says something of a file, perhaps of the dataset as well."""
        return any(name.startswith(f"{FILE}.") for name in self.fields)

    @functools.cached_property
    def of_file(self) -> bool:
        """Whether it describes a file and nothing else: a row where such a column is filled has a file."""
        return not self.inherited and all(name.startswith(f"{FILE}.") for name in self.fields)

    @functools.cached_property
    def row(self) -> Row | None:
        """The model's row of what it holds, None for the package's own IRI."""
        return next((row for name in reversed(self.fields) if (row := row_of(name))), None)

    @property
    def vocabulary(self) -> str:
        """The code list its values come from, "" where there is none."""
        return self.row.vocabulary if self.row else ""


@dataclass(frozen=True)
class Columns:
    """The whole table: `rows` in the order of the template, `nothing`, `marks` and `template` as at its head."""

    rows: tuple[Column, ...]
    nothing: frozenset[str]
    marks: Mapping[str, Mapping[str, str]]
    template: Mapping[str, Mapping[str, Any]]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.rows)

    @functools.cached_property
    def mark_of(self) -> dict[str, str]:
        """Key of a mark -> what kind of row it marks."""
        return {key(word): name for name, words in self.marks.items() for word in words.values()}

    @functools.cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.rows}

    @functools.cached_property
    def names(self) -> dict[str, tuple[Column, bool]]:
        """Key of a heading -> the column, and whether it is its own heading and no other word for it."""
        found: dict[str, tuple[Column, bool]] = {}
        for column in self.rows:
            for text in _spellings(column.headings.values()):
                found.setdefault(text, (column, True))
        for column in self.rows:
            for text in _spellings(column.also):
                found.setdefault(text, (column, False))
        return found


@dataclass(frozen=True)
class Meaning:
    """What a heading means.

    own       False where it is another word for the column
    language  of a translation, as a BCP 47 tag; "" for German
    number    of headings such as `Format 2`, 0 without one
    """

    column: Column
    own: bool
    language: str = ""
    number: int = 0


@functools.cache
def columns() -> Columns:
    """The table, read once a process."""
    raw = yaml.safe_load(resources.files(__package__ or "").joinpath("columns.yaml").read_text(encoding="utf-8"))
    rows = tuple(_column(spec) for spec in raw["columns"])
    return Columns(rows, frozenset(map(folded, raw["nothing"])), raw["marks"], raw["template"])


def folded(text: str) -> str:
    """A word that stands for no value, so that spellings meet; punctuation alone stays."""
    return "".join(text.split()).casefold()


@functools.cache
def row_of(name: str) -> Row | None:
    """The model's row of a field of a dataset, of a key of a node or of a file; `license_id` is what files inherit."""
    name = f"{FILE}.license" if name == "license_id" else name
    first, _, rest = name.partition(".")
    row = load().packages["dataset"].by_field.get(first)
    return nested(row).by_field.get(rest) if row and rest else row


@functools.lru_cache(maxsize=4096)
def meaning(heading: str) -> Meaning | None:
    """The column a heading means: exactly, else without what stands in brackets, else without a number at its end."""
    names = columns().names
    if len(heading) > 200:
        return None
    if found := names.get(key(heading)):
        return Meaning(*found, language=found[0].language)
    brackets = _BRACKETS.search(heading)
    if brackets:
        inner = meaning(heading[: brackets.start()])
        language = language_tag(brackets[1]) if len(brackets[1].strip()) > 1 else ""
        if inner and language not in ("", "de") and not inner.language and _translatable(inner.column):
            return Meaning(inner.column, inner.own, language, inner.number)
        return inner
    numbered = _NUMBER.search(heading)
    found = names.get(key(heading[: numbered.start()])) if numbered else None
    if numbered and found:
        return Meaning(*found, language=found[0].language, number=int(numbered[1]))
    return _one_of_two(heading)


def _one_of_two(heading: str) -> Meaning | None:
    """`Stand/Datenstand`: two words for one column."""
    if "/" not in heading:
        return None
    first, *others = (columns().names.get(key(part)) for part in heading.split("/"))
    if first is None or any(other is None or other[0] is not first[0] for other in others):
        return None
    return Meaning(first[0], own=True, language=first[0].language)


def _translatable(column: Column) -> bool:
    return column.row is not None and column.row.kind == "text"


def _column(spec: dict[str, Any]) -> Column:
    given = spec["field"]
    return Column(
        name=spec["name"],
        headings={language: spec[language] for language in LANGUAGES},
        also=tuple(spec["also"]),
        help=spec["help"],
        fields=tuple(given) if isinstance(given, list) else (given,),
        example=spec.get("example", {}),
        parted=tuple(spec.get("parted", ())),
        reading=spec.get("reading", ""),
        language=spec.get("language", ""),
        together=spec.get("together", ""),
        inherited=spec.get("inherited", False),
        required=spec.get("required", False),
        telling=spec.get("telling", False),
        nothing=frozenset(map(folded, spec.get("nothing", ()))),
    )


def _spellings(headings: Iterable[str]) -> Iterator[str]:
    """The keys of headings, with umlauts written out (ae) and left away (a)."""
    for heading in headings:
        yield key(heading)
        yield key(heading.translate(_BARE))
