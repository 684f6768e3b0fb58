"""Licences, attribution, rights and access of ISO records, by records written for each spelling."""

from __future__ import annotations

import pytest

from tests.core import iso_records as iso
from tests.core.iso_records import package, rules

LICENCE = "http://dcat-ap.de/def/licenses/"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"

BLOCK = (
    '{"id": "dl-de-by-2.0", "name": "Datenlizenz Deutschland", '
    '"url": "https://www.govdata.de/dl-de/by-2-0", "quelle": "Q"}'
)
ODD_BLOCK = (
    '{ "id": "dl-de-by-2.0" , "name": " Datenlizenz Deutschland - Namensnennung -\n Version 2.0 ", '
    '"url": "", "quelle": "Atlas / [Titel des Datensatzes]" }'
)
YEAR = "© Amt (Jahr des Datenbezugs)"
INGRID = (
    'Nutzungsbedingungen: Datenlizenz Deutschland - Namensnennung - Version 2.0; dl-de-by-2.0; Namensnennung: "Amt"'
)
BERLIN = (
    "Der Quellenvermerk gemäß (2) der Lizenz https://www.govdata.de/dl-de/by-2-0 lautet "
    '"Geoportal / [Titel des Datensatzes]".'
)
LIMITS = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/"


def licence(xml: str) -> tuple[str | None, str | None]:
    made = package(xml)
    resource = made["resources"][0]
    assert resource.get("license") == made.get("license_id")
    return made.get("license_id"), resource.get("license_attribution_by_text")


def with_constraints(*blocks: str) -> str:
    return iso.record(info="".join(blocks), distribution=iso.link("https://a.example/x.csv"))


@pytest.mark.parametrize(
    ("statement", "code", "source"),
    [
        (BLOCK, "dl-by-de/2.0", "Q"),
        (ODD_BLOCK, "dl-by-de/2.0", "Atlas / Baumkataster"),
        (f'{{"id":"dl-by-de/2.0","name":"","url":"","quelle":"{YEAR}"}}', "dl-by-de/2.0", YEAR),
        ('{"id":"dl-de-by-2-0","quelle":"Q"}', "dl-by-de/2.0", "Q"),
        ('{"id":"dl-de/zero-2-0"}', "dl-zero-de/2.0", None),
        ('{"id":"geoNutz/20130319","quelle":"Q"}', "geonutz/20130319", "Q"),
        ('{"ID":"cc-by/4.0","Quelle":"Q"}', "cc-by/4.0", "Q"),
        ('{"id":"bsdlicense","name":"BSD Lizenz"}', "bsd", None),
        ('{"id":"cc-nc","name":"Creative Commons Nicht-Kommerziell (CC-NC)"}', "cc-by-nc", None),
        ('{"id":"x","name":"Creative Commons Namens\u00adnennung 4.0 International","quelle":"Q"}', "cc-by/4.0", "Q"),
        ('{"id":"","name":"","url":"https://creativecommons.org/publicdomain/zero/1.0/deed.de"}', "cc-zero", None),
        ("{'id':'cc-by-4.0','quelle':'Straße \"Am Baum\"'}", "cc-by/4.0", 'Straße "Am Baum"'),
        ("{„id“: „cc-by-4.0“, „quelle“: „Amt“}", "cc-by/4.0", "Amt"),
        ('{"id":"cc-by-4.0","quelle":"Amt "für" Bäume",}', "cc-by/4.0", 'Amt "für" Bäume'),
        ('{&quot;id&quot;:&quot;cc-by-4.0&quot;,&quot;quelle&quot;:&quot;Amt&quot;}', "cc-by/4.0", "Amt"),
        ('Lizenz: {"id":"cc-by-4.0","quelle":"Amt"} gilt.', "cc-by/4.0", "Amt"),
        ('{"id":"cc-by-4.0","quelle":"Amt"}{"id":"cc-by-4.0","quelle":"Amt 2"}', "cc-by/4.0", "Amt"),
        ('{"id":"cc-by-4.0","quelle":"Amt, [TITEL DES DATENSATZES]"}', "cc-by/4.0", "Amt, Baumkataster"),
        ('{"id":"cc-by-4.0","quelle":"<Titel> von Amt"}', "cc-by/4.0", "Baumkataster von Amt"),
    ],
)  # fmt: skip
def test_the_licence_statement_of_gdi_de_is_read_in_every_spelling(
    statement: str, code: str, source: str | None
) -> None:
    xml = with_constraints(iso.constraints(statement))
    assert licence(xml) == (LICENCE + code, source)
    assert rules(xml) == []


