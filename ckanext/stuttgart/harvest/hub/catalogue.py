"""The entries of a feed in the shapes in which they come, and one entry as a dataset. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.errors import RecordRefused
from ckanext.stuttgart.harvest import loose, text
from ckanext.stuttgart.harvest.hub.tree import Tree
from ckanext.stuttgart.harvest.licences import licence
from ckanext.stuttgart.harvest.reader import Mapped, Package

LISTS = ("dcat:dataset", "dataset", "http://www.w3.org/ns/dcat#dataset")
# `R/P1Y` where a date is expected says how often the data change (DCAT-US 1.1, modified).
REPEATING = re.compile(r"R\d*/P\S+")
# A container says less than the name of the distribution that stands beside it: a ZIP called `Shapefile`.
CONTAINERS = {"ZIP": "application/zip", "JSON": "", "XML": ""}
DEEPEST = 4


def entries(value: Any) -> list[dict[str, Any]] | None:
    """The datasets a document lists, None where it is no catalogue: `dataset`, `@graph`, a list, or a single one."""
    if isinstance(value, list):
        found = [item for item in loose.mappings(value) if is_dataset(item)]
        return found if found or not value else None
    if not isinstance(value, dict):
        return None
    for name in LISTS:
        if name in value:
            return loose.mappings(value[name])
    if isinstance(value.get("@graph"), list):
        nodes = {node["@id"]: node for node in loose.mappings(value["@graph"]) if isinstance(node.get("@id"), str)}
        found = [node for node in loose.mappings(value["@graph"]) if is_dataset(node)]
        return [_embedded(node, nodes, DEEPEST) for node in found]
    return [value] if is_dataset(value) else None


def is_dataset(node: dict[str, Any]) -> bool:
    """True for a node typed as a dataset, and for an untyped one with a title and distributions."""
    types = [loose.text(name) for name in loose.items(node.get("@type"))]
    if types:
        return any(re.split("[#:/]", name)[-1] == "Dataset" for name in types)
    names = {re.split("[#:/]", key)[-1].lower() for key in node}
    return "title" in names and not names.isdisjoint({"distribution", "accesslevel", "accessurl", "contactpoint"})


def _embedded(value: Any, nodes: dict[str, dict[str, Any]], depth: int) -> Any:
    """A node with the nodes it refers to in their places."""
    if isinstance(value, list):
        return [_embedded(item, nodes, depth) for item in value]
    if not isinstance(value, dict):
        return value
    node = nodes.get(loose.text(value.get("@id")), value) if set(value) == {"@id"} and depth else value
    return {key: _embedded(item, nodes, depth - 1) if depth else item for key, item in node.items()}


def publisher(value: Any) -> Package | None:
    """Who publishes the catalogue, by name."""
    node = {"dcterms:publisher": _named(value, "publisher") or _named(value, "creator")}
    found = Tree().read("Catalog", node).get("publisher") or []
    return found[0] if found and found[0].get("name") else None


def _named(node: Any, name: str) -> Any:
    """The value of a node under a name with any prefix."""
    for key, value in loose.mapping(node).items():
        if re.split("[#:/]", key)[-1].lower() == name and value not in (None, "", [], {}):
            return value
    return None


def identity(entry: dict[str, Any]) -> tuple[str | None, str]:
    """The IRI of an entry, and what it is called inside its catalogue.

    An identifier that is an address comes first: Hub's `@id` is a page whose address changes with the title.
    """
    names = loose.texts(_named(entry, "identifier"))
    own = loose.text(loose.first(entry.get("@id"), entry.get("uri")))
    iri = next((loose.address(name) for name in [*names, own] if loose.address(name)), "")
    iri = iri or (own if own.lower().startswith("urn:") else "")
    return iri or None, next(iter(names), "") or own or loose.address(_named(entry, "landingpage"))


def title(entry: dict[str, Any]) -> str:
    """The title of an entry, in German where there are several."""
    found = Tree().read("Dataset", {"title": _named(entry, "title")}).get("title", "")
    return loose.text(loose.first(found.get("de"), *found.values()) if isinstance(found, dict) else found)


def dataset(entry: dict[str, Any], iri: str | None) -> Mapped:
    """One entry as a dataset. Raises RecordRefused."""
    tree = Tree()
    package = tree.read("Dataset", entry)
    if not package.get("title"):
        raise RecordRefused(iri or identity(entry)[1] or "An entry", "has no title")
    terms, found = licence(_named(entry, "license"), _named(entry, "rights"))
    rights = _named(entry, "rights")
    if terms and rights and "rights" not in terms:
        terms["rights"] = text.plain(loose.said(rights))
    page = loose.address(entry.get("@id"))
    package |= {"type": "dataset", "uri": iri, "url": package.get("url") or (page if page != iri else "")}
    if REPEATING.fullmatch(loose.text(package.get("modified"))):
        package.setdefault("frequency", package.pop("modified"))
    originals = [item for item in loose.items(_named(entry, "distribution")) if item]
    package["resources"] = [
        _distribution(loose.mapping(original), tree, terms) for original in _distributions(originals)
    ]
    return Mapped(loose.filled(package), (*tree.findings, *found))


def _distributions(originals: list[Any]) -> Iterator[Any]:
    for original in originals:
        yield {"accessURL": original} if isinstance(original, str) else original


def _distribution(original: dict[str, Any], tree: Tree, terms: dict[str, str]) -> Package:
    """A distribution with its licence, or else that of the dataset."""
    made = tree.read("Distribution", original)
    own, found = licence(_named(original, "license"))
    tree.findings += found
    made = {**made, **(own or {key: value for key, value in terms.items() if value})}
    urls = loose.items(made.get("url"))
    if len(urls) > 1:
        made |= {"url": urls[0], "access_url": urls[1:]}
    return loose.filled({**made, **_format(made)})


def _format(made: Package) -> Package:
    """The file type of a container by what the distribution is called."""
    types = vocabulary.load("file_type")
    term = types.find(loose.text(made.get("format")))
    if term is None or term.code not in CONTAINERS:
        return {}
    names = (loose.text(made.get(name)) for name in ("name", "description"))
    better = next((found for name in names if (found := types.find(name)) and found.code not in CONTAINERS), None)
    if better is None:
        return {}
    return {"format": better.code, "mimetype": "", "package_format": CONTAINERS[term.code]}
