"""A workbook (.xlsx, ECMA-376) as rows of cells: stored values only, nothing computed, nothing fetched.

Only the parts that hold cells are opened, each element is matched by its local name (the two editions of the standard
have different namespaces), and styles matter for dates alone, so that odd properties, styles or pictures spoil nothing.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from formats import BUILT_IN, readable
from gate import Refused
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from rows import Cell, Limit

_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError)
_DECLARES = re.compile(rb"<\0?!\0?[DE]\0?[ON]\0?[CT]")  # <!DOCTYPE and <!ENTITY, also in UTF-16
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_MERGED = 1_000_000
_TRUE = ("1", "true", "on")

Sheet = dict[int, dict[int, Cell]]
"""Row number from 1 -> column from 0 -> cell."""


def read_workbook(body: bytes, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the sheet that `sheet` numbers, else all that can be seen.

    Of several only the first `head` rows are read, to choose one of them by; hidden ones count, but are not shown.
    """
    book = _Book(_Parts(body, settings["unpacked"]))
    limit = Limit(settings)
    wanted = settings["sheet"]
    several = sum(not hidden for _, _, hidden in book.sheets) > 1
    found = []
    for index, (name, part, hidden) in enumerate(book.sheets):
        head = settings["head"] if wanted is None and several else None
        skipped = hidden if wanted is None else wanted != index
        rows = {} if skipped else book.sheet(part, limit, head)
        found.append({"name": name, "whole": head is None, "hidden": hidden, "rows": _sent(rows)})
    return {"sheets": found, "notes": list(limit.notes.found)}


def _sent(rows: Sheet) -> list[list[Any]]:
    return [[number, max(cells) + 1, [cells[column] for column in sorted(cells)]] for number, cells in rows.items()]


