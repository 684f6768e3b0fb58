"""A look into a file: its table from the DataStore or from the file itself, the chart it allows, the map it draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib import uploader
from flask import g

from ckanext.stuttgart.present import chart, drawing, table, wording
from ckanext.stuttgart.present.chart import Chart, Shape
from ckanext.stuttgart.present.drawing import Drawing
from ckanext.stuttgart.present.table import Table
from ckanext.stuttgart.theme.files import File

ROWS = 20
MOST_BYTES = 2_000_000
MOST_MAP_BYTES = 5_000_000
CHART_ROWS = 5_000


@dataclass(frozen=True)
class TablePreview:
    """Some rows of a table, in the order of a column."""

    table: Table
    shown: int
    sort: str
    descending: bool
    partial: bool


@dataclass(frozen=True)
class ChartPreview:
    """A chart, what else can be drawn, and the same in words."""

    chart: Chart
    shape: Shape
    drawing: Drawing
    words: str


def whole_table(file: File) -> Table | None:
    """The rows of a file as far as they are read, once for all that a page makes of them."""
    kept = g.setdefault("stuttgart_tables", {})
    if file.id not in kept:
        kept[file.id] = _read(file)
    return kept[file.id]


def _read(file: File) -> Table | None:
    """From the DataStore, else from the uploaded file."""
    if file.resource.get("datastore_active"):
        return _of_datastore(file.id)
    body, whole = _body(file.resource)
    if body is None:
        return None
    return table.from_geojson(body) if file.format.code == "GEOJSON" else table.from_csv(body, whole)


def table_preview(file: File, rows: int = ROWS, sort: str = "", descending: bool = False) -> TablePreview | None:
    """The first rows, or those of the order asked for."""
    data = whole_table(file)
    if data is None or not data.columns:
        return None
    ordered = data.sorted_by(sort, descending) if sort else data
    partial = data.total is None or data.total > len(data.rows)
    return TablePreview(ordered.part(0, rows), min(rows, len(data.rows)), sort, descending, partial)


def chart_preview(file: File, measure: str = "", group: str = "") -> ChartPreview | None:
    """The chart of a table, None where it allows none."""
    if file.format.code not in ("CSV", "TSV", "XLSX"):
        return None
    data = whole_table(file)
    found = chart.shape(data) if data else None
    drawn = chart.draw(data, found, measure, group) if data and found else None
    if found is None or drawn is None:
        return None
    return ChartPreview(drawn, found, drawing.drawing(drawn, _number, _period), chart_words(drawn))


def chart_title(drawn: Chart, found: Shape) -> str:
    """What a chart shows."""
    if drawn.kind == "bars" and drawn.at:
        return tk._("{measure} by {group}, {time}").format(
            measure=drawn.measure, group=found.group, time=_period(drawn.at)
        )
    if drawn.kind == "bars":
        return tk._("{measure} by {group}").format(measure=drawn.measure, group=found.group)
    parts = [drawn.measure, drawn.group or "", f"{_period(drawn.points[0][0])} – {_period(drawn.points[-1][0])}"]
    return ", ".join(filter(None, parts))


def chart_words(drawn: Chart) -> str:
    """A chart in a sentence: its highest and lowest value, or its first and last."""
    if drawn.kind == "bars":
        (high, most), (low, least) = drawn.points[0], drawn.points[-1]
        said = tk._("Highest value: {high} ({most}). Lowest value: {low} ({least}).")
        return said.format(high=high, most=_number(most), low=low, least=_number(least))
    (start, first), (end, last) = drawn.points[0], drawn.points[-1]
    high = max(drawn.points, key=lambda point: point[1])
    said = tk._("{start}: {first}. {end}: {last}. Highest value: {most} ({when}).")
    numbers = {"first": _number(first), "last": _number(last), "most": _number(high[1])}
    return said.format(start=_period(start), end=_period(end), when=_period(high[0]), **numbers)


def cell(text: str, numeric: bool) -> str:
    """A cell as a page shows it: the decimal sign of the reader's language."""
    return text.replace(".", ",") if numeric and tk.h.lang() == "de" and text.count(".") == 1 else text


def small_enough(resource: Mapping[str, Any]) -> bool:
    """Whether a map may be drawn of a file."""
    path = _path(resource)
    return path is not None and path.stat().st_size <= MOST_MAP_BYTES


def _period(text: str) -> str:
    """A day or month in words; a year, a quarter as it is."""
    return wording.date_words(text, tk.h.lang())


def _number(value: float) -> str:
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")
    return text.translate(str.maketrans(",.", ".,")) if tk.h.lang() == "de" else text


def _of_datastore(resource_id: str) -> Table | None:
    query = {"resource_id": resource_id, "limit": CHART_ROWS, "sort": "_id asc"}
    try:
        found = tk.get_action("datastore_search")({}, query)
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError):
        return None
    names = [column["id"] for column in found["fields"] if column["id"] != "_id"]
    return table.from_records(names, found["records"], found.get("total"))


def _path(resource: Mapping[str, Any]) -> Path | None:
    if resource.get("url_type") != "upload":
        return None
    path = Path(uploader.get_resource_uploader(dict(resource)).get_path(resource["id"]))
    return path if path.is_file() else None


def _body(resource: Mapping[str, Any]) -> tuple[bytes | None, bool]:
    """The first bytes of an uploaded file, and whether they are all; GeoJSON is read whole or not at all."""
    path = _path(resource)
    if path is None:
        return None, False
    limit = MOST_MAP_BYTES if path.stat().st_size <= MOST_MAP_BYTES else MOST_BYTES
    with path.open("rb") as stream:
        body = stream.read(limit + 1)
    return body[:limit], len(body) <= limit
