"""The groups of figures: one file, one group; each offers `GROUP`, and a new file is found by itself."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from bench.measure import Figure


class Skipped(Exception):
    """Something a group needs is not there; the text is one sentence without its full stop."""


@dataclass(frozen=True)
class Group:
    """What is measured together.

    name     the word for it on the command line
    figures  measures; yields each figure when it is there. Raises Skipped
    """

    name: str
    figures: Callable[[], Iterator[Figure]]


def groups() -> dict[str, Group]:
    """All groups by name, in the order of their files."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.GROUP.name: module.GROUP for module in modules}
