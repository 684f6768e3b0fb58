"""The code lists: complete, labelled, and found by every name that real catalogues use for a term."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde import files, vocabulary
from ckanext.stuttgart.dcatde.model import load

LISTS = Path(__file__).parents[3] / "shared" / "dcat-ap-de" / "vocab"
LICENCES = "http://dcat-ap.de/def/licenses/"
EU = "http://publications.europa.eu/resource/authority/"

# Our list -> the published table it must hold in full.
PUBLISHED = {
    "access_right": "access_right.tsv",
    "checksum_algorithm": "spdx_checksum_algorithm.tsv",
    "contributor": "contributors.tsv",
    "data_theme": "data_theme.tsv",
    "dataset_type": "dataset_type.tsv",
    "distribution_status": "distribution_status.tsv",
    "file_type": "file_type.tsv",
    "frequency": "frequency.tsv",
    "hvd_category": "hvd_category.tsv",
    "language": "language_all.tsv",
    "planned_availability": "planned_availability.tsv",
    "political_geocoding_district": "political_geocoding_districtKey.tsv",
    "political_geocoding_level": "political_geocoding_level.tsv",
    "political_geocoding_regional": "political_geocoding_regionalKey_0811.tsv",
    "political_geocoding_state": "political_geocoding_stateKey.tsv",
    "publisher_type": "adms_publisher_type.tsv",
}
# Names of offices have no English, keys of places no names at all.
GERMAN_ONLY = {"contributor", "political_geocoding_state"}
NAMELESS = {"political_geocoding_district", "political_geocoding_regional"}


def published(file: str) -> list[dict[str, str]]:
    if not LISTS.is_dir():
        pytest.skip("the published lists (shared/dcat-ap-de/vocab) do not lie beside the checkout")
    with (LISTS / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def aliases() -> list[tuple[str, str, str]]:
    lines = files.text("vocab", "aliases.tsv").splitlines()[1:]
    return [(name, code, alias) for name, code, alias in (line.split("\t") for line in lines)]


# --- the tables --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "file"), PUBLISHED.items())
def test_a_list_holds_exactly_the_terms_that_are_published(name: str, file: str):
    assert list(vocabulary.load(name).terms) == [row["uri"] for row in published(file)]


def test_the_list_of_licences_holds_those_in_force():
    rows = published("licences.tsv")
    assert set(vocabulary.load("licence").terms) == {row["uri"] for row in rows if row["deprecated"] == "no"}


def test_openness_and_attribution_of_licences_are_those_published():
    terms = vocabulary.load("licence").terms
    for row in published("licences.tsv"):
        if row["uri"] in terms:
            extra = terms[row["uri"]].extra
            assert extra["open"] == ("yes" if row["open"] == "true" else "no"), row["uri"]
            assert extra["attribution"] == row["needs_attribution_text"], row["uri"]


def test_every_registered_media_type_is_known():
    lines = (LISTS / "iana_media_types.txt").read_text(encoding="utf-8").split() if LISTS.is_dir() else []
    assert {line.lower() for line in lines} <= vocabulary.media_types()
    assert len(vocabulary.media_types()) > 2_000


def test_every_media_type_of_a_file_type_is_registered():
    suggested = {term.extra["media_type"] for term in vocabulary.load("file_type")} - {""}
    assert suggested <= vocabulary.media_types()


@pytest.mark.parametrize("name", vocabulary.names())
def test_every_term_has_a_label_in_german_and_english(name: str):
    languages = set() if name in NAMELESS else {"de"} if name in GERMAN_ONLY else {"de", "en"}
    for term in vocabulary.load(name):
        assert set(term.labels) == languages, term.uri
        assert all(label == label.strip() for label in term.labels.values())
        assert term.label("de")
        assert term.label("en")
        assert term.label("fr")


def test_every_list_of_the_model_and_every_single_iri_is_there():
    rows = [row for class_ in load().classes.values() for row in class_.rows if row.vocabulary]
    assert {row.vocabulary for row in rows} <= set(vocabulary.names())
    assert vocabulary.iri("fallback_licence") in vocabulary.load("licence")
    assert vocabulary.iri("theme_taxonomy") == vocabulary.load("data_theme").scheme
    assert load().hvd_licences <= {term.code for term in vocabulary.load("licence")}
    for name in ("contributor_base", "political_geocoding_base", "hvd_legislation"):
        assert vocabulary.iri(name).startswith("http://")


def test_lists_and_terms_are_looked_up_like_a_collection():
    themes = vocabulary.load("data_theme")
    assert f"{EU}data-theme/TRAN" in themes
    assert "TRAN" not in themes
    assert None not in themes
    assert len(themes) == len(list(themes)) == 14
    assert themes.by_code("TRAN") is themes.find("TRAN")
    assert themes.by_code("tran") is None


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", vocabulary.names())
def test_every_term_is_found_by_its_iri_in_any_spelling_its_code_and_its_labels(name: str):
    listed = vocabulary.load(name)
    labels = [label.casefold() for term in listed for label in set(term.labels.values())]
    for term in listed:
        bare = term.uri.removeprefix("http://")
        for iri in (f"http://{bare}", f"https://{bare}", f"http://{bare}/", f" HTTP://WWW.{bare} ", term.uri.upper()):
            assert listed.find(iri) is term, iri
        assert listed.find(term.code) is term
        assert listed.find(term.code.lower()) is term
        for label in term.labels.values():
            if labels.count(label.casefold()) == 1:
                assert listed.find(label) is not None


@pytest.mark.parametrize(("name", "code", "alias"), aliases())
def test_an_alias_means_its_term_or_says_nothing(name: str, code: str, alias: str):
    listed = vocabulary.load(name)
    term = listed.find(alias)
    assert (term.code if term else "") == code
    assert listed.says_nothing(alias) is (code == "")


def test_the_aliases_are_sorted_and_name_terms_that_exist():
    rows = aliases()
    assert rows == sorted(rows, key=lambda row: (row[0], row[1].lower(), row[2].casefold()))
    assert len(rows) == len(set(rows))
    assert {name for name, _, _ in rows} <= set(vocabulary.names())
    for name, code, alias in rows:
        assert not code or vocabulary.load(name).by_code(code), alias


def test_every_old_licence_leads_to_the_one_in_force():
    if not LISTS.is_dir():
        pytest.skip("the published lists (shared/dcat-ap-de/vocab) do not lie beside the checkout")
    mappings = json.loads((LISTS / "licence_mappings.json").read_text(encoding="utf-8"))
    licences = vocabulary.load("licence")
    for old, new in mappings["upgrade"].items():
        term = licences.find(old)
        assert term is not None, old
        assert term.uri == (new.strip() or f"{LICENCES}cc-by-nc")  # one line of the table is left empty
    for row in mappings["mapping_other_uris"]["list"]:
        for name in ("URI", "Name", "Lizenzcode", "OGDLizenzcode"):
            assert licences.find(row[name]) is licences.terms[row["URI"]], row[name]


@pytest.mark.parametrize(
    ("name", "file"),
    [("planned_availability", "planned_availability_legacy.tsv"), ("distribution_status", "adms_status_legacy.tsv")],
)
def test_every_iri_of_a_replaced_list_leads_to_its_successor(name: str, file: str):
    for row in published(file):
        term = vocabulary.load(name).find(row["legacy_uri"])
        assert term is not None
        assert term.uri == row["maps_to"]


def test_every_deprecated_iri_of_a_checksum_algorithm_leads_to_its_successor():
    for row in published("spdx_checksum_algorithm.tsv"):
        old = row["legacy_dcat-ap.de_uri(deprecated)"]
        if old:
            term = vocabulary.load("checksum_algorithm").find(old)
            assert term is not None
            assert term.uri == row["uri"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("licence", "http://dcat-ap.de/def/licenses/dl-by-de/2_0", "dl-by-de/2.0"),
        ("licence", "dl-de-by-2.0", "dl-by-de/2.0"),
        ("licence", "https://www.govdata.de/dl-de/zero-2-0", "dl-zero-de/2.0"),
        ("licence", "Datenlizenz Deutschland – Namensnennung – Version 2.0", "dl-by-de/2.0"),
        ("licence", "https://creativecommons.org/licenses/by/4.0/deed.de", "cc-by/4.0"),
        ("licence", "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "cc-by/4.0"),
        ("licence", "CC0 1.0", "cc-zero"),
        ("licence", "GeoNutzV", "geonutz/20130319"),
        ("data_theme", "Verkehr", "TRAN"),
        ("data_theme", "Umwelt & Klima", "ENVI"),
        ("data_theme", "https://opendata.potsdam.de/id/theme/Politik%20und%20Wahlen", "GOVE"),
        ("data_theme", "http://publications.europa.eu/mdr/authority/data-theme/HEAL", "HEAL"),
        ("frequency", "vierteljährlich", "QUARTERLY"),
        ("frequency", "Vierteljaehrlich", "QUARTERLY"),
        ("frequency", "R/P1Y", "ANNUAL"),
        ("frequency", "http://purl.org/cld/freq/monthly", "MONTHLY"),
        ("frequency", "http://purl.org/linked-data/sdmx/2009/code#freq-A", "ANNUAL"),
        ("frequency", "http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/asNeeded", "AS_NEEDED"),
        ("language", "ger", "DEU"),
        ("language", "http://id.loc.gov/vocabulary/iso639-1/de", "DEU"),
        ("language", "http://publications.europa.eu/resource/authority/language/GER", "DEU"),
        ("file_type", "text/csv; charset=utf-8", "CSV"),
        ("file_type", ".xlsx", "XLSX"),
        ("file_type", "OGC:WFS", "WFS_SRVC"),
        ("file_type", "https://www.iana.org/assignments/media-types/application/geo+json", "GEOJSON"),
        ("file_type", "Shapefile", "SHP"),
        ("access_right", "öffentlich", "PUBLIC"),
        ("planned_availability", "http://data.europa.eu/r5r/stable", "STABLE"),
        ("planned_availability", "http://data.europa.eu/r5r/availability/stable", "STABLE"),
        ("political_geocoding_level", "Gemeinde", "municipality"),
        ("publisher_type", "http://purl.org/adms/publishertype/1.0#LocalAuthority", "LocalAuthority"),
        ("contributor", "datenBW", "datenBW"),
        ("hvd_category", "Mobilität", "c_b79e35eb"),
        ("checksum_algorithm", "MD5", "md5"),
    ],
)
def test_names_of_real_catalogues_are_understood(name: str, text: str, code: str):
    term = vocabulary.load(name).find(text)
    assert term is not None
    assert term.code == code


@pytest.mark.parametrize("text", ["", " ", "-", "---", "…", "k. A.", "keine Angabe", "Not specified", "NULL"])
def test_words_for_nothing_say_nothing(text: str):
    assert vocabulary.load("licence").says_nothing(text)
    assert vocabulary.load("licence").find(text) is None


@pytest.mark.parametrize("text", ["CC BY 4.0", "eigene Lizenz", "x" * 5_000, " " * 5_000 + "x"])
def test_other_words_do_say_something(text: str):
    assert not vocabulary.load("licence").says_nothing(text)


def test_a_key_ignores_what_tells_spellings_apart():
    for text in (
        "Öffentliche Verwaltung",
        "OEFFENTLICHE VERWALTUNG",
        "o\u0308ffentliche-verwaltung",
        "öffentliche_Verwaltung",
    ):
        assert vocabulary.key(text) == "oeffentlicheverwaltung"
    assert vocabulary.key("https://www.example.org/a/") == vocabulary.key("http://example.org/a")
    assert vocabulary.key("Café & Straße") == "cafeundstrasse"


def test_labels_are_sorted_as_in_a_german_dictionary():
    words = ["Zoo", "Ölweide", "Apfel", "Öl", "Ober", "äpfel"]
    assert sorted(words, key=vocabulary.sort_key) == ["Apfel", "äpfel", "Ober", "Öl", "Ölweide", "Zoo"]


@pytest.mark.parametrize("name", vocabulary.names())
def test_anything_at_all_is_a_term_or_none(name: str):
    @given(st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.lists(st.text(), max_size=2))
    def check(value: object) -> None:
        found = vocabulary.load(name).find(value)
        assert found is None or found in list(vocabulary.load(name))

    check()


def test_a_huge_name_costs_next_to_nothing():
    began = time.process_time()
    for name in vocabulary.names():
        assert vocabulary.load(name).find("http://" + "ä" * 10_000_000) is None
    assert time.process_time() - began < 1


def test_a_list_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="colours"):
        vocabulary.load("colours")
