"""What each part of an ISO record becomes, by records written for it."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.findings import messages
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest.iso.catalogue import Catalogue
from ckanext.stuttgart.harvest.iso.convert import CONVERT
from ckanext.stuttgart.harvest.iso.mapping import describe
from ckanext.stuttgart.harvest.iso.tables import codes, table
from ckanext.stuttgart.harvest.reader import Record
from tests.core import iso_records as iso
from tests.core.iso_records import described, normal, package, rules
from tests.core.sources import cases

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
KEY = "http://dcat-ap.de/def/politicalGeocoding/"

# --- the tables ------------------------------------------------------------------------------------------------------


def test_every_row_of_the_mapping_names_a_property_and_field_of_the_model() -> None:
    dataset = load().classes["Dataset"].by_field
    for row in table("mapping")["rows"]:
        assert row["convert"] in CONVERT
        assert dataset[row["field"]].predicate == load().expand(row["p"]), row["field"]


def test_every_code_stands_for_a_term_of_our_lists() -> None:
    themes = vocabulary.load("data_theme")
    for name in ("topics", "inspire_themes"):
        for row in codes(name).values():
            assert all(themes.by_code(theme) for theme in (row["themes"] if isinstance(row, dict) else row))
    assert all(vocabulary.load("licence").by_code(row["licence"]) for row in codes("licence_phrases"))
    assert all(vocabulary.load("frequency").by_code(each) for each in codes("durations").values())
    formats = [row["format"] for row in codes("services").values() if row["format"]]
    assert all(vocabulary.load("file_type").find(each) for each in formats)
    for row in codes("roles").values():
        assert not row["field"] or row["field"] in load().classes["Dataset"].by_field
    assert set(codes("scopes").values()) == set(load().packages)
    for name in ("web_formats", "document_formats", "containers"):
        assert all(vocabulary.load("file_type").by_code(each) for each in codes(name)), name


@pytest.mark.parametrize("rule", ["publisher_from_role", "licence_conflict", "extent_impossible", "series_with_data"])
def test_every_finding_has_its_sentence_in_both_languages(rule: str) -> None:
    assert set(messages()[rule]) == {"de", "en"}


# --- what it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "type_"),
    [
        ("dataset", "dataset"),
        ("nonGeographicDataset", "dataset"),
        ("tile", "dataset"),
        ("", "dataset"),
        ("series", "dataset_series"),
        ("collection", "dataset_series"),
    ],
)
def test_the_scope_decides_the_type(scope: str, type_: str) -> None:
    assert package(iso.record(scope=scope))["type"] == type_


def test_a_service_is_told_by_its_identification() -> None:
    service = iso.record(scope="service", info=iso.operation("https://gdi.example/wms?"))
    assert package(service)["type"] == "data_service"
    assert package(service.replace('codeListValue="service"', 'codeListValue="dataset"'))["type"] == "data_service"


@pytest.mark.parametrize("scope", ["application", "software", "document", "fieldSession", "<böse>"])
def test_what_is_neither_data_nor_a_service_is_refused_in_one_sentence(scope: str) -> None:
    with pytest.raises(
        RecordRefused, match=r"^r1: describes a thing of the kind “.+”, which is neither data nor"
    ) as error:
        described(iso.record(scope=scope))
    assert "\n" not in str(error.value)


def test_records_that_cannot_be_used_are_refused_by_name() -> None:
    with pytest.raises(RecordRefused, match=r"^r1: has no title\.$"):
        described(iso.record(titled='<gmd:title xmlns:gco="g" gco:nilReason="missing"/>'))
    with pytest.raises(RecordRefused, match=r"^r1: describes a service without any address\.$"):
        described(iso.record(scope="service"))
    with pytest.raises(RecordRefused, match="says nothing about what it describes"):
        described(f"<gmd:MD_Metadata {iso.GMD}>{iso.text('fileIdentifier', 'leer')}</gmd:MD_Metadata>")


def test_a_series_with_data_of_its_own_is_a_dataset_and_says_so() -> None:
    loaded = iso.record(scope="series", distribution=iso.link("https://gdi.example/alle.zip", function="download"))
    assert described(loaded).package["type"] == "dataset"
    assert described(loaded).scope == "series"
    assert rules(loaded) == ["series_with_data"]


def test_a_series_keeps_what_a_series_can_say() -> None:
    made = normal(
        iso.record(
            scope="series",
            info=iso.party("publisher", "Stadt") + iso.keywords("Luftbild") + iso.extent(iso.box(9.0, 9.3, 48.7, 48.9)),
        )
    )
    assert made["tags"] == [{"name": "Luftbild"}]
    assert made["publisher"] == [{"name": "Stadt"}]
    assert "bbox" in made["spatial_coverage"][0]
    assert "resources" not in made


# --- texts and languages ---------------------------------------------------------------------------------------------


def test_german_stands_in_the_field_and_other_languages_in_translations() -> None:
    made = package(
        iso.record(
            titled=iso.text("title", "Bäume", EN="Trees", FR="Arbres", XX="?", locale_99="?"),
            head='<gmd:locale><gmd:PT_Locale id="EN"><gmd:languageCode><gmd:LanguageCode codeListValue="eng"/>'
            "</gmd:languageCode></gmd:PT_Locale></gmd:locale>",
        )
    )
    assert made["title"] == "Bäume"
    titles = {e["language"]: e["text"] for e in made["translations"] if e["field"] == "title"}
    assert {"en": "Trees", "fr": "Arbres"}.items() <= titles.items()


def test_a_record_in_another_language_says_which_one_its_texts_are_in() -> None:
    made = normal(iso.record(title="Arbres", language="fre", info=iso.keywords("arbre", "parc")))
    assert made["title"] == "Arbres"
    assert {"field": "title", "language": "fr", "text": "Arbres"} in made["translations"]
    assert {"field": "tags", "language": "fr", "text": "parc"} in made["translations"]
    assert not [each for each in made["translations"] if each["language"] == "de"]


def test_without_german_the_field_shows_english() -> None:
    made = normal(iso.record(language="fre", titled=iso.text("title", "Arbres", EN="Trees")))
    assert made["title"] == "Trees"
    assert {e["text"] for e in made["translations"] if e["field"] == "title"} == {"Arbres", "Trees"}


def test_the_same_word_in_two_languages_stays_german() -> None:
    made = normal(iso.record(titled=iso.text("title", "Atlas", EN="Atlas")))
    assert {"field": "title", "language": "de", "text": "Atlas"} in made["translations"]


@pytest.mark.parametrize("language", ["", "und", "zxx", "klingonisch"])
def test_a_record_that_names_no_usable_language_is_read_as_german(language: str) -> None:
    made = normal(iso.record(language=language))
    assert made["title"] == "Baumkataster"
    assert "translations" not in made


def test_blanks_of_the_xml_do_not_get_into_texts() -> None:
    made = package(
        iso.record(
            titled=iso.nest("gmd:title gco:CharacterString", "\n  Bäume \u00a0 der\n   Stadt ").replace("><", ">\n  <")
        )
    )
    assert made["title"] == "Bäume der Stadt"


# --- dates, identifiers, small things --------------------------------------------------------------------------------


def test_the_date_of_the_metadata_is_the_date_of_change_and_publication_that_of_issue() -> None:
    dates = (
        iso.date("2020-01-01", "creation") + iso.date("2022-01-01", "publication") + iso.date("2023-01-01", "revision")
    )
    made = package(iso.record(citation=dates, distribution=iso.link("https://a.example/x.csv")))
    assert (made["modified"], made["issued"]) == ("2024-05-06", "2022-01-01")
    assert made["resources"][0]["modified"] == "2023-01-01"


def test_without_a_stamp_the_revision_counts_and_without_publication_the_creation() -> None:
    xml = iso.record(citation=iso.date("2020", "creation") + iso.date("2023-02", "revision"))
    xml = xml.replace("<gmd:dateStamp><gco:Date>2024-05-06</gco:Date></gmd:dateStamp>", "<gmd:dateStamp/>")
    assert (package(xml)["modified"], package(xml)["issued"]) == ("2023-02", "2020")


@pytest.mark.parametrize(
    ("value", "space", "iri"),
    [
        ("https://registry.gdi-de.org/id/de.bw/1ffa", "", "https://registry.gdi-de.org/id/de.bw/1ffa"),
        ("1ffa", "https://registry.gdi-de.org/id/de.bw", "https://registry.gdi-de.org/id/de.bw/1ffa"),
        ("1ffa", "https://registry.gdi-de.org/id/de.bw/", "https://registry.gdi-de.org/id/de.bw/1ffa"),
        ("1ffa", "http://ns.example/x#", "http://ns.example/x#1ffa"),
        ("1ffa", "DE.BW", ""),
        ("1ffa", "", ""),
        ("https://www.stadt.example", "", ""),
        ("https://www.stadt.example/", "", ""),
        ("https://www.stadt.example/seite.php?id=3", "", ""),
        ("urn:uuid:1ffa", "", ""),
        ('{"@type": "Dataset"}', "", ""),
    ],
)
def test_only_an_http_iri_with_a_path_names_the_thing_itself(value: str, space: str, iri: str) -> None:
    assert described(iso.record(citation=iso.identifier(value, space))).iri == iri


def test_other_identifiers_are_kept_beside_the_one_of_the_record() -> None:
    made = package(iso.record(citation=iso.identifier("A62-1", "Amt") + iso.identifier("https://doi.org/10.1/x")))
    assert made["identifier"] == "r1"
    assert made["alternate_identifier"] == [{"notation": "A62-1"}, {"notation": "https://doi.org/10.1/x"}]


@pytest.mark.parametrize(
    ("value", "period", "code"),
    [
        ("daily", "", "DAILY"),
        ("continual", "PT6H", "UPDATE_CONT"),
        ("unknown", "P1Y", "ANNUAL"),
        ("", "p3m", "QUARTERLY"),
        ("irregular", "", "IRREG"),
        ("fortnightly", "", "BIWEEKLY"),
        ("niemals nie", "", None),
    ],
)
def test_maintenance_becomes_a_frequency(value: str, period: str, code: str | None) -> None:
    given = iso.code("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", value) if value else ""
    user = f"<gmd:userDefinedMaintenanceFrequency>{period}</gmd:userDefinedMaintenanceFrequency>" if period else ""
    info = iso.nest("gmd:resourceMaintenance gmd:MD_MaintenanceInformation", given + user)
    made = normal(iso.record(info=info)).get("frequency")
    assert (made or "").rpartition("/")[2] == (code or "")


@pytest.mark.parametrize(
    ("name", "space", "made"),
    [
        ("EPSG:25832", "", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("EPSG 25832: ETRS89 / UTM Zone 32N", "EPSG", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("urn:ogc:def:crs:EPSG::25832", "", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("urn:ogc:def:crs:EPSG:9.6:25832", "", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("25832", "EPSG", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        (
            "EPSG:4326, EPSG:3857",
            "",
            ["http://www.opengis.net/def/crs/EPSG/0/4326", "http://www.opengis.net/def/crs/EPSG/0/3857"],
        ),
        ("ETRS89_UTM32", "", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("urn:adv:crs:DE_DHDN_3GK3", "", ["http://www.opengis.net/def/crs/EPSG/0/31467"]),
        ("http://www.opengis.net/def/crs/EPSG/0/25832", "EPSG", ["http://www.opengis.net/def/crs/EPSG/0/25832"]),
        ("CH1903_LV03", "", ["CH1903_LV03"]),
        ("25832", "", ["25832"]),
    ],
)
def test_reference_systems_become_iris_of_epsg(name: str, space: str, made: list[str]) -> None:
    within = "gmd:referenceSystemInfo gmd:MD_ReferenceSystem gmd:referenceSystemIdentifier gmd:RS_Identifier"
    head = iso.nest(within, iso.text("code", name) + (iso.text("codeSpace", space) if space else ""))
    assert package(iso.record(head=head))["conforms_to"] == made


def conformance(title: str, passed: str, link: str = "") -> str:
    specification = iso.nest("gmd:specification gmd:CI_Citation", iso.text("title", title, link))
    result = specification + iso.nest("gmd:pass gco:Boolean", passed)
    within = "gmd:dataQualityInfo gmd:DQ_DataQuality gmd:report gmd:DQ_DomainConsistency gmd:result"
    return iso.nest(f"{within} gmd:DQ_ConformanceResult", result)


@pytest.mark.parametrize(
    ("title", "passed", "link", "made"),
    [
        ("VERORDNUNG (EG) Nr. 1089/2010 DER KOMMISSION", "true", "", ["http://data.europa.eu/eli/reg/2010/1089"]),
        ("Commission Regulation (EC) No 976/2009", "1", "", ["http://data.europa.eu/eli/reg/2009/976"]),
        ("Spezifikation", "true", "https://standards.example/1", ["https://standards.example/1"]),
        ("GeoInfoDok 7.1", "true", "", ["GeoInfoDok 7.1"]),
        ("GeoInfoDok 7.1", "false", "", None),
        ("GeoInfoDok 7.1", "", "", None),
    ],
)
def test_only_what_was_found_to_conform_is_a_standard(
    title: str, passed: str, link: str, made: list[str] | None
) -> None:
    assert package(iso.record(tail=conformance(title, passed, link))).get("conforms_to") == made


@pytest.mark.parametrize(
    ("value", "unit", "metres"),
    [
        ("5", "m", "5"),
        ("0,2", "m", "0.2"),
        ("20", "cm", "0.2"),
        ("1", "km", "1000"),
        ("5", "urn:ogc:def:uom:EPSG::9001", "5"),
        ("300", "dpi", None),
        ("nichts", "m", None),
        ("-1", "m", None),
        ("1e30", "m", None),
    ],
)
def test_a_distance_is_a_resolution_in_metres(value: str, unit: str, metres: str | None) -> None:
    distance = f'<gco:Distance uom="{unit}">{value}</gco:Distance>'
    info = iso.nest("gmd:spatialResolution gmd:MD_Resolution gmd:distance", distance)
    assert package(iso.record(info=info)).get("spatial_resolution_in_meters") == metres


# --- parties ---------------------------------------------------------------------------------------------------------


def test_roles_become_publisher_creator_originator_custodian_and_contact() -> None:
    xml = iso.record(
        info=iso.party("author", "Büro Baum")
        + iso.party("owner", "Gartenamt")
        + iso.party("custodian", "Rechenzentrum", email="rz@stadt.example")
        + iso.party("publisher", "Stadtverwaltung")
        + iso.party("contributor", "Verein")
        + iso.party("pointOfContact", "Gartenamt", "Frau Ast", "ast@stadt.example"),
    )
    made = package(xml)
    assert made["publisher"] == [{"name": "Stadtverwaltung"}]
    assert made["creator"] == [{"name": "Büro Baum"}]
    assert made["originator"] == [{"name": "Gartenamt"}]
    assert made["custodian"] == [{"name": "Rechenzentrum"}]
    assert made["contributor"] == [{"name": "Verein"}]
    assert made["contact"] == [{"name": "Gartenamt, Frau Ast", "email": "ast@stadt.example"}]
    assert rules(xml) == []


@pytest.mark.parametrize(
    ("roles", "publisher"),
    [
        (("pointOfContact", "owner"), "owner"),
        (("pointOfContact", "distributor", "custodian"), "custodian"),
        (("pointOfContact",), "pointOfContact"),
        (("user", "pointOfContact"), "pointOfContact"),
    ],
)
def test_the_party_nearest_to_a_publisher_stands_in_and_that_is_noted(roles: tuple[str, ...], publisher: str) -> None:
    xml = iso.record(info="".join(iso.party(role, role) for role in roles))
    assert package(xml)["publisher"] == [{"name": publisher}]
    assert rules(xml) == ["publisher_from_role"]


def test_without_anybody_there_is_no_publisher_and_no_contact() -> None:
    made = package(iso.record(info=iso.party("user", "Nutzer") + "<gmd:pointOfContact/>"))
    assert "publisher" not in made
    assert "contact" not in made


def test_a_contact_that_cannot_be_reached_gives_way_to_that_of_the_metadata() -> None:
    xml = iso.record(
        head=iso.party("pointOfContact", "Metastelle", email="meta@stadt.example", within="contact"),
        info=iso.party("pointOfContact", "Amt ohne Adresse"),
    )
    assert package(xml)["contact"] == [{"name": "Metastelle", "email": "meta@stadt.example"}]


def test_two_mail_addresses_are_two_contacts_with_one_name() -> None:
    xml = iso.record(info=iso.party("pointOfContact", "Amt", email="a@stadt.example"))
    xml = xml.replace("</gmd:CI_Address>", iso.text("electronicMailAddress", "b@stadt.example") + "</gmd:CI_Address>")
    assert [each["email"] for each in package(xml)["contact"]] == ["a@stadt.example", "b@stadt.example"]


# --- keywords --------------------------------------------------------------------------------------------------------


def test_topics_and_inspire_themes_become_eu_themes() -> None:
    topic = "<gmd:topicCategory><gmd:MD_TopicCategoryCode>{}</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
    made = package(
        iso.record(
            info=iso.keywords("Verkehrsnetze", thesaurus="GEMET - INSPIRE themes, version 1.0")
            + topic.format("society")
            + topic.format("environment_EnvironmentalProtection")
            + topic.format("unsinn")
            + "<gmd:topicCategory/>",
        )
    )
    assert made["theme"] == [f"{THEME}SOCI", f"{THEME}ENVI", f"{THEME}TRAN"]
    assert made["tags"] == [{"name": "Verkehrsnetze"}]


@pytest.mark.parametrize(
    "word",
    [
        iso.text("keyword", "Irgendwie", "http://inspire.ec.europa.eu/theme/tn"),
        iso.text("keyword", "Irgendwie", "https://inspire.ec.europa.eu/theme/tn/"),
        "Transport networks",
        "VERKEHRSNETZE",
    ],
)
def test_an_inspire_theme_is_known_by_its_iri_or_its_name(word: str) -> None:
    assert package(iso.record(info=iso.keywords(word, thesaurus="INSPIRE-Themen")))["theme"] == [f"{THEME}TRAN"]


def test_the_name_of_a_theme_outside_of_its_thesaurus_is_just_a_keyword() -> None:
    made = package(iso.record(info=iso.keywords("Verkehrsnetze", thesaurus="UMTHES")))
    assert "theme" not in made
    assert made["tags"] == [{"name": "Verkehrsnetze"}]


@pytest.mark.parametrize(
    "word",
    [
        iso.text("keyword", "x", "http://data.europa.eu/bna/c_b79e35eb"),
        "Mobilität",
        "Mobility",
    ],
)
def test_high_value_categories_are_known_by_iri_or_name(word: str) -> None:
    made = package(iso.record(info=iso.keywords(word, thesaurus="High-value dataset categories")))
    assert made["hvd_category"] == ["http://data.europa.eu/bna/c_b79e35eb"]
    assert "tags" not in made


def test_codes_among_the_keywords_become_what_they_stand_for() -> None:
    made = package(
        iso.record(
            info=iso.keywords("opendata", "inspireidentifiziert", "AdVMIS", "TRAN", "umwelt_klima", "Baum")
            + iso.keywords("Landesgesetz über Bäume", thesaurus="Further legal basis")
            + iso.keywords(
                iso.text("keyword", "Lokal", "http://inspire.ec.europa.eu/metadata-codelist/SpatialScope/local")
            ),
        )
    )
    assert [tag["name"] for tag in made["tags"]] == ["opendata", "inspireidentifiziert", "AdVMIS", "Baum"]
    assert made["theme"] == [f"{THEME}TRAN", f"{THEME}ENVI"]
    assert made["applicable_legislation"] == ["http://data.europa.eu/eli/dir/2007/2/oj", "Landesgesetz über Bäume"]
    assert made["political_geocoding_level_uri"] == [f"{KEY}Level/municipality"]


# --- anything --------------------------------------------------------------------------------------------------------

SEED = 20260214
ODD = [
    "",
    " ",
    "x",
    "{",
    '{"id":',
    "http://",
    "http://[",
    "0",
    "-1",
    "NaN",
    "9" * 400,
    "\u00ad",
    "ä" * 2000,
    "2024-13-45",
    "#",
    "::",
    "%zz",
]


def _mutated(root: Any, chance: random.Random) -> Any:
    """A record of which a few values, attributes and elements are replaced, doubled or taken away."""
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    for _ in range(chance.randint(1, 12)):
        element = chance.choice(elements)
        parent = element.getparent()
        action = chance.randint(0, 5)
        if action == 0:
            element.text = chance.choice(ODD)
        elif action == 1 and element.attrib:
            element.attrib[chance.choice(list(element.attrib))] = chance.choice(ODD)
        elif action == 2 and parent is not None:
            parent.remove(element)
        elif action == 3:
            element.tag = chance.choice(["{x}unbekannt", "code", element.tag])
        elif action == 4:
            element.append(etree.fromstring(etree.tostring(chance.choice(elements))))
        else:
            for child in list(element):
                element.remove(child)
    return root


def test_whatever_stands_in_a_record_it_is_mapped_or_refused() -> None:
    chance = random.Random(SEED)
    files = [path for kind in ("iso19139", "iso19115-3") for path in sorted(cases(kind).glob("*.xml"))]
    refused = 0
    for _ in range(600):
        path = chance.choice(files)
        root = etree.parse(str(path)).getroot()
        records = [e for e in root.iter() if isinstance(e.tag, str) and e.tag.endswith("MD_Metadata")]
        if not records:
            continue
        try:
            made = describe(_mutated(records[0], chance))
        except RecordRefused:
            refused += 1
            continue
        json.dumps(made.package)
        normalise(made.package)
    assert refused < 300


def test_whatever_is_filled_is_a_field_of_the_model_or_of_ckan() -> None:
    packages: list[dict[str, Any]] = []
    for kind in ("iso19139", "iso19115-3", "csw"):
        catalogue = Catalogue("https://gdi.example/csw", {"name": "GDI"})
        for path in sorted(cases(kind).glob("*.xml")):
            for record in [e for e in etree.parse(str(path)).getroot().iter() if str(e.tag).endswith("MD_Metadata")]:
                with suppress(RecordRefused):
                    catalogue.add(describe(record))
        packages += [record.payload for record in catalogue.records() if isinstance(record, Record)]
    packages += [resource for package in packages for resource in package.get("resources", ())]
    known = {name for class_ in load().classes.values() for name in class_.by_field}
    assert len(packages) > 40
    assert {name for package in packages for name in package} <= known | {
        "type",
        "uri",
        "resources",
        "translations",
        "findings",
    }
    assert any("access_service" in each for each in packages)
