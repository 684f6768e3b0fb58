"""A chart as shapes on a field of 100 x 100, which a template lays out; all words stay text of the page. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ckanext.stuttgart.dcatde import dates
from ckanext.stuttgart.present.chart import Chart

TICKS = 4
MOST_DOTS = 40
EVEN = 2  # hundredths of the field: months have 28 to 31 days
Words = Callable[[float], str]


@dataclass(frozen=True)
class Bar:
    """A bar from `start` over `length`, both in hundredths of the field."""

    label: str
    value: str
    start: float
    length: float


@dataclass(frozen=True)
class Drawing:
    """Bars, or a line: its points as SVG writes them, dots, grid lines and the words of both axes."""

    bars: tuple[Bar, ...] = ()
    line: str = ""
    dots: tuple[tuple[float, float], ...] = ()
    grid: tuple[float, ...] = ()
    heights: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def drawing(chart: Chart, words: Words, label: Callable[[str], str]) -> Drawing:
    """The shapes of a chart; `words` writes a number, `label` a time in the reader's language."""
    return _bars(chart, words) if chart.kind == "bars" else _line(chart, words, label)


def _bars(chart: Chart, words: Words) -> Drawing:
    values = [value for _, value in chart.points]
    low, high = min(0.0, *values), max(0.0, *values)
    scale = 100 / ((high - low) or 1)
    return Drawing(
        bars=tuple(
            Bar(name, words(value), round((min(value, 0.0) - low) * scale, 2), round(abs(value) * scale, 2))
            for name, value in chart.points
        )
    )


def _line(chart: Chart, words: Words, label: Callable[[str], str]) -> Drawing:
    values = [value for _, value in chart.points]
    low, high = min(values), max(values)
    ticks = ticks_between(0.0 if 0 < low < high / 2 else low, high)
    span, last = ticks[-1] - ticks[0], len(values) - 1
    across, even = _across([time for time, _ in chart.points])
    places = [(x, round(100 - 100 * (v - ticks[0]) / span, 2)) for x, v in zip(across, values, strict=True)]
    steps = next(count for count in (5, 4, 3, 2, 1) if last % count == 0) if even else 1
    return Drawing(
        line=" ".join(f"{x},{y}" for x, y in places),
        dots=tuple(places) if len(places) <= MOST_DOTS else (),
        grid=tuple(round(100 * index / (len(ticks) - 1), 2) for index in range(len(ticks))),
        heights=tuple(words(tick) for tick in reversed(ticks)),
        labels=tuple(label(chart.points[index][0]) for index in range(0, last + 1, last // steps)),
    )


def _across(times: Sequence[str]) -> tuple[list[float], bool]:
    """Where each time lies on the field, and whether all are as far from the next; quarters stand as they come."""
    last = len(times) - 1
    equal = [round(100 * index / last, 2) for index in range(len(times))]
    if not all(map(dates.is_iso, times)):
        return equal, True
    days = [date.fromisoformat(dates.first_day(time)).toordinal() for time in times]
    span = days[-1] - days[0]
    if span <= 0:
        return equal, True
    found = [round(100 * (day - days[0]) / span, 2) for day in days]
    even = all(abs(a - b) < EVEN for a, b in zip(found, equal, strict=True))
    return found, even


def ticks_between(low: float, high: float) -> Sequence[float]:
    """Round numbers from below the lowest to above the highest value."""
    if high <= low:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    raw = (high - low) / TICKS
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= raw)
    return [round(number * step, 10) for number in range(math.floor(low / step), math.ceil(high / step) + 1)]
