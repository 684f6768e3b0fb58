"""Which page is asked for: its endpoint, also where ckanext-dcat answers first to see whether RDF is wanted."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

STAND_INS = {"dcat.read_catalog": "home.index", "dcat.read_dataset": "dataset.read"}


def endpoint() -> str:
    """The endpoint of this request, like `dataset.read`; empty where nothing was found."""
    found = tk.request.endpoint or ""
    return STAND_INS.get(found, found)
