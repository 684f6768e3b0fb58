"""The table of metadata to fill in, as a download: headings, explanations, an example, and code lists to choose from.

What it says comes from `columns.yaml` and the vocabularies; reading it back skips all of it.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from typing import Any

from ckanext.stuttgart.cells import csv_bytes
from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.table.columns import LANGUAGES, Column, columns

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS = 1_000
"""How far down the lists to choose from reach."""

# Code list -> whether its code is what people know, and which terms are offered; every name of a term can be read.
LISTS: dict[str, tuple[bool, Callable[[vocabulary.Term], bool]]] = {
    "data_theme": (False, lambda term: True),
    "licence": (False, lambda term: True),
    "frequency": (False, lambda term: True),
    "hvd_category": (False, lambda term: term.extra.get("level") == "0"),
    "file_type": (True, lambda term: True),
}
NO_TERM = "OP_DATPRO"  # a placeholder in the lists of the EU
_WIDTHS = {"text": 34, "iri": 34, "literal": 24, "date": 14}
_FILL, _FILL_REQUIRED, _FILL_EXAMPLE = "DDE6EC", "F5DF9E", "F2F2F2"


@functools.cache
def template(language: str, kind: str) -> bytes:
    """The template in `de` or `en` as `csv` or `xlsx`. Raises ValueError for anything else."""
    if language not in LANGUAGES or kind not in MEDIA_TYPES:
        raise ValueError(f"there is no template in the language {language!r} of the kind {kind!r}")
    return _csv(language) if kind == "csv" else _workbook(language)


def file_name(language: str, kind: str) -> str:
    """The name under which it is saved."""
    return f"{columns().template['file'][language]}.{kind}"


def choices(column: Column, language: str) -> list[str]:
    """The values of a column's code list as they are offered, none for a column without one."""
    if column.vocabulary not in LISTS:
        return []
    by_code, offered = LISTS[column.vocabulary]
    terms = [term for term in vocabulary.load(column.vocabulary) if term.code != NO_TERM and offered(term)]
    return sorted((term.code if by_code else term.label(language) for term in terms), key=vocabulary.sort_key)


def _shown() -> list[Column]:
    return [column for column in columns() if column.template]


def _row(language: str, mark: str, text: Callable[[Column], str]) -> list[str]:
    """A row that is not read, by the mark in its first cell."""
    return [columns().marks[mark][language], *(text(column) for column in _shown()[1:])]


def _csv(language: str) -> bytes:
    return csv_bytes(
        [
            [column.headings[language] for column in _shown()],
            _row(language, "explanation", lambda column: column.help[language]),
            _row(language, "example", lambda column: column.example[language]),
        ]
    )


def _workbook(language: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    names = columns().template["sheets"][language]
    lists = {column.name: values for column in _shown() if (values := choices(column, language))}
    sheet: Any = book.active
    sheet.title = names[0]
    _datasets(sheet, language)
    ranges = _explanations(book.create_sheet(names[1]), language, lists)
    _drop_downs(sheet, {name: f"'{names[1]}'!{cells}" for name, cells in ranges.items()})
    book.properties.creator = ""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _datasets(sheet: Any, language: str) -> None:
    """Headings with their explanations as comments, the example, and columns in which dates and numbers stay text."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet.append([column.headings[language] for column in _shown()])
    sheet.append(_row(language, "example", lambda column: column.example[language]))
    for number, column in enumerate(_shown(), start=1):
        kind = column.row.kind if column.row else ""
        heading, example = sheet.cell(1, number), sheet.cell(2, number)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor=_FILL_REQUIRED if column.required else _FILL)
        heading.alignment = Alignment(wrap_text=True, vertical="top")
        heading.comment = Comment(column.help[language], "", width=320, height=120)
        example.font = Font(italic=True, color="666666")
        example.fill = PatternFill("solid", fgColor=_FILL_EXAMPLE)
        example.alignment = Alignment(wrap_text=True, vertical="top")
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = _WIDTHS.get(kind, 20)
        # Excel makes the 16th of July 1905 of the year 2024 in a cell for dates, and cuts leading zeros in others.
        if kind in ("date", "tel") or column.name == "identifier":
            dimension.number_format = example.number_format = "@"
    sheet.freeze_panes = "C2"


def _explanations(sheet: Any, language: str, lists: dict[str, list[str]]) -> dict[str, str]:
    """All columns with what belongs there, and the code lists beside; returns name of a column -> cells of its list."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    words = columns().template
    for line in [words["explanation"][language], *(_explained(column, language) for column in _shown())]:
        sheet.append(line)
    for letter, width in zip("ABCDE", (28, 10, 70, 40, 26), strict=True):
        sheet.column_dimensions[letter].width = width
    found = {}
    for number, (name, values) in enumerate(lists.items(), start=7):
        letter = get_column_letter(number)
        heading = columns().by_name[name].headings[language]
        for row, text in enumerate([words["values"][language].format(heading=heading), *values], start=1):
            sheet.cell(row, number, text)
        sheet.column_dimensions[letter].width = min(60, max(map(len, values)) + 4)
        found[name] = f"${letter}$2:${letter}${len(values) + 1}"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2, max_col=5):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    return found


def _explained(column: Column, language: str) -> Sequence[str]:
    words = columns().template
    several = words["several"][language].format(sign=column.parted[0]) if column.parted else ""
    required = words["required"][language] if column.required else ""
    return (column.headings[language], required, column.help[language], column.example[language], several)


def _drop_downs(sheet: Any, ranges: dict[str, str]) -> None:
    """Lists to choose from; where several values are allowed, or other names of one, anything may be written."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for number, column in enumerate(_shown(), start=1):
        if column.name in ranges:
            rule = DataValidation("list", formula1=ranges[column.name], allow_blank=True, showErrorMessage=False)
            letter = get_column_letter(number)
            rule.add(f"{letter}2:{letter}{ROWS}")
            sheet.add_data_validation(rule)
