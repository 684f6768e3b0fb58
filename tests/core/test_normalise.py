"""`normalise`: what it mends, completes and leaves out, on packages as German portals really publish them."""

from __future__ import annotations

import copy
import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.stuttgart.dcatde.findings import messages
from ckanext.stuttgart.dcatde.kinds import text_of
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import Defaults, Normalised, normalise
from ckanext.stuttgart.dcatde.parts import plan
from tests.core.strategies import hostile, packages

EU = "http://publications.europa.eu/resource/authority/"
LICENCES = "http://dcat-ap.de/def/licenses/"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
KEYS = "http://dcat-ap.de/def/politicalGeocoding/"
ELI = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD = "http://data.europa.eu/bna/c_b79e35eb"
CLOSED = f"{LICENCES}other-closed"
BY = f"{LICENCES}dl-by-de/2.0"
FILE = "https://opendata.example/radzaehlung.csv"

# Findings of a second run over what the first one made: what is passed on, and what nobody can mend.
STANDING = {"concept_foreign", "mandatory_missing", "period_reversed"}


def dataset(**fields: Any) -> dict[str, Any]:
    """A dataset with nothing to complain of, but for the fields given."""
    return {"title": "Radzählung", "notes": "Zählstellen.", "publisher": [{"name": "Tiefbauamt"}], **fields}


def file(**fields: Any) -> dict[str, Any]:
    return {"url": FILE, "license": BY, "format": "CSV", **fields}


def steps(made: Normalised) -> set[tuple[str, str]]:
    return {(finding.field, finding.rule) for finding in made.findings}


def made_file(resource: dict[str, Any], **fields: Any) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    """The one distribution of a dataset after normalise, and the findings on it."""
    made = normalise(dataset(resources=[resource], **fields))
    (only,) = made.package["resources"]
    return only, {step for step in steps(made) if step[0].startswith("resources.0")}


def test_a_conforming_package_stays_as_it_is_without_a_finding():
    package = dataset(
        type="dataset",
        theme=[f"{EU}data-theme/TRAN"],
        tags=[{"name": "Rad"}, {"name": "Verkehr"}],
        contact=[{"name": "Open-Data-Team", "email": "opendata@example.org"}],
        resources=[file(size=17, mimetype="text/csv", license_attribution_by_text="Tiefbauamt")],
    )
    made = normalise(package)
    assert made.package == package
    assert made.findings == ()
    assert made.stored() == package


def test_the_package_that_comes_in_is_not_changed():
    package = dataset(resources=[{"url": " https://example.org/a "}], contact=["x"], legal_basis="UIG", tags=["a"])
    before = copy.deepcopy(package)
    made = normalise(package)
    made.stored()["resources"][0]["url"] = "changed"
    assert package == before


def test_only_what_is_no_mapping_is_an_error():
    for value in (None, [], "dataset", 17):
        with pytest.raises(TypeError, match="a package is a mapping"):
            normalise(value)  # pyright: ignore[reportArgumentType]
    assert normalise({}).package == {"type": "dataset"}


def test_an_unknown_type_is_taken_as_a_dataset():
    made = normalise(dataset(type="geodata"))
    assert made.package["type"] == "dataset"
    assert ("type", "type_unknown") in steps(made)
    for type_ in load().packages:
        assert normalise({"type": type_}).package["type"] == type_


# --- title, description, languages -------------------------------------------------------------------------------


@pytest.mark.parametrize("notes", [None, "", "  \n", "\x00"])
def test_a_missing_or_blank_description_is_the_title(notes: Any):
    made = normalise(dataset(notes=notes))
    assert made.package["notes"] == "Radzählung"
    assert ("notes", "description_from_title") in steps(made)


def test_a_description_from_the_title_has_every_language_of_the_title():
    made = normalise({"title": {"de": "Bäume", "en": "Trees"}})
    assert made.package["notes"] == "Bäume"
    assert {"field": "notes", "language": "en", "text": "Trees"} in made.package["translations"]


def test_a_service_needs_no_description():
    assert "notes" not in normalise({"type": "data_service", "title": "WFS"}).package


def test_a_missing_title_is_the_name_ckan_gave_it():
    made = normalise({"name": "radzaehlung-2024"})
    assert made.package["title"] == "radzaehlung-2024"
    assert ("title", "title_from_name") in steps(made)


def test_what_is_mandatory_and_cannot_be_completed_is_a_violation():
    made = normalise({})
    assert {
        ("title", "mandatory_missing"),
        ("notes", "mandatory_missing"),
        ("publisher", "mandatory_missing"),
    } == steps(made)
    assert {finding.severity for finding in made.findings} == {"violation"}


def test_texts_in_several_languages_are_told_apart_however_they_are_given():
    translations = [{"field": "title", "language": "en", "text": "Trees"}]
    for title, more in (
        ({"de": "Bäume", "en": "Trees"}, None),
        ({"de_DE": "Bäume", "en": "Trees", "fr": None, "it": " "}, None),
        ("Bäume", translations),
        ("Bäume", json.dumps(translations)),
    ):
        made = normalise({"title": title, "notes": "x", "translations": more})
        assert made.package["title"] == "Bäume"
        assert made.package["translations"] == translations


def test_keywords_in_several_languages_are_told_apart():
    made = normalise(dataset(tags={"de": ["Rad", "Baum"], "en": ["bike", "tree"]}))
    assert made.package["tags"] == [{"name": "Baum"}, {"name": "Rad"}]
    assert [entry["text"] for entry in made.package["translations"]] == ["bike", "tree"]


