"""Rows of a sheet to datasets: which belong together, and which cannot be taken, by sheet, row and column. Pure."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ckanext.stuttgart.dcatde.vocabulary import key
from ckanext.stuttgart.errors import Message, say
from ckanext.stuttgart.harvest.reader import Refused
from ckanext.stuttgart.harvest.table.columns import columns
from ckanext.stuttgart.harvest.table.headings import Cell, Heading, Line, Place
from ckanext.stuttgart.harvest.table.sheets import LIMITS, Sheet
from ckanext.stuttgart.harvest.table.values import Value, values

# Kinds of cells for which their row is left out: what is wrong with the cell.
BROKEN = {
    "long": say("is longer than {number} characters", number=LIMITS.cell),
    "quote": say("has a quotation mark that is not closed"),
}
VALUELESS = ("error", "formula")
MORE_CELLS = say(
    "has more cells than there are headings; a text that holds the separator has to stand in quotation marks"
)


@dataclass(frozen=True)
class Problem:
    """Why a row is left out: what is wrong, and with which column or cell (counted from 1) where it is one."""

    said: Message
    column: str = ""
    cell: int = 0

    def at(self, place: Message) -> Message:
        """The whole sentence."""
        if self.column:
            return say("{row}, column {column}: {problem}", row=place, column=self.column, problem=self.said)
        if self.cell:
            return say("{row}, cell {cell}: {problem}", row=place, cell=self.cell, problem=self.said)
        return say("{row}: {problem}", row=place, problem=self.said)


AFTER_QUOTE = Problem(say("seems to be the rest of a text above, whose quotation mark is not closed"))


@dataclass(frozen=True)
class Found:
    """One cell that is not empty, with the values it holds."""

    number: int
    place: Place
    cell: Cell
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Entry:
    """One row: its cells under known headings, other headings under which it says something, and why it is left out."""

    row: int
    found: tuple[Found, ...]
    unknown: tuple[str, ...] = ()
    problem: Problem | None = None

    def text(self, name: str) -> str:
        """What a column says, on one line; the German text, else a translation; "" where it is empty."""
        texts = [found for found in self.found if found.values and found.place.column.fields == (name,)]
        texts.sort(key=lambda found: found.place.language != "")
        return unicodedata.normalize("NFC", " ".join(str(texts[0].values[0].value).split())) if texts else ""

    @property
    def has_file(self) -> bool:
        """Whether it describes a file."""
        return any(found.values and found.place.column.of_file for found in self.found)

    @property
    def only_file(self) -> bool:
        """Whether it says nothing of a dataset, so that it belongs to the row above."""
        return self.has_file and all(found.place.column.fits_file for found in self.found if found.values)


@dataclass(frozen=True)
class Dataset:
    """The rows of one dataset, by its identifier, else by its title."""

    identifier: str
    title: str
    entries: tuple[Entry, ...]


def datasets(sheet: Sheet, base: str | None) -> Iterator[Dataset | Refused]:
    """Every dataset and every row that cannot be taken, in the order of the rows; `base` is the table's address."""
    entries = list(_entries(sheet, base))
    groups: dict[tuple[str, str], list[Entry]] = {}
    refused: dict[int, Refused] = {}
    belongs = _Belonging(sheet.heading, entries)
    for entry in entries:
        group = belongs.group(entry)
        if isinstance(group, Problem):
            place = where(sheet, entry.row)
            name = entry.text("identifier") or entry.text("title") or str(place)
            refused[entry.row] = Refused(name, entry.text("title"), group.at(place))
        else:
            groups.setdefault(group, []).append(entry)
    made: dict[int, Dataset | Refused] = {**refused}
    for (kind, text), rows in groups.items():
        title = next(filter(None, (row.text("title") for row in rows)))
        made[rows[0].row] = Dataset(text if kind == "identifier" else "", title, tuple(rows))
    yield from (made[row] for row in sorted(made))


def where(sheet: Sheet, row: int) -> Message:
    """`Row 7`, in a workbook `Sheet Daten, row 7`: as a person sees it."""
    return say("Sheet {sheet}, row {row}", sheet=sheet.name, row=row) if sheet.name else say("Row {row}", row=row)


