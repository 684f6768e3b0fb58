"""Every field of a package, a distribution or a node of them to values that RDF can carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import canonical, kinds, texts
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.kinds import Convert, shown
from ckanext.stuttgart.dcatde.model import Row, nested
from ckanext.stuttgart.dcatde.parts import DISTRIBUTION, Part, Plan, plan

EMPTY = (None, "", [], {})
LISTS = (list, tuple)
LONGEST_JSON = 1_000_000
INCOMPLETE = {"Kind": "contact_unreachable", "PeriodOfTime": "period_without_dates"}

Hook = Callable[["Repair", Mapping[str, Any], str], Mapping[str, Any]]


@dataclass
class Repair:
    """One run over one package: collects the findings.

    before  class -> function that mends the dict of a node before its rows are looked at
    """

    before: Mapping[str, Hook] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, rule: str, path: str, value: Any = "", target: Any = "", severity: Severity = "notice") -> None:
        """Record one step."""
        shown_value = shown(value) if value not in EMPTY else ""
        shown_target = shown(target) if target not in EMPTY else ""
        self.findings.append(Finding(rule, severity, path, shown_value, shown_target))

    def convert(self, name: str, raw: Mapping[str, Any], path: str) -> Part:
        """A class's dict as a Part: every row converted, parts of it likewise."""
        todo = plan(name)
        part = Part(todo.class_, path, raw=raw)
        _keep_foreign_keys(part, todo)
        self._uri(part)
        for row, convert in todo.scalars:
            if row.field in raw or (row.overflow and row.overflow in raw):
                self._row(part, row, convert)
        self._texts(part, todo)
        for row in todo.nodes:
            if row.field in raw:
                self._nodes(part, row)
        return part

    def _uri(self, part: Part) -> None:
        value = part.raw.get("uri")
        if value in EMPTY:
            return
        made = kinds.own_iri(value)
        if made is None:
            part.left["uri"] = value
            self.note("iri_unusable", f"{part.path}uri", value, severity="warning")
        else:
            part.values["uri"] = made

    def _row(self, part: Part, row: Row, convert: Convert) -> None:
        """One field, with the field that takes its further values."""
        raw = part.raw
        kept: list[Any] = []
        lost: list[Any] = []
        names = (row.field, row.overflow) if row.overflow else (row.field,)
        for name in names:
            for path, value in _atoms(
                raw.get(name), f"{part.path}{name}", parse=row.kind != "literal" and (row.many or row.overflow != "")
            ):
                made = convert(value)
                if made.rule:
                    self.note(made.rule, path, value, made.value, made.severity)
                if made.value not in EMPTY:
                    kept.append(made.value)
                elif made.severity != "notice":
                    lost.append(value)
        self._place(part, row, kept, lost)

    def _place(self, part: Part, row: Row, kept: list[Any], lost: list[Any]) -> None:
        if row.many:
            if kept:
                part.values[row.field] = canonical.scalars(kept)
            part.further[row.field] = lost
            return
        if row.overflow:
            kept = canonical.scalars(kept)
            if kept[1:]:
                part.values[row.overflow] = kept[1:]
            part.further[row.overflow] = lost[1:] if not kept else lost
        else:
            for value in kept[1:]:
                if value != kept[0]:
                    self.note("further_value", f"{part.path}{row.field}", value, severity="warning")
        if kept:
            part.values[row.field] = kept[0]
            self._datatype(part, row)
        elif lost:
            part.left[row.field] = lost[0]

    def _datatype(self, part: Part, row: Row) -> None:
        if row.datatype_field and part.raw.get(row.datatype_field) not in EMPTY:
            made = kinds.datatype(part.raw[row.datatype_field])
            if made:
                part.values[row.datatype_field] = made

    def _texts(self, part: Part, todo: Plan) -> None:
        """The texts of a part with their translations; see `texts`."""
        raw = part.raw
        given, bad = [], []
        if todo.texts and raw.get("translations") not in EMPTY:
            given, bad = texts.entries(raw["translations"], [row.field for row, _ in todo.texts])
        for item in bad:
            self.note("translation_unusable", f"{part.path}translations", item, severity="warning")
        settled: set[tuple[str, str, str]] = set()
        for row, convert in todo.texts:
            if row.field in raw or given:
                mine = {(language, text) for name, language, text in given if name == row.field}
                settled.update((row.field, *entry) for entry in self._text(part, row, convert, mine))
        if given:
            bad += self._second_german(part, {*given} - settled)
        if settled:
            part.values["translations"] = canonical.translations(
                {"field": name, "language": language, "text": text} for name, language, text in settled
            )
        if bad:
            part.further["translations"] = bad

    def _second_german(self, part: Part, entries: set[texts.Entry]) -> Iterator[dict[str, str]]:
        """The German texts among translations for which there is no room beside the one in the field."""
        for name, language, text in sorted(entries):
            if language == canonical.GERMAN and not _holds(part.values.get(name), text):
                self.note("second_german_text", f"{part.path}{name}", text, severity="warning")
                yield {"field": name, "language": language, "text": text}

    def _text(self, part: Part, row: Row, convert: Convert, entries: set[tuple[str, str]]) -> set[tuple[str, str]]:
        path = f"{part.path}{row.field}"
        value, more = texts.split(part.raw.get(row.field))
        entries |= set(more.items())
        plain: list[str] = []
        for where, atom in _atoms(value, path):
            made = convert(atom.get("name") if row.many and isinstance(atom, Mapping) else atom)
            if made.rule:
                self.note(made.rule, where, atom, made.value, made.severity)
            if made.value:
                plain.append(made.value)
            elif made.value is None and not row.many:
                part.left[row.field] = atom
        if not plain and not entries:
            return entries
        if not row.many and len(set(plain)) > 1:
            self.note("further_value", path, plain[1], severity="warning")
        chosen, entries = texts.settle(plain, entries, many=row.many)
        part.values[row.field] = [{"name": text} for text in chosen] if row.many else chosen[0]
        return entries

    def _nodes(self, part: Part, row: Row) -> None:
        kept: list[Part] = []
        for index, item in enumerate(_items(part.raw.get(row.field))):
            node = self._node(row, item, f"{part.path}{row.field}.{index}.")
            if node is None or (row.max == 1 and kept):
                if node is not None:
                    self.note("further_value", node.path[:-1], item, severity="warning")
                part.leave(row.field, item)
            else:
                kept.append(node)
        if kept:
            part.parts[row.field] = kept

    def _node(self, row: Row, item: Any, path: str) -> Part | None:
        """A nested part, None where it says too little to be written."""
        class_ = nested(row)
        if isinstance(item, str):
            made = kinds.own_iri(item, kinds.IRI_SCHEMES) if ":" in item else None
            item = {"uri": made} if made else {class_.literal: item} if class_.literal else item
        if not isinstance(item, Mapping):
            self.note("value_of_wrong_type", path[:-1], item, severity="warning")
            return None
        hook = self.before.get(row.of)
        node = self.convert(row.of, hook(self, item, path) if hook else item, path)
        if row.of == DISTRIBUTION:
            return node
        rule = _lack(node)
        if rule:
            self.note(rule, path[:-1], item, severity="warning")
            return None
        return node


