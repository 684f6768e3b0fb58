"""ISO 19115-3: real records, and that it gives the same packages as ISO 19139 does."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from ckanext.stuttgart.harvest.client import LocalFile
from ckanext.stuttgart.harvest.iso.mapping import describe
from ckanext.stuttgart.harvest.readers.csw import READER
from tests.core import iso_records as iso
from tests.core.sources import Read, assert_conforming, cases, read

THEME = "http://publications.europa.eu/resource/authority/data-theme/"


def of_file(name: str) -> Read:
    path = cases("iso19115-3") / name
    return read(READER, LocalFile(path), str(path))


def test_every_recorded_record_becomes_a_conforming_package() -> None:
    for path in sorted(cases("iso19115-3").glob("*.xml")):
        done = of_file(path.name)
        assert len(done.packages) == 1
        assert done.refused == {}
        assert_conforming(done)


def test_a_dataset_of_wallonia_has_its_iri_dates_roles_and_languages() -> None:
    done = of_file("geonetwork-ui__metawal.iso19115-3.dataset.xml")
    made = done.package("Passages pour piéton")
    assert done.records[0].iri == "http://geodata.wallonie.be/id/2d974612-70b1-4662-a9f4-c43cbe453773"
    assert made["identifier"] == "2d974612-70b1-4662-a9f4-c43cbe453773"
    assert (made["issued"], made["modified"]) == ("2022-06-16", "2022-06-16T05:01:21")
    assert made["publisher"][0]["name"] == "Service public de Wallonie (SPW)"
    assert made["custodian"][0]["name"].startswith("Direction Asset Management")
    assert made["contact"][0]["email"] == "helpdesk.carto@spw.wallonie.be"
    assert made["frequency"].endswith("/UPDATE_CONT")
    assert made["theme"] == [f"{THEME}TRAN"]
    assert made["political_geocoding_level_uri"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/state"]
    assert made["language"] == ["http://publications.europa.eu/resource/authority/language/FRA"]
    assert {"field": "title", "language": "fr", "text": "Passages pour piéton"} in made["translations"]
    assert made["provenance"][0].startswith("En 2002")
    assert made["conforms_to"] == ["http://www.opengis.net/def/crs/EPSG/0/31370"]
    assert made["spatial_coverage"][0]["bbox"].startswith("POLYGON((2.75 49.45, 6.50 49.45")


def test_a_service_of_wallonia_has_its_address() -> None:
    made = of_file("geonetwork-ui__metawal.iso19115-3.service.xml").package("Plan parcellaire")
    assert made["type"] == "data_service"
    assert made["endpoint_url"] == [
        "https://geoservices.wallonie.be/arcgis/rest/services/PLAN_REGLEMENT/CADMAP_2016_PARCELLES/MapServer"
    ]
    assert made["service_format"] == ["REST"]


def test_a_model_of_australia_is_a_dataset_without_a_scope_and_with_a_licence_by_its_address() -> None:
    made = of_file("OWSLib__auscope-3d-model.xml").package("3D geological model")
    assert made["type"] == "dataset"
    assert made["license_id"] == "http://dcat-ap.de/def/licenses/cc-by/4.0"
    assert made["publisher"][0]["name"] == "Earth Resources Victoria"
    assert [each["name"] for each in made["creator"]] == ["C. Jorand", "P.B. SKLADZIEN"]


# --- the same record in both standards ---------------------------------------------------------------------------

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://standards.iso.org/iso/19115/-3/{prefix}/{version}"'
    for prefix, version in (
        *(("mdb", "2.0"), ("mri", "1.0"), ("cit", "2.0"), ("mcc", "1.0"), ("lan", "1.0"), ("gex", "1.0")),
        *(
            ("mco", "1.0"),
            ("mrd", "1.0"),
            ("mrl", "2.0"),
            ("mmi", "1.0"),
            ("mrs", "1.0"),
            ("gco", "1.0"),
            ("gcx", "1.0"),
        ),
    )
)


def text(prefix: str, name: str, value: str) -> str:
    return f"<{prefix}:{name}><gco:CharacterString>{value}</gco:CharacterString></{prefix}:{name}>"


def code(prefix: str, name: str, list_: str, value: str) -> str:
    return f'<{prefix}:{name}><{prefix}:{list_} codeList="x" codeListValue="{value}"/></{prefix}:{name}>'


def date(outer: str, name: str, value: str, kind: str) -> str:
    inner = f"<cit:date><gco:Date>{value}</gco:Date></cit:date>{code('cit', 'dateType', 'CI_DateTypeCode', kind)}"
    return f"<{outer}:{name}><cit:CI_Date>{inner}</cit:CI_Date></{outer}:{name}>"


def party(role: str, name: str, person: str, email: str) -> str:
    mail = iso.nest(
        "cit:contactInfo cit:CI_Contact cit:address cit:CI_Address", text("cit", "electronicMailAddress", email)
    )
    individual = iso.nest("cit:individual cit:CI_Individual", text("cit", "name", person)) if person else ""
    organisation = iso.nest("cit:party cit:CI_Organisation", text("cit", "name", name) + mail + individual)
    inner = code("cit", "role", "CI_RoleCode", role) + organisation
    return iso.nest("mri:pointOfContact cit:CI_Responsibility", inner)


def identification() -> str:
    sides = {"westBoundLongitude": 9, "eastBoundLongitude": 9.5, "southBoundLatitude": 48, "northBoundLatitude": 48.5}
    box = "".join(iso.nest(f"gex:{name} gco:Decimal", str(value)) for name, value in sides.items())
    extent = "mri:extent gex:EX_Extent gex:geographicElement gex:EX_GeographicBoundingBox"
    frequency = code("mmi", "maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", "daily")
    own = text("mcc", "code", "a1") + text("mcc", "codeSpace", "https://registry.gdi-de.org/id/de.bw")
    citation = text("cit", "title", "Baumkataster") + date("cit", "date", "2022-01-01", "publication")
    licence = escape('{"id":"dl-by-de/2.0","quelle":"Stadt / [Titel des Datensatzes]"}')
    use = code("mco", "useConstraints", "MD_RestrictionCode", "license") + text("mco", "otherConstraints", licence)
    return "".join(
        (
            iso.nest("mri:citation cit:CI_Citation", citation + iso.nest("cit:identifier mcc:MD_Identifier", own)),
            text("mri", "abstract", "Alle Bäume."),
            party("publisher", "Stadt", "", "stadt@stadt.example"),
            party("pointOfContact", "Amt", "Frau Ast", "ast@stadt.example"),
            iso.nest("mri:topicCategory mri:MD_TopicCategoryCode", "environment"),
            iso.nest(extent, box),
            iso.nest("mri:resourceMaintenance mmi:MD_MaintenanceInformation", frequency),
            iso.nest("mri:descriptiveKeywords mri:MD_Keywords", text("mri", "keyword", "opendata")),
            iso.nest("mri:resourceConstraints mco:MD_LegalConstraints", use),
        )
    )


def new_record() -> str:
    link = text("cit", "linkage", "https://a.example/baum.csv") + text("cit", "name", "Tabelle")
    link += code("cit", "function", "CI_OnLineFunctionCode", "download")
    scope = code("mdb", "resourceScope", "MD_ScopeCode", "dataset").replace("mdb:MD_ScopeCode", "mcc:MD_ScopeCode")
    system = "mdb:referenceSystemInfo mrs:MD_ReferenceSystem mrs:referenceSystemIdentifier mcc:MD_Identifier"
    online = "mdb:distributionInfo mrd:MD_Distribution mrd:transferOptions mrd:MD_DigitalTransferOptions mrd:onLine"
    inner = "".join(
        (
            iso.nest("mdb:metadataIdentifier mcc:MD_Identifier", text("mcc", "code", "r1")),
            iso.nest("mdb:defaultLocale lan:PT_Locale", code("lan", "language", "LanguageCode", "ger")),
            iso.nest("mdb:metadataScope mdb:MD_MetadataScope", scope),
            date("mdb", "dateInfo", "2020-01-01", "creation"),
            date("mdb", "dateInfo", "2024-05-06", "revision"),
            iso.nest(system, text("mcc", "code", "EPSG:25832")),
            iso.nest("mdb:identificationInfo mri:MD_DataIdentification", identification()),
            iso.nest(f"{online} cit:CI_OnlineResource", link),
            iso.nest("mdb:resourceLineage mrl:LI_Lineage", text("mrl", "statement", "Begehung")),
        )
    )
    return f"<mdb:MD_Metadata {NAMESPACES}>{inner}</mdb:MD_Metadata>"


def old_record() -> str:
    system = "gmd:referenceSystemInfo gmd:MD_ReferenceSystem gmd:referenceSystemIdentifier gmd:RS_Identifier"
    frequency = iso.code("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", "daily")
    lineage = "gmd:dataQualityInfo gmd:DQ_DataQuality gmd:lineage gmd:LI_Lineage"
    info = (
        iso.party("publisher", "Stadt", email="stadt@stadt.example"),
        iso.party("pointOfContact", "Amt", "Frau Ast", "ast@stadt.example"),
        iso.nest("gmd:topicCategory gmd:MD_TopicCategoryCode", "environment"),
        iso.extent(iso.box(9, 9.5, 48, 48.5)),
        iso.nest("gmd:resourceMaintenance gmd:MD_MaintenanceInformation", frequency),
        iso.keywords("opendata"),
        iso.constraints('{"id":"dl-by-de/2.0","quelle":"Stadt / [Titel des Datensatzes]"}'),
    )
    return iso.record(
        citation=iso.date("2022-01-01", "publication") + iso.identifier("a1", "https://registry.gdi-de.org/id/de.bw"),
        head=iso.nest(system, iso.text("code", "EPSG:25832")),
        info="".join(info),
        distribution=iso.link("https://a.example/baum.csv", name="Tabelle", function="download"),
        tail=iso.nest(lineage, iso.text("statement", "Begehung")),
    )


def test_one_record_in_both_standards_gives_one_package() -> None:
    old: Any = describe(iso.element(old_record()))
    new: Any = describe(iso.element(new_record()))
    assert new.package == old.package
    assert {"license_id", "contact", "frequency", "theme", "provenance", "conforms_to", "resources"} <= set(new.package)
    assert (new.iri, new.identifier, new.modified) == (old.iri, old.identifier, old.modified)
    assert new.iri == "https://registry.gdi-de.org/id/de.bw/a1"
