"""Sources in the hands of a test, and the engine's word on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import search
from ckan.tests import helpers

from ckanext.stuttgart.harvest import engine, show
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.logic import find
from tests.core.hostile import Server, answer

PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
    "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
)


def dataset(number: int | str, title: str = "", more: str = "") -> str:
    """One dataset in Turtle."""
    return (
        f'<https://quelle.example/{number}> a dcat:Dataset ; dct:title "{title or f"Datensatz {number}"}"@de ;'
        f' dct:description "Beschreibung {number}"@de {more} .\n'
    )


def catalogue(numbers: Iterable[int | str], extra: str = "") -> bytes:
    """A catalogue in Turtle."""
    return (PREFIXES + "<https://quelle.example/> a dcat:Catalog .\n" + "".join(map(dataset, numbers)) + extra).encode()


def turtle(body: bytes) -> Any:
    """The answer of a server that serves it."""
    return answer(body=body, Content_Type="text/turtle")


class Origin:
    """A source on a local server, as the portal knows it."""

    def __init__(
        self, server: Server, owner: str, name: str = "quelle", path: str = "/catalog.ttl", **fields: Any
    ) -> None:
        self.server, self.path, self.name = server, path, name
        data = {"name": name, "title": name.title(), "url": server.url(path), "reader": "dcat", "owner_org": owner}
        helpers.call_action("stuttgart_harvest_source_create", **{**data, **fields})

    def serves(self, numbers: Iterable[int | str], extra: str = "") -> None:
        """What the source holds from now on."""
        self.server.plays[self.path] = turtle(catalogue(numbers, extra))

    def run(self) -> dict[str, Any]:
        """A whole run in this process; as `show.run` and with its outcomes."""
        run_id = engine.run_now(find.source(self.name), "test")
        return helpers.call_action("stuttgart_harvest_run_show", run_id=run_id)

    def shown(self) -> dict[str, Any]:
        """The source with its settings."""
        return show.source(find.source(self.name), settings=True)


def counts(run: Mapping[str, Any]) -> dict[str, int]:
    """Status -> number, without zeros."""
    return {status: number for status, number in run["counts"].items() if number}


def packages(**filters: Any) -> dict[str, Any]:
    """Name -> package, straight from the database."""
    model.Session.expire_all()
    found = model.Session.query(model.Package).filter_by(**filters).all()
    return {package.name: package for package in found}


def index() -> dict[str, str]:
    """Name -> capacity (public or private) of all packages in the index."""
    query = {"q": "*:*", "fq": "capacity:(public OR private)", "fl": "name capacity", "rows": 1000}
    return {row["name"]: row["capacity"] for row in search.query_for(model.Package).run(query)["results"]}


def agree() -> bool:
    """Whether database and index hold the same active packages, public and private alike."""
    active = {name: "private" if package.private else "public" for name, package in packages(state="active").items()}
    return active == index()


def sysadmin() -> dict[str, Any]:
    """The context of the portal's own user."""
    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def last_run(name: str = "quelle") -> dict[str, Any]:
    """The last run of a source, with its outcomes."""
    model.Session.rollback()
    (run, *_) = show.source(find.source(name), settings=True)["runs"]
    return helpers.call_action("stuttgart_harvest_run_show", run_id=run["id"])


class Clock:
    """The clock of this process, by which leases, schedules and times of grace are measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch, self._real = monkeypatch, tables.now

    @contextmanager
    def later(self, **time: float) -> Iterator[None]:
        """Let it go so much later."""
        with self._monkeypatch.context() as patch:
            patch.setattr(tables, "now", lambda: self._real() + timedelta(**time))
            yield

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it stand still."""
        with self._monkeypatch.context() as patch:
            patch.setattr(tables, "now", lambda: moment)
            yield
