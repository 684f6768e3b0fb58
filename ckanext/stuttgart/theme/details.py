"""The details of a record by group: only what is filled, labels in place of addresses, parts as lists of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.dcatde import dates, vocabulary
from ckanext.stuttgart.present import formats, licences, wording
from ckanext.stuttgart.theme import markup

#: Shown at another place of the page, or of no use to a reader.
ELSEWHERE = frozenset(
    [
        "title",
        "name",
        "notes",
        "tag_string",
        "owner_org",
        "in_series",
        "translations",
        "source_hash",
        "theme",
        "format",
        "description",
        "image_url",
        "contact",
        "serves_dataset",
        "endpoint_url",
        "endpoint_description",
    ]
)
#: Shapes of an area are for programs.
GEOMETRY = frozenset(["bbox", "centroid", "geom", "uri"])
FOLDED = ("technical",)
LONGEST_LINK = 70


@dataclass(frozen=True)
class Value:
    """One value: its words, where they lead, the language they are in; `parts` are the rows of a nested value."""

    text: str = ""
    url: str = ""
    language: str = ""
    parts: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Row:
    """A field that has values."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Group:
    """Rows under one heading; a folded one is of interest to few."""

    id: str
    label: str
    rows: tuple[Row, ...]
    folded: bool = field(default=False)


def groups(record: Mapping[str, Any], fields: Iterable[Mapping[str, Any]], schema: Mapping[str, Any]) -> list[Group]:
    """The groups of a schema that have something to say about a record (a package, a resource or an organization)."""
    rows: dict[str, list[Row]] = {}
    for row_field in fields:
        name = row_field["field_name"]
        if name not in ELSEWHERE and not _is_address(name, record) and (row := _row(row_field, record.get(name))):
            rows.setdefault(row_field.get("group", ""), []).append(row)
    return [
        Group(group["id"], _said(group["label"]), tuple(rows[group["id"]]), group["id"] in FOLDED)
        for group in schema.get("field_groups", ())
        if group["id"] in rows
    ]


def _is_address(name: str, record: Mapping[str, Any]) -> bool:
    """The address of a file is its button."""
    return name == "url" and "package_id" in record


def _row(row_field: Mapping[str, Any], stored: Any) -> Row | None:
    values = tuple(dict.fromkeys(_values(row_field, stored)))
    return Row(_said(row_field["label"]), values) if values else None


def _values(row_field: Mapping[str, Any], stored: Any) -> Iterator[Value]:
    subfields = row_field.get("repeating_subfields")
    for item in stored if isinstance(stored, list) else [stored]:
        if item in (None, "", [], {}):
            continue
        if subfields and isinstance(item, Mapping):
            yield from _part(subfields, item)
        else:
            yield value(row_field, item)


def _part(subfields: Iterable[Mapping[str, Any]], item: Mapping[str, Any]) -> Iterator[Value]:
    """A nested value as rows; one that has only a name is that name, and its address is a link of it."""
    shown = [subfield for subfield in subfields if subfield["field_name"] not in GEOMETRY]
    rows = [row for subfield in shown if (row := _row(subfield, item.get(subfield["field_name"])))]
    if not rows:
        if address := item.get("uri"):
            yield value({}, address)
    elif len(rows) == 1 and len(rows[0].values) == 1 and not rows[0].values[0].parts:
        yield rows[0].values[0]
    else:
        yield Value(parts=tuple(rows))


def value(row_field: Mapping[str, Any], stored: Any) -> Value:
    """A single value in words: a term as its label, a date as a date, an address as a link."""
    language, text = tk.h.lang(), str(stored)
    if name := row_field.get("vocabulary"):
        return _term(name, text, language)
    for choice in row_field.get("choices") or ():
        if choice["value"] == text:
            return Value(_said(choice["label"]))
    if row_field.get("field_name") == "temporal_resolution":
        return Value(wording.duration_words(text, language))
    if row_field.get("field_name") == "size":
        return Value(wording.size_words(stored, language) or text)
    if row_field.get("display_snippet") == "date.html" and dates.is_iso(text):
        return Value(wording.date_words(text, language, with_time=True))
    if row_field.get("display_snippet") == "email.html":
        return Value(text, markup.safe_link(f"mailto:{text}"))
    if address := markup.safe_link(text):
        return _link(address, language)
    return Value(text, language=wording.MAIN)


def _term(name: str, text: str, language: str) -> Value:
    if name == "licence":
        found = licences.of(text, language)
        return Value(found.label, markup.safe_link(found.homepage))
    if name == "file_type":
        return Value(formats.of(text, language).label)
    term = vocabulary.load(name).find(text)
    return Value(term.label(language)) if term else Value(text)


def _link(address: str, language: str) -> Value:
    """An address: the label of the term it is, else itself without `https://`, cut in the middle."""
    for name in ("political_geocoding_level", "data_theme", "frequency", "file_type"):
        if term := vocabulary.load(name).terms.get(address):
            return Value(term.label(language))
    shown = address.removeprefix("https://").removeprefix("http://").removeprefix("mailto:").removeprefix("tel:")
    if len(shown) > LONGEST_LINK:
        shown = f"{shown[: LONGEST_LINK // 2]} … {shown[-LONGEST_LINK // 3 :]}"
    return Value(shown.rstrip("/"), address, "zxx")


def _said(label: Any) -> str:
    return tk.h.scheming_language_text(label)
