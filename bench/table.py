"""The figures as a table of plain text."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.measure import Figure

HEAD = ("group", "figure", "unit", "ours", "stock", "times as good", "wanted", "stock is")


def table(figures: Iterable[tuple[str, Figure]]) -> str:
    """One line for each figure behind its group; of several runs the least, the median and the greatest value."""
    rows = [HEAD, *(_row(group, figure) for group, figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _row(group: str, figure: Figure) -> tuple[str, ...]:
    times = figure.times
    ratio = "" if times is None else f"{times:.2f}"
    wanted = "" if figure.target is None or times is None else _verdict(times, figure.target)
    return group, figure.what, figure.unit, _spread(figure.ours), _spread(figure.stock), ratio, wanted, figure.rival


def _verdict(times: float, target: float) -> str:
    return f"{target:g}: {'met' if times >= target else 'missed'}"


def _spread(values: Sequence[float]) -> str:
    if len(values) < 2:
        return " ".join(map(_short, values))
    return f"{_short(min(values))} / {_short(statistics.median(values))} / {_short(max(values))}"


def _short(value: float) -> str:
    """Three figures that count, as far as they stand behind the point."""
    digits = 3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:.{digits}f}"
