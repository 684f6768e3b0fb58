"""Online resources: what each link is for, and which service it leads to."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from ckanext.stuttgart.dcatde import iris, vocabulary
from ckanext.stuttgart.harvest.iso.parties import linkage
from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import Source, Texts, code, find, find_all, href, local, one_line, plain

ONLINE = (
    "distributionInfo/*/transferOptions/*/onLine/*",
    "distributionInfo/*/distributor/*/distributorTransferOptions/*/onLine/*",
)
# Links beside the distributions, and what they are for.
BESIDE = {
    "dataSetURI": "page",
    "metadataLinkage/*": "record",
    "identificationInfo/*/citation/*/onlineResource/*": "page",
    "identificationInfo/*/additionalDocumentation/*/onlineResource/*": "page",
}
OPERATIONS = "identificationInfo/*/containsOperations/*"
UNKNOWN: Mapping[str, Any] = {"format": "", "standard": "", "requests": False}
# Requests to a catalogue for metadata, which are no way to the data.
METADATA_REQUESTS = frozenset({"getrecordbyid", "getrecords"})
EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,7})(?:\.(?:zip|gz|7z|bz2))?$")


@dataclass(frozen=True)
class Service:
    """A service that a link leads to: its kind (a key of `services` in codes.yaml) and its address."""

    kind: str
    endpoint: str

    @property
    def iri(self) -> str:
        """The IRI of a service that has none: its address and its kind, since one address may serve several."""
        return f"{self.endpoint}#{self.kind.replace(' ', '-') or 'service'}"

    @property
    def key(self) -> str:
        """What two links to one service have in common, whatever scheme and case they are written in."""
        parts = urlsplit(self.endpoint)
        return f"{self.kind}|{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"

    @property
    def row(self) -> Mapping[str, Any]:
        """What is known of the kind; a service record may hide it, then nothing is."""
        return codes("services").get(self.kind, UNKNOWN)

    @property
    def description(self) -> str:
        """The address of its own description, as its standard has it; "" where the standard has none."""
        if not self.row["requests"]:
            return ""
        mark = "&" if "?" in self.endpoint else "?"
        return f"{self.endpoint}{mark}service={self.kind}&request=GetCapabilities"


@dataclass(frozen=True)
class Link:
    """One online resource.

    purpose  data, page, record (a page about the metadata) or "" (nothing for a catalogue)
    service  the service it leads to
    request  the request in its address, in lower case
    """

    url: str
    purpose: str
    service: Service | None
    request: str = ""
    protocol: str = ""
    name: Texts = field(default_factory=dict, hash=False)
    description: Texts = field(default_factory=dict, hash=False)

    @property
    def extension(self) -> vocabulary.Term | None:
        """The file type by the ending of the URL, None for a web page."""
        term = file_type(self.url)
        return None if term and term.code in codes("web_formats") else term

    @property
    def file_name(self) -> str:
        """The last part of the path, for links that have no other name."""
        return unquote(urlsplit(self.url).path.rstrip("/").rpartition("/")[2])


def links(source: Source) -> list[Link]:
    """Every usable link of a record's distributions, in their order; one that is no address is noted."""
    found = [link for element in find_all(source.root, *ONLINE) if (link := _link(element, source, "")) is not None]
    for path, purpose in BESIDE.items():
        found += [link for element in find(source.root, path) if (link := _link(element, source, purpose)) is not None]
    return one_service_each(list({(link.url, link.purpose, str(link.name)): link for link in found}.values()))


def one_service_each(found: list[Link]) -> list[Link]:
    """Links to one service name it alike, whatever scheme and case they are written in."""
    known: dict[str, Service] = {}
    return [
        replace(link, service=known.setdefault(link.service.key, link.service)) if link.service else link
        for link in found
    ]


