"""Sources, runs and looks at an address as pages show them, out of what the actions answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel import dates

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import ReaderError
from ckanext.stuttgart.harvest import phrases, said
from ckanext.stuttgart.harvest.outcomes import GOOD
from ckanext.stuttgart.harvest.reader import reader

AT_ONCE = 50
TROUBLE = ("failed", "refused", "skipped", "duplicate")
#: How outcomes are counted in a table: a column and what falls into it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "new": ("created", "returned"),
    "changed": ("updated",),
    "unchanged": ("unchanged",),
    "gone": ("hidden", "deleted"),
    "trouble": TROUBLE,
}
STATUSES = ("failed", "refused", "duplicate", "skipped", "hidden", "deleted", "created", "returned", "updated")
ORDER = (*GOOD, "refused", "failed")
FINDING_FIELDS = ("rule", "severity", "field", "value", "target", "focus", "path")


@dataclass(frozen=True)
class Rule:
    """A rule with how many records it was found in, and what it says of the first."""

    id: str
    severity: str
    message: str
    records: int


@dataclass(frozen=True)
class Row:
    """A record in a report."""

    status: str
    said: str
    title: str
    record_id: str
    package_id: str
    reason: str
    findings: tuple[tuple[str, str], ...]  # severity and sentence


@dataclass(frozen=True)
class Report:
    """The records of a run that a page shows, with what can be chosen from.

    rows      those of this page; `found` is how many there are, `pages` how many pages
    statuses  status, its word, how many
    """

    rows: tuple[Row, ...]
    found: int
    page: int
    pages: int
    statuses: tuple[tuple[str, str, int], ...]
    rules: tuple[Rule, ...]


def kind(name: str) -> str:
    """What kind of source a reader reads."""
    try:
        label = reader(name).label
    except ReaderError:
        label = name
    return said.reader_label(name, label, tk.h.lang())


def moment(value: str) -> str:
    """A moment in ISO 8601 as people of the portal's time zone write it."""
    there = datetime.fromisoformat(value).astimezone(tk.h.get_display_timezone())
    day = dates.format_date(there, "long", locale=tk.h.lang())
    return tk._("{day}, {time}").format(day=day, time=dates.format_time(there, "short", locale=tk.h.lang()))


def counted(counts: Mapping[str, int]) -> dict[str, int]:
    """Column -> number of records of a run."""
    return {column: sum(counts.get(status, 0) for status in statuses) for column, statuses in COLUMNS.items()}


def in_words(counts: Mapping[str, int]) -> str:
    """The counts of a run in a line, without zeros."""
    texts = phrases.texts(tk.h.lang())
    parts = [f"{tk.h.localised_number(counts[name])} {texts['count_' + name]}" for name in ORDER if counts.get(name)]
    return ", ".join(parts) or tk._("nothing to do")


def sentence(text: Any) -> str:
    """An English sentence of the harvest in the reader's language, with a capital and a full stop."""
    words = said.sentence(text, tk.h.lang()).strip()
    if words.startswith(("http:", "https:")):
        return words
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) or not words else ".")


def word(status: str) -> str:
    """An outcome in a word."""
    return phrases.texts(tk.h.lang())["status_" + status]


def report(outcomes: Sequence[Mapping[str, Any]], status: str = "", rule: str = "", page: int = 1) -> Report:
    """The report of a run: of one status or rule where it is given."""
    chosen = [
        outcome
        for outcome in outcomes
        if status in ("", outcome["status"]) and (not rule or any(f["rule"] == rule for f in outcome["findings"]))
    ]
    numbers = Counter(outcome["status"] for outcome in outcomes)
    pages = max(-(-len(chosen) // AT_ONCE), 1)
    page = min(max(page, 1), pages)
    return Report(
        rows=tuple(map(_row, chosen[(page - 1) * AT_ONCE : page * AT_ONCE])),
        found=len(chosen),
        page=page,
        pages=pages,
        statuses=tuple((name, word(name), numbers[name]) for name in STATUSES if numbers[name]),
        rules=tuple(_rules(outcomes)),
    )


def _row(outcome: Mapping[str, Any]) -> Row:
    return Row(
        status=outcome["status"],
        said=word(outcome["status"]),
        title=outcome["title"] or outcome["name"],
        record_id=outcome["record_id"],
        package_id=outcome["package_id"],
        reason=sentence(outcome["reason"]) if outcome["reason"] else "",
        findings=tuple((found["severity"], finding(found)) for found in outcome["findings"]),
    )


def _rules(outcomes: Iterable[Mapping[str, Any]]) -> Iterable[Rule]:
    numbers: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Mapping[str, Any]] = {}
    for outcome in outcomes:
        for key in {(found["severity"], found["rule"]) for found in outcome["findings"]}:
            numbers[key] += 1
        for found in outcome["findings"]:
            examples.setdefault((found["severity"], found["rule"]), found)
    order = ("violation", "warning", "notice")
    for key, number in sorted(numbers.items(), key=lambda item: (order.index(item[0][0]), -item[1])):
        yield Rule(key[1], key[0], finding(examples[key]), number)


def finding(found: Mapping[str, Any]) -> str:
    """A finding in the reader's language, its field by the label it has in the form."""
    made = Finding(**{name: found[name] for name in FINDING_FIELDS if found.get(name)})
    return replace(made, field=field_label(made.field)).message(tk.h.lang())


def field_label(path: str) -> str:
    """The label of a field like `resources.2.format`, as the form of a dataset has it; itself where it has none."""
    if not path:
        return tk._("Dataset")
    schema = tk.h.scheming_get_dataset_schema("dataset") or {}
    fields, labels, file = schema.get("dataset_fields", []), [], ""
    for part in {"tags": "tag_string"}.get(path, path).split("."):
        if part == "resources":
            fields = schema.get("resource_fields", [])
        elif part.isdigit():
            file = tk._("file {number}").format(number=int(part) + 1) if path.startswith("resources") else file
        else:
            found = next((field for field in fields if field["field_name"] == part), None)
            labels.append(tk.h.scheming_language_text(found["label"]) if found else part)
            fields = (found or {}).get("repeating_subfields", [])
    label = ": ".join(labels) or tk._("Files")
    return f"{label} ({file})" if file else label
