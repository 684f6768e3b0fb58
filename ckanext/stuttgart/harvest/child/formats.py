"""What a number of a workbook means: a date, a padded key or just a number (ECMA-376 part 1, 18.8.30)."""

from __future__ import annotations

import datetime as dt
import re

# Number formats that every program knows and no file spells out; 27 to 36 and 50 to 58 are East Asian dates.
BUILT_IN = {
    **dict.fromkeys((14, 15, 16, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((17, 55, 56), "yyyy-mm"),
    **dict.fromkeys((18, 19, 20, 21, *range(32, 36), 45, 46, 47), "hh:mm"),
    22: "yyyy-mm-dd hh:mm",
}
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_PADDED = re.compile(r"0{2,30}")
_WHOLE = re.compile(r"-?\d{1,18}")
_NAMED = frozenset({"general", "standard"})
_LAST = 2_958_466  # 10000-01-01


def readable(text: str, code: str, *, since_1904: bool) -> tuple[str, str]:
    """Return kind and text of a stored number, as precise as its format shows it: `Mai 2024` is no first of May."""
    try:
        value = float(text)
    except ValueError:
        return "text", text
    precision = _precision(code)
    if precision and (date := _date(value, precision, since_1904)):
        return "date", date
    plain = text if _WHOLE.fullmatch(text) else _plain(value, text)
    return "number", plain.zfill(len(code)) if _PADDED.fullmatch(code) and plain.isdigit() else plain


def _precision(code: str) -> str:
    """Letters of what a format shows: y, ym, ymd, ymdh; "" where it shows no date."""
    if code.strip().lower() in _NAMED:
        return ""
    letters = _NO_CODE.sub("", code).partition(";")[0].lower()
    letters = letters.replace("j", "y").replace("t", "d")  # German codes, as some programs write them
    clock = "h" in letters or "s" in letters
    if "d" in letters:
        return "ymdh" if clock else "ymd"
    if "y" in letters:
        return "ym" if "m" in letters else "y"
    return "ym" if "m" in letters and not clock else ""


def _date(value: float, precision: str, since_1904: bool) -> str | None:
    days = value + 1462 if since_1904 else value
    if not 1 <= days < _LAST:
        return None
    # Lotus 1-2-3 took 1900 for a leap year, and all followed.
    first = dt.datetime(1899, 12, 30 if days >= 60 else 31)  # noqa: DTZ001 - a spreadsheet knows no zones
    moment = first + dt.timedelta(seconds=round(days * 86_400))
    if precision == "ymdh" and moment.time() != dt.time():
        return moment.isoformat()
    return moment.date().isoformat()[: {"y": 4, "ym": 7}.get(precision, 10)]


def _plain(value: float, text: str) -> str:
    """A number as a spreadsheet shows it: fifteen figures, no exponent where none is needed."""
    if value.is_integer() and abs(value) < 1e18:
        return str(int(value))
    return f"{value:.15g}" if abs(value) < 1e15 else text
