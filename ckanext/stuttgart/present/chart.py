"""Which chart a tidy table allows, and its points: a value over time, or compared between groups. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckanext.stuttgart.dcatde import dates
from ckanext.stuttgart.present.table import Table

_TIME = re.compile(r"jahr|year|datum|date|monat|month|quartal|quarter|stichtag|zeitpunkt|zeit|tag|day", re.IGNORECASE)
_NO_MEASURE = re.compile(
    r"jahr|year|(?:längen|breiten)grad|longitude|latitude|^(?:lon|lat|lng|x|y)$|nummer|kennung|^nr\b|^id$|schlüssel|plz",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(?:19|20|21)\d\d(?:[-/ ]?(?:Q[1-4]|W\d\d?))?|Q[1-4][ /-]?(?:19|20)\d\d", re.IGNORECASE)
FEW, MANY = 2, 80


@dataclass(frozen=True)
class Shape:
    """What can be drawn: columns by name; `groups` are the values of the column `group`, in their order."""

    time: str | None
    group: str | None
    measures: tuple[str, ...]
    groups: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A chart: `kind` line (over time) or bars (between groups at `at`, the latest time); points as label and value."""

    kind: str
    measure: str
    group: str | None
    at: str | None
    points: tuple[tuple[str, float], ...]


def shape(data: Table) -> Shape | None:
    """What of a table can be drawn; None where it has no measure, or nothing to lay it out by."""
    measures = tuple(c.name for c in data.columns if c.numeric and not _NO_MEASURE.search(c.name))
    if not measures or len(data.rows) < FEW:
        return None
    time = next((c.name for i, c in enumerate(data.columns) if _is_time(c.name, [row[i] for row in data.rows])), None)
    group = _group(data, time)
    if time is None and group is None:
        return None
    times = sorted(set(_column(data, time))) if time else []
    return Shape(time, group, measures, tuple(dict.fromkeys(_column(data, group))) if group else (), tuple(times))


def draw(data: Table, found: Shape, measure: str = "", group: str = "") -> Chart | None:
    """The chart for a measure and, where the table has groups, one of them over time; without, all at the last time."""
    measure = measure if measure in found.measures else found.measures[0]
    at = data.index(measure)
    assert at is not None
    rows = list(data.rows)
    if found.group and group in found.groups:
        rows = [row for row, value in zip(rows, _column(data, found.group), strict=True) if value == group]
    elif found.group:
        last = found.times[-1] if found.times else None
        if last is not None:
            rows = [row for row, value in zip(rows, _column(data, found.time), strict=True) if value == last]
        points = _points(data, rows, data.index(found.group), at)
        points.sort(key=lambda point: -point[1])
        return Chart("bars", measure, None, last, tuple(points)) if points else None
    if found.time is None:
        return None
    points = sorted(_points(data, rows, data.index(found.time), at))
    return Chart("line", measure, group or None, None, tuple(points)) if len(points) >= FEW else None


def _points(data: Table, rows: list[tuple[str, ...]], label: int | None, at: int) -> list[tuple[str, float]]:
    """One point a label; several rows with one label cannot be drawn as one value, and are left out altogether."""
    if label is None:
        return []
    values: dict[str, list[float]] = {}
    for row in rows:
        value = data.columns[at].number(row[at])
        if row[label] and value is not None:
            values.setdefault(row[label], []).append(value)
    if any(len(found) > 1 for found in values.values()):
        return []
    return [(name, found[0]) for name, found in values.items()]


def _group(data: Table, time: str | None) -> str | None:
    """The column that tells rows of one time apart: the first text whose values with the time name each row once."""
    times = _column(data, time) if time else [""] * len(data.rows)
    for index, column in enumerate(data.columns):
        cells = [row[index] for row in data.rows]
        if column.numeric or column.name == time or not FEW <= len(set(cells)) <= MANY or not all(cells):
            continue
        if len(set(zip(times, cells, strict=True))) == len(data.rows):
            return column.name
    return None


def _is_time(name: str, cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    if not filled or not _TIME.search(name):
        return False
    return all(_PERIOD.fullmatch(cell) or dates.is_iso(cell) for cell in filled[:200])


def _column(data: Table, name: str | None) -> list[str]:
    at = data.index(name) if name else None
    return [row[at] for row in data.rows] if at is not None else []
