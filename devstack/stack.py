"""One stack: the services it embeds, its variables, and the way up and down."""

from __future__ import annotations

from dataclasses import dataclass

from devstack import configuration, databases, install, ports
from devstack.environment import MARK, callers
from devstack.errors import StackError
from devstack.layout import Layout
from devstack.lock import held
from devstack.postgres import PostgreSQL
from devstack.progress import say, step
from devstack.redis_server import Redis
from devstack.service import Service
from devstack.solr import Solr

DATASTORE = ("CKAN_DATASTORE_WRITE_URL", "CKAN_DATASTORE_READ_URL")


@dataclass(frozen=True)
class Stack:
    """The services of a layout, less those the caller brings."""

    layout: Layout

    def embedded(self) -> dict[str, Service]:
        """Return our own services by the variable that would replace them."""
        return {
            "CKAN_SQLALCHEMY_URL": PostgreSQL(self.layout),
            "CKAN_REDIS_URL": Redis(self.layout),
            "CKAN_SOLR_URL": Solr(self.layout),
        }

    def used(self) -> list[Service]:
        """Return the embedded services the caller did not replace."""
        given = callers()
        if "CKAN_SQLALCHEMY_URL" in given and not all(key in given for key in DATASTORE):
            raise StackError(f"CKAN_SQLALCHEMY_URL is set, so {' and '.join(DATASTORE)} must be set too.")
        return [service for variable, service in self.embedded().items() if variable not in given]

    def server(self) -> PostgreSQL | None:
        """Return the embedded PostgreSQL, none when the caller brings a database."""
        return next((service for service in self.used() if isinstance(service, PostgreSQL)), None)

    def variables(self) -> dict[str, str]:
        """Return every ``CKAN_*`` variable; the caller's own win."""
        found = {MARK: self.layout.name}
        for service in self.used():
            found |= service.variables()
        found |= {
            "CKAN_SITE_URL": f"http://localhost:{ports.portal_port(self.layout)}",
            "CKAN_STORAGE_PATH": str(self.layout.storage),
            "CKAN_INI": str(self.layout.ini),
        }
        return found | callers()

    def up(self) -> list[Service]:
        """Install, start what is not running, prepare the databases; return the services this call started."""
        install.install(self.layout)
        self.layout.folder.mkdir(parents=True, exist_ok=True)
        started: list[Service] = []
        try:
            with held(self.layout.folder / "lock"):
                self.start_services(started)
                self.prepare()
        except BaseException:
            stop_all(started)
            raise
        return started

    def start_services(self, started: list[Service]) -> None:
        """Start what is not running, noting each one in ``started``."""
        for service in self.used():
            if service.running():
                say(f"{service.title} is already running")
                continue
            started.append(service)
            with step(f"Starting {service.title}"):
                service.start()

    def prepare(self) -> None:
        """Create the databases and tables if they are not there."""
        self.layout.storage.mkdir(parents=True, exist_ok=True)
        configuration.write_ini(self.layout)
        server = self.server()
        fresh = server.create_databases() if server else False
        variables = self.variables()
        if fresh or not databases.is_prepared(self.layout, variables):
            with step("Setting up the databases"):
                databases.prepare(self.layout, variables, server)

    def down(self) -> bool:
        """Stop every embedded service that runs; return whether there was any."""
        with held(self.layout.folder / "lock"):
            return stop_all([service for service in self.embedded().values() if service.running()])

    def require_running(self) -> None:
        """Raise when a service is missing."""
        missing = [service.title for service in self.used() if not service.running()]
        if missing:
            name = self.layout.name
            remedy = f"`python -m devstack up --name {name} --ckan {self.layout.ckan}`"
            raise StackError(f"Of the stack {name!r}, {', '.join(missing)} not running: {remedy}.")


def stop_all(services: list[Service]) -> bool:
    """Stop services in the reverse order of their start; return whether there was any."""
    for service in reversed(services):
        with step(f"Stopping {service.title}"):
            service.stop()
    return bool(services)
