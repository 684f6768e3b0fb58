"""Tests on a real CKAN with PostgreSQL, Redis and Solr.

CKAN's own fixtures (``app``, ``clean_db``, ``clean_index``, ``with_plugins``, ``sysadmin`` ...) come with its pytest
plugin. They delete everything, hence the guard: only a stack of the tests is ever touched.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers

from ckanext.stuttgart import demo, settings
from tests.core.hostile import Server, serving
from tests.portal.harvesting import Clock, Origin
from tests.portal.workers import Crew

SERVICES = ("CKAN_SQLALCHEMY_URL", "CKAN_SOLR_URL", "CKAN_REDIS_URL")
PLUGINS_WITH_TABLES = ("activity", "stuttgart_harvest")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to run without services, or on the demo's."""
    absent = [name for name in SERVICES if not os.environ.get(name)]
    if absent:
        pytest.exit(f"{', '.join(absent)} not set: run `make test ARGS=tests/portal`.", returncode=4)
    if os.environ.get("DEVSTACK_NAME") == "demo":
        pytest.exit("these tests delete all data, and the variables lead to the demo: run `make test`.", returncode=4)


@pytest.fixture(scope="session")
def portal_tables(reset_db, migrate_db_for) -> None:
    """CKAN's tables and those of the plugins, made anew once for the session; later resets only delete rows."""
    p.load_all()
    reset_db()
    for plugin in PLUGINS_WITH_TABLES:
        migrate_db_for(plugin)


@pytest.fixture
def clean_portal(portal_tables: None, clean_db: None, clean_index: None) -> None:
    """A portal without users, organizations and packages; the index is empty too."""


@pytest.fixture
def clean_datastore(clean_portal: None) -> None:
    """A :func:`clean_portal` with an empty DataStore."""
    from ckanext.datastore.backend.postgres import get_write_engine
    from ckanext.datastore.tests import helpers as datastore
    from sqlalchemy import orm

    datastore.rebuild_all_dbs(orm.scoped_session(orm.sessionmaker(bind=get_write_engine())))


@pytest.fixture
def server(clean_portal: None) -> Iterator[Server]:
    """A local server that the portal may read."""
    with serving() as running, helpers.changed_config("ckanext.stuttgart.harvest.allowed", running.host):
        yield running


@pytest.fixture
def owner(server: Server) -> str:
    """An organization."""
    return factories.Organization(name="amt", title="Amt")["id"]


@pytest.fixture
def source(server: Server, owner: str) -> Origin:
    """A source with ten datasets."""
    made = Origin(server, owner)
    made.serves(range(10))
    return made


@pytest.fixture
def crew(source: Origin, tmp_path: Path) -> Iterator[Crew]:
    """Workers of CKAN's background jobs, none at first; an empty queue."""
    made = Crew(tmp_path / "workers.log")
    yield made
    made.dismiss()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of leases and schedules."""
    return Clock(monkeypatch)


@pytest.fixture
def runner() -> helpers.CKANCliRunner:
    """Runs commands; standard output and error apart, which click did only on request before version 8.2."""
    environment = {"CKAN_INI": tk.config["__file__"]}
    with contextlib.suppress(TypeError):
        return helpers.CKANCliRunner(env=environment, mix_stderr=False)
    return helpers.CKANCliRunner(env=environment)


@contextlib.contextmanager
def city(name: str) -> Iterator[None]:
    """The configuration of another city's portal. CKAN's plugin puts the old one back before each test."""
    before = tk.config.copy()
    tk.config.update({"ckan.site_title": "CKAN", "ckan.site_description": "", settings.CITY: name})
    settings.apply_city(tk.config)
    try:
        yield
    finally:
        tk.config.clear()
        tk.config.update(before)


@pytest.fixture(scope="module")
def portal_of(portal_tables: None, reset_db: Any, reset_index: Any) -> Iterator[Callable[[str], None]]:
    """Load the example catalogue of a city, once a module, since it takes a while; the data go with the module."""

    def load(name: str) -> None:
        reset_db()
        reset_index()
        with city(name):
            profile = settings.city()
            catalog = profile.file(profile.demo)
            assert catalog is not None
            assert demo.load(profile, catalog).counts()["failed"] == 0

    yield load
    reset_db()
    reset_index()
