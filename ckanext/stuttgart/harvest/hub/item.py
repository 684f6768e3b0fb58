"""An item of ArcGIS, as Hub's search (OGC API Records) and koop give it, as a dataset. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest import boxes, loose, text
from ckanext.stuttgart.harvest.hub.tree import Tree
from ckanext.stuttgart.harvest.licences import licence
from ckanext.stuttgart.harvest.reader import Mapped, Package

# An item of ArcGIS Online; a layer of it has its number behind an underscore.
ITEM = re.compile(r"([0-9a-f]{32})(?:_(\d+))?")
ITEM_PAGE = "https://www.arcgis.com/home/item.html?id={id}"
METADATA = ("metadata", "metadata", "dataIdInfo")
# What is kept of an item; it also counts its views and looks, which change with every reading.
KEYS = (
    "access",
    "accessInformation",
    "additionalResources",
    "categories",
    "contacts",
    "created",
    "culture",
    "description",
    "extent",
    "formats",
    "hubType",
    "itemExtent",
    "keywords",
    "language",
    "license",
    "licenseInfo",
    "metadata",
    "modified",
    "name",
    "orgContactEmail",
    "orgName",
    "organization",
    "slug",
    "snippet",
    "source",
    "structuredLicense",
    "tags",
    "themes",
    "title",
    "type",
    "updated",
    "url",
)
# rel of links that lead to data, and to pages for people (OGC API Records, IANA).
DATA = ("enclosure", "item", "data", "service", "download")
PAGES = ("alternate", "canonical", "about", "describedby")
# `none` and `custom` name no licence; the terms stand in licenseInfo then.
NO_LICENCE = re.compile(r"none|custom|other", re.IGNORECASE)


def features(value: Any) -> list[dict[str, Any]] | None:
    """The items of a page, or a single one as a list; None where there are none."""
    if not isinstance(value, dict):
        return None
    if value.get("type") == "FeatureCollection" and isinstance(value.get("features"), list):
        return loose.mappings(value["features"])
    return [value] if value.get("type") == "Feature" and isinstance(value.get("properties"), dict) else None


def reduced(feature: dict[str, Any]) -> dict[str, Any]:
    """What of an item is needed and stays the same from one reading to the next."""
    properties = loose.mapping(feature.get("properties"))
    metadata = loose.get(properties, *METADATA)
    kept = loose.kept(properties, KEYS)
    kept["metadata"] = {"metadata": {"dataIdInfo": metadata}} if metadata else None
    return loose.filled(
        {"id": identifier(feature), "geometry": feature.get("geometry"), "links": feature.get("links"), **kept}
    )


def identifier(feature: dict[str, Any]) -> str:
    """The id of an item."""
    return loose.text(loose.first(loose.get(feature, "properties", "id"), feature.get("id")))


def iri(feature: dict[str, Any]) -> str | None:
    """The page of an item at ArcGIS Online, by which Hub's feeds identify the same item; None for other ids."""
    found = ITEM.fullmatch(identifier(feature))
    if not found:
        return None
    return ITEM_PAGE.format(id=found[1]) + (f"&sublayer={found[2]}" if found[2] else "")


