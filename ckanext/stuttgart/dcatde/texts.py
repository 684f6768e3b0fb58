"""Texts in several languages: German in the plain field, the others in `translations`.

A plain text is German unless `translations` holds the very same text under another language and no German entry for it;
then there is no German text, and the field shows the language `canonical.preferred` picks.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.stuttgart.dcatde import canonical, vocabulary
from ckanext.stuttgart.dcatde.canonical import GERMAN
from ckanext.stuttgart.dcatde.kinds import clean, text_of

TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,6}")
LONGEST_JSON = 5_000_000

Entry = tuple[str, str, str]  # field, language, text


@functools.lru_cache(maxsize=1024)
def language_tag(text: str) -> str:
    """A BCP 47 tag in lower case for a tag, an ISO 639 code or the name of a language; "" where there is none."""
    tag = text.strip().lower().replace("_", "-")
    if len(tag) > 2 and not re.match(r"[a-z]{2}-|[a-z]{2,3}-[a-z]-", tag):
        term = vocabulary.load("language").find(text)
        if term:
            return term.extra.get("iso639_1") or term.code.lower()
    if tag == "de-de":
        return GERMAN
    return tag if TAG.fullmatch(tag) else ""


def entries(raw: Any, fields: Iterable[str]) -> tuple[list[Entry], list[Any]]:
    """The usable translations of a package or part, and those that are not.

    raw     what stands in `translations`: a list of dicts, or the JSON text of one
    fields  the fields that may be translated
    """
    if isinstance(raw, str) and len(raw) <= LONGEST_JSON:
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return [], [raw]
    known = set(fields)
    good: list[Entry] = []
    bad: list[Any] = []
    for item in raw if isinstance(raw, list) else [raw]:
        entry = _entry(item, known)
        if entry:
            good.append(entry)
        elif item not in (None, "", [], {}):
            bad.append(item)
    return good, bad


def _entry(item: Any, fields: set[str]) -> Entry | None:
    if not isinstance(item, Mapping):
        return None
    field, language, text = item.get("field"), item.get("language"), text_of(item.get("text"))
    if not isinstance(field, str) or not isinstance(language, str) or len(language) > 60 or not text:
        return None
    tag = language_tag(language)
    return (field, tag, text) if tag and field in fields else None


def by_language(value: Any) -> list[tuple[str, str]] | None:
    """The (language, text) of a dict of language -> text or texts, as multilingual catalogues hold it; else None."""
    if not isinstance(value, Mapping):
        return None
    found: list[tuple[str, str]] = []
    for language, given in value.items():
        tag = language_tag(language) if isinstance(language, str) and len(language) <= 60 else ""
        texts = [item for item in (given if isinstance(given, list | tuple) else [given]) if item is not None]
        if not vocabulary.load("language").find(tag.partition("-")[0]) or not all(isinstance(t, str) for t in texts):
            return None
        found += [(tag, text) for item in texts if (text := clean(item))]
    return found


def settle(plain: list[str], texts: set[tuple[str, str]], *, many: bool) -> tuple[list[str], set[tuple[str, str]]]:
    """The plain texts of one field and its (language, text) entries, brought into the form that RDF gives back.

    many  True for keywords, False for a field that holds one text
    """
    if not texts:
        return sorted({*plain}) if many else plain[:1], texts
    german = {text for language, text in texts if language == GERMAN}
    foreign = {(language, text) for language, text in texts if language != GERMAN}
    others = {text for _, text in foreign}
    if many:
        plain = sorted({*plain, *german})
    elif not plain or (german and plain[0] not in german and plain[0] in others):
        plain = sorted(german)[:1]
    else:
        plain = plain[:1]
    by_language: dict[str, set[str]] = {}
    for language, text in foreign:
        by_language.setdefault(language, set()).add(text)
    if by_language and not set(plain) & german:
        shown = sorted(by_language[canonical.preferred(by_language)])
        shown = shown if many else shown[:1]
        if not plain or plain == shown:
            return shown, foreign
    return plain, foreign | {(GERMAN, text) for text in others.intersection(plain)}
