"""A record of OGC API Records (1.0 and the drafts that pygeoapi, pycsw and ldproxy serve) -> a raw package. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.parts import plan
from ckanext.stuttgart.errors import RecordRefused, say
from ckanext.stuttgart.harvest import boxes, loose
from ckanext.stuttgart.harvest.ogc import addresses, api_links, crs, extents, formats, people, places, spoken
from ckanext.stuttgart.harvest.ogc.api_collections import read_terms, with_terms
from ckanext.stuttgart.harvest.ogc.api_links import Link
from ckanext.stuttgart.harvest.words import words

Package = dict[str, Any]

# By what a metadata record is told from a thing on a map that has a title: members nothing else has, or its type.
SIGNS = ("themes", "contacts", "providers", "formats", "externalIds")
KNOWN_TYPES = frozenset(
    {
        *("dataset", "nongeographicdataset", "series", "datasetseries", "collection", "featuretype", "model"),
        *("service", "dataservice", "webservice", "api", "application", "software", "document", "map", "tile"),
    }
)
TYPES = {
    "service": "data_service",
    "dataservice": "data_service",
    "webservice": "data_service",
    "api": "data_service",
    "series": "dataset_series",
    "datasetseries": "dataset_series",
}
# Relation of a link -> what it is; all others are data where their type says so, else documents.
LINKS = {
    **dict.fromkeys(("self", "collection", "root", "parent", "next", "prev", "search", "queryables"), "own"),
    **dict.fromkeys(("preview", "icon", "thumbnail", "conformance", "license", "copyright"), "own"),
    **dict.fromkeys(("describedby", "via", "documentation", "help", "author", "service-doc"), "document"),
    **dict.fromkeys(("canonical", "alternate", "about", "landing", "landingpage"), "page"),
    **dict.fromkeys(("enclosure", "download", "data", "item", "items", "distribution", "describes", "service"), "data"),
}
_PAGE_TYPES = ("landingpage", "www:link", "information")
# The word of the parameter `service`, or the last part of an ArcGIS address -> file type.
SERVICES = {"wms": "WMS_SRVC", "wfs": "WFS_SRVC", "wcs": "WCS_SRVC", "wmts": "WMTS_SRVC"}
_SERVER = re.compile(r"/(wms|wfs|wcs)server/?$", re.IGNORECASE)
# ISO 19115 topic categories and the EU's themes may be told by the address of their list.
_THEME_LISTS = ("topiccategory", "data-theme")


def looks_like_one(feature: Any) -> bool:
    """Whether a GeoJSON feature is a metadata record and not a thing on a map that has a title."""
    found = loose.mapping(feature)
    properties = loose.mapping(found.get("properties"))
    if not title(properties):
        return False
    says_so = any("ogcapi-records" in text for text in loose.texts(found.get("conformsTo")))
    signs = [key for key in SIGNS if properties.get(key) not in (None, "", [], {})]
    return says_so or len(signs) > 1 or _type_word(properties) in KNOWN_TYPES


def kept(feature: Mapping[str, Any], links: Sequence[Link]) -> dict[str, Any]:
    """What a record of ours keeps of it: of a geometry its box, `links` as read."""
    properties = loose.mapping(feature.get("properties"))
    extent = loose.mapping(properties.get("extent"))
    made = {
        "id": loose.text(feature.get("id")),
        "properties": {name: value for name, value in properties.items() if name != "extent"},
        "box": list(boxes.of_geometry(feature.get("geometry")) or extents.box(extent)),
        "time": extents.time(feature.get("time") or properties.get("time")) or extents.interval(extent),
        "links": list(links),
    }
    return {name: value for name, value in made.items() if value not in ("", [], {}, None)}


def package_type(properties: Mapping[str, Any]) -> str:
    """dataset, data_service or dataset_series; documents and applications count as datasets."""
    return TYPES.get(_type_word(properties), "dataset")


def _type_word(properties: Mapping[str, Any]) -> str:
    """The type of the described thing as one word, also out of an IRI such as DCMI's `dcmitype/Dataset`."""
    return vocabulary.key(loose.text(properties.get("type")).rpartition("/")[2])


def package(record: Mapping[str, Any], name: str) -> tuple[Package, list[Any]]:
    """The package of a record as `kept` made it. Raises RecordRefused as `name`."""
    properties = loose.mapping(record.get("properties"))
    type_, language = package_type(properties), _language(properties.get("language"))
    covered, findings = places.coverage(record.get("box"))
    links: list[Link] = list(record.get("links", ()))
    sorted_links = list(_sorted(links))
    made: Package = {
        "type": type_,
        "identifier": record.get("id", ""),
        "alternate_identifier": _further_ids(properties, record.get("id", "")),
        "modified": _date(properties, "updated", "record-updated"),
        "spatial_coverage": covered,
        "temporal_coverage": extents.period(record.get("time", ())),
        "language": [found for found in map(_language, loose.items(properties.get("resourceLanguages"))) if found],
        "documentation": _unique(link["href"] for way, link in sorted_links if way == "document"),
        "url": next((link["href"] for way, link in sorted_links if way == "page"), ""),
    }
    spoken.say(made, "title", _spoken(properties.get("title")), language)
    spoken.say(made, "notes", _spoken(properties.get("description")), language)
    people.place(made, properties)
    _subjects(made, properties, language)
    found = read_terms(properties, links)
    data = [link for way, link in sorted_links if way == "data"]
    if type_ == "data_service":
        made |= _service(data, links, name)
        made |= {"license_id": found.licence, "license_attribution_by_text": found.attribution}
    elif type_ == "dataset":
        made["conforms_to"] = crs.iris(loose.texts(properties.get("crs")))
        made["resources"] = [with_terms(_distribution(link, properties), found) for link in data]
    fields = plan(load().packages[type_].name).fields | {"type"}
    return loose.filled({field: value for field, value in made.items() if field in fields}), [
        *findings,
        *found.findings,
    ]


