"""A file as a table: separator and encoding found out, numbers told from codes, sorted as people expect. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.encoding import as_utf8

SEPARATORS = ",;\t|"
MOST_COLUMNS = 60
MOST_ROWS = 20_000
LONGEST_CELL = 300
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?")
_GERMAN = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
_CODE = re.compile(r"-?0\d")


@dataclass(frozen=True)
class Column:
    """A column; numbers stand to the right. In `german` ones a dot parts thousands and a comma the decimals."""

    name: str
    numeric: bool
    german: bool = False

    def number(self, cell: str) -> float | None:
        """The number a cell holds; None for anything else."""
        if not self.numeric or not cell:
            return None
        return float(cell.replace(".", "").replace(",", ".") if self.german else cell)


@dataclass(frozen=True)
class Table:
    """The first rows of a file as texts, `total` rows in all where that is known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int | None

    def index(self, name: str) -> int | None:
        """The position of a column."""
        return next((index for index, column in enumerate(self.columns) if column.name == name), None)

    def sorted_by(self, name: str, descending: bool = False) -> Table:
        """The same rows in the order of a column: numbers by value, texts as in a dictionary, empty ones last."""
        at = self.index(name)
        if at is None:
            return self
        column = self.columns[at]
        numeric = column.numeric
        key = (lambda row: column.number(row[at]) or 0.0) if numeric else (lambda row: vocabulary.sort_key(row[at]))
        filled = sorted((row for row in self.rows if row[at]), key=key, reverse=descending)
        return Table(self.columns, (*filled, *(row for row in self.rows if not row[at])), self.total)

    def part(self, start: int, length: int) -> Table:
        """Some of the rows."""
        return Table(self.columns, self.rows[start : start + length], self.total)


def from_csv(body: bytes, whole: bool = True) -> Table | None:
    """A table of the bytes of a CSV file, None where they are none; of a part of a file the last line is left out."""
    text = as_utf8(body).decode("utf-8", "replace").replace("\0", "")
    if not whole:
        text = text.rpartition("\n")[0] or text
    lines = [line for line in text[:20_000].splitlines() if line.strip()]
    if not lines:
        return None
    csv.field_size_limit(1_000_000)
    sign = separator(lines)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=sign), MOST_ROWS + 1))
    except csv.Error:
        return None
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    total = None if not whole or len(rows) > MOST_ROWS else len(filled) - 1
    return made(filled[0], filled[1:], total, german=sign == ";")


def separator(lines: Sequence[str]) -> str:
    """The sign that parts the heading into the most cells and every line into as many."""

    def score(sign: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines[:30], delimiter=sign)]
        return (sum(count == counts[0] for count in counts) if counts[0] > 1 else 0, counts[0])

    return max(SEPARATORS, key=score)


def from_geojson(body: bytes) -> Table | None:
    """The properties of the features of a GeoJSON file."""
    try:
        found = json.loads(as_utf8(body))
    except (ValueError, RecursionError):
        return None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        return None
    records = [f.get("properties") or {} for f in features if isinstance(f, dict)]
    records = [record for record in records if isinstance(record, dict)]
    names = list(dict.fromkeys(name for record in records[:MOST_ROWS] for name in record))
    return from_records(names, records, len(records))


def from_records(names: Sequence[str], records: Iterable[Mapping[str, Any]], total: int | None) -> Table:
    """A table of records by name."""
    rows = [[text_of(record.get(name)) for name in names] for record in islice(records, MOST_ROWS)]
    return made(names, rows, total)


def made(names: Sequence[str], rows: Iterable[Sequence[str]], total: int | None, german: bool = False) -> Table:
    """A table of texts; short rows are filled up, nameless columns numbered."""
    width = min(len(names), MOST_COLUMNS)
    even = tuple(tuple(cell.strip()[:LONGEST_CELL] for cell in [*row, *[""] * width][:width]) for row in rows)
    columns = tuple(
        _column(name.strip() or f"({index + 1})", [row[index] for row in even], german)
        for index, name in enumerate(names[:width])
    )
    return Table(columns, even, total)


def text_of(value: Any) -> str:
    """A value of JSON as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _column(name: str, cells: Sequence[str], german: bool) -> Column:
    """A column by its cells; `german` where the file is one of a German office (parted by semicolons).

    `1.250` is a thousand in such a file and a decimal in any other.
    """
    filled = [cell for cell in cells if cell]
    if not filled or any(_CODE.match(cell) for cell in filled):
        return Column(name, numeric=False)
    if (german or any("," in cell for cell in filled)) and all(map(_GERMAN.fullmatch, filled)):
        return Column(name, numeric=True, german=True)
    return Column(name, numeric=all(map(_PLAIN.fullmatch, filled)))