@pytest.mark.parametrize(
    ("statement", "made"),
    [
        ('{"id":"eigene","name":"Nutzungsbedingungen der Stadt","url":"https://stadt.example/nutzung"}', "https://stadt.example/nutzung"),
        ('{"id":"eigene","name":"Nutzungsbedingungen der Stadt","url":""}', "Nutzungsbedingungen der Stadt"),
        ('{"id":"eigene"}', "eigene"),
        ('{"id":"","name":"keine Angabe"}', None),
        ('{"id":17,"name":null,"url":["x"]}', None),
        ('{"farbe":"grün"}', None),
        ("{", None),
        ("{" * 3000, None),
    ],
)  # fmt: skip
def test_a_licence_that_is_not_in_the_list_is_passed_on_and_nonsense_is_not(statement: str, made: str | None) -> None:
    assert licence(with_constraints(iso.constraints(statement)))[0] == made


def test_of_different_licences_the_closed_one_counts_and_else_the_first() -> None:
    by, nc, zero = ('{"id":"cc-by/4.0"}', '{"id":"cc-by-nc/4.0","quelle":"N"}', '{"id":"cc-zero"}')
    conflict = with_constraints(iso.constraints(by), iso.constraints(nc))
    assert licence(conflict) == (f"{LICENCE}cc-by-nc/4.0", "N")
    assert rules(conflict) == ["licence_conflict"]
    assert licence(with_constraints(iso.constraints(by, zero)))[0] == f"{LICENCE}cc-by/4.0"
    assert licence(with_constraints(iso.constraints(by), iso.constraints(by)))[0] == f"{LICENCE}cc-by/4.0"


def test_a_sentence_that_names_another_licence_than_the_statement_is_a_conflict_too() -> None:
    xml = with_constraints(
        iso.constraints('{"id":"cc-by/4.0"}', use="Es gilt die Datenlizenz Deutschland – Zero – Version 2.0.")
    )
    assert licence(xml)[0] == f"{LICENCE}cc-by/4.0"
    assert rules(xml) == ["licence_conflict"]


@pytest.mark.parametrize(
    ("others", "use", "code", "source"),
    [
        ((), INGRID, "dl-by-de/2.0", "Amt"),
        ((), BERLIN, "dl-by-de/2.0", "Geoportal / Baumkataster"),
        (("CC BY 4.0", "Quellenvermerk: Stadt"), "", "cc-by/4.0", "Stadt"),
        ((iso.text("otherConstraints", "x", "https://creativecommons.org/licenses/by/4.0/"),), "", "cc-by/4.0", None),
        ((), "https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero", None),
        ((), '<a href="https://www.govdata.de/dl-de/zero-2-0">hier</a>', "dl-zero-de/2.0", None),
        ((), "Es gelten die Bestimmungen der GeoNutzV.", "geonutz/20130319", None),
        (("Nutzungsbedingungen: cc-by-sa/4.0",), "", "cc-by-sa/4.0", None),
    ],
)  # fmt: skip
def test_without_a_statement_links_addresses_names_and_sentences_are_asked(
    others: tuple[str, ...], use: str, code: str, source: str | None
) -> None:
    assert licence(with_constraints(iso.constraints(*others, use=use))) == (LICENCE + code, source)


def test_a_licence_under_the_constraints_of_access_counts_where_there_is_no_other() -> None:
    xml = with_constraints(iso.constraints("CC BY 4.0", kind="accessConstraints"))
    assert licence(xml)[0] == f"{LICENCE}cc-by/4.0"


def test_texts_about_use_are_rights_without_html_and_without_the_statement() -> None:
    xml = with_constraints(iso.constraints(BLOCK, use='Bitte <b>lesen</b>: <a href="https://s.example/n">Nutzung</a>'))
    assert package(xml)["resources"][0]["rights"] == "Bitte lesen : Nutzung (https://s.example/n)"


@pytest.mark.parametrize(
    ("text", "link", "right"),
    [
        ("x", f"{LIMITS}noLimitations", "PUBLIC"),
        ("x", f"{LIMITS}INSPIRE_Directive_Article13_1e", "RESTRICTED"),
        ("Es gelten keine Zugriffsbeschränkungen", "", "PUBLIC"),
        ("Kein Zutritt", "", None),
    ],
)  # fmt: skip
def test_limitations_of_public_access_become_access_rights(text: str, link: str, right: str | None) -> None:
    made = package(
        with_constraints(iso.constraints(iso.text("otherConstraints", text, link), kind="accessConstraints"))
    )
    assert made.get("access_rights") == (f"{ACCESS}{right}" if right else None)
    assert "license_id" not in made


def test_a_classification_restricts_what_is_public_otherwise() -> None:
    code = iso.code("classification", "MD_ClassificationCode", "confidential")
    secret = iso.nest("gmd:resourceConstraints gmd:MD_SecurityConstraints", code)
    public = iso.constraints("Es gelten keine Zugriffsbeschränkungen", kind="accessConstraints")
    assert package(with_constraints(public, secret))["access_rights"] == f"{ACCESS}NON_PUBLIC"
