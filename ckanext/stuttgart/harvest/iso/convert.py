"""The functions of `mapping.yaml`: elements of a record to the value of one field; None where they hold none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ckanext.stuttgart.dcatde import dates, vocabulary
from ckanext.stuttgart.harvest.iso.periods import periods
from ckanext.stuttgart.harvest.iso.places import places
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import HTTP, Source, Texts, code, find, first, href, local, one_line, plain

EPSG = re.compile(r"EPSG(?::[\d.]*:|[:/\s]+(?:0/)?)(\d{4,6})", re.IGNORECASE)
EPSG_IRI = "http://www.opengis.net/def/crs/EPSG/0/{}"
REGULATION = re.compile(r"(?:Nr\.?|No\.?|n[°o]\.?|№|č\.|nr)\s*(\d{3,4}/\d{4})", re.IGNORECASE)
# Dates of the metadata, dates of the data.
DATES = ("dateInfo", "date")
CHANGES = ("revision", "lastUpdate", "lastRevision", "creation")
LONGEST_IDENTIFIER = 1_000


def text(elements: list[Any], source: Source) -> Texts:
    """The first text, on one line."""
    return next((found for element in elements if (found := source.texts(element))), {})


def lines(elements: list[Any], source: Source) -> Texts:
    """The first text, with its lines."""
    return next((found for element in elements if (found := source.texts(element, lines=True))), {})


def plain_(elements: list[Any], source: Source) -> str | None:
    """The first text without regard to languages."""
    return next((found for element in elements if (found := one_line(plain(element)))), None)


def codes_(elements: list[Any], source: Source) -> list[str]:
    """Every value of a code list."""
    return list(dict.fromkeys(found for element in elements if (found := code(element))))


def statements(elements: list[Any], source: Source) -> list[str]:
    """Every text in the language that is shown; statements have no other."""
    found = (source.shown(element, lines=True) for element in elements)
    return list(dict.fromkeys(statement for statement in found if statement))


def identifiers(elements: list[Any], source: Source) -> list[dict[str, str]]:
    """The names of the thing in other systems, with the code space where that is needed to know it."""
    found = [notation for element in elements if (notation := identifier_of(element))]
    return [{"notation": notation} for notation in dict.fromkeys(found)]


def identifier_of(element: Any) -> str:
    """An MD_Identifier or RS_Identifier (a property that holds one) as one text: its code, or the IRI that it is.

    A code space that is an address makes an IRI of its code.
    """
    code_ = find(element, "*/code")
    value = (href(code_[0]) or one_line(plain(code_[0]))) if code_ else ""
    space = first(element, "*/codeSpace")
    if not value or len(value) > LONGEST_IDENTIFIER or value.startswith("{"):
        return ""
    if not HTTP.fullmatch(value) and HTTP.fullmatch(space):
        return f"{space if space.endswith(('/', '#', '=')) else space + '/'}{value}"
    return value


def dated(elements: list[Any]) -> Iterator[tuple[str, str]]:
    """Every (type, date) of CI_Date elements."""
    for element in elements:
        value = first(element, "date")
        kind = find(element, "dateType")
        if value:
            yield code(kind[0]) if kind else "", value


def issued(elements: list[Any], source: Source) -> str | None:
    """When the data was published first, else when it was made."""
    return _by_type(elements, min, "publication", "released", "creation")


def modified(elements: list[Any], source: Source) -> str | None:
    """When the metadata changed last (K40), else when the data did: by the property that each element stands in."""
    stamp = next((value for element in elements if local(element) == "dateStamp" and (value := plain(element))), None)
    dates_ = [[e for e in elements if local(e) == "CI_Date" and local(e.getparent()) == name] for name in DATES]
    return stamp or next((made for group in dates_ if (made := _by_type(group, max, *CHANGES))), None)


def _by_type(elements: list[Any], choose: Callable[..., str], *kinds: str) -> str | None:
    every = [(kind, made) for kind, value in dated(elements) if (made := dates.iso(value) or value)]
    for kind in kinds:
        found = [value for known, value in every if known == kind]
        if found:
            return choose(found, key=dates.first_day)
    return None


def frequency(elements: list[Any], source: Source) -> str | None:
    """The code list's value; a period where it says that there is one or nothing."""
    for element in elements:
        given = find(element, "maintenanceAndUpdateFrequency")
        value = code(given[0]) if given else ""
        period = codes("durations").get(first(element, "userDefinedMaintenanceFrequency").upper())
        if period and (not value or value in ("unknown", "periodic", "asNeeded", "irregular")):
            value = period
        if value:
            return value
    return None


def standards(elements: list[Any], source: Source) -> list[str]:
    """Reference systems, and the specifications that the data was found to conform to."""
    found = [
        made
        for element in elements
        for made in (_conformance(element, source) if find(element, "specification") else _systems(element, source))
    ]
    return list(dict.fromkeys(found))


def _conformance(element: Any, source: Source) -> list[str]:
    if first(element, "pass").lower() not in ("true", "1"):
        return []
    for title in find(element, "specification/*/title"):
        if HTTP.fullmatch(href(title)):
            return [href(title)]
        name = source.shown(title)
        number = REGULATION.search(name)
        known = codes("regulations").get(number[1]) if number else None
        if known or name:
            return [known or name]
    return []


def _systems(element: Any, source: Source) -> list[str]:
    """Reference systems as IRIs of EPSG, by whatever name."""
    given = find(element, "code")
    if not given:
        return []
    link, name, space = href(given[0]), source.shown(given[0]), first(element, "codeSpace")
    if HTTP.fullmatch(link or name):
        return [link or name]
    numbers = EPSG.findall(name) or (re.findall(r"^\d{4,6}$", name) if "epsg" in space.lower() else [])
    short = name.rpartition(":")[2]
    number = codes("adv_systems").get(short)
    if number and not numbers:
        numbers = [str(number)]
    return [EPSG_IRI.format(number) for number in numbers] or ([name] if name else [])


def metres(elements: list[Any], source: Source) -> str | None:
    """The finest resolution that is given as a length."""
    found = [made for element in elements if (made := _metres(element)) is not None]
    return f"{min(found):f}" if found else None


def _metres(element: Any) -> Decimal | None:
    unit = (element.get("uom") or "").strip().lower()
    factor = codes("metres").get(unit) or codes("metres").get(unit.rpartition("#")[2])
    try:
        number = Decimal((element.text or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    if factor is None or not number.is_finite() or not 0 < number < 10**9:
        return None
    made = number * Decimal(str(factor))
    return made.normalize() if made.is_finite() else None


def status(elements: list[Any], source: Source) -> str:
    """The code of the EU list of distribution states that the state of the work stands for, "" where there is none."""
    for element in elements:
        term = vocabulary.load("distribution_status").find(code(element))
        if term:
            return term.uri
    return ""


Convert = Callable[[list[Any], Source], Any]

CONVERT: Mapping[str, Convert] = {
    "text": text,
    "lines": lines,
    "plain": plain_,
    "codes": codes_,
    "statements": statements,
    "identifiers": identifiers,
    "issued": issued,
    "modified": modified,
    "frequency": frequency,
    "standards": standards,
    "metres": metres,
    "places": places,
    "periods": periods,
}
TEXTS = frozenset({"text", "lines"})
"""Those whose value is a text in several languages."""
