"""A dataset's rows to its package in the model's fields, with what is to be told of single cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import dates
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.harvest.reader import Package, absolute
from ckanext.stuttgart.harvest.table.columns import FILE, Column, columns, row_of
from ckanext.stuttgart.harvest.table.headings import Place
from ckanext.stuttgart.harvest.table.rows import VALUELESS, Dataset, Entry, Found
from ckanext.stuttgart.harvest.table.values import Value, understood

_SEVERAL_FORMATS = re.compile(r"\s*[,;|/\n]\s*")


def package_of(dataset: Dataset, sheet: str) -> tuple[Package, list[Finding]]:
    """The raw package of a dataset; `sheet` is the name of its sheet, "" for CSV."""
    made = _Making(sheet)
    for entry in dataset.entries:
        for found in entry.found:
            made.dataset_values(entry, found)
    for entry in dataset.entries:
        made.files(entry)
    made.finish(dataset)
    return made.package, list(made.findings.values())


def cell_name(sheet: str, row: int, found: Found) -> str:
    """`Daten!E7 (Thema)`: the same in every language."""
    letters, number = "", found.number + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{f'{sheet}!' if sheet else ''}{letters}{row} ({found.place.heading})"


@dataclass
class _Making:
    """A package under construction; `findings` are keyed by what they say, since merged cells say it in each row."""

    sheet: str
    package: Package = field(default_factory=lambda: {"type": "dataset"})
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def note(self, rule: str, path: str, value: Any, target: str, severity: Severity = "warning") -> None:
        text = str(value)[:500]
        self.findings.setdefault((rule, path, text), Finding(rule, severity, path, text, target))

    def dataset_values(self, entry: Entry, found: Found) -> None:
        """Put what one cell says of the dataset into the package."""
        cell, place = cell_name(self.sheet, entry.row, found), found.place
        if found.cell.kind in VALUELESS:
            self.note(f"cell_{found.cell.kind}", place.column.fields[0], found.cell.text, cell)
        for value in found.values:
            if value.field.startswith(f"{FILE}.") or place.file:
                continue
            path = self._put(value, place)
            if not understood(value):
                self.note("cell_not_understood", path or _path(value.field), value.value, cell)
            if path is None and not (place.column.fits_file and entry.has_file):
                self.note("cell_contradicts", _path(value.field), value.value, cell)

    def _put(self, value: Value, place: Place) -> str | None:
        """Put a value into its field and return its path, None where another one stands there."""
        name, _, inner = value.field.partition(".")
        if value.field == "uri" and absolute(value.value) is None:
            return "uri"
        if place.language:
            return value.field if _translate(self.package, value, place.language) else None
        if inner:
            return self._put_inner(name, inner, value.value, place.column)
        if place.column.parted:
            items = self.package.setdefault(name, [])
            item = {"name": value.value} if name == "tags" else value.value
            if item not in items:
                items.append(item)
            return f"{name}.{items.index(item)}"
        text = " ".join(value.value.split()) if name in ("title", "identifier") else value.value
        there = self.package.setdefault(name, text)
        if place.column.together == "latest":
            self.package[name] = _later(there, text)
            return name
        return name if there == text else None

    def _put_inner(self, name: str, inner: str, text: str, column: Column) -> str | None:
        """A key of a node: of a new one for each value of several, else of the only one."""
        nodes = self.package.setdefault(name, [])
        if column.parted:
            if {inner: text} not in nodes:
                nodes.append({inner: text})
            return f"{name}.{nodes.index({inner: text})}.{inner}"
        node = nodes[0] if nodes else {}
        if not nodes:
            nodes.append(node)
        return f"{name}.0.{inner}" if node.setdefault(inner, text) == text else None

    def files(self, entry: Entry) -> None:
        """Add the files that a row describes."""
        if not entry.has_file:
            return
        numbers = {found.place.file for found in entry.found if found.values and found.place.column.of_file}
        for number in sorted(numbers):
            own = [found for found in entry.found if found.place.column.fits_file and found.place.file == number]
            # A licence or date without a number holds for every file of the row.
            own += [found for found in entry.found if found.place.column.fits_file and not found.place.column.of_file]
            for values in _each_file([(found, value) for found in own for value in found.values]):
                self._file(entry, values)

    def _file(self, entry: Entry, values: Iterable[tuple[Found, Value]]) -> None:
        resource: Package = {}
        prefix = f"{FILE}.{len(self.package.setdefault(FILE, []))}"
        first: Found | None = None
        for found, value in values:
            if not value.field.startswith(f"{FILE}."):
                continue
            name, row = value.field.partition(".")[2], row_of(value.field)
            first = first or found
            if found.place.language:
                _translate(resource, value._replace(field=name), found.place.language)
            elif row and row.many and not row.overflow:
                resource.setdefault(name, []).append(value.value)
            else:
                resource.setdefault(name, value.value)
            # What a column says of dataset and file is told once.
            if (found.place.file or found.place.column.fields[0] == value.field) and not understood(value):
                self.note(
                    "cell_not_understood", f"{prefix}.{name}", value.value, cell_name(self.sheet, entry.row, found)
                )
        self.package[FILE].append(resource)
        if first and not {"url", "download_url"} & set(resource) and "url" not in self.package:
            said = resource.get("name") or resource.get("format") or ""
            self.note("file_without_address", f"{prefix}.url", said, cell_name(self.sheet, entry.row, first))

    def finish(self, dataset: Dataset) -> None:
        """What the rows say together: texts that all files share, headings that are not known."""
        resources = self.package.get(FILE, [])
        for column in filter(lambda column: column.inherited, columns()):
            name = column.fields[0].partition(".")[2]
            said = next(
                ((entry, found) for entry, found in _cells(dataset) if found.place.column is column and found.values),
                None,
            )
            if said is None:
                continue
            entry, found = said
            if not resources:
                self.note(
                    "cell_needs_file", name, found.values[0].value, cell_name(self.sheet, entry.row, found), "notice"
                )
            for resource in resources:
                resource.setdefault(name, found.values[0].value)
        unknown = dict.fromkeys(text for entry in dataset.entries for text in entry.unknown)
        if unknown:
            self.note("columns_unknown", "", ", ".join(unknown), "", "notice")


def _cells(dataset: Dataset) -> Iterator[tuple[Entry, Found]]:
    return ((entry, found) for entry in dataset.entries for found in entry.found)


def _path(name: str) -> str:
    """`contact.email` as the path of the only contact."""
    first, _, inner = name.partition(".")
    return f"{first}.0.{inner}" if inner else first


def _translate(target: Package, value: Value, language: str) -> bool:
    """Add a translation; False where the field has another one in this language."""
    entries = target.setdefault("translations", [])
    entry = {"field": value.field, "language": language, "text": value.value}
    same = [each for each in entries if (each["field"], each["language"]) == (value.field, language)]
    if not same or value.field == "tags":
        entries.append(entry)
    return not same or value.field == "tags" or entry in same


def _later(first: str, second: str) -> str:
    """The later of two dates; what is no date gives way."""
    one, two = dates.iso(first), dates.iso(second)
    if one is None or two is None:
        return first if two is None else second
    return second if dates.first_day(two) > dates.first_day(one) else first


def _each_file(values: list[tuple[Found, Value]]) -> Iterator[list[tuple[Found, Value]]]:
    """The values of each file: several addresses in one cell are several files, with a format each if given."""
    addresses = [pair for pair in values if pair[1].field == f"{FILE}.url"]
    if len(addresses) < 2:
        yield values
        return
    for index, address in enumerate(addresses):
        yield [address, *(_share(pair, index, len(addresses)) for pair in values if pair not in addresses)]


def _share(pair: tuple[Found, Value], index: int, count: int) -> tuple[Found, Value]:
    found, value = pair
    parts = _SEVERAL_FORMATS.split(str(value.value)) if value.field == f"{FILE}.format" else []
    return (found, value._replace(value=parts[index])) if len(parts) == count else pair
