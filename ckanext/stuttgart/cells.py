"""Text as cells of the CSV files that the portal writes: never a formula, whatever a source or a person wrote. Pure.

A spreadsheet program computes a cell that begins with = + - or @, and what it computes may send data away or start a
program (OWASP, CSV Injection). An apostrophe before it makes it text, and spreadsheet programs do not show it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# Also after blanks and invisible signs, which some programs drop, and in the full-width forms some take for the same.
_FORMULA = re.compile(r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_MARKED = re.compile(r"'(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[0-9 /().+-]+$)")


def safe_cell(text: str) -> str:
    """Return the text of a cell so that no spreadsheet program computes it; what begins otherwise is unchanged."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """Return what a cell of somebody's CSV means: without the apostrophe that made text of a formula or a number."""
    return _MARKED.sub("", text, count=1) if text[:1] == "'" else text


def csv_bytes(rows: Iterable[Iterable[str | float | None]], separator: str = ";") -> bytes:
    """Return a CSV in UTF-8 with a mark, as German Excel opens it; texts are made safe, numbers stay numbers.

    Everything is quoted: a program that takes another sign for the separator would else find a cell inside a text.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig", "replace")
