"""Dates as people and machines write them, as ISO 8601 dates that XML Schema knows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

LONGEST = 64
ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
YEAR = re.compile(rf"(?P<year>\d{{4}}){ZONE}")
MONTH = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d){ZONE}")
DAY = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d){ZONE}")
TIME = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d+)?" + ZONE
)
FORMS = (YEAR, MONTH, DAY, TIME)

CLOCK = (
    r"(?:(?:[ T,]|\s+um\s+)\s*(?P<before>(?:GMT|UTC)\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?P<fraction>\.\d+)?)?(?:\s*Uhr)?"
    r"\s*(?P<zone>Z|GMT|UTC|[+-]\d\d:?\d\d|[+-]\d\d)?)?"
)
DIGITS_CLOCK = r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<fraction>\.\d+)?(?P<zone>Z)?)?"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januar", "jan", "jänner", "january"),
            ("februar", "feb", "february"),
            ("märz", "mär", "mrz", "maerz", "march", "mar"),
            ("april", "apr"),
            ("mai", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "okt", "october", "oct"),
            ("november", "nov"),
            ("dezember", "dez", "december", "dec"),
        ),
        start=1,
    )
    for name in names
}
# One pattern a way of writing, the surest first; `word` is the name of a month.
WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){CLOCK}",
        rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){CLOCK}",
        rf"(?P<year>[12]\d{{3}})(?P<month>[01]\d)(?P<day>[0-3]\d){DIGITS_CLOCK}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){CLOCK}",
        rf"(?:den\s+)?(?P<day>\d{{1,2}})\.?[\s-](?P<word>[a-zä]{{3,9}})\.?[\s-](?P<year>\d{{4}}){CLOCK}",
        r"(?P<word>[a-zä]{3,9})\.?\s(?P<year>\d{4})",
        r"(?P<month>\d{1,2})[./](?P<year>\d{4})",
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})",
    )
)
# 28/01/2021 and 01/28/2021 tell day and month apart only where one of the two is above twelve.
SLASHED = re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})")


def is_iso(text: str) -> bool:
    """True for a year, month, day or time in the lexical form of XML Schema that is a real date."""
    return any((found := form.fullmatch(text)) and _real(found.groupdict()) for form in FORMS)


def iso(text: str) -> str | None:
    """The date a text means; a valid one unchanged to the letter, None where there is no or no certain reading.

    Two figure years, seconds since 1970 and 03/04/2021 have no certain reading.
    """
    if len(text) > LONGEST:
        return None
    if is_iso(text):
        return text
    readings: tuple[Callable[[str], str | None], ...] = (_written, _slashed, _mail)
    return next((made for read in readings if (made := read(text)) and is_iso(made)), None)


def first_day(text: str) -> str:
    """A key to compare ISO dates of any precision: the start of the year, month or day."""
    day = text[:10]
    return (day + "-01-01"[len(day) - 4 :])[:10] if len(day) in (4, 7) else day


def _written(text: str) -> str | None:
    for pattern in WRITTEN:
        found = pattern.fullmatch(text)
        if found:
            return _compose(found.groupdict())
    return None


def _slashed(text: str) -> str | None:
    found = SLASHED.fullmatch(text)
    if not found:
        return None
    first, second, year = (int(part) for part in found.groups())
    if first > 12 >= second:
        first, second = second, first
    elif not first <= 12 < second:
        return None
    return f"{year:04}-{first:02}-{second:02}"


def _mail(text: str) -> str | None:
    """`Thu, 28 Jan 2021 01:51:03 GMT`, as in mail and HTTP."""
    try:
        return parsedate_to_datetime(text).isoformat().replace("+00:00", "Z")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _compose(parts: dict[str, str | None]) -> str | None:
    month = parts.get("month") or MONTHS.get((parts.get("word") or "").lower())
    if not month:
        return None
    made = f"{int(parts['year'] or 0):04}-{int(month):02}"
    if not parts.get("day"):
        return made
    made += f"-{int(parts['day'] or 0):02}"
    if not parts.get("hour"):
        return made
    clock = f"{int(parts['hour'] or 0):02}:{parts['minute']}:{parts.get('second') or '00'}{parts.get('fraction') or ''}"
    return f"{made}T{clock}{_zone(parts.get('zone') or parts.get('before') or '')}"


def _zone(text: str) -> str:
    text = text.strip().upper()
    if text in ("GMT", "UTC"):
        return "Z"
    if len(text) == 3:
        return f"{text}:00"
    return f"{text[:3]}:{text[3:]}" if len(text) == 5 else text


def _real(parts: dict[str, str | None]) -> bool:
    """True where day and time exist and the zone is one that XML Schema knows."""
    year, month, day = (int(parts.get(name) or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    try:
        dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - only to be refused, the zone is looked at below
    except ValueError:
        return False
    zone = parts.get("zone") or "Z"
    return zone == "Z" or (int(zone[1:3]) * 60 + int(zone[4:]) <= 14 * 60 and int(zone[4:]) < 60)