def test_keywords_are_read_from_ckans_dicts_and_from_plain_texts_each_once():
    made = normalise(dataset(tags=["Rad", {"name": "Baum", "state": "active"}, {"name": "Rad"}, "", None, 7]))
    assert made.package["tags"] == [{"name": "7"}, {"name": "Baum"}, {"name": "Rad"}]


def test_a_text_without_german_is_shown_in_english():
    made = normalise({"title": {"fr": "Arbres", "en": "Trees"}, "notes": "x"})
    assert made.package["title"] == "Trees"
    assert {entry["language"] for entry in made.package["translations"]} == {"en", "fr"}


def test_a_dict_that_is_no_text_in_languages_stays_out_and_in_its_field():
    for value in ({"id": 5, "name": "x"}, {"href": "https://example.org"}, {"de": {"text": "x"}}):
        made = normalise(dataset(title=value))
        assert "title" not in made.package
        assert made.stored()["title"] == value
        assert ("title", "value_of_wrong_type") in steps(made)


def test_a_second_german_text_is_named_and_stays_in_the_translations():
    made = normalise(dataset(translations=[{"field": "title", "language": "de-DE", "text": "Zählung"}]))
    assert made.package["title"] == "Radzählung"
    assert ("title", "second_german_text") in steps(made)
    assert made.stored()["translations"] == [{"field": "title", "language": "de", "text": "Zählung"}]


def test_a_translation_of_nothing_is_named_and_kept():
    bad = {"field": "colour", "language": "en", "text": "red"}
    for given_ in ([bad], json.dumps([bad])):
        made = normalise(dataset(translations=given_))
        assert ("translations", "translation_unusable") in steps(made)
        assert made.stored()["translations"] == [bad]
    assert normalise(dataset(translations="[")).stored()["translations"] == ["["]


def test_of_several_titles_the_first_stands_and_each_other_is_named():
    made = normalise(dataset(title=["A", "B", "C"]))
    assert made.package["title"] == "A"
    assert {finding.value for finding in made.findings if finding.rule == "further_value"} == {"B", "C"}


# --- publisher and other parties ---------------------------------------------------------------------------------

CHAIN = [
    ([{"name": "Amt", "uri": "https://amt.example"}], {"name": "Katalog"}, "Stadt", "Amt", None),
    ("Statistisches Amt", {"name": "Katalog"}, "Stadt", "Statistisches Amt", None),
    ([{"uri": "https://amt.example"}], {"name": "Katalog"}, "Stadt", "Katalog", "publisher_from_defaults"),
    ([{"name": " "}], {"name": "Katalog"}, "Stadt", "Katalog", "publisher_from_defaults"),
    (None, {"name": "Katalog"}, "Stadt", "Katalog", "publisher_from_defaults"),
    (None, {}, "Stadt", "Stadt", "publisher_from_organization"),
    (None, {"type": "LocalAuthority"}, "Stadt", "Stadt", "publisher_from_organization"),
]


@pytest.mark.parametrize(("publisher", "catalogue", "organization", "name", "rule"), CHAIN)
def test_the_publisher_is_named_else_that_of_the_catalogue_else_the_organization(
    publisher: Any, catalogue: dict[str, str], organization: str, name: str, rule: str | None
):
    package = {"title": "T", "notes": "N", "publisher": publisher, "organization": {"title": organization}}
    made = normalise(package, Defaults(publisher=catalogue))
    (agent,) = made.package["publisher"]
    assert agent["name"] == name
    assert (("publisher", rule) in steps(made)) is (rule is not None)


def test_the_organizations_name_serves_where_it_has_no_title():
    made = normalise({"title": "T", "organization": {"title": "", "name": "tiefbauamt"}})
    assert made.package["publisher"] == [{"name": "tiefbauamt"}]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_publishers_the_best_described_one_stands_in_any_order(order: int):
    several = ["Amt", {"name": "Büro"}, {"name": "Stadt", "uri": "https://stadt.example"}][::order]
    made = normalise(dataset(publisher=several))
    assert made.package["publisher"] == [{"uri": "https://stadt.example", "name": "Stadt"}]
    assert sum(finding.rule == "further_value" for finding in made.findings) == 2
    assert {json.dumps(item) for item in made.stored()["publisher"][1:]} == {'"Amt"', '{"name": "B\\u00fcro"}'}


def test_the_type_of_a_party_is_one_of_the_adms_list():
    made = normalise(
        dataset(publisher=[{"name": "Amt", "type": "Kommune"}], creator=[{"name": "X", "type": "Konzern"}])
    )
    assert made.package["publisher"][0]["type"] == "http://purl.org/adms/publishertype/LocalAuthority"
    assert made.package["creator"] == [{"name": "X"}]
    assert made.stored()["creator"] == [{"name": "X", "type": "Konzern"}]


def test_a_party_without_a_name_is_left_out_and_kept():
    made = normalise(dataset(originator=[{"email": "a@example.org"}]))
    assert "originator" not in made.package
    assert ("originator.0", "part_incomplete") in steps(made)
    assert made.stored()["originator"] == [{"email": "a@example.org"}]


# --- contacts, periods, places, identifiers ----------------------------------------------------------------------


def test_a_contact_without_any_means_is_dropped_and_kept():
    made = normalise(
        dataset(contact=[{"name": "Frau Muster", "email": "unbekannt"}, {"name": "Amt", "url": "www.example.org"}])
    )
    assert made.package["contact"] == [{"name": "Amt", "url": "http://www.example.org"}]
    assert ("contact.0", "contact_unreachable") in steps(made)
    assert {"name": "Frau Muster", "email": "unbekannt"} in made.stored()["contact"]


