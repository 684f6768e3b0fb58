"""The CKAN side of an import: what is known already, and writing one package through CKAN's actions."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.stuttgart.logic.validators import KEEP
from ckanext.stuttgart.names import free_name, resource_ids, slug, tag_names

HASH = "source_hash"
AT_ONCE = 500


@dataclass(frozen=True)
class Stored:
    """A package that CKAN has already; `hash` is that of the record it was last written from, "" if none was."""

    id: str
    name: str
    state: str
    owner: str
    hash: str


def stored(ids: Iterable[str]) -> dict[str, Stored]:
    """Those of the ids that CKAN knows, deleted ones included.

    Asks the database: search does not know deleted or just written packages, and package_show costs 20 ms each.
    """
    return {
        package.id: Stored(
            package.id, package.name, package.state, package.owner_org or "", package.extras.get(HASH) or ""
        )
        for package in _rows(model.Package, model.Package.id, ids)
    }


def series(ids: Iterable[str]) -> set[str]:
    """Those of the ids that are series of this portal."""
    found = _rows(model.Package, model.Package.id, ids)
    return {package.id for package in found if package.type == "dataset_series" and package.state == "active"}


def _rows(entity: Any, column: Any, values: Iterable[str]) -> Iterator[Any]:
    wanted = sorted(set(values))
    for start in range(0, len(wanted), AT_ONCE):
        yield from model.Session.query(entity).filter(column.in_(wanted[start : start + AT_ONCE]))


class Names:
    """Free names for new packages, for titles told beforehand so that the database is asked once."""

    def __init__(self, titles: Iterable[str]) -> None:
        wished = _rows(model.Package.name, model.Package.name, (slug(title) for title in titles))
        self._taken = {name for (name,) in wished}

    def take(self, title: str, id_: str) -> str:
        """A name that nobody has; it is taken from now on."""
        name = free_name(title, id_, self._taken)
        self._taken.add(name)
        return name


def organization(id_or_name: str) -> dict[str, Any]:
    """The organization's dict; tk.ObjectNotFound names nothing, so callers say which one is missing."""
    return tk.get_action("organization_show")(
        {"ignore_auth": True}, {"id": id_or_name, "include_users": False, "include_dataset_count": False}
    )


def site_user() -> str:
    """The name of CKAN's own user, which may do what a command on the server may do."""
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def save(package: dict[str, Any], known: Stored | None, names: Names, user: str) -> str:
    """Create or update one package; returns its name. Raises what CKAN's actions raise.

    package  with `id`, `owner_org` and the model's fields; resources get ids that stay the same at every import
    user     a sysadmin: only they may choose ids
    """
    name = known.name if known else names.take(package["title"], package["id"])
    tags = {tag for given in package.get("tags") or () for tag in tag_names(given["name"])}
    resources = package.get("resources") or []
    data = {
        **_storable(package),
        "name": name,
        "state": "active",
        "tags": [{"name": tag} for tag in sorted(tags)],
        "resources": [
            # CKAN's own code asks for the key `url` even where there is none.
            {"url": "", **_storable(resource), "id": id_}
            for id_, resource in zip(resource_ids(package["id"], resources), resources, strict=True)
        ],
    }
    action: Callable[..., Any] = tk.get_action("package_update" if known else "package_create")
    action({"user": user, "return_id_only": True, KEEP: True}, data)
    return name


def _storable(values: dict[str, Any]) -> dict[str, Any]:
    """A package or resource whose parts hold their own lists as JSON text: scheming knows one level of parts only."""
    return {
        name: [_flat(item) for item in value] if isinstance(value, list) else value for name, value in values.items()
    }


def _flat(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: json.dumps(value) if isinstance(value, list | dict) else value for name, value in part.items()}


@contextlib.contextmanager
def one_solr_commit() -> Iterator[None]:
    """Solr commits once, at the end, instead of once a package; the setting is restored also on error."""
    before = tk.config.get("ckan.search.solr_commit")
    tk.config["ckan.search.solr_commit"] = False
    try:
        yield
    finally:
        tk.config["ckan.search.solr_commit"] = before
        search.commit()
