"""Minimal graphs, each for one official rule: what is in it, the property looked at, what is to be found there."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph

from ckanext.stuttgart.dcatde.model import load

EU = "http://publications.europa.eu/resource/authority/"
BROKEN, ADVICE = "violation", "warning"


def graph(turtle: str, base: str = "https://example.org/") -> Graph:
    """Turtle with all prefixes of the model, and `ex:` for things made up."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in load().prefixes.items())
    return Graph().parse(data=f"{prefixes}@prefix ex: <{base}> .\n{turtle}", format="turtle")


@dataclass(frozen=True)
class Situation:
    """`found` are the (rule, severity) at the property `at`, on whatever node; empty where all is well."""

    name: str
    turtle: str
    at: str
    found: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        return self.name


def _s(name: str, turtle: str, at: str, *found: tuple[str, str]) -> Situation:
    return Situation(name, turtle, at, frozenset(found))


def _dataset(turtle: str) -> str:
    return f"ex:d a dcat:Dataset ; {turtle} ."


def _distribution(turtle: str) -> str:
    return f"ex:r a dcat:Distribution ; {turtle} ."


LEVEL = "dcatde:politicalGeocodingLevelURI"
GEO = "http://dcat-ap.de/def/politicalGeocoding/"
LISTED_V, LISTED_W = ("not_in_list", BROKEN), ("not_in_list", ADVICE)
CLASS_V, CLASS_W = ("wrong_class", BROKEN), ("wrong_class", ADVICE)
NODE, TEXT, IRI = ("text_for_node", BROKEN), ("not_a_text", BROKEN), ("not_an_iri", BROKEN)
MISSING, MANY = ("missing", BROKEN), ("too_many", BROKEN)
OLD, OLD_VALUE = ("deprecated", ADVICE), ("deprecated_value", ADVICE)
TYPE, MEDIA = ("wrong_datatype", BROKEN), ("no_media_type", BROKEN)
AGENT = "ex:a a foaf:Organization ; foaf:name 'A' . "

