"""Tables of metadata in the hands of a test: as separated text, as workbooks, and as ZIP files made by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from ckanext.stuttgart.errors import SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.readers.table import READER
from tests.core.sources import Read, Site, read

URL = "https://amt.example/open/liste"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
PARTS = {
    "_rels/.rels": RELATIONS.format('<Relationship Id="a" Type="t/officeDocument" Target="xl/workbook.xml"/>'),
    "xl/workbook.xml": (
        '<workbook xmlns="m" xmlns:r="r"><sheets><sheet name="Daten" sheetId="1" r:id="a"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": RELATIONS.format(
        '<Relationship Id="a" Type="t/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="b" Type="t/sharedStrings" Target="/xl/sharedStrings.xml"/>'
        '<Relationship Id="c" Type="t/styles" Target="styles.xml"/>'
    ),
}


def taken(body: bytes | str, **options: Any) -> Read:
    """What the reader makes of a table at a URL."""
    return read(READER, Site({URL: body.encode() if isinstance(body, str) else body}), URL, **options)


def refusal(body: bytes | str, **options: Any) -> str:
    """The one sentence with which a table is refused as a whole."""
    with pytest.raises(SourceUnreadable) as caught:
        taken(body, **options)
    message = str(caught.value)
    assert message.startswith(URL)
    assert len(message) < 300
    assert "Traceback" not in message
    return message


def certainty(body: bytes | str, content_type: str = "") -> int:
    """How sure the reader is of an answer."""
    return READER.recognises(Answer(URL, 200, content_type, None, body.encode() if isinstance(body, str) else body))


def raw(done: Read) -> list[dict[str, Any]]:
    """The packages as the reader made them, before `normalise`."""
    return list(done.mapped.values())


def told(done: Read) -> list[tuple[str, str, str]]:
    """What is told of cells: rule, value, cell."""
    mapped = [READER.package(record, {}) for record in done.records]
    return [(finding.rule, finding.value, finding.target) for made in mapped for finding in made.findings]


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(*rows: Sequence[Any], name: str = "Daten") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def by_hand(rows: str, after: str = "", before: str = "", **parts: str) -> bytes:
    """A workbook whose only sheet has these rows in XML; `parts` are further files below xl/."""
    sheet = f'{before}<worksheet xmlns="m" xmlns:r="r"><sheetData>{rows}</sheetData>{after}</worksheet>'
    more = {f"xl/{name}.xml": content for name, content in parts.items()}
    return zipped({**PARTS, "xl/worksheets/sheet1.xml": sheet, **more})


def inline(*texts: str) -> str:
    """A row of strings in XML."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts) + "</row>"
