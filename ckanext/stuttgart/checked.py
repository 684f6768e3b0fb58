"""The kinds of values a city profile holds, each with its check: addresses, names, codes, files. Pure."""

from __future__ import annotations

import re
from typing import Annotated

from ckanext.stuttgart.typed_yaml import Check


def matching(pattern: str, problem: str) -> Check:
    """A check: the whole text has to match `pattern`, else it "must be" `problem`."""
    compiled = re.compile(pattern)
    return lambda value: None if compiled.fullmatch(value) else f"must be {problem}, not {value[:60]!r}"


def between(low: float, high: float) -> Check:
    """A check: the number lies in the range, its ends included."""
    return lambda value: None if low <= value <= high else f"must lie between {low:g} and {high:g}, not {value:g}"


def unique(attribute: str = "id") -> Check:
    """A check for lists: no two members share the same `attribute`."""

    def check(members: tuple[object, ...]) -> str | None:
        values = [getattr(member, attribute) for member in members]
        twice = sorted({value for value in values if values.count(value) > 1})
        return f"has the same {attribute} more than once: {', '.join(twice)}" if twice else None

    return check


Iri = Annotated[str, matching(r'https?://[^\s<>"{}|\\^`/]+\.?[^\s<>"{}|\\^`]*', "an http or https IRI without blanks")]
Slug = Annotated[str, matching(r"[a-z0-9][a-z0-9_-]{1,99}", "a name of small letters, digits, '-' and '_'")]
Colour = Annotated[str, matching(r"#[0-9a-f]{6}", "a colour like '#00567a'")]
Email = Annotated[str, matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
Telephone = Annotated[
    str, matching(r"\+[0-9][0-9 ()/-]{4,}", "a telephone number in international form, like '+49 ...'")
]
Language = Annotated[str, matching(r"[a-z]{2}", "a language code of two letters")]
PartialDate = Annotated[str, matching(r"\d{4}(-\d\d(-\d\d)?)?", 'a year, month or day in quotes, like "2026-11"')]
RelativeFile = Annotated[str, matching(r"(?!.*\.\.)[\w-][\w./-]*\.\w+", "a file name relative to the profile")]
ImageFile = Annotated[
    str,
    matching(r"(?!.*\.\.)[\w-][\w./-]*\.(svg|png|webp|ico)", "an SVG, PNG, WebP or ICO file relative to the profile"),
]
FilmFile = Annotated[
    str, matching(r"(?!.*\.\.)[\w-][\w./-]*\.(mp4|webm)", "an MP4 or WebM file relative to the profile")
]
FontFile = Annotated[str, matching(r"(?!.*\.\.)[\w-][\w./-]*\.woff2", "a WOFF2 file relative to the profile")]
FontFamily = Annotated[str, matching(r"[A-Za-z][\w -]{0,60}", "a family name of letters, digits, blanks and '-'")]
FontWeight = Annotated[str, matching(r"[1-9]\d{2}( [1-9]\d{2})?", "a weight like '400' or a range like '200 900'")]
