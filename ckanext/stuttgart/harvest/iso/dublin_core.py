"""csw:Record, csw:SummaryRecord and csw:BriefRecord: the Dublin Core that every catalogue service can send.

It says little of what ISO metadata say, of contacts and roles hardly anything; it is read where a service has no more.
"""

from __future__ import annotations

from typing import Any

from ckanext.stuttgart.dcatde import geometry, iris, vocabulary
from ckanext.stuttgart.errors import RecordRefused, say
from ckanext.stuttgart.harvest.iso import references
from ckanext.stuttgart.harvest.iso.constraints import Constraints
from ckanext.stuttgart.harvest.iso.distributions import Terms, distributions, pages
from ckanext.stuttgart.harvest.iso.mapping import SERVICE, Described, add, of_type
from ckanext.stuttgart.harvest.iso.online import Link, Service, link_of, one_service_each, service_of
from ckanext.stuttgart.harvest.iso.services import of_links, of_record
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import Source, Texts, find, find_all, first, one_line, tidy

RECORDS = frozenset({"Record", "SummaryRecord", "BriefRecord"})
# Field -> elements, the first that is there counts.
SINGLE = {
    "title": ("title",),
    "notes": ("abstract", "description"),
    "identifier": ("identifier",),
    "modified": ("modified", "date"),
    "issued": ("issued", "created"),
}
LISTS = {"language": ("language",), "provenance": ("provenance", "lineage")}
AGENTS = {"publisher": "publisher", "creator": "creator", "contributor": "contributor"}
SCOPES = {"dataset": "dataset", "dataset_series": "series", SERVICE: "service"}

Package = dict[str, Any]


def describe(root: Any) -> Described:
    """Map a record. Raises RecordRefused: neither data nor a service, no title, a service without an address."""
    source = Source(root)
    identifier = first(root, "identifier")
    package: Package = {"type": _type(root, identifier or "A record")}
    for name, elements in SINGLE.items():
        text = next((text for each in find(root, *elements) if (text := tidy(each.text or ""))), "")
        if text:
            package[name] = text if name == "notes" else one_line(text)
    if not package.get("title"):
        raise RecordRefused(identifier or "A record", say("has no title"))
    source.title = package["title"]
    subjects = list(dict.fromkeys(_texts(root, "subject")))
    _about(package, root, subjects)
    terms = Terms(_constraints(root))
    services = _access(package, source, _links(root), terms, identifier or source.title)
    return Described(
        package=of_type(package),
        scope=SCOPES[package["type"]],
        identifier=identifier,
        iri="",
        modified=package.get("modified", ""),
        names=list(references.keys(identifier)) if identifier else [],
        operates_on=[[text] for text in _texts(root, "relation") if package["type"] == SERVICE],
        services=services,
        terms=terms.fields(),
        organisations=[text for name in AGENTS.values() for text in _texts(root, name)],
        keywords=subjects,
    )


def _type(root: Any, name: str) -> str:
    """The type of package; a type that is not known is data, for many write the medium there."""
    scope = first(root, "type").rpartition("/")[2]
    known = codes("scopes").get(scope) or codes("scopes").get(scope.lower())
    if not known and scope in ("application", "software"):
        raise RecordRefused(
            name, say("describes a thing of the kind “{kind}”, which is neither data nor a service", kind=scope)
        )
    return known or "dataset"


def _about(package: Package, root: Any, subjects: list[str]) -> None:
    for name, elements in LISTS.items():
        add(package, {name: [text for element in elements for text in _texts(root, element)]})
    for name, element in AGENTS.items():
        add(package, {name: [{"name": text} for text in _texts(root, element)]})
    package["publisher"] = package["publisher"][:1]
    topics = codes("topics")
    base = vocabulary.iri("theme_taxonomy")
    package["theme"] = [f"{base}/{theme}" for text in subjects for theme in topics.get(text.partition("_")[0], ())]
    package["tags"] = [{"name": text} for text in subjects if text not in topics]
    for box in find(root, "WGS84BoundingBox"):
        corners = f"{first(box, 'LowerCorner')} {first(box, 'UpperCorner')}"
        shape = geometry.read(corners)
        if shape:
            add(package, {"spatial_coverage": [{"bbox": shape.box(), "centroid": shape.centre()}]})


def _constraints(root: Any) -> Constraints:
    """The licence that one of the rights names; all of them as rights."""
    rights = [*_texts(root, "rights"), *_texts(root, "license"), *_texts(root, "accessRights")]
    term = next((term for text in rights if (term := vocabulary.load("licence").find(text))), None)
    return Constraints(licence=term.uri if term else "", rights="\n".join(dict.fromkeys(rights)))


def _links(root: Any) -> list[Link]:
    """GeoNetwork writes `dc:URI` with protocol and name, others `dct:references` with a scheme."""
    found = []
    for element in find_all(root, "URI", "references"):
        url = iris.mend(one_line(element.text or ""), web=True)
        if url:
            name: Texts = {"": one_line(element.get("name") or "")} if element.get("name") else {}
            description: Texts = {"": one_line(element.get("description") or "")} if element.get("description") else {}
            protocol = element.get("protocol") or (element.get("scheme") or "").rpartition(":")[2]
            found.append(link_of(url, protocol, name, description))
    return one_service_each(found)


def _access(package: Package, source: Source, links: list[Link], terms: Terms, name: str) -> list[dict[str, Any]]:
    if package["type"] == SERVICE:
        every = [link.service for link in links if link.service]
        ways = [link.url for link in links if link.purpose != "record"]
        every = every or [service_of(url) or Service("", url) for url in ways[:1]]
        if not every:
            raise RecordRefused(name, say("describes a service without any address"))
        add(package, of_record(every, links, terms.constraints))
        return [{"key": service.key, "iri": service.iri} for service in every]
    add(package, pages(links))
    if package["type"] != "dataset":
        return []
    if terms.constraints.licence:
        package["license_id"] = terms.constraints.licence
    package["resources"] = distributions(source, links, terms)
    return of_links(package, links, terms.constraints)


def _texts(root: Any, name: str) -> list[str]:
    return [text for element in find(root, name) if (text := one_line(element.text or ""))]
