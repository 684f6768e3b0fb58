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
    holders: dict[str, dict[str, list[Part]]] = {}  # IRI -> class -> the parts of that name
    if "uri" in root.values:
        holders[root.values["uri"]] = {root.class_.name: [root]}
    for part in root.walk():
        uri = part.values.get("uri")
        if uri is None:
            continue
        named = holders.setdefault(uri, {})
        if any(_clash(part.class_.name, other) for other in named):
            del part.values["uri"]
            repair.note("uri_shared", f"{part.path}uri", uri, severity="warning")
        else:
            named.setdefault(part.class_.name, []).append(part)
    for named in holders.values():
        for same in named.values():
            if len(same) > 1:
                _merge(repair, same)


@functools.cache
def _clash(name: str, other: str) -> bool:
    return name == DISTRIBUTION if name == other else not _properties(name).isdisjoint(_properties(other))


def _merge(repair: Repair, same: list[Part]) -> None:
    """Give every node of a name and class all that any of them says; the first word on a field stands."""
    merged: dict[str, Any] = {}
    for part in same:
        settled = set(merged)
        if part.class_.literal in merged:  # translations belong to the text they came with
            settled.add("translations")
        for name, value in part.values.items():
            if name not in settled:
                merged[name] = value
            elif merged.get(name) != value:
                repair.note("further_value", f"{part.path}{name}", value, severity="warning")
    for part in same:
        if part.values != merged:
            repair.note("nodes_merged", part.path[:-1], merged.get("uri"), merged.get("uri"))
            part.values = dict(merged)
