"""Whether data are as fresh as their publisher promises: age against the declared frequency of updates. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import MappingProxyType

from ckanext.stuttgart.dcatde import dates, vocabulary

#: Days between two updates, by the code of the frequency; what is more frequent than daily counts as daily.
INTERVALS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("1MIN", "5MIN", "10MIN", "15MIN", "30MIN", "HOURLY", "BIHOURLY", "TRIHOURLY", "12HRS"), 1),
        **dict.fromkeys(("CONT", "UPDATE_CONT", "DAILY", "DAILY_2"), 1),
        "WEEKLY": 7,
        "WEEKLY_2": 4,
        "WEEKLY_3": 3,
        "BIWEEKLY": 14,
        "MONTHLY": 31,
        "MONTHLY_2": 16,
        "MONTHLY_3": 11,
        "BIMONTHLY": 62,
        "QUARTERLY": 92,
        "ANNUAL": 366,
        "ANNUAL_2": 184,
        "ANNUAL_3": 122,
        "BIENNIAL": 731,
        "TRIENNIAL": 1096,
        "QUADRENNIAL": 1461,
        "QUINQUENNIAL": 1827,
        "DECENNIAL": 3653,
        "BIDECENNIAL": 7305,
        "TRIDECENNIAL": 10958,
    }
)
CLOSED = ("NEVER", "NOT_PLANNED")
DUE, LATE = 1.5, 2.0  # in intervals; one day more, since files often arrive overnight


class Freshness(Enum):
    """How data stand to the promise of their publisher."""

    CURRENT = "current"
    DUE = "due"
    LATE = "late"
    CLOSED = "closed"  # no further update is planned
    UNKNOWN = "unknown"  # no date, or no promise


def freshness(modified: str | None, frequency: str | None, today: date) -> Freshness:
    """The state of data changed last on `modified` (ISO 8601) with the term of a frequency (IRI or code)."""
    term = vocabulary.load("frequency").find(frequency)
    code = term.code if term else ""
    if code in CLOSED:
        return Freshness.CLOSED
    interval = INTERVALS.get(code)
    if not interval or not modified or not dates.is_iso(modified):
        return Freshness.UNKNOWN
    age = (today - date.fromisoformat(dates.first_day(modified))).days
    if age <= interval * DUE + 1:
        return Freshness.CURRENT
    return Freshness.DUE if age <= interval * LATE + 1 else Freshness.LATE
