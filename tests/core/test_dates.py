"""Dates of every way of writing, as ISO 8601, and only where there is one certain reading."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal
from rdflib.namespace import XSD

from ckanext.stuttgart.dcatde import dates
from ckanext.stuttgart.dcatde.values import DATE_FORMS, term


@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "2024-05",
        "2024-05-06",
        "2024-02-29",
        "2024Z",
        "2024-05-06+02:00",
        "2024-05-06T07:08:09",
        "2024-05-06T07:08:09Z",
        "2024-05-06T07:08:09.123456+02:00",
        "2021-01-28T01:51:03.34919300",
    ],
)
def test_a_valid_date_stays_as_it_is_to_the_letter(text: str):
    assert dates.is_iso(text)
    assert dates.iso(text) == text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("6.5.2024", "2024-05-06"),
        ("06.05.2024", "2024-05-06"),
        ("06. 05. 2024", "2024-05-06"),
        ("6. Mai 2024", "2024-05-06"),
        ("28. Januar 2021", "2021-01-28"),
        ("den 1. März 2020", "2020-03-01"),
        ("1. Ma\u0308rz 2020", "2020-03-01"),
        ("1.\u00a0JÄNNER 2020", "2020-01-01"),
        ("Do, 28.01.2021", "2021-01-28"),
        ("Donnerstag, 28. Januar 2021", "2021-01-28"),
        ("28.01.2021 10:15", "2021-01-28T10:15:00"),
        ("Mo, 02.01.2012 - 10:15", "2012-01-02T10:15:00"),
        ("28.01.2021, 10:15 Uhr", "2021-01-28T10:15:00"),
        ("28. Januar 2021 um 10:15 Uhr", "2021-01-28T10:15:00"),
        ("28.01.2021 10:15:30 MEZ", "2021-01-28T10:15:30+01:00"),
        ("28.07.2021 10:15:30 MESZ", "2021-07-28T10:15:30+02:00"),
        ("2021-01-28 GMT 01:51:03.34919300", "2021-01-28T01:51:03.34919300Z"),
        ("2021-01-28 01:51:03 +0100", "2021-01-28T01:51:03+01:00"),
        ("2021-01-28T01:51", "2021-01-28T01:51:00"),
        ("2021-01-28T01:51:03+01", "2021-01-28T01:51:03+01:00"),
        ("2021-1-5", "2021-01-05"),
        ("2021/01/28", "2021-01-28"),
        ("20210128", "2021-01-28"),
        ("20210128T015103Z", "2021-01-28T01:51:03Z"),
        ("28 Jan 2021", "2021-01-28"),
        ("Thu, 28 Jan 2021 01:51:03 GMT", "2021-01-28T01:51:03Z"),
        ("Thu, 28 Jan 2021 01:51:03 +0100", "2021-01-28T01:51:03+01:00"),
        ("Thu Jan 28 01:51:03 CET 2021", "2021-01-28T01:51:03+01:00"),
        ("Thu Jan 28 01:51:03 2021", "2021-01-28T01:51:03"),
        ("28/01/2021", "2021-01-28"),
        ("01/28/2021", "2021-01-28"),
        ("03/03/2021", "2021-03-03"),
        ("01/28/2021 10:15", "2021-01-28T10:15:00"),
        ("Mai 2024", "2024-05"),
        ("Sept. 2024", "2024-09"),
        ("05/2024", "2024-05"),
        ("05.2024", "2024-05"),
        ("2024/5", "2024-05"),
        ("2024-5", "2024-05"),
        ("٢٠٢٤-٠٥-٠٦", "2024-05-06"),
    ],
)
def test_other_ways_of_writing_are_read(text: str, made: str):
    assert dates.iso(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bald",
        "laufend",
        "seit 2015",
        "03/04/2021",
        "01.02.24",
        "6 May 24 10:00:00",
        "1 Jan 99 00:00:00 +0100",
        "1611798663",
        "1611798663000",
        "2024-02-30",
        "2023-02-29",
        "31.04.2024",
        "2024-13",
        "0000",
        "2024-05-06T25:00:00",
        "2024-05-06T07:08:09+15:00",
        "2024-05-06T07:08:09+01:75",
        "2011/12",
        "1999/00",
        "2023/24",
        "2010-2015",
        "1.1.2020 - 31.12.2020",
        "Q1 2020",
        "3. Quartal 2020",
        "Foo 2024",
        "٢٠٢٤",
    ],
)
def test_what_has_no_certain_reading_is_none(text: str):
    assert dates.iso(text) is None


def test_text_of_any_length_costs_next_to_nothing():
    began = time.process_time()
    for text in ("1" * 5_000_000, "28. " + " " * 5_000_000, "a" * 64, "1." * 32, " " * 64):
        assert dates.iso(text) is None
    assert time.process_time() - began < 1


@given(
    st.text(max_size=70) | st.from_regex(r"[0-9]{1,4}[-/. T:,]{1,2}[0-9]{1,4}[-/. T:Z+]{0,2}[0-9]{0,4}", fullmatch=True)
)
def test_whatever_is_read_is_a_date_that_xml_schema_knows(text: str):
    made = dates.iso(text)
    if made is not None:
        assert dates.iso(made) == made
        form, datatype = next((form, name) for form, name in DATE_FORMS if form.fullmatch(made))
        assert form
        assert not Literal(made, datatype=term(datatype)).ill_typed


@given(st.dates())
def test_a_day_is_found_in_german_english_and_compact_writing(day):
    for text in (f"{day.day}.{day.month}.{day.year:04}", day.strftime("%Y/%m/%d").zfill(10), day.isoformat()):
        if day.year >= 1000:
            assert dates.iso(text) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024Z", "2024-01-01", "2024-12-31"),
        ("2024+01:00", "2024-01-01", "2024-12-31"),
        ("2024-05", "2024-05-01", "2024-05-31"),
        ("2024-05+01:00", "2024-05-01", "2024-05-31"),
        ("2024-05-06", "2024-05-06", "2024-05-06"),
        ("2024-05-06T23:00:00Z", "2024-05-06", "2024-05-06"),
    ],
)
def test_dates_of_any_precision_compare_by_their_first_and_last_day(text: str, first: str, last: str):
    assert (dates.first_day(text), dates.last_day(text)) == (first, last)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2010-01-01/2010-12-31", ("2010-01-01", "2010-12-31")),
        ("2004-11-03T00:00:00+01:00\n   /\n  2005-03-30", ("2004-11-03T00:00:00+01:00", "2005-03-30")),
        ("start=2020-01-01; end=2020-12-31; scheme=W3C-DTF;", ("2020-01-01", "2020-12-31")),
        ("start=2020-01-01;", ("2020-01-01", "")),
        ("31.12.2010 bis 31.12.2020", ("2010-12-31", "2020-12-31")),
        ("vom 1.1.2020 bis zum 31.12.2020", ("2020-01-01", "2020-12-31")),
        ("01.01.2020 - 31.12.2020", ("2020-01-01", "2020-12-31")),
        ("Januar 2020 – März 2020", ("2020-01", "2020-03")),
        ("2010-2015", ("2010", "2015")),
        ("2019/2020", ("2019", "2020")),
        ("seit 2015", ("2015", "")),
        ("bis 2020", ("", "2020")),
        ("2020-01-01/..", ("2020-01-01", "")),
        ("../2020", ("", "2020")),
        ("2015", ("2015", "2015")),
        ("Mai 2015", ("2015-05", "2015-05")),
        ("", None),
        ("/", None),
        ("laufend", None),
        ("2011/12", None),
        ("2015 bis heute", None),
        ("1. Halbjahr 2020", None),
        ("seit langem", None),
        ("2010/2011/2012", None),
        ("seit " + " " * 5_000_000 + "x", None),
    ],
)
def test_a_period_in_words_has_start_and_end_where_both_are_certain(text: str, period: tuple[str, str] | None):
    assert dates.period(text) == period


def test_every_form_that_is_written_is_one_of_the_four_of_dcat():
    assert {term(datatype) for _, datatype in DATE_FORMS} == {XSD.gYear, XSD.gYearMonth, XSD.date, XSD.dateTime}