LEVELS = [
    _s("level as text", _dataset(f"{LEVEL} 'Kommune'"), LEVEL, IRI, LISTED_W),
    _s("level as blank node", _dataset(f"{LEVEL} []"), LEVEL, IRI, LISTED_W),
    _s("level outside the list", _dataset(f"{LEVEL} ex:level"), LEVEL, LISTED_W),
    _s("level of the list", _dataset(f"{LEVEL} <{GEO}Level/municipality>"), LEVEL),
]
DEPRECATED = [
    *(
        _s(f"{p} on anything", f"ex:x {p} 'alt' .", p, OLD)
        for p in (
            "dcatde:politicalGeocodingURI",
            "dcatde:geocodingDescription",
            "dcatde:legalBasis",
            "dcatde:qualityProcessURI",
            "dcatde:originator",
            "dcatde:maintainer",
            "dcterms:hasVersion",
            "dcterms:isVersionOf",
        )
    ),
    _s("version info on a dataset", _dataset("owl:versionInfo '1'"), "owl:versionInfo", OLD),
    _s("version info on a standard", "ex:x a dcterms:Standard ; owl:versionInfo '1' .", "owl:versionInfo"),
    _s("granularity, which is gone", _dataset("<http://www.w3.org/ns/dcat#granularity> 'x'"), "dcat:granularity"),
    _s(
        "old availability, which is gone",
        _distribution("dcatde:plannedAvailability ex:x"),
        "dcatde:plannedAvailability",
    ),
    _s("legislation in place of the legal basis", _dataset("dcatap:applicableLegislation ex:x"), "dcatde:legalBasis"),
]
ROLES = [
    *(
        _s(f"{p} without class", _dataset(f"{p} ex:a"), p, CLASS_V)
        for p in ("dcterms:contributor", "dcterms:creator", "geodcatap:originator", "geodcatap:custodian")
    ),
    *(
        _s(f"{p} as text", _dataset(f"{p} 'A'"), p, *found)
        for p, found in (
            ("dcterms:contributor", [CLASS_V]),
            ("dcterms:creator", [CLASS_V, NODE]),
            ("geodcatap:originator", [CLASS_V]),
            ("geodcatap:custodian", [CLASS_V]),
        )
    ),
    *(
        _s(f"{p} with class and name", AGENT + _dataset(f"{p} ex:a"), p)
        for p in ("dcterms:contributor", "dcterms:creator", "geodcatap:originator", "geodcatap:custodian")
    ),
    _s("party without name", "ex:a a foaf:Agent .", "foaf:name", MISSING),
    _s("party of a subclass without name", "ex:a a org:OrganizationalUnit .", "foaf:name", MISSING),
    _s("party with a node as name", "ex:a a foaf:Agent ; foaf:name ex:n .", "foaf:name", TEXT),
    _s("publisher type outside the list", AGENT + "ex:a dcterms:type ex:x .", "dcterms:type", LISTED_V),
    _s("publisher type as text", AGENT + "ex:a dcterms:type 'Kommune' .", "dcterms:type", LISTED_V, NODE),
    _s(
        "publisher type of the list",
        AGENT + "ex:a dcterms:type <http://purl.org/adms/publishertype/LocalAuthority> .",
        "dcterms:type",
    ),
    _s("two publishers", AGENT + _dataset("dcterms:publisher ex:a, [ a foaf:Agent ]"), "dcterms:publisher", MANY),
    _s("no publisher", "ex:d a dcat:Dataset .", "dcterms:publisher", MISSING),
    _s("series without publisher", "ex:s a dcat:DatasetSeries .", "dcterms:publisher", MISSING),
    _s(
        "attribution by a blank node",
        "[] a prov:Attribution ; dcat:hadRole ex:r ; prov:agent [ a foaf:Agent ] .",
        "prov:agent",
        IRI,
    ),
]
DISTRIBUTIONS = [
    _s(
        "attribution text as IRI",
        _distribution("dcatde:licenseAttributionByText ex:x"),
        "dcatde:licenseAttributionByText",
        TEXT,
    ),
    _s(
        "attribution text",
        _distribution("dcatde:licenseAttributionByText 'Daten: A'@de"),
        "dcatde:licenseAttributionByText",
    ),
    _s("no licence", "ex:r a dcat:Distribution .", "dcterms:license", MISSING),
    _s("foreign licence", _distribution("dcterms:license ex:l"), "dcterms:license", LISTED_W),
    _s("licence as text", _distribution("dcterms:license 'frei'"), "dcterms:license", NODE, LISTED_W),
    _s(
        "licence that the graph itself lists",
        _distribution("dcterms:license ex:l") + "ex:l skos:inScheme <http://dcat-ap.de/def/licenses> .",
        "dcterms:license",
    ),
    _s(
        "status of the old list",
        _distribution("adms:status <http://purl.org/adms/status/Completed>"),
        "adms:status",
        LISTED_V,
        OLD_VALUE,
    ),
    _s("status of the list", _distribution(f"adms:status <{EU}distribution-status/COMPLETED>"), "adms:status"),
    *(
        _s(f"{p} without the prefix of IANA", _distribution(f"{p} ex:csv"), p, MEDIA)
        for p in ("dcat:mediaType", "dcat:compressFormat", "dcat:packageFormat")
    ),
    _s("media type as text", _distribution("dcat:mediaType 'text/csv'"), "dcat:mediaType", MEDIA, NODE),
    _s("media type as blank node", _distribution("dcat:mediaType []"), "dcat:mediaType", MEDIA),
    *(
        _s(f"media type {base}", _distribution(f"dcat:mediaType <{base}text/csv>"), "dcat:mediaType")
        for base in (
            "https://www.iana.org/assignments/media-types/",
            "http://www.iana.org/assignments/media-types/",
            "HTTPS://WWW.IANA.ORG/assignments/media-types/",
        )
    ),
    *(
        _s(f"size {literal}", _distribution(f"dcat:byteSize {literal}"), "dcat:byteSize", *found)
        for literal, found in (
            ("17", [TYPE]),
            ("17.0", [TYPE]),
            ("'17'^^xsd:nonNegativeInteger", []),
            ("'-17'^^xsd:nonNegativeInteger", [TYPE]),
            ("'viel'^^xsd:nonNegativeInteger", [TYPE]),
            ("ex:x", [TYPE]),
        )
    ),
    *(
        _s(f"resolution {literal}", _distribution(f"{p} {literal}"), p, *found)
        for p, literal, found in (
            ("dcat:spatialResolutionInMeters", "10.5", []),
            ("dcat:spatialResolutionInMeters", "10", [TYPE]),
            ("dcat:spatialResolutionInMeters", "'zehn'^^xsd:decimal", [TYPE]),
            ("dcat:temporalResolution", "'P1D'^^xsd:duration", []),
            ("dcat:temporalResolution", "'P1D'", [TYPE]),
            ("dcat:temporalResolution", "'ein Tag'^^xsd:duration", [TYPE]),
        )
    ),
    _s(
        "availability of a distribution as text",
        _distribution("dcatap:availability 'ja'"),
        "dcatap:availability",
        NODE,
        LISTED_V,
    ),
    _s("availability of a dataset as text", _dataset("dcatap:availability 'ja'"), "dcatap:availability", LISTED_V),
]
CHECKSUM = "[] a spdx:Checksum ; spdx:checksumValue 'ab12'^^xsd:hexBinary"
CHECKSUMS = [
    _s("checksum of SPDX", f"{CHECKSUM} ; spdx:algorithm spdx:checksumAlgorithm_md5 .", "spdx:algorithm"),
    _s(
        "checksum of the old list",
        f"{CHECKSUM} ; spdx:algorithm <http://dcat-ap.de/def/hashAlgorithms/md/5> .",
        "spdx:algorithm",
        OLD_VALUE,
        CLASS_W,
    ),
    _s("checksum algorithm as text", f"{CHECKSUM} ; spdx:algorithm 'md5' .", "spdx:algorithm", NODE, CLASS_W),
    _s("checksum without algorithm", f"{CHECKSUM} .", "spdx:algorithm", MISSING),
    _s("checksum without type", "[] a spdx:Checksum ; spdx:checksumValue 'ab12' .", "spdx:checksumValue", TYPE),
    _s(
        "checksum of odd length",
        "[] a spdx:Checksum ; spdx:checksumValue 'abc'^^xsd:hexBinary .",
        "spdx:checksumValue",
        TYPE,
    ),
    _s("no checksum value", "[] a spdx:Checksum .", "spdx:checksumValue", MISSING),
]
CATALOGS = [
    _s(
        "theme taxonomy as text",
        f"ex:c a dcat:Catalog ; dcat:themeTaxonomy '{EU}data-theme' .",
        "dcat:themeTaxonomy",
        NODE,
    ),
    _s("theme taxonomy", f"ex:c a dcat:Catalog ; dcat:themeTaxonomy <{EU}data-theme> .", "dcat:themeTaxonomy"),
    _s(
        "place of a catalogue as text",
        "ex:c a dcat:Catalog ; dcterms:spatial 'Stadt' .",
        "dcterms:spatial",
        NODE,
        CLASS_W,
    ),
    _s(
        "place of a catalogue without class", "ex:c a dcat:Catalog ; dcterms:spatial ex:p .", "dcterms:spatial", CLASS_W
    ),
    _s("place of a catalogue", "ex:c a dcat:Catalog ; dcterms:spatial [ a dcterms:Location ] .", "dcterms:spatial"),
    _s(
        "part of a catalogue without class",
        "ex:c a dcat:Catalog ; dcterms:isPartOf ex:p .",
        "dcterms:isPartOf",
        CLASS_W,
    ),
    _s("homepage as text", "ex:c a dcat:Catalog ; foaf:homepage 'https://example.org/' .", "foaf:homepage", NODE),
    _s(
        "series in a catalogue that is no dataset",
        "ex:c a dcat:Catalog ; dcat:dataset ex:s . ex:s a dcat:DatasetSeries .",
        "dcat:dataset",
        CLASS_V,
    ),
    _s(
        "series in a catalogue typed as both",
        "ex:c a dcat:Catalog ; dcat:dataset ex:s . ex:s a dcat:DatasetSeries, dcat:Dataset .",
        "dcat:dataset",
    ),
    _s(
        "record of something without class",
        "[] a dcat:CatalogRecord ; foaf:primaryTopic ex:d . ex:d a dcat:Dataset .",
        "foaf:primaryTopic",
        CLASS_V,
    ),
]
DATASETS = [
    _s("theme outside the list", _dataset("dcat:theme ex:verkehr"), "dcat:theme", LISTED_V),
    _s("theme as text", _dataset("dcat:theme 'Verkehr'"), "dcat:theme", LISTED_V, NODE),
    _s(
        "a node typed twice lacks what the one class asks",
        "ex:x a dcat:Dataset, dcat:DataService .",
        "dcat:endpointURL",
        MISSING,
    ),
    _s(
        "a node typed twice lacks what the other asks",
        "ex:x a dcat:Dataset, dcat:DataService .",
        "dcterms:description",
        MISSING,
    ),
    _s("theme of the list", _dataset(f"dcat:theme <{EU}data-theme/TRAN>"), "dcat:theme"),
    _s("several dates of issue", _dataset("dcterms:issued '2024', '2025'"), "dcterms:issued", MANY),
    _s("one date of issue", _dataset("dcterms:issued '2024'"), "dcterms:issued"),
    _s("identifier as IRI", _dataset("dcterms:identifier ex:1"), "dcterms:identifier", TEXT),
    _s("keyword as IRI", _dataset("dcat:keyword ex:k"), "dcat:keyword", TEXT),
    _s("reference as text", _dataset("dcterms:references 'x'"), "dcterms:references", IRI),
    _s("dataset type outside the list", _dataset("dcterms:type ex:t"), "dcterms:type", LISTED_W),
    _s(
        "class of a value declared by the graph",
        _dataset("dcterms:publisher ex:a")
        + "ex:a a ex:Amt ; foaf:name 'A' . ex:Amt rdfs:subClassOf foaf:Organization .",
        "dcterms:publisher",
    ),
]
PLACES = [
    *(
        _s(f"two of {p}", f"[] a dcterms:Location ; {p} 'POINT(9 48)', 'POINT(9 49)' .", p, MANY)
        for p in ("dcat:bbox", "dcat:centroid")
    ),
    *(_s(f"one {p}", f"[] a dcterms:Location ; {p} 'POINT(9 48)' .", p) for p in ("dcat:bbox", "dcat:centroid")),
    *(_s(f"{p} as node", f"[] a dcterms:Location ; {p} ex:g .", p, TEXT) for p in ("dcat:bbox", "dcat:centroid")),
    _s("two geometries", "[] a dcterms:Location ; locn:geometry ex:a, ex:b .", "locn:geometry", MANY),
    _s("geometry as text", "[] a dcterms:Location ; locn:geometry 'POINT(9 48)' .", "locn:geometry", NODE),
    _s("geometry as node", "[] a dcterms:Location ; locn:geometry [] .", "locn:geometry"),
]
ANY = ("missing_any", BROKEN)
ALTERNATIVES = [
    _s("period without begin and end", "[] a dcterms:PeriodOfTime .", "", ANY),
    _s("period with an old begin", "[] a dcterms:PeriodOfTime ; schema:startDate '2024' .", "", ANY),
    *(
        _s(f"period with {p}", f"[] a dcterms:PeriodOfTime ; {p} '2024' .", "")
        for p in ("dcat:startDate", "dcat:endDate", "time:hasBeginning", "time:hasEnd")
    ),
    _s("contact without any means", "[] a vcard:Individual ; vcard:fn 'A' .", "", ANY),
    *(
        _s(f"contact with {p}", f"[] a vcard:Kind ; {p} <mailto:a@example.org> .", "")
        for p in ("vcard:hasEmail", "vcard:hasURL", "vcard:hasTelephone")
    ),
    _s("telephone as text", "[] a vcard:Kind ; vcard:hasTelephone '0711 216' .", "vcard:hasTelephone", IRI),
    _s("telephone as IRI", "[] a vcard:Kind ; vcard:hasTelephone <tel:0711216> .", "vcard:hasTelephone"),
]

SITUATIONS = [
    *LEVELS,
    *DEPRECATED,
    *ROLES,
    *DISTRIBUTIONS,
    *CHECKSUMS,
    *CATALOGS,
    *DATASETS,
    *PLACES,
    *ALTERNATIVES,
]
