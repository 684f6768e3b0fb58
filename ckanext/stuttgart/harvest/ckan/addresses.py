"""Where CKAN and DKAN answer, from any address of a portal that a person pastes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

Kind = Literal["search", "list", "whole"]

SEARCH = "/api/3/action/package_search"
LIST = "/api/3/action/current_package_list_with_resources"
DKAN_2 = ("/api/1/metastore/schemas/dataset/items", "/data.json")
ACTION = re.compile(r"(?P<site>.*?)/api(?:/[123])?/(?:action|search)/(?P<action>\w+)/?$")
# The first part of a path that is a page of the portal and no part of its address.
PAGES = frozenset({
    "about", "api", "catalog", "dashboard", "data.json", "dataset", "datasets", "feeds", "group", "groups", "harvest",
    "login", "organization", "organizations", "pages", "search", "showcase", "user", "users",
})  # fmt: skip
# A language CKAN knows, as it stands before the pages of that language.
LOCALE = re.compile(
    r"(?:am|ar|bg|bs|ca|cs|da|de|el|en|es|et|eu|fa|fi|fr|gl|he|hr|hu|id|is|it|ja|ka|km|ko|lt|lv|mk|mn|my|nb|ne|nl|no|pl|"
    r"pt|ro|ru|sk|sl|sq|sr|sv|sw|th|tl|tr|uk|vi|zh)(?:[_-][A-Za-z]{2,4})?"
)
FILE = re.compile(r"[^/]+\.(?:html?|json|jsonld|n3|php|rdf|ttl|xml)")
# Actions that give whole packages without paging.
WHOLE = frozenset({"package_show", "organization_show", "group_show"})
PAGING = frozenset({"rows", "start", "sort", "limit", "offset", "callback", "facet", "facet.field"})
FACETS = ("organization", "groups", "tags", "res_format", "license_id")


@dataclass(frozen=True)
class Door:
    """One way into a portal.

    kind  search: package_search with rows and start; list: limit and offset; whole: everything in one answer
    url   without paging and without `query`
    query what is asked, besides paging
    """

    kind: Kind
    url: str
    query: tuple[tuple[str, str], ...] = ()

    def asked(self, **paging: object) -> str:
        """The URL of one page."""
        pairs = [*self.query, *((name, str(value)) for name, value in paging.items())]
        return f"{self.url}?{urlencode(pairs)}" if pairs else self.url


def site_of(url: str) -> str:
    """The address of the portal that `url` is a page or an answer of, without a last slash; "" for a file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    kept: list[str] = []
    for part in filter(None, parts.path.split("/")):
        if part.lower() in PAGES or FILE.fullmatch(part):
            break
        kept.append(part)
    if kept and LOCALE.fullmatch(kept[-1]):
        kept.pop()
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{''.join(f'/{part}' for part in kept)}"


def doors(url: str) -> Sequence[Door]:
    """The ways into the portal that `url` belongs to, the best first; the URL itself comes last where it is a page."""
    try:
        parts = urlsplit(url)
        query = tuple((name, value) for name, value in parse_qsl(parts.query) if name not in PAGING)
    except ValueError:
        return (Door("whole", url),)
    whole = Door("whole", url)
    if parts.scheme not in ("http", "https"):
        return (whole,)
    site = parts._replace(path=urlsplit(site_of(url)).path, query="", fragment="").geturl().rstrip("/")
    bare = parts._replace(query="", fragment="").geturl()
    found = ACTION.fullmatch(parts.path)
    if found and found["action"] == "package_search":
        return (Door("search", bare, query or (("q", "*:*"),)),)
    if found and found["action"] == "current_package_list_with_resources":
        return (Door("list", bare, query),)
    if found and found["action"] in WHOLE:
        return (whole,)
    search = Door("search", site + SEARCH, (("q", "*:*"), *_page_query(parts.path, query)))
    if FILE.fullmatch(parts.path.rpartition("/")[2]) or "/metastore/" in parts.path:
        return (whole, search)
    if found:
        return (search, whole)
    return (search, Door("list", site + LIST), *(Door("whole", site + path) for path in DKAN_2), whole)


def addresses(url: str) -> Sequence[str]:
    """Where a CKAN or DKAN would answer if `url` leads to one."""
    there = doors(url)
    urls = [door.url if door.query in ((), (("q", "*:*"),)) else door.asked() for door in there]
    page = [url] if there[0].kind != "whole" and url not in urls else []
    return tuple(dict.fromkeys([*urls[:1], *page, *urls[1:]]))


def clause(field: str, values: str) -> str:
    """A filter of Solr: `organization:("a" OR "b")` for values parted by commas, "" for none."""
    names = (name.strip().replace("\\", "\\\\").replace('"', '\\"') for name in values.split(","))
    quoted = [f'"{name}"' for name in names if name]
    return f"{field}:({' OR '.join(quoted)})" if quoted else ""


def filtered(door: Door, options: Mapping[str, str]) -> Door:
    """The search with the filters of the options; those that the address has stay.

    options  `fq` as Solr takes it, `organization`, `group` and `tag` as names
    """
    own = [value for name, value in door.query if name == "fq"]
    named = {"organization": "organization", "groups": "group", "tags": "tag"}
    wanted = [*own, options.get("fq", ""), *(clause(field, options.get(name, "")) for field, name in named.items())]
    parts = [part for part in wanted if part.strip()]
    rest = tuple(pair for pair in door.query if pair[0] != "fq")
    if not parts:
        return Door(door.kind, door.url, rest)
    joined = parts[0] if len(parts) == 1 else " AND ".join(f"({part})" for part in parts)
    return Door(door.kind, door.url, (*rest, ("fq", joined)))


def _page_query(path: str, query: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """What the page of an organization or group, or a search page, shows, as a filter."""
    parts = [part for part in path.split("/") if part]
    pages = [
        clause(field, name)
        for page, field in (("organization", "organization"), ("group", "groups"))
        for before, name in pairwise(parts)
        if before == page and name not in ("about", "activity", "new")
    ]
    facets = [clause(name, value.replace(",", " ")) for name, value in query if name in FACETS]
    found = " AND ".join(filter(None, [*pages, *facets]))
    return (("fq", found),) if found else ()
