"""Any package to a conforming one: `normalise(package)`, idempotent, total, each step a Finding.

Nothing is invented: a value is mended where its meaning is certain, completed from what the package itself or the
`Defaults` say, and else left out of the RDF while the stored package keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ckanext.stuttgart.dcatde.conversion import EMPTY, Repair
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.hooks import hooks, move_old_fields
from ckanext.stuttgart.dcatde.identity import unify
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.parts import Path, finish, plan
from ckanext.stuttgart.dcatde.repairs import PACKAGE_RULES, Defaults

__all__ = ["Defaults", "Normalised", "normalise"]

Package = dict[str, Any]


@dataclass(frozen=True)
class Normalised:
    """The result of `normalise`.

    package   the conforming package in canonical order: what RDF carries, and CKAN's own keys untouched
    left      path -> value left out of the RDF; a path such as ("resources", 1, "format") leads through `package`
    findings  every step, with the paths of the package that came in
    """

    package: Package
    left: dict[Path, Any]
    findings: tuple[Finding, ...]

    @property
    def dropped(self) -> dict[str, Any]:
        """What is left out of the RDF, by paths such as `resources.1.format`."""
        return {".".join(map(str, path)): value for path, value in self.left.items()}

    def stored(self) -> Package:
        """What CKAN keeps: the package with the left out values back in their fields."""
        stored = dict(self.package)
        copied: set[int] = {id(stored)}
        for path, value in self.left.items():
            _put(stored, path, value, copied)
        return stored


def normalise(package: Mapping[str, Any], defaults: Defaults | None = None) -> Normalised:
    """A CKAN dict of type `dataset` (the default), `dataset_series` or `data_service`, mended and completed.

    The package is not changed. Bad metadata yields Findings, never an error; only what is no mapping is a TypeError.
    """
    if not isinstance(package, Mapping):
        raise TypeError(f"a package is a mapping, not {type(package).__name__}")
    type_ = _type(package)
    class_ = load().packages[type_]
    repair = Repair(before=hooks(package))
    if package.get("type") not in (*EMPTY, type_):
        repair.note("type_unknown", "type", package["type"], type_)
    raw = move_old_fields(repair, package, plan(class_.name).fields)
    root = repair.convert(class_.name, raw, "")
    root.values["type"] = type_
    for rule in PACKAGE_RULES:
        rule(repair, root, defaults or Defaults())
    unify(repair, root)
    values, left = finish(root)
    return Normalised(values, left, tuple(repair.findings))


def _type(package: Mapping[str, Any]) -> str:
    """The type of a package; anything but the three the model knows is read as a dataset."""
    name = text_of(package.get("type"))
    return name if name and name in load().packages else "dataset"


def _put(stored: Package, path: Path, value: Any, copied: set[int]) -> None:
    """Set a value deep in a package; every container on the way is copied once, so that the original stays."""
    here: Any = stored
    for key, following in pairwise(path):
        there = here[key] if isinstance(here, list) else here.get(key)
        if there is None:
            there = [] if isinstance(following, int) else {}
        if id(there) not in copied:
            there = list(there) if isinstance(there, list) else dict(there)
            copied.add(id(there))
        here[key] = there
        here = there
    if isinstance(here, list):
        here.append(value)
    else:
        here[path[-1]] = value
