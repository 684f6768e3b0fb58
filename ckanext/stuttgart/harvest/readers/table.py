"""A table of metadata, CSV or XLSX: one row is a dataset, or one file of it. For offices without any system.

The columns stand in `table/columns.yaml`; `table.template` gives the table to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import SourceUnreadable, say
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Refused, absolute
from ckanext.stuttgart.harvest.table import sheets
from ckanext.stuttgart.harvest.table.packages import package_of
from ckanext.stuttgart.harvest.table.rows import Dataset, datasets, where

ACCEPT = "text/csv, application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, */*;q=0.5"
FINDINGS = "findings"
# Where services that keep files show a page, and where they give the file.
SHARED = (
    (
        re.compile(r"(https://docs\.google\.com/spreadsheets/d/[\w-]+)/(?!export|pub\b|gviz)\S*"),
        r"\1/export?format=xlsx",
    ),
    (re.compile(r"(https?://[^\s?#]+/s/[A-Za-z0-9]{8,})/?"), r"\1/download"),  # Nextcloud, ownCloud
    (re.compile(r"(https://[\w-]+\.sharepoint\.com/:x:/[^\s?#]+)(?:\?\S*)?"), r"\1?download=1"),
)


class TableReader:
    """Reads a table; its records' payload is the package, and in `findings` what is to be told of its cells."""

    name = "table"
    label = "Table of metadata (CSV, XLSX)"
    options: Sequence[Option] = (
        Option("sheet", "Sheet", help="Name of the sheet to read; without it the first one with known headings."),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """A table answers where it is; a page that shows a shared file has it one step further."""
        files = [pattern.sub(file, url) for pattern, file in SHARED if pattern.fullmatch(url)]
        return (*files, url)

    def recognises(self, answer: Answer) -> int:
        """Text with headings of datasets, or a workbook, whose headings are looked at when it is read."""
        return sheets.recognised(answer)

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Datasets and rows that cannot be taken, in the order of the rows. A table without any is a SourceError."""
        answer = fetcher.get(url, ACCEPT)
        sheet = sheets.read(answer, str(options.get("sheet") or ""))
        taken: dict[str, int] = {}
        empty = True
        for found in datasets(sheet, answer.base):
            empty = False
            yield found if isinstance(found, Refused) else _record(found, sheet, taken)
        if empty:
            raise SourceUnreadable(shown(answer.url), "holds headings and no datasets")

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The payload without its findings."""
        package = {name: value for name, value in record.payload.items() if name != FINDINGS}
        return Mapped(package, tuple(Finding(*found) for found in record.payload.get(FINDINGS, ())))


def _record(dataset: Dataset, sheet: sheets.Sheet, taken: dict[str, int]) -> Record | Refused:
    """A record, unless an earlier row has the name that makes its id."""
    package, findings = package_of(dataset, sheet.name)
    iri, identifier = absolute(package.get("uri")), dataset.identifier or dataset.title
    row = dataset.entries[0].row
    earlier = taken.setdefault(iri or f"\n{identifier}", row)
    if earlier != row:
        twice = say("is known by the same name as row {row}, which another dataset has", row=earlier)
        reason = say("{row}: {problem}", row=where(sheet, row), problem=twice)
        return Refused(identifier, dataset.title, reason)
    payload = {**package, FINDINGS: [list(astuple(finding)[:5]) for finding in findings]}
    return Record(identifier, payload, iri, identifier, package.get("modified"))


READER = TableReader()
