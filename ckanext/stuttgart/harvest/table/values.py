"""One cell to the values of its column: parted, and read where the text is not simply the value. Pure.

What `normalise` mends later (names of code lists, German dates, addresses without scheme) is passed on as it stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ckanext.stuttgart.cells import plain_cell
from ckanext.stuttgart.dcatde import dates, iris, vocabulary
from ckanext.stuttgart.dcatde.kinds import Convert, converter
from ckanext.stuttgart.harvest.address import joined
from ckanext.stuttgart.harvest.reader import absolute
from ckanext.stuttgart.harvest.table.columns import Column, columns, folded, row_of
from ckanext.stuttgart.harvest.table.headings import Cell, Place

UNITS = {
    **dict.fromkeys(("", "b", "byte", "bytes"), 1),
    **{f"{letter}{end}": 1000**power for power, letter in enumerate("kmgt", start=1) for end in ("", "b", "byte")},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgt", start=1)},
}
MOST_NAMES = 100
_SIZE = re.compile(r"(?:ca\.|etwa|rund|~|≈)?\s*(\d[\d.,\s\u00a0]{0,20}?)\s*([a-z]{0,5})", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,\s\u00a0])\d{3})(?:\1\d{3})+|\d{1,3}(?:[\s\u00a0]\d{3})+")
_UNIT_IN_HEADING = re.compile(r"[(\[/]\s*(?:in\s+)?([a-zA-Z]{1,5})\s*[)\]]?\s*$")
_BETWEEN_ADDRESSES = re.compile(r"[\s;,|]+(?=(?:https?|ftp)://)")
_PERIOD = re.compile(r"\s+bis(?:\s+zum?)?\s+|\s+to\s+|\s*[–—]\s*|\s+-\s+|(?<=\d{4})-(?=\d{4}\b)")
_SINCE = re.compile(r"(?:seit|ab|von|since|from)\s+(?:dem\s+)?", re.IGNORECASE)
_UNTIL = re.compile(r"(?:bis(?:\s+zum?)?|until|to)\s+", re.IGNORECASE)
LONGEST_CONTACT = 1_000
_MAIL = re.compile(rf"<?(?:(?:e-?mail|mail)\s*:\s*)?({iris.MAIL.pattern})>?", re.IGNORECASE)
_TELEPHONE = re.compile(r"\b(?:tel(?:efon)?|fon|phone)\b[.:\s]*(\+?[0-9][0-9 /().-]{3,30}[0-9])", re.IGNORECASE)
_PUNCTUATION = re.compile(r"\s*(?:[,;|\n]\s*)+")
_RELATIVE = re.compile(r"\.{0,2}/|[^/:.\s]+/\S+$")


class Value(NamedTuple):
    """A value for a field: `title`, `contact.email`, `resources.url`."""

    field: str
    value: Any


def values(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """The values of a cell, none for one that says nothing; `base` is the address of the table."""
    text = plain_cell(cell.text).strip("\u200b\u2060\ufeff\u00a0 ")
    column = place.column
    if not text or folded(text) in columns().nothing or folded(text) in column.nothing:
        return []
    found: list[Value] = []
    for part in _parts(column, text):
        found += READINGS[column.reading](place, Cell(cell.kind, part, cell.link), base)
    return list(dict.fromkeys(found)) if column.parted else found


def understood(value: Value) -> bool:
    """Whether the model can carry a value; what it cannot is kept in the package, but not served."""
    row = row_of(value.field)
    if row is None:
        return absolute(value.value) is not None or value.field != "uri"
    if row.kind in ("text", "literal"):
        return True
    made = _converter(value.field)(value.value)
    return made.value is not None or made.severity == "notice"


@functools.cache
def _converter(field: str) -> Convert:
    row = row_of(field)
    assert row is not None
    return converter(row)


def _parts(column: Column, text: str) -> Iterable[str]:
    """The values in a cell. A comma parts names of a code list only where that makes more of them known."""
    if not column.parted:
        return (text,)
    signs = "|".join(re.escape(sign) for sign in column.parted)
    parts = [part.strip() for part in re.split(signs, text) if part.strip()]
    if not column.vocabulary or "," in column.parted:
        return parts
    return [name for part in parts for name in _names(column.vocabulary, part)]


def _names(name: str, text: str) -> Iterator[str]:
    """`Bildung, Kultur und Sport, Verkehr` as two names: the longest known runs of what commas part."""
    terms = vocabulary.load(name)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > MOST_NAMES:
        yield text
        return
    unknown: list[str] = []
    while parts:
        known = next((end for end in range(len(parts), 0, -1) if terms.find(", ".join(parts[:end]))), 0)
        if not known:
            unknown.append(parts.pop(0))
            continue
        if unknown:
            yield ", ".join(unknown)
            unknown = []
        yield ", ".join(parts[:known])
        del parts[:known]
    if unknown:
        yield ", ".join(unknown)


def resolved(text: str, base: str | None) -> str:
    """An address; a relative one belongs to that of the table, where it has one."""
    if base is None or iris.scheme_of(text):
        return text
    name = text.rpartition("/")[2].rpartition(".")[2]
    is_file = "/" not in text and " " not in text and "." in text and vocabulary.load("file_type").find(name)
    return joined(base, text) if _RELATIVE.match(text) or is_file else text


# --- readings: place, cell with one of its values, address of the table -> values --------------------------------


def _plain(place: Place, cell: Cell, base: str | None) -> list[Value]:
    return [Value(name, cell.text) for name in place.column.fields]


def _link(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """The address in the text, else the one behind it."""
    text = cell.link if cell.link and not _is_address(cell.text) else cell.text
    return [Value(place.column.fields[0], resolved(text, base))]


def _addresses(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """One address or several in one cell, each of another file."""
    if cell.link and not _is_address(cell.text):
        return _link(place, cell, base)
    return [Value(place.column.fields[0], resolved(part, base)) for part in _BETWEEN_ADDRESSES.split(cell.text) if part]


def _is_address(text: str) -> bool:
    return bool(iris.scheme_of(text)) and " " not in text


def _contact(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """A name; a mail address and a telephone number in the same cell are told from it."""
    rest, found = cell.text, []
    for field, pattern in (("contact.email", _MAIL), ("contact.telephone", _TELEPHONE)):
        said = pattern.search(rest) if len(rest) < LONGEST_CONTACT else None
        if said:
            found.append(Value(field, said[1]))
            rest = f"{rest[: said.start()]}, {rest[said.end() :]}"
    name = ", ".join(part for part in _PUNCTUATION.split(rest) if part) if found else rest
    return [*([Value("contact.name", name)] if name else ()), *found]


def _place(place: Place, cell: Cell, base: str | None) -> list[Value]:
    web = iris.scheme_of(cell.text) in ("http", "https")
    return [Value("spatial_coverage.uri" if web else "spatial_coverage.text", cell.text)]


def _description(place: Place, cell: Cell, base: str | None) -> list[Value]:
    web = iris.scheme_of(cell.text) in ("http", "https") and not re.search(r"\s", cell.text)
    return [Value("resources.documentation" if web else "resources.description", cell.text)]


def _period(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """`2010–2020`, `seit 1986`, `2020`; a text that is none of it stays as the start, and is told of."""
    start, end = "temporal_coverage.start", "temporal_coverage.end"
    text = cell.text
    if dates.iso(text):
        return [Value(start, text), Value(end, text)]
    parts = [_SINCE.sub("", part, count=1) if index == 0 else part for index, part in enumerate(_PERIOD.split(text))]
    if len(parts) == 2 and all(dates.iso(part) for part in parts):
        return [Value(start, parts[0]), Value(end, parts[1])]
    for words, field in ((_SINCE, start), (_UNTIL, end)):
        found = words.match(text)
        if found and dates.iso(text[found.end() :]):
            return [Value(field, text[found.end() :])]
    return [Value(start, text)]


def _size(place: Place, cell: Cell, base: str | None) -> list[Value]:
    """A number of bytes out of `2,5 MB`, by the unit of the heading where the cell has none; else the text."""
    found = _SIZE.fullmatch(cell.text)
    heading = _UNIT_IN_HEADING.search(place.heading)
    unit = (found[2] or (heading[1] if heading else "") if found else "").lower()
    factor = UNITS.get(unit)
    number = _decimal(found[1], whole=factor == 1 and cell.kind != "number") if found else None
    exact = number is not None and (factor != 1 or number.is_integer())
    size = round(number * factor) if number is not None and factor and exact else cell.text
    return [Value(place.column.fields[0], size)]


def _decimal(text: str, *, whole: bool) -> float | None:
    """A number with German or English signs; `1.234` bytes are thousands, 1.234 kB are left to a person."""
    if _THOUSANDS.fullmatch(text) or (whole and re.fullmatch(r"\d{1,3}[.,]\d{3}", text)):
        return float(re.sub(r"\D", "", text))
    if re.fullmatch(r"\d+[.,]\d{3}", text) and not text.startswith("0"):
        return None
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", text) else None


READINGS: dict[str, Callable[[Place, Cell, str | None], list[Value]]] = {
    "": _plain,
    "link": _link,
    "addresses": _addresses,
    "contact": _contact,
    "place": _place,
    "description": _description,
    "period": _period,
    "size": _size,
}