@pytest.mark.parametrize(
    ("contact", "kept"),
    [
        ({"email": "mailto:opendata@example.org"}, {"email": "opendata@example.org"}),
        ({"telephone": "+49 711 216-0"}, {"telephone": "+49711216-0"}),
        ("mailto:opendata@example.org", {"email": "opendata@example.org"}),
        ({"uri": "tel:+49711216"}, {"telephone": "+49711216"}),
        ("opendata@example.org", {"name": "opendata@example.org", "email": "opendata@example.org"}),
        ({"name": "Team <a@example.org>"}, {"name": "Team <a@example.org>", "email": "a@example.org"}),
        (
            {"name": "www.example.org/kontakt"},
            {"name": "www.example.org/kontakt", "url": "http://www.example.org/kontakt"},
        ),
    ],
)
def test_one_way_to_reach_a_contact_is_enough_wherever_it_stands(contact: Any, kept: dict[str, str]):
    assert normalise(dataset(contact=[contact])).package["contact"] == [kept]


def test_of_several_mail_addresses_in_one_text_the_first_stands_and_the_others_are_named():
    made = normalise(dataset(contact=[{"email": "kasse@example.org; amt@example.org"}]))
    assert made.package["contact"] == [{"email": "kasse@example.org"}]
    assert [(f.field, f.rule, f.value) for f in made.findings] == [
        ("contact.0.email", "further_value", "amt@example.org")
    ]
    mixed = normalise(dataset(contact=[{"email": "kasse@example.org; Zimmer 3", "url": "www.example.org"}]))
    assert mixed.stored()["contact"][0]["email"] == "kasse@example.org; Zimmer 3"


def test_an_address_by_which_a_contact_is_named_is_no_way_to_reach_it():
    made = normalise(dataset(contact=["https://example.org/kontakt/1"]))
    assert "contact" not in made.package
    assert ("contact.0", "contact_unreachable") in steps(made)


@pytest.mark.parametrize(
    ("period", "kept"),
    [
        ({"start": "1.1.2020", "end": "31.12.2020"}, {"start": "2020-01-01", "end": "2020-12-31"}),
        ({"start": "2020", "end": "laufend"}, {"start": "2020"}),
        ({"text": "2010 bis 2015"}, {"start": "2010", "end": "2015"}),
        (
            "2004-11-03T00:00:00+01:00 / 2005-03-30T00:00:00+02:00",
            {"start": "2004-11-03T00:00:00+01:00", "end": "2005-03-30T00:00:00+02:00"},
        ),
        ("start=2020-01-01; end=2020-12-31; scheme=W3C-DTF", {"start": "2020-01-01", "end": "2020-12-31"}),
        ({"text": "seit 1995"}, {"start": "1995"}),
        ({"text": "2021"}, {"start": "2021", "end": "2021"}),
    ],
)
def test_a_period_has_the_dates_that_are_certain(period: Any, kept: dict[str, str]):
    assert normalise(dataset(temporal_coverage=[period])).package["temporal_coverage"] == [kept]


@pytest.mark.parametrize(
    "period", [{"start": "bald", "end": ""}, {"text": "laufend"}, {"uri": "https://example.org/p"}]
)
def test_a_period_without_dates_is_dropped_and_kept(period: dict[str, str]):
    made = normalise(dataset(temporal_coverage=[period]))
    assert "temporal_coverage" not in made.package
    assert ("temporal_coverage.0", "period_without_dates") in steps(made)
    assert made.stored()["temporal_coverage"] == [period]


@pytest.mark.parametrize(
    ("start", "end", "reversed_"),
    [
        ("2021", "2020", True),
        ("2024-05-01", "2024", False),
        ("2024-05", "2024-04-30", True),
        ("2024", "2024-01", False),
    ],
)
def test_a_period_that_ends_before_it_starts_is_told(start: str, end: str, reversed_: bool):
    made = normalise(dataset(temporal_coverage=[{"start": start, "end": end}]))
    assert (("temporal_coverage.0", "period_reversed") in steps(made)) is reversed_


def test_a_geometry_is_boiled_down_to_box_and_middle_and_kept():
    geom = {"type": "Polygon", "coordinates": [[[9.04, 48.69], [9.32, 48.69], [9.32, 48.87], [9.04, 48.69]]]}
    made = normalise(dataset(spatial_coverage=[{"text": "Stuttgart", "geom": geom}]))
    (place,) = made.package["spatial_coverage"]
    assert place == {
        "text": "Stuttgart",
        "bbox": "POLYGON((9.04 48.69, 9.32 48.69, 9.32 48.87, 9.04 48.87, 9.04 48.69))",
        "centroid": "POINT(9.18 48.78)",
    }
    assert {
        ("spatial_coverage.0.bbox", "geometry_boiled_down"),
        ("spatial_coverage.0.centroid", "geometry_boiled_down"),
    } == steps(made)
    assert made.stored()["spatial_coverage"] == [{**place, "geom": geom}]
    assert steps(normalise(made.stored())) == set()


def test_a_point_has_a_middle_but_no_box():
    made = normalise(dataset(spatial_coverage=[{"geom": "POINT(9.18 48.78)"}]))
    assert made.package["spatial_coverage"] == [{"centroid": "POINT(9.18 48.78)"}]


