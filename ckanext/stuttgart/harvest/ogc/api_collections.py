"""The landing page and collections of OGC API Features -> raw packages in the model's fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.stuttgart.dcatde import iris
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.ogc import api_links, crs, extents, metadata, places, spoken, terms
from ckanext.stuttgart.harvest.ogc.api_links import Link

Package = dict[str, Any]

# What of a collection goes into a record; item counts and the like change with every feature.
KEPT = ("id", "title", "description", "keywords", "attribution", "license", "rights", "extent", "storageCrs", "crs")
# What the whole list says of all its collections, for those that do not say it themselves (ldproxy, deegree).
COMMON = ("description", "attribution", "license", "rights")
COMMON_LINKS = ("license", "describedby")
# Relation -> how the data come; `through` the API page by page, or as a file.
DATA = {"items": "through", "coverage": "through", "data": "through", "enclosure": "file", "download": "file"}
# Of collections that have nothing else.
PICTURES = {"map": "through", "tilesets-vector": "through", "tilesets-map": "through", "tilesets-coverage": "through"}
# Questions of OGC API Environmental Data Retrieval that no address alone can ask.
_QUESTIONS = re.compile(r"/(?:position|area|cube|radius|trajectory|corridor)$")
# pygeoapi's configuration puts the original data under these relations, other renderings of the page as well.
RENDERINGS = ("canonical", "alternate")
DOCUMENTED = ("describedby", "via", "about", "related")
_SCHEMAS = ("application/schema+json", "application/schema-instance+json", "application/xml-schema")


def collection(value: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """What a record keeps of a collection.

    value   the collection, its `links` read (`api_links.read`)
    common  the list it stands in, likewise; `#/crs` refers to it
    """
    kept = loose.kept(value, KEPT)
    for name in COMMON:
        if name not in kept and common.get(name):
            kept[name] = common[name]
    kept["crs"] = _systems(kept, common)
    links, alone = list(value["links"]), len(common.get("collections", ())) == 1
    # A file of everything is the file of a collection only where there is no other one.
    rels = (*COMMON_LINKS, "enclosure") if alone else COMMON_LINKS
    further = [link for rel in rels if not api_links.of(links, rel) for link in api_links.of(common["links"], rel)]
    kept["links"] = links + further
    return {name: found for name, found in kept.items() if found}


def _systems(kept: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """The system the data are stored in, then those they can be had in (OGC API Features part 2, section 6.2)."""
    named = loose.texts(kept.get("crs"))
    if "#/crs" in named:
        place = named.index("#/crs")
        named[place : place + 1] = loose.texts(document.get("crs"))
    return [*loose.texts(kept.get("storageCrs")), *named][: crs.MOST]


def metadata_ids(kept: Mapping[str, Any]) -> str:
    """The id of the metadata record of a collection, "" where its links lead to none or to several."""
    links = api_links.of(kept.get("links", ()), "describedby", "via")
    ids = {found for link in links if (found := metadata.metadata_id(link["href"]))}
    return ids.pop() if len(ids) == 1 else ""


def dataset(kept: Mapping[str, Any], service: str) -> tuple[Package, list[Finding]]:
    """The package of a collection; `kept` also holds `iri`, `identifier` and `shared`, `service` is the API's IRI."""
    covered, findings = places.coverage(extents.box(kept.get("extent")))
    identifier = loose.text(kept.get("id"))
    title = loose.said(kept.get("title"))
    links: list[Link] = kept.get("links", [])
    package: Package = {
        "type": "dataset",
        "uri": kept["iri"],
        "identifier": kept.get("identifier", ""),
        "alternate_identifier": [{"notation": name} for name in kept.get("shared", ())],
        "spatial_coverage": covered,
        "temporal_coverage": extents.period(extents.interval(kept.get("extent"))),
        "conforms_to": crs.iris(kept.get("crs", ())),
        "documentation": _hrefs(_documents(links)),
        "url": next(iter(_hrefs(_pages(links))), ""),
    }
    spoken.say(package, "title", {"": title or identifier})
    spoken.say(package, "notes", {"": loose.said(kept.get("description"))})
    if package["title"] == identifier:
        findings.append(Finding("title_is_a_name", "warning", "title", identifier))
    spoken.label(package, loose.texts(kept.get("keywords")), names=(identifier,))
    found = read_terms(kept, links)
    package["resources"] = [with_terms(made, found) for made in _distributions(kept, service, title)]
    return loose.filled(package), [*findings, *found.findings]


