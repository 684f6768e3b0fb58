"""One IRI names one thing: nodes of a package that share an IRI are described alike, or do not share it."""

from __future__ import annotations

import functools
from typing import Any

from rdflib import URIRef

from ckanext.stuttgart.dcatde.conversion import Repair
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.parts import DISTRIBUTION, Part


@functools.cache
def _properties(name: str) -> frozenset[URIRef]:
    class_ = load().classes[name]
    return frozenset(p for row in class_.rows for p in (row.predicate, *(old.predicate for old in row.legacy)))


def unify(repair: Repair, root: Part) -> None:
    """Merge nodes of one class and IRI; take the IRI from a node where another thing of that name would mix with it."""
    holders: dict[str, list[Part]] = {}
    if "uri" in root.values:
        holders[root.values["uri"]] = [root]
    for part in root.walk():
        uri = part.values.get("uri")
        if uri is None:
            continue
        others = holders.setdefault(uri, [])
        if any(_clash(part, other) for other in others):
            del part.values["uri"]
            repair.note("uri_shared", f"{part.path}uri", uri, severity="warning")
        else:
            others.append(part)
    for parts in holders.values():
        if len(parts) > 1:
            _merge(repair, parts)


def _clash(part: Part, other: Part) -> bool:
    if part.class_ is other.class_:
        return part.class_.name == DISTRIBUTION
    return not _properties(part.class_.name).isdisjoint(_properties(other.class_.name))


def _merge(repair: Repair, parts: list[Part]) -> None:
    """Give every node of a class all that any of them says; the first word on a field stands."""
    by_class: dict[str, list[Part]] = {}
    for part in parts:
        by_class.setdefault(part.class_.name, []).append(part)
    for same in by_class.values():
        merged: dict[str, Any] = {}
        for part in same:
            new = {name: value for name, value in part.values.items() if name not in merged}
            if part.class_.literal in merged:  # translations belong to the text they came with
                new.pop("translations", None)
            merged.update(new)
        for part in same:
            if part.values != merged:
                repair.note("nodes_merged", part.path[:-1], merged.get("uri"))
                part.values = dict(merged)