def test_a_place_given_as_a_geometry_in_text_is_no_name():
    made = normalise(dataset(spatial_coverage="POLYGON((9 48, 9.1 48, 9.1 48.1, 9 48))"))
    assert made.package["spatial_coverage"] == [
        {"bbox": "POLYGON((9 48, 9.1 48, 9.1 48.1, 9 48.1, 9 48))", "centroid": "POINT(9.05 48.05)"}
    ]


def test_an_unreadable_geometry_is_named_and_kept_and_what_is_given_stands():
    made = normalise(dataset(spatial_coverage=[{"text": "Kessel", "geom": "rund", "centroid": "9, 48"}]))
    assert made.package["spatial_coverage"] == [{"text": "Kessel"}]
    assert {rule for _, rule in steps(made)} == {"geometry_unreadable"}
    assert made.stored()["spatial_coverage"] == [{"text": "Kessel", "geom": "rund", "centroid": "9, 48"}]


def test_several_places_are_all_kept():
    places = [f"{KEYS}municipalityKey/08111000", f"{EU}place/DEU_STR", "Stuttgart-Mitte"]
    made = normalise(dataset(spatial_coverage=places))
    assert made.package["spatial_coverage"] == [{"text": "Stuttgart-Mitte"}, {"uri": places[0]}, {"uri": places[1]}]


def test_equal_parts_are_written_once_and_what_is_left_out_of_either_is_kept():
    made = normalise(dataset(spatial_coverage=[{"text": "Ost", "id": 1}, {"text": "Ost", "id": 2}, {"text": "Ost"}]))
    assert made.package["spatial_coverage"] == [{"text": "Ost"}]
    assert made.stored()["spatial_coverage"] == [{"text": "Ost", "id": 1}, {"text": "Ost", "id": 2}]


def test_identifiers_that_are_urls_stay_literals_and_further_ones_have_a_field_of_their_own():
    made = normalise(
        dataset(identifier="https://example.org/id/1", further_identifier=["B-17", "https://example.org/id/1"])
    )
    assert made.package["identifier"] == "B-17"
    assert made.package["further_identifier"] == ["https://example.org/id/1"]


def test_an_identifier_of_others_that_is_only_an_iri_is_its_own_notation():
    made = normalise(
        dataset(alternate_identifier=["https://doi.org/10.1000/182", {"notation": "X 1", "datatype": "kein IRI"}])
    )
    assert made.package["alternate_identifier"] == [
        {"notation": "X 1"},
        {"uri": "https://doi.org/10.1000/182", "notation": "https://doi.org/10.1000/182"},
    ]
    assert {"notation": "X 1", "datatype": "kein IRI"} in made.stored()["alternate_identifier"]


def test_one_iri_names_one_thing():
    shared = "https://stadt.example"
    made = normalise(
        dataset(
            uri=shared,
            publisher=[{"name": "Stadt", "uri": shared}],
            resources=[file(uri=f"{shared}/1"), file(uri=f"{shared}/1", name="Zwei")],
        )
    )
    assert "uri" not in made.package["publisher"][0]
    assert [resource.get("uri") for resource in made.package["resources"]] == [f"{shared}/1", None]
    assert {("publisher.0.uri", "uri_shared"), ("resources.1.uri", "uri_shared")} <= steps(made)


def test_descriptions_of_one_party_are_merged_and_a_contradiction_is_named():
    amt = "https://amt.example"
    made = normalise(
        dataset(
            publisher=[{"uri": amt, "name": "Amt"}],
            creator=[{"uri": amt, "name": "Das Amt", "email": "amt@example.org"}],
        )
    )
    assert (
        made.package["publisher"]
        == made.package["creator"]
        == [{"uri": amt, "name": "Amt", "email": "amt@example.org"}]
    )
    found = {finding.rule: finding for finding in made.findings}
    assert found["further_value"].field == "creator.0.name"
    assert found["further_value"].value == "Das Amt"
    assert amt in found["nodes_merged"].message()


# --- licences ----------------------------------------------------------------------------------------------------

LICENCE_CASES = [
    # licence of the file, of the package, rights -> licence, rule, rights
    ("http://dcat-ap.de/def/licenses/dl-by-de/2_0", "", None, BY, "concept_mended", None),
    ("dl-de-by-2.0", "", None, BY, "concept_mended", None),
    ("https://www.govdata.de/dl-de/by-2-0", "cc-zero", None, BY, "concept_mended", None),
    ({"uri": BY, "title": "x"}, "", None, BY, None, None),
    (["Eigene Lizenz", "dl-de-by-2.0"], "", None, BY, "concept_mended", None),
    (["https://example.org/lizenz", BY], "", None, BY, "further_value", None),
    ("https://example.org/lizenz", "cc-by-4.0", None, "https://example.org/lizenz", "concept_foreign", None),
    (None, "cc-by-4.0", None, f"{LICENCES}cc-by/4.0", "licence_inherited", None),
    ("notspecified", "cc-by-4.0", None, f"{LICENCES}cc-by/4.0", "licence_inherited", None),
    ("Hausrecht", "cc-by-4.0", None, f"{LICENCES}cc-by/4.0", "licence_inherited", "Hausrecht"),
    (None, "https://example.org/lizenz", None, "https://example.org/lizenz", "licence_inherited", None),
    (None, "", BY, BY, "licence_from_rights", BY),
    (None, "cc-by-4.0", "dl-de/zero-2-0", f"{LICENCES}dl-zero-de/2.0", "licence_from_rights", "dl-de/zero-2-0"),
    ("Nutzungsbedingungen der LHP", "", None, CLOSED, "licence_fallback", "Nutzungsbedingungen der LHP"),
    ("Lizenz: siehe Webseite", "", None, CLOSED, "licence_fallback", "Lizenz: siehe Webseite"),
    ("Lizenz:frei", "", None, CLOSED, "licence_fallback", "Lizenz: frei"),
    (["copyright", "Amtsblatt"], "", None, CLOSED, "licence_fallback", "copyright; Amtsblatt"),
    ("Hausrecht", "", "Nur intern", CLOSED, "licence_fallback", "Nur intern"),
    (None, "Lizenz der Stadt", None, CLOSED, "licence_fallback", "Lizenz der Stadt"),
    (None, "", None, CLOSED, "licence_missing", None),
    ("notspecified", "notspecified", None, CLOSED, "licence_missing", None),
    (17, "", None, CLOSED, "licence_fallback", "17"),
    ({"x": 1}, "", None, CLOSED, "licence_missing", None),
]


