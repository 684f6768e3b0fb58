"""Dates as people and machines write them, as ISO 8601 dates that XML Schema knows."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

LONGEST = 64
ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
YEAR = re.compile(rf"(?P<year>\d{{4}}){ZONE}")
MONTH = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d){ZONE}")
DAY = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d){ZONE}")
TIME = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d+)?" + ZONE
)
FORMS = (YEAR, MONTH, DAY, TIME)
START = re.compile(r"\d{4}(?:-\d{2}(?!:))?(?:-\d{2}(?!:))?")

ZONES = {"GMT": "Z", "UTC": "Z", "CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00", "MESZ": "+02:00"}

CLOCK = (
    r"(?:(?:[ T,]|\s+um\s+|\s+-\s+)\s*(?P<before>(?:GMT|UTC)\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?P<fraction>\.\d+)?)?(?:\s*Uhr)?"
    rf"\s*(?P<zone>Z|{'|'.join(ZONES)}|[+-]\d\d:?\d\d|[+-]\d\d)?)?"
)
DIGITS_CLOCK = r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<fraction>\.\d+)?(?P<zone>Z)?)?"
PLAIN_CLOCK = rf"\s(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)\s(?:(?P<zone>{'|'.join(ZONES)})\s)?"
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
WEEKDAY = re.compile(
    r"(?:mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|"
    r"mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:\.,|[.,])?\s+",
    re.IGNORECASE,
)
# One pattern a way of writing, the surest first; `word` is the name of a month.
WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){CLOCK}",
        rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){CLOCK}",
        rf"(?P<year>[12]\d{{3}})(?P<month>[01]\d)(?P<day>[0-3]\d){DIGITS_CLOCK}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){CLOCK}",
        rf"(?:den\s+)?(?P<day>\d{{1,2}})\.?[\s-](?P<word>[a-zä]{{3,9}})\.?[\s-](?P<year>\d{{4}}){CLOCK}",
        rf"(?P<word>[a-z]{{3}})\s(?P<day>\d{{1,2}}){PLAIN_CLOCK}(?P<year>\d{{4}})",
        r"(?P<word>[a-zä]{3,9})\.?\s(?P<year>\d{4})",
        r"(?P<month>\d{1,2})[./](?P<year>\d{4})",
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})",
    )
)
# 28/01/2021 and 01/28/2021 tell day and month apart only where one of the two is above twelve.
SLASHED = re.compile(rf"(?P<one>\d{{1,2}})/(?P<other>\d{{1,2}})/(?P<year>\d{{4}}){CLOCK}", re.IGNORECASE)
LONGEST_PERIOD = 200
PERIODS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"start ?= ?(?P<start>[^;=]*);? ?(?:end ?= ?(?P<end>[^;=]*))?;?(?: ?(?:scheme|name) ?=[^;=]*;?)*",
        r"(?:seit|ab|since|from) (?P<start>[^/–]+?)(?P<end>)",
        r"(?P<start>)(?:bis|until|to) (?P<end>[^/–]+)",
        r"(?:(?:von|vom|from) )?(?P<start>[^/–]+?)(?: - | ?– ?| bis(?: zum)? | until | to | ?/ ?)(?P<end>[^/–]+)",
        r"(?P<start>[^/]+) ?/ ?(?:\.\.)?(?P<end>)",
        r"(?:\.\.)? ?(?P<start>)/ ?(?P<end>[^/]+)",
        r"(?P<start>\d{4})-(?P<end>\d{4})",
    )
)
# 2011/12 is a school year, a winter or a season rather than a December.
SEASON = re.compile(r"(\d{4})/(\d{2})")


def is_iso(text: str) -> bool:
    """True for a year, month, day or time in the lexical form of XML Schema that is a real date."""
    return text.isascii() and any((found := form.fullmatch(text)) and _real(found.groupdict()) for form in FORMS)


def iso(text: str) -> str | None:
    """The date a text means; a valid one unchanged to the letter, None where there is no or no certain reading.

    Two figure years, seconds since 1970, 03/04/2021 and 2011/12 have no certain reading.
    """
    if len(text) > LONGEST:
        return None
    if is_iso(text):
        return text
    text = unicodedata.normalize("NFC", text)
    text = text[found.end() :] if (found := WEEKDAY.match(text)) else text
    if (found := SEASON.fullmatch(text)) and (int(found[1]) + 1) % 100 == int(found[2]):
        return None
    return next((made for made in (_written(text), _slashed(text)) if made and is_iso(made)), None)


def period(text: str) -> tuple[str, str] | None:
    """Start and end of a period in words, "" for an open side, None where there is no certain reading.

    Known are `2010-01-01/2010-12-31`, `start=2010; end=2015`, `2010 bis 2015`, `2010 - 2015`, `seit 2010` and a single
    date, which is a period of its own.
    """
    if len(text) > LONGEST_PERIOD:
        return None
    text = " ".join(text.split())
    if single := iso(text):
        return single, single
    for pattern in PERIODS:
        found = pattern.fullmatch(text)
        if found:
            sides = [(side or "").strip(" .") for side in found.group("start", "end")]
            read = [iso(side) if side else "" for side in sides]
            return (read[0] or "", read[1] or "") if None not in read and any(read) else None
    return None


def first_day(text: str) -> str:
    """A key to compare ISO dates of any precision: the start of the year, month or day."""
    found = START.match(text)
    day = found[0] if found else text[:10]
    return day + "-01-01"[len(day) - 4 :] if len(day) in (4, 7) else day


def last_day(text: str) -> str:
    """The same for the end of it; every month counts 31 days."""
    found = START.match(text)
    day = found[0] if found else text[:10]
    return day + "-12-31"[len(day) - 4 :] if len(day) in (4, 7) else day


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
    one, other = int(found["one"]), int(found["other"])
    day, month = (other, one) if one <= 12 < other else (one, other)
    certain = day > 12 or day == month
    return _compose({**found.groupdict(), "day": str(day), "month": str(month)}) if certain else None


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
    if text in ZONES:
        return ZONES[text]
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