class _Belonging:
    """Which dataset a row belongs to: a key, or what is wrong where there is none."""

    def __init__(self, heading: Heading, entries: list[Entry]) -> None:
        self._heading = heading
        self._named: set[str] = set()
        self._titles: dict[str, set[str]] = {}
        self._above: tuple[str, str] | int | None = None
        for entry in entries:
            identifier, title = entry.text("identifier"), entry.text("title")
            if identifier and title and not entry.problem:
                self._named.add(identifier)
                self._titles.setdefault(title, set()).add(identifier)

    def group(self, entry: Entry) -> tuple[str, str] | Problem:
        """The key of a row's dataset, else why there is none."""
        found = entry.problem or (self._of_above() if entry.only_file else self._own(entry))
        if not entry.only_file:
            self._above = entry.row if isinstance(found, Problem) else found
        return found

    def _own(self, entry: Entry) -> tuple[str, str] | Problem:
        identifier, title = entry.text("identifier"), entry.text("title")
        if identifier in self._named:
            return "identifier", identifier
        if not title:
            return self._without_title(entry)
        identifiers = self._titles.get(title, set())
        if len(identifiers) > 1:
            return Problem(say("is empty, and several datasets have this title"), self._heading.of("identifier"))
        return ("identifier", next(iter(identifiers))) if identifiers else ("title", title)

    def _of_above(self) -> tuple[str, str] | Problem:
        if isinstance(self._above, int):
            return Problem(say("has no title, and row {row}, to which it belongs, was left out", row=self._above))
        return self._above or Problem(say("is empty"), self._heading.of("title"))

    def _without_title(self, entry: Entry) -> Problem:
        empty = [found for found in entry.found if found.place.column.name == "title" and found.cell.kind in VALUELESS]
        said = say("holds an error, or a formula without its result") if empty else say("is empty")
        return Problem(said, self._heading.of("title"))


def _entries(sheet: Sheet, base: str | None) -> Iterator[Entry]:
    """Every row that says something. What follows an open quotation may be the rest of its text."""
    open_ = False
    for line in sheet.lines:
        open_ = open_ and line.width < sheet.heading.line.width
        entry = _entry(sheet, line, base)
        if entry:
            yield replace(entry, problem=entry.problem or AFTER_QUOTE) if open_ else entry
        open_ = open_ or any(cell.kind == "quote" for cell in line.cells.values())


def _entry(sheet: Sheet, line: Line, base: str | None) -> Entry | None:
    """A row as an entry, None for one that is not meant to be read."""
    heading = sheet.heading
    if heading.repeated(line):
        return None
    found = []
    for number, place in heading.places.items():
        cell = line.cells.get(number)
        if cell is not None:
            said = () if cell.kind in (*BROKEN, *VALUELESS) else tuple(values(place, cell, base))
            found.append(Found(number, place, cell, said))
    unknown = tuple(text for number, text in sorted(heading.unknown.items()) if number in line.cells)
    entry = Entry(line.number, tuple(found), unknown)
    mark = _mark(line, heading)
    if mark == "explanation" or (mark == "example" and entry.text("title") in _examples()):
        return None
    problem = _problem(sheet, line, mark)
    if not problem and not any(each.values or each.cell.kind in VALUELESS for each in found):
        return None
    return Entry(line.number, tuple(found), unknown, problem)


def _problem(sheet: Sheet, line: Line, mark: str) -> Problem | None:
    """Why a row is left out whatever it says; None for most."""
    heading = sheet.heading
    for number, cell in line.cells.items():
        if cell.kind == "quote" or (cell.kind in BROKEN and number in heading.places):
            place = heading.places.get(number)
            return Problem(BROKEN[cell.kind], place.heading if place else "", number + 1)
    if sheet.text and any(number >= heading.line.width for number in line.cells):
        return Problem(MORE_CELLS)
    if mark:
        return Problem(say("still bears the mark of the template's example in its first column"))
    return None


def _mark(line: Line, heading: Heading) -> str:
    """Which of the template's rows that are not read this is, "" for any other."""
    told = {number for number, place in heading.places.items() if place.column.name == "identifier"} | {0}
    said = (key(line.cells[number].text[:200]) for number in told if number in line.cells)
    return next(filter(None, map(columns().mark_of.get, said)), "")


@functools.cache
def _examples() -> frozenset[str]:
    """Titles of the example row; a row without title is one that was emptied."""
    return frozenset({"", *columns().by_name["title"].example.values()})
