"""A portal of its own in this process: emptied, filled, asked. Only on a stack that is named for it."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib import search as index

from ckanext.stuttgart import demo, settings
from ckanext.stuttgart.searching import shelf
from tests.searching.measures import Search

NAME = "bench_search"


@contextlib.contextmanager
def running() -> Iterator[None]:
    """CKAN with a request's context."""
    if os.environ.get("DEVSTACK_NAME") != NAME:
        sys.exit(f"This deletes all data and runs on the stack {NAME} only: `make bench-search`.")
    logging.disable(logging.WARNING)
    app = make_app(load_config(os.environ["CKAN_INI"]))
    with getattr(app, "_wsgi_app", app).test_request_context("/"):
        yield


def emptied() -> None:
    """No packages, organizations and users, an empty index."""
    model.repo.delete_all()
    index.clear_all()
    shelf.forget()
    index.commit()


def filled(packages: Iterable[dict[str, Any]]) -> None:
    """Packages by CKAN's own action, in one organization."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tk.get_action("organization_create")(_as(user), {"name": "amt", "title": "Amt"})
    with setting("ckan.search.solr_commit", False):
        for package in packages:
            tk.get_action("package_create")(_as(user), {"owner_org": "amt", **package})
    index.commit()
    shelf.forget()


def filled_with_demo() -> None:
    """The example catalogue of the city."""
    city = settings.city()
    catalog = city.file(city.demo)
    assert catalog is not None
    demo.load(city, catalog)
    index.commit()
    shelf.forget()


def searching(**parameters: Any) -> Search:
    """A search with parameters, as anybody may ask it."""

    def search(query: str) -> dict[str, Any]:
        data = {"q": query, "rows": 10, **parameters}
        return tk.get_action("package_search")({"user": "", "auth_user_obj": None, "ignore_auth": True}, data)

    return search


@contextlib.contextmanager
def setting(key: str, value: Any) -> Iterator[None]:
    """A setting of the portal, for a while."""
    before = tk.config.get(key)
    tk.config[key] = value
    try:
        yield
    finally:
        tk.config[key] = before


@contextlib.contextmanager
def without_synonyms(folder: Path) -> Iterator[None]:
    """The search with an empty file of synonyms."""
    empty = folder / "no_synonyms.txt"
    empty.write_text("", encoding="utf-8")
    with setting(settings.SEARCH + "synonyms", str(empty)):
        yield


def _as(user: str) -> Any:
    return {"user": user, "ignore_auth": True, "model": model, "session": model.Session}