class _Parts:
    """The parts of a ZIP file by name, within a limit of unpacked bytes that is checked before and while unpacking."""

    def __init__(self, body: bytes, most: int) -> None:
        self._most = self._left = most
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (*_BROKEN, ValueError):
            raise Refused("workbook") from None
        self._infos = {info.filename.replace("\\", "/").strip("/").lower(): info for info in self._zip.infolist()}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes:
        """Return a part, b"" where there is none."""
        info = self._infos.get(name.strip("/").lower())
        if info is None:
            return b""
        if info.flag_bits & 1:
            raise Refused("password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("workbook")  # the others unpack without a limit
        try:
            with self._zip.open(info) as file:
                content = file.read(self._left + 1) if info.file_size <= self._left else None
        except (*_BROKEN, ValueError):
            raise Refused("workbook") from None
        if content is None or len(content) > self._left:
            raise Refused("unpacked", f"{self._most / 1e6:g}")
        self._left -= len(content)
        return content

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Id of a relation of a part -> (last word of its type, the part or address it leads to)."""
        folder, file = posixpath.split(name)
        found = {}
        for element in _elements(self.read(posixpath.join(folder, "_rels", f"{file}.rels")), "Relationship"):
            target = element.get("Target", "")
            if element.get("TargetMode") != "External":
                target = target.replace("\\", "/")
                target = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target.strip("/"))
        return found


def _elements(content: bytes, *names: str) -> Iterator[Any]:
    """The elements of these local names, as soon as each is whole; it is emptied afterwards."""
    if not content:
        return
    if _DECLARES.search(content, 0, 10_000):
        raise Refused("entities")
    parser: Any = etree.iterparse(
        io.BytesIO(content),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in parser:
            if element.getroottree().docinfo.internalDTD is not None:
                raise Refused("entities")
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Refused("deep" if "depth" in (error.msg or "") else "syntax", "XLSX") from None


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    """The text of a string with its runs, without the readings that stand above East Asian characters."""
    texts = (each.text or "" for each in element.iter("{*}t") if _local(each.getparent()) != "rPh")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(texts))


class _Book:
    """The sheets of a workbook, and what their cells refer to."""

    def __init__(self, parts: _Parts) -> None:
        self._parts = parts
        start = next((target for word, target in parts.related("").values() if word == "officeDocument"), "")
        main = start if start in parts else "xl/workbook.xml"
        if main not in parts or not main.lower().startswith("xl/"):
            raise Refused("workbook")
        related = parts.related(main)
        self.since_1904 = False
        self.sheets: list[tuple[str, str, bool]] = []
        for element in _elements(parts.read(main), "workbookPr", "sheet"):
            if _local(element) == "workbookPr":
                self.since_1904 = element.get("date1904", "") in _TRUE
            else:
                id_ = next((value for key, value in element.items() if key.endswith("}id")), "")
                word, part = related.get(id_, ("", ""))
                if word == "worksheet":
                    self.sheets.append((element.get("name", ""), part, element.get("state", "visible") != "visible"))
        shared = next((target for word, target in related.values() if word == "sharedStrings"), "")
        styles = next((target for word, target in related.values() if word == "styles"), "")
        self.shared = [_text(element) for element in _elements(parts.read(shared), "si")]
        self.formats = _formats(parts.read(styles))

    def sheet(self, part: str, limit: Limit, head: int | None) -> Sheet:
        """The rows of a sheet, or its first ones; cells merged downwards stand in each of their rows."""
        rows: Sheet = {}
        merged: list[str] = []
        links: list[tuple[str, str]] = []
        number = 0
        for element in _elements(self._parts.read(part), "row", "mergeCell", "hyperlink"):
            name, place = _local(element), element.get("ref", "")
            if name == "mergeCell":
                merged.append(place)
            elif name == "hyperlink":
                links.append((place, next((value for key, value in element.items() if key.endswith("}id")), "")))
            else:
                number = _number(element.get("r"), number + 1)
                cells = self._cells(element, limit)
                if cells:
                    limit.row()
                    rows[number] = cells
                if head is not None and len(rows) >= head:
                    return rows
        rows = dict(sorted(rows.items()))
        _spread(rows, merged)
        self._link(rows, links, part)
        return rows

    def _cells(self, row: Any, limit: Limit) -> dict[int, Cell]:
        found: dict[int, Cell] = {}
        column = -1
        for element in row:
            if _local(element) != "c":
                continue
            place = _reference(element.get("r", ""))
            column = place[1] if place else column + 1
            if column < limit.columns:
                cell = limit.cell(column, *self._value(element))
                if cell:
                    found[column] = cell
        return found

    def _value(self, element: Any) -> tuple[str, str]:
        """Kind and text of a cell, ("text", "") for an empty one."""
        type_ = element.get("t", "n")
        inner = {_local(child): child for child in element}
        if type_ == "inlineStr" and "is" in inner:
            return "text", _text(inner["is"])
        if "v" not in inner or not inner["v"].text:
            return ("formula" if "f" in inner and type_ != "str" else "text"), ""
        text: str = inner["v"].text
        if type_ == "s":
            index = _number(text, -1)
            return "text", self.shared[index] if 0 <= index < len(self.shared) else ""
        if type_ == "n":
            style = _number(element.get("s"), 0)
            code = self.formats[style] if 0 <= style < len(self.formats) else ""
            return readable(text.strip(), code, since_1904=self.since_1904)
        if type_ == "b":
            return "truth", "true" if text.strip() in _TRUE else "false"
        kind = {"e": "error", "d": "date"}.get(type_, "text")
        return kind, _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)

    def _link(self, rows: Sheet, links: list[tuple[str, str]], part: str) -> None:
        """Addresses behind cells, as fourth of the cell."""
        related = self._parts.related(part) if links else {}
        for ref, id_ in links:
            place = _reference(ref.partition(":")[0])
            cell = rows.get(place[0], {}).get(place[1]) if place else None
            word, target = related.get(id_, ("", ""))
            if cell and word == "hyperlink" and len(cell) == 3:
                cell.append(target[:4000])


def _formats(content: bytes) -> list[str]:
    """Style of a cell -> its number format."""
    codes = dict(BUILT_IN)
    styles: list[str] = []
    for element in _elements(content, "numFmt", "cellXfs"):
        if _local(element) == "numFmt":
            codes[_number(element.get("numFmtId"), -1)] = element.get("formatCode", "")
        else:
            styles = [codes.get(_number(each.get("numFmtId"), 0), "") for each in element if _local(each) == "xf"]
    return styles


def _spread(rows: Sheet, merged: list[str]) -> None:
    """Write the value of cells that are merged downwards into each of their rows that holds anything."""
    numbers = list(rows)
    left = _MOST_MERGED
    for ref in merged:
        first, _, last = ref.partition(":")
        top, bottom = _reference(first), _reference(last)
        cell = rows.get(top[0], {}).get(top[1]) if top else None
        if not top or not bottom or cell is None:
            continue
        for index in range(bisect_left(numbers, top[0] + 1), len(numbers)):
            left -= 1
            if numbers[index] > bottom[0] or left < 0:
                break
            rows[numbers[index]].setdefault(top[1], cell)


def _reference(text: str) -> tuple[int, int] | None:
    """`C7` as row from 1 and column from 0."""
    found = _REFERENCE.fullmatch(text)
    if not found:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1


def _number(text: str | None, otherwise: int) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
