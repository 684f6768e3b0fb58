"""Rows of a table on their way back to the parent: what is in them, and how much of it."""

from __future__ import annotations

from typing import Any

from gate import UNSTORABLE, Notes, Refused

Cell = list[Any]
"""[column from 0, kind, text] or with a link as fourth. Kinds:

text, number, date (ISO 8601), truth (true, false)    a value
error      a formula that failed; the text is its error value
formula    a formula whose result the file does not hold
long       a text beyond the limit, left away
quote      what follows a quotation mark that is not closed, left away
"""


class Limit:
    """What all tables of an answer may hold: rows, columns, characters of a cell and of all cells."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.columns: int = settings["columns"]
        self._rows: int = settings["rows"]
        self._cell: int = settings["cell"]
        self._characters: int = settings["characters"]
        self._left = [self._rows, self._characters]
        self.notes = Notes()

    def cell(self, column: int, kind: str, text: str, *link: str) -> Cell | None:
        """A cell to be sent, None for one that holds nothing."""
        if len(text) > self._cell:
            return [column, "long", ""]
        storable = UNSTORABLE.sub("", text)
        if storable != text:
            self.notes.add("characters", storable)
        text = storable.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not text and kind not in ("formula", "quote"):
            return None
        self._left[1] -= len(text)
        if self._left[1] < 0:
            raise Refused("text")
        return [column, kind, text, *link]

    def row(self) -> None:
        """Count a row."""
        self._left[0] -= 1
        if self._left[0] < 0:
            raise Refused("rows", str(self._rows))
