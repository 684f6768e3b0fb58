"""Template helpers of previews; they only read."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.theme import leaflet, preview_views, previews
from ckanext.stuttgart.theme.files import File
from ckanext.stuttgart.theme.previews import ChartPreview, TablePreview


def stuttgart_asked(file: File) -> dict[str, Any]:
    """What the address asks a preview to show."""
    return preview_views.asked_for(file)


def stuttgart_table(file: File, rows: int, sort: str, descending: bool) -> TablePreview | None:
    """The first rows of a file."""
    return previews.table_preview(file, rows, sort, descending)


def stuttgart_chart(file: File, measure: str, group: str) -> ChartPreview | None:
    """The chart that a file allows."""
    return previews.chart_preview(file, measure, group)


def stuttgart_chart_title(preview: ChartPreview) -> str:
    """What a chart shows."""
    return previews.chart_title(preview.chart, preview.shape)


def stuttgart_cell(text: str, numeric: bool) -> str:
    """A cell as people read it."""
    return previews.cell(text, numeric)


def stuttgart_small_enough(file: File) -> bool:
    """Whether a map may be drawn of a file."""
    return previews.small_enough(file.resource)


def stuttgart_leaflet(name: str) -> str:
    """The address of a file of Leaflet."""
    return leaflet.address(name)


def stuttgart_basemap() -> dict[str, str]:
    """The ground of maps and its source, where the operator names one."""
    prefix = "ckanext.stuttgart.theme.basemap"
    found = {"tiles": tk.config.get(prefix), "attribution": tk.config.get(f"{prefix}_attribution")}
    return {name: value for name, value in found.items() if value and found["tiles"]}
