"""Links of OGC APIs: relations by their short names, addresses as the public reaches them, the next page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.dcatde.texts import language_tag
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.address import joined
from ckanext.stuttgart.harvest.ogc import addresses, formats
from ckanext.stuttgart.harvest.walk import inner_address

Link = dict[str, str]

REGISTERED = re.compile(r"(?i)https?://www\.opengis\.net/def/rel/(?:ogc/[\d.]+|iana)/")
COLLECTIONS = "/collections"
# Where a document stands -> the landing page above it: the list, one collection, its items, one item.
_BELOW = re.compile(r"/collections(?:\.json)?(?:/[^/]+(?:/items(?:\.json)?(?:/[^/]+)?)?)?/?$")
_COLLECTION = re.compile(r"(.*/collections/[^/]+?)(?:\.json|/items(?:\.json)?(?:/[^/]+)?)?/?$")
# What leads to further documents of the same API.
_OWN = ("self", "root", "data", "items", "collection", "next", "conformance", "service-desc")
_WEB_PAGES = ("text/html", "application/xhtml+xml")
# Where another document of the same thing leads, not the data.
_NO_FILES = ("HTML", "XHTML", "REST", "SPARQLQ")


def landing(address: str) -> str:
    """The address of the API that a document belongs to, as everybody may use it: without query and last slash."""
    public = addresses.base(address, public=True) or ""
    return _BELOW.sub("", public.partition("?")[0]).rstrip("/")


def is_below(address: str) -> bool:
    """Whether an address is that of a list of collections, a collection or items, so that it tells the landing page."""
    return bool(_BELOW.search(address.partition("?")[0]))


def collection(address: str) -> str:
    """The address of the collection that a document belongs to, "" for none."""
    found = _COLLECTION.match((addresses.base(address, public=True) or "").partition("?")[0])
    return found[1] if found else ""


def below(api: str, identifier: str) -> str:
    """The address of a collection by its id."""
    return f"{api}{COLLECTIONS}/{quote(identifier, safe=':,.~-_@!$()*+')}"


def read(value: Any, answered: str | None, api: str) -> list[Link]:
    """The usable links of a document.

    answered  where it was read from, None for a file
    api       the landing page as it is reached from outside, "" where that is unknown
    """
    found: list[Link] = []
    for link in loose.mappings(value):
        href = loose.text(link.get("href"))
        # tipg lists templates of addresses among its links.
        if not href or "{" in href or not _is_usable(href):
            continue
        made = {
            "rel": REGISTERED.sub("", next(iter(loose.texts(link.get("rel"))), "")).lower(),
            "href": joined(answered, href) if answered else href,
            "type": loose.text(link.get("type")),
            "title": loose.text(link.get("title")) or loose.text(link.get("name")),
            "method": loose.text(link.get("method")).upper(),
            "language": language_tag(loose.text(link.get("hreflang"))[:60]),
        }
        found.append({name: text for name, text in made.items() if text})
    own = frozenset(host for link in of(found, *_OWN) if (host := _host(link["href"])) and inner_address(link["href"]))
    return [{**link, "href": repaired(link["href"], api, own)} for link in found]


def repaired(link: str, api: str, inner: frozenset[str] = frozenset()) -> str:
    """A link of an API as it is reached from outside: behind a proxy, servers write inner hosts and http into them.

    inner  host names the API uses for itself; without one of them only addresses of collections are known to be its own
    """
    host = _host(link)
    if not api or not host:
        return link
    there, here = urlsplit(link), urlsplit(api)
    _, mark, after = there.path.partition(COLLECTIONS)
    if inner_address(link) and not inner_address(api) and (mark or host in inner):
        path = there.path if there.path.startswith(here.path) else here.path + there.path
        path = f"{here.path}{mark}{after}" if mark else path
        return there._replace(scheme=here.scheme, netloc=here.netloc, path=path).geturl()
    if there.hostname == here.hostname and there.scheme != here.scheme and (mark or not there.port):
        return there._replace(scheme=here.scheme, netloc=here.netloc).geturl()
    return link


def _is_usable(href: str) -> bool:
    """Whether an address can be taken apart (`http://[::1` cannot) and has a sensible length."""
    try:
        return (urlsplit(href).port or 0) >= 0 and len(href) <= iris.LONGEST
    except ValueError:
        return False


def _host(link: str) -> str:
    """Host and port of a web address, "" for anything else."""
    try:
        parts = urlsplit(link)
        return parts.netloc.lower() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def of(links: Iterable[Link], *rels: str) -> list[Link]:
    """The links of these relations, in the order of the relations."""
    listed = list(links)
    return [link for rel in rels for link in listed if link.get("rel") == rel]


def is_page(link: Link) -> bool:
    """Whether a link leads to a web page."""
    return link.get("type", "").partition(";")[0].strip().lower() in _WEB_PAGES


def is_json(link: Link) -> bool:
    """Whether a link leads to JSON, or does not say to what."""
    type_ = link.get("type", "").lower()
    return not type_ or "json" in type_.partition(";")[0]


def next_page(links: Iterable[Link], address: str, api: str) -> str:
    """The address of the next page, "" where there is none; one at another host is kept, for the caller to refuse."""
    found = [link for link in of(links, "next") if is_json(link) and link.get("method", "GET") == "GET"]
    found.sort(key=lambda link: not link.get("type"))
    if not found:
        return ""
    link = repaired(found[0]["href"], api)
    if not _host(link) or not _host(address):
        return link
    own, other = urlsplit(address), urlsplit(link)
    tail = own.path.rpartition(COLLECTIONS)[2]
    if own.netloc != other.netloc and other.path.rpartition(COLLECTIONS)[2] == tail:
        other = other._replace(scheme=own.scheme, netloc=own.netloc, path=own.path)
    return other.geturl()


def distribution(link: Link, *, other_than: str = "") -> dict[str, Any]:
    """The fields of a distribution that a link tells: address, format, media type, a name that says something.

    other_than  the title of the dataset, which some servers repeat on every link
    """
    type_ = link.get("type", "")
    code = formats.file_type(type_, link["href"])
    media = type_.partition(";")[0].strip().lower()
    title = link.get("title", "")
    if not title or title == other_than:
        known = vocabulary.load("file_type").by_code(code)
        title = known.label() if known else type_
    made = {
        "name": title,
        "url": link["href"],
        "format": code,
        "mimetype": media if media in vocabulary.media_types() else "",
    }
    return {name: value for name, value in made.items() if value}


def is_file(made: dict[str, Any]) -> bool:
    """Whether a distribution is a file of a known type, not a service and not a page about it."""
    code = made.get("format", "")
    return bool(code) and code not in _NO_FILES and not code.endswith("_SRVC")
