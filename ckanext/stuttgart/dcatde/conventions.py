"""The rules only we check: conventions of the German handbook, high-value datasets, GovData's dashboard.

One table of (rule, severity, classes, property, function); a function gets the situation and a node and yields the
values that are wrong, `None` where something is missing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.situation import Situation
from ckanext.stuttgart.dcatde.values import term
from ckanext.stuttgart.dcatde.view import View, name_of

Wrong = Iterator[Node | None]
Rule = Callable[[Situation, Node], Wrong]


@dataclass(frozen=True)
class Convention:
    """One rule of ours; `whole` where it can only be judged on a whole catalogue."""

    rule: str
    severity: Severity
    classes: tuple[str, ...]
    path: str
    wrong: Rule
    whole: bool = False


# --- presence and number -----------------------------------------------------------------------------------------


def _absent(path: str) -> Rule:
    def wrong(at: Situation, node: Node) -> Wrong:
        if not at.values(node, path):
            yield None

    return wrong


def _unless_series(path: str) -> Rule:
    """A series is written as a dataset too; theme and distributions are those of its members."""
    absent = _absent(path)

    def wrong(at: Situation, node: Node) -> Wrong:
        if not at.is_a(node, "dcat:DatasetSeries"):
            yield from absent(at, node)

    return wrong


def _no_keyword(at: Situation, node: Node) -> Wrong:
    if not any(isinstance(value, Literal) for value in at.values(node, "dcat:keyword")):
        yield None


def _listed_contributors(at: Situation, node: Node) -> list[Node]:
    listed = vocabulary.load("contributor")
    return [v for v in at.values(node, "dcatde:contributorID") if isinstance(v, URIRef) and str(v) in listed]


def _no_contributor(at: Situation, node: Node) -> Wrong:
    if not _listed_contributors(at, node):
        yield None


def _several_contributors(at: Situation, node: Node) -> Wrong:
    if len(_listed_contributors(at, node)) > 1:
        yield None


def _nameless_publisher(at: Situation, node: Node) -> Wrong:
    """An agent without name is found by the official rules; this is about publishers that are not typed as one."""
    for publisher in at.values(node, "dcterms:publisher"):
        names = at.values(publisher, "foaf:name")
        if not at.is_a(publisher, "foaf:Agent") and not any(isinstance(name, Literal) for name in names):
            yield publisher


# --- licences ----------------------------------------------------------------------------------------------------


def _licences(at: Situation, node: Node) -> Iterator[tuple[Node, vocabulary.Term]]:
    terms = vocabulary.load("licence").terms
    for value in at.values(node, "dcterms:license"):
        if isinstance(value, URIRef) and (known := terms.get(str(value))):
            yield value, known


def _closed_licence(at: Situation, node: Node) -> Wrong:
    for value, licence in _licences(at, node):
        if licence.extra.get("open") != "yes":
            yield value


def _no_attribution(at: Situation, node: Node) -> Wrong:
    if at.values(node, "dcatde:licenseAttributionByText"):
        return
    for value, licence in _licences(at, node):
        if licence.extra.get("attribution") == "yes":
            yield value


# --- lists, links, languages -------------------------------------------------------------------------------------


def _other_taxonomy(at: Situation, node: Node) -> Wrong:
    values = at.values(node, "dcat:themeTaxonomy")
    if values and all(str(value) != vocabulary.iri("theme_taxonomy") for value in values):
        yield values[0]


def _unknown_place(at: Situation, node: Node) -> Wrong:
    """A place is found by its IRI, by a geometry, or at least by a name."""
    described = ("dcat:bbox", "dcat:centroid", "locn:geometry", "skos:prefLabel", "rdfs:label")
    for place in at.values(node, "dcterms:spatial"):
        known = isinstance(place, URIRef) and str(place).startswith(load().place_bases)
        if not isinstance(place, Literal) and not known and not any(at.values(place, path) for path in described):
            yield place


def _other_access(at: Situation, node: Node) -> Wrong:
    """A plain download has one address (K39)."""
    access = set(at.values(node, "dcat:accessURL"))
    if access and not at.values(node, "dcat:accessService"):
        for value in at.values(node, "dcat:downloadURL"):
            if value not in access:
                yield value


def _download_of_service(at: Situation, node: Node) -> Wrong:
    if at.values(node, "dcat:accessService"):
        yield from at.values(node, "dcat:downloadURL")


def _other_endpoint(at: Situation, node: Node) -> Wrong:
    """Through a service one gets at its endpoint (K41); a service not described here cannot be compared."""
    endpoints = {str(e) for s in at.values(node, "dcat:accessService") for e in at.values(s, "dcat:endpointURL")}
    access = at.values(node, "dcat:accessURL")
    if endpoints and access and not any(str(value) in endpoints for value in access):
        yield access[0]


def _untagged(path: str) -> Rule:
    """One text needs no language; of several each needs its own (K3)."""

    def wrong(at: Situation, node: Node) -> Wrong:
        texts = [value for value in at.values(node, path) if isinstance(value, Literal)]
        if len(texts) > 1:
            yield from (text for text in texts if not text.language)

    return wrong


# --- high-value datasets -----------------------------------------------------------------------------------------


def _no_hvd_law(at: Situation, node: Node) -> Wrong:
    concerned = at.is_hvd(node) or node in at.hvd_distributions or node in at.hvd_services
    if concerned and not at.names_hvd_law(node):
        yield None


def _no_hvd_category(at: Situation, node: Node) -> Wrong:
    if (at.is_hvd(node) or node in at.hvd_services) and not at.values(node, "dcatap:hvdCategory"):
        yield None


def _unknown_hvd_category(at: Situation, node: Node) -> Wrong:
    listed = vocabulary.load("hvd_category")
    yield from (value for value in at.values(node, "dcatap:hvdCategory") if str(value) not in listed)


def _service_lacks(path: str) -> Rule:
    def wrong(at: Situation, node: Node) -> Wrong:
        if node in at.hvd_services and not at.values(node, path):
            yield None

    return wrong


def _no_hvd_service(at: Situation, node: Node) -> Wrong:
    if node not in at.hvd_datasets or node in at.served or at.is_a(node, "dcat:DatasetSeries"):
        return
    distributions = at.values(node, "dcat:distribution")
    if not any(at.values(distribution, "dcat:accessService") for distribution in distributions):
        yield None


def _narrow_hvd_licence(at: Situation, node: Node) -> Wrong:
    if node in at.hvd_distributions:
        for value, licence in _licences(at, node):
            if licence.code not in load().hvd_licences:
                yield value


# --- the table ---------------------------------------------------------------------------------------------------

_DATASET = ("Dataset",)
_LISTED = ("Dataset", "DatasetSeries")
_DISTRIBUTION = ("Distribution",)
_SERVICE = ("DataService",)
_TITLED = ("Catalog", *_LISTED, "DataService", "Distribution")
_HVD = (*_LISTED, "DataService")

# fmt: off
CONVENTIONS: tuple[Convention, ...] = (
    Convention("contributor_missing", "warning", _DATASET, "dcatde:contributorID", _no_contributor),
    Convention("contributor_several", "violation", _DATASET, "dcatde:contributorID", _several_contributors),
    Convention("keyword_missing", "warning", _DATASET, "dcat:keyword", _no_keyword),
    Convention("theme_missing", "warning", _DATASET, "dcat:theme", _unless_series("dcat:theme")),
    Convention("distribution_missing", "warning", _DATASET, "dcat:distribution", _unless_series("dcat:distribution")),
    Convention("contact_missing", "warning", _LISTED, "dcat:contactPoint", _absent("dcat:contactPoint")),
    Convention("publisher_nameless", "warning", _DATASET, "dcterms:publisher", _nameless_publisher),
    Convention("licence_closed", "warning", _DISTRIBUTION, "dcterms:license", _closed_licence),
    Convention("attribution_missing", "warning", _DISTRIBUTION, "dcatde:licenseAttributionByText", _no_attribution),
    Convention("taxonomy_missing", "warning", ("Catalog",), "dcat:themeTaxonomy", _absent("dcat:themeTaxonomy")),
    Convention("taxonomy_other", "violation", ("Catalog",), "dcat:themeTaxonomy", _other_taxonomy),
    Convention("place_unknown", "warning", ("Catalog", *_LISTED), "dcterms:spatial", _unknown_place),
    Convention("access_not_download", "warning", _DISTRIBUTION, "dcat:accessURL", _other_access),
    Convention("download_of_service", "warning", _DISTRIBUTION, "dcat:downloadURL", _download_of_service),
    Convention("access_not_endpoint", "warning", _DISTRIBUTION, "dcat:accessURL", _other_endpoint),
    Convention("language_missing", "warning", _TITLED, "dcterms:title", _untagged("dcterms:title")),
    Convention("language_missing", "warning", _TITLED, "dcterms:description", _untagged("dcterms:description")),
    Convention("hvd_law_missing", "violation", (*_HVD, "Distribution"), "dcatap:applicableLegislation", _no_hvd_law),
    Convention("hvd_category_missing", "violation", _HVD, "dcatap:hvdCategory", _no_hvd_category),
    Convention("hvd_category_unknown", "violation", _HVD, "dcatap:hvdCategory", _unknown_hvd_category),
    Convention("hvd_contact_missing", "violation", _SERVICE, "dcat:contactPoint", _service_lacks("dcat:contactPoint")),
    Convention("hvd_page_missing", "violation", _SERVICE, "foaf:page", _service_lacks("foaf:page")),
    Convention("hvd_service_missing", "warning", _DATASET, "dcat:distribution", _no_hvd_service, whole=True),
    Convention("hvd_licence_narrow", "warning", _DISTRIBUTION, "dcterms:license", _narrow_hvd_licence),
)
# fmt: on


def findings(view: View, *, whole: bool = True) -> Iterator[Finding]:
    """All findings of the table; without `whole` only what a single package can be judged by."""
    at = Situation(view)
    by_class = _by_class(whole)
    for node, classes in view.typed:
        for class_ in classes:
            for convention, path in by_class.get(class_.name, ()):
                for value in convention.wrong(at, node):
                    shown = "" if value is None else name_of(value)
                    yield Finding(convention.rule, convention.severity, convention.path, shown, "", name_of(node), path)


@functools.cache
def _by_class(whole: bool) -> dict[str, list[tuple[Convention, str]]]:
    table: dict[str, list[tuple[Convention, str]]] = {}
    for convention in CONVENTIONS:
        if whole or not convention.whole:
            for name in convention.classes:
                table.setdefault(name, []).append((convention, str(term(convention.path))))
    return table
