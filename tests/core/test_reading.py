"""RDF as catalogues write it, read into packages: every property that has a field, in whatever form it stands."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde.catalog import package_nodes, upgrade
from ckanext.stuttgart.dcatde.graph import read, write
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import normalise
from tests.core import official_shapes as shapes
from tests.core.situations import graph

pytestmark = pytest.mark.thorough

LICENCES = "http://dcat-ap.de/def/licenses/"
EU = "http://publications.europa.eu/resource/authority/"
DOI = "http://purl.org/spar/datacite/doi"
KEYS = "http://dcat-ap.de/def/politicalGeocoding/"
POINT = '{"type": "Point", "coordinates": [9, 48]}'
DATASET = URIRef("https://example.org/d")
CASES = sorted((shapes.SHARED / "cases" / "dcat").glob("*")) if shapes.SHARED.is_dir() else []


@pytest.fixture(autouse=True)
def lexical_forms_stay(monkeypatch):
    """As in the portal's own reader (`harvest.parse`): rdflib would rewrite `Z`, hex case and leading zeros."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def package(turtle: str) -> dict[str, Any]:
    """The dataset `ex:d` of some Turtle, raw."""
    data = graph(f"ex:d a dcat:Dataset ; {turtle}")
    upgrade(data)
    return {name: value for name, value in read(data, DATASET).items() if name not in ("type", "uri")}


def resource(turtle: str) -> dict[str, Any]:
    (only,) = package(f"dcat:distribution [ {turtle} ] .")["resources"]
    return only


# --- texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "german", "others"),
    [
        ("'Bäume'", "Bäume", []),
        ("'Bäume'@de", "Bäume", []),
        ("'Bäume'@de, 'Trees'@en", "Bäume", [("en", "Trees")]),
        ("'Bäume', 'Trees'@en", "Bäume", [("en", "Trees")]),
        ("'Trees'@en, 'Arbres'@fr", "Trees", [("en", "Trees"), ("fr", "Arbres")]),
        ("'Trees', 'Trees'@en", "Trees", [("en", "Trees")]),
        ("'Trees', 'Trees'@en, 'Bäume'@de", "Bäume", [("en", "Trees")]),
        ("'Bäume'@de, 'Stadtbäume'@de", "Bäume", [("de", "Stadtbäume")]),
        ("'Bäume'@de, 'Alle Bäume'", "Bäume", [("de", "Alle Bäume")]),
        ("'Rad'@de, 'Rad'@en", "Rad", [("de", "Rad"), ("en", "Rad")]),
    ],
)
def test_german_stands_in_the_field_and_every_other_text_in_the_translations(
    titles: str, german: str, others: list[tuple[str, str]]
):
    values = package(f"dcterms:title {titles} .")
    assert values["title"] == german
    assert [(entry["language"], entry["text"]) for entry in values.get("translations", [])] == others


def test_no_text_gets_lost_on_the_way_into_the_portal():
    values = package("dcterms:title 'Bäume'@de, 'Alle Bäume', 'Stadtbäume'@de, 'Trees'@en .")
    made = normalise(values)
    assert {finding.value for finding in made.findings if finding.rule == "second_german_text"} == {
        "Alle Bäume",
        "Stadtbäume",
    }
    assert {entry["text"] for entry in made.stored()["translations"]} == {"Alle Bäume", "Stadtbäume", "Trees"}


def test_keywords_of_any_language_are_keywords():
    values = package("dcat:keyword 'Baum', 'Rad'@de, 'tree'@en .")
    assert values["tags"] == [{"name": "Baum"}, {"name": "Rad"}]
    assert values["translations"] == [{"field": "tags", "language": "en", "text": "tree"}]


def test_an_abstract_serves_where_a_description_is_missing():
    assert package("dcterms:abstract 'Kurz' .")["notes"] == "Kurz"
    assert package("dcterms:abstract 'Kurz' ; dcterms:description 'Lang' .")["notes"] == "Lang"


# --- single values given several times ---------------------------------------------------------------------------


def test_several_values_of_a_single_field_are_a_list_of_which_normalise_chooses():
    listed = f"{LICENCES}dl-by-de/2.0"
    values = resource(f"dcat:accessURL ex:a ; dcterms:license <https://example.org/lizenz>, <{listed}>, 'Text'")
    assert values["license"] == ["Text", listed, "https://example.org/lizenz"]
    made = normalise({"title": "T", "resources": [values]})
    assert made.package["resources"][0]["license"] == listed
    assert package("dcterms:issued '2020', '2019' .")["issued"] == ["2019", "2020"]