@pytest.mark.parametrize(("own", "inherited", "rights", "licence", "rule", "kept"), LICENCE_CASES)
def test_every_file_has_a_licence_and_no_text_is_lost(
    own: Any, inherited: str, rights: str | None, licence: str, rule: str | None, kept: str | None
):
    resource, found = made_file(file(license=own, rights=rights), license_id=inherited)
    assert resource["license"] == licence
    assert resource.get("rights") == kept
    assert {name for _, name in found} >= ({rule} if rule else set())


def test_the_licence_of_a_service_has_no_fallback():
    made = normalise({"type": "data_service", "title": "WFS", "license_id": "Hausrecht"})
    assert "license_id" not in made.package
    assert made.stored()["license_id"] == "Hausrecht"
    assert (
        normalise({"type": "data_service", "license_id": "CC BY 4.0"}).package["license_id"] == f"{LICENCES}cc-by/4.0"
    )


# --- addresses of distributions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resource", "landing", "url", "rule"),
    [
        ({"url": " https://example.org/mit leer.csv"}, "", "https://example.org/mit%20leer.csv", "iri_mended"),
        ({"url": "www.example.org/a.csv"}, "", "http://www.example.org/a.csv", "iri_mended"),
        ({"url": "", "download_url": [FILE]}, "https://example.org/seite", FILE, "access_url_from_download"),
        ({"url": ""}, "https://example.org/seite", "https://example.org/seite", "access_url_from_landing_page"),
        (
            {"url": "auf Anfrage"},
            "https://example.org/seite",
            "https://example.org/seite",
            "access_url_from_landing_page",
        ),
        (
            {"url": "javascript:alert(1)"},
            "https://example.org/seite",
            "https://example.org/seite",
            "access_url_from_landing_page",
        ),
    ],
)
def test_a_distribution_has_an_access_url_that_people_can_open(
    resource: dict[str, Any], landing: str, url: str, rule: str
):
    made, found = made_file({"license": BY, "format": "CSV", **resource}, url=landing)
    assert made["url"] == url
    assert ("resources.0.url", rule) in found


def test_a_distribution_without_any_url_is_left_out_by_name_and_kept():
    resources = [file(), {"name": "Karte", "url": "auf Anfrage", "license": BY}, {"uri": "https://example.org/d/3"}]
    made = normalise(dataset(resources=resources))
    assert [resource["url"] for resource in made.package["resources"]] == [FILE]
    left = [finding for finding in made.findings if finding.rule == "distribution_without_url"]
    assert [(finding.field, finding.value, finding.severity) for finding in left] == [
        ("resources.1", "Karte", "violation"),
        ("resources.2", "https://example.org/d/3", "violation"),
    ]
    stored = made.stored()["resources"]
    assert len(stored) == 3
    assert stored[1]["url"] == "auf Anfrage"


def test_further_access_urls_have_a_field_of_their_own():
    resource, _ = made_file(file(url="https://example.org/b", access_url=["https://example.org/a"]))
    assert (resource["url"], resource["access_url"]) == ("https://example.org/a", ["https://example.org/b"])


def test_an_uploaded_file_can_be_downloaded_where_it_is_accessed():
    resource, found = made_file(file(url_type="upload"))
    assert resource["download_url"] == [FILE]
    assert ("resources.0.download_url", "download_of_upload") in found
    assert "download_url" not in made_file(file())[0]
    made = normalise(dataset(url="https://example.org/seite", resources=[{"url": "", "url_type": "upload"}]))
    assert "resources" not in made.package


def test_data_of_a_service_have_no_download_url():
    service = "https://geo.example/wfs"
    made = normalise(
        dataset(
            url="https://example.org/seite", resources=[file(url="", access_service=[service], download_url=[FILE])]
        )
    )
    (resource,) = made.package["resources"]
    assert "download_url" not in resource
    assert resource["url"] == FILE
    assert ("resources.0.download_url", "download_beside_service") in steps(made)
    assert made.stored()["resources"][0]["download_url"] == [FILE]


def test_a_service_without_endpoint_is_reached_at_its_description_or_landing_page():
    description = "https://geo.example/wfs?request=GetCapabilities"
    for package, url, rule in (
        (
            {"endpoint_description": [description], "url": "https://geo.example"},
            description,
            "endpoint_from_description",
        ),
        ({"url": "https://geo.example"}, "https://geo.example", "endpoint_from_landing_page"),
    ):
        made = normalise({"type": "data_service", "title": "WFS", **package})
        assert made.package["endpoint_url"] == [url]
        assert ("endpoint_url", rule) in steps(made)
    assert ("endpoint_url", "mandatory_missing") in steps(normalise({"type": "data_service", "title": "WFS"}))


