"""`check` on graphs and packages: every rule fires where it should and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from ckanext.stuttgart.dcatde import rules, vocabulary
from ckanext.stuttgart.dcatde.conventions import CONVENTIONS
from ckanext.stuttgart.dcatde.findings import Finding, messages
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.view import short
from ckanext.stuttgart.errors import RecordRefused
from tests.core.situations import EU, SITUATIONS, Situation, graph

LICENCES = "http://dcat-ap.de/def/licenses/"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
ELI = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD = "http://data.europa.eu/bna/c_b79e35eb"
OFFICIAL_RULES = {
    "missing",
    "missing_any",
    "too_many",
    "not_a_text",
    "not_an_iri",
    "text_for_node",
    "wrong_datatype",
    "wrong_class",
    "not_in_list",
    "no_media_type",
    "deprecated",
    "deprecated_value",
}


# --- official rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_situation_has_exactly_its_findings(situation: Situation):
    found = rules.official(graph(situation.turtle))
    at = {(f.rule, f.severity) for f in found if (short(URIRef(f.path)) if f.path else "") == situation.at}
    assert at == situation.found


def test_a_finding_on_a_graph_names_node_property_value_and_what_is_demanded():
    found = rules.official(graph("ex:d a dcat:Dataset ; dcat:theme 'Verkehr' ."))
    assert (
        Finding(
            rule="not_in_list",
            severity="violation",
            field="dcat:theme",
            value="Verkehr",
            target=vocabulary.load("data_theme").scheme,
            focus="https://example.org/d",
            path="http://www.w3.org/ns/dcat#theme",
        )
        in found
    )


def test_a_blank_node_is_named_with_its_id():
    data = graph("[] a dcat:Dataset .")
    node = next(data.subjects())
    assert {f.focus for f in rules.official(data)} == {f"_:{node}"}


def test_findings_come_in_the_same_order_from_any_order_of_triples():
    data = graph("".join(s.turtle for s in SITUATIONS if "[" not in s.turtle))
    again = Graph()
    for triple in sorted(data, reverse=True):
        again.add(triple)
    assert rules.check(data) == rules.check(again)


def test_an_empty_graph_has_no_findings():
    assert rules.check(Graph()) == []


def test_check_is_the_official_part_and_our_own():
    data = graph("ex:d a dcat:Dataset .")
    official, own = rules.official(data), rules.conventions(data)
    assert {f.rule for f in official} == {"missing"}
    assert {f.rule for f in own} >= {"keyword_missing", "theme_missing"}
    assert set(rules.check(data)) == {*official, *own}


# --- our own rules -----------------------------------------------------------------------------------------------


def _own(turtle: str) -> set[str]:
    return {f.rule for f in rules.conventions(graph(turtle))}


def _dataset(turtle: str) -> str:
    return f"ex:d a dcat:Dataset ; {turtle} ."


def _distribution(turtle: str) -> str:
    return f"ex:r a dcat:Distribution ; {turtle} ."


HVD_DATASET = f"dcatap:hvdCategory <{HVD}> ; dcatap:applicableLegislation <{ELI}>"
SERVICE = (
    f"ex:s a dcat:DataService ; dcat:servesDataset ex:d ; {HVD_DATASET} ; dcat:contactPoint ex:c ; foaf:page ex:p ."
)
ACCESS = "dcat:accessURL ex:file"
ENDPOINT = "ex:s a dcat:DataService ; dcat:endpointURL ex:api ."

# rule -> (a graph that breaks it, a graph that keeps it)
OWN = [
    (
        "contributor_missing",
        _dataset("dcatde:contributorID ex:x"),
        _dataset(f"dcatde:contributorID <{CONTRIBUTORS}datenBW>, ex:x"),
    ),
    (
        "contributor_several",
        _dataset(f"dcatde:contributorID <{CONTRIBUTORS}datenBW>, <{CONTRIBUTORS}bundesarchiv>"),
        _dataset(f"dcatde:contributorID <{CONTRIBUTORS}datenBW>, ex:x"),
    ),
    ("keyword_missing", _dataset("dcat:keyword ex:k"), _dataset("dcat:keyword 'Rad'")),
    ("theme_missing", "ex:d a dcat:Dataset .", _dataset(f"dcat:theme <{EU}data-theme/TRAN>")),
    ("theme_missing", "ex:d a dcat:Dataset .", "ex:s a dcat:DatasetSeries, dcat:Dataset ."),
    ("distribution_missing", "ex:d a dcat:Dataset .", _dataset("dcat:distribution ex:r")),
    ("distribution_missing", "ex:d a dcat:Dataset .", "ex:s a dcat:DatasetSeries, dcat:Dataset ."),
    ("contact_missing", "ex:s a dcat:DatasetSeries .", "ex:s a dcat:DatasetSeries ; dcat:contactPoint ex:c ."),
    ("publisher_nameless", _dataset("dcterms:publisher ex:a"), _dataset("dcterms:publisher [ foaf:name 'A' ]")),
    ("publisher_nameless", _dataset("dcterms:publisher 'A'"), _dataset("dcterms:publisher [ a foaf:Agent ]")),
    (
        "licence_closed",
        _distribution(f"dcterms:license <{LICENCES}other-closed>"),
        _distribution(f"dcterms:license <{LICENCES}cc-zero>"),
    ),
    (
        "licence_closed",
        _distribution(f"dcterms:license <{LICENCES}cc-by-nc/4.0>"),
        _distribution("dcterms:license ex:x"),
    ),
    (
        "attribution_missing",
        _distribution(f"dcterms:license <{LICENCES}dl-by-de/2.0>"),
        _distribution(f"dcterms:license <{LICENCES}dl-by-de/2.0> ; dcatde:licenseAttributionByText 'A'"),
    ),
    (
        "attribution_missing",
        _distribution(f"dcterms:license <{LICENCES}cc-by/4.0>"),
        _distribution(f"dcterms:license <{LICENCES}cc-zero>"),
    ),
    ("taxonomy_missing", "ex:c a dcat:Catalog .", f"ex:c a dcat:Catalog ; dcat:themeTaxonomy <{EU}data-theme> ."),
    (
        "taxonomy_other",
        "ex:c a dcat:Catalog ; dcat:themeTaxonomy ex:t .",
        f"ex:c a dcat:Catalog ; dcat:themeTaxonomy ex:t, <{EU}data-theme> .",
    ),
    (
        "place_unknown",
        _dataset("dcterms:spatial ex:p"),
        _dataset("dcterms:spatial <http://dcat-ap.de/def/politicalGeocoding/districtKey/08111>"),
    ),
    (
        "place_unknown",
        _dataset("dcterms:spatial []"),
        _dataset(f"dcterms:spatial <{EU}country/DEU>, <https://sws.geonames.org/2825297/>"),
    ),
    (
        "place_unknown",
        "ex:c a dcat:Catalog ; dcterms:spatial ex:p .",
        _dataset("dcterms:spatial [ dcat:bbox 'POINT(9 48)' ]"),
    ),
    (
        "access_not_download",
        _distribution(f"{ACCESS} ; dcat:downloadURL ex:x"),
        _distribution(f"{ACCESS} ; dcat:downloadURL ex:file"),
    ),
    (
        "download_of_service",
        _distribution("dcat:accessService ex:s ; dcat:downloadURL ex:x"),
        _distribution("dcat:accessService ex:s"),
    ),
    (
        "access_not_endpoint",
        _distribution(f"{ACCESS} ; dcat:accessService ex:s") + ENDPOINT,
        _distribution("dcat:accessURL ex:api ; dcat:accessService ex:s") + ENDPOINT,
    ),
    ("language_missing", _dataset("dcterms:title 'A', 'B'@en"), _dataset("dcterms:title 'A'@de, 'B'@en")),
    ("language_missing", _dataset("dcterms:description 'A', 'B'@en"), _dataset("dcterms:description 'A'")),
    ("hvd_law_missing", _dataset(f"dcatap:hvdCategory <{HVD}>"), _dataset(HVD_DATASET)),
    (
        "hvd_law_missing",
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r") + "ex:r a dcat:Distribution .",
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r") + _distribution(f"dcatap:applicableLegislation <{ELI}>"),
    ),
    (
        "hvd_law_missing",
        _dataset(HVD_DATASET) + "ex:s a dcat:DataService ; dcat:servesDataset ex:d .",
        _dataset(HVD_DATASET) + SERVICE,
    ),
    (
        "hvd_category_missing",
        _dataset(f"dcatap:applicableLegislation <{ELI}>"),
        _dataset("dcatap:applicableLegislation ex:law"),
    ),
    ("hvd_category_unknown", _dataset("dcatap:hvdCategory ex:x"), _dataset(f"dcatap:hvdCategory <{HVD}>")),
    (
        "hvd_contact_missing",
        _dataset(HVD_DATASET) + "ex:s a dcat:DataService ; dcat:servesDataset ex:d .",
        _dataset(HVD_DATASET) + SERVICE,
    ),
    ("hvd_page_missing", f"ex:s a dcat:DataService ; {HVD_DATASET} .", "ex:s a dcat:DataService ."),
    ("hvd_service_missing", _dataset(HVD_DATASET), _dataset(HVD_DATASET) + SERVICE),
    (
        "hvd_service_missing",
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r"),
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r") + _distribution("dcat:accessService ex:s"),
    ),
    (
        "hvd_licence_narrow",
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r")
        + _distribution(f"dcterms:license <{LICENCES}cc-by-sa/4.0>"),
        _dataset(f"{HVD_DATASET} ; dcat:distribution ex:r") + _distribution(f"dcterms:license <{LICENCES}cc-by/4.0>"),
    ),
]


@pytest.mark.parametrize(("rule", "broken", "kept"), OWN, ids=[f"{i} {case[0]}" for i, case in enumerate(OWN)])
def test_a_rule_of_ours_fires_where_it_is_broken_and_only_there(rule: str, broken: str, kept: str):
    assert rule in _own(broken)
    assert rule not in _own(kept)


def test_every_rule_of_ours_has_a_case():
    assert {convention.rule for convention in CONVENTIONS} == {rule for rule, _, _ in OWN}


# --- packages ----------------------------------------------------------------------------------------------------


def _at(package: dict, rule: str) -> list[tuple[str, str]]:
    return [(f.field, f.severity) for f in rules.check(package) if f.rule == rule]


def test_what_a_package_lacks_is_told_by_field():
    found = {
        (f.rule, f.field) for f in rules.check({"type": "dataset", "name": "leer", "resources": [{}, {"name": "B"}]})
    }
    assert found >= {
        ("missing", "title"),
        ("missing", "notes"),
        ("missing", "publisher"),
        ("missing", "resources.1.url"),
        ("missing", "resources.1.license"),
        ("keyword_missing", "tags"),
        ("theme_missing", "theme"),
        ("contact_missing", "contact"),
        ("contributor_missing", "contributor_id"),
    }


def test_a_finding_on_a_package_names_no_node():
    found = rules.check({"title": "A", "resources": [{"url": "https://example.org/a"}]})
    assert {(f.focus, f.path) for f in found} == {("", "")}
    assert all(":" not in f.field for f in found)


def test_parts_of_a_package_are_told_by_their_place_in_it():
    package = {
        "title": "A",
        "contact": [{"name": "Amt", "email": "a@example.org"}, {"name": "Amt ohne alles"}],
        "temporal_coverage": [{"uri": "https://example.org/leer"}],
        "publisher": [{"type": "http://purl.org/adms/publishertype/LocalAuthority"}],
        "resources": [{"url": "https://example.org/a", "hash": "ab12", "hash_algorithm": "https://example.org/md5"}],
    }
    assert _at(package, "missing_any") == [("contact.1", "violation"), ("temporal_coverage.0", "violation")]
    assert ("publisher.0.name", "violation") in _at(package, "missing")
    assert _at(package, "wrong_class") == [("resources.0.hash_algorithm", "warning")]


def test_fields_of_the_tenth_resource_come_after_those_of_the_second():
    found = rules.check({"resources": [{"name": str(n), "url": "https://example.org/a"} for n in range(11)]})
    fields = [f.field for f in found if f.rule == "missing" and f.field.startswith("resources.")]
    assert fields == [f"resources.{n}.license" for n in range(11)]


def test_our_own_rules_hold_for_packages_too():
    package = {"title": "A", "resources": [{"url": "https://example.org/a", "license": f"{LICENCES}dl-by-de/2.0"}]}
    assert _at(package, "attribution_missing") == [("resources.0.license_attribution_by_text", "warning")]
    package["resources"][0] |= {"download_url": "https://example.org/b"}
    assert _at(package, "access_not_download") == [("resources.0.url", "warning")]
    package |= {"hvd_category": [HVD]}
    assert _at(package, "hvd_law_missing") == [
        ("applicable_legislation", "violation"),
        ("resources.0.applicable_legislation", "violation"),
    ]
    assert _at(package, "hvd_service_missing") == []  # a service names the dataset, which one package cannot tell


def test_references_to_other_packages_are_not_followed():
    package = {"title": "A", "in_series": ["https://example.org/series"], "has_version": ["https://example.org/neu"]}
    assert _at(package, "wrong_class") == []


def test_a_series_is_judged_as_series_and_as_dataset_with_each_finding_once():
    found = rules.check({"type": "dataset_series", "title": "Reihe"})
    assert len(found) == len({(f.rule, f.field) for f in found})
    assert {("missing", "notes"), ("missing", "publisher"), ("contact_missing", "contact")} <= {
        (f.rule, f.field) for f in found
    }


def test_a_data_service_is_judged_as_one():
    assert ("endpoint_url", "violation") in _at({"type": "data_service", "title": "WFS"}, "missing")


def test_checking_a_package_leaves_it_as_it_was():
    package = {"title": "A", "publisher": [{"name": "Amt"}], "resources": [{"url": "https://example.org/a"}]}
    before = repr(package)
    rules.check(package)
    assert repr(package) == before


# --- bad input, sentences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, "text", 7, [], b"<rdf/>"])
def test_anything_else_is_refused_by_its_type(target: object):
    with pytest.raises(TypeError, match=type(target).__name__):
        rules.check(target)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "package",
    [
        {"name": "rad", "type": "showcase"},
        {"name": "rad", "type": ["dataset"]},
        {"name": "rad", "title": "A", "translations": ["falsch"]},
        {"name": "rad", "title": "A", "translations": 7},
    ],
)
def test_a_dict_that_is_no_package_is_refused_by_its_name(package: dict):
    with pytest.raises(RecordRefused, match=r"^rad: "):
        rules.check(package)


@pytest.mark.parametrize("rule", sorted(OFFICIAL_RULES | {c.rule for c in CONVENTIONS}))
def test_every_rule_has_a_sentence_in_german_and_english(rule: str):
    finding = Finding(rule, "violation", field="title", value="Wert", target="Liste")
    german, english = finding.message("de"), finding.message("en")
    assert german != english
    for sentence in (german, english):
        assert sentence.endswith(".")
        assert "title" in sentence
        assert not re.search(r"[{}]", sentence)


def test_every_rule_is_named_in_the_docs_with_its_severity():
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule in OFFICIAL_RULES:
        assert f"`{rule}`" in text
    for convention in CONVENTIONS:
        assert re.search(rf"\| `{convention.rule}` \| {convention.severity} \|", text), convention.rule


def test_no_rule_is_without_a_place_in_the_tables():
    assert set(messages()) >= OFFICIAL_RULES
    assert all(load().classes[name] for convention in CONVENTIONS for name in convention.classes)