def test_a_german_name_comes_before_the_others():
    values = package("dcterms:publisher [ foaf:name 'City'@en, 'Stadt'@de ] .")
    assert values["publisher"] == [{"name": ["Stadt", "City"]}]
    assert normalise({"title": "T", **values}).package["publisher"] == [{"name": "Stadt"}]


def test_identifiers_and_landing_pages_have_a_field_for_further_ones():
    values = package("dcterms:identifier 'b', 'a' ; dcat:landingPage ex:2, ex:1 .")
    assert (values["identifier"], values["further_identifier"]) == ("a", ["b"])
    assert (values["url"], values["landing_page"]) == ("https://example.org/1", ["https://example.org/2"])


def test_of_several_checksums_a_complete_one_is_read():
    half = "[ spdx:checksumValue 'aa' ]"
    whole = "[ spdx:algorithm spdx:checksumAlgorithm_md5 ; spdx:checksumValue 'bb' ]"
    for values in (f"{half}, {whole}", f"{whole}, {half}"):
        read_ = resource(f"spdx:checksum {values}")
        assert read_ == {"hash": "bb", "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_md5"}
    assert resource("dcterms:title 'A' ; spdx:checksum ex:sum") == {"name": "A"}


# --- literals, nodes, other vocabularies -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turtle", "field", "value"),
    [
        ("dcterms:publisher 'Amt' .", "publisher", [{"name": "Amt"}]),
        (
            "dcterms:publisher [ vcard:fn 'Amt' ; vcard:hasEmail <mailto:a@example.org> ] .",
            "publisher",
            [{"name": "Amt", "email": "a@example.org"}],
        ),
        ("dcterms:publisher [ rdfs:label 'Amt' ] .", "publisher", [{"name": "Amt"}]),
        ("dcterms:publisher [ skos:prefLabel 'Office'@en, 'Amt'@de ] .", "publisher", [{"name": ["Amt", "Office"]}]),
        ("dcterms:publisher [ foaf:name 'Amt' ; rdfs:label 'Label' ] .", "publisher", [{"name": "Amt"}]),
        ("dcat:contactPoint 'opendata@example.org' .", "contact", [{"name": "opendata@example.org"}]),
        (
            "dcat:contactPoint [ foaf:name 'Amt' ; foaf:mbox <mailto:a@example.org> ] .",
            "contact",
            [{"name": "Amt", "email": "a@example.org"}],
        ),
        (
            "dcat:contactPoint [ schema:name 'Amt' ; schema:email 'a@example.org' ] .",
            "contact",
            [{"name": "Amt", "email": "a@example.org"}],
        ),
        (
            "dcat:contactPoint [ vcard:organization-name 'Amt' ; vcard:hasUrl ex:k ] .",
            "contact",
            [{"name": "Amt", "url": "https://example.org/k"}],
        ),
        ("dcat:contactPoint [ vcard:hasEmail 'mailto: a@example.org' ] .", "contact", [{"email": "a@example.org"}]),
        (
            "dcat:contactPoint [ vcard:hasEmail <mailto:a%2Bb@example.org> ] .",
            "contact",
            [{"email": "a+b@example.org"}],
        ),
        (
            "dcat:contactPoint [ vcard:hasTelephone <tel:+49%20711%20216-0> ] .",
            "contact",
            [{"telephone": "+49 711 216-0"}],
        ),
        (
            "dcat:contactPoint [ vcard:hasTelephone [ vcard:hasValue <tel:+49711> ] ] .",
            "contact",
            [{"telephone": "+49711"}],
        ),
        ("adms:contactPoint [ vcard:fn 'Amt' ] .", "contact", [{"name": "Amt"}]),
        ("dcterms:temporal '2010/2015' .", "temporal_coverage", [{"text": "2010/2015"}]),
        (
            "dcterms:temporal [ schema:startDate '2010' ; schema:endDate '2015' ] .",
            "temporal_coverage",
            [{"start": "2010", "end": "2015"}],
        ),
        (
            "dcterms:temporal [ time:hasBeginning [ time:inXSDDate '2010-01-01' ] ] .",
            "temporal_coverage",
            [{"start": "2010-01-01"}],
        ),
        (
            f"adms:identifier [ skos:notation '10.1000/182'^^<{DOI}> ] .",
            "alternate_identifier",
            [{"notation": "10.1000/182", "datatype": DOI}],
        ),
        ("adms:identifier 'X 1' .", "alternate_identifier", [{"notation": "X 1"}]),
        ("dcterms:source 'HMDK/c71a34e1' .", "source", ["HMDK/c71a34e1"]),
        ("dcterms:provenance [ dcterms:description 'Erhebung 2020' ] .", "provenance", ["Erhebung 2020"]),
        ("dcterms:provenance [ rdfs:label 'Survey'@en, 'Erhebung'@de ] .", "provenance", ["Erhebung"]),
        ("dcterms:conformsTo 'INSPIRE', ex:standard .", "conforms_to", ["INSPIRE", "https://example.org/standard"]),
        (f"dcterms:language 'de', '{EU}language/DEU' .", "language", ["de", f"{EU}language/DEU"]),
        ("dcat:theme [ skos:prefLabel 'Umwelt' ] .", "theme", ["Umwelt"]),
        ("dcterms:accessRights [ rdfs:label 'PUBLIC' ] .", "access_rights", "PUBLIC"),
        ("dcat:landingPage 'https://example.org/seite' .", "url", "https://example.org/seite"),
        (f"dcterms:license <{LICENCES}cc-zero> .", "license_id", f"{LICENCES}cc-zero"),
        ("dcterms:license 'license', 'CC BY 4.0' .", "license_id", "CC BY 4.0"),
        ("dcterms:license [ rdfs:label 'Hausrecht' ] .", "license_id", "Hausrecht"),
    ],
)
def test_a_value_is_read_in_every_form_it_is_given_in(turtle: str, field: str, value: Any):
    assert package(turtle)[field] == value