# --- formats, sizes, checksums -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resource", "code", "rule"),
    [
        ({"format": "csv"}, "CSV", "concept_mended"),
        ({"format": f"{EU}file-type/CSV"}, "CSV", "concept_mended"),
        ({"format": "Kartenviewer", "mimetype": "text/html"}, "HTML", "format_from_media_type"),
        ({"format": "", "mimetype": "application/geo+json"}, "GEOJSON", "format_from_media_type"),
        ({"format": "res_format", "url": "https://example.org/daten.xlsx?v=2"}, "XLSX", "format_from_url"),
        ({"format": None, "url": "https://example.org/daten.CSV"}, "CSV", "format_from_url"),
        ({"format": None, "url": "https://example.org/daten.csv.zip"}, "CSV", "format_from_url"),
        ({"format": None, "url": "https://example.org/daten.shp.zip"}, "SHP", "format_from_url"),
        ({"format": None, "url": "https://example.org/daten.2024.zip"}, "ZIP", "format_from_url"),
        (
            {"format": None, "url": "https://example.org/seite", "download_url": ["https://example.org/a.json"]},
            "JSON",
            "format_from_url",
        ),
        ({"format": None, "url": "https://example.org/api"}, None, None),
        ({"format": None, "url": "https://example.org/daten.text"}, None, None),
        ({"format": None, "url": "https://example.org"}, None, None),
    ],
)
def test_a_file_type_is_one_of_the_list_or_follows_from_media_type_or_ending(
    resource: dict[str, Any], code: str | None, rule: str | None
):
    made, found = made_file(file(**resource))
    assert made.get("format") == code
    assert (("resources.0.format", rule) in found) is (rule is not None)


def test_an_unknown_file_type_is_left_out_and_kept():
    made = normalise(dataset(resources=[file(format="Kartenviewer", url="https://example.org/karte")]))
    assert "format" not in made.package["resources"][0]
    assert made.stored()["resources"][0]["format"] == "Kartenviewer"
    assert made.dropped == {"resources.0.format": "Kartenviewer"}


def test_a_checksum_needs_its_algorithm_and_the_other_way_round():
    whole, _ = made_file(file(hash="ab12", hash_algorithm="SHA-256"))
    assert whole["hash_algorithm"] == "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
    for fields in ({"hash": "ab12"}, {"hash_algorithm": "md5"}, {"hash": "kein Hex", "hash_algorithm": "md5"}):
        made = normalise(dataset(resources=[file(**fields)]))
        assert not {"hash", "hash_algorithm"} & set(made.package["resources"][0])
        assert set(fields) <= set(made.stored()["resources"][0])
        assert "checksum_incomplete" in {rule for _, rule in steps(made)}


def test_old_status_and_availability_become_those_of_the_present_lists():
    resource, _ = made_file(
        file(
            status="http://purl.org/adms/status/UnderDevelopment",
            planned_availability="http://dcat-ap.de/def/plannedAvailability/stable",
        )
    )
    assert resource["status"] == f"{EU}distribution-status/DEVELOP"
    assert resource["availability"] == f"{EU}planned-availability/STABLE"


# --- German properties -------------------------------------------------------------------------------------------

DATEN_BW, BUND = f"{CONTRIBUTORS}datenBW", f"{CONTRIBUTORS}bundesarchiv"
OTHER = "https://example.org/bereitsteller"


@pytest.mark.parametrize(
    ("ids", "default", "kept", "rule"),
    [
        ([], DATEN_BW, [DATEN_BW], "contributor_from_defaults"),
        ([], "datenBW", [DATEN_BW], "contributor_from_defaults"),
        ([], "kein IRI", [], None),
        ([OTHER], DATEN_BW, [DATEN_BW, OTHER], "contributor_from_defaults"),
        ([BUND], DATEN_BW, [BUND], None),
        ([BUND, OTHER], "", [BUND, OTHER], None),
        ([BUND, DATEN_BW], "", [BUND], "contributor_not_single"),
        ([BUND, DATEN_BW, OTHER], DATEN_BW, [DATEN_BW, OTHER], "contributor_not_single"),
        ([f"{CONTRIBUTORS}aaNeu", DATEN_BW], "", [DATEN_BW], "contributor_not_single"),
        (["https://dcat-ap.de/def/contributors/aaNeu"], DATEN_BW, ["https://dcat-ap.de/def/contributors/aaNeu"], None),
    ],
)
def test_exactly_one_contributor_id_of_govdatas_reaches_govdata_and_others_may_be_added(
    ids: list[str], default: str, kept: list[str], rule: str | None
):
    made = normalise(dataset(contributor_id=ids), Defaults(contributor_id=default))
    assert made.package.get("contributor_id", []) == kept
    assert (("contributor_id", rule) in steps(made)) is (rule is not None)
    assert set(made.stored().get("contributor_id", [])) >= set(ids)


def test_a_service_has_no_contributor_id():
    assert "contributor_id" not in normalise({"type": "data_service"}, Defaults(contributor_id=DATEN_BW)).package


def test_the_level_of_the_city_stands_in_where_none_is_given():
    level = f"{KEYS}Level/municipality"
    assert normalise(dataset(), Defaults(level=level)).package["political_geocoding_level_uri"] == [level]
    state = dataset(political_geocoding_level_uri=["Land"])
    assert normalise(state, Defaults(level=level)).package["political_geocoding_level_uri"] == [f"{KEYS}Level/state"]


