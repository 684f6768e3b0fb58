"""One metadata record to what the portal needs of it: `describe`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.errors import RecordRefused, say
from ckanext.stuttgart.harvest.iso import references, services
from ckanext.stuttgart.harvest.iso.constraints import constraints
from ckanext.stuttgart.harvest.iso.convert import CONVERT, TEXTS
from ckanext.stuttgart.harvest.iso.distributions import Terms, distributions, pages
from ckanext.stuttgart.harvest.iso.keywords import keywords
from ckanext.stuttgart.harvest.iso.online import Link, links
from ckanext.stuttgart.harvest.iso.parties import Parties
from ckanext.stuttgart.harvest.iso.tables import codes, table
from ckanext.stuttgart.harvest.iso.tree import Source, code, find, find_all, local, place

SCOPES = ("hierarchyLevel", "metadataScope/*/resourceScope")
SERVICE_INFO = "SV_ServiceIdentification"
SERVICE = "data_service"
TITLE = "identificationInfo/*/citation/*/title"
# What every package may have; the licence is CKAN's own field.
ALWAYS = frozenset({"type", "translations", "license_id"})

Package = dict[str, Any]


@dataclass
class Described:
    """A record as JSON values: its package, and what relates it to the other records of its catalogue.

    scope          dataset, series or service, as a person would choose it
    iri            the IRI of the thing itself, "" where the record gives it none
    names          every name by which another record may mean this one
    parents, related, operates_on    references, each with all its names
    services       the services that its links lead to: {key, package}; of a service record its own: {key, iri}
    terms          the fields of every distribution: licence, attribution, rights, status, modified
    organisations, keywords    what a source may be narrowed by
    """

    package: Package
    scope: str
    identifier: str
    iri: str
    modified: str
    findings: list[list[str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parents: list[list[str]] = field(default_factory=list)
    related: list[list[str]] = field(default_factory=list)
    operates_on: list[list[str]] = field(default_factory=list)
    services: list[dict[str, Any]] = field(default_factory=list)
    terms: Package = field(default_factory=dict)
    organisations: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.package.get("title", ""))


def describe(root: Any) -> Described:
    """Map a record: the element `MD_Metadata` of any of the standards, or of a profile of them.

    Raises RecordRefused with one sentence: no data and no service, no title, a service without an address.
    """
    source = Source.of(root)
    name = references.identifier(source) or references.own_iri(source) or "A record"
    type_ = _type(source, name)
    source.title = next(source.values(TITLE), "")
    if not source.title:
        raise RecordRefused(name, say("has no title"))
    found = links(source)
    if type_ == "dataset_series" and any(link.purpose == "data" for link in found):
        # A series of DCAT has no distributions; ISO calls so what is loaded and licensed as a whole, too.
        source.note("series_with_data", "type", "series", "dataset", "notice")
        type_ = "dataset"
    parties = Parties.of(source)
    from_keywords, every_keyword = keywords(source)
    package: Package = {"type": type_}
    for part in (_rows(source), parties.fields(source), from_keywords):
        add(package, part)
    terms = Terms.of(source, constraints(source))
    served = _access(package, source, found, terms, name)
    return Described(
        package=of_type(package),
        scope=_scope(source, type_),
        identifier=references.identifier(source),
        iri=references.own_iri(source),
        modified=str(package.get("modified", "")),
        findings=[[each.rule, each.severity, each.field, each.value, each.target] for each in source.findings],
        names=references.names(source),
        parents=references.parents(source),
        related=references.related(source),
        operates_on=references.operates_on(source),
        services=served,
        terms=terms.fields(),
        organisations=parties.names,
        keywords=every_keyword,
    )


def _rows(source: Source) -> Package:
    """The fields of `mapping.yaml`."""
    package: Package = {}
    for row in table("mapping")["rows"]:
        elements = (find_all if row.get("all") else find)(source.root, *row["from"])
        value = CONVERT[row["convert"]](elements, source) if elements else None
        if row["convert"] in TEXTS:
            place(package, row["field"], value or {})
        elif value:
            add(package, {row["field"]: value})
    return package


def _access(package: Package, source: Source, found: list[Link], terms: Terms, name: str) -> list[dict[str, Any]]:
    """Add the ways to the data or to the service; returns the services."""
    if package["type"] == SERVICE:
        every = services.endpoints(source, found, name)
        add(package, services.of_record(every, found, terms.constraints))
        add(package, pages([link for link in found if link.url not in package["endpoint_url"]]))
        return [{"key": service.key, "iri": service.iri} for service in every]
    add(package, pages(found))
    if terms.constraints.access:
        package["access_rights"] = terms.constraints.access
    if package["type"] != "dataset":
        return []
    if terms.constraints.licence:
        package["license_id"] = terms.constraints.licence
    package["resources"] = distributions(source, found, terms)
    return services.of_links(package, found, terms.constraints)


def add(package: Package, more: Package) -> None:
    """Put fields into a package; lists are joined, each value once."""
    for name, value in more.items():
        known = package.get(name)
        if isinstance(known, list) and isinstance(value, list):
            package[name] = known + [item for item in value if item not in known]
        elif name not in package:
            package[name] = value


def of_type(package: Package) -> Package:
    """The fields that the type has, texts in other languages included."""
    class_ = load().packages[package["type"]]
    known = ALWAYS | {name for row in class_.rows for name in (row.field, row.overflow)}
    kept = {name: value for name, value in package.items() if name in known and value not in (None, "", [], {})}
    if "translations" in kept:
        kept["translations"] = [entry for entry in kept["translations"] if entry["field"] in known]
    return kept


def _type(source: Source, name: str) -> str:
    """The type of package. Raises RecordRefused for what is neither data nor a service."""
    info = find(source.root, "identificationInfo/*")
    if not info:
        raise RecordRefused(name, say("says nothing about what it describes"))
    if any(local(element).endswith(SERVICE_INFO) for element in info):
        return SERVICE
    scopes = [scope for element in find_all(source.root, *SCOPES) if (scope := code(element))]
    known = [codes("scopes")[scope] for scope in scopes if scope in codes("scopes")]
    if scopes and not known:
        raise RecordRefused(
            name,
            say("describes a thing of the kind “{kind}”, which is neither data nor a service", kind=scopes[0][:60]),
        )
    return known[0] if known else "dataset"


def _scope(source: Source, type_: str) -> str:
    """What a person would choose it by: a series stays one, whatever it becomes here."""
    scopes = [codes("scopes").get(code(element)) for element in find_all(source.root, *SCOPES)]
    return "service" if type_ == SERVICE else "series" if "dataset_series" in scopes else "dataset"
