"""The portal's own pages: Markdown files with slots that the city profile fills. Pure.

A slot is `{{ dotted.key }}`, a key of the profile or of what the caller adds. Three forms more, each for a whole line:

- `{{ key? }}` leaves the line out where the value may stay empty and is;
- `{{ key=value }}` at its start keeps the line only where the value is this one; `null` means that it is open.

An open slot stays visible on the page. The first line of a file is its title: `# Impressum`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import markdown
from babel.dates import format_date
from markdown.extensions.toc import TocExtension, slugify_unicode

from ckanext.stuttgart.city import City

#: Key in the profile and address of each page, in the order of the footer.
ADDRESSES: Mapping[str, str] = {
    "help": "hilfe",
    "about": "ueber",
    "terms": "nutzungsbedingungen",
    "plain_language": "leichte-sprache",
    "sign_language": "gebaerdensprache",
    "accessibility": "barrierefreiheit",
    "privacy": "datenschutz",
    "imprint": "impressum",
}
DEFAULT_LANGUAGE = "de"
SLOT = re.compile(r"\{\{ *([\w.]+)(\?|=\w+)? *\}\}")
TOC = TocExtension(slugify=lambda text, separator: f"s-{slugify_unicode(text, separator)}")
OPEN = {"de": "noch offen", "en": "still open"}


@dataclass(frozen=True)
class Page:
    """A page ready to be shown.

    `sections` are id and title (HTML) of its second headings, `language` is that of the text, `open_slots` are the keys
    nobody has filled.
    """

    key: str
    title: str
    body: str
    sections: tuple[tuple[str, str], ...]
    language: str
    open_slots: tuple[str, ...]


def languages(city: City, key: str) -> tuple[str, ...]:
    """The languages a page exists in; none where the city leaves it out."""
    name = getattr(city.pages, key)
    return tuple(language for language in city.languages.offered if _file(city, name, language))


def present(city: City) -> tuple[str, ...]:
    """The keys of the pages the city has, in the order of the footer."""
    return tuple(key for key in ADDRESSES if languages(city, key))


def load(city: City, key: str, language: str, more: Mapping[str, Any] | None = None) -> Page | None:
    """A page in a language, else in German; None where there is none."""
    name = getattr(city.pages, key)
    for candidate in (language, DEFAULT_LANGUAGE):
        path = _file(city, name, candidate)
        if path:
            return render(key, _text(path, path.stat().st_mtime_ns), candidate, _Values(city, more or {}, candidate))
    return None


def open_slots(city: City, key: str, more: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """The open slots of a page, in any of its languages."""
    pages = (load(city, key, language, more) for language in languages(city, key))
    return tuple(dict.fromkeys(slot for page in pages if page for slot in page.open_slots))


@functools.lru_cache(maxsize=64)
def _text(path: Path, _changed: int) -> str:
    return path.read_text(encoding="utf-8")


def _file(city: City, name: str | None, language: str) -> Path | None:
    """`pages/hilfe.md` is the German file, `pages/hilfe.en.md` the English one beside it."""
    if name and language != DEFAULT_LANGUAGE:
        stem, _, suffix = name.rpartition(".")
        name = f"{stem}.{language}.{suffix}"
    return city.file(name)


class _Values:
    """The values of slots in one language."""

    def __init__(self, city: City, more: Mapping[str, Any], language: str) -> None:
        self.city, self.more, self.language = city, more, language

    def get(self, key: str) -> str | None:
        """The value as plain text, None where it is open; raises AttributeError for a key that does not exist."""
        parts = key.split(".")
        value: Any = self.more[key] if key in self.more else functools.reduce(getattr, parts, self.city)
        if hasattr(value, "get"):
            value = value.get(self.language)
        return None if value is None else str(value)


def render(key: str, text: str, language: str, values: Any) -> Page:
    """A page out of its file's text; `values.get(slot)` answers with a text or None."""
    missing: dict[str, None] = {}
    head, _, rest = text.lstrip().partition("\n")
    lines = "\n".join(_lines(rest, values, language, missing))
    written = markdown.Markdown(extensions=["attr_list", "sane_lists", "tables", TOC], output_format="html")
    body = written.convert(lines)
    sections = tuple((token["id"], token["name"]) for token in getattr(written, "toc_tokens", []))
    return Page(key, head.lstrip("# ").strip(), body, sections, language, tuple(missing))


def _lines(text: str, values: Any, language: str, missing: dict[str, None]) -> Iterator[str]:
    for line in text.splitlines():
        found = [(match[1], match[2] or "") for match in SLOT.finditer(line)]
        if all(_kept(values.get(name), form) for name, form in found):
            missing.update(dict.fromkeys(name for name, form in found if not form and values.get(name) is None))
            yield _filled(line, values, language)


def _filled(line: str, values: Any, language: str) -> str:
    """A line with its slots filled."""
    alone = SLOT.fullmatch(line.strip())  # then the value may be paragraphs of Markdown

    def fill(match: re.Match[str]) -> str:
        if (match[2] or "").startswith("="):
            return ""
        value = values.get(match[1])
        if value is None:
            return _marker(match[1], language)
        in_code = line.count("`", 0, match.start()) % 2
        return value if alone or in_code else _inline(value, language)

    filled = SLOT.sub(fill, line)
    return filled.lstrip() if line.startswith("{{") else filled


def _kept(value: str | None, form: str) -> bool:
    if form == "?":
        return value is not None
    return not form or (value or "null") == form[1:]


def _marker(key: str, language: str) -> str:
    return f'<mark class="st-slot">[{OPEN.get(language, OPEN["en"])}: <code>{key}</code>]</mark>'


def _inline(value: str, language: str) -> str:
    """A value inside a sentence: addresses become links, dates are written out, all else is text."""
    plain = escape(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return format_date(date.fromisoformat(value), "long", locale=language)
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return f'<a href="mailto:{plain}">{plain}</a>'
    if re.fullmatch(r"https?://\S+", value):
        return f'<a href="{plain}">{plain}</a>'
    if re.fullmatch(r"\+[0-9][0-9 ()/-]{4,}", value):
        return f'<a href="tel:+{re.sub("[^0-9]", "", value)}">{plain}</a>'
    return plain