def test_fields_of_older_schemas_are_moved_into_those_of_today():
    made = normalise(
        dataset(
            political_geocoding_uri=[f"{KEYS}stateKey/08"],
            geocoding_description="Stuttgart",
            legal_basis="Umweltinformationsgesetz (UIG)",
            quality_process_uri="https://example.org/qualitaet",
            planned_availability="http://dcat-ap.de/def/plannedAvailability/stable",
            maintainer=[{"name": "Stadtmessungsamt"}],
            spatial_coverage=json.dumps([{"text": "Neckar"}]),
            applicable_legislation=[ELI],
        )
    )
    assert made.package["spatial_coverage"] == [
        {"text": "Neckar"},
        {"text": "Stuttgart"},
        {"uri": f"{KEYS}stateKey/08"},
    ]
    assert made.package["applicable_legislation"] == ["Umweltinformationsgesetz (UIG)", ELI]
    assert made.package["documentation"] == ["https://example.org/qualitaet"]
    assert made.package["availability"] == f"{EU}planned-availability/STABLE"
    assert made.package["custodian"] == [{"name": "Stadtmessungsamt"}]
    assert {rule for _, rule in steps(made)} >= {"old_field_moved"}
    assert not {"political_geocoding_uri", "legal_basis", "maintainer"} & set(made.package)


def test_ckans_own_maintainer_is_no_custodian():
    made = normalise(dataset(maintainer="Erika Muster", maintainer_email="e@example.org"))
    assert made.package["maintainer"] == "Erika Muster"
    assert "custodian" not in made.package


def test_a_high_value_dataset_and_its_files_name_the_regulation():
    made = normalise(
        dataset(hvd_category=["Mobilität"], applicable_legislation=["UIG"], resources=[file(), file(name="b")])
    )
    assert made.package["hvd_category"] == [HVD]
    assert made.package["applicable_legislation"] == ["UIG", ELI]
    assert [resource["applicable_legislation"] for resource in made.package["resources"]] == [[ELI], [ELI]]
    assert {path for path, rule in steps(made) if rule == "hvd_legislation_added"} == {
        "applicable_legislation",
        "resources.0.applicable_legislation",
        "resources.1.applicable_legislation",
    }


def test_a_made_up_category_makes_no_high_value_dataset():
    made = normalise(dataset(hvd_category=["https://example.org/wertvoll"], resources=[file()]))
    assert "hvd_category" not in made.package
    assert "applicable_legislation" not in made.package
    assert made.stored()["hvd_category"] == ["https://example.org/wertvoll"]


# --- lists and further values ------------------------------------------------------------------------------------


def test_a_list_is_read_from_its_json_text_and_from_lists_in_lists():
    for value in (
        ["Umwelt", "Verkehr"],
        '["Umwelt", "Verkehr"]',
        [["Umwelt"], ["Verkehr"]],
        ['["Umwelt"]', ("Verkehr",)],
    ):
        made = normalise(dataset(theme=value))
        assert made.package["theme"] == [f"{EU}data-theme/ENVI", f"{EU}data-theme/TRAN"]


def test_a_dict_with_an_iri_stands_for_that_iri_and_the_rest_of_it_is_named():
    made = normalise(dataset(theme=[{"uri": f"{EU}data-theme/ENVI", "label": "Umwelt"}], conforms_to={"uri": ELI}))
    assert made.package["theme"] == [f"{EU}data-theme/ENVI"]
    assert made.package["conforms_to"] == [ELI]
    assert steps(made) == {("theme.0", "rest_dropped")}
    tag = {"name": "Rad", "display_name": "Rad", "id": "1", "state": "active", "vocabulary_id": None}
    assert steps(normalise(dataset(tags=[tag]))) == set()
    assert steps(normalise(dataset(tags=[{**tag, "colour": "rot"}]))) == {("tags.0", "rest_dropped")}


def test_of_several_values_where_one_is_allowed_a_listed_one_stands_and_each_other_is_named():
    made = normalise(dataset(frequency=["Quatsch", "jährlich", "täglich", "monatlich"]))
    assert made.package["frequency"] == f"{EU}frequency/ANNUAL"
    assert {finding.value for finding in made.findings if finding.rule == "further_value"} == {
        f"{EU}frequency/DAILY",
        f"{EU}frequency/MONTHLY",
    }


def test_unknown_terms_stay_in_their_fields_behind_the_known_ones():
    made = normalise(dataset(theme=["Quatsch", "Umwelt"], language=["de", "klingonisch"]))
    assert made.package["theme"] == [f"{EU}data-theme/ENVI"]
    assert made.stored()["theme"] == [f"{EU}data-theme/ENVI", "Quatsch"]
    assert made.stored()["language"] == [f"{EU}language/DEU", "klingonisch"]
    assert {("theme.0", "concept_unknown"), ("language.1", "concept_unknown")} <= steps(made)
    assert made.dropped == {"theme.1": "Quatsch", "language.1": "klingonisch"}


def test_what_is_left_out_stays_in_the_stored_package_wherever_it_lies():
    package = dataset(
        frequency="manchmal",
        issued="bald",
        contact=[{"email": "a@example.org", "telephone": "keins", "adr:city.name": "Stuttgart"}],
        resources=[file(modified="gestern", status="wunderbar", colour="rot")],
        extras=[{"key": "a", "value": "b"}],
    )
    made = normalise(package)
    stored = made.stored()
    assert stored["frequency"] == "manchmal"
    assert stored["issued"] == "bald"
    assert stored["contact"] == [{"email": "a@example.org", "telephone": "keins", "adr:city.name": "Stuttgart"}]
    assert stored["resources"][0] == {**made.package["resources"][0], "modified": "gestern", "status": "wunderbar"}
    assert stored["resources"][0]["colour"] == "rot"
    assert stored["extras"] == [{"key": "a", "value": "b"}]
    assert "frequency" not in made.package


