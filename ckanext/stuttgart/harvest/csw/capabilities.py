"""What a catalogue service says of itself: who runs it, and where and how it is asked for records.

The addresses are checked, for they come from an answer: another host is refused by name, unless it is one that means
nothing outside (behind a proxy, servers write their inner names) or has the very path of the address that was asked.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ckanext.stuttgart.errors import SourceRefused, say
from ckanext.stuttgart.harvest.address import joined, shown
from ckanext.stuttgart.harvest.csw.questions import CSW, GMD, Narrowing, Question, without_request
from ckanext.stuttgart.harvest.iso.tree import XLINK, children, find, first, local
from ckanext.stuttgart.harvest.reader import Package

# Schemas that can be read, best first, and the type name that goes with each.
SCHEMAS = {
    GMD: "gmd:MD_Metadata",
    "http://standards.iso.org/iso/19115/-3/mdb/2.0": "mdb:MD_Metadata",
    "http://standards.iso.org/iso/19115/-3/mdb/1.0": "mdb:MD_Metadata",
    "http://www.isotc211.org/2005/gmi": "gmi:MI_Metadata",
    "http://www.geocat.ch/2008/che": "che:CHE_MD_Metadata",
    "http://data.europa.eu/930/": "csw:Record",
    "http://www.w3.org/ns/dcat#": "csw:Record",
    CSW: "csw:Record",
}
INNER = (".local", ".localdomain", ".intern", ".internal", ".intranet", ".lan", ".corp", ".home", ".svc")


@dataclass(frozen=True)
class Service:
    """A catalogue service.

    address    its own, without a request
    publisher  the Agent who runs it; {} where it does not say
    questions  ways to ask it for records, best first, each without and with what some servers refuse
    """

    address: str
    publisher: Package = field(default_factory=dict)
    questions: tuple[Question, ...] = ()


def read(element: Any, url: str, narrowing: Narrowing) -> Service:
    """Read capabilities found at `url`. Raises SourceRefused naming an operation's address on another host."""
    own = without_request(url)
    operation = next((each for each in find(element, "**/Operation") if each.get("name") == "GetRecords"), None)
    schema, type_name = _schema(operation)
    addresses = _addresses(operation, own)
    questions = [
        Question(way, address, schema, type_name, each, sorted_)
        for each in narrowing.or_nothing()
        for way, address in addresses.items()
        for sorted_ in (True, False)
    ]
    main = addresses.get("kvp") or next(iter(addresses.values()))
    return Service(main, _publisher(element), tuple(questions))


def _schema(operation: Any) -> tuple[str, str]:
    """The best schema that the service offers, with its type name; the ISO schema where it names none."""
    offered = _values(operation, "outputschema")
    names = _values(operation, "typenames") or _values(operation, "typename")
    schema = next((schema for schema in SCHEMAS if not offered or schema in offered), GMD)
    wanted = SCHEMAS[schema]
    return schema, wanted if not names or wanted in names else "csw:Record" if "csw:Record" in names else names[0]


def _values(operation: Any, name: str) -> list[str]:
    """The allowed values of a parameter."""
    if operation is None:
        return []
    parameters = [each for each in find(operation, "Parameter") if (each.get("name") or "").lower() == name]
    return [value for each in parameters for found in find(each, "**/Value") if (value := (found.text or "").strip())]


def _addresses(operation: Any, own: str) -> dict[Any, str]:
    """Way of asking -> checked address; a service that names none is asked where its description was."""
    found: dict[Any, str] = {}
    for method in find(operation, "DCP/HTTP/*") if operation is not None else ():
        link = (method.get(f"{XLINK}href") or "").strip()
        encodings = {(value.text or "").strip().upper() for value in find(method, "Constraint/**/Value")}
        encodings = encodings or {(v.text or "").strip().upper() for v in _post_encodings(operation)}
        way = "kvp" if local(method) == "Get" else "soap" if encodings == {"SOAP"} else "xml"
        if local(method) in ("Get", "Post") and way not in found:
            found[way] = checked(link, own)
    found = found or {"xml": own, "kvp": own}
    return {way: found[way] for way in ("xml", "kvp", "soap") if way in found}


def _post_encodings(operation: Any) -> list[Any]:
    constraints = [each for each in find(operation, "Constraint") if (each.get("name") or "") == "PostEncoding"]
    return [value for each in constraints for value in find(each, "**/Value")]


def checked(link: str, own: str) -> str:
    """The address that an operation names, repaired where it names the inner host of a proxy.

    Raises SourceRefused for another host.
    """
    try:
        here, there = urlsplit(own), urlsplit(joined(own, link))
        host = there.hostname or ""
    except ValueError:
        return own
    if not link or "{" in link or there.scheme not in ("http", "https") or not host:
        return own
    target = without_request(there.geturl())
    if host == here.hostname:
        return _scheme_of(here, there, target)
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return urlsplit(target)._replace(scheme=here.scheme, netloc=here.netloc).geturl()
    if _inner(host):
        return own
    raise SourceRefused(
        shown(target),
        say("is where the catalogue {address} wants to be asked, and is on another host", address=shown(own)),
        say("If that is right, give this address as that of the source"),
    )


def _scheme_of(here: SplitResult, there: SplitResult, target: str) -> str:
    """On the same host the scheme stays that of the address asked: behind a proxy that ends TLS, servers write http."""
    if here.scheme == "https" and there.scheme == "http" and there.port in (None, 80, here.port):
        return urlsplit(target)._replace(scheme="https", netloc=here.netloc).geturl()
    return target


def _inner(host: str) -> bool:
    """Whether a host name means nothing in the public network."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.lower().endswith(INNER)


def _publisher(element: Any) -> Package:
    """The provider as an Agent."""
    name = first(element, "ServiceProvider/ProviderName")
    if not name:
        return {}
    sites = [site.get(f"{XLINK}href") or "" for site in find(element, "ServiceProvider/ProviderSite")]
    site = next((site for site in sites if site.startswith(("http://", "https://"))), "")
    return {"name": name, "url": site} if site else {"name": name}


def is_capabilities(element: Any) -> bool:
    """Whether an element is the description of a catalogue service."""
    return local(element) == "Capabilities" and "/cat/csw/" in str(element.tag) and bool(children(element))
