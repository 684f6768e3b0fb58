"""Values as people and portals write them: nothing at all, one text, several; hyphens and HTML that only decorate."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.kinds import text_of

SIZE = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*(bytes?|[kmgt]i?b(?:ytes?)?)\s*", re.IGNORECASE)
UNITS = "BKMGT"
LONGEST_JSON = 1_000_000
MOST = 1000  # values in one field
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
SEPARATORS = re.compile(r"[,;|\n]| und | and ")
LABELS = ("uri", "@id", "label", "name", "title", "display_name", "value")
BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"()\[\]]+", re.IGNORECASE)
LINK = re.compile(r"\[([^\]\n]{0,300})\]\(([^)\s]{1,2000})\)")
# DKAN writes `Fr, 13.01.2023 - 14:58` and `Date changed<tab>2016-03-02T15:08:35+01:00`.
DATE_NOISE = re.compile(r"^\s*(?:Date changed\s+)?(?:([A-Za-zÄÖÜäöü]{2})[A-Za-zÄÖÜäöü]{0,8}\.?,\s*)?")
SLASHED = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
WEEKDAYS = {"mo": 0, "di": 1, "tu": 1, "mi": 2, "we": 2, "do": 3, "th": 3, "fr": 4, "sa": 5, "so": 6, "su": 6}
CLOCK = re.compile(r"\s+-\s+(\d{1,2}:\d\d)$")


def empty(value: Any) -> bool:
    """True for what says nothing, however deep it is wrapped: None, blanks, [], {"ags": "", "nuts": ""}."""
    if isinstance(value, Mapping):
        return all(map(empty, value.values()))
    if isinstance(value, list | tuple):
        return all(map(empty, value))
    return value is None or (isinstance(value, str) and not value.strip())


def parsed(value: Any) -> Any:
    """The list or dict that a JSON text holds, any other value as it is."""
    if not isinstance(value, str) or len(value) > LONGEST_JSON or value.lstrip()[:1] not in ("[", "{"):
        return value
    try:
        made = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return made if isinstance(made, list | dict) else value


def strings(value: Any) -> list[str]:
    """The texts in a value: a single one, or those of a list, also one kept as JSON; of a dict its IRI or label."""
    value = parsed(value)
    items = value if isinstance(value, list | tuple) else [value]
    return [text for item in items[:MOST] if (text := label(item) if isinstance(item, Mapping) else text_of(item))]


def only_texts(value: Any) -> bool:
    """Whether nothing but texts is in a value: a dict that says more than one thing is none."""
    value = parsed(value)
    items = value if isinstance(value, list | tuple) else [value]
    return not any(isinstance(item, Mapping) and sum(not empty(inner) for inner in item.values()) > 1 for item in items)


def label(item: Mapping[str, Any]) -> str:
    """The IRI of a thing described by a dict, else its label, "" where it has neither."""
    return next((text for name in LABELS if (text := text_of(item.get(name)))), "")


def pieces(text: str) -> list[str]:
    """What is listed in one text, at commas, semicolons, line ends and `und`."""
    parts = (BULLET.sub("", part).strip(" .") for part in SEPARATORS.split(text)[:MOST])
    return [part for part in parts if part]


def date_text(text: str) -> str:
    """A date without the words that DKAN puts before it; of 04/08/2015 the weekday tells which is the month."""
    noise = DATE_NOISE.match(text)
    text = CLOCK.sub(r" \1", DATE_NOISE.sub("", text)).strip()
    found, weekday = SLASHED.match(text), WEEKDAYS.get((noise[1] or "").lower()) if noise else None
    if found is None or weekday is None:
        return text
    first, second, year = (int(part) for part in found.groups())
    fits = {day for day in (_day(year, first, second), _day(year, second, first)) if day and day.weekday() == weekday}
    return fits.pop().isoformat() + text[found.end() :] if len(fits) == 1 else text


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def byte_size(value: Any) -> Any:
    """A size like `17.06 KB` in bytes, which DCAT allows to be rough; portals that know none write 0."""
    found = SIZE.fullmatch(value) if isinstance(value, str) else None
    if found:
        return round(float(found[1].replace(",", ".")) * 1024 ** UNITS.index(found[2][0].upper()))
    return None if value in (0, "0", 0.0) else value


def web_addresses(text: str) -> tuple[list[str], str]:
    """The web addresses in a text, Markdown's links as well, and the words that stand beside them."""
    found = [made for link in LINK.finditer(text) if (made := iris.mend(link[2], web=True))]
    rest = LINK.sub(r" \1 ", text)
    found += [made for link in ADDRESS.finditer(rest) if (made := iris.mend(link[0].rstrip(".,;:"), web=True))]
    return list(dict.fromkeys(found)), ADDRESS.sub(" ", rest).strip(" \t\n.,;:-*•")


def visible(value: Any) -> tuple[Any, bool]:
    """The same value without soft hyphens and other invisible characters, and whether there were any."""
    found = False

    def clean(item: Any) -> Any:
        nonlocal found
        if isinstance(item, str):
            made = INVISIBLE.sub("", item)
            found = found or made != item
            return made
        if isinstance(item, Mapping):
            return {str(name): clean(inner) for name, inner in item.items()}
        return [clean(inner) for inner in item] if isinstance(item, list | tuple) else item

    return clean(value), found