def test_findings_have_the_paths_of_the_package_that_came_in():
    package = dataset(
        contact=[{"email": "a@example.org"}, {"email": "b@example.org", "telephone": "keins"}],
        resources=[file(name="Z"), file(name="A", format="Quatsch", url="https://example.org/x")],
        theme=["Umwelt", "Quatsch"],
    )
    assert {
        ("contact.1.telephone", "telephone_unusable"),
        ("resources.1.format", "concept_unknown"),
        ("theme.1", "concept_unknown"),
    } <= steps(normalise(package))


def test_an_iri_that_had_to_be_mended_is_told():
    made = normalise(dataset(uri="https://example.org/datensatz 1", publisher=[{"name": "A", "uri": "keine"}]))
    assert made.package["uri"] == "https://example.org/datensatz%201"
    assert {("uri", "iri_mended"), ("publisher.0.uri", "iri_unusable")} <= steps(made)


def test_every_finding_has_a_sentence_in_german_and_english():
    for rule, sentences in messages().items():
        assert set(sentences) == {"de", "en"}, rule
    made = normalise(dataset(theme=["x{y}"], notes="{field} %s", contact=["{}"]))
    for finding in made.findings:
        for language in ("de", "en", "fr"):
            assert finding.field in finding.message(language)


# --- properties --------------------------------------------------------------------------------------------------

FIELDS = sorted(
    {name for class_ in load().classes for name in plan(class_).fields}
    | {"license_id", "license_url", "organization", "legal_basis", "maintainer", "planned_availability", "geom", "name"}
)
DEFAULTS = Defaults(publisher={"name": "Stadt"}, contributor_id=DATEN_BW, level=f"{KEYS}Level/municipality")


def wild(*, huge: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Dicts with the names of fields and whatever values."""
    node = st.dictionaries(st.sampled_from(FIELDS), hostile(huge=huge), max_size=4)
    value = hostile(huge=huge) | st.lists(node, max_size=2) | node
    types = st.sampled_from([*load().packages, "", None, 7])
    return st.dictionaries(st.sampled_from(FIELDS), value, max_size=7).flatmap(
        lambda package: types.map(lambda type_: {**package, "type": type_})
    )


@pytest.mark.thorough
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(wild() | packages())
def test_normalise_twice_is_normalise_once(package: dict[str, Any]):
    once = normalise(package, DEFAULTS)
    twice = normalise(once.package, DEFAULTS)
    assert twice.package == once.package
    assert twice.left == {}
    assert {finding.rule for finding in twice.findings} <= STANDING
    assert normalise(once.stored(), DEFAULTS).package == once.package


@pytest.mark.thorough
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(wild(huge=False) | packages())  # a finding shows five hundred characters
def test_no_value_gets_lost_that_no_finding_names(package: dict[str, Any]):
    made = normalise(package, DEFAULTS)
    told = [text for finding in made.findings for text in (finding.value, finding.target)]
    kept = bare("\n".join([*leaves(made.stored(), every=True), *told]))
    for leaf in leaves(package):
        assert bare(leaf) in kept or whole(leaf) in kept, leaf


def whole(text: str) -> str:
    """A number as a field of whole numbers holds it: 3 for 3.0; the text itself where it is none."""
    try:
        return str(int(float(text)))
    except (ValueError, OverflowError):
        return bare(text)


def bare(text: str) -> str:
    """Letters and figures only: a finding shows what is no text as JSON."""
    return re.sub(r"\\u00[01][0-9a-f]|\\[bfnrt]|[\W_]+", "", text)


def leaves(value: Any, *, every: bool = False) -> list[str]:
    """The texts and numbers in a package; without `every` of translations the texts only, and not its type."""
    if isinstance(value, dict):
        skipped = set() if every else {"type", "language", "field"}
        return [leaf for name, inner in value.items() if name not in skipped for leaf in leaves(inner, every=every)]
    if isinstance(value, list | tuple):
        return [leaf for inner in value for leaf in leaves(inner, every=every)]
    text = text_of(value)
    return [text] if text else []


@pytest.mark.thorough
def test_hostile_packages_cost_time_in_proportion_to_their_size():
    many = 20_000
    amt = {"uri": "https://amt.example", "name": "Amt", "email": "a@example.org"}
    for fields in (
        {"contributor_id": [f"{CONTRIBUTORS}x{n}" for n in range(many)]},
        {"creator": [amt] * many},
        {"creator": [{**amt, "name": f"Amt {n}"} for n in range(many)]},
        {
            "tags": [f"Wort {n}" for n in range(many)],
            "translations": [{"field": "tags", "language": "de", "text": f"Wort {n}"} for n in range(many)],
        },
        {"spatial_coverage": [{"text": "Ost", "id": n} for n in range(many)]},
        {"resources": [file(uri="https://example.org/1") for _ in range(many // 10)]},
        {"title": ["x" * n for n in range(1, 2_000)]},
        {"notes": "[" * 1_000_000, "theme": "[" * 1_000_000},
        {"theme": json.dumps([json.dumps([json.dumps(["x" * 100_000])])])},
    ):
        began = time.process_time()
        normalise(dataset(**fields))
        assert time.process_time() - began < 20, list(fields)
