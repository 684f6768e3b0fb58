"""What the machine has to bring, asked before anything else; every answer is a sentence with the remedy."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

from devstack.errors import StackError

INCLUDE_FOLDERS: tuple[str, ...] = (
    "/usr/include",
    "/usr/include/postgresql",
    "/usr/local/include",
    "/opt/homebrew/include",
)


def python_version() -> str | None:
    """CKAN 2.11 and 2.12 both run on Python 3.10 and newer."""
    if sys.version_info >= (3, 10):
        return None
    found = sys.version.split(maxsplit=1)[0]
    return f"Python 3.10 or newer is needed, this is {found}: set PYTHON=/path/to/a/newer/python3."


def linux() -> str | None:
    """The services' binaries are those of Linux wheels, and running processes are found through /proc."""
    if Path("/proc/self/cwd").exists():
        return None
    return "The embedded services need Linux with /proc: on another system set CKAN up with services of your own."


def venv_module() -> str | None:
    """Debian ships ``venv`` and ``ensurepip`` in a package of their own."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return None
    return "Python's venv module is missing: apt-get install python3-venv"


def compiler() -> str | None:
    """CKAN asks for psycopg2, which comes as source."""
    if any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        return None
    return "A C compiler is missing (psycopg2 is built from source): apt-get install gcc libc6-dev"


def python_headers() -> str | None:
    """The same build includes Python's own headers."""
    if (Path(sysconfig.get_path("include")) / "Python.h").exists():
        return None
    return "Python's C headers are missing (psycopg2 is built from source): apt-get install python3-dev"


def libpq() -> str | None:
    """The same build asks ``pg_config`` where libpq's headers are."""
    program = shutil.which("pg_config")
    folders = list(INCLUDE_FOLDERS)
    if program:
        done = subprocess.run([program, "--includedir"], capture_output=True, text=True, check=False)
        folders.insert(0, done.stdout.strip())
    if program and any((Path(folder) / "libpq-fe.h").exists() for folder in folders if folder):
        return None
    return "The headers of libpq are missing (psycopg2 is built from source): apt-get install libpq-dev"


def libmagic() -> str | None:
    """CKAN imports python-magic, which loads the library of the system."""
    for name in ("libmagic.so.1", "libmagic.dylib"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return None
    return "The library libmagic is missing (CKAN recognises file types with it): apt-get install libmagic1"


ALWAYS: tuple[Callable[[], str | None], ...] = (python_version, linux)
FOR_RUNNING = (libmagic,)
FOR_INSTALLING = (venv_module, compiler, python_headers, libpq)


def missing(installing: bool) -> Iterator[str]:
    """Yield one sentence for each thing the machine lacks."""
    for check in (*FOR_RUNNING, *(FOR_INSTALLING if installing else ())):
        sentence = check()
        if sentence:
            yield sentence


def require_system() -> None:
    """Raise where not even the commands that only look around can work."""
    for check in ALWAYS:
        sentence = check()
        if sentence:
            raise StackError(sentence)


def require(installing: bool) -> None:
    """Raise with every missing prerequisite at once, so that one look is enough."""
    sentences = list(missing(installing))
    if sentences:
        raise StackError("\n".join(sentences))
