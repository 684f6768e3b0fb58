"""Packages of other and older CKAN portals become packages of this schema, and nothing of them is lost."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde.findings import messages
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import Defaults, normalise
from ckanext.stuttgart.dcatde.rules import check
from ckanext.stuttgart.takeover import services
from ckanext.stuttgart.takeover.converters import CONVERTERS
from ckanext.stuttgart.takeover.coverage import place_key, span
from ckanext.stuttgart.takeover.legacy import Context, TakenOver, essence, left_out, package_type, take_over
from ckanext.stuttgart.takeover.markup import plain
from ckanext.stuttgart.takeover.parties import is_office
from ckanext.stuttgart.takeover.tables import tables
from ckanext.stuttgart.takeover.text import byte_size, date_text

EU = "http://publications.europa.eu/resource/authority/"
KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/09999000"
OWS = "https://gis.musterstadt.example/verkehr/ows"
CONTEXT = Context(site="https://daten.musterstadt.example/ckan")


def taken(context: Context = CONTEXT, **fields: Any) -> TakenOver:
    """A small package of another portal, taken over."""
    package = {"id": "b1", "name": "baeume", "title": "Bäume", "type": "dataset", "resources": [], **fields}
    before = copy.deepcopy(package)
    made = take_over(package, context)
    assert package == before, "the package was changed"
    return made


def extra(name: str, value: Any, **fields: Any) -> TakenOver:
    return taken(extras=[{"key": name, "value": value}], **fields)


def rules(made: TakenOver) -> set[str]:
    return {finding.rule for finding in made.findings}


def kept(made: TakenOver) -> dict[str, str]:
    return {item["key"]: item["value"] for item in made.package.get("extras", ())}


def file(name: str, url: str, **fields: Any) -> dict[str, Any]:
    return {"id": name.lower(), "name": name, "url": url, "state": "active", **fields}


# --- tables ------------------------------------------------------------------------------------------------------


def test_every_entry_of_the_tables_names_a_converter_and_a_field() -> None:
    places = {"attribution", "author", "contacts", "dates", "licence", "maintainer", "terms_of_use"}
    fields = {row.field for class_ in load().packages.values() for row in class_.rows} | places
    for entry in tables().entries:
        assert entry.how in CONVERTERS
        assert entry.to in fields, entry


def test_no_name_stands_in_two_entries_that_could_both_take_it() -> None:
    standard = [name for entry in tables().entries if not entry.free for name in entry.names]
    words = [name for entry in tables().entries if entry.free for name in entry.names]
    assert len(standard) == len(set(standard))
    assert len(words) == len(set(words))
    assert not tables().housekeeping & {*standard, *words}


# --- extras ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["list", "dict", "json", "top"])
def test_extras_are_read_as_list_as_dict_as_json_and_at_the_top(form: str) -> None:
    extras: Any = {"Aktualisierungsintervall": "täglich", "Sprache": "Deutsch"}
    as_list = [{"key": name, "value": value} for name, value in extras.items()]
    given_ = {
        "list": {"extras": as_list},
        "dict": {"extras": extras},
        "json": {"extras": json.dumps(as_list)},
        "top": extras,
    }
    made = taken(**given_[form])
    assert made.package["frequency"] == f"{EU}frequency/DAILY"
    assert made.package["language"] == [f"{EU}language/DEU"]
    assert "extras" not in made.package


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("Aktualisierungs-Intervall", "Jährlich.", "frequency", f"{EU}frequency/ANNUAL"),
        ("update_cycle", "once_per_month", "frequency", f"{EU}frequency/MONTHLY"),
        ("Sprachen", "Deutsch und Englisch", "language", [f"{EU}language/DEU", f"{EU}language/ENG"]),
        ("language", '["DE"]', "language", [f"{EU}language/DEU"]),
        ("Raumbezug", "Stadtgebiet Musterstadt", "spatial_coverage", [{"text": "Stadtgebiet Musterstadt"}]),
        ("geocodingText", '["Musterstadt", ""]', "spatial_coverage", [{"text": "Musterstadt"}]),
        ("politicalGeocodingURI", json.dumps([KEY]), "spatial_coverage", [{"uri": KEY}]),
        ("AGS", "09 999 000", "spatial_coverage", [{"uri": KEY}]),
        ("spatial-text", "Musterstadt", "spatial_coverage", [{"text": "Musterstadt"}]),
        ("spatial", '{"type": "Point", "coordinates": [9, 48]}', "spatial_coverage",
         [{"geom": {"type": "Point", "coordinates": [9, 48]}}]),
        ("temporal_start", "2010-01-01T00:00:00", "temporal_coverage", [{"start": "2010-01-01T00:00:00"}]),
        ("Zeitraum", "2010 bis 2020", "temporal_coverage", [{"start": "2010", "end": "2020"}]),
        ("Stichtag", "31.12.2022", "temporal_coverage", [{"start": "2022-12-31", "end": "2022-12-31"}]),
        ("temporal_granularity", "jahr", "temporal_resolution", "P1Y"),
        ("legalbasisText", '["EGovG", "GeoZG"]', "applicable_legislation", ["EGovG", "GeoZG"]),
        ("Rechtsgrundlage", "§ 1 Bundesstatistikgesetz", "applicable_legislation", ["§ 1 Bundesstatistikgesetz"]),
        ("Datenquelle", "Melderegister", "provenance", ["Datenquelle: Melderegister"]),
        ("qualityProcessURI", "https://a.example/q", "documentation", ["https://a.example/q"]),
        ("contributorID", '["http://dcat-ap.de/def/contributors/datenBW"]', "contributor_id",
         ["http://dcat-ap.de/def/contributors/datenBW"]),
        ("contributorID", "http://dcat-ap.de/def/contributors/datenBW", "contributor_id",
         ["http://dcat-ap.de/def/contributors/datenBW"]),
        ("politicalGeocodingLevelURI", "germanfederation", "political_geocoding_level_uri",
         ["http://dcat-ap.de/def/politicalGeocoding/Level/federal"]),
        ("plannedAvailability", "http://dcat-ap.de/def/plannedAvailability/stable", "availability",
         f"{EU}planned-availability/STABLE"),
        ("publisher_name", "Amt für Daten", "publisher", [{"name": "Amt für Daten"}]),
        ("publisher", [{"name": "A", "email": "a@b.example"}], "publisher", [{"name": "A", "email": "a@b.example"}]),
        ("originator_name", "Land", "originator", [{"name": "Land"}]),
        ("Kontakt", "Frau Muster, Tel. 0711 216-1234, daten@musterstadt.example", "contact",
         [{"name": "Frau Muster", "email": "daten@musterstadt.example", "telephone": "0711 216-1234"}]),
        ("hvd_category", '["http://data.europa.eu/bna/c_ac64a52d"]', "hvd_category",
         ["http://data.europa.eu/bna/c_ac64a52d"]),
        ("in_series", '["0b1c"]', "in_series", ["https://daten.musterstadt.example/ckan/dataset/0b1c"]),
        ("Schlagwörter", "Baum, Kataster", "tags", [{"name": "Baum"}, {"name": "Kataster"}]),
    ],
)  # fmt: skip
def test_what_other_portals_call_a_field_goes_into_it(name: str, value: Any, field: str, expected: Any) -> None:
    made = extra(name, value)
    assert made.package[field] == expected
    assert "extras" not in made.package
    assert "extra_kept" not in rules(made)


def test_dates_contacts_terms_and_places_of_the_first_german_schema_are_taken_apart() -> None:
    made = taken(
        extras={
            "dates": [
                {"role": "veroeffentlicht", "date": "2014-05-01"},
                {"role": "aktualisiert", "date": "2015-06-02"},
            ],
            "contacts": '[{"role": "veroeffentlichende_stelle", "name": "Amt", "email": "", "url": "https://amt.example"}]',
            "terms_of_use": {"license_id": "dl-de-by-2.0", "attribution_text": "Stadt Muster", "other": "ohne Gewähr"},
            "spatial_reference": {"ags": "09999000", "nuts": "DE999", "uri": "", "text": "Muster"},
        },
        resources=[file("a", "https://a.example/a.csv")],
    ).package
    assert (made["issued"], made["modified"]) == ("2014-05-01", "2015-06-02")
    assert made["publisher"] == [{"name": "Amt", "url": "https://amt.example"}]
    assert made["license_id"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert made["resources"][0]["license_attribution_by_text"] == "Stadt Muster"
    assert made["resources"][0]["rights"] == "ohne Gewähr"
    nuts = {"uri": "http://data.europa.eu/nuts/code/DE999", "text": "DE999"}
    assert made["spatial_coverage"] == [{"uri": KEY}, nuts, {"text": "Muster"}]
    assert "extras" not in made


def test_a_word_that_is_understood_in_part_fills_the_field_and_stays() -> None:
    made = extra("Aktualisierungsintervall", "jährlich, zum 31.12.")
    assert made.package["frequency"] == f"{EU}frequency/ANNUAL"
    assert kept(made) == {"Aktualisierungsintervall": "jährlich, zum 31.12."}
    assert "word_read" in rules(made)


@pytest.mark.parametrize("value", ["wenn Zeit ist", "alle Jubeljahre", "monatlich bis 2010, danach jährlich"])
def test_a_word_that_is_not_understood_stays_under_its_name_with_a_finding(value: str) -> None:
    made = extra("Aktualisierungsintervall", value)
    assert "frequency" not in made.package
    assert kept(made) == {"Aktualisierungsintervall": value}
    assert "extra_kept" in rules(made)


def test_of_two_frequencies_that_contradict_the_second_stays_a_free_extra() -> None:
    made = taken(extras={"frequency": f"{EU}frequency/DAILY", "Turnus": "jährlich"})
    assert made.package["frequency"] == f"{EU}frequency/DAILY"
    assert kept(made) == {"Turnus": "jährlich"}


def test_what_a_portal_keeps_about_itself_is_dropped_and_a_free_extra_never_bears_the_name_of_a_field() -> None:
    made = taken(extras={"harvest_object_id": "x", "Fläche": "12 ha", "custodian": 7, "Issued": ["a", "b"]})
    assert kept(made) == {"Fläche": "12 ha", "Issued": '["a", "b"]'}
    assert made.package["custodian"] == [7]
    assert kept(taken(url="nicht bekannt")) == {"original_url": "nicht bekannt"}


def test_values_that_say_nothing_are_no_values() -> None:
    made = taken(
        extras={"spatial": "", "geocodingText": '[""]', "spatial_reference": '{"ags": "", "uri": ""}', "x": []}
    )
    assert "extras" not in made.package
    assert "spatial_coverage" not in made.package


# --- CKAN's own fields -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["Tiefbauamt", "Garten-, Friedhofs- und Forstamt", "Amt 66", "Stadtwerke Musterstadt GmbH"]
)
def test_the_office_in_the_field_url_is_the_creator_and_no_landing_page(url: str) -> None:
    made = taken(url=url)
    assert made.package["creator"] == [{"name": url}]
    assert "url" not in made.package
    assert "office_in_url" in rules(made)


@pytest.mark.parametrize(
    "url", ["n/a", "siehe Beschreibung", "keine", "Homepage", "Das steht in der Beschreibung. Dort."]
)
def test_what_is_neither_address_nor_office_stays_a_free_extra(url: str) -> None:
    made = taken(url=url)
    assert "creator" not in made.package
    assert kept(made) == {"original_url": url}


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("www.musterstadt.de/baeume", "http://www.musterstadt.de/baeume"),
        ("musterstadt.de/baeume", "http://musterstadt.de/baeume"),
        ("Mehr unter https://a.example/b.", "https://a.example/b"),
    ],
)
def test_a_web_page_is_the_landing_page_however_it_is_written(url: str, page: str) -> None:
    assert taken(url=url).package["url"] == page


def test_a_mail_address_in_the_field_url_is_a_contact() -> None:
    assert taken(url="daten@musterstadt.example").package["contact"] == [{"email": "daten@musterstadt.example"}]


def test_author_is_creator_and_maintainer_is_contact() -> None:
    made = taken(author="Amt A", author_email="a@b.example", maintainer="Amt M", maintainer_email="m@b.example").package
    assert made["creator"] == [{"name": "Amt A", "email": "a@b.example"}]
    assert made["contact"] == [{"name": "Amt M", "email": "m@b.example"}]


def test_a_maintainer_who_cannot_be_reached_is_the_custodian_and_the_author_is_the_contact() -> None:
    made = taken(author="Amt A", author_email="https://a.example/form", maintainer="Amt M").package
    assert made["custodian"] == [{"name": "Amt M"}]
    assert made["contact"] == made["creator"] == [{"name": "Amt A", "url": "https://a.example/form"}]


def test_the_organization_is_the_publisher_unless_another_is_named() -> None:
    organization = {"id": "o1", "name": "amt", "title": "Amt für Daten", "package_count": 7}
    made = taken(organization=organization).package
    iri = "https://daten.musterstadt.example/ckan/organization/o1"
    assert made["publisher"] == [{"name": "Amt für Daten", "uri": iri}]
    named = extra("publisher_name", "Anderes Amt", organization=organization)
    assert named.package["publisher"] == [{"name": "Anderes Amt"}]
    assert kept(named) == {"original_organization": "Amt für Daten"}
    modern = taken(organization=organization, publisher=[{"name": "Drittes Amt"}]).package
    assert modern["publisher"] == [{"name": "Drittes Amt"}]


def test_publisher_and_place_of_the_source_stand_in_for_what_names_none() -> None:
    context = Context(publisher={"name": "Stadt"}, geocoding=KEY)
    made = extra("Raumbezug", "Stadtgebiet", context=context)
    assert made.package["publisher"] == [{"name": "Stadt"}]
    assert made.package["spatial_coverage"] == [{"text": "Stadtgebiet"}, {"uri": KEY}]
    assert {"publisher_from_defaults", "place_from_defaults"} <= rules(made)
    other = extra("AGS", "08000000", context=context).package
    assert [place["uri"] for place in other["spatial_coverage"]] == [KEY.replace("09999000", "08000000")]


def test_groups_are_themes_and_other_groups_keywords() -> None:
    made = taken(
        groups=[{"name": "tran"}, {"name": "regi", "title": "Regionen"}, {"name": "e-bike", "title": "E-Bike"}]
    )
    assert made.package["theme"] == [f"{EU}data-theme/TRAN", f"{EU}data-theme/REGI"]
    assert made.package["tags"] == [{"name": "E-Bike"}]
    assert "group_as_keyword" in rules(made)


def test_groups_of_dkan_are_publishers() -> None:
    made = taken(groups=[{"name": "group/stadt-muster", "title": "Stadt Muster"}]).package
    assert made["publisher"] == [{"name": "Stadt Muster"}]


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"license_id": "http://dcat-ap.de/def/licenses/cc-by/4.0"}, "cc-by/4.0"),
        ({"license_id": "http://dcat-ap.de/def/licenses/dl-by-de/2_0"}, "dl-by-de/2.0"),
        ({"license_id": "cc-by", "license_url": "https://creativecommons.org/licenses/by/4.0/"}, "cc-by/4.0"),
        ({"license_id": "notspecified", "license_title": "cc-zero"}, "cc-zero"),
    ],
)
def test_the_licence_is_the_most_exact_one_of_the_list(fields: dict[str, str], licence: str) -> None:
    assert taken(**fields).package["license_id"] == f"http://dcat-ap.de/def/licenses/{licence}"


def test_a_licence_that_is_in_no_list_keeps_its_words() -> None:
    made = taken(license_id="notspecified", license_title="Nutzung frei für Vereine").package
    assert "license_id" not in made
    assert made["license_title"] == "Nutzung frei für Vereine"


def test_ckans_own_dates_stand_in_and_those_of_dkan_lose_their_words() -> None:
    made = taken(metadata_created="Mi, 09.08.2017 - 10:35", metadata_modified="Date changed\t2016-03-02T15:08:35+01:00")
    assert made.package["issued"] == "09.08.2017 10:35"
    assert made.package["modified"] == "2016-03-02T15:08:35+01:00"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Wed, 04/08/2015 - 04:20", "2015-04-08 04:20"),
        ("Di, 04/08/2015 - 04:20", "2015-08-04 04:20"),
        ("Mon, 04/08/2015", "04/08/2015"),
        ("2020-01-01", "2020-01-01"),
    ],
)
def test_the_weekday_tells_day_and_month_apart(written: str, meant: str) -> None:
    assert date_text(written) == meant


def test_identifiers_of_other_portals_are_passed_on_and_the_id_stays_beside_them() -> None:
    made = extra("identifier", "urn:amt:1").package
    assert made["identifier"] == "urn:amt:1"
    assert made["alternate_identifier"] == [{"notation": "b1"}]
    assert taken().package["identifier"] == "b1"


def test_the_iri_is_that_of_the_rdf() -> None:
    assert taken().package["uri"] == "https://daten.musterstadt.example/ckan/dataset/b1"
    assert extra("uri", "https://anderswo.example/d/1").package["uri"] == "https://anderswo.example/d/1"
    assert extra("uri", "None").package["uri"] == "https://daten.musterstadt.example/ckan/dataset/b1"
    assert "uri" not in taken(Context()).package


def test_several_languages_as_dict_and_as_fluent_fields_become_translations() -> None:
    made = taken(title={"de": "Bäume", "en": "Trees"}, notes_translated={"de": "Alle.", "fr": "Tous."}).package
    ready = normalise(made).package
    assert ready["title"] == "Bäume"
    assert ready["notes"] == "Alle."
    assert {(e["field"], e["language"], e["text"]) for e in ready["translations"]} >= {
        ("title", "en", "Trees"),
        ("notes", "fr", "Tous."),
    }


def test_soft_hyphens_go_everywhere_and_that_is_told() -> None:
    made = taken(title="Bäu\u00adme", notes="Ka\u00adtaster", tags=[{"name": "Bau\u00admart"}])
    assert "\u00ad" not in json.dumps(made.package, ensure_ascii=False)
    assert "invisible_removed" in rules(made)


# --- descriptions ------------------------------------------------------------------------------------------------

DESCRIPTION = """Einwohner nach Altersgruppen.

