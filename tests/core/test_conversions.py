"""One value of every kind, out of whatever stands in a field: mended, left out with a reason, never an error."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from rdflib import Graph

from ckanext.stuttgart.dcatde import kinds
from ckanext.stuttgart.dcatde.kinds import Made, converter, text_of
from ckanext.stuttgart.dcatde.model import Row, load
from ckanext.stuttgart.dcatde.values import DECODE, ENCODE
from tests.core.strategies import hostile

EU = "http://publications.europa.eu/resource/authority/"
LICENCES = "http://dcat-ap.de/def/licenses/"


def row(class_: str, field: str) -> Row:
    return load().classes[class_].by_field[field]


def made(class_: str, field: str, value: Any) -> Made:
    return converter(row(class_, field))(value)


def every_row() -> Iterator[tuple[str, Row]]:
    """One row of each sort: those of a sort are converted alike."""
    known = set()
    for name, class_ in load().classes.items():
        for row_ in class_.rows:
            sort = (
                row_.kind,
                row_.vocabulary,
                row_.stored,
                row_.foreign,
                row_.curie in kinds.WEB,
                row_.field == "centroid",
            )
            if row_.field and row_.kind != "node" and sort not in known:
                known.add(sort)
                yield f"{name}.{row_.field}", row_


ROWS = dict(every_row())


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (0, 0),
        ("0", 0),
        (685246, 685246),
        ("685246.0", 685246),
        (685246.0, 685246),
        ("5120.00", 5120),
        ("1.234.567", 1234567),
        ("1.024E3", 1024),
        (" 17 ", 17),
        ("٤٢", None),
        ("1.234", None),
        ("1.000", None),
        ("12,5 MB", None),
        ("17 KB", None),
        (-1, None),
        ("-1", None),
        (0.5, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**18, None),
        (10**30, None),
        ("9" * 5000, None),
        ({"x": 1}, None),
        ([], None),
    ],
)
def test_a_size_is_a_whole_number_of_bytes_or_nothing(value: Any, size: int | None):
    found = made("Distribution", "size", value)
    assert found.value == size
    assert found.rule == (
        "number_unreadable" if size is None else "" if value in (size, str(size)) else "number_mended"
    )


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (10, "10"),
        (2.5, "2.5"),
        ("10.000", "10.000"),
        ("5.", "5."),
        (".5", ".5"),
        ("0,5", "0.5"),
        ("1.234,5", "1234.5"),
        ("1e3", "1000"),
        ("1E-20", "0.00000000000000000001"),
        ("1e999999999", None),
        ("10 m", None),
        ("1_000", None),
        ("١٠", None),
        ("nan", None),
        ("x" * 100_000, None),
        (float("inf"), None),
        (True, None),
        (None, None),
    ],
)
def test_a_resolution_in_metres_is_a_decimal_or_nothing(value: Any, number: str | None):
    assert made("Dataset", "spatial_resolution_in_meters", value).value == number


@pytest.mark.parametrize(
    ("value", "duration"),
    [
        ("PT15M", "PT15M"),
        ("P1Y2M3DT4H5M6.7S", "P1Y2M3DT4H5M6.7S"),
        ("pt15m", "PT15M"),
        ("PT0,5S", "PT0.5S"),
        ("P2W", "P14D"),
        ("P", None),
        ("PT", None),
        ("P1S", None),
        ("P١D", None),
        ("täglich", None),
        (15, None),
    ],
)
def test_a_temporal_resolution_is_a_duration_of_xml_schema_or_nothing(value: Any, duration: str | None):
    assert made("Dataset", "temporal_resolution", value).value == duration


def test_a_checksum_is_hexadecimal_and_keeps_its_case():
    assert made("Checksum", "hash", "BBBBA2505bd7").value == "BBBBA2505bd7"
    assert made("Checksum", "hash", "abc").rule == "checksum_unreadable"
    assert made("Checksum", "hash", "md5:ab12").rule == "checksum_unreadable"


# --- concepts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("class_", "field", "value", "meant"),
    [
        ("Distribution", "license", "https://www.govdata.de/dl-de/by-2-0", f"{LICENCES}dl-by-de/2.0"),
        ("Distribution", "license", "http://dcat-ap.de/def/licenses/dl-by-de/2_0", f"{LICENCES}dl-by-de/2.0"),
        ("Distribution", "license", "http://dcat-ap.de/def/licenses/dl-by-de/2.0/", f"{LICENCES}dl-by-de/2.0"),
        ("Dataset", "frequency", "jährlich", f"{EU}frequency/ANNUAL"),
        ("Dataset", "language", "de", f"{EU}language/DEU"),
        ("Dataset", "language", "http://publications.europa.eu/resource/authority/language/GER", f"{EU}language/DEU"),
        ("Dataset", "theme", "Umwelt und Klima", f"{EU}data-theme/ENVI"),
        ("Distribution", "status", "http://purl.org/adms/status/Completed", f"{EU}distribution-status/COMPLETED"),
        ("Distribution", "format", "text/csv; charset=utf-8", "CSV"),
        ("Checksum", "hash_algorithm", "SHA-256", "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
    ],
)
def test_a_name_in_circulation_becomes_the_term_it_means(class_: str, field: str, value: str, meant: str):
    assert made(class_, field, value) == Made(meant, "concept_mended")


@pytest.mark.parametrize(
    ("class_", "field"),
    [
        ("Distribution", "license"),
        ("DataService", "license_id"),
        ("Dataset", "contributor_id"),
        ("Dataset", "political_geocoding_level_uri"),
        ("Dataset", "dcat_type"),
        ("Checksum", "hash_algorithm"),
    ],
)
def test_a_foreign_iri_is_passed_on_where_the_official_list_only_warns(class_: str, field: str):
    foreign = "https://example.org/def/x"
    assert made(class_, field, foreign) == Made(foreign, "concept_foreign", "warning")
    assert ENCODE["concept"](row(class_, field), foreign) is not None
    assert made(class_, field, "frei erfunden").rule == "concept_unknown"


@pytest.mark.parametrize(
    ("class_", "field"),
    [
        ("Dataset", "theme"),
        ("Dataset", "language"),
        ("Dataset", "frequency"),
        ("Dataset", "access_rights"),
        ("Dataset", "availability"),
        ("Dataset", "hvd_category"),
        ("DataService", "theme"),
        ("DataService", "service_format"),
        ("Distribution", "format"),
        ("Distribution", "status"),
        ("Agent", "type"),
    ],
)
def test_a_foreign_iri_is_left_out_where_the_list_decides(class_: str, field: str):
    for value in ("https://example.org/def/x", "frei erfunden"):
        assert made(class_, field, value) == Made(None, "concept_unknown", "warning")
        assert ENCODE["concept"](row(class_, field), value) is None


def test_a_text_with_a_scheme_of_no_meaning_is_no_foreign_term():
    assert made("Distribution", "license", "Hinweis:frei").rule == "concept_unknown"
    assert made("Distribution", "license", "javascript:alert(1)").rule == "concept_unknown"


def test_words_for_no_value_are_dropped_without_a_warning():
    assert made("Distribution", "format", "res_format") == Made(None, "value_says_nothing")
    assert made("Dataset", "language", "TODO:") == Made(None, "value_says_nothing")
    assert made("Distribution", "license", "---") == Made(None, "value_says_nothing")


@pytest.mark.parametrize(
    ("value", "media"),
    [
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("CSV", "text/csv"),
        ("csv", "text/csv"),
        ("https://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("http://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("https://iana.org/assignments/media-types/text/csv/", "text/csv"),
        ("http://publications.europa.eu/resource/authority/file-type/GEOJSON", "application/geo+json"),
        ("http://inspire.ec.europa.eu/media-types/application/gml+xml", "application/gml+xml"),
        ("application/x-shapefile-of-mine", None),
        ("Datei", None),
        ("", None),
    ],
)
def test_a_media_type_is_one_that_iana_knows(value: str, media: str | None):
    assert made("Distribution", "mimetype", value).value == media


# --- texts, IRIs, statements -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Umweltinformationsgesetz (UIG)", "Umweltinformationsgesetz (UIG)"),
        ("Hinweis:frei", "Hinweis: frei"),
        ("MDK/c71a34e1", "MDK/c71a34e1"),
        ("https://example.org/mit leer", "https://example.org/mit leer"),
        ("https://example.org/a[1]", "https://example.org/a%5B1%5D"),
        ("www.gesetze-im-internet.de/uig", "http://www.gesetze-im-internet.de/uig"),
        ("urn:x:y", "urn:x:y"),
        (2023, "2023"),
        ({"uri": "https://example.org/a"}, "https://example.org/a"),
        ("javascript:alert(1)", None),
        ({"x": 1}, None),
        (True, None),
    ],
)
def test_a_statement_is_an_iri_or_a_text_that_nobody_takes_for_one(value: Any, text: str | None):
    assert made("Dataset", "applicable_legislation", value).value == text


def test_an_identifier_that_is_a_url_stays_a_literal():
    value = "https://www.govdata.de/daten/1"
    node = ENCODE["literal"](row("Dataset", "identifier"), made("Dataset", "identifier", value).value)
    assert node is not None
    assert node.n3() == f'"{value}"'


def test_control_characters_and_halves_of_surrogates_are_taken_out_of_texts_with_a_finding():
    assert made("Dataset", "title", "a\x00b\ud800") == Made("ab", "text_cleaned")
    assert made("Dataset", "title", " a\r\nb ") == Made("a\nb")
    assert made("Dataset", "title", "\x00 ").value in (None, "")


# --- everything --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
def test_any_value_at_all_becomes_a_value_that_rdf_can_carry_or_none_with_a_reason(name: str):
    row_ = ROWS[name]
    convert = converter(row_)

    @settings(max_examples=60, deadline=None)
    @given(hostile())
    @example("\ud800")
    @example("https://example.org/" + "a" * 3_900)
    @example("1" * 100_000)
    def check(value: Any) -> None:
        found = convert(value)
        assert isinstance(found.rule, str)
        if found.value in (None, ""):
            assert found.rule or text_of(kinds.reference(value)) == ""
            return
        assert json.dumps(found.value)
        again = convert(found.value)
        assert again.value == found.value
        assert again.rule in ("", "concept_foreign")
        if row_.kind in ENCODE:
            node = ENCODE[row_.kind](row_, found.value)
            assert node is not None
            assert DECODE[row_.kind](row_, Graph(), node) == found.value
            assert node.n3()

    check()


@pytest.mark.parametrize("name", ROWS)
def test_a_number_too_long_for_a_text_is_none(name: str):
    assert converter(ROWS[name])(10**5000).value is None


@pytest.mark.parametrize("name", ROWS)
def test_a_huge_text_costs_time_in_proportion_to_its_length(name: str):
    convert = converter(ROWS[name])
    began = time.process_time()
    for text in ("a" * 2_000_000, "1" * 2_000_000, ("a" + " " * 999) * 2_000, "https://example.org/" + "%" * 2_000_000):
        convert(text)
    assert time.process_time() - began < 5


def test_a_finding_shows_any_value_in_at_most_five_hundred_characters():
    circle: list[Any] = []
    circle.append(circle)
    for value in (
        "x" * 10_000,
        ["x" * 10_000],
        {1: {2: 3}},
        {(1, 2): 3},
        10**5000,
        float("nan"),
        object(),
        circle,
        "\ud800",
    ):
        text = kinds.shown(value)
        assert len(text) <= 500
        text.encode()
