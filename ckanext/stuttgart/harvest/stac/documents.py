"""Catalogues, collections and their links as STAC writes them (0.8 to 1.1), and what of a collection is kept. Pure."""

from __future__ import annotations

from typing import Any

from ckanext.stuttgart.harvest import loose

# What is kept of a collection. Nothing else is needed; summaries and item assets may be megabytes.
KEYS = (
    "id",
    "title",
    "description",
    "keywords",
    "license",
    "providers",
    "contacts",
    "extent",
    "assets",
    "language",
    "created",
    "updated",
    "published",
    "version",
    "deprecated",
    "sci:doi",
    "sci:citation",
    "attribution",
)
RELS = (
    "license",
    "describedby",
    "about",
    "alternate",
    "cite-as",
    "documentation",
    "derived_from",
    "via",
    "items",
    "item",
    "child",
)


def links(document: Any, *rels: str) -> list[dict[str, Any]]:
    """The links of a document with one of the relations and an address, in its order."""
    found = loose.mappings(loose.get(document, "links"))
    return [link for link in found if loose.text(link.get("rel")) in rels and loose.text(link.get("href"))]


def href(document: Any, *rels: str) -> str:
    """The address of the first such link, "" where there is none."""
    found = links(document, *rels)
    return loose.text(found[0].get("href")) if found else ""


def is_collection(document: Any) -> bool:
    """True for a collection; before version 1.0 it has no type, but an extent and a licence."""
    if not isinstance(document, dict) or document.get("type") in ("Feature", "FeatureCollection", "Catalog"):
        return False
    return document.get("type") == "Collection" or ("extent" in document and "license" in document)


def is_catalogue(document: Any) -> bool:
    """True for the root of an API or of a static catalogue, and for a part of one."""
    if not isinstance(document, dict) or is_collection(document) or "features" in document:
        return False
    return document.get("type") == "Catalog" or (
        "links" in document and "type" not in document and ("stac_version" in document or "conformsTo" in document)
    )


def is_item(document: Any) -> bool:
    """True for an item or a page of items, which are no datasets."""
    return isinstance(document, dict) and document.get("type") in ("Feature", "FeatureCollection")


def collections(document: Any) -> list[Any] | None:
    """The entries of an answer of `/collections`, None for any other document."""
    found = loose.get(document, "collections")
    return found if isinstance(found, list) else None


def is_api(root: Any) -> bool:
    """True for a root that answers questions: it says to what it conforms, or where its collections or search are."""
    return bool(loose.items(loose.get(root, "conformsTo")) or links(root, "data", "search"))


def reduced(collection: dict[str, Any]) -> dict[str, Any]:
    """What of a collection is needed."""
    some = [link for link in links(collection, *RELS) if link.get("rel") not in ("item", "child")]
    members = links(collection, "item", "child")[:1]
    return loose.filled(
        {**loose.kept(collection, KEYS), "gsd": loose.get(collection, "summaries", "gsd"), "links": [*some, *members]}
    )
