"""What an OGC API says of itself: on its landing page, in its conformance classes, in its OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.errors import SourceError
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.client import Fetcher
from ckanext.stuttgart.harvest.ogc import addresses, api, api_links
from ckanext.stuttgart.harvest.ogc.api import Document
from ckanext.stuttgart.harvest.ogc.people import person
from ckanext.stuttgart.harvest.ogc.service import own as not_a_placeholder
from ckanext.stuttgart.harvest.walk import inner_address

# `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core` -> the standard it belongs to.
_STANDARD = re.compile(
    r"(https?://www\.opengis\.net/spec/ogcapi-(?:features|records|tiles|maps|coverages|edr)[\w-]*/\d[\d.]*)/"
)
_LINKS = ("self", "root", "data", "conformance", "parent")
KEPT_LINKS = ("service-desc", "service-doc", "license", "copyright")
KEPT = ("title", "description", "keywords", "attribution", "license", "rights")


def address(first: Document) -> str:
    """The landing page of the API that a document belongs to, "" where nothing tells it.

    A file has no address; its links to itself, to the list or to items have one.
    """
    here = api_links.landing(first.answered or "")
    if first.kind == "landing" and here:
        # The page itself may be called index.json (pg_featureserv); the list of collections lies directly below.
        listed = list_address(first, here)
        return api_links.landing(listed) if _is_list(listed) else here
    if api_links.is_below(first.answered or ""):
        return here
    links = [*first.links, *_links_of_collections(first)]
    found = [api_links.landing(link["href"]) for link in api_links.of(links, *_LINKS, "items")]
    return next((made for made in found if made), here)


def _links_of_collections(first: Document) -> list[api_links.Link]:
    listed = loose.mappings(first.value.get("collections"))
    return [link for entry in listed for link in api_links.read(entry.get("links"), first.answered, "")]


def list_address(page: Document, own: str) -> str:
    """Where the collections of an API are listed, by its landing page."""
    links = api_links.read(page.value.get("links"), page.answered, own)
    found = [link for link in api_links.of(links, "data") if api_links.is_json(link)]
    found.sort(key=lambda link: (not _is_list(link["href"]), not link.get("type")))
    return found[0]["href"] if found else f"{own}{api_links.COLLECTIONS}"


def _is_list(href: str) -> bool:
    return urlsplit(href).path.rstrip("/").removesuffix(".json").endswith(api_links.COLLECTIONS)


def read(fetcher: Fetcher, first: Document, own: str) -> dict[str, Any]:
    """What is known of the API.

    Returns the members of `KEPT`, `endpoint`, `service` (its IRI), `links`, `conforms_to`, `contact`, `publisher` and
    `records` (whether it has any by its conformance classes), those that are empty left out.
    """
    page = first if first.kind == "landing" else _landing_page(fetcher, first, own)
    value = page.value if page else {}
    links = api_links.read(value.get("links"), page.answered, own) if page else []
    conformance = _conformance(fetcher, value, links, first, own)
    description = _description(fetcher, links, first, own)
    info = loose.mapping(description.get("info"))
    about = loose.kept(value, KEPT)
    if first.kind == "collections":
        about = {name: first.value[name] for name in KEPT if loose.text(first.value.get(name))} | about
    for name, key in (("title", "title"), ("description", "description"), ("keywords", "x-keywords")):
        about.setdefault(name, info.get(key))
    found = api_links.of(links, *KEPT_LINKS)
    if first.kind == "collections" and not api_links.of(found, "license"):
        found += api_links.of(api_links.read(first.value.get("links"), first.answered, own), "license")
    if not api_links.of(found, "license"):
        about.setdefault("license", loose.texts(list(loose.mapping(info.get("license")).values())))
    about |= {
        "endpoint": own,
        "service": addresses.service_iri(own, "OGC-API"),
        "links": found,
        "conforms_to": sorted({match[1] for text in conformance if (match := _STANDARD.match(text))}),
        "records": any("/ogcapi-records" in text for text in conformance),
        **_people(info),
    }
    return {name: kept for name, kept in about.items() if kept not in ("", None, [], {})}


def _landing_page(fetcher: Fetcher, first: Document, own: str) -> Document | None:
    """The landing page, where the first answer was another one; it may be missing."""
    if first.answered is None:
        return None
    for place in (own, f"{own}/"):
        try:
            page = api.in_json(fetcher, place, own)
        except SourceError:
            continue
        return page if page.kind == "landing" else None
    return None


def _conformance(
    fetcher: Fetcher, page: Mapping[str, Any], links: list[api_links.Link], first: Document, own: str
) -> list[str]:
    said = page.get("conformsTo") or first.value.get("conformsTo")
    if not said and first.answered is not None:
        found = [link for link in api_links.of(links, "conformance") if api_links.is_json(link)]
        said = api.value_at(fetcher, found[0]["href"] if found else f"{own}/conformance").get("conformsTo")
    return loose.texts(said)


def _description(fetcher: Fetcher, links: list[api_links.Link], first: Document, own: str) -> dict[str, Any]:
    """The OpenAPI document, the only place where most servers name a contact."""
    described = [link for link in api_links.of(links, "service-desc") if "json" in link.get("type", "")]
    if first.answered is None or not described:
        return {}
    href = described[0]["href"]
    same_host = urlsplit(href).netloc.lower() == urlsplit(own).netloc.lower()
    return api.value_at(fetcher, href) if same_host else {}


def _people(info: Mapping[str, Any]) -> dict[str, Any]:
    """Contact and publisher out of `info.contact` of an OpenAPI document."""
    contact = loose.mapping(info.get("contact"))
    # pygeoapi keeps mail and telephone in an extension, beside a name that is the provider's.
    told = person(loose.mapping(contact.get("x-ogc-serviceContact"))) | person(contact)
    found = loose.filled({key: not_a_placeholder(value) for key, value in told.items()})
    if inner_address(found.get("url", "")):
        found.pop("url", None)
    publisher = {key: found[key] for key in ("name", "url") if key in found}
    return {
        "contact": found if {"email", "telephone", "url"} & set(found) else {},
        "publisher": publisher if "name" in found else {},
    }
