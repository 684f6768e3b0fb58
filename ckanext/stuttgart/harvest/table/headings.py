"""Which row of a sheet holds the headings, and which column of the table each cell below them belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ckanext.stuttgart.dcatde.vocabulary import key
from ckanext.stuttgart.harvest.table.columns import Column, Meaning, columns, meaning

# Titles, logos and notes may stand above the headings.
HEAD = 60
MOST_SHOWN = 60


@dataclass(frozen=True)
class Cell:
    """One cell that is not empty; `kind` as in `child/rows.py`, `link` the address behind its text."""

    kind: str
    text: str
    link: str = ""


@dataclass(frozen=True)
class Line:
    """One row: its number as a spreadsheet program shows it, how many cells it has, and those that are not empty."""

    number: int
    width: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True)
class Place:
    """What the cells of one column of the sheet hold.

    heading   as it stands in the sheet, shortened
    language  of a translation, "" for German
    file      which file of a row they describe, from 0
    own       False where the heading is another word for the column
    """

    column: Column
    heading: str
    language: str = ""
    file: int = 0
    own: bool = True


@dataclass(frozen=True)
class Heading:
    """The row of headings; `places` and `unknown` (headings without a meaning) are keyed by the column of the sheet."""

    line: Line
    places: Mapping[int, Place]
    unknown: Mapping[int, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns it has."""
        return frozenset(place.column.name for place in self.places.values())

    @property
    def own_names(self) -> frozenset[str]:
        """Those of them that stand there by their own heading."""
        return frozenset(place.column.name for place in self.places.values() if place.own)

    @property
    def usable(self) -> bool:
        """Whether these are the headings of datasets: every required column by its own heading, and another column.

        `Name` and other words for the title do where a heading tells that it is not a list of schools.
        """
        required = {column.name for column in columns() if column.required}
        return required < (self.names if self.telling else self.own_names | (self.names - required))

    @property
    def telling(self) -> bool:
        """Whether it has a heading that hardly anything but a table of metadata has."""
        return any(place.column.telling for place in self.places.values())

    def of(self, name: str) -> str:
        """The heading of a column in this sheet, else its German one."""
        own = (place.heading for place in self.places.values() if place.column.name == name and not place.language)
        return next(own, columns().by_name[name].headings["de"])

    def repeated(self, line: Line) -> bool:
        """Whether a row says the headings again, as where files were put together."""
        filled = [(place, line.cells[column].text) for column, place in self.places.items() if column in line.cells]
        if not any(place.column.required and _says(text, place) for place, text in filled):
            return False
        same = sum(_says(text, place) for place, text in filled)
        return same > 1 and same * 2 > len(filled)


def _says(text: str, place: Place) -> bool:
    """Whether a text is a heading of the column."""
    found = meaning(text)
    return found is not None and found.column is place.column


def heading_of(lines: Iterable[Line]) -> Heading | None:
    """The row among the first ones that names most columns, usable ones first; None where no row names any."""
    best: Heading | None = None
    for line in lines:
        found = _heading(line)
        if best is None or (found.usable, len(found.names)) > (best.usable, len(best.names)):
            best = found
    return best if best and best.places else None


def _heading(line: Line) -> Heading:
    meant = {column: found for column, cell in line.cells.items() if (found := meaning(cell.text))}
    texts = {column: " ".join(cell.text.split())[:MOST_SHOWN] for column, cell in line.cells.items()}
    places: dict[int, Place] = {}
    taken: set[tuple[str, str, int]] = set()
    # Its own heading wins over other words for a column, and what stands further left over what follows.
    for column in sorted(meant, key=lambda column: (not meant[column].own, column)):
        found = meant[column]
        file = _file(column, meant, line) if found.column.fits_file else 0
        slot = (found.column.name, found.language, file)
        if slot not in taken or found.column.parted:
            taken.add(slot)
            places[column] = Place(found.column, texts[column], found.language, file, found.own)
    return Heading(
        line, dict(sorted(places.items())), {column: text for column, text in texts.items() if column not in places}
    )


def _file(column: int, meant: Mapping[int, Meaning], line: Line) -> int:
    """Which file of a row: by the number of the heading, else the how many times the same heading stands there."""
    found = meant[column]
    if found.number:
        return found.number - 1
    own = key(line.cells[column].text)
    return sum(
        meant[other].column is found.column and key(line.cells[other].text) == own
        for other in range(column)
        if other in meant
    )
