"""What WFS and WMS say of themselves in the same words: title, provider, contact, terms, INSPIRE's part, endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ckanext.stuttgart.harvest.ogc import addresses, metadata, xml

# Field -> where it stands: OWS Common (WFS 1.1.0, 2.0.0), then WMS and WFS 1.0.0.
_PERSON = "Service/ContactInformation/ContactPersonPrimary"
_CONTACT = "ServiceProvider/ServiceContact"
LINES: Mapping[str, tuple[str, ...]] = {
    "fees": ("ServiceIdentification/Fees", "Service/Fees"),
    "constraints": ("ServiceIdentification/AccessConstraints", "Service/AccessConstraints"),
    "organization": ("ServiceProvider/ProviderName", f"{_PERSON}/ContactOrganization"),
    "person": (f"{_CONTACT}/IndividualName", f"{_PERSON}/ContactPerson"),
    "position": (f"{_CONTACT}/PositionName", "Service/ContactInformation/ContactPosition"),
    "email": (
        f"{_CONTACT}/ContactInfo/Address/ElectronicMailAddress",
        "Service/ContactInformation/ContactElectronicMailAddress",
    ),
    "telephone": (f"{_CONTACT}/ContactInfo/Phone/Voice", "Service/ContactInformation/ContactVoiceTelephone"),
}
# The web page of the provider; many name the service itself there.
SITE = (
    "ServiceProvider/ProviderSite@href",
    f"{_CONTACT}/ContactInfo/OnlineResource@href",
    "Service/OnlineResource@href",
    "Service/OnlineResource",
)
KEYWORDS = ("Keywords/Keyword", "KeywordList/Keyword", "Keywords")
# INSPIRE, technical guidance for view and download services: inside ExtendedCapabilities.
INSPIRE: Mapping[str, tuple[str, ...]] = {
    "language": ("ResponseLanguage/Language", "SupportedLanguages/DefaultLanguage/Language"),
    "issued": ("TemporalReference/DateOfPublication",),
    "modified": ("MetadataDate", "TemporalReference/DateOfLastRevision"),
    "email": ("MetadataPointOfContact/EmailAddress",),
    "organization": ("MetadataPointOfContact/OrganisationName",),
}
# GeoServer ships with this contact and these abstracts, and many never change them.
PLACEHOLDERS = (
    "this is the reference implementation of wfs",
    "a compliant implementation of wms",
    "web map service for map access implementing wms",
    "claudius ptolomaeus",
    "the ancient geographers",
    "the ancient geographes inc",
    "claudius.ptolomaeus@",
    "chief geographer",
    "chief geographist",
    "http://geoserver.",
    "http://www.geoserver.",
)


def described(root: Any, kind: str, answered: str | None, advertised: str) -> dict[str, Any]:
    """What a service says of itself, as JSON values.

    kind        WFS or WMS
    answered    where the capabilities were read from, None for a file
    advertised  the address it names for requests, as it stands there

    Without `endpoint` where neither the document nor its address tell it.
    """
    service: dict[str, Any] = {"kind": kind, "version": root.get("version", "")}
    heads = [*xml.find(root, "ServiceIdentification"), *xml.find(root, "Service")]
    for head in heads[:1]:
        service["title"] = xml.spoken(head, "Title", one_line=True)
        service["abstract"] = {tag: said for tag, said in xml.spoken(head, "Abstract").items() if own(said)}
        service["keywords"] = keywords(head)
    service |= {name: value for name, paths in LINES.items() if (value := own(xml.first(root, paths)))}
    service |= _inspire(root, service, answered)
    endpoint = addresses.endpoint(advertised, answered)
    site = addresses.web(own(xml.first(root, SITE)), answered)
    service["site"] = "" if addresses.base(site, public=True) == endpoint else site
    if endpoint:
        service |= {"endpoint": endpoint, "iri": addresses.service_iri(endpoint, kind)}
    return {name: value for name, value in service.items() if value}


def own(text: str) -> str:
    """A text, "" where it is the one a server came with."""
    lowered = text.lower()
    return "" if any(lowered.startswith(word) for word in PLACEHOLDERS) else text


def keywords(element: Any) -> list[str]:
    """The keywords of a service, feature type or layer; one element may hold them all, one a line or with commas."""
    for path in KEYWORDS:
        found = [text for inner in xml.find(element, path) if (text := "".join(inner.itertext()).strip())]
        parts = re.split(r"[,;\n]", found[0]) if len(found) == 1 else found
        words = [" ".join(part.split()) for part in parts]
        if any(words):
            return list(dict.fromkeys(word for word in words if word))
    return []


def links(element: Any, name: str, answered: str | None) -> list[str]:
    """The addresses of all children with this name: a `href`, an OnlineResource within, or the text itself."""
    found = []
    for child in xml.children(element, name):
        inner = xml.children(child, "OnlineResource")
        link = xml.attribute(child, "href") or (xml.attribute(inner[0], "href") if inner else xml.line(child))
        found.append(addresses.web(link, answered))
    return list(dict.fromkeys(link for link in found if link))


def described_by(links: Iterable[str]) -> str:
    """The one metadata id that all links that have one lead to, else ""."""
    ids = {found for link in links if (found := metadata.metadata_id(link))}
    return ids.pop() if len(ids) == 1 else ""


def _inspire(root: Any, service: Mapping[str, Any], answered: str | None) -> dict[str, Any]:
    """INSPIRE's part: only what the service does not say itself, its metadata, and the identifiers of its datasets."""
    found: dict[str, Any] = {}
    for part in xml.below(root, "ExtendedCapabilities"):
        for name, paths in INSPIRE.items():
            value = own(xml.first(part, paths))
            if value and name not in service:
                found.setdefault(name, value)
        urls = [addresses.web(xml.line(url), answered) for url in xml.find(part, "MetadataUrl/URL")]
        found.setdefault("metadata", []).extend(url for url in urls if url and url not in found.get("metadata", ()))
        words = [*xml.find(part, "Keyword/KeywordValue"), *xml.find(part, "MandatoryKeyword/KeywordValue")]
        found.setdefault("more_keywords", []).extend(xml.line(word) for word in words)
        for entry in xml.below(part, "SpatialDataSetIdentifier"):
            code, space = xml.first(entry, ("Code",)), xml.first(entry, ("Namespace",))
            link = addresses.web(xml.attribute(entry, "metadataURL"), answered)
            found.setdefault("identifiers", []).append({"code": code, "namespace": space, "metadata": link})
    return found