def dataset(item: dict[str, Any], iri_: str | None, site: str) -> Mapped:
    """A reduced item as a dataset; `site` is the Hub that listed it, "" for a file. Raises RecordRefused."""
    title = text.title(loose.said(loose.first(item.get("title"), item.get("name"))))
    if not title:
        raise RecordRefused(iri_ or loose.text(item.get("id")) or "An item", "has no title")
    tree = Tree()
    terms, found = _terms(item)
    resources = list(_resources(item))
    metadata = loose.mapping(loose.get(item, *METADATA))
    keywords = loose.first(loose.get(metadata, "searchKeys", "keyword"), item.get("tags"), item.get("keywords"))
    package = tree.read(
        "Dataset",
        {
            "title": title,
            "description": loose.first(*map(loose.said, (item.get("description"), item.get("snippet")))) or "",
            "keyword": keywords,
            "theme": item.get("themes"),
            "issued": loose.first(loose.get(metadata, "idCitation", "date", "pubDate"), item.get("created")),
            "modified": loose.first(item.get("modified"), item.get("updated")),
            "publisher": loose.first(item.get("orgName"), item.get("organization"), item.get("source")),
            "contactPoint": item.get("orgContactEmail"),
            "accessRights": item.get("access"),
            "language": loose.first(loose.get(metadata, "dataLang", "languageCode", "@_value"), item.get("language")),
            "provenance": loose.get(metadata, "idCredit"),
            "landingPage": _page(item, iri_, site),
            "spatial": _extent(item),
        },
    )
    package |= {"type": "dataset", "uri": iri_, "identifier": loose.text(item.get("id"))}
    package["resources"] = [{**resource, **terms} for resource in resources]
    return Mapped(loose.filled(package), (*tree.findings, *found))


def _terms(item: dict[str, Any]) -> tuple[dict[str, str], list[Finding]]:
    """The licence by address, by name, or out of the terms of use; the credits are how its holder wants to be named."""
    structured = loose.mapping(item.get("structuredLicense"))
    named = loose.said(item.get("license"))
    terms, found = licence(
        structured.get("url"),
        structured.get("name"),
        structured.get("abbr"),
        "" if NO_LICENCE.fullmatch(named) else named,
        item.get("licenseInfo"),
    )
    credit = text.plain(loose.said(item.get("accessInformation")))
    terms |= {"license_attribution_by_text": credit} if credit else {}
    return terms, found


def _page(item: dict[str, Any], iri_: str | None, site: str) -> str:
    """The page for people: one the item names, that of the Hub, that of the item."""
    named = [link for link in loose.mappings(item.get("links")) if loose.text(link.get("rel")) in PAGES]
    pages = [loose.address(link) for link in named if "html" in loose.text(link.get("type"))]
    own = f"{site}/datasets/{loose.text(item.get('id'))}" if site and iri_ else ""
    return next(filter(None, [*pages, own, iri_ or ""]), "")


def _extent(item: dict[str, Any]) -> Any:
    """The extent in degrees: a geometry, an envelope, two corners; the first that is one."""
    corners = loose.items(item.get("itemExtent"))
    two = [*corners[0], *corners[1]] if len(corners) == 2 and all(isinstance(one, list) for one in corners) else None
    for value in (item.get("extent"), two, item.get("geometry")):
        if isinstance(value, dict) and boxes.of_geometry({**value, "type": "MultiPoint"}):
            return {**value, "type": "MultiPoint"}
        if isinstance(value, list) and boxes.box(value):
            return [value]
        if isinstance(value, list) and len(value) == 2 and all(isinstance(one, list) for one in value):
            return [[*value[0], *value[1]]]
    return None


def _resources(item: dict[str, Any]) -> Iterator[Package]:
    """The service behind the item, further resources an editor added, and links to data."""
    url = loose.address(item.get("url"))
    if url:
        kind = loose.said(item.get("type"))
        service = re.search(r"/(?:Feature|Map|Image|Scene|Vector\w*)Server\b", url)
        yield loose.filled({"name": kind, "url": url, "format": "REST" if service else ""})
    for extra in loose.mappings(item.get("additionalResources")):
        if loose.address(extra) and loose.address(extra) != url:
            yield loose.filled({"name": text.title(loose.said(extra.get("name"))), "url": loose.address(extra)})
    for link in loose.mappings(item.get("links")):
        if loose.text(link.get("rel")) in DATA and loose.address(link):
            media = loose.text(link.get("type"))
            title = text.title(loose.said(link.get("title")))
            yield loose.filled({"name": title, "url": loose.address(link), "mimetype": media, "format": media})
