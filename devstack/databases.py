"""CKAN's tables: core and plugins, and the DataStore's rights."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devstack.environment import run_environment
from devstack.errors import StackError
from devstack.layout import Layout
from devstack.postgres import PostgreSQL

STAMP = "database-stamp"
Done = subprocess.CompletedProcess[str]


def ckan(layout: Layout, variables: dict[str, str], *arguments: str, answer: str = "") -> Done:
    """Run a command of CKAN with the stack's configuration; ``answer`` is what it reads where it asks back."""
    return subprocess.run(
        [layout.python, layout.venv / "bin" / "ckan", "-c", layout.ini, *arguments],
        cwd=layout.folder,
        env=run_environment(layout, variables),
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def checked(layout: Layout, variables: dict[str, str], *arguments: str, answer: str = "") -> str:
    """Run a command of CKAN; raise with the end of its output when it fails."""
    done = ckan(layout, variables, *arguments, answer=answer)
    require_success(done, arguments)
    return done.stdout


def require_success(done: Done, arguments: Sequence[str]) -> None:
    """Raise with the end of a command's output when it failed."""
    if done.returncode != 0:
        said = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-15:])
        raise StackError(f"`ckan {' '.join(arguments)}` failed:\n{said}")


def wanted_stamp(layout: Layout, variables: dict[str, str]) -> str:
    """Return a digest of all that decides about tables: configuration, lock, database and our migrations."""
    digest = hashlib.sha256(variables["CKAN_SQLALCHEMY_URL"].encode())
    files = [layout.ini, layout.checkout / "requirements" / f"ckan-{layout.ckan}.txt"]
    migrations = sorted((layout.checkout / "ckanext").rglob("migration/**/*.py"))
    for file in [*files, *migrations]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamp_file(layout: Layout) -> Path:
    """Return where the stack remembers for what its tables were made."""
    return layout.folder / STAMP


def is_prepared(layout: Layout, variables: dict[str, str]) -> bool:
    """Say whether the tables are those of the current configuration."""
    try:
        return stamp_file(layout).read_text(encoding="utf-8") == wanted_stamp(layout, variables)
    except OSError:
        return False


def prepare(layout: Layout, variables: dict[str, str], server: PostgreSQL | None) -> None:
    """Create or migrate all tables; the DataStore's rights too when the server is ours."""
    with ThreadPoolExecutor() as pool:  # CKAN takes seconds to start; the second command only prints SQL
        upgrade = pool.submit(checked, layout, variables, "db", "upgrade")
        rights = pool.submit(checked, layout, variables, "datastore", "set-permissions") if server else None
        upgrade.result()
        if server is not None and rights is not None:
            server.sql(rights.result())
    stamp_file(layout).write_text(wanted_stamp(layout, variables), encoding="utf-8")
