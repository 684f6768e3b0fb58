"""Separated text (CSV, RFC 4180 and what office programs make of it) as rows of cells."""

from __future__ import annotations

import csv
import itertools
import re
import sys
from collections.abc import Iterator
from typing import Any

from gate import UNSTORABLE, Refused
from rows import Cell, Limit

# Stands for the end of the file; no text holds it, since it is taken out first.
_END = "\x1e"
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_EMPTY_LINES = re.compile(r"[\r\n]+")
_MOST_LINES = 100
# Characters that may be read twice in search of the end of a quotation.
_IN_VAIN = 100_000_000


def read_separated(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return one sheet without a name. Rows count as a spreadsheet program counts them: empty lines too."""
    limit = Limit(settings)
    whole = body.decode("utf-8", "replace")
    text = UNSTORABLE.sub("", whole)
    if len(text) != len(whole):
        limit.notes.add("characters", "")
    del whole
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    rows = []
    for number, parts, closed in _records(text, settings["separator"]):
        cells: list[Cell | None] = [limit.cell(*each) for each in _typed(parts[: limit.columns], closed)]
        found = [cell for cell in cells if cell]
        if found:
            limit.row()
            rows.append([number, len(parts), found])
    return {
        "sheets": [{"name": "", "whole": True, "hidden": False, "rows": rows}],
        "notes": list(limit.notes.found),
    }


def _typed(parts: list[str], closed: bool) -> Iterator[tuple[int, str, str]]:
    for column, text in enumerate(parts):
        broken = not closed and column == len(parts) - 1
        yield column, "quote" if broken else "text", "" if broken else text


class _Lines:
    """The lines of a text from a place on, then `_END`; `end` is where the last line given out ends."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.end, self.count, self.ended = text, start, 0, False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.ended:
            raise StopIteration
        self.count += 1
        if self.end >= len(self.text):
            self.ended = True
            return _END
        found = _LINE.match(self.text, self.end)
        assert found
        self.end = found.end()
        return found[0]


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str], bool]]:
    """Number and cells of each record that is not empty, and whether its quotation marks are closed.

    A mark that is not costs its own line only: the csv module would take all that follows for one cell.
    """
    hint = _LINE.match(text)
    # Excel's own hint, which it does not show as a row.
    position = hint.end() if hint and hint[0].strip("\r\n ").lower() == f"sep={separator}" else 0
    number = in_vain = width = 0
    while position < len(text):
        empty = _EMPTY_LINES.match(text, position)
        if empty:
            number += _line_ends(text, position, empty.end())
            position = empty.end()
            continue
        number += 1
        lines = _Lines(text, position)
        try:
            cells, closed = next(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)), True
        except csv.Error:
            in_vain += lines.end - position
            if in_vain > _IN_VAIN:
                raise Refused("syntax", "CSV") from None
            lines, cells, closed = _repaired(text, position, separator, width)
        width = len(cells) if closed else width
        yield number, cells, closed
        position = lines.end


def _repaired(text: str, position: int, separator: str, width: int) -> tuple[_Lines, list[str], bool]:
    """A record that breaks the rules: its lines, its cells, and whether the text before its end closes what it opens.

    Marks inside a text are overlooked. Several lines are one record only where it is as wide as the one before and no
    text of several lines holds a separator: else a cell has swallowed what follows.
    """
    lines = _Lines(text, position)
    cells = next(csv.reader(itertools.islice(lines, _MOST_LINES), delimiter=separator, skipinitialspace=True))
    swallowed = any(separator in cell and ("\n" in cell or "\r" in cell) for cell in cells)
    if lines.count == 1 or (len(cells) == width and not swallowed and lines.count < _MOST_LINES and not lines.ended):
        return lines, cells, True
    lines = _Lines(text, position)
    return lines, next(csv.reader([next(lines)], delimiter=separator, skipinitialspace=True)), False


def _line_ends(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
