"""The reader of tables of metadata: what offices without a system write into CSV and Excel files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.stuttgart.cells import csv_bytes
from ckanext.stuttgart.dcatde.findings import messages
from ckanext.stuttgart.harvest.client import LocalFile
from ckanext.stuttgart.harvest.reader import reader
from ckanext.stuttgart.harvest.readers.table import READER
from ckanext.stuttgart.harvest.table.columns import columns, meaning
from tests.core.sources import assert_conforming, read
from tests.core.tables import certainty, raw, refusal, taken, told

pytestmark = pytest.mark.thorough

HEADINGS = [column.headings["de"] for column in columns()]
WHOLE = """\
Kennung;Titel;Beschreibung;Schlagwörter;Thema;Veröffentlichende Stelle;Kontakt (Name);Kontakt (E-Mail);\
Kontakt (Telefon);Lizenz;Quellenvermerk;Stand;Veröffentlicht am;Aktualisierung;Zeitraum von;Zeitraum bis;Raumbezug;\
Sprache;Hochwertiger Datensatz;Landing page;Dateiname/Titel;Adresse (URL);Format;Größe;Beschreibung der Spalten;\
Titel (englisch);Beschreibung (englisch)
r-1;Radzählstellen;Räder je Tag;Rad, Verkehr;Verkehr;Tiefbauamt;Team Rad;rad@amt.example;'0711 123-4;\
Datenlizenz Deutschland Namensnennung 2.0;Tiefbauamt;31.12.2025;Juni 2024;täglich;01.01.2020;31.12.2025;Nord; Deutsch;\
Mobilität;https://amt.example/rad;Tageswerte 2025;https://amt.example/rad-2025.csv;CSV;2,5 MB;tag: Datum;\
Bicycle counters;Bicycles by day
r-1;;;;;;;;;;;31.12.2024;;;;;;;;;Tageswerte 2024;https://amt.example/rad-2024.csv;CSV;340 kB;;;
"""


# --- one row, all columns -----------------------------------------------------------------------------------------


def test_every_column_reaches_its_field() -> None:
    done = taken(WHOLE)
    assert_conforming(done)
    assert done.refused == {}
    assert done.packages == [
        {
            "type": "dataset",
            "identifier": "r-1",
            "title": "Radzählstellen",
            "notes": "Räder je Tag",
            "translations": [
                {"field": "notes", "language": "en", "text": "Bicycles by day"},
                {"field": "title", "language": "en", "text": "Bicycle counters"},
            ],
            "tags": [{"name": "Rad"}, {"name": "Verkehr"}],
            "theme": ["http://publications.europa.eu/resource/authority/data-theme/TRAN"],
            "publisher": [{"name": "Tiefbauamt"}],
            "contact": [{"name": "Team Rad", "email": "rad@amt.example", "telephone": "0711123-4"}],
            "license_id": "Datenlizenz Deutschland Namensnennung 2.0",
            "modified": "2025-12-31",
            "issued": "2024-06",
            "frequency": "http://publications.europa.eu/resource/authority/frequency/DAILY",
            "temporal_coverage": [{"start": "2020-01-01", "end": "2025-12-31"}],
            "spatial_coverage": [{"text": "Nord"}],
            "language": ["http://publications.europa.eu/resource/authority/language/DEU"],
            "hvd_category": ["http://data.europa.eu/bna/c_b79e35eb"],
            "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
            "url": "https://amt.example/rad",
            "contributor_id": ["http://dcat-ap.de/def/contributors/datenBW"],
            "resources": [
                {
                    "name": "Tageswerte 2024",
                    "url": "https://amt.example/rad-2024.csv",
                    "format": "CSV",
                    "size": 340_000,
                    "modified": "2024-12-31",
                    "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
                    "license_attribution_by_text": "Tiefbauamt",
                    "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
                },
                {
                    "name": "Tageswerte 2025",
                    "url": "https://amt.example/rad-2025.csv",
                    "format": "CSV",
                    "size": 2_500_000,
                    "description": "tag: Datum",
                    "modified": "2025-12-31",
                    "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
                    "license_attribution_by_text": "Tiefbauamt",
                    "applicable_legislation": ["http://data.europa.eu/eli/reg_impl/2023/138/oj"],
                },
            ],
            "uri": done.packages[0]["uri"],
        }
    ]


def test_a_record_is_known_by_its_identifier_else_its_title_and_has_no_iri() -> None:
    done = taken("Kennung;Titel;Format\nr-1;Räder;CSV\n;Wege;CSV\n")
    assert [(record.name, record.identifier, record.iri) for record in done.records] == [
        ("r-1", "r-1", None),
        ("Wege", "Wege", None),
    ]
    assert [package.get("identifier") for package in raw(done)] == ["r-1", None]


def test_only_a_column_for_it_gives_an_iri() -> None:
    done = taken("URI;Titel;Format\nhttps://daten.example/1;Räder;CSV\nkeine;Wege;CSV\nx;Orte;CSV\n")
    assert [record.iri for record in done.records] == ["https://daten.example/1", None, None]
    assert ("cell_not_understood", "x", "A4 (URI)") in told(done)


def test_the_payload_does_not_change_when_another_row_moves_it_down() -> None:
    body = "Titel;Lizenz;Stand;Adresse\nRäder;CC0;2024;https://a.example/1.csv\n"
    moved = body.replace("Räder", "Bäume;CC0;2023;https://a.example/2.csv\nRäder", 1)
    assert taken(body).records[0].payload == taken(moved).records[1].payload


def test_a_local_file_is_read_like_a_url(tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text(WHOLE, encoding="utf-8")
    done = read(READER, LocalFile(file), str(file))
    assert [record.payload for record in done.records] == [record.payload for record in taken(WHOLE).records]
    assert reader("table") is READER


# --- headings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_is_known_in_any_spelling(heading: str) -> None:
    column = next(column for column in columns() if column.headings["de"] == heading)
    bare = heading.translate(str.maketrans("äöüÄÖÜ", "aouAOU"))
    written = heading.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    spellings = (heading, heading.upper(), heading.lower(), bare, written, heading.replace(" ", "_"), f" {heading} * ")
    for text in (*spellings, f"{heading}:", f"{heading} (Pflicht)", *column.headings.values(), *column.also):
        found = meaning(text)
        assert found is not None, text
        assert found.column is column, text


def test_english_headings_in_any_order_with_columns_of_the_office_between() -> None:
    done = taken('Notiz,KEYWORDS,url,title,Update Frequency\nintern,"Rad, Weg",https://a.example/r.csv,Räder,daily\n')
    (package,) = raw(done)
    assert (package["title"], package["frequency"]) == ("Räder", "daily")
    assert package["tags"] == [{"name": "Rad"}, {"name": "Weg"}]
    assert package["resources"] == [{"url": "https://a.example/r.csv"}]
    assert told(done) == [("columns_unknown", "Notiz", "")]


def test_titles_and_notes_may_stand_above_the_headings() -> None:
    done = taken("Open Data im Gartenamt;;\n\nStand: heute;;\nTitel;Lizenz;Format\nBäume;CC0;CSV\n;x;\n")
    assert [package["title"] for package in raw(done)] == ["Bäume"]
    assert done.refused == {"Row 6": "Row 6, column Titel: is empty"}


def test_headings_in_the_middle_of_the_table_are_no_dataset() -> None:
    done = taken("Titel;Lizenz\nBäume;CC0\nTitel;Lizenz\nRäder;CC0\nTITEL;Lizenz\n")
    assert [record.name for record in done.records] == ["Bäume", "Räder"]
    assert done.refused == {}


def test_translations_into_any_language() -> None:
    done = taken("Titel;Titel (französisch);Titel (en);Beschreibung (it);Lizenz\nRäder;Vélos;Bikes;Biciclette;CC0\n")
    assert done.packages[0]["translations"] == [
        {"field": "notes", "language": "it", "text": "Biciclette"},
        {"field": "title", "language": "en", "text": "Bikes"},
        {"field": "title", "language": "fr", "text": "Vélos"},
    ]


def test_a_title_in_another_language_is_enough() -> None:
    done = taken("Titel;Title (English);Lizenz\n;Bikes;CC0\n")
    assert [package["title"] for package in done.packages] == ["Bikes"]


def test_the_proper_heading_wins_over_another_word_for_it() -> None:
    done = taken("Name;Titel;Lizenz\nHerr Muster;Räder;CC0\n")
    assert raw(done)[0]["title"] == "Räder"
    assert told(done) == [("columns_unknown", "Name", "")]


def test_several_columns_of_one_kind_are_united() -> None:
    done = taken("Titel;Schlagwort 1;Schlagwort 2;Raumbezug;Stadtbezirk;Lizenz\nRäder;Rad;Weg;Stadt;Nord; CC0\n")
    assert raw(done)[0]["tags"] == [{"name": "Rad"}, {"name": "Weg"}]
    assert raw(done)[0]["spatial_coverage"] == [{"text": "Stadt"}, {"text": "Nord"}]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a;b\n1;2\n", "no row of headings with Titel"),
        ("Kennung;Lizenz;Format\n1;CC0;CSV\n", "has no column Titel"),
        ("Titel\nRäder\n", "no row of headings"),
        ("Name;Adresse;Telefon\nApotheke;Hauptstraße 1;123\n", "has no column Titel"),
        ("Titel;Lizenz\n", "holds headings and no datasets"),
        ("Titel;Lizenz\n;\n\n  ;\n", "holds headings and no datasets"),
        ("Titel;Lizenz\nTitel;Lizenz\n", "holds headings and no datasets"),
        ("", "is empty"),
        ("<!doctype html><p>Wartung</p>", "is a web page"),
        ('{"error": {"code": 498}}', "is JSON"),
        ("<ows:ExceptionReport/>", "is XML"),
        (b"%PDF-1.7", "neither an Excel workbook"),
    ],
)
def test_what_is_no_table_of_datasets_is_one_sentence(body: str | bytes, words: str) -> None:
    message = refusal(body)
    assert words in message
    assert "Wartung" not in message


# --- which rows belong together -----------------------------------------------------------------------------------


def files(done: Any) -> list[tuple[str, list[str]]]:
    return [(package["title"], [file["url"] for file in package.get("resources", ())]) for package in raw(done)]


def test_rows_with_the_same_identifier_or_title_are_files_of_one_dataset_wherever_they_stand() -> None:
    done = taken(
        "Kennung;Titel;Adresse\n1;Räder;http://a/1\n;Wege;http://a/2\n1;;http://a/3\n;Wege;http://a/4\n;Räder;http://a/5\n"
    )
    assert files(done) == [
        ("Räder", ["http://a/1", "http://a/3", "http://a/5"]),
        ("Wege", ["http://a/2", "http://a/4"]),
    ]
    assert done.refused == {}


def test_a_row_that_says_nothing_but_a_file_belongs_to_the_dataset_above() -> None:
    done = taken("Titel;Beschreibung;Adresse;Lizenz\nRäder;x;http://a/1;CC0\n;;http://a/2;CC BY 4.0\n\n;;http://a/3;\n")
    assert files(done) == [("Räder", ["http://a/1", "http://a/2", "http://a/3"])]
    assert [file.get("license") for file in raw(done)[0]["resources"]] == ["CC0", "CC BY 4.0", None]


def test_a_file_of_a_row_that_was_left_out_says_so() -> None:
    done = taken("Titel;Beschreibung;Adresse\nRäder;x;http://a/1\n;y;http://a/2\n;;http://a/3\n")
    assert files(done) == [("Räder", ["http://a/1"])]
    assert done.refused == {
        "Row 3": "Row 3, column Titel: is empty",
        "Row 4": "Row 4: has no title, and row 3, to which it belongs, was left out",
    }


def test_the_title_may_stand_in_a_later_row_of_the_same_identifier() -> None:
    assert files(taken("Kennung;Titel;Adresse\n1;;http://a/1\n1;Räder;http://a/2\n")) == [
        ("Räder", ["http://a/1", "http://a/2"])
    ]


def test_two_datasets_of_one_title_are_told_apart_by_their_identifiers() -> None:
    done = taken("Kennung;Titel;Adresse\n1;Räder;http://a/1\n2;Räder;http://a/2\n;Räder;http://a/3\n")
    assert files(done) == [("Räder", ["http://a/1"]), ("Räder", ["http://a/2"])]
    assert done.refused == {"Räder": "Row 4, column Kennung: is empty, and several datasets have this title"}


def test_an_identifier_that_is_the_title_of_another_dataset_makes_no_second_record_of_one_id() -> None:
    done = taken("Kennung;Titel;Format\nRäder;Wege;CSV\n;Räder;CSV\n")
    assert [record.name for record in done.records] == ["Räder"]
    assert "known by the same name as row 2" in done.refused["Räder"]


def test_what_a_later_row_says_otherwise_is_told_and_not_taken() -> None:
    done = taken(
        "Kennung;Titel;Beschreibung;Schlagwörter;Stand\n1;Räder;x;Rad;2023\n1;Wege;x;Weg;2024\n1;Räder;;;2022\n"
    )
    (package,) = raw(done)
    assert (package["title"], package["modified"]) == ("Räder", "2024")
    assert package["tags"] == [{"name": "Rad"}, {"name": "Weg"}]
    assert told(done) == [("cell_contradicts", "Wege", "B3 (Titel)")]


def test_the_attribution_of_a_dataset_holds_for_all_its_files() -> None:
    done = taken("Titel;Quellenvermerk;Adresse\nRäder;Amt;\nRäder;;http://a/1\nRäder;Büro;http://a/2\nOhne;Amt;\n")
    assert [file["license_attribution_by_text"] for file in raw(done)[0]["resources"]] == ["Amt", "Büro"]
    assert told(done) == [("cell_needs_file", "Amt", "B5 (Quellenvermerk)")]


def test_several_files_of_one_row() -> None:
    numbered = taken("Titel;Adresse 1;Format 1;Adresse 2;Format 2;Lizenz\nRäder;http://a/1;CSV;http://a/2;JSON;CC0\n")
    assert raw(numbered)[0]["resources"] == [
        {"url": "http://a/1", "format": "CSV", "license": "CC0"},
        {"url": "http://a/2", "format": "JSON", "license": "CC0"},
    ]
    repeated = taken("Titel;URL;Format;URL;Format\nRäder;http://a/1;CSV;http://a/2;JSON\nWege;http://a/3;CSV;;\n")
    assert files(repeated) == [("Räder", ["http://a/1", "http://a/2"]), ("Wege", ["http://a/3"])]
    in_one_cell = taken(
        'Titel;URL;Format\nRäder;"http://a/1\nhttp://a/2";"CSV, JSON"\nWege;http://a/3, http://a/4;CSV\n'
    )
    assert [[file["format"] for file in package["resources"]] for package in raw(in_one_cell)] == [
        ["CSV", "JSON"],
        ["CSV", "CSV"],
    ]


def test_a_row_with_a_file_and_no_address_is_told_of_unless_the_dataset_has_a_page() -> None:
    done = taken("Titel;Format;Webseite\nRäder;CSV;\nWege;CSV;https://a.example/wege\n")
    assert told(done) == [("file_without_address", "CSV", "B2 (Format)")]
    assert_conforming(done)


# --- cells --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("Thema", "Bildung, Kultur und Sport, Verkehr", "theme", ["EDUC", "TRAN"]),
        ("Thema", "Verkehr; Umwelt | Energie", "theme", ["ENER", "ENVI", "TRAN"]),
        ("Thema", "TRAN", "theme", ["TRAN"]),
        ("Sprache", "Deutsch und Englisch", "language", ["DEU", "ENG"]),
        ("Sprache", "de, en", "language", ["DEU", "ENG"]),
        ("Aktualisierung", "jährlich", "frequency", "ANNUAL"),
        ("Stand", "31.12.2024", "modified", "2024-12-31"),
        ("Stand", "1. Mai 2024", "modified", "2024-05-01"),
        ("Stand", "12/2024", "modified", "2024-12"),
        ("Stand", "2024", "modified", "2024"),
        ("Zeitraum", "2010–2020", "temporal_coverage", [{"start": "2010", "end": "2020"}]),
        ("Zeitraum", "2010-2020", "temporal_coverage", [{"start": "2010", "end": "2020"}]),
        ("Zeitraum", "01.01.2020 bis 31.12.2020", "temporal_coverage", [{"start": "2020-01-01", "end": "2020-12-31"}]),
        ("Zeitraum", "von 2010 bis 2020", "temporal_coverage", [{"start": "2010", "end": "2020"}]),
        ("Zeitraum", "seit 1986", "temporal_coverage", [{"start": "1986"}]),
        ("Zeitraum", "bis 1986", "temporal_coverage", [{"end": "1986"}]),
        ("Zeitraum", "2020", "temporal_coverage", [{"start": "2020", "end": "2020"}]),
        ("Raumbezug", "Nord; Bad Ort", "spatial_coverage", [{"text": "Bad Ort"}, {"text": "Nord"}]),
        ("Hochwertiger Datensatz", "nein", "hvd_category", None),
        ("Schlagwörter", "Rad,Weg;Rad\u00a0, ", "tags", [{"name": "Rad"}, {"name": "Weg"}]),
        ("Beschreibung", "k. A.", "notes", "T"),
        ("Beschreibung", "-", "notes", "T"),
        ("Beschreibung", "=1+1", "notes", "=1+1"),
        ("Beschreibung", "@home", "notes", "@home"),
        ("Beschreibung", "'-5 Grad", "notes", "-5 Grad"),
        ("Kontakt", "rad@amt.example", "contact", [{"email": "rad@amt.example"}]),
        ("Kontakt", "Amt <rad@amt.example>", "contact", [{"name": "Amt", "email": "rad@amt.example"}]),
        (
            "Ansprechpartner",
            "Frau Muster, Tel. 0711/216-1234, E-Mail: rad@amt.example",
            "contact",
            [{"name": "Frau Muster", "email": "rad@amt.example", "telephone": "0711216-1234"}],
        ),
        (
            "Kontakt",
            "Amt für Räder, Abteilung 2; Tel.: 0711 216",
            "contact",
            [{"name": "Amt für Räder, Abteilung 2", "telephone": "0711216"}],
        ),
        ("Kontakt (Telefon)", "'+49 711 123", "contact", [{"telephone": "+49711123"}]),
        ("Webseite", "www.amt.example/rad", "url", "http://www.amt.example/rad"),
        ("Webseite", "../rad", "url", "https://amt.example/rad"),
        ("Webseite", "/rad", "url", "https://amt.example/rad"),
    ],
)
def test_a_cell_is_read_as_it_is_meant(heading: str, cell: str, field: str, value: Any) -> None:
    body = csv_bytes([["Titel", "Format", heading], ["T", "", cell]])
    (package,) = taken(body).packages
    found = package.get(field)
    if isinstance(found, list) and isinstance(value, list) and isinstance(value[0], str):
        found = sorted(iri.rpartition("/")[2] for iri in found)
    elif isinstance(value, str) and value.isupper() and isinstance(found, str) and found.startswith("http"):
        found = found.rpartition("/")[2]
    assert found == value


@pytest.mark.parametrize(
    ("heading", "cell", "size"),
    [
        ("Größe", "340 kB", 340_000),
        ("Größe", "2,5 MB", 2_500_000),
        ("Größe", "2.5MB", 2_500_000),
        ("Größe", "1 MiB", 1_048_576),
        ("Größe", "ca. 3 GB", 3_000_000_000),
        ("Größe", "12345", 12_345),
        ("Größe", "1.234.567", 1_234_567),
        ("Größe", "1.234", 1_234),
        ("Größe", "1 234 567 Byte", 1_234_567),
        ("Größe (MB)", "2,5", 2_500_000),
        ("Größe [kB]", "340", 340_000),
        ("Größe in MB", "2,5", None),
        ("Größe", "2,5", None),
        ("Größe", "1.234 kB", None),
        ("Größe", "klein", None),
        ("Größe", "9" * 400, None),
    ],
)
def test_a_size_is_read_with_its_unit(heading: str, cell: str, size: int | None) -> None:
    done = taken(csv_bytes([["Titel", "Adresse", heading], ["T", "http://a/1", cell]]))
    assert done.packages[0]["resources"][0].get("size") == size


def test_a_relative_address_belongs_to_the_address_of_the_table() -> None:
    rows = [
        ["T", "rad.csv"],
        ["U", "daten/rad.csv"],
        ["V", "/rad.csv"],
        ["W", "amt.example/rad.csv"],
        ["X", "siehe oben"],
    ]
    done = taken(csv_bytes([["Titel", "Adresse"], *rows]))
    assert [package["resources"][0]["url"] for package in raw(done)] == [
        "https://amt.example/open/rad.csv",
        "https://amt.example/open/daten/rad.csv",
        "https://amt.example/rad.csv",
        "amt.example/rad.csv",
        "siehe oben",
    ]


def test_a_value_that_is_not_understood_stays_and_its_cell_is_named() -> None:
    done = taken(
        "Titel;Thema;Lizenz;Stand;Aktualisierung;Kontakt (E-Mail);Adresse;Format;Webseite;Hochwertiger Datensatz\n"
        "Räder;Umwelt, Räder;intern;gestern;ab und zu;unbekannt;N:\\Daten;Zettel;javascript:alert(1);ja\n"
    )
    (package,) = raw(done)
    assert package["theme"] == ["Umwelt", "Räder"]
    assert (package["modified"], package["frequency"]) == ("gestern", "ab und zu")
    assert [(value, cell) for rule, value, cell in told(done) if rule == "cell_not_understood"] == [
        ("Räder", "B2 (Thema)"),
        ("intern", "C2 (Lizenz)"),
        ("gestern", "D2 (Stand)"),
        ("ab und zu", "E2 (Aktualisierung)"),
        ("unbekannt", "F2 (Kontakt (E-Mail))"),
        ("javascript:alert(1)", "I2 (Webseite)"),
        ("ja", "J2 (Hochwertiger Datensatz)"),
        ("N:\\Daten", "G2 (Adresse)"),
        ("Zettel", "H2 (Format)"),
    ]
    assert_conforming(done)


def test_every_rule_the_reader_tells_has_its_sentences() -> None:
    rules = ("not_understood", "contradicts", "error", "formula", "needs_file")
    for rule in (*(f"cell_{name}" for name in rules), "file_without_address", "columns_unknown"):
        assert set(messages()[rule]) == {"de", "en"}


# --- rows that are left out ---------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_taken_is_named_by_row_and_column_and_the_others_go_on() -> None:
    done = taken(
        "Kennung;Titel;Beschreibung;Adresse\n"
        "1;Gut;x;http://a/1\n"
        "2;;ohne Titel;http://a/2\n"
        "\n"
        '4;"Offen;x;http://a/4\n'
        f"5;Lang;{'x' * 100_001};http://a/5\n"
        "6;Zu;viele;Zellen;hier\n"
        "7;Kurz\n"
        '8;"Mit ""Zitat""";"zwei\nZeilen";http://a/8\n'
        ";;;\n"
        "9;Auch gut;x;http://a/9\n"
    )
    assert [record.name for record in done.records] == ["1", "7", "8", "9"]
    assert done.refused == {
        "2": "Row 3, column Titel: is empty",
        "4": "Row 5, column Titel: has a quotation mark that is not closed",
        "5": "Row 6, column Beschreibung: is longer than 100000 characters",
        "6": "Row 7: has more cells than there are headings; "
        "a text that holds the separator has to stand in quotation marks",
    }
    assert raw(done)[2]["notes"] == "zwei\nZeilen"


