"""What a package says, sorted by how much it counts in a search. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckanext.stuttgart.city import City
from ckanext.stuttgart.search.index import Texts
from ckanext.stuttgart.search.names import theme_labels

MOST_RESOURCES = 200


def texts(package: Mapping[str, Any], city: City) -> Texts:
    """The texts of a package as `package_show` gives it, of whatever schema; what is missing or odd is passed over."""
    resources = list(_members(package.get("resources")))[:MOST_RESOURCES]
    tags = [tag.get("display_name") or tag.get("name") for tag in _members(package.get("tags"))]
    groups = [group.get("title") or group.get("display_name") for group in _members(package.get("groups"))]
    themes = theme_labels(city, _strings(package.get("theme")))
    organization = package.get("organization")
    offices = [organization.get("title") if isinstance(organization, dict) else None]
    offices += [publisher.get("name") for publisher in _members(package.get("publisher"))]
    places = [place.get("text") for place in _members(package.get("spatial_coverage"))]
    files = [resource.get(key) for resource in resources for key in ("name", "description")]
    return Texts(
        title=_said([package.get("title") or package.get("name")]),
        keywords=_said([*tags, *groups, *themes]),
        texts=_said([package.get("notes"), *files, *_translated(package)]),
        context=_said([*offices, *places, _spoken_name(package), *(resource.get("format") for resource in resources)]),
    )


def _said(texts: Iterable[Any]) -> tuple[str, ...]:
    """Every text once."""
    return tuple(dict.fromkeys(text for text in texts if isinstance(text, str) and text.strip()))


def _spoken_name(package: Mapping[str, Any]) -> str:
    return str(package.get("name") or "").replace("-", " ").replace("_", " ")


def _translated(package: Mapping[str, Any]) -> Iterator[Any]:
    """What stands there in other languages."""
    return (translation.get("text") for translation in _members(package.get("translations")))


def _members(value: Any) -> Iterator[dict[str, Any]]:
    value = _parsed(value)
    for member in value if isinstance(value, list) else ():
        if isinstance(member, dict):
            yield member


def _strings(value: Any) -> list[str]:
    value = _parsed(value)
    return [member for member in (value if isinstance(value, list) else [value]) if isinstance(member, str)]


def _parsed(value: Any) -> Any:
    """A value, or what its JSON text says."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value
