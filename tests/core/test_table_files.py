"""Tables as bytes: encodings and separators of CSV, what Excel and others write as XLSX, and files made to do harm."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.hyperlink import Hyperlink

from ckanext.stuttgart.errors import SourceUnreadable
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.sniff import as_utf8, encoding_of
from ckanext.stuttgart.harvest.table import sheets
from ckanext.stuttgart.harvest.table.sheets import Limits
from tests.core.sources import assert_conforming
from tests.core.tables import (
    PARTS,
    RELATIONS,
    URL,
    by_hand,
    certainty,
    inline,
    raw,
    refusal,
    saved,
    taken,
    told,
    workbook,
    zipped,
)

pytestmark = pytest.mark.thorough

# --- encodings ----------------------------------------------------------------------------------------------------

TEXTS = (
    "Kennung;Titel;Veröffentlichende Stelle;Lizenz\n1;Bäume;Amt für Grünflächen;CC0\n",
    "Titel;Lizenz\nBaustellen auf Straßen;CC0\n",
    "Titel;Beschreibung;Lizenz\nÖPNV;Über die Nähe; CC0\n",
    "Titel;Beschreibung;Lizenz\nCafés;Fläche in m² nach § 5 – „Größe“;CC0\n",
)
MAC = "mac-roman"  # Excel's "CSV (Macintosh)"
DOS = "cp850"  # Excel's "CSV (MS-DOS)"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1", "iso-8859-15", MAC, DOS],
)
def test_text_of_every_usual_encoding_is_read(encoding: str, text: str) -> None:
    body = text.encode(encoding, "ignore")
    assert as_utf8(body).decode() == body.decode(encoding).removeprefix("\ufeff")
    expected = [record.payload for record in taken(body.decode(encoding).removeprefix("\ufeff")).records]
    assert [record.payload for record in taken(body).records] == expected


def test_the_euro_sign_tells_the_two_western_encodings_apart() -> None:
    for encoding in ("cp1252", "iso-8859-15"):
        body = "Titel;Beschreibung;Lizenz\nGebühren;Kosten in € je Jahr;CC0\n".encode(encoding)
        assert raw(taken(body))[0]["notes"] == "Kosten in € je Jahr"


def test_what_is_declared_as_latin_1_is_what_windows_means_by_it() -> None:
    body = "Titel;Beschreibung;Lizenz\nRäder;„Rad“ – 5 €;CC0\n".encode("cp1252")
    assert as_utf8(body, "iso-8859-1").decode().split(";")[-2] == "„Rad“ – 5 €"


def test_a_few_broken_signs_do_not_change_the_encoding_of_the_others() -> None:
    body = "Titel;Lizenz\nBäume;CC0\nRäder;CC0\nWälder;CC0\nGräser;CC0\nÄcker;CC0\n".encode() + "Höfe;CC0".encode(
        "cp1252"
    )
    assert [record.name for record in taken(body).records][:5] == ["Bäume", "Räder", "Wälder", "Gräser", "Äcker"]


def test_other_languages_are_still_told_by_their_statistics() -> None:
    assert encoding_of("Зимняя дорога и снег в городе".encode("cp1251")) == "cp1251"
    assert encoding_of(b"plain") == "utf-8"


# --- separators and lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_ends_of_lines(separator: str, end: str) -> None:
    rows = (["Titel", "Lizenz", "Schlagwörter"], ["Räder", "CC0", f'"a;b,c{end}d"'], ["", "", ""], [])
    done = taken(end.join(separator.join(row) for row in rows))
    assert [tag["name"] for tag in raw(done)[0]["tags"]] == ["a", "b", "c", "d"]


def test_a_separator_in_the_headings_does_not_mislead() -> None:
    done = taken('Titel;"Beschreibung, kurz, deutlich";Lizenz, Rechte;Format\nRäder, Wege, Orte;x;CC0;CSV\n')
    assert raw(done)[0]["title"] == "Räder, Wege, Orte"


def test_blanks_before_quotation_marks_do_not_matter() -> None:
    assert raw(taken('"Titel" , "Lizenz"\n"Rad, Weg" , "CC0" \n'))[0] == {
        "type": "dataset",
        "title": "Rad, Weg",
        "license_id": "CC0",
    }


def test_excels_hint_about_the_separator_is_no_row() -> None:
    for separator in ";,\t":
        done = taken(f"sep={separator}\r\nTitel{separator}Lizenz\r\n{separator}x\r\nRäder{separator}CC0\r\n")
        assert [record.name for record in done.records] == ["Räder"]
        assert list(done.refused) == ["Row 2"]


def test_characters_that_cannot_be_stored_are_dropped() -> None:
    assert raw(taken("Ti\0tel;Lizenz\nRä\0der\x01;CC0\n\0"))[0]["title"] == "Räder"


# --- workbooks ----------------------------------------------------------------------------------------------------

HEAD = ("Kennung", "Titel", "Beschreibung", "Stand", "Kontakt (Telefon)", "Adresse (URL)", "Format", "Lizenz")


def test_a_workbook_is_read_and_its_rows_are_named_by_sheet() -> None:
    done = taken(
        workbook(
            HEAD,
            ("a-1", "Räder", "=1+1", dt.date(2024, 12, 31), 7116000, "https://a.example/1.csv", "CSV", "CC0"),
            ("a-2", None, "ohne Titel"),
        )
    )
    assert_conforming(done)
    (package,) = raw(done)
    assert package["modified"] == "2024-12-31"
    assert package["contact"] == [{"telephone": "7116000"}]
    assert done.refused == {"a-2": "Sheet Daten, row 3, column Titel: is empty"}
    assert told(done) == [("cell_formula", "", "Daten!C2 (Beschreibung)")]


@pytest.mark.parametrize(
    ("value", "number_format", "said"),
    [
        (dt.date(2024, 5, 1), "dd/mm/yyyy", "2024-05-01"),
        (dt.date(2024, 5, 1), "[$-407]d. mmmm yyyy;@", "2024-05-01"),
        (dt.date(2024, 5, 1), "TT.MM.JJJJ", "2024-05-01"),
        (45_413.5625, "dd.mm.yy hh:mm", "2024-05-01T13:30:00"),
        (45_413, "dd.mm.yy hh:mm", "2024-05-01"),
        (dt.date(2024, 5, 1), "mmm yy", "2024-05"),
        (dt.date(2024, 5, 1), "yyyy", "2024"),
        (dt.date(1900, 2, 28), "dd.mm.yyyy", "1900-02-28"),
        (dt.date(1900, 3, 1), "dd.mm.yyyy", "1900-03-01"),
        (2024, "General", "2024"),
        (2024.0, "0", "2024"),
        (45000, "Standard", "45000"),
        (0.1 + 0.2, "General", "0.3"),
        (8111000, "00000000", "08111000"),
        (1234567890123456, "0", "1234567890123456"),
        (-5, "0", "-5"),
        (5, '0 "Tage"', "5"),
        (5, r"0\d", "5"),
        (5, "#,##0.00\\ _€;[Red]-#,##0.00", "5"),
        (1.5, "hh:mm", "1.5"),
        (3_000_000, "dd.mm.yyyy", "3000000"),
        (True, "General", "true"),
        ("31.12.2024", "@", "31.12.2024"),
        ("=1+1", "@", None),
    ],
)
def test_a_number_is_what_its_format_shows(value: Any, number_format: str, said: str | None) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(("Titel", "Beschreibung", "Lizenz"))
    sheet.append(("T", value, "CC0"))
    sheet["B2"].number_format = number_format
    assert raw(taken(saved(book)))[0].get("notes") == said


def test_workbooks_that_count_days_from_1904() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet: Any = book.active
    sheet.append(("Titel", "Stand"))
    sheet.append(("T", dt.date(2024, 5, 1)))
    assert raw(taken(saved(book)))[0]["modified"] == "2024-05-01"


def test_the_first_sheet_with_known_headings_is_read_unless_another_is_named() -> None:
    book = Workbook()
    cover: Any = book.active
    cover.title = "Deckblatt"
    cover.append(("Meldung offener Daten",))
    hidden = book.create_sheet("Alt")
    hidden.append(("Titel", "Lizenz"))
    hidden.append(("Alt", "CC0"))
    hidden.sheet_state = "hidden"
    for name in ("Daten", "Mehr"):
        sheet = book.create_sheet(name)
        sheet.append(("Titel", "Lizenz"))
        for number in range(100):
            sheet.append((f"{name} {number}", "CC0"))
    body = saved(book)
    assert [len(taken(body).records), taken(body).records[99].name] == [100, "Daten 99"]
    assert taken(body, sheet="mehr ").records[99].name == "Mehr 99"
    assert taken(body, sheet="Alt").records[0].name == "Alt"
    assert "no sheet called Fehlt" in refusal(body, sheet="Fehlt")
    assert "no row of headings" in refusal(body, sheet="Deckblatt")


def test_merged_cells_hold_in_each_of_their_rows() -> None:
    book = Workbook()
    sheet: Any = book.active
    rows = [("Räder", "x", "http://a/1"), (None, None, "http://a/2"), ("Wege", None, "http://a/3"), (None, "y", None)]
    for row in [("Titel", "Beschreibung", "Adresse"), *rows]:
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("A4:A5")
    sheet.merge_cells("A7:C9")
    done = taken(saved(book))
    assert [(p["title"], p["notes"], [file["url"] for file in p["resources"]]) for p in raw(done)] == [
        ("Räder", "x", ["http://a/1", "http://a/2"]),
        ("Wege", "y", ["http://a/3"]),
    ]


def test_an_address_may_lie_behind_the_text_of_a_cell() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(("Titel", "Adresse", "Webseite"))
    sheet.append(("Räder", "hier", "http://a.example/seite"))
    sheet["B2"].hyperlink = "https://a.example/rad.csv"
    sheet["C2"].hyperlink = Hyperlink(ref="C2", target="https://b.example/")
    (package,) = raw(taken(saved(book)))
    assert package["resources"] == [{"url": "https://a.example/rad.csv"}]
    assert package["url"] == "http://a.example/seite"


def test_errors_of_formulas_are_told_and_stored_results_are_read() -> None:
    cells = '<c r="A2" t="str"><f>A1</f><v>Räder</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    done = taken(by_hand(inline("Titel", "Beschreibung") + f'<row r="2">{cells}</row>'))
    assert raw(done) == [{"type": "dataset", "title": "Räder"}]
    assert told(done) == [("cell_error", "#DIV/0!", "Daten!B2 (Beschreibung)")]


def test_a_title_that_is_an_error_says_so() -> None:
    cells = '<c t="e"><v>#NAME?</v></c><c t="inlineStr"><is><t>x</t></is></c>'
    done = taken(by_hand(inline("Titel", "Beschreibung") + f'<row r="7">{cells}</row>' + inline("T", "y")))
    assert done.refused == {
        "Sheet Daten, row 7": "Sheet Daten, row 7, column Titel: holds an error, or a formula without its result"
    }


def test_strings_with_runs_readings_and_escapes() -> None:
    shared = (
        '<sst xmlns="m"><si><t>Titel</t></si><si><r><t>Be</t></r><r><rPr><b/></rPr><t>schreibung</t></r></si>'
        '<si><t xml:space="preserve"> Rä_x000D_\nder </t><rPh sb="0" eb="1"><t>Lesung</t></rPh></si></sst>'
    )
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>99</v></c></row>'
    assert raw(taken(by_hand(rows, sharedStrings=shared))) == [{"type": "dataset", "title": "Rä der"}]


def test_files_of_other_programs_strict_namespaces_and_odd_names() -> None:
    parts = {name.replace("/", "\\").upper() if "sheet1" in name else name: text for name, text in PARTS.items()}
    sheet = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        '<x:row r="1"><x:c r="B1" t="inlineStr"><x:is><x:t>Titel</x:t></x:is></x:c>'
        '<x:c r="D1" t="inlineStr"><x:is><x:t>Lizenz</x:t></x:is></x:c></x:row>'
        '<x:row r="9"><x:c r="B9" t="inlineStr"><x:is><x:t>T</x:t></x:is></x:c><x:c r="D9"/></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    done = taken(zipped({**parts, "XL\\worksheets\\SHEET1.XML": sheet}))
    assert raw(done) == [{"type": "dataset", "title": "T"}]


@pytest.mark.parametrize("cut", ["styles", "theme", "docProps/core"])
def test_damage_in_parts_that_do_not_matter_spoils_nothing(cut: str) -> None:
    body = workbook(("Titel", "Lizenz"), ("T", "CC0"))
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    kept = {name: content for name, content in parts.items() if cut not in name}
    assert len(kept) == len(parts) - 1
    assert [record.name for record in taken(zipped(kept)).records] == ["T"]


# --- harm ---------------------------------------------------------------------------------------------------------

LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)
ROWS = inline("Titel", "Lizenz") + inline("T", "CC0")


@pytest.mark.parametrize(
    "before",
    [
        LAUGHS,
        f"<!--{' ' * 20_000}-->{LAUGHS}",
        "<!DOCTYPE x [<!ENTITY j 'x'>]>",
        "<!DOCTYPE x [<!ENTITY j SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE x [<!ENTITY % j SYSTEM 'http://127.0.0.1:1/'> %j;]>",
        "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/'>",
    ],
)
def test_a_workbook_declares_no_entities(before: str) -> None:
    started = time.monotonic()
    message = refusal(by_hand(ROWS + inline("&j;", "x"), before=before))
    assert "declares XML entities" in message or "broken XLSX" in message
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("part", ["sharedStrings", "styles", "_rels/workbook.xml"])
def test_nor_do_its_other_parts(part: str) -> None:
    name = {"_rels/workbook.xml": "xl/_rels/workbook.xml.rels"}.get(part, f"xl/{part}.xml")
    whole = {**PARTS, "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{ROWS}</sheetData></worksheet>"}
    message = refusal(zipped({**whole, name: f"{LAUGHS}<sst><si><t>&j;</t></si></sst>"}))
    assert "declares XML entities" in message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (by_hand("<row>" + "<c>" * 20_000), "nested deeper"),
        (by_hand(inline("Titel", "x" * 11_000_000)), "broken XLSX"),
        (by_hand(ROWS + " " * 120_000_000), "unpacks to more than 100 MB"),
        (zipped({**PARTS, "xl/sharedStrings.xml": " " * 120_000_000}), "unpacks to more than 100 MB"),
        (zipped({"word/document.xml": "<a/>"}), "no Excel workbook"),
        (zipped({"xl/workbook.xml": "<a/>"}), "no row of headings"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED),
            "no Excel workbook",
        ),
        (zipped(PARTS), "no row of headings"),
        (zipped({**PARTS, "xl/workbook.xml": "<a"}), "broken XLSX"),
        (zipped(PARTS, zipfile.ZIP_LZMA), "no Excel workbook"),
        (by_hand(ROWS)[:-40], "no Excel workbook"),
        (b"PK\x03\x04", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel (.xls), or protected by a password"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_within_limits_is_one_sentence(body: bytes, words: str) -> None:
    started = time.monotonic()
    assert words in refusal(body)
    assert time.monotonic() - started < 5


def test_one_long_string_in_every_cell_is_refused_before_it_is_sent() -> None:
    shared = f'<sst xmlns="m"><si><t>{"x" * 90_000}</t></si></sst>'
    message = refusal(by_hand(ROWS + '<row><c t="s"><v>0</v></c></row>' * 5_000, sharedStrings=shared))
    assert "more text than a source is given" in message


def test_merged_cells_without_end_are_read_in_a_moment() -> None:
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="?"/></mergeCells>'.replace(
        "<mergeCell ref", '<mergeCell ref="A2:B1048576"/>' * 3_000 + "<mergeCell ref", 1
    )
    started = time.monotonic()
    assert [record.name for record in taken(by_hand(ROWS * 1_000, merged)).records] == ["T"]
    assert time.monotonic() - started < 10


def test_lies_in_rows_and_cells_are_overlooked() -> None:
    rows = (
        '<row r="-1"><c r="A" t="inlineStr"><is><t>Titel</t></is></c>'
        '<c r="ZZZ9999999" t="inlineStr"><is><t>x</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Lizenz</t></is></c></row><row r="99999999999"><c t="s"><v>-1</v></c>'
        '<c t="n"><v>abc</v></c></row><row r="5"><c t="wrong" s="77"><v>T</v></c><c s="x"><v>1e999</v></c></row>'
    )
    assert [record.name for record in taken(by_hand(rows)).records] == ["T"]


def test_limits_of_rows_columns_and_cells_hold_for_both_kinds() -> None:
    few = Limits(rows=5, columns=3, cell=20, characters=200)
    for body in (
        "Titel;Lizenz;x;Format\n" + "T;CC0;x;CSV\n" * 9,
        by_hand(inline("Titel", "Lizenz", "x", "Format") + inline("T", "CC0", "x", "CSV") * 9),
    ):
        answer = Answer(URL, 200, "", None, body.encode() if isinstance(body, str) else body)
        with pytest.raises(SourceUnreadable, match="more than 5 rows"):
            sheets.read(answer, limits=few)
        wide = sheets.read(answer, limits=Limits(rows=50, columns=3, cell=20))
        assert wide.heading.names == {"title", "licence"}
        with pytest.raises(SourceUnreadable, match="more text"):
            sheets.read(answer, limits=Limits(characters=50))
    answer = Answer(URL, 200, "", None, ("Titel;Lizenz\n" + "x" * 30 + ";CC0\n").encode())
    assert sheets.read(answer, limits=few).lines[0].cells[0].kind == "long"


def test_a_million_columns_and_a_cell_of_fifty_megabytes_cost_their_row_only() -> None:
    started = time.monotonic()
    done = taken("Titel;Lizenz\n" + "x;" * 1_000_000 + "\nT;" + "y" * 45_000_000 + "\nU;CC0\n")
    assert [record.name for record in done.records] == ["U"]
    assert done.refused["x"].startswith("Row 2: has more cells than there are headings")
    assert done.refused["T"] == "Row 3, column Lizenz: is longer than 100000 characters"
    assert time.monotonic() - started < 30


def test_open_quotations_in_every_line_are_read_once() -> None:
    started = time.monotonic()
    for line in ('"\n', 'a;"b\n', 'a;""b""";"c\n', '"""\n', '";"\n'):
        body = ("Titel;Lizenz\nT;CC0\n" + line * 20_000).encode()
        with suppress(SourceUnreadable):  # either outcome is right, a long time is not
            sheets.read(Answer(URL, 200, "", None, body))
    assert time.monotonic() - started < 20


