"""A package on its way into the model's fields: what has a field, what stays a free extra, and what was noticed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.kinds import shown
from ckanext.stuttgart.dcatde.model import Class, Row, load
from ckanext.stuttgart.dcatde.parts import plan
from ckanext.stuttgart.takeover.tables import Entry
from ckanext.stuttgart.takeover.text import empty

Taken = Literal["whole", "part", "not"]
"""How much of a value is in a field now; "part": it has to stay where it was as well."""

LONGEST_NAME = 100
# What CKAN calls a package's own; a free extra may not be called so, nor as a field of the schema.
TAKEN = frozenset(
    {"extras", "groups", "id", "license_id", "name", "organization", "owner_org", "private", "state", "type"}
)


@dataclass(frozen=True)
class Context:
    """What is known of the portal a package comes from.

    site       its address without a last slash, before which no `/dataset/...` stands; "" where it is not known
    in_place   True for packages that lie in this very portal: ids and uploads stay what they are
    publisher  fields of an Agent, for packages that name nobody
    geocoding  IRI of a place, for packages that name none
    """

    site: str = ""
    in_place: bool = False
    publisher: Mapping[str, Any] = field(default_factory=dict)
    geocoding: str = ""


@dataclass
class Draft:
    """A package being filled.

    loose   key of a name -> (the name, the value): what has found no field yet
    values  field -> value
    nodes   name of a node -> its parts; most are fields of the class, `author` and `maintainer` wait for `parties`
    kept    free extras
    """

    class_: Class
    context: Context
    loose: dict[str, tuple[str, Any]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    attribution: str = ""
    rights: str = ""

    def row(self, name: str) -> Row | None:
        """The row of the model behind a field of this package, if it has one."""
        return self.class_.by_field.get(name)

    def put(self, name: str, value: Any) -> bool:
        """Give a field a value, or one more; False where it has no room for it, or the class no such field."""
        row = self.row(name)
        if row is None:
            return False
        if empty(value):
            return True
        if row.many:
            there = self.values.setdefault(name, [])
            if value not in there:
                there.append(value)
            return True
        if self.values.setdefault(name, value) == value:
            return True
        if row.overflow:
            further = self.values.setdefault(row.overflow, [])
            if value not in further:
                further.append(value)
        return bool(row.overflow)

    def put_all(self, name: str, values: Iterable[Any]) -> bool:
        """Give a field several values; False where one of them found no room, or there are none."""
        done = [self.put(name, value) for value in values]
        return bool(done) and all(done)

    def part(self, node: str, name: str, value: Any) -> bool:
        """Give a node one of its parts; False where it has another one already."""
        if empty(value):
            return True
        return self.nodes.setdefault(node, {}).setdefault(name, value) == value

    def keep(self, name: str, value: Any) -> str:
        """Keep a value as a free extra, under its own name if that is free; returns the name."""
        if empty(value):
            return ""
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        taken = TAKEN | plan(self.class_.name).fields
        free = f"original_{name}" if name in taken else name
        free = wanted = free[: LONGEST_NAME - 5].strip() or "extra"
        number = 2
        while self.kept.get(free, text) != text:
            free, number = f"{wanted}_{number}", number + 1
        self.kept[free] = text
        return free

    def note(self, rule: str, path: str, value: Any = "", target: str = "", severity: Severity = "notice") -> None:
        """Record one step."""
        self.findings.append(Finding(rule, severity, path, shown(value) if value else "", target))

    def package(self) -> dict[str, Any]:
        """The package: values, then the nodes that were put together from parts, then the free extras."""
        made = dict(self.values)
        for name, node in self.nodes.items():
            if self.row(name) is not None and not empty(node) and node not in made.get(name, ()):
                made[name] = [*made.get(name, ()), node]
        if self.kept:
            made["extras"] = [{"key": name, "value": self.kept[name]} for name in sorted(self.kept)]
        return made


Converter = Callable[[Draft, Entry, Any, str], Taken]


def took(fully: bool) -> Taken:
    """The answer of a converter that takes all or nothing."""
    return "whole" if fully else "not"


def draft(type_: str, context: Context) -> Draft:
    """An empty draft of a package type."""
    return Draft(load().packages[type_], context)