###Periodizität
jährlich

###Rechtsgrundlage
Bundesstatistikgesetz

### Ebene
Stadtbezirke

### Einheit
Personen

###Stichtag
31.12.2022

### Raumbezug ###
Musterstadt

### Datenquelle
Melderegister,
eigene Berechnungen

### Hinweise
Ohne Nebenwohnsitze.

### Besonderheiten
Keine."""


def test_sections_of_a_description_move_into_their_fields_and_the_others_stay() -> None:
    made = taken(notes=DESCRIPTION)
    assert made.package["frequency"] == f"{EU}frequency/ANNUAL"
    assert made.package["applicable_legislation"] == ["Bundesstatistikgesetz"]
    assert made.package["temporal_coverage"] == [{"start": "2022-12-31", "end": "2022-12-31"}]
    assert made.package["spatial_coverage"] == [{"text": "Musterstadt"}]
    assert made.package["provenance"] == ["Datenquelle: Melderegister,\neigene Berechnungen"]
    assert made.package["notes"] == (
        "Einwohner nach Altersgruppen.\n\n### Ebene\nStadtbezirke\n\n### Einheit\nPersonen\n\n"
        "### Hinweise\nOhne Nebenwohnsitze.\n\n### Besonderheiten\nKeine."
    )
    told = [finding for finding in made.findings if finding.rule == "heading_kept"]
    assert [finding.value for finding in told] == ["Ebene", "Besonderheiten"]


@pytest.mark.parametrize(
    "notes",
    [
        "Text.\n\n**Periodizität:** monatlich",
        "Text.\n\n**Periodizität**\nmonatlich",
        "Text.\n\nPeriodizität: monatlich",
        "Text.\n\n- Periodizität: monatlich",
        "Text.\n\n## Periodizität: monatlich",
        "Text.\r\n\r\n#Periodizität\r\n\r\nmonatlich.",
        "Text.\n\nPeriodizität\n\nmonatlich",
        "<p>Text.</p><h3>Periodizit&auml;t</h3><p>monatlich</p>",
        "<p>Text.</p>\r\n<p><strong>Periodizität</strong></p>\r\n<p>monatlich</p>",
    ],
)
def test_headings_are_known_in_every_form(notes: str) -> None:
    made = taken(notes=notes)
    assert made.package["frequency"] == f"{EU}frequency/MONTHLY"
    assert made.package["notes"] == "Text."


def test_a_section_that_says_more_than_its_field_can_hold_stays_whole() -> None:
    made = taken(notes="Text.\n\n### Periodizität\njährlich, seit 1995 auch je Quartal")
    assert made.package["frequency"] == f"{EU}frequency/ANNUAL"
    assert made.package["notes"] == "Text.\n\n### Periodizität\njährlich, seit 1995 auch je Quartal"
    assert "heading_read" in rules(made)


@pytest.mark.parametrize(
    "notes",
    [
        "#1 der Liste\n#baustelle\nC# und F#",
        "Spalten:\n- Quelle: Kennung der Messstelle\n- Gebiet: Nummer des Gebiets",
        "Uhrzeit: 10:30\nhttps://a.example/b: siehe dort",
        "Ein Satz über die Sprache: sie ist klar.",
        "a < b und <Gemeinde> bleibt",
        "",
    ],
)
def test_ordinary_text_is_left_alone(notes: str) -> None:
    made = taken(notes=notes)
    assert made.package.get("notes", "") == notes
    assert not made.package.keys() & {"provenance", "spatial_coverage", "language"}


@given(st.text(alphabet="#*: -\nabPeriodizitätQuelle", max_size=200))
@settings(max_examples=150, deadline=None)
def test_every_line_of_a_description_stays_or_stands_in_a_field(notes: str) -> None:
    made = json.dumps(taken(notes=notes).package, ensure_ascii=False)
    for word in "".join(c if c.isalpha() else " " for c in notes).split():
        known = {"Periodizität", "Quelle"}
        assert word in made or word in known or any(name in word for name in known)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins</p><p>Zwei</p>", "Eins\n\nZwei"),
        ("Eins<br/>Zwei", "Eins\nZwei"),
        ("<ul>\n<li>a</li>\n<li><p>b</p></li></ul>", "- a\n- b"),
        ('<a href="https://a.example/x">Hier</a>', "Hier (https://a.example/x)"),
        ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
        ('<a href="javascript:alert(1)">Hier</a>', "Hier"),
        ("a<script>alert(1)</script>b <style>p {}</style>", "ab"),
        ("&lt;p&gt;M&uuml;ll&lt;/p&gt;", "Müll"),
        ("<p>Das Element &lt;p&gt; steht so da</p>", "Das Element <p> steht so da"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"),
        ('<p>x <!-- nicht --> y<iframe src="https://a.example/k"></iframe></p>', "x y (https://a.example/k)"),
        ("M&uuml;ll &amp; Co", "Müll & Co"),
        ("a <b>b</b>\nc", "a b\nc"),
        ("<p onclick=x>a", "a"),
    ],
)  # fmt: skip
def test_html_becomes_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "html", ["<!--" * 30_000, "<a " * 30_000, "<p>" * 30_000, "&lt;" * 30_000, "[" * 50_000, "<" * 90_000]
)
def test_hostile_markup_takes_no_time(html: str) -> None:
    made = taken(notes=html, url=html[:5000])
    assert isinstance(made.package.get("notes", ""), str)


# --- files, services, swapped names ------------------------------------------------------------------------------


def test_requests_to_a_web_service_lead_to_one_service_that_serves_the_dataset() -> None:
    planned = f"{OWS}?service=WFS&version=1.0.0&request=GetFeature&typeName=v%3Ageplant"
    made = taken(
        license_id="cc-by/4.0",
        organization={"title": "Amt"},
        maintainer="Amt",
        maintainer_email="a@b.example",
        resources=[file("Geplant", planned, format="WFS"), file("Karte", f"{OWS}?SERVICE=WMS&REQUEST=GetCapabilities")],
    )
    wfs, wms = made.services
    assert wfs == {
        "type": "data_service",
        "uri": f"{OWS}#WFS",
        "title": "WFS gis.musterstadt.example/verkehr/ows",
        "endpoint_url": [OWS],
        "endpoint_description": [f"{OWS}?service=WFS&request=GetCapabilities"],
        "service_format": ["WFS_SRVC"],
        "serves_dataset": [made.package["uri"]],
        "publisher": made.package["publisher"],
        "license_id": made.package["license_id"],
        "contact": [{"name": "Amt", "email": "a@b.example"}],
    }
    assert wms["uri"] == f"{OWS}#WMS"
    first, second = made.package["resources"]
    assert (first["url"], first["access_services"]) == (planned, [f"{OWS}#WFS"])
    assert second["access_services"] == [f"{OWS}#WMS"]


@pytest.mark.parametrize(
    ("url", "format_", "endpoint"),
    [
        (
            "https://a.example/cgi?map=/x.map&VERSION=1.3&REQUEST=GetMap&LAYERS=b",
            "",
            "https://a.example/cgi?map=/x.map#WMS",
        ),
        ("HTTPS://A.example:443/ows", "WFS", "https://a.example/ows#WFS"),
        ("https://a.example/geo/wms?", "OGC WMS", "https://a.example/geo/wms#WMS"),
        ("https://a.example/x?request=GetTile&layer=a", None, "https://a.example/x#WMTS"),
        ("https://user:pw@a.example/wcs?service=wcs&request=GetCoverage", "", "https://a.example/wcs#WCS"),
        ("https://a.example/x.html", "WMS", None),
        ("https://a.example/search?request=alles&format=csv", "CSV", None),
        ("https://a.example/x?service=CSW&request=GetCapabilities", "", None),
        ("ftp://a.example/ows?service=WFS", "WFS", None),
        ("http://[::1", "WFS", None),
        (None, None, None),
    ],
)
def test_services_are_told_by_their_addresses(url: Any, format_: Any, endpoint: str | None) -> None:
    found = services.request(url, format_)
    assert (found.iri if found else None) == endpoint


def test_a_service_of_several_datasets_keeps_what_they_agree_on() -> None:
    one = {
        "uri": f"{OWS}#WFS",
        "title": "t",
        "serves_dataset": ["https://a/1"],
        "license_id": "x",
        "publisher": [{"name": "A"}],
    }
    two = {
        "uri": f"{OWS}#WFS",
        "title": "t",
        "serves_dataset": ["https://a/2"],
        "license_id": "x",
        "publisher": [{"name": "B"}],
    }
    (united,) = services.unite([one, two])
    assert united == {
        "uri": f"{OWS}#WFS",
        "title": "t",
        "serves_dataset": ["https://a/1", "https://a/2"],
        "license_id": "x",
    }


def test_services_that_are_described_inside_a_file_become_services_too() -> None:
    described = [
        {"title": "API", "endpoint_url": ["https://a.example/api"], "description": "Alles.", "license": "cc-zero"}
    ]
    made = taken(resources=[file("a", "https://a.example/a.csv", access_services=json.dumps(described))])
    (service,) = made.services
    assert (service["title"], service["notes"], service["license_id"]) == ("API", "Alles.", "cc-zero")
    assert made.package["resources"][0]["access_services"] == [service["uri"]] == ["https://a.example/api#service"]


@pytest.mark.parametrize(
    ("files", "swapped"),
    [
        ([("Baustellen - geplant", f"{OWS}?service=WFS&typeName=v:im_Bau"),
          ("Baustellen - aktuell", f"{OWS}?service=WFS&typeName=v:geplant")], True),
        ([("Einwohner 2019", "https://a.example/einwohner-2020.csv"),
          ("Einwohner 2020", "https://a.example/einwohner-2019.csv")], True),
        ([("Einwohner 2019", "https://a.example/einwohner-2019.csv"),
          ("Einwohner 2020", "https://a.example/einwohner-2020.csv")], False),
        ([("Wahl Süd", "https://a.example/wahl_nord.csv"), ("Wahl Nord", "https://a.example/wahl_sued.csv")], True),
        ([("Bäume (CSV)", "https://a.example/baeume.csv"), ("Bäume (JSON)", "https://a.example/baeume.json")], False),
        ([("Datei", "https://a.example/1"), ("Datei", "https://a.example/2")], False),
        ([("", ""), ("geplant", None)], False),
    ],
)  # fmt: skip
def test_names_that_fit_crosswise_look_swapped(files: list[tuple[str, str]], swapped: bool) -> None:
    made = taken(resources=[{"id": str(n), "name": name, "url": url} for n, (name, url) in enumerate(files)])
    assert ("names_swapped" in rules(made)) is swapped


def test_files_keep_what_has_no_field_and_lose_what_portals_count() -> None:
    made = taken(
        resources=[
            file("a", "https://a.example/a.csv", created="2020-01-01", last_modified="", metadata_modified="2021-01-01",
                 size=0, tracking_summary={"total": 7}, cache_url=None, Zeichensatz="Latin-1", spalten={"a": 1}),
            file("b", "https://a.example/b.csv", size="17,5 KB", licenseAttributionByText="Amt", state="deleted"),
            file("c", "/dataset/b1/c.csv", size="17,5 KB", url_type="upload", language='["DE"]'),
            "keine Datei",
        ]
    )  # fmt: skip
    first, third = made.package["resources"]
    site = "https://daten.musterstadt.example/ckan"
    assert first == {
        "name": "a",
        "url": "https://a.example/a.csv",
        "uri": f"{site}/dataset/b1/resource/a",
        "issued": "2020-01-01",
        "modified": "2021-01-01",
        "Zeichensatz": "Latin-1",
        "spalten": '{"a": 1}',
    }
    assert third["size"] == 17920
    assert third["url"] == "https://daten.musterstadt.example/dataset/b1/c.csv"
    assert third["download_url"] == [third["url"]]
    assert third["language"] == ["DE"]


def test_inside_its_own_portal_a_package_keeps_its_ids_and_uploads() -> None:
    context = Context(site="https://daten.musterstadt.example", in_place=True)
    made = taken(context, owner_org="o", private=False, in_series=["s1"],
                 resources=[file("a", "a.csv", url_type="upload")]).package  # fmt: skip
    assert (made["id"], made["name"], made["owner_org"], made["in_series"]) == ("b1", "baeume", "o", ["s1"])
    assert made["resources"][0] | {"id": "a", "url": "a.csv", "url_type": "upload"} == made["resources"][0]
    assert "download_url" not in made["resources"][0]


# --- what is taken at all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "harvest"},
        {"type": "showcase"},
        {"private": True},
        {"private": "true"},
        {"state": "deleted"},
        {"state": "draft"},
    ],
)
def test_harvest_sources_showcases_and_what_is_not_public_are_left_out(fields: dict[str, Any]) -> None:
    assert left_out({"id": "1", "type": "dataset", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": "Dataset"},
        {"type": "datensatz"},
        {"type": None},
        {"private": "Veröffentlicht"},
        {"state": "Active"},
    ],
)
def test_what_dkan_and_old_portals_write_there_keeps_nothing_out(fields: dict[str, Any]) -> None:
    assert not left_out({"id": "1", **fields})


def test_series_and_services_of_another_portal_keep_their_type() -> None:
    assert package_type({"type": "dataset_series"}) == "dataset_series"
    made = taken(type="data_service", endpoint_url=["https://a.example/api"], creator="Amt").package
    assert made["type"] == "data_service"
    assert made["endpoint_url"] == ["https://a.example/api"]
    assert made["extras"] == [{"key": "creator", "value": "Amt"}]


def test_the_essence_of_a_package_is_the_same_after_a_visit_and_gives_the_same() -> None:
    package = {"id": "b1", "title": "Bäume", "isopen": True, "num_resources": 1, "tracking_summary": {"total": 1},
               "organization": {"id": "o", "title": "Amt", "package_count": 3},
               "extras": [{"key": "harvest_object_id", "value": "1"}, {"key": "Fläche", "value": "2"}],
               "resources": [file("a", "https://a.example/a.csv", tracking_summary={"total": 1})]}  # fmt: skip
    later = json.loads(
        json.dumps(package).replace('"total": 1', '"total": 2').replace('"package_count": 3', '"package_count": 4')
    )
    assert essence(package) == essence(later)
    assert take_over(essence(package), CONTEXT).package == take_over(package, CONTEXT).package


# --- small parts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2010-2020", ("2010", "2020")),
        ("2010/11", None),
        ("1.1.2010 – 31.12.2011", ("2010-01-01", "2011-12-31")),
        ("von Januar 2010 bis Dezember 2011", ("2010-01", "2011-12")),
        ("seit 1995", ("1995", None)),
        ("bis 2010", (None, "2010")),
        ("2010-01-01/2010-12-31", ("2010-01-01", "2010-12-31")),
        ("31.12. jeden Jahres", None),
        ("2010-01", ("2010-01", "2010-01")),
        ("laufend", None),
    ],
)
def test_periods_are_read_from_words(text: str, expected: tuple[str | None, str | None] | None) -> None:
    made = span(text)
    assert (made and (made.get("start"), made.get("end"))) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("08", "stateKey"),
        ("08111", "districtKey"),
        ("08 1 11 000", "municipalityKey"),
        ("081110000000", "regionalKey"),
        ("0811", ""),
        ("DE111", ""),
    ],
)
def test_official_keys_are_told_by_their_length(text: str, kind: str) -> None:
    assert place_key(text).rpartition("/")[0].rpartition("/")[2] == kind


@pytest.mark.parametrize(
    ("text", "office"), [("Amt 12", True), ("amt", False), ("Dies. Und das", False), ("x" * 200, False)]
)
def test_an_office_has_a_short_name(text: str, office: bool) -> None:
    assert is_office(text) is office


@pytest.mark.parametrize(("size", "number"), [("1 MB", 1048576), (0, None), ("0", None), (12, 12), ("viel", "viel")])
def test_sizes_in_words_become_bytes(size: Any, number: Any) -> None:
    assert byte_size(size) == number


# --- nothing is lost, nothing breaks -----------------------------------------------------------------------------

VALUES = st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1, max_size=40).filter(lambda t: t.strip())


@given(st.dictionaries(VALUES, VALUES, max_size=5))
@settings(max_examples=100, deadline=None)
def test_free_extras_are_never_lost(extras: dict[str, str]) -> None:
    made = taken(extras=extras)
    said = json.dumps(made.package, ensure_ascii=False) + "".join(finding.value for finding in made.findings)
    for value in extras.values():
        assert json.dumps(value.strip(), ensure_ascii=False)[1:-1] in said or not value.strip(" .-*•;,:").isalnum()


ODD: tuple[Any, ...] = (
    None,
    "",
    [],
    {},
    0,
    -1,
    1.5,
    True,
    "x",
    "http://[::1",
    "\x00",
    "\ud800",
    "[1,",
    '{"a": 1}',
    ["a", None, {}],
    {"de": "x"},
    {"uri": 1},
    [[["x"]]],
    "<p>",
    "a: b",
    10**40,
    [{"key": None, "value": None}],
    "### Quelle\n",
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, item in inner for found in paths(item, (*path, name)))]


def broken(package: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with some values replaced by odd ones."""
    package = copy.deepcopy(package)
    for _ in range(chance.choice([1, 1, 2, 5])):
        *way, last = chance.choice(paths(package)[1:])
        there: Any = package
        for name in way:
            there = there[name]
        there[last] = copy.deepcopy(chance.choice(ODD))
    return package


