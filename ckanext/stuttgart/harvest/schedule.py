"""How often a source is read, and when the next time is. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

FREQUENCIES: dict[str, timedelta | None] = {
    "never": None,
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
}


def following(frequency: str, last: datetime | None, moment: datetime) -> datetime | None:
    """When to read again: at the same time of day as before, in the future; None for a source read by hand only.

    last    when it should have been read this time; in the future where it is read by hand in between, which changes
            nothing; None for a new source, which is read at once
    moment  now; both aware, in UTC, so that no change of clocks is in between
    """
    step = FREQUENCIES[frequency]
    if step is None:
        return None
    if last is None:
        return moment
    missed = (moment - last) // step
    return last + step * (missed + 1) if missed >= 0 else last
