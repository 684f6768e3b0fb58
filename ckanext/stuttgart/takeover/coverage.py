"""Time and place out of older fields: periods in words, places by name, key or geometry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ckanext.stuttgart.dcatde import dates, geometry, iris, vocabulary
from ckanext.stuttgart.dcatde.kinds import IRI_SCHEMES, text_of
from ckanext.stuttgart.takeover.draft import Draft, Taken, took
from ckanext.stuttgart.takeover.tables import Entry
from ckanext.stuttgart.takeover.text import BULLET, empty, parsed, strings

LONGEST = 100  # characters of a period in words
YEARS = re.compile(r"((?:1[5-9]|20|21)\d\d)\s*(?:[-–/]|bis)\s*((?:1[5-9]|20|21)\d\d)")
SCHOOL_YEAR = re.compile(r"\d{4}/\d\d")  # or a month: nobody can tell
FROM_TO = re.compile(r"(?:von\s+|vom\s+)?(\S.*?)\s*(?:\sbis(?:\s+zum)?\s|\s[-–]\s|–|/)\s*(\S.*)", re.IGNORECASE)
FROM = re.compile(r"(?:seit|ab|von)\s+(?:dem\s+)?(\S.*)", re.IGNORECASE)
UNTIL = re.compile(r"bis\s+(?:zum\s+)?(\S.*)", re.IGNORECASE)
BOTH = ("start", "end")
PERIODS = ((YEARS, BOTH), (FROM_TO, BOTH), (FROM, ("start",)), (UNTIL, ("end",)))
# Figures of an official key -> what GovData's list of that key is called.
KEYS = {2: "stateKey", 5: "districtKey", 8: "municipalityKey", 12: "regionalKey"}
NUTS = "http://data.europa.eu/nuts/code/"
NUTS_CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
# The steps of `temporal_granularity` in GovData's first schema: number and unit of an ISO 8601 duration.
STEPS = {
    "sekunde": (1, "S"), "minute": (1, "M"), "stunde": (1, "H"), "tag": (1, "D"), "woche": (7, "D"), "monat": (1, "M"),
    "quartal": (3, "M"), "jahr": (1, "Y"), "5jahre": (5, "Y"),
}  # fmt: skip
CLOCK = frozenset({"sekunde", "minute", "stunde"})


def places(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Places by IRI, by name, or as a geometry."""
    value = parsed(value)
    items = value if isinstance(value, list) and geometry.read(value) is None else [value]
    done = [_place(draft, entry.to, item) for item in items if not empty(item)]
    return took(bool(done) and all(done))


def _place(draft: Draft, field: str, item: Any) -> bool:
    if geometry.read(item) is not None:
        return draft.put(field, {"geom": item})
    if isinstance(item, Mapping):
        return draft.put(field, dict(item))
    text = text_of(item)
    if not text:
        return False
    made = iris.mend(text) if iris.scheme_of(text) in IRI_SCHEMES and " " not in text else None
    return draft.put(field, {"uri": made} if made else {"text": text})


def place_key(text: str) -> str:
    """The IRI of a place for its official key (2, 5, 8 or 12 figures), "" for anything else."""
    figures = re.sub(r"[\s.-]", "", text)
    kind = KEYS.get(len(figures)) if figures.isascii() and figures.isdigit() else None
    return f"{vocabulary.iri('political_geocoding_base')}{kind}/{figures}" if kind else ""


def key(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Official keys of municipalities and districts."""
    found = [place_key(item) for item in strings(value)]
    return took(all(found) and draft.put_all(entry.to, [{"uri": iri} for iri in found]))


def spatial_reference(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """Place by key, NUTS code, IRI and name in one dict."""
    value = parsed(value)
    if not isinstance(value, Mapping):
        return places(draft, entry, value, name)
    taken = []
    for kind, item in value.items():
        text = text_of(item) or ""
        node: dict[str, str] = {}
        if kind == "ags":
            node = {"uri": place_key(text)}
        elif kind == "nuts" and NUTS_CODE.fullmatch(text):
            node = {"uri": NUTS + text, "text": text}
        elif kind in ("uri", "text"):
            node = {kind: text}
        if not empty(item):
            taken.append(not empty(node) and draft.put(entry.to, node))
    return took(all(taken))


def period(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """A period of time in words, or a list of periods."""
    value = parsed(value)
    items = value if isinstance(value, list) else [value]
    done = [_period(draft, entry.to, item) for item in items if not empty(item)]
    return took(bool(done) and all(done))


def _period(draft: Draft, field: str, item: Any) -> bool:
    if isinstance(item, Mapping):
        return draft.put(field, dict(item))
    text = text_of(item)
    made = span(text) if text else None
    return made is not None and draft.put(field, made)


def span(text: str) -> dict[str, str] | None:
    """Start and end of `2010 bis 2020`, `seit 1995`, `31.12.2022`, `2010-01-01/2010-12-31`; None for other texts."""
    text = BULLET.sub("", text).strip(" .")
    if len(text) > LONGEST or SCHOOL_YEAR.fullmatch(text):
        return None
    single = dates.iso(text)
    if single:
        return {"start": single, "end": single}
    for pattern, names in PERIODS:
        found = pattern.fullmatch(text)
        made = [dates.iso(group.strip(" .")) for group in found.groups()] if found else [None]
        if all(made):
            return {name: value for name, value in zip(names, made, strict=True) if value}
    return None


def granularity(draft: Draft, entry: Entry, value: Any, name: str) -> Taken:
    """The step in time of the data, with a factor that stands beside it."""
    texts = strings(value)
    step = vocabulary.key(texts[0]) if len(texts) == 1 else ""
    if step in ("nomatch", "keine"):
        draft.loose.pop("temporalgranularityfactor", None)
        return "whole"
    factor = strings(draft.loose.get("temporalgranularityfactor", ("", "1"))[1])
    if step not in STEPS or len(factor) != 1 or not re.fullmatch(r"[1-9]\d{0,3}", factor[0]):
        return "not"
    number, unit = STEPS[step]
    made = f"P{'T' if step in CLOCK else ''}{number * int(factor[0])}{unit}"
    if not draft.put(entry.to, made):
        return "not"
    draft.loose.pop("temporalgranularityfactor", None)
    return "whole"
