"""The result of a search as a table: one row a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.cells import csv_bytes
from ckanext.stuttgart.theme import records
from ckanext.stuttgart.theme.results import solr_filters

MOST = 1000


def table(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The CSV of the datasets that the pairs of a search's address ask for. Raises SearchError."""
    pairs = list(pairs)
    q = next((value for name, value in pairs if name == "q"), "")
    query = {"q": q, "fq": " ".join([*solr_filters(pairs), "+dataset_type:dataset"]), "rows": MOST, "facet": "false"}
    return csv_bytes(_rows(tk.get_action("package_search")({}, query)["results"]))


def _rows(packages: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    _ = tk._
    yield [
        _("Title"),
        _("Summary"),
        _("Office"),
        _("Data as of"),
        _("Updated"),
        _("Licence"),
        _("Formats"),
        _("Address"),
    ]
    language = tk.h.lang()
    for package in packages:
        found = records.record(package, language)
        yield [
            found.title.text,
            found.summary.text,
            found.office.label if found.office else "",
            package.get("modified") or "",
            found.frequency,
            found.licence.short if found.licence.uri else "",
            ", ".join(format_.label for format_ in found.formats),
            tk.h.url_for("dataset.read", id=package["name"], locale="default", _external=True),
        ]
