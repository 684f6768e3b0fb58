"""The CKAN side of reading catalogues: what is known already, and writing one package through CKAN's actions."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.logic.validators import KEEP
from ckanext.stuttgart.names import free_name, resource_ids, slug, tag_names

Package = dict[str, Any]

HASH = "source_hash"
AT_ONCE = 500
INLINE = {"hash", "hash_algorithm", "translations", "uri"}


@dataclass(frozen=True)
class Stored:
    """A package that CKAN has already.

    hash      of the record it was imported from, "" if none was
    modified  when it was last written, in UTC
    """

    id: str
    name: str
    state: str
    private: bool
    owner: str
    hash: str
    modified: datetime


def stored(ids: Iterable[str]) -> dict[str, Stored]:
    """Those of the ids that CKAN knows, deleted ones included.

    Asks the database: search does not know deleted or just written packages, and package_show costs 20 ms each.
    """
    return {
        package.id: Stored(
            package.id,
            package.name,
            package.state,
            package.private,
            package.owner_org or "",
            dict(package.extras).get(HASH) or "",
            package.metadata_modified.replace(tzinfo=timezone.utc),
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


def organization(id_or_name: str) -> Package:
    """The organization's dict; tk.ObjectNotFound names nothing, so callers say which one is missing."""
    return tk.get_action("organization_show")(
        {"ignore_auth": True}, {"id": id_or_name, "include_users": False, "include_dataset_count": False}
    )


def site_user() -> str:
    """The name of CKAN's own user, which may do what a command on the server may do."""
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def _context(user: str) -> Any:
    return {"user": user, "ignore_auth": True, "return_id_only": True, KEEP: True}


def create(package: Package, names: Names, user: str) -> str:
    """Create a package with `id`, `owner_org` and the model's fields; returns its name.

    user  a sysadmin: only they may choose ids

    Raises what CKAN's actions raise.
    """
    name = names.take(package["title"], package["id"])
    tk.get_action("package_create")(_context(user), {**_given(package), "name": name, "state": "active"})
    return name


def update(package: Package, user: str, protected: Sequence[str] = ()) -> str:
    """Write over an existing package; returns its name, which stays, as does whether it is private.

    protected  fields whose present value stays

    What CKAN itself keeps with a resource stays (the DataStore, say). Raises what CKAN's actions raise.
    """
    before = tk.get_action("package_show")({"ignore_auth": True, "user": user}, {"id": package["id"]})
    given = {"private": before["private"], **_given(package), "name": before["name"], "state": "active"}
    known = {resource["id"]: resource for resource in before["resources"]}
    given["resources"] = [_with_ckans_own(known.get(new["id"], {}), new) for new in given["resources"]]
    for field in protected:
        if field in before:
            given[field] = before[field]
        else:
            given.pop(field, None)
    tk.get_action("package_update")(_context(user), given)
    return before["name"]


def show_again(id_: str, user: str, *, private: bool = False) -> None:
    """Make a hidden package public."""
    _patch(id_, user, private=private)


def hide(id_: str, user: str) -> None:
    """Make a package private; id, name and content stay."""
    _patch(id_, user, private=True)


def _patch(id_: str, user: str, **fields: Any) -> None:
    tk.get_action("package_patch")(_context(user), {"id": id_, **fields})


def delete(id_: str, user: str) -> None:
    """Delete a package as a person would: it can be brought back."""
    tk.get_action("package_delete")(_context(user), {"id": id_})


def _given(package: Package) -> Package:
    """A package as the actions want it: tags they take, resources with ids that stay the same at every reading."""
    tags = {tag for given in package.get("tags") or () for tag in tag_names(given["name"])}
    resources = package.get("resources") or []
    return {
        **_storable(package),
        "tags": [{"name": tag} for tag in sorted(tags)],
        "resources": [
            # CKAN's own code asks for the key `url` even where there is none.
            {"url": "", **_storable(resource), "id": id_}
            for id_, resource in zip(resource_ids(package["id"], resources), resources, strict=True)
        ],
    }


def _with_ckans_own(before: Mapping[str, Any], new: Package) -> Package:
    ours = {row.field for row in load().classes["Distribution"].rows} | {
        "hash",
        "hash_algorithm",
        "translations",
        "uri",
    }
    return {**{name: value for name, value in before.items() if name not in ours}, **new}


def _storable(values: Package) -> Package:
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


@contextlib.contextmanager
def without_activities() -> Iterator[None]:
    """No entry in the activity stream for packages written meanwhile: each one costs a package_show and its copy."""
    muted: list[tuple[Any, Callable[..., Any], str]] = []
    if p.plugin_loaded("activity"):
        from ckanext.activity.subscriptions import get_subscriptions

        for signal, receivers in get_subscriptions().items():
            for entry in receivers:
                if isinstance(entry, dict) and str(entry.get("sender", "")).startswith("package_"):
                    signal.disconnect(entry["receiver"], entry["sender"])
                    muted.append((signal, entry["receiver"], entry["sender"]))
    try:
        yield
    finally:
        for signal, receiver, sender in muted:
            signal.connect(receiver, sender)