def rich() -> dict[str, Any]:
    return {
        "id": "b1",
        "name": "baeume",
        "title": "Bäume",
        "notes": DESCRIPTION,
        "type": "dataset",
        "state": "active",
        "author": "A",
        "author_email": "a@b.example",
        "maintainer": "M",
        "maintainer_email": "m@b.example",
        "url": "Amt",
        "license_id": "cc-by",
        "organization": {"id": "o", "title": "Amt"},
        "groups": [{"name": "tran"}, {"name": "group/x"}],
        "tags": [{"name": "a"}],
        "metadata_modified": "Mi, 09.08.2017 - 10:35",
        "publisher": [{"name": "P"}],
        "extras": [
            {"key": name, "value": value}
            for name, value in {
                "contacts": '[{"role": "autor", "name": "A", "address": "B"}]',
                "dates": [{"role": "erstellt", "date": "2020"}],
                "terms_of_use": {"license_id": "cc-by", "other": "frei"},
                "spatial": '{"type": "Point", "coordinates": [9, 48]}',
                "spatial_reference": {"ags": "08111000", "nuts": "DE111"},
                "temporal_granularity": "quartal",
                "temporal_granularity_factor": "2",
                "Zeitraum": "2010 bis 2020",
                "Kontakt": "x@y.example",
                "Foo": {"a": 1},
                "Weitere Informationen": "siehe https://x.example/a",
                "theme": '["TRAN"]',
                "notes_translated": {"en": "Trees"},
            }.items()
        ],
        "resources": [
            file("geplant", f"{OWS}?service=WFS&request=GetFeature&typeName=a", format="WFS", size="1 KB"),
            file(
                "b",
                "https://a.example/b.csv",
                access_services=[{"title": "API", "endpoint_url": ["https://a.example/api"]}],
            ),
        ],
    }


@pytest.mark.parametrize("seed", range(8))
def test_odd_values_anywhere_yield_findings_and_no_errors(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        made = take_over(broken(rich(), chance), CONTEXT)
        json.dumps(made.package)
        assert all(finding.message("de") and finding.message("en") for finding in made.findings)
        for package in (made.package, *made.services):
            ready = normalise(package, Defaults(publisher={"name": "Amt"})).package
            bad = {finding.rule for finding in check(ready) if finding.severity == "violation"}
            assert bad <= {"missing"} if not package.get("title") else not bad


def test_taking_over_twice_changes_nothing_more() -> None:
    once = take_over(rich(), CONTEXT).package
    again = take_over(once, CONTEXT)
    assert normalise(again.package).package == normalise(once).package


def test_every_rule_of_the_takeover_has_its_sentences() -> None:
    made = taken(notes=DESCRIPTION, url="Amt", extras={"x": "y", "Turnus": "täglich"})
    assert rules(made) <= set(messages())
