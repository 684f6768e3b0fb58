"""What pages say about data: words, licences, formats, freshness, tables, charts."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.present import chart, drawing, formats, licences, services, table, wording
from ckanext.stuttgart.quality.freshness import Freshness, freshness
from ckanext.stuttgart.search.facets import with_facets

TIDY = "Jahr;Stadtteil;Geburten\n2023;Nord;12\n2023;Süd;1.250\n2024;Nord;15\n2024;Süd;1.300\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Stand vom 1. Januar 2024. Mehr dazu.", "Stand vom 1. Januar 2024."),
        ("Werte seit 1995. Danach anders.", "Werte seit 1995."),
        ("Orte, z. B. Brunnen und Bänke. Ende.", "Orte, z. B. Brunnen und Bänke."),
        ("# Überschrift\n\nEin **fetter** [Satz](https://a.example). Noch einer.", "Ein fetter Satz."),
        ("ohne Punkt", "ohne Punkt"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_a_reader_ends_it(text: str, sentence: str) -> None:
    assert wording.first_sentence(text) == sentence


def test_a_long_text_is_cut_at_a_word() -> None:
    assert wording.shortened("Wort " * 100, 22) == "Wort Wort Wort Wort …"


@pytest.mark.parametrize(
    ("iso", "german", "english"),
    [
        ("2026", "2026", "2026"),
        ("2026-03", "März 2026", "March 2026"),
        ("2026-03-01", "1. März 2026", "March 1, 2026"),
        ("2026-03-01T08:30:00+01:00", "1. März 2026, 08:30 Uhr", "March 1, 2026, 08:30"),
        ("irgendwann", "irgendwann", "irgendwann"),
    ],
)
def test_dates_of_any_precision_are_written_out(iso: str, german: str, english: str) -> None:
    assert wording.date_words(iso, "de", with_time=True) == german
    assert wording.date_words(iso, "en", with_time=True) == english


@pytest.mark.parametrize(
    ("size", "words"), [(812, "812 Byte"), (8239, "8,2 KB"), ("1200000", "1,2 MB"), (None, ""), ("x", "")]
)
def test_sizes_are_written_as_people_read_them(size: object, words: str) -> None:
    assert wording.size_words(size, "de") == words


def test_a_duration_is_told_in_words() -> None:
    assert wording.duration_words("P1D", "de") == "1 Tag"
    assert wording.duration_words("P1Y6M", "de") == "1 Jahr, 6 Monate"
    assert wording.duration_words("täglich", "de") == "täglich"


def test_a_text_comes_in_the_readers_language_or_as_it_was_written() -> None:
    record = {"title": "Brunnen", "translations": [{"field": "title", "language": "en", "text": "Fountains"}]}
    assert wording.wording(record, "title", "en") == wording.Wording("Fountains", "en")
    assert wording.wording(record, "title", "de") == wording.Wording("Brunnen", "de")
    assert wording.wording({"title": "Brunnen"}, "title", "en").language == "de"


def test_every_licence_of_the_list_is_told_in_plain_words() -> None:
    for term in vocabulary.load("licence"):
        for language in ("de", "en"):
            found = licences.of(term.uri, language)
            assert found.short
            assert found.text.endswith(".")


def test_a_licence_nobody_named_is_said_to_be_missing() -> None:
    assert licences.of(None, "de").short == "Keine Angabe"
    assert not licences.of("Hausrecht", "de").open


def test_every_format_with_words_is_on_the_list_and_has_a_kind() -> None:
    known = vocabulary.load("file_type").codes
    for code in formats._table()["formats"]:
        assert code in known
        assert formats.of(code).text
        assert formats.of(code, "en").text


@pytest.mark.parametrize(
    ("stored", "label"), [("CSV", "CSV"), ("GEOJSON", "GeoJSON"), ("WFS_SRVC", "WFS"), (None, "unbekannt")]
)
def test_a_format_has_a_short_label(stored: str | None, label: str) -> None:
    assert formats.of(stored).label == label


@pytest.mark.parametrize(
    ("modified", "frequency", "state"),
    [
        ("2026-11-24", "DAILY", Freshness.CURRENT),
        ("2026-11-20", "DAILY", Freshness.LATE),
        ("2026-10-01", "MONTHLY", Freshness.DUE),
        ("2025", "ANNUAL", Freshness.DUE),
        ("2020", "NOT_PLANNED", Freshness.CLOSED),
        ("2020", "IRREG", Freshness.UNKNOWN),
        (None, "DAILY", Freshness.UNKNOWN),
        ("gestern", "DAILY", Freshness.UNKNOWN),
    ],
)
def test_freshness_is_age_against_the_promise(modified: str | None, frequency: str, state: Freshness) -> None:
    assert freshness(modified, frequency, date(2026, 11, 25)) is state


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "cp1252"])
def test_a_table_is_read_in_any_separator_and_encoding(encoding: str) -> None:
    found = table.from_csv(TIDY.encode(encoding))
    assert found is not None
    assert [(c.name, c.numeric) for c in found.columns] == [("Jahr", True), ("Stadtteil", False), ("Geburten", True)]
    assert found.rows[1] == ("2023", "Süd", "1.250")
    assert found.total == 4


def test_numbers_are_sorted_by_value_and_empty_cells_come_last() -> None:
    found = table.from_csv(b"a,b\nx,9\ny,\nz,10\n")
    assert found is not None
    assert [row[0] for row in found.sorted_by("b").rows] == ["x", "z", "y"]
    assert [row[0] for row in found.sorted_by("b", descending=True).rows] == ["z", "x", "y"]
    assert found.sorted_by("nicht da") is found


def test_keys_with_a_leading_zero_are_no_numbers() -> None:
    found = table.from_csv(b"Schl\xc3\xbcssel,Wert\n08111,3\n08112,4\n")
    assert found is not None
    assert [column.numeric for column in found.columns] == [False, True]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"{}", b"[1, 2]", b"null", b'{"features": {}}', b"\xff" * 50])
def test_what_is_no_geojson_gives_no_table(body: bytes) -> None:
    assert table.from_geojson(body) is None


def test_the_facts_of_places_are_a_table() -> None:
    body = b'{"features": [{"properties": {"Name": "A", "ja": true}}, {"properties": {"Name": "B", "Wert": 2.0}}]}'
    found = table.from_geojson(body)
    assert found is not None
    assert [column.name for column in found.columns] == ["Name", "ja", "Wert"]
    assert found.rows == (("A", "ja", ""), ("B", "", "2"))


def test_a_tidy_table_gives_bars_at_the_latest_time_and_a_line_for_one_group() -> None:
    data = table.from_csv(TIDY.encode())
    assert data is not None
    found = chart.shape(data)
    assert found is not None
    assert (found.time, found.group, found.measures) == ("Jahr", "Stadtteil", ("Geburten",))
    bars = chart.draw(data, found)
    assert bars is not None
    assert (bars.kind, bars.at, bars.points) == ("bars", "2024", (("Süd", 1300.0), ("Nord", 15.0)))
    line = chart.draw(data, found, group="Nord")
    assert line is not None
    assert (line.kind, line.points) == ("line", (("2023", 12.0), ("2024", 15.0)))


def test_places_are_no_measures_and_rows_that_cannot_be_told_apart_give_no_chart() -> None:
    places = table.from_csv(b"Name,Laenge,Breitengrad\nA,1,48.1\nA,2,48.2\n")
    assert places is not None
    assert chart.shape(places) is None


def test_years_lie_as_far_apart_as_they_are() -> None:
    points = (("1995", 1.0), ("2005", 2.0), ("2025", 3.0))
    made = drawing.drawing(chart.Chart("line", "Wert", None, None, points), str, str)
    assert [point.split(",")[0] for point in made.line.split()] == ["0.0", "33.34", "100.0"]
    assert made.labels == ("1995", "2025")


@pytest.mark.parametrize("values", [(0.0, 0.0), (5.0, 5.0), (-3.0, 8.0), (1e9, 2e9), (0.001, 0.002)])
def test_axes_reach_around_all_values(values: tuple[float, float]) -> None:
    ticks = drawing.ticks_between(*values)
    assert ticks[0] <= values[0]
    assert ticks[-1] >= values[1]
    assert len(ticks) > 1


def test_a_service_is_asked_for_the_layer_its_address_names() -> None:
    box = (9.0, 48.0, 9.5, 49.0)
    url = services.request("https://geo.example/ows?map=1&typeName=a:b&request=GetFeature", "WFS_SRVC", box)
    assert url.startswith("https://geo.example/ows?map=1&service=WFS")
    assert "typeNames=a%3Ab" in url
    assert "bbox=9.0%2C48.0%2C9.5%2C49.0" in services.request("https://geo.example/wms?layers=x", "WMS_SRVC", box)
    assert services.request("https://geo.example/wfs", "WFS_SRVC", box) == ""
    assert services.request("file:///etc/passwd?layers=x", "WMS_SRVC", box) == ""


def test_the_licences_of_files_become_a_facet() -> None:
    stored = (
        '{"license_id": null, "resources": [{"license": "http://dcat-ap.de/def/licenses/cc-zero"}, {"license": "?"}]}'
    )
    assert with_facets({"validated_data_dict": stored})["vocab_licence"] == ["http://dcat-ap.de/def/licenses/cc-zero"]
    assert with_facets({"validated_data_dict": "kaputt"}) == {"validated_data_dict": "kaputt"}