def test_other_vocabularies_only_stand_in_for_what_is_missing():
    one = "ex:a foaf:name 'Amt' ; foaf:mbox <mailto:amt@example.org> ; vcard:hasEmail <mailto:kontakt@example.org> ."
    values = package(f"dcterms:publisher ex:a ; dcat:contactPoint ex:a . {one}")
    iri = "https://example.org/a"
    assert values["publisher"] == [{"uri": iri, "name": "Amt", "email": "amt@example.org"}]
    assert values["contact"] == [{"uri": iri, "email": "kontakt@example.org"}]


@pytest.mark.parametrize(
    "place",
    [
        "[ locn:geometry 'POINT(9 48)'^^geo:wktLiteral ]",
        f"[ locn:geometry 'POINT(9 48)'^^geo:wktLiteral, '{POINT}', '<gml:Point/>'^^geo:gmlLiteral ]",
        "[ locn:geometry [ a locn:Geometry ; geo:asWKT 'POINT(9 48)'^^geo:wktLiteral ] ]",
        "[ geo:hasGeometry [ geo:asWKT 'POINT(9 48)' ] ]",
        "[ geo:asWKT 'POINT(9 48)' ]",
        "[ ogc:asWKT 'POINT(9 48)' ]",
        "'POINT(9 48)'",
    ],
)
def test_a_geometry_is_found_wherever_it_stands(place: str):
    made = normalise({"title": "T", **package(f"dcterms:spatial {place} .")})
    assert made.package["spatial_coverage"] == [{"centroid": "POINT(9 48)"}]


def test_a_readable_box_is_chosen_among_several_notations():
    box = "POLYGON((9 48, 9.1 48, 9.1 48.1, 9 48.1, 9 48))"
    gml = "<gml:Envelope><gml:lowerCorner>9 48</gml:lowerCorner></gml:Envelope>"
    values = package(f"dcterms:spatial [ dcat:bbox '{gml}'^^geo:gmlLiteral, '{box}'^^geo:wktLiteral ] .")
    assert normalise({"title": "T", **values}).package["spatial_coverage"] == [{"bbox": box}]


def test_the_unit_a_place_lies_in_is_a_place_of_its_own():
    values = package(
        f"dcterms:spatial [ locn:adminUnitL2 <{KEYS}stateKey/02>, <{KEYS}regionalKey/020000000000>, 'Hamburg' ], "
        f"[ dcat:centroid 'POINT(10 53)' ; locn:adminUnitL1 <{EU}country/DEU> ] ; "
        f"dcatde:politicalGeocodingURI <{KEYS}stateKey/02> ."
    )
    assert values["spatial_coverage"] == [
        {"centroid": "POINT(10 53)"},
        {"text": "Hamburg"},
        {"uri": f"{KEYS}regionalKey/020000000000"},
        {"uri": f"{KEYS}stateKey/02"},
        {"uri": f"{EU}country/DEU"},
    ]


# --- older versions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("namespace", [name for name, prefix in load().old_namespaces.items() if prefix == "dcatde"])
def test_every_older_namespace_of_the_german_properties_is_read(namespace: str):
    values = package(
        f"<{namespace}contributorID> <http://dcat-ap.de/def/contributors/datenBW> ; <{namespace}legalBasis> 'UIG' ; "
        f"<{namespace}politicalGeocodingURI> <{KEYS}stateKey/08> ; <{namespace}originator> [ foaf:name 'Amt' ] ."
    )
    assert values == {
        "contributor_id": ["http://dcat-ap.de/def/contributors/datenBW"],
        "applicable_legislation": ["UIG"],
        "spatial_coverage": [{"uri": f"{KEYS}stateKey/08"}],
        "originator": [{"name": "Amt"}],
    }


