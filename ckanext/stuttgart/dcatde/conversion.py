"""Every field of a package, a distribution or a node of them to values that RDF can carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart.dcatde import canonical, kinds, texts
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.kinds import Convert, Made, shown
from ckanext.stuttgart.dcatde.model import Row, nested
from ckanext.stuttgart.dcatde.parts import DISTRIBUTION, Part, Plan, plan

EMPTY = (None, "", [], {})
LISTS = (list, tuple)
LONGEST_JSON = 1_000_000
CKANS_TAG = ("id", "display_name", "state", "vocabulary_id")  # keys of a tag that say nothing of the dataset
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
            if made != value:
                self.note("iri_mended", f"{part.path}uri", value, made)

    def _row(self, part: Part, row: Row, convert: Convert) -> None:
        """One field, with the field that takes its further values."""
        kept: list[Made] = []
        lost: list[Any] = []
        parse = row.kind != "literal" and (row.many or row.overflow != "")
        for name in (row.field, row.overflow) if row.overflow else (row.field,):
            for path, value in _atoms(part.raw.get(name), f"{part.path}{name}", parse=parse):
                made = convert(value)
                if made.rule:
                    self.note(made.rule, path, value, made.value, made.severity)
                if made.value not in EMPTY:
                    kept.append(made)
                elif made.severity != "notice":
                    lost.append(value)
        if kept or lost:
            self._place(part, row, kept, lost)

    def _place(self, part: Part, row: Row, kept: list[Made], lost: list[Any]) -> None:
        values = [made.value for made in kept]
        if row.many or row.overflow:
            values = canonical.scalars(values)
        if row.many:
            if values:
                part.values[row.field] = values
            part.further[row.field] = lost
            return
        if row.overflow:
            if values[1:]:
                part.values[row.overflow] = values[1:]
            part.further[row.overflow] = lost if values else lost[1:]
        else:  # a term of the list before one that is none
            values = [made.value for made in sorted(kept, key=lambda made: made.rule == "concept_foreign")]
            for value in dict.fromkeys(values[1:]):
                if value != values[0]:
                    self.note("further_value", f"{part.path}{row.field}", value, severity="warning")
        if values:
            part.values[row.field] = values[0]
            self._datatype(part, row)
        else:
            part.left[row.field] = lost if lost[1:] and not row.overflow else lost[0]

    def _datatype(self, part: Part, row: Row) -> None:
        given = part.raw.get(row.datatype_field) if row.datatype_field else None
        if given in EMPTY:
            return
        if made := kinds.datatype(given):
            part.values[row.datatype_field] = made
        elif kinds.own_iri(given) is None:
            part.left[row.datatype_field] = given
            self.note("iri_unusable", f"{part.path}{row.datatype_field}", given, severity="warning")

    def _texts(self, part: Part, todo: Plan) -> None:
        """The texts of a part with their translations; see `texts`."""
        raw = part.raw
        given, bad = [], []
        if todo.texts and raw.get("translations") not in EMPTY:
            given, bad = texts.entries(raw["translations"], [row.field for row, _ in todo.texts])
        for item in bad:
            self.note("translation_unusable", f"{part.path}translations", item, severity="warning")
        settled: set[texts.Entry] = set()
        home: set[texts.Entry] = set()
        for row, convert in todo.texts:
            if row.field in raw or given:
                mine = {(language, text) for name, language, text in given if name == row.field}
                settled.update((row.field, *entry) for entry in self._text(part, row, convert, mine))
                home.update((row.field, canonical.GERMAN, text) for text in _plain(part.values.get(row.field)))
        if given:
            bad += self._second_german(part, {*given} - settled - home)
        if settled:
            part.values["translations"] = canonical.translations(
                {"field": name, "language": language, "text": text} for name, language, text in settled
            )
        if bad:
            part.further["translations"] = bad

    def _second_german(self, part: Part, entries: set[texts.Entry]) -> Iterator[dict[str, str]]:
        """The German texts among translations for which there is no room beside the one in the field."""
        for name, language, text in sorted(entries):
            if language == canonical.GERMAN:
                self.note("second_german_text", f"{part.path}{name}", text, severity="warning")
                yield {"field": name, "language": language, "text": text}

    def _text(self, part: Part, row: Row, convert: Convert, entries: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """One text field: its value is set, its (language, text) are returned."""
        path = f"{part.path}{row.field}"
        plain, lost = self._plain_texts(part, row, convert, entries)
        if row.many:
            part.further[row.field] = lost
        elif lost:
            part.left[row.field] = lost if lost[1:] else lost[0]
        if not plain and not entries:
            return entries
        for text in () if row.many else dict.fromkeys(plain[1:]):
            if text != plain[0]:
                self.note("further_value", path, text, severity="warning")
        chosen, entries = texts.settle(plain, entries, many=row.many)
        part.values[row.field] = [{"name": text} for text in chosen] if row.many else chosen[0]
        return entries

    def _plain_texts(
        self, part: Part, row: Row, convert: Convert, entries: set[tuple[str, str]]
    ) -> tuple[list[str], list[Any]]:
        """The texts without language in a field, and what is none; those of other languages are added to `entries`."""
        plain: list[str] = []
        lost: list[Any] = []
        for where, atom in _atoms(part.raw.get(row.field), f"{part.path}{row.field}"):
            if (several := texts.by_language(atom)) is not None:
                plain += [text for language, text in several if language == canonical.GERMAN]
                entries |= {(language, text) for language, text in several if language != canonical.GERMAN}
                continue
            made = convert(atom.get("name") if row.many and isinstance(atom, Mapping) else atom)
            if not made.rule and row.many and kinds.has_more(atom, "name", *CKANS_TAG):
                made = made._replace(rule="rest_dropped")
            if made.rule:
                self.note(made.rule, where, atom, made.value, made.severity)
            if made.value:
                plain.append(made.value)
            elif made.rule:
                lost.append(atom)
        return plain, lost

    def _nodes(self, part: Part, row: Row) -> None:
        made: list[tuple[Any, Part]] = []
        for index, item in enumerate(items(part.raw.get(row.field))):
            node = self._node(row, item, f"{part.path}{row.field}.{index}.")
            if node is None:
                part.leave(row.field, item)
            else:
                made.append((item, node))
        if row.max == 1 and made:  # the best described one
            best = max(made, key=lambda pair: _weight(*pair))
            for item, node in made:
                if node is not best[1]:
                    self.note("further_value", node.path[:-1], item, severity="warning")
                    part.leave(row.field, item)
            made = [best]
        if made:
            part.parts[row.field] = [node for _, node in made]

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
    if any(not filled.intersection(group) for group in todo.alternatives):
        return INCOMPLETE.get(node.class_.name, "part_incomplete")
    if not filled:
        return "part_empty"
    return "" if all(name in filled for name in todo.mandatory) else "part_incomplete"


def _keep_foreign_keys(part: Part, todo: Plan) -> None:
    """CKAN's own keys of a package and a resource pass through; a node keeps unknown keys out of the RDF only."""
    whole = bool(todo.class_.package) or todo.class_.name == DISTRIBUTION
    for name, value in part.raw.items():
        if name in todo.fields:
            continue
        if whole:
            part.values[name] = value
        elif value not in EMPTY:
            part.left[name] = value


def _weight(item: Any, node: Part) -> tuple[bool, bool, int]:
    """How well a part is described: by an IRI, as a node, with how much."""
    return "uri" in node.values, isinstance(item, Mapping), len(node.values)


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


def items(value: Any) -> list[Any]:
    """The values of a field, without empty ones: those of a list, a single one, or of the JSON text of either."""
    value = kinds.clean(value) if isinstance(value, str) else value
    value = _parsed(value, "[{")
    return [item for item in (value if isinstance(value, list | tuple) else [value]) if item not in EMPTY]


def _parsed(value: Any, opening: str = "[") -> Any:
    """The list (or dict) a JSON text holds, any other value as it is."""
    if not isinstance(value, str) or value[:1] not in opening or not value or len(value) > LONGEST_JSON:
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if isinstance(parsed, list | dict) else value


def _plain(value: Any) -> list[str]:
    """The texts in a field as it stands in a package."""
    if isinstance(value, list):
        return [tag["name"] for tag in value]
    return [value] if value else []