def test_the_lines_of_a_text_that_is_not_closed_are_no_datasets() -> None:
    done = taken('Titel;Beschreibung;Adresse\nA;"Offen\nzweite Zeile\ndritte Zeile;http://a/1\nB;gut;http://a/2\n')
    assert [record.name for record in done.records] == ["B"]
    assert done.refused["A"] == "Row 2, column Beschreibung: has a quotation mark that is not closed"
    assert all("rest of a text above" in done.refused[name] for name in ("zweite Zeile", "dritte Zeile"))


def test_quotation_marks_inside_a_text_spoil_nothing() -> None:
    done = taken(
        'Titel;Beschreibung;Format\n"Altes" Rathaus;Bildschirm 24";CSV\n'
        'Räder;"Text mit\n"Zitat" und mehr";CSV\nWege;gut;CSV\n'
    )
    assert [(p["title"], p["notes"], p["resources"]) for p in raw(done)] == [
        ("Altes Rathaus", 'Bildschirm 24"', [{"format": "CSV"}]),
        ("Räder", 'Text mit\nZitat" und mehr"', [{"format": "CSV"}]),
        ("Wege", "gut", [{"format": "CSV"}]),
    ]


def test_values_of_one_row_never_change_what_another_row_says() -> None:
    rows = [
        ["Gut", "Umwelt", "CC0", "2024", "http://a/1", "CSV"],
        ["Auch", "Verkehr", "CC0", "2023", "http://a/2", "CSV"],
    ]
    head = ["Titel", "Thema", "Lizenz", "Stand", "Adresse", "Format"]
    alone = [record.payload for record in taken(csv_bytes([head, *rows])).records]
    for bad in (["\0", "=1", "\ufffd", "-" * 5000, "<script>", '"'], [""] * 6, ["X", "Umwelt"], [";" * 50] * 6):
        done = taken(csv_bytes([head, rows[0], bad, rows[1]]))
        assert [record.payload for record in done.records if record.name in ("Gut", "Auch")] == alone


