"""The template for download: what an office gets, fills in and gives back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.table.columns import LANGUAGES, Column, columns
from ckanext.stuttgart.harvest.table.template import LISTS, MEDIA_TYPES, choices, file_name, template
from tests.core.sources import assert_conforming
from tests.core.tables import certainty, raw, refusal, saved, taken, told

SHOWN = [column for column in columns() if column.template]
BOTH = [(language, kind) for language in LANGUAGES for kind in MEDIA_TYPES]


def csv_rows(language: str) -> list[list[str]]:
    body = template(language, "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def book(language: str) -> Any:
    return load_workbook(io.BytesIO(template(language, "xlsx")))


@pytest.mark.parametrize(("language", "kind"), BOTH)
def test_the_empty_template_is_recognised_and_holds_no_datasets(language: str, kind: str) -> None:
    assert certainty(template(language, kind)) >= 60
    assert "holds headings and no datasets" in refusal(template(language, kind))
    assert file_name(language, kind).endswith(f".{kind}")


@pytest.mark.parametrize(("language", "kind"), BOTH)
def test_the_example_becomes_a_conforming_dataset_when_it_is_a_row_of_its_own(language: str, kind: str) -> None:
    row = [column.example[language] for column in SHOWN]
    if kind == "csv":
        rows = [
            *csv_rows(language),
            ["" if column.of_file else text for column, text in zip(SHOWN, row, strict=True)],
            row,
        ]
        body = "\n".join(";".join(f'"{cell}"' for cell in each) for each in rows).encode()
    else:
        made = book(language)
        made.worksheets[0].append(row)
        body = saved(made)
    done = taken(body)
    assert_conforming(done)
    assert done.refused == {}
    assert told(done) == []
    (package,) = done.packages
    assert package["frequency"].endswith("/DAILY")
    assert package["hvd_category"] == ["http://data.europa.eu/bna/c_b79e35eb"]
    assert package["resources"][0]["license"].endswith("/dl-by-de/2.0")
    assert package["resources"][0]["size"] == 340_000
    assert package["contact"][0]["telephone"] == "+4930123456"
    fields = {column.fields[0].partition(".") for column in SHOWN if not column.fits_file}
    assert {first for first, _, _ in fields} <= set(package)
    assert {"name", "url", "format", "description", "license_attribution_by_text"} <= set(package["resources"][0])


def test_an_example_that_was_written_over_but_kept_its_mark_is_told_of() -> None:
    rows = csv_rows("de")
    rows[2][1] = "Meine Räder"
    done = taken("\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode())
    assert list(done.refused.values()) == ["Row 3: still bears the mark of the template's example in its first column"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_holds_headings_explanations_and_an_example_and_no_formula(language: str) -> None:
    headings, explanations, example = csv_rows(language)
    assert headings == [column.headings[language] for column in SHOWN]
    assert explanations[1:] == [column.help[language] for column in SHOWN[1:]]
    assert example[1:5] == [column.example[language] for column in SHOWN[1:5]]
    assert "'+49 30 123456" in example
    assert len(headings) == len(explanations) == len(example)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_explains_its_columns_and_offers_the_code_lists(language: str) -> None:
    made = book(language)
    datasets, explanations = made.worksheets
    assert [cell.value for cell in datasets[1]] == [column.headings[language] for column in SHOWN]
    assert [cell.comment.text for cell in datasets[1]] == [column.help[language] for column in SHOWN]
    assert datasets.freeze_panes == "C2"
    assert [row[0].value for row in explanations.iter_rows(min_row=2, max_row=len(SHOWN) + 1)] == [
        column.headings[language] for column in SHOWN
    ]
    offered = {}
    for rule in datasets.data_validations.dataValidation:
        sheet, _, cells = rule.formula1.partition("!")
        assert sheet == f"'{explanations.title}'"
        heading = datasets[f"{str(rule.sqref).partition('2:')[0]}1"].value
        offered[heading] = [cell.value for (cell,) in explanations[cells.replace("$", "")]]
    assert offered == {c.headings[language]: choices(c, language) for c in SHOWN if c.vocabulary in LISTS}
    # A cell for dates would make a day in 1905 of the year 2024, and one for numbers cuts a leading zero.
    for number, column in enumerate(SHOWN, start=1):
        if column.name in ("modified", "issued", "identifier", "contact_telephone"):
            letter = datasets.cell(1, number).column_letter
            assert datasets.column_dimensions[letter].number_format == "@"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("column", [column for column in SHOWN if column.vocabulary in LISTS], ids=lambda c: c.name)
def test_every_value_that_is_offered_is_understood_as_what_it_says(column: Column, language: str) -> None:
    values = choices(column, language)
    assert len(values) > 5
    for value in values:
        term = vocabulary.load(column.vocabulary).find(value)
        assert term is not None, value
        assert value in (term.code, term.label(language))
    cell = "; ".join(values) if column.parted else values[0]
    done = taken(f"Titel\tWebseite\t{column.headings[language]}\nT\thttp://a/\t{cell}\n")
    assert told(done) == []
    if column.parted:
        assert len(raw(done)[0][column.fields[0]]) == len(values)


def test_other_languages_and_kinds_have_no_template() -> None:
    for language, kind in (("fr", "csv"), ("de", "ods"), ("", "")):
        with pytest.raises(ValueError, match="there is no template"):
            template(language, kind)


def test_every_column_is_explained_in_both_languages_and_leads_to_a_field_of_the_model() -> None:
    for column in columns():
        for texts in (column.headings, column.help, *([column.example] if column.example else [])):
            assert set(texts) == set(LANGUAGES)
            assert all(text.strip() for text in texts.values())
        assert column.row is not None or column.fields == ("uri",)


def test_no_heading_means_two_columns() -> None:
    known = [{vocabulary.key(word) for word in (*c.headings.values(), *c.also)} for c in columns()]
    assert sum(map(len, known)) == len(set().union(*known))


# --- the documentation --------------------------------------------------------------------------------------------


def documented(column: Column) -> str:
    """The row of a column in docs/metadata-table.md."""
    name = column.headings["de"] + " (mandatory)" * column.required + " (not in the template)" * (not column.template)
    fields = ", ".join(f"`{field}`" for field in column.fields) + (f" ({column.language})" if column.language else "")
    signs = " ".join("line break" if sign == "\n" else f"`{sign.strip()}`" for sign in column.parted if sign != "|")
    return f"| {name} | {column.headings['en']} | {fields} | {signs} | {', '.join(column.also)} |"


def test_the_documentation_lists_every_column() -> None:
    text = (Path(__file__).parents[2] / "docs" / "metadata-table.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[2:] == [documented(column) for column in columns()]