def title(properties: Mapping[str, Any]) -> str:
    """The title for people, "" where there is none."""
    return next(iter(_spoken(properties.get("title")).values()), "")


def _spoken(value: Any) -> dict[str, str]:
    """A text, or one in several languages as GeoNetwork and pygeoapi give it."""
    text = loose.said(value)
    told = {"": text} if text else loose.mapping(value)
    return {tag: text for tag, found in told.items() if (text := loose.said(found))}


def _language(value: Any) -> str:
    return loose.text(loose.mapping(value).get("code")) or loose.text(value)


def _date(properties: Mapping[str, Any], *names: str) -> str:
    return next((found for name in names if (found := loose.text(properties.get(name)))), "")


def _further_ids(properties: Mapping[str, Any], own: str) -> list[Package]:
    found = loose.texts(
        [loose.mapping(entry).get("value", entry) for entry in loose.items(properties.get("externalIds"))]
    )
    return [{"notation": name} for name in found if name != own]


# --- subjects ----------------------------------------------------------------------------------------------------


def _subjects(made: Package, properties: Mapping[str, Any], language: str) -> None:
    """Keywords and concepts; those of ISO's topic categories and the EU's lists are themes."""
    keywords = loose.texts(properties.get("keywords"))
    topics: list[str] = []
    for theme in loose.mappings(properties.get("themes")):
        scheme = vocabulary.key(loose.text(theme.get("scheme")))
        listed = any(vocabulary.key(name) in scheme for name in _THEME_LISTS)
        for concept in loose.items(theme.get("concepts")):
            told = loose.mapping(concept)
            address = loose.text(told.get("url")) or loose.text(told.get("id"))
            name = loose.said(concept) or loose.text(told.get("id"))
            if any(address in vocabulary.load(list_) for list_ in ("data_theme", "hvd_category")):
                keywords.append(address)
            elif listed and vocabulary.load("data_theme").find(name):
                topics.append(name)
            elif name:
                keywords.append(name)
    spoken.label(made, keywords, language)
    if topics:
        made["theme"] = [*made.get("theme", ()), *dict.fromkeys(topics)]


# --- links -------------------------------------------------------------------------------------------------------


def _sorted(links: Sequence[Link]) -> Iterator[tuple[str, Link]]:
    """Each link with what it is: data, page or document."""
    for link in links:
        href = iris.mend(link["href"], web=True)
        way = LINKS.get(link.get("rel", ""), "")
        if href is None or way == "own":
            continue
        web = {**link, "href": href}
        is_page = api_links.is_page(web) or web.get("type", "").lower().startswith(_PAGE_TYPES)
        is_data = _format(web) not in ("", "HTML")
        if is_page and way in ("", "page", "data"):
            way = "page" if way else "document"
        elif way in ("", "page"):
            way = "data" if is_data and link.get("rel") != "alternate" else "document"
        if way != "document" or link.get("rel") != "alternate":
            yield way, web


def _format(link: Link) -> str:
    """The file type of a link: a service by its address, else what type and address tell."""
    server = _SERVER.search(link["href"].partition("?")[0])
    wanted = addresses.asked(link["href"])
    if wanted.get("request", "").lower() in ("", "getcapabilities"):
        word = wanted.get("service", "").lower() or (server[1].lower() if server else "")
        if word in SERVICES:
            return SERVICES[word]
    return formats.file_type(link.get("type", ""), link["href"])


def _distribution(link: Link, properties: Mapping[str, Any]) -> Package:
    code = _format(link)
    named = loose.items(properties.get("formats"))
    if not code and len(named) == 1:
        only = loose.mapping(named[0])
        code = formats.file_type(loose.text(only.get("mediaType")), loose.text(only.get("name")), loose.text(named[0]))
    made = {**api_links.distribution(link), "format": code}
    if code.endswith("_SRVC"):
        # The link's title is the name of the layer there.
        layer = link.get("title", "")
        made |= {
            "name": code.removesuffix("_SRVC"),
            "description": words("ogc")["layer"].format(name=layer) if layer else "",
        }
        made.pop("mimetype", None)
    elif api_links.is_file(made):
        made["download_url"] = [link["href"]]
    return loose.filled(made)


def _service(data: Sequence[Link], links: Sequence[Link], name: str) -> Package:
    """Endpoint and description of a service. Raises RecordRefused where no link leads to one."""
    described = [link["href"] for link in links if link.get("rel") in ("service-desc", "service-meta")]
    candidates = [*data, *(link for link in links if link.get("rel") == "service-desc")]
    endpoint = next((made for link in candidates if (made := addresses.base(link["href"], public=True))), None)
    if endpoint is None:
        raise RecordRefused(name, say("describes a service without any address"))
    asked = [
        link["href"] for link in data if addresses.asked(link["href"]).get("request", "").lower() == "getcapabilities"
    ]
    return {"endpoint_url": [endpoint], "endpoint_description": _unique([*described, *asked])[:1]}


def _unique(found: Any) -> list[str]:
    return list(dict.fromkeys(found))
