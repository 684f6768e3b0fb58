"""Routes."""

from __future__ import annotations

from ckan.types import Response
from ckanext.dcat.utils import read_dataset_page
from flask import Blueprint

__all__ = ["stuttgart"]

stuttgart = Blueprint("stuttgart", __name__)


@stuttgart.route("/data_service/<id_>.<any(ttl, rdf, xml, n3, jsonld):format_>")
def read_service(id_: str, format_: str) -> Response | str:
    """A service as RDF; ckanext-dcat has this route for datasets and series only."""
    return read_dataset_page(id_, format_)