# --- recognising --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "least", "most"),
    [
        (WHOLE, 90, 100),
        (WHOLE.encode("utf-16"), 90, 100),
        (WHOLE.encode("cp1252"), 90, 100),
        ("Titel;Lizenz\n", 60, 100),
        ("title\tlicence\n", 60, 100),
        ("Titel;Beginn;Ort\nFest;1.5.;Platz\n", 0, 40),
        ("Name;Adresse;Telefon\nApotheke;x;1\n", 0, 0),
        ("a,b\n1,2\n", 0, 0),
        ("Titel", 0, 0),
        ("", 0, 0),
        ("<html><body>Titel;Lizenz</body></html>", 0, 0),
        ('{"Titel": "Lizenz"}', 0, 0),
        ("<a/>", 0, 0),
        ("@prefix a: <http://a/> . a:Titel a:Lizenz a:x .", 0, 0),
        (b"%PDF-1.7 Titel;Lizenz", 0, 0),
    ],
)
def test_a_table_is_recognised_by_its_headings(body: str | bytes, least: int, most: int) -> None:
    assert least <= certainty(body) <= most
    assert certainty(body, "text/csv") == certainty(body)


def test_a_page_that_shows_a_shared_file_leads_to_the_file() -> None:
    assert READER.addresses("https://amt.example/liste.csv") == ("https://amt.example/liste.csv",)
    for page, file in (
        (
            "https://docs.google.com/spreadsheets/d/1a-B_c/edit?usp=sharing#gid=0",
            "https://docs.google.com/spreadsheets/d/1a-B_c/export?format=xlsx",
        ),
        (
            "https://cloud.amt.example/index.php/s/AbCd1234EfGh",
            "https://cloud.amt.example/index.php/s/AbCd1234EfGh/download",
        ),
    ):
        assert READER.addresses(page) == (file, page)
        assert READER.addresses(file) == (file,)


# --- whatever is in the cells -------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "-", "=1", "http://a/1", "31.12.2024", "Umwelt", '"', ";", "\n", "\0", "😀", "Titel", "a@b.de"]
    ),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=len(HEADINGS) + 1), min_size=1, max_size=8), st.permutations(HEADINGS))
def test_any_cells_make_datasets_or_refusals_by_name(rows: list[list[str]], headings: list[str]) -> None:
    body = csv_bytes([headings, ["T" if name == "Titel" else "" for name in headings], *rows])
    done = taken(body)
    assert "T" in [record.name for record in done.records]
    assert all(reason.startswith("Row ") for reason in done.refused.values())
    assert len(done.packages) == len(done.records)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300), st.sampled_from([";", ",", "\t"]))
def test_any_text_below_the_headings_is_read_or_refused(text: str, separator: str) -> None:
    done = taken(f"Titel{separator}Lizenz\nT{separator}CC0\n{text}")
    assert done.records or done.refused
