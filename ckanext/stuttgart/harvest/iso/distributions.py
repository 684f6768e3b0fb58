"""The links of a data record as distributions, documents and services, with the terms of use of the record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.harvest.iso.constraints import Constraints
from ckanext.stuttgart.harvest.iso.convert import dated
from ckanext.stuttgart.harvest.iso.online import Link, Service, parameters
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import Source, best, code, find, find_all, href, one_line, place, plain

FORMATS = (
    "distributionInfo/*/distributionFormat/*/name",
    "distributionInfo/*/distributionFormat/*/formatSpecificationCitation/*/title",
    "distributionInfo/*/distributor/*/distributorFormat/*/name",
    "identificationInfo/*/resourceFormat/*/name",
    "identificationInfo/*/resourceFormat/*/formatSpecificationCitation/*/title",
)
DATES = "identificationInfo/*/citation/*/date/CI_Date"
STATUS = "identificationInfo/*/status"
# The name of a layer or type, which says less to a reader than a description.
TECHNICAL = re.compile(r"\S*[:_.]\S*|https?://\S+")
VERSION = re.compile(r"\s*(?:\([^()]*\)|v?\d[\d.]*)$")
LONGEST_NAME = 250
SERVICES = "access_service"

Package = dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """What holds for every distribution of a record: terms of use, state of the work, last change of the data."""

    constraints: Constraints
    status: str = ""
    modified: str = ""

    @classmethod
    def of(cls, source: Source, constraints: Constraints) -> Terms:
        """The terms of a record."""
        states = vocabulary.load("distribution_status")
        found = [states.find(code(element)) for element in find(source.root, STATUS)]
        changes = [value for kind, value in dated(find(source.root, DATES)) if kind in ("revision", "lastRevision")]
        return cls(constraints, next((term.uri for term in found if term), ""), max(changes, default=""))

    def fields(self) -> Package:
        """The fields of a distribution."""
        given = {
            "license": self.constraints.licence,
            "license_attribution_by_text": self.constraints.attribution,
            "rights": self.constraints.rights,
            "status": self.status,
            "modified": self.modified,
        }
        return {name: value for name, value in given.items() if value}


def distributions(source: Source, links: Sequence[Link], terms: Terms) -> list[Package]:
    """One distribution for each service, each request for features, and each file or other way to the data."""
    found: list[Package] = []
    formats = _formats(source)
    served: dict[str, Package] = {}
    for link in links:
        if link.purpose != "data":
            continue
        if link.service is None:
            found.append(_file(link, formats, source) | terms.fields())
        elif _asks_for_features(link):
            found.append(_features(link, link.service, source) | terms.fields())
        else:
            resource = _through(link, link.service)
            mark = f"{link.service.kind} {resource['url']}"
            if mark not in served:
                served[mark] = resource | terms.fields()
                found.append(served[mark])
            if "name" not in served[mark]:
                _label(served[mark], link, source)
    for resource in found:
        kinds = (link.service.kind for link in links if link.service and link.service.iri in resource.get(SERVICES, ()))
        resource.setdefault("name", ": ".join((*list(kinds)[:1], source.title)))
    return found


def _through(link: Link, service: Service) -> Package:
    """Access through a service (K41: its address, no download); to a part of one that has addresses for its parts."""
    resource: Package = {"url": service.endpoint if service.row["requests"] else link.url}
    resource[SERVICES] = [service.iri]
    if service.row["format"]:
        resource["format"] = service.row["format"]
    return resource


def _asks_for_features(link: Link) -> bool:
    query = parameters(link.url)
    return link.request == "getfeature" and bool(query.get("typenames") or query.get("typename"))


def _features(link: Link, service: Service, source: Source) -> Package:
    """A request to a WFS that gives the data themselves, in the format that it asks for."""
    resource: Package = {"url": link.url, "access_service": [service.iri]}
    wanted = parameters(link.url).get("outputformat", "")
    term = vocabulary.load("file_type").find(wanted) if wanted else None
    resource["format"] = term.code if term else service.row["format"]
    _label(resource, link, source)
    return resource


def _file(link: Link, formats: Sequence[str], source: Source) -> Package:
    resource: Package = {"url": link.url}
    if link.extension:
        resource["download_url"] = [link.url]
    _label(resource, link, source)
    words = f"{best(link.name)} {best(link.description)} {link.protocol}".lower()
    given = _format(link, formats, words)
    if given:
        resource["format"] = given
    container = codes("containers").get(link.extension.code) if link.extension else None
    if container and given and link.extension and given != link.extension.code:
        resource["package_format"] = container
    return resource


def _format(link: Link, formats: Sequence[str], words: str) -> str:
    """The file type: the ending of the URL, unless that is a container; then the one that the record names."""
    extension = link.extension
    if extension and extension.code not in codes("containers"):
        return extension.code
    named = [name for name in formats if re.search(rf"\b{re.escape(name.lower())}\b", words)]
    if len(named) == 1 or len(formats) == 1:
        return (named or list(formats))[0]
    return extension.code if extension else ""


def _formats(source: Source) -> list[str]:
    """The formats of a record as codes of the EU list, or as they stand; of one format's names the first counts."""
    terms = vocabulary.load("file_type")
    found = {}
    for element in find_all(source.root, *FORMATS):
        name = one_line(plain(element))
        term = terms.find(href(element)) or terms.find(name) or terms.find(VERSION.sub("", name))
        if term or (name and not terms.says_nothing(name)):
            found[term.code if term else name] = None
    return list(found)


def _label(resource: Package, link: Link, source: Source) -> None:
    """Name and description of a link; a technical name gives way to the description."""
    name, description = link.name, link.description
    shown = best(description, source.language)
    if shown and len(shown) <= LONGEST_NAME and (not name or TECHNICAL.fullmatch(best(name, source.language))):
        name, description = description, name
    if not name and "." in link.file_name and link.service is None:
        name = {"": link.file_name}
    place(resource, "name", name)
    if best(description, source.language) != resource.get("name"):
        place(resource, "description", description)


def pages(links: Sequence[Link]) -> Package:
    """The landing page (the first page that is no document, else the page about the metadata) and the documentation."""
    about = [link for link in links if link.purpose == "page"]
    websites = [link.url for link in about if not link.extension]
    records = [link.url for link in links if link.purpose == "record" and not link.request]
    landing = next(iter([*websites, *records]), "")
    documents = list(dict.fromkeys(link.url for link in about if link.url != landing))
    given = {"url": landing, "documentation": documents}
    return {name: value for name, value in given.items() if value}