def test_deprecated_properties_are_read_into_the_fields_of_their_successors():
    values = package(
        "dcatde:originator [ foaf:name 'Urheber' ] ; dcatde:maintainer [ foaf:name 'Pfleger' ] ; "
        "owl:versionInfo '2.0' ; dcatde:qualityProcessURI ex:q ; dcatde:geocodingDescription 'Hamburg' ; "
        "dcatde:plannedAvailability ex:v ; "
        "dcterms:hasVersion ex:neu ; dcterms:isVersionOf ex:alt ; dcatde:legalbasisText 'UIG' ; "
        "dcatde:geocodingText 'Elbe' ."
    )
    assert values == {
        "originator": [{"name": "Urheber"}],
        "custodian": [{"name": "Pfleger"}],
        "version": "2.0",
        "documentation": ["https://example.org/q"],
        "spatial_coverage": [{"text": "Elbe"}, {"text": "Hamburg"}],
        "availability": "https://example.org/v",
        "has_version": ["https://example.org/neu"],
        "related_resource": ["https://example.org/alt"],
        "applicable_legislation": ["UIG"],
    }


def test_a_new_property_wins_over_its_deprecated_twin():
    assert package("dcat:version '3' ; owl:versionInfo '2' .")["version"] == "3"


TWINS = {
    "originator": "dcatde:originator",
    "custodian": "dcatde:maintainer",
    "version": "owl:versionInfo",
    "has_version": "dcterms:hasVersion",
    "applicable_legislation": "dcatde:legalBasis",
    "spatial_coverage": "dcatde:politicalGeocodingURI",
}


@pytest.mark.parametrize("twins", [True, False])
def test_the_deprecated_twins_are_written_beside_the_new_properties_when_asked_for(twins: bool):
    values = {
        "uri": str(DATASET),
        "type": "dataset",
        "title": "T",
        "originator": [{"name": "Amt"}],
        "custodian": [{"name": "Amt"}],
        "version": "2",
        "has_version": ["https://example.org/neu"],
        "applicable_legislation": ["UIG"],
        "spatial_coverage": [{"text": "Ost"}, {"uri": f"{KEYS}stateKey/08"}],
    }
    written = Graph()
    write(written, DATASET, values, twins=twins)
    for curie in (*TWINS.values(), "dcatde:geocodingDescription"):
        assert ((DATASET, load().expand(curie), None) in written) is twins, curie
    assert read(written, DATASET) == values


# --- order and hostility -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_package_does_not_hang_on_the_order_of_its_triples_or_the_names_of_its_nodes(path: Path):
    data = Graph().parse(path, format="json-ld" if path.suffix == ".jsonld" else None)
    upgrade(data)
    named = [node for node in package_nodes(data) if isinstance(node, URIRef)]
    before = [normalise(read(data, node)).package for node in named]
    for seed in range(3):
        rng = random.Random(seed)
        names: dict[Node, Node] = {
            node: BNode(f"{rng.random()}") for node in data.all_nodes() if isinstance(node, BNode)
        }
        triples = list(data)
        rng.shuffle(triples)
        again = Graph()
        for s, p, o in triples:
            again.add((names.get(s, s), p, names.get(o, o)))
        assert [normalise(read(again, node)).package for node in named] == before


def test_nodes_that_point_at_each_other_are_read_to_an_end():
    values = package(
        "dcat:contactPoint [ vcard:hasEmail _:a ] ; dcat:distribution ex:d ; dcterms:publisher ex:d ; "
        "dcterms:spatial ex:d ; dcterms:source ex:d . _:a vcard:hasValue _:b . _:b vcard:hasValue _:a ."
    )
    assert values["source"] == ["https://example.org/d"]
    assert "contact" not in values
    normalise(values)


def test_strange_values_in_strange_places_are_read_without_an_error():
    strange = [
        Literal("x"),
        Literal(""),
        Literal("\x00"),
        Literal("2020", datatype=URIRef("https://example.org/t")),
        BNode(),
        URIRef("x:y"),
    ]
    properties = {row.predicate for class_ in load().classes.values() for row in class_.rows}
    properties |= {old.predicate for class_ in load().classes.values() for row in class_.rows for old in row.legacy}
    data = graph("ex:d a dcat:Dataset .")
    for predicate in properties:
        for value in [*strange, DATASET]:
            data.add((DATASET, predicate, value))
    for type_ in load().packages.values():
        data.add((DATASET, rdflib.RDF.type, type_.iri))
        normalise(read(data, DATASET)).stored()
