"""Actions."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict
from ckanext.dcat.utils import catalog_uri

from ckanext.stuttgart.feed import page
from ckanext.stuttgart.profile import NAME
from ckanext.stuttgart.searching.action import package_search

__all__ = ["dcat_catalog_show", "package_search"]

PAGE_SIZE = "ckanext.dcat.datasets_per_page"


@tk.chained_action
@tk.side_effect_free
def dcat_catalog_show(original: Action, context: Context, data_dict: DataDict) -> Any:
    """One page of the catalogue in DCAT-AP.de; another profile asked for by name is left to ckanext-dcat.

    page, q, fq, modified_since, format, profiles  as in ckanext-dcat
    Raises ValidationError naming the parameter that is wrong.
    """
    if list(data_dict.get("profiles") or [NAME]) != [NAME]:
        return original(context, data_dict)
    tk.check_access("dcat_catalog_show", context, data_dict)
    wanted = page.wanted(data_dict, int(tk.config.get(PAGE_SIZE) or 100))
    format_ = data_dict.get("format") or "rdf"
    path = tk.request.path if tk.request else f"/catalog.{format_}"
    return page.text_of(page.graph_of(context, wanted, catalog_uri().rstrip("/") + path), format_)
