"""Bytes of a table to the one sheet that lists datasets, with its headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ckanext.stuttgart.errors import SourceUnreadable, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.sniff import Kind, as_utf8, sniff
from ckanext.stuttgart.harvest.table.columns import columns
from ckanext.stuttgart.harvest.table.headings import HEAD, Cell, Heading, Line, heading_of

if TYPE_CHECKING:
    from typing_extensions import LiteralString

SEPARATORS = (";", ",", "\t", "|")
FIRST_CHARACTERS = 65_536
SAVE_AS = "Save the table as an Excel workbook (.xlsx) or as CSV"
NOT_A_TABLE: dict[Kind, tuple[LiteralString, LiteralString]] = {
    "html": ("is a web page, not a table", "Give the address of the file itself"),
    "json": ("is JSON, not a table", ""),
    "xml": ("is XML, not a table", SAVE_AS),
    "empty": ("is empty", ""),
    "binary": ("is neither an Excel workbook (.xlsx) nor CSV", SAVE_AS),
}
_ZIP = b"PK\x03\x04"
_WORKBOOK = (b"xl/workbook", b"xl\\workbook", b"xl/worksheets")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Limits:
    """What a table may hold: rows, columns, characters of a cell and of all cells, bytes of an unpacked workbook."""

    rows: int = 100_000
    columns: int = 1_000
    cell: int = 100_000
    characters: int = 50_000_000
    unpacked: int = 100_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class Sheet:
    """A sheet with its headings; `lines` are the rows below them. `name` is "" and `text` true for CSV."""

    name: str
    heading: Heading
    lines: tuple[Line, ...]
    text: bool


def recognised(answer: Answer) -> int:
    """How sure it is, 0 to 100, that these bytes are a table of datasets; of a workbook only that it is one."""
    body = answer.body
    kind = sniff(body, answer.content_type, answer.url)
    if kind == "binary":
        if body.startswith(_ZIP) and any(name in body for name in _WORKBOOK):
            return 60
        # Old Excel and LibreOffice: nobody else reads them either, and we can say what to do.
        return 10 if body.startswith(_OLD_OFFICE) or _OPEN_DOCUMENT in body[:200] else 0
    if kind != "text":
        return 0
    heading = _separator(as_utf8(body, answer.charset))[1]
    if heading is None or not heading.usable:
        return 0
    return min(95, 50 + 10 * len(heading.names)) if heading.telling else min(70, 20 + 10 * len(heading.own_names))


def read(answer: Answer, wanted: str = "", limits: Limits = LIMITS) -> Sheet:
    """The sheet called `wanted`, else the first with the headings of datasets. Raises SourceUnreadable."""
    name = shown(answer.url)
    if answer.body.startswith(_ZIP):
        return _of_workbook(answer.body, name, wanted.strip(), limits)
    if answer.body.startswith(_OLD_OFFICE):
        raise SourceUnreadable(name, "is a workbook of an old Excel (.xls), or protected by a password", SAVE_AS)
    kind = sniff(answer.body, answer.content_type, answer.url)
    problem = NOT_A_TABLE.get("json" if kind == "jsonld" else kind)
    if problem:
        raise SourceUnreadable(name, *problem)
    body = as_utf8(answer.body, answer.charset)
    settings = {"kind": "separated", "separator": _separator(body)[0], **asdict(limits)}
    return _sheet(parse.table(body, settings, name=name)[0], name, text=True)


def _of_workbook(body: bytes, name: str, wanted: str, limits: Limits) -> Sheet:
    settings: dict[str, Any] = {"kind": "workbook", "sheet": None, "head": HEAD, **asdict(limits)}
    sheets = parse.table(body, settings, name=name)
    index = _choose(sheets, name, wanted)
    if not sheets[index]["whole"] or sheets[index]["hidden"]:
        sheets = parse.table(body, settings | {"sheet": index}, name=name)
    return _sheet(sheets[index], name, text=False)


def _choose(sheets: list[dict[str, Any]], name: str, wanted: str) -> int:
    """The number of the sheet to read."""
    if wanted:
        numbers = [index for index, sheet in enumerate(sheets) if sheet["name"].strip().casefold() == wanted.casefold()]
        if not numbers:
            raise SourceUnreadable(name, say("has no sheet called {name}", name=wanted))
        return numbers[0]
    headings = {index: heading_of(_lines(sheet["rows"][:HEAD])) for index, sheet in enumerate(sheets)}
    found = next((index for index, heading in headings.items() if heading and heading.usable), None)
    if found is None:
        raise _no_headings(name, next(filter(None, headings.values()), None))
    return found


def _sheet(raw: dict[str, Any], name: str, *, text: bool) -> Sheet:
    lines = tuple(_lines(raw["rows"]))
    heading = heading_of(lines[:HEAD])
    if heading is None or not heading.usable:
        raise _no_headings(name, heading)
    below = tuple(line for line in lines if line.number > heading.line.number)
    return Sheet(raw["name"], heading, below, text)


def _no_headings(name: str, best: Heading | None) -> SourceUnreadable:
    title = columns().by_name["title"].headings
    if best and len(best.names) > 1:
        return SourceUnreadable(name, say("has no column {de} (or {en})", **title))
    return SourceUnreadable(
        name,
        say("has no row of headings with {de} (or {en}) and another column that is known", **title),
        "Use the headings of the template",
    )


def _lines(rows: list[list[Any]]) -> Iterator[Line]:
    for number, width, cells in rows:
        yield Line(number, width, {column: Cell(*rest) for column, *rest in cells})


def _separator(body: bytes) -> tuple[str, Heading | None]:
    """What parts the cells, and the headings that are found with it: the sign with which most of them are known."""
    head = body[:FIRST_CHARACTERS].decode("utf-8", "replace").replace("\0", "")
    first, _, rest = head.lstrip("\ufeff").partition("\n")
    hint = first.strip("\r\n ")
    if hint[:4].lower() == "sep=" and hint[4:] in SEPARATORS:
        return hint[4:], _heading_with(rest, hint[4:])
    found = [(sign, _heading_with(head, sign)) for sign in SEPARATORS]
    return max(found, key=lambda each: (each[1].usable, len(each[1].names)) if each[1] else (False, 0))


def _heading_with(text: str, separator: str) -> Heading | None:
    lines = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
        for number, cells in enumerate(reader, start=1):
            found = {column: Cell("text", cell.strip()) for column, cell in enumerate(cells[:1000]) if cell.strip()}
            lines.append(Line(number, len(cells), found))
            if number >= HEAD:
                break
    except csv.Error:
        pass
    return heading_of(lines)
