"""A CKAN package as it comes: what it is, what it is known by, and what of it is worth keeping. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.dcatde.vocabulary import key
from ckanext.stuttgart.takeover.tables import tables
from ckanext.stuttgart.takeover.text import empty, parsed

# CKAN's own fields; everything else at the top of a package is looked up like an extra.
OWN = frozenset({
    "author", "author_email", "extras", "groups", "id", "license_id", "license_title", "license_url", "maintainer",
    "maintainer_email", "metadata_created", "metadata_modified", "name", "notes", "organization", "owner_org",
    "resources", "tags", "title", "type", "uri", "url", "version",
})  # fmt: skip
# What is read of an organization or group.
PARTY = ("id", "name", "title", "display_name", "email", "contact_email", "url", "homepage", "website")
TRUE = (True, 1, "true", "True", "1")


def package_type(package: Mapping[str, Any]) -> str:
    """`dataset`, `dataset_series` or `data_service`; "" for what is no data: harvest sources, showcases, apps."""
    return tables().types.get(key(text_of(package.get("type")) or ""), "dataset")


def left_out(package: Mapping[str, Any]) -> bool:
    """Whether a package is not to be taken over: private, deleted, a draft, or no data at all.

    DKAN writes `private: Published`, so only a plain yes counts.
    """
    state = key(text_of(package.get("state")) or "")
    return package.get("private") in TRUE or state in tables().unpublished or not package_type(package)


def iri(package: Mapping[str, Any], site: str) -> str | None:
    """The IRI of a package as ckanext-dcat mints it: its own `uri`, else from the portal's address and its id."""
    given = text_of(package.get("uri")) or text_of(loose(package).get("uri", ("", None))[1]) or ""
    mended = iris.mend(given) if iris.scheme_of(given) in IRI_SCHEMES else None
    id_ = identifier(package)
    return mended or (f"{site}/dataset/{quote(id_, safe='')}" if site and id_ else None)


def identifier(package: Mapping[str, Any]) -> str | None:
    """The id of a package in its portal, or its name where it has none."""
    return text_of(package.get("id")) or text_of(package.get("name")) or None


def essence(package: Mapping[str, Any]) -> dict[str, Any]:
    """What of a package is read here: without what a portal counts and keeps about itself.

    That changes from day to day; what is left is the same as long as the package is.
    """
    made = {name: value for name, value in package.items() if key(str(name)) not in tables().housekeeping}
    if isinstance(made.get("organization"), Mapping):
        made["organization"] = _some(made["organization"], PARTY)
    for name, parts in (("groups", PARTY), ("tags", ("name", "display_name"))):
        if isinstance(made.get(name), list):
            made[name] = [_some(item, parts) for item in made[name]]
    if isinstance(made.get("resources"), list):
        made["resources"] = [_without_housekeeping(item) for item in made["resources"]]
    extras = made.get("extras")
    if isinstance(extras, Mapping):
        made["extras"] = _without_housekeeping(extras)
    elif isinstance(extras, list):
        names = (text_of(item.get("key")) if isinstance(item, Mapping) else None for item in extras)
        made["extras"] = [
            e for e, name in zip(extras, names, strict=True) if key(name or "") not in tables().housekeeping
        ]
    return made


def _some(item: Any, names: tuple[str, ...]) -> Any:
    return {name: item[name] for name in names if name in item} if isinstance(item, Mapping) else item


def _without_housekeeping(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    return {n: v for n, v in item.items() if n in ("state", "url_type") or key(str(n)) not in tables().housekeeping}


def loose(package: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Key -> (name, value) of everything that is not CKAN's own: fields at the top, then extras as list or dict."""
    found = {key(name): (name, value) for name, value in package.items() if name not in OWN and not empty(value)}
    extras = parsed(package.get("extras"))
    pairs: list[tuple[Any, Any]] = list(extras.items()) if isinstance(extras, Mapping) else []
    for extra in extras if isinstance(extras, list) else []:
        state = key(text_of(extra.get("state")) or "") if isinstance(extra, Mapping) else ""
        if isinstance(extra, Mapping) and state not in tables().unpublished:
            pairs += [(extra.get("key"), extra.get("value"))]
    for name, value in pairs:
        written = text_of(name) or ""
        if not written or empty(parsed(value)):
            continue
        place = key(written) or written
        if place in found and found[place][1] != value:  # said twice, and differently
            place = f"{place} {len(found)}"
        found.setdefault(place, (written, value))
    return found