# --- whatever the bytes are ---------------------------------------------------------------------------------------

BOOK = workbook(HEAD, ("a", "T", "x", dt.date(2024, 1, 1), 1, "http://a/1", "CSV", "CC0"), ("b", "U"))


def read_or_refused(body: bytes) -> None:
    certainty(body)
    with suppress(SourceUnreadable):
        done = taken(body)
        assert done.records or done.refused


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_a_workbook_with_wrong_bytes_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    body = bytearray(BOOK)
    for _ in range(chance.randint(1, 30)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    read_or_refused(bytes(body[: chance.choice((len(body), chance.randrange(len(body))))]))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_a_workbook_with_wrong_xml_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(BOOK)) as packed:
        parts = {name: bytearray(packed.read(name)) for name in packed.namelist()}
    for _ in range(chance.randint(1, 8)):
        part = parts[chance.choice(sorted(parts))]
        at = chance.randrange(len(part))
        part[at : at + chance.randrange(3)] = chance.choice((b"", b"9", b'"', b"<", b"-1", b"A", b"&#0;", b"]]>"))
    read_or_refused(zipped({name: bytes(content) for name, content in parts.items()}))


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read_or_refused(body)
    read_or_refused(b"Titel;Lizenz\nT;CC0\n" + body)


def test_relations_that_lead_elsewhere_are_not_followed() -> None:
    relations = RELATIONS.format(
        '<Relationship Id="a" Type="t/worksheet" Target="file:///etc/passwd" TargetMode="External"/>'
        '<Relationship Id="b" Type="t/sharedStrings" Target="../../../etc/passwd"/>'
    )
    message = refusal(zipped({**PARTS, "xl/_rels/workbook.xml.rels": relations}))
    assert "root:" not in message
