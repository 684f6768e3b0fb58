"""A chart as SVG: lines and bars with axes, coloured by the page's stylesheet, without script or inline style. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from ckanext.stuttgart.present.chart import Chart

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 36
BAR, LABEL = 26, 190
LONGEST_LABEL = 26
TICKS = 5
Words = Callable[[float], str]


def svg(chart: Chart, title: str, description: str, words: Words) -> str:
    """The drawing; `words` writes a number in the reader's language."""
    inner, height = _bars(chart, words) if chart.kind == "bars" else _line(chart, words)
    return (
        f'<svg class="st-chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="st-chart-title st-chart-text">'
        f'<title id="st-chart-title">{escape(title)}</title><desc id="st-chart-text">{escape(description)}</desc>'
        f"{inner}</svg>"
    )


def _line(chart: Chart, words: Words) -> tuple[str, int]:
    values = [value for _, value in chart.points]
    ticks = _ticks(min(0.0, *values) if min(values) < max(values) / 2 else min(values), max(values))
    low, high = ticks[0], ticks[-1]
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values) - 1)

    def place(index: int, value: float) -> tuple[float, float]:
        return LEFT + index * step, TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low))

    places = [place(index, value) for index, value in enumerate(values)]
    parts = []
    for tick in ticks:
        y = place(0, tick)[1]
        parts.append(f'<line class="st-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(words(tick))}</text>')
    parts.append(f'<polyline class="st-line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    if len(places) <= 40:
        parts += [f'<circle class="st-dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in places]
    every = math.ceil(len(values) / 8)
    for index, (label, _) in enumerate(chart.points):
        if index % every == 0:
            x = places[index][0]
            anchor = "end" if index == len(values) - 1 and index else "start" if index == 0 else "middle"
            parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="{anchor}">{escape(label)}</text>')
    return "".join(parts), HEIGHT


def _bars(chart: Chart, words: Words) -> tuple[str, int]:
    low, high = min(0.0, *(v for _, v in chart.points)), max(0.0, *(v for _, v in chart.points))
    scale = (WIDTH - LABEL - 96) / ((high - low) or 1)
    zero = LABEL + (0 - low) * scale
    parts = []
    for index, (label, value) in enumerate(chart.points):
        y = 4 + index * BAR
        x, width = min(zero, zero + value * scale), abs(value) * scale
        shown = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
        parts.append(f'<text x="{LABEL - 10}" y="{y + 15}" text-anchor="end">{escape(shown)}</text>')
        parts.append(f'<rect class="st-bar" x="{x:.1f}" y="{y}" width="{max(width, 1):.1f}" height="{BAR - 6}"/>')
        parts.append(f'<text x="{x + width + 6:.1f}" y="{y + 15}">{escape(words(value))}</text>')
    return "".join(parts), 8 + len(chart.points) * BAR


def _ticks(low: float, high: float) -> Sequence[float]:
    """Round numbers from below the lowest to above the highest value."""
    if high <= low:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    raw = (high - low) / TICKS
    unit = 10 ** math.floor(math.log10(raw))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= raw)
    first = math.floor(low / step)
    return [round(number * step, 10) for number in range(first, math.ceil(high / step) + 1)]