def operations(source: Source) -> Iterator[tuple[str, str]]:
    """The operations of a service record: name, address."""
    for operation in find(source.root, OPERATIONS):
        name = next((one_line(plain(found)) for found in find(operation, "operationName")), "")
        for point in find(operation, "connectPoint/*/linkage"):
            url = iris.mend(linkage(point, source), web=True)
            if url:
                yield name, url


def _link(element: Any, source: Source, purpose: str) -> Link | None:
    holders = find(element, "linkage")
    given = linkage(holders[0], source) if holders else one_line(plain(element)) if purpose else ""
    if not given:
        return None
    url = iris.mend(given, web=True)
    if url is None:
        source.note("iri_unusable", "resources", given)
        return None
    parts = {local(part): part for part in element if isinstance(part.tag, str)}
    protocol = " ".join(
        part for name in ("protocol", "applicationProfile") if name in parts for part in _words(parts[name])
    )
    function = code(parts["function"]) if "function" in parts else ""
    name = source.texts(parts["name"]) if "name" in parts else {}
    description = source.texts(parts["description"]) if "description" in parts else {}
    return link_of(url, protocol, name, description, function, purpose)


def link_of(
    url: str, protocol: str, name: Texts, description: Texts | None = None, function: str = "", purpose: str = ""
) -> Link:
    """A link by all that is said of it; `purpose` where the place that it stands in tells it."""
    request = parameters(url).get("request", "").lower()
    purpose = purpose or ("record" if request in METADATA_REQUESTS else "")
    service = None if purpose else service_of(url, protocol)
    purpose = purpose or _purpose(function, protocol, url, service)
    return Link(url, purpose, service, request, protocol, name, description or {})


def _words(element: Any) -> tuple[str, str]:
    return one_line(plain(element)), href(element)


def _purpose(function: str, protocol: str, url: str, service: Service | None) -> str:
    """By function, else by protocol, else by file type: what is no page and no document is taken for data."""
    if service:
        return "data"
    if function in codes("functions"):
        return codes("functions")[function]
    kind = file_type(url)
    if kind is not None and kind.code not in (*codes("web_formats"), *codes("document_formats")):
        return "data"
    rows = codes("protocols") if protocol else ()
    return next((row["purpose"] for row in rows if re.search(row["protocol"], protocol.lower())), "page")


def file_type(url: str) -> vocabulary.Term | None:
    """The file type that a URL ends in."""
    try:
        found = EXTENSION.search(urlsplit(url).path)
    except ValueError:
        return None
    if not found:
        return None
    terms = vocabulary.load("file_type")
    term = terms.find(found[1])
    return term if term and found[1].lower() in (*term.extra["extensions"].split("|"), term.code.lower()) else None


def service_of(url: str, protocol: str = "") -> Service | None:
    """The service behind a URL: told by the protocol of its link, by `service=` in it, or by the end of its path."""
    query, low = parameters(url), protocol.lower()
    named = query.get("service", "").upper()
    kinds = _kinds()
    by_protocol = next((kind for kind, pattern, _ in kinds if low and pattern.search(low)), "")
    kind = named if named in codes("services") else by_protocol
    parts = urlsplit(url)
    if not kind and not low.startswith("www:"):
        kind = next((kind for kind, _, path in kinds if path.search(parts.path.rstrip("/"))), "")
    return Service(kind, _endpoint(parts, kind)) if kind else None


@functools.cache
def _kinds() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(row["protocol"]), re.compile(row["path"], re.IGNORECASE))
        for kind, row in codes("services").items()
    )


def parameters(url: str) -> dict[str, str]:
    """The query of a URL, names in lower case."""
    try:
        return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    except ValueError:
        return {}


def _endpoint(parts: SplitResult, kind: str) -> str:
    """The address of the service itself, without what belongs to one request or leads to a part of it."""
    below = codes("services")[kind].get("below")
    path = re.sub(below, "", parts.path.rstrip("/"), flags=re.IGNORECASE) if below else parts.path
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in codes("request_parameters") and not name.startswith("$")
    ]
    return parts._replace(path=path, query=urlencode(kept, safe="/:,"), fragment="").geturl()