def _lack(node: Part) -> str:
    """The rule by which a node says too little to be written, "" where it says enough."""
    todo = plan(node.class_.name)
    filled = {*node.values, *node.parts}
    if not filled:
        return "part_empty"
    if not all(name in filled for name in todo.mandatory):
        return "part_incomplete"
    if any(not filled.intersection(group) for group in todo.alternatives):
        return INCOMPLETE.get(node.class_.name, "part_incomplete")
    return ""


def _keep_foreign_keys(part: Part, todo: Plan) -> None:
    """CKAN's own keys of a package and a resource pass through; a node keeps unknown keys out of the RDF only."""
    whole = bool(todo.class_.package) or todo.class_.name == DISTRIBUTION
    for name, value in part.raw.items():
        if name in todo.fields:
            continue
        if whole:
            part.values[name] = value
        elif value not in EMPTY and isinstance(name, str) and "." not in name:
            part.left[name] = value


def _atoms(value: Any, path: str, *, parse: bool = False) -> Iterable[tuple[str, Any]]:
    """The values of a field with their paths, empty ones left away; a JSON list kept as text is a list too."""
    value = _parsed(value) if parse else value
    if isinstance(value, LISTS):
        return [(f"{path}.{index}", atom) for index, item in enumerate(value) for atom in _flat(item, parse)]
    return () if value in EMPTY else ((path, value),)


def _flat(value: Any, parse: bool) -> Iterable[Any]:
    """What lies in lists within a list, however deep, without the empty."""
    if isinstance(value, str) and value[:1] not in ("", "["):
        return (value,)
    found: list[Any] = []
    waiting = [value]
    while waiting:
        item = _parsed(waiting.pop()) if parse else waiting.pop()
        if isinstance(item, LISTS):
            waiting.extend(reversed(item))
        elif item not in EMPTY:
            found.append(item)
    return found


def _items(value: Any) -> list[Any]:
    """The nodes of a field: a list of dicts, a single one, or the JSON text of either."""
    value = kinds.clean(value) if isinstance(value, str) else value
    value = _parsed(value, "[{")
    items = value if isinstance(value, list) else [value]
    return [item for item in items if item not in EMPTY]


def _parsed(value: Any, opening: str = "[") -> Any:
    """The list (or dict) a JSON text holds, any other value as it is."""
    if not isinstance(value, str) or value[:1] not in opening or not value or len(value) > LONGEST_JSON:
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if isinstance(parsed, list | dict) else value


def _holds(value: Any, text: str) -> bool:
    return value == text or (isinstance(value, list) and {"name": text} in value)
