"""The texts of a record in the reader's language, its dates and sizes as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_time
from babel.units import format_unit

from ckanext.stuttgart.dcatde import dates

MAIN = "de"
#: The end of a first sentence: not after the figures of a day ("am 1. Januar"), a single letter or a short form.
_SENTENCE = re.compile(
    r"(?<![\s(]\d)(?<![\s(]\d\d)(?<!\b\w)(?<!\bbzw)(?<!\bca)(?<!\bNr)(?<!\bStr)(?<!\bevtl)(?<!\binkl)"
    r"[.!?](?=\s+[A-ZÄÖÜ„(]|\s*$)"
)
_MARKUP = re.compile(r"[*_`#>]+|!?\[([^\]]*)\]\([^)]*\)|<[^>]+>")


@dataclass(frozen=True)
class Wording:
    """A text and the language it is in."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


def wording(record: Mapping[str, object], field: str, language: str) -> Wording:
    """A text of a record in a language where there is a translation, else as it was written in the main language."""
    if language != MAIN:
        for entry in record.get("translations") or ():  # type: ignore[attr-defined]
            if isinstance(entry, Mapping) and entry.get("field") == field and entry.get("language") == language:
                return Wording(str(entry.get("text") or ""), language)
    return Wording(str(record.get(field) or ""), MAIN)


def first_sentence(text: str, longest: int = 260) -> str:
    """The first sentence of a description without markup, cut at a word where it is long."""
    plain = _plain(text)
    found = _SENTENCE.search(plain)
    sentence = plain[: found.end()] if found else plain
    return shortened(sentence, longest)


def shortened(text: str, longest: int) -> str:
    """A description without markup, cut at a word where it is long."""
    plain = _plain(text)
    if len(plain) <= longest:
        return plain
    return plain[:longest].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def _plain(text: str) -> str:
    for line in text.splitlines():  # a heading is no sentence
        if line.lstrip().startswith("#"):
            text = text.replace(line, "", 1)
    return " ".join(_MARKUP.sub(r"\1", text).split())


def date_words(iso: str | None, language: str, with_time: bool = False) -> str:
    """A date of any precision in words: `2026`, `November 2026`, `24. November 2026`, with its time on demand."""
    text = (iso or "").strip()
    if not dates.is_iso(text):
        return text
    day = text[:10]
    if len(day) == 4:
        return day
    if len(day) == 7:
        return format_date(date.fromisoformat(f"{day}-01"), "MMMM y", locale=language)
    said = format_date(date.fromisoformat(day), "long", locale=language)
    if with_time and "T" in text:
        clock = format_time(datetime.fromisoformat(text[:16]), "HH:mm", locale=language)
        said += f", {clock} Uhr" if language == "de" else f", {clock}"
    return said


def size_words(size: object, language: str) -> str:
    """Bytes as people read them, `8,2 KB`; nothing where the size is not known."""
    try:
        number = float(str(size))
    except ValueError:
        return ""
    if not 0 < number < 1e18:
        return ""
    for unit in ("Byte", "KB", "MB", "GB", "TB"):
        if number < 1000 or unit == "TB":
            break
        number /= 1000
    text = f"{number:.0f}" if unit == "Byte" or number >= 100 else f"{number:.1f}"
    return f"{text.replace('.', ',') if language == 'de' else text} {unit}"


_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")


def duration_words(text: str, language: str) -> str:
    """A duration of XML Schema in words, `P1D` as `1 Tag`; anything else as it is."""
    found = _DURATION.fullmatch(text)
    parts = [
        format_unit(int(number), f"duration-{unit}", length="long", locale=language)
        for number, unit in zip(found.groups() if found else (), _UNITS, strict=False)
        if number
    ]
    return ", ".join(parts) or text
