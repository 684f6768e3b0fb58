"""What stands in loosely typed JSON: whatever a source writes, each function gives the type it promises. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.kinds import UNPRINTABLE, text_of
from ckanext.stuttgart.dcatde.texts import language_tag

# Keys under which a text hides in an object, in the order in which they are looked for.
TEXT_KEYS = ("@value", "value", "name", "title", "label", "prefLabel", "fn")
# What portals and their templates write where there is nothing: {{description}} is a slot nobody filled.
NOTHING = re.compile(
    r"\{\{[^{}]*\}\}|no description(?: provided)?\.?|keine beschreibung(?: vorhanden)?\.?|n\.?/?a\.?|null|none|nil|"
    r"undefined|nan|todo|tbd|-+|\.+",
    re.IGNORECASE,
)
DEEPEST = 20
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def mapping(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The entries of a list, a single value as a list of one, nothing as an empty list."""
    if isinstance(value, list):
        return [item for item in value if item not in (None, "", [], {})]
    return [] if value in (None, "", {}) else [value]


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or a single one as a list."""
    return [item for item in items(value) if isinstance(item, dict)]


def get(value: Any, *path: str | int) -> Any:
    """What lies at a path of keys and positions, None where it leads nowhere."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def first(*values: Any) -> Any:
    """The first value that says something, else None."""
    return next((value for value in values if value not in (None, "", [], {})), None)


def text(value: Any) -> str:
    """A text or number, that of the first entry of a list, or the one an object carries; else ""."""
    for _ in range(DEEPEST):
        if isinstance(value, list):
            value = first(*value)
        elif isinstance(value, dict):
            value = first(*(value.get(key) for key in TEXT_KEYS))
        else:
            break
    return text_of(value) or ""


def said(value: Any) -> str:
    """A text, "" where it only stands for nothing, such as `No description` or `{{name}}`."""
    found = text(value)
    return "" if len(found) < 40 and NOTHING.fullmatch(found) else found


def texts(value: Any) -> list[str]:
    """Every text of a list, each once, in its order; a single one as a list."""
    return list(dict.fromkeys(found for item in items(value) if (found := said(item))))


def words(value: Any) -> list[str]:
    """Keywords: a list, or one text parted by commas or semicolons."""
    found = texts(value)
    if isinstance(value, str) and found:
        found = [part.strip() for part in re.split(r"[;,]", found[0])]
    return list(dict.fromkeys(filter(None, found)))


def number(value: Any) -> float | None:
    """A finite number, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or (isinstance(value, str) and not value):
        return None
    try:
        made = float(value) if not isinstance(value, str) else float(value[:40])
    except (ValueError, OverflowError):
        return None
    return made if math.isfinite(made) else None


def whole(value: Any) -> int | None:
    """A whole number from 0 to what a count may be."""
    made = number(value)
    return int(made) if made is not None and 0 <= made < 10**12 and made == int(made) else None


def date(value: Any) -> str:
    """A date as it is written; milliseconds since 1970, as ArcGIS counts them, as a time in UTC."""
    found = said(value)
    if re.fullmatch(r"-?\d{11,14}", found):
        try:
            moment = EPOCH + timedelta(milliseconds=int(found))
        except OverflowError:
            return ""
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return found


def address(value: Any) -> str:
    """A http(s) address, also of an object with `@id`, `href` or `url`; else ""."""
    found = first(*(value.get(key) for key in ("@id", "href", "url", "id"))) if isinstance(value, dict) else value
    made = text(found)
    return made if re.match(r"https?://[^\s/]", made, re.IGNORECASE) else ""


def strings(value: Any) -> Iterator[str]:
    """Every text anywhere in a value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def storable(value: Any) -> Any:
    """A JSON value without the characters that neither PostgreSQL nor an index can hold."""
    if isinstance(value, str):
        return UNPRINTABLE.sub("", value)
    if isinstance(value, Mapping):
        return {UNPRINTABLE.sub("", str(name)): storable(item) for name, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list | tuple) else value


def kept(value: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """An object with some of its keys only, those without a value left away."""
    return {name: value[name] for name in names if value.get(name) not in (None, "", [], {})}


def filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """An object without the keys that have no value."""
    return {name: item for name, item in value.items() if item not in (None, "", [], {})}


def tagged(package: dict[str, Any], language: str, fields: Iterable[str] = ("title", "notes")) -> dict[str, Any]:
    """A package whose texts are in another language than German, said in its `translations`."""
    tag = language_tag(language[:60]) if language else ""
    if not tag or tag == GERMAN:
        return package
    entries = [{"field": name, "language": tag, "text": package[name]} for name in fields if package.get(name)]
    return {**package, "translations": entries} if entries else package
