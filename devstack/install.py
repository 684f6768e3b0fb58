"""The virtual environment of a CKAN version and Solr's archives, from lock files with hashes."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from devstack import checks
from devstack.environment import install_environment, run_environment
from devstack.errors import StackError
from devstack.layout import Layout
from devstack.lock import held
from devstack.progress import step

NO_ROUTE = (
    "The package registry cannot be reached or does not have what the lock file names: check the network, the proxy "
    "variables and the index settings of pip and uv."
)
STAMP = "devstack-stamp"


def fingerprint(files: Sequence[Path]) -> str:
    """Return a digest of files' contents, of the interpreter and of where the checkout is."""
    digest = hashlib.sha256(f"{sys.version}\n{sys.base_prefix}\n{files[0].parent}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_current(folder: Path, wanted: str) -> bool:
    """Say whether a folder was completed for the same fingerprint."""
    try:
        return (folder / STAMP).read_text(encoding="utf-8") == wanted
    except OSError:
        return False


def requirement(layout: Layout, name: str) -> Path:
    """Return a file of the folder ``requirements``."""
    return layout.checkout / "requirements" / name


def venv_fingerprint(layout: Layout) -> str:
    """Return what the virtual environment depends on."""
    names = (f"ckan-{layout.ckan}.txt", "build.txt")
    own = (layout.checkout / "setup.py", layout.checkout / "pyproject.toml")
    return fingerprint([*(requirement(layout, name) for name in names), *own])


def jars_fingerprint(layout: Layout) -> str:
    """Return what the folder of Java archives depends on."""
    return fingerprint([requirement(layout, "solr-jars.txt")])


def is_installed(layout: Layout) -> bool:
    """Say whether nothing is left to install."""
    return is_current(layout.venv, venv_fingerprint(layout)) and is_current(layout.jars, jars_fingerprint(layout))


def install(layout: Layout) -> None:
    """Check the prerequisites and install what is missing or outdated; a second call does nothing."""
    checks.require(installing=not is_installed(layout))
    layout.state.mkdir(parents=True, exist_ok=True)
    with held(layout.state / "install.lock"):
        if not is_current(layout.venv, venv_fingerprint(layout)):
            with step("Fetching the installer from the package registry"):
                uv = bootstrap(layout)
            with step(f"Installing CKAN {layout.ckan} and the extension into {layout.venv}"):
                fill_venv(layout, uv)
        if not is_current(layout.jars, jars_fingerprint(layout)):
            with step("Fetching Solr's Java archives"):
                fetch_jars(layout)


def bootstrap(layout: Layout) -> Path:
    """Return uv's path, installed by pip with a locked hash; this is also the first word with the registry."""
    folder = layout.state / "bootstrap"
    lock = requirement(layout, "bootstrap.txt")
    wanted = fingerprint([lock])
    if not is_current(folder, wanted):
        environment = install_environment(layout)
        run([sys.executable, "-m", "venv", "--clear", str(folder)], environment, "Python's venv module failed.")
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15"]
        run([*pip, "--require-hashes", "--requirement", str(lock)], environment, NO_ROUTE)
        (folder / STAMP).write_text(wanted, encoding="utf-8")
    return folder / "bin" / "uv"


def fill_venv(layout: Layout, uv: Path) -> None:
    """Create the environment if need be, make it match the lock, add the extension in place."""
    environment = install_environment(layout)
    (layout.venv / STAMP).unlink(missing_ok=True)
    if not layout.python.exists():
        command = [str(uv), "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(layout.venv)]
        run(command, environment, "The virtual environment could not be created.")
    pip = [str(uv), "pip"]
    target = ["--quiet", "--python", str(layout.python)]
    locked = ["--build-constraints", str(requirement(layout, "build.txt"))]
    lock = str(requirement(layout, f"ckan-{layout.ckan}.txt"))
    run([*pip, "sync", *target, *locked, "--require-hashes", lock], environment, NO_ROUTE)
    remains = layout.checkout / "ckanext_stuttgart.egg-info"
    was_there = remains.exists()
    editable = ["--no-deps", "--editable", str(layout.checkout)]
    run([*pip, "install", *target, *locked, *editable], environment, "The extension could not be installed.")
    if not was_there:
        shutil.rmtree(remains, ignore_errors=True)
    (layout.venv / STAMP).write_text(venv_fingerprint(layout), encoding="utf-8")


def fetch_jars(layout: Layout) -> None:
    """Fetch and verify the archives with the environment's own Python."""
    lock = requirement(layout, "solr-jars.txt")
    arguments = [str(lock), str(layout.cache / "m2"), str(layout.jars)]
    environment = run_environment(layout)
    run([str(layout.python), "-m", "devstack.jars", *arguments], environment, NO_ROUTE, layout.checkout)
    (layout.jars / STAMP).write_text(jars_fingerprint(layout), encoding="utf-8")


def run(command: Sequence[str], environment: dict[str, str], sentence: str, folder: Path | None = None) -> None:
    """Run a step quietly; on failure raise the sentence and, indented, the end of what the tool said."""
    done = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "\n".join(f"    {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-12:])
        raise StackError(f"{sentence}\n{said}")
