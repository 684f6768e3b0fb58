"""Routes."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from ckanext.dcat.utils import read_dataset_page
from flask import Blueprint
from werkzeug.datastructures import ImmutableMultiDict

__all__ = ["stuttgart"]

stuttgart = Blueprint("stuttgart", __name__)
#: Types of packages that have no files of their own.
WITHOUT_FILES = ("dataset_series", "data_service")


@stuttgart.before_app_request
def skip_the_step_of_files() -> None:
    """Save a new series or service at once; CKAN would keep it as a draft until a file is added."""
    request = tk.request
    if request.method == "POST" and request.endpoint in [f"{name}.new" for name in WITHOUT_FILES]:
        kept = [(name, value) for name, value in request.form.items(multi=True) if name != "_ckan_phase"]
        request.form = ImmutableMultiDict(kept)


@stuttgart.route("/data_service/<id_>.<any(ttl, rdf, xml, n3, jsonld):format_>")
def read_service(id_: str, format_: str) -> Response | str:
    """A service as RDF; ckanext-dcat has this route for datasets and series only."""
    return read_dataset_page(id_, format_)
