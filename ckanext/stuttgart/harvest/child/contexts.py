"""JSON-LD contexts that are answered without the network, written from the vocabularies themselves.

`ADDRESSES` maps an address (without scheme, trailing `/` and `#`) to a name of `CONTEXTS`.
"""

from __future__ import annotations

from typing import Any

PREFIXES: dict[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "odrs": "http://schema.theodi.org/odrs#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

CLASSES: dict[str, str] = {
    "Agent": "foaf:Agent",
    "Catalog": "dcat:Catalog",
    "Catalogue": "dcat:Catalog",
    "CatalogRecord": "dcat:CatalogRecord",
    "Checksum": "spdx:Checksum",
    "DataService": "dcat:DataService",
    "Dataset": "dcat:Dataset",
    "DatasetSeries": "dcat:DatasetSeries",
    "Distribution": "dcat:Distribution",
    "Kind": "vcard:Kind",
    "Location": "dct:Location",
    "PeriodOfTime": "dct:PeriodOfTime",
    "Relationship": "dcat:Relationship",
}

LITERALS: dict[str, str] = {
    "bbox": "dcat:bbox",
    "byteSize": "dcat:byteSize",
    "centroid": "dcat:centroid",
    "checksumValue": "spdx:checksumValue",
    "description": "dct:description",
    "endDate": "dcat:endDate",
    "geometry": "locn:geometry",
    "identifier": "dct:identifier",
    "issued": "dct:issued",
    "keyword": "dcat:keyword",
    "modified": "dct:modified",
    "name": "foaf:name",
    "notation": "skos:notation",
    "prefLabel": "skos:prefLabel",
    "spatialResolutionInMeters": "dcat:spatialResolutionInMeters",
    "startDate": "dcat:startDate",
    "temporalResolution": "dcat:temporalResolution",
    "title": "dct:title",
    "version": "dcat:version",
    "versionNotes": "adms:versionNotes",
}

LINKS: dict[str, str] = {
    "accessRights": "dct:accessRights",
    "accessService": "dcat:accessService",
    "accessURL": "dcat:accessURL",
    "accrualPeriodicity": "dct:accrualPeriodicity",
    "algorithm": "spdx:algorithm",
    "applicableLegislation": "dcatap:applicableLegislation",
    "availability": "dcatap:availability",
    "catalog": "dcat:catalog",
    "checksum": "spdx:checksum",
    "compressFormat": "dcat:compressFormat",
    "conformsTo": "dct:conformsTo",
    "contactPoint": "dcat:contactPoint",
    "creator": "dct:creator",
    "dataset": "dcat:dataset",
    "distribution": "dcat:distribution",
    "documentation": "foaf:page",
    "downloadURL": "dcat:downloadURL",
    "endpointDescription": "dcat:endpointDescription",
    "endpointURL": "dcat:endpointURL",
    "format": "dct:format",
    "hasEmail": "vcard:hasEmail",
    "hasPart": "dct:hasPart",
    "hasPolicy": "odrl:hasPolicy",
    "hasVersion": "dcat:hasVersion",
    "homepage": "foaf:homepage",
    "hvdCategory": "dcatap:hvdCategory",
    "inSeries": "dcat:inSeries",
    "isReferencedBy": "dct:isReferencedBy",
    "landingPage": "dcat:landingPage",
    "language": "dct:language",
    "license": "dct:license",
    "licence": "dct:license",
    "mediaType": "dcat:mediaType",
    "otherIdentifier": "adms:identifier",
    "packageFormat": "dcat:packageFormat",
    "primaryTopic": "foaf:primaryTopic",
    "provenance": "dct:provenance",
    "publisher": "dct:publisher",
    "qualifiedAttribution": "prov:qualifiedAttribution",
    "qualifiedRelation": "dcat:qualifiedRelation",
    "record": "dcat:record",
    "relation": "dct:relation",
    "rights": "dct:rights",
    "sample": "adms:sample",
    "servesDataset": "dcat:servesDataset",
    "service": "dcat:service",
    "source": "dct:source",
    "spatial": "dct:spatial",
    "status": "adms:status",
    "temporal": "dct:temporal",
    "theme": "dcat:theme",
    "themeTaxonomy": "dcat:themeTaxonomy",
    "type": "dct:type",
    "wasGeneratedBy": "prov:wasGeneratedBy",
}


def _dcat() -> dict[str, Any]:
    links = {name: {"@id": iri, "@type": "@id"} for name, iri in LINKS.items()}
    return {**PREFIXES, **CLASSES, **LITERALS, **links}


CONTEXTS: dict[str, dict[str, Any]] = {
    "dcat": _dcat(),
    "hydra": {
        **PREFIXES,
        "@vocab": PREFIXES["hydra"],
        **{
            name: {"@id": "hydra:" + name, "@type": "@id"}
            for name in (
                "first",
                "firstPage",
                "last",
                "lastPage",
                "next",
                "nextPage",
                "previous",
                "previousPage",
                "view",
            )
        },
    },
    "schema": {**PREFIXES, "@vocab": PREFIXES["schema"]},
}

ADDRESSES: dict[str, str] = {
    "semiceu.github.io/DCAT-AP/releases/2.1.1/context/dcat-ap.jsonld": "dcat",
    "semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld": "dcat",
    "semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld": "dcat",
    "semiceu.github.io/DCAT-AP/releases/3.0.0-hvd/context/dcat-ap-hvd.jsonld": "dcat",
    "semiceu.github.io/uri.semic.eu-generated/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld": "dcat",
    "raw.githubusercontent.com/SEMICeu/DCAT-AP/master/releases/2.1.1/dcat-ap_2.1.1.jsonld": "dcat",
    "raw.githubusercontent.com/SEMICeu/DCAT-AP/master/releases/3.0.0/context/dcat-ap.jsonld": "dcat",
    "www.w3.org/ns/dcat": "dcat",
    "www.w3.org/ns/dcat.jsonld": "dcat",
    "www.w3.org/ns/hydra/core": "hydra",
    "www.w3.org/ns/hydra/context.jsonld": "hydra",
    "schema.org": "schema",
    "schema.org/docs/jsonldcontext.json": "schema",
    "schema.org/docs/jsonldcontext.jsonld": "schema",
}