def data_service(about: Mapping[str, Any], serves: Sequence[str]) -> tuple[Package, list[Finding]]:
    """The package of the API itself; `about` is made by `service`."""
    links: list[Link] = about.get("links", [])
    found = read_terms(about, links)
    described = [link for link in api_links.of(links, "service-desc") if not api_links.is_page(link)]
    described.sort(key=lambda link: "json" not in link.get("type", ""))
    contact = loose.mapping(about.get("contact"))
    package: Package = {
        "type": "data_service",
        "uri": about["service"],
        "endpoint_url": [about["endpoint"]],
        "endpoint_description": _hrefs(described[:1]),
        "documentation": _hrefs(api_links.of(links, "service-doc")),
        "serves_dataset": list(serves),
        "conforms_to": list(about.get("conforms_to", ())),
        "license_id": found.licence,
        "license_attribution_by_text": found.attribution,
        "contact": [contact] if contact else [],
        "publisher": [about["publisher"]] if about.get("publisher") else [],
    }
    title = loose.said(about.get("title")) or about["endpoint"].partition("://")[2]
    spoken.say(package, "title", {"": title})
    spoken.say(package, "notes", {"": loose.said(about.get("description"))})
    spoken.label(package, loose.texts(about.get("keywords")))
    return loose.filled(package), list(found.findings)


def read_terms(value: Mapping[str, Any], links: Sequence[Link]) -> terms.Terms:
    """Terms of use out of `license`, `rights`, `attribution` and the links to a licence.

    A link with the relation `license` names the licence for certain: one that is not in the list is passed on.
    """
    linked = api_links.of(links, "license", "copyright")
    named = [link["href"] for link in linked] + loose.texts(value.get("license"))
    said = [*named, *(link["title"] for link in linked if "title" in link), *loose.texts(value.get("rights"))]
    found = terms.read(said, loose.text(value.get("attribution")))
    foreign = {text: made for text in named if not terms.licences_in(text) and (made := iris.mend(text, web=True))}
    if not foreign:
        return found
    rest = terms.read((text for text in said if text not in foreign), found.attribution)
    ambiguous = any(finding.rule == "licence_ambiguous" for finding in found.findings)
    licence = found.licence or ("" if ambiguous else next(iter(foreign.values())))
    return terms.Terms(licence, rest.rights, found.attribution, found.findings)


def with_terms(made: Package, found: terms.Terms) -> Package:
    """A distribution with the terms that hold for it."""
    own = {"license": found.licence, "rights": found.rights, "license_attribution_by_text": found.attribution}
    return loose.filled({**own, **made})


def _hrefs(links: Sequence[Link]) -> list[str]:
    found = (iris.mend(link["href"], web=True) for link in links)
    return list(dict.fromkeys(href for href in found if href))


def _documents(links: Sequence[Link]) -> list[Link]:
    found = api_links.of(links, *DOCUMENTED)
    return [link for link in found if link.get("type", "").partition(";")[0] not in _SCHEMAS]


def _pages(links: Sequence[Link]) -> list[Link]:
    """The web pages that show the data."""
    return [link for link in api_links.of(links, *RENDERINGS, "self", "items") if api_links.is_page(link)]


def _distributions(kept: Mapping[str, Any], service: str, title: str) -> list[Package]:
    links: list[Link] = kept.get("links", [])
    return _made(links, DATA, kept, service, title) or _made(links, PICTURES, kept, service, title)


def _made(
    links: Sequence[Link], ways: Mapping[str, str], kept: Mapping[str, Any], service: str, title: str
) -> list[Package]:
    made = []
    for link in links:
        way = _way(link, kept["iri"], ways)
        found = api_links.distribution(link, other_than=title)
        if way == "through":
            made.append({**found, "access_service": [service]})
        elif way == "file":
            made.append({**found, "download_url": [link["href"]]})
    return made


def _way(link: Link, own: str, ways: Mapping[str, str]) -> str:
    """How the data behind a link come; "" where it leads to no data, or to a rendering of the collection's own page."""
    rel = link.get("rel", "")
    if api_links.is_page(link) or _QUESTIONS.search(link["href"].partition("?")[0]):
        return ""
    if rel in RENDERINGS and not link["href"].startswith(own):
        return "file" if api_links.is_file(api_links.distribution(link)) else ""
    return ways.get(rel, "")
