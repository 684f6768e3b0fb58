"""Where everything lies: the checkout, the state folder and the folder of one stack."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from devstack.errors import StackError

CHECKOUT = Path(__file__).resolve().parent.parent
CKAN_VERSIONS = ("2.12", "2.11")
DEFAULT_NAME = "demo"
SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's path on Linux (``sun_path`` without its closing zero)."""

NOT_IN_URLS = "%?#&+;,"
"""Characters with a meaning of their own in the URLs of PostgreSQL and Redis."""


@dataclass(frozen=True)
class Layout:
    """The folders of one stack of one CKAN version."""

    checkout: Path
    state: Path
    name: str
    ckan: str

    @property
    def venv(self) -> Path:
        """The virtual environment, shared by all stacks of the same CKAN version."""
        return self.state / f"venv-{self.ckan}"

    @property
    def python(self) -> Path:
        """The interpreter inside the virtual environment."""
        return self.venv / "bin" / "python"

    @property
    def folder(self) -> Path:
        """The stack's own folder; versions other than the default get their own, since their databases differ."""
        return self.state / (self.name if self.ckan == CKAN_VERSIONS[0] else f"{self.name}-{self.ckan}")

    @property
    def cache(self) -> Path:
        """Downloads and compiled files, safe to delete."""
        return self.state / "cache"

    @property
    def jars(self) -> Path:
        """The verified Java archives of Solr, all in one folder."""
        return self.state / "solr-jars"

    @property
    def storage(self) -> Path:
        """CKAN's uploads."""
        return self.folder / "storage"

    @property
    def ini(self) -> Path:
        """The configuration the stack's portal runs with."""
        return self.folder / "ckan.ini"

    def fits_socket(self, socket: Path) -> bool:
        """Say whether clients can name ``socket`` in a URL; else a port of 127.0.0.1 takes its place.

        The URL stays without escapes: CKAN reads its variables through an interpolating parser, which stops at ``%``.
        """
        short = len(os.fsencode(str(socket))) <= SOCKET_PATH_LIMIT
        return short and not set(str(socket)) & set(NOT_IN_URLS)

    def package_folder(self, package: str) -> Path:
        """The folder of an installed package, found without importing it."""
        found = sorted(self.venv.glob(f"lib/python3*/site-packages/{package}"))
        if not found:
            raise StackError(f"{package} is not installed in {self.venv}: run `make install CKAN={self.ckan}`.")
        return found[-1]


def find_layout(name: str = DEFAULT_NAME, ckan: str = CKAN_VERSIONS[0]) -> Layout:
    """Build the layout from the arguments and ``DEVSTACK_STATE``."""
    if ckan not in CKAN_VERSIONS:
        raise StackError(f"CKAN {ckan!r} has no lock file here: choose one of {', '.join(CKAN_VERSIONS)}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise StackError(f"The stack's name {name!r} must be 1 to 31 lower-case letters, digits or underscores.")
    given = os.environ.get("DEVSTACK_STATE", "").strip()
    state = Path(given).expanduser() if given else CHECKOUT / ".devstack"
    if "%" in str(state.resolve()):
        raise StackError(f"CKAN cannot work below a folder with a percent sign: set DEVSTACK_STATE, now {state}.")
    return Layout(checkout=CHECKOUT, state=state.resolve(), name=name, ckan=ckan)
