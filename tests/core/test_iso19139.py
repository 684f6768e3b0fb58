"""Real records of ISO 19139 as packages; what each part of a record becomes is in test_iso_mapping.py."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from ckanext.stuttgart.errors import SourceError
from ckanext.stuttgart.harvest.client import LocalFile
from ckanext.stuttgart.harvest.readers.csw import READER
from tests.core.sources import Read, assert_conforming, cases, read

pytestmark = pytest.mark.thorough

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
LICENCE = "http://dcat-ap.de/def/licenses/"
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


@functools.cache
def of_file(name: str) -> Read:
    """A shared file, read as a file."""
    path = cases("iso19139") / name
    return read(READER, LocalFile(path), str(path))


# --- real records ------------------------------------------------------------------------------------------------


def test_every_recorded_record_becomes_a_conforming_package_or_is_refused_by_name() -> None:
    seen = 0
    for path in sorted(cases("iso19139").glob("*.xml")):
        if b"ExceptionReport" in path.read_bytes():
            with pytest.raises(SourceError, match="answered with an exception"):
                read(READER, LocalFile(path), str(path))
            continue
        done = read(READER, LocalFile(path), str(path))
        assert done.packages or done.refused, path.name
        assert done.stopped is None
        assert_conforming(done)
        seen += 1
    assert seen >= 19


def test_a_dataset_of_berlin_keeps_its_iri_licence_source_and_contact() -> None:
    done = of_file("ckanext-fisbroker__dataset-open-data.xml")
    (record,) = done.records
    made = done.package("Kriterien zur Bewertung der Bodenfunktionen 2015")
    assert record.iri == "https://registry.gdi-de.org/id/de.be.csw/bb492d1f-c806-349a-a998-bc491ad22e07"
    assert record.identifier == made["identifier"] == "51022e98-12ab-47dd-897e-5d24136679d1"
    assert record.modified == made["modified"] == "2019-08-21T13:30:00"
    assert made["issued"] == "2019-02-22"
    assert made["license_id"] == f"{LICENCE}dl-by-de/2.0"
    assert made["contact"] == [
        {
            "name": "Senatsverwaltung für Umwelt, Verkehr und Klimaschutz Berlin, Hr. Dr. Thelemann",
            "email": "michael.thelemann@senuvk.berlin.de",
            "telephone": "+49-30-9025-2487",
        }
    ]
    assert made["publisher"][0]["name"] == "Senatsverwaltung für Umwelt, Verkehr und Klimaschutz Berlin"
    assert "email" not in made["publisher"][0]
    assert made["language"] == ["http://publications.europa.eu/resource/authority/language/DEU"]
    assert made["conforms_to"] == ["http://www.opengis.net/def/crs/EPSG/0/25833"]
    assert made["theme"] == [f"{THEME}ENVI", f"{THEME}TECH"]
    assert {"name": "opendata"} in made["tags"]
    assert made["spatial_coverage"][0]["bbox"].startswith("POLYGON((13.079 52.3284, 13.7701 52.3284")
    assert made["url"].startswith("http://fbinter.stadt-berlin.de/fb?loginkey=")
    assert made["documentation"][0].endswith(".pdf")
    assert any("Lebensraumfunktion" in statement for statement in made["provenance"])


def test_a_service_of_berlin_has_its_address_its_data_and_the_filled_in_attribution() -> None:
    made = of_file("ckanext-fisbroker__wfs-open-data.xml").package("Nährstoffversorgung")
    assert made["type"] == "data_service"
    assert made["endpoint_url"] == ["https://fbinter.stadt-berlin.de/fb/wfs/data/senstadt/s01_11_07naehr2015"]
    assert made["endpoint_description"][0].endswith("?request=getcapabilities&service=wfs&version=2.0.0")
    assert made["service_format"] == ["WFS_SRVC"]
    assert made["license_id"] == f"{LICENCE}dl-by-de/2.0"
    assert made["license_attribution_by_text"] == (
        "Umweltatlas Berlin / Nährstoffversorgung des Oberbodens 2015 (Umweltatlas)"
    )
    assert made["serves_dataset"] == ["https://registry.gdi-de.org/id/de.be.csw/bb492d1f-c806-349a-a998-bc491ad22e07"]
    assert made["hvd_category"] == ["http://data.europa.eu/bna/c_dd313021"]
    assert "http://data.europa.eu/eli/dir/2007/2/oj" in made["applicable_legislation"]


@pytest.mark.parametrize(
    "name", ["wfs-no-org-name", "wfs-no-preview_1", "wfs-no-preview_2", "wfs-no-responsible-party"]
)
def test_services_that_lack_something_are_services_all_the_same(name: str) -> None:
    done = of_file(f"ckanext-fisbroker__{name}.xml")
    (made,) = done.packages
    assert made["type"] == "data_service"
    assert made["publisher"][0]["name"]


def test_licence_blocks_that_contradict_each_other_give_the_narrower_licence_and_a_finding() -> None:
    done = of_file("ingrid-editor__csw_test_import_example.xml")
    made = done.package("wemove Test")
    assert made["license_id"] == f"{LICENCE}cc-by-nc"
    assert {"licence_conflict"} == set(*done.findings.values())
    assert made["publisher"][0]["name"] == "Landesbetrieb Geoinformation und Vermessung (LGV) Hamburg"
    assert made["endpoint_url"] == ["http://www.metaver.de/search/dls/service/E6044602-F59B-4DC0-815D-F25BB34BAEF6"]


def test_a_full_record_of_ingrid_gives_places_keys_themes_and_laws() -> None:
    made = of_file("ingrid-editor__iso_geodataset_full.xml").package("Bebauungsplan")
    assert {"uri", "text"} <= set(next(each for each in made["spatial_coverage"] if "uri" in each))
    assert "http://dcat-ap.de/def/politicalGeocoding/regionalKey/054352000000" in {
        each.get("uri") for each in made["spatial_coverage"]
    }
    hamburg = next(each for each in made["spatial_coverage"] if each.get("text") == "Hamburg")
    assert "8.420551 53.394985" in hamburg["bbox"]
    assert made["temporal_coverage"] == [{"start": "2016-03-01T00:00:00.000+01:00"}]
    assert made["frequency"].endswith("/UPDATE_CONT")
    assert f"{THEME}HEAL" in made["theme"]
    assert "Nieders. Abfallgesetz (NAbfG)" in made["applicable_legislation"]
    assert made["license_id"] == f"{LICENCE}bsd"
    assert made["access_rights"] == PUBLIC
    assert made["spatial_resolution_in_meters"] == "100"
    assert "http://data.europa.eu/eli/reg/2009/976" in made["conforms_to"]
    assert len(made["provenance"]) == 3


# --- SEMIC's golden pairs ----------------------------------------------------------------------------------------

GOLDEN = ("basic_dataset", "geo-bbox-precision", "hvd_dataset_multilingual", "multilingual-metadata")


def golden(name: str) -> tuple[Graph, Any, Read]:
    expected = Graph().parse(cases("iso19139") / f"semic__{name}__expected_output.ttl", format="turtle")
    subject = next(
        s
        for type_ in (DCAT.Dataset, DCAT.DataService)
        for s in expected.subjects(RDF.type, type_)
        if isinstance(s, URIRef)
    )
    return expected, subject, of_file(f"semic__{name}__input.xml")


def texts_of(made: dict[str, Any], field: str) -> set[str]:
    plain = made.get(field)
    own = {item["name"] for item in plain} if isinstance(plain, list) else {plain}
    return own | {entry["text"] for entry in made.get("translations", ()) if entry["field"] == field}


def plain(text: Any) -> str:
    return " ".join(str(text).split())


@pytest.mark.parametrize("name", GOLDEN)
def test_titles_descriptions_and_keywords_contain_what_semic_expects(name: str) -> None:
    expected, subject, done = golden(name)
    made = next(each for each in done.packages if each["uri"] == str(subject))
    for predicate, field in ((DCTERMS.title, "title"), (DCTERMS.description, "notes"), (DCAT.keyword, "tags")):
        wanted = {plain(value) for value in expected.objects(subject, predicate)}
        assert wanted <= {plain(text) for text in texts_of(made, field)}


@pytest.mark.parametrize("name", GOLDEN)
def test_contacts_contain_what_semic_expects(name: str) -> None:
    expected, subject, done = golden(name)
    vcard = "http://www.w3.org/2006/vcard/ns#"
    made = next(each for each in done.packages if each["uri"] == str(subject))
    names = [contact.get("name", "") for contact in made["contact"]]
    for contact in expected.objects(None, DCAT.contactPoint):
        assert any(str(expected.value(contact, URIRef(f"{vcard}fn"))) in each for each in names)
        mails = {str(mail).removeprefix("mailto:") for mail in expected.objects(contact, URIRef(f"{vcard}hasEmail"))}
        assert mails <= {each.get("email") for each in made["contact"]}


@pytest.mark.parametrize("name", GOLDEN[:3])
def test_extents_contain_what_semic_expects(name: str) -> None:
    expected, subject, done = golden(name)
    made = next(each for each in done.packages if each["uri"] == str(subject))
    for location in expected.objects(subject, DCTERMS.spatial):
        for bbox in expected.objects(location, DCAT.bbox):
            if str(bbox).startswith("POLYGON"):
                corners = {tuple(map(float, pair.split())) for pair in str(bbox)[9:-2].split(",")}
                ours = {
                    tuple(map(float, pair.split()))
                    for each in made["spatial_coverage"]
                    for pair in each.get("bbox", "POLYGON(())")[9:-2].split(",")
                    if pair
                }
                assert corners <= ours
    wanted = {
        str(date)[:10]
        for period in expected.objects(subject, DCTERMS.temporal)
        for date in expected.objects(period, DCAT.startDate)
    }
    assert wanted <= {each.get("start") for each in made["temporal_coverage"]}


def test_themes_of_semic_are_eu_themes_and_their_names_are_keywords() -> None:
    _, _, done = golden("hvd_dataset_multilingual")
    made = done.package("Land Use map")
    assert made["theme"] == [f"{THEME}ENVI", f"{THEME}REGI"]
    assert {"Land use", "land development", "land use regime", "Directive 2000/60/EC"} <= texts_of(made, "tags")
    assert made["political_geocoding_level_uri"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/federal"]


def test_high_value_datasets_contain_what_semic_expects() -> None:
    expected, subject, done = golden("hvd_dataset_multilingual")
    made = done.package("Land Use map")
    dcatap = "http://data.europa.eu/r5r/"
    for predicate, field in (("hvdCategory", "hvd_category"), ("applicableLegislation", "applicable_legislation")):
        assert {str(value) for value in expected.objects(subject, URIRef(dcatap + predicate))} <= set(made[field])


@pytest.mark.parametrize("name", GOLDEN[:3])
def test_distributions_and_their_services_contain_what_semic_expects(name: str) -> None:
    expected, subject, done = golden(name)
    made = next(each for each in done.packages if each["uri"] == str(subject))
    services = {each["uri"]: each for each in done.packages if each["type"] == "data_service"}
    for distribution in expected.objects(subject, DCAT.distribution):
        title = str(expected.value(distribution, DCTERMS.title))
        (ours,) = [each for each in made["resources"] if each["name"] == title]
        assert ours["license"] == str(expected.value(distribution, DCTERMS.license))
        service = services[ours["access_service"][0]]
        theirs = expected.value(distribution, DCAT.accessService)
        assert service["title"] == str(expected.value(theirs, DCTERMS.title))
        assert service["endpoint_url"] == [str(expected.value(theirs, DCAT.endpointURL))]
        assert service["endpoint_description"] == [str(expected.value(theirs, DCAT.endpointDescription))]
        assert service["endpoint_description"] == [str(expected.value(distribution, DCAT.accessURL))]
        assert service["serves_dataset"] == [str(subject)]


def test_the_multilingual_service_of_semic_has_its_address_and_its_terms() -> None:
    expected, subject, done = golden("multilingual-metadata")
    (made,) = done.packages
    assert made["endpoint_url"] == [str(expected.value(subject, DCAT.endpointURL))]
    assert made["license_id"] == str(expected.value(subject, DCTERMS.license))
    assert made["access_rights"] == PUBLIC
    assert {"language": "cs", "field": "title", "text": "Stahovací služba ATOM pro Data50"} in made["translations"]
    assert made["title"] == "ATOM Download Service for the Data50"
