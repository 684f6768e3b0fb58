"""A real CKAN with the services of the stack, emptied as often as wanted; beside our schemas it has stock's own."""

from __future__ import annotations

import functools
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.groups import Skipped

STOCK_PROFILE = "euro_dcat_ap_3"
STOCK_TYPE = "stock"
"""The package type of stock's schema, which is `dataset` like ours where it stands alone."""

ORGANIZATION = "bench"

Package = dict[str, Any]


@contextmanager
def opened() -> Iterator[None]:
    """A request to the portal, in whose course CKAN's actions can be called. Raises Skipped without services."""
    with _app()._wsgi_app.test_request_context("/catalog.ttl"):
        yield


def emptied() -> Package:
    """Delete everything; returns the new organization `ORGANIZATION`."""
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.lib import search

    model.repo.delete_all()
    search.clear_all()
    return tk.get_action("organization_create")({"user": user()}, {"name": ORGANIZATION, "title": "Amt für Messungen"})


def user() -> str:
    """The name of CKAN's own user, made anew where it was deleted."""
    from ckanext.stuttgart.harvest import store

    return store.site_user()


def imported(text: bytes, organization: Package) -> list[str]:
    """Import a catalogue as `ckan stuttgart import` does; returns the ids of what was created."""
    from ckanext.stuttgart.harvest.client import LocalFile
    from ckanext.stuttgart.harvest.ingest import Source, ingest
    from ckanext.stuttgart.harvest.readers.dcat import READER

    with tempfile.NamedTemporaryFile(suffix=".ttl") as file:
        file.write(text)
        file.flush()
        report = ingest(Source(READER, LocalFile(file.name), file.name), lambda _: organization)
    return [outcome.id for outcome in report.outcomes if outcome.status == "created"]


def stock_parser(text: bytes, type_: str = STOCK_TYPE) -> Any:
    """ckanext-dcat's parser with its profile of DCAT-AP 3, which has read the Turtle.

    type_  of the packages it will make: `dataset` for our schema
    """
    from ckanext.dcat.processors import RDFParser

    parser = RDFParser(profiles=[STOCK_PROFILE], dataset_type=type_)
    parser.parse(text, "turtle")
    return parser


@functools.cache
def _app() -> Any:
    if not os.environ.get("CKAN_SOLR_URL"):
        raise Skipped("the services are not there: run `make bench`")
    if os.environ.get("DEVSTACK_NAME") == "demo":
        raise Skipped("this deletes all data, and the variables lead to the demo: run `make bench`")
    from ckan.cli import load_config
    from ckan.config.middleware import make_app

    logging.disable(logging.WARNING)
    config = load_config(os.environ["CKAN_INI"])
    config["scheming.presets"] = f"{config['scheming.presets']} ckanext.dcat.schemas:presets.yaml"
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(_stock_schema())
        file.flush()
        config["scheming.dataset_schemas"] = f"{config['scheming.dataset_schemas']} {Path(file.name).as_uri()}"
        return make_app(config)


def _stock_schema() -> str:
    """ckanext-dcat's full schema, under a type of its own so that it can stand beside ours."""
    from ckanext.dcat import schemas

    text = (Path(next(iter(schemas.__path__))) / "dcat_ap_full.yaml").read_text(encoding="utf-8")
    return text.replace("dataset_type: dataset", f"dataset_type: {STOCK_TYPE}", 1)
