"""A package under repair: its values, what could not be kept, and its parts, field by field as the model has them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import canonical, kinds
from ckanext.stuttgart.dcatde.kinds import Convert
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested

DISTRIBUTION = "Distribution"
Path = tuple[Any, ...]  # of field names and positions
Finished = tuple[dict[str, Any], dict[Path, Any]]  # values, and what is left out by its path in them


@dataclass(slots=True)
class Part:
    """A package, a distribution or a node of it while it is normalised.

    values   field -> value that RDF can carry; at a package and a distribution also CKAN's own keys
    left     field -> value that is left out, of a field that holds one
    further  field -> values that are left out, of a field that holds a list
    parts    field -> the nested parts that are kept
    raw      the dict as it came
    """

    class_: Class
    path: str
    values: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    further: dict[str, list[Any]] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def walk(self) -> Iterator[Part]:
        """Every nested part, in the order in which the graph is written."""
        for name in self.parts:
            for part in self.parts[name]:
                yield part
                yield from part.walk()

    def leave(self, name: str, value: Any) -> None:
        """Keep a value of a list field out of the RDF, and by the stored package."""
        self.further.setdefault(name, []).append(value)


@dataclass(frozen=True)
class Plan:
    """What has to be done for a class: its rows with their converters, in the model's order."""

    class_: Class
    scalars: tuple[tuple[Row, Convert], ...]
    nodes: tuple[Row, ...]
    texts: tuple[tuple[Row, Convert], ...]
    fields: frozenset[str]
    mandatory: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]


@functools.cache
def plan(name: str) -> Plan:
    """The plan of a class of the model."""
    class_ = load().classes[name]
    rows = [row for row in class_.rows if row.field]
    inner = [inner for row in class_.rows if row.inline for inner in nested(row).rows]
    nodes = tuple(row for row in rows if row.kind == "node")
    fields = {row.field for row in [*rows, *inner]} | {row.overflow for row in rows} - {""}
    return Plan(
        class_=class_,
        scalars=tuple((row, kinds.converter(row)) for row in [*rows, *inner] if row.kind not in ("text", "node")),
        nodes=nodes,
        texts=tuple((row, kinds.converter(row)) for row in rows if row.kind == "text"),
        fields=frozenset(fields | {"uri", "translations"} | {row.datatype_field for row in rows} - {""}),
        mandatory=tuple(row.field for row in rows if row.mandatory) if class_.nested else (),
        alternatives=tuple(tuple(r.field for r in rows if r.predicate in group) for group in class_.any),
    )


def finish(part: Part) -> Finished:
    """The values of a part in canonical order, and what is left out, keyed by its path in them."""
    values = dict(part.values)
    left: dict[Path, Any] = {}
    further = {name: list(lost) for name, lost in part.further.items() if lost}
    for name, parts in part.parts.items():
        ready = [(finish(inner), inner) for inner in parts]
        if name == "resources":
            finished = _ordered_resources([inner for inner, _ in ready])
        else:
            finished, again = _ordered(ready)
            if again:
                further.setdefault(name, []).extend(again)
        values[name] = [inner for inner, _ in finished]
        for index, (_, lost) in enumerate(finished):
            left.update({(name, index, *path): value for path, value in lost.items()})
    left.update({(name,): value for name, value in part.left.items() if name not in values})
    for name, lost in further.items():
        kept = len(values.get(name, ()))
        left.update({(name, kept + index): value for index, value in enumerate(lost)})
    return values, left


def _ordered(ready: list[tuple[Finished, Part]]) -> tuple[list[Finished], list[Any]]:
    """Each node once, in order; and those that are there twice but hold something else that is left out."""
    if len(ready) < 2:
        return [finished for finished, _ in ready], []
    unique: dict[str, Finished] = {}
    again = []
    for finished, part in ready:
        first = unique.setdefault(canonical.key(finished[0]), finished)
        if finished[1] not in ({}, first[1]):
            again.append(part.raw)
    return [item for _, item in sorted(unique.items(), key=lambda pair: pair[0])], again


def _ordered_resources(ready: list[Finished]) -> list[Finished]:
    if len(ready) < 2:
        return ready
    fields = plan(DISTRIBUTION).fields

    def order(item: Finished) -> tuple[str, str, str, str]:
        values = item[0]
        known = {name: value for name, value in values.items() if name in fields}
        return values.get("name", ""), values.get("uri", ""), values.get("url", ""), canonical.key(known)

    return sorted(ready, key=order)
