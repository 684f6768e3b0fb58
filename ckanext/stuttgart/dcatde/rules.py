"""What is wrong with metadata: `check(graph or package)`.

The official part follows the shapes of DCAT-AP.de 3.0 row by row of the model; `tests/core` holds both against each
other. What only we ask stands in `conventions`. `docs/rules.md` lists all rules.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckanext.stuttgart.dcatde import conventions as own
from ckanext.stuttgart.dcatde import placing, vocabulary
from ckanext.stuttgart.dcatde.findings import Finding, Severity
from ckanext.stuttgart.dcatde.model import DATATYPES, Class, Deprecated, Row, expand, load
from ckanext.stuttgart.dcatde.view import View, name_of, short

Holds = Callable[[View, Node], bool]


@dataclass(frozen=True)
class Test:
    """What every value of a property has to fulfil: a rule, its severity, what is demanded (for the message)."""

    rule: str
    severity: Severity
    demanded: str
    holds: Holds


@dataclass(frozen=True)
class Checks:
    """The rows of one class, made ready for looking at its nodes."""

    class_: Class
    mandatory: tuple[Row, ...]
    rows: dict[Node, tuple[Row, tuple[Test, ...]]]


def check(target: Graph | dict[str, Any]) -> list[Finding]:
    """All findings on a graph, or on a CKAN package as `graph.write` would serve it.

    On a graph a finding has `focus` and `path`, and `field` is the short name of the property (`dcterms:title`).
    On a package it has the CKAN field (`resources.2.format`); references to other packages are not followed.
    Raises TypeError for anything else, RecordRefused for a dict that is no package.
    """
    if isinstance(target, Graph):
        view = View(target)
        return _sorted([*_official(view), *own.findings(view)])
    if isinstance(target, dict):
        return _check_package(target)
    raise TypeError(f"check() takes an rdflib.Graph or the dict of a CKAN package, not {type(target).__name__}")


def official(graph: Graph) -> list[Finding]:
    """Only what the official shapes find too."""
    return _sorted(_official(View(graph)))


def conventions(graph: Graph) -> list[Finding]:
    """Only what the official shapes do not look at."""
    return _sorted(own.findings(View(graph)))


def _check_package(package: dict[str, Any]) -> list[Finding]:
    placed = placing.place(package)
    view = View(placed.graph)
    found = [f for f in _official(view) if f.rule != "wrong_class" or not placed.is_reference(f)]
    return _sorted(placed.field_findings([*found, *own.findings(view, whole=False)]))


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    """Each once, in an order that does not hang on that of the graph; `resources.2` before `resources.10`."""

    def order(f: Finding) -> tuple[str, ...]:
        field = f.field if "." not in f.field else ".".join(part.rjust(6, "0") for part in f.field.split("."))
        return (f.focus, field, f.path, f.rule, f.value)

    return sorted(set(findings), key=order)


# --- the official rules ------------------------------------------------------------------------------------------


def _official(view: View) -> Iterator[Finding]:
    ready = compiled()
    for node, classes in view.typed:
        properties = view.nodes[node]
        for class_ in classes:
            checks = ready[class_.name]
            yield from _missing(checks, node, properties)
            for path, values in properties.items():
                if path in checks.rows:
                    row, tests = checks.rows[path]
                    yield from _values(view, row, tests, node, values)
    yield from _deprecated(view)


def _missing(checks: Checks, node: Node, properties: Any) -> Iterator[Finding]:
    for row in checks.mandatory:
        if row.predicate not in properties:
            yield _finding("missing", "violation", node, row)
    for group in checks.class_.any:
        if not any(path in properties for path in group):
            names = ", ".join(short(path) for path in group)
            yield Finding("missing_any", "violation", field=names, target=names, focus=name_of(node))


def _values(view: View, row: Row, tests: tuple[Test, ...], node: Node, values: list[Node]) -> Iterator[Finding]:
    if row.max is not None and len(values) > row.max:
        yield _finding("too_many", "violation", node, row)
    for value in values:
        for test in tests:
            if not test.holds(view, value):
                yield _finding(test.rule, test.severity, node, row, value, test.demanded)


def _finding(
    rule: str, severity: Severity, node: Node, row: Row, value: Node | None = None, demanded: str = ""
) -> Finding:
    shown = "" if value is None else name_of(value)
    return Finding(rule, severity, row.curie, shown, demanded, name_of(node), str(row.predicate))


def _deprecated(view: View) -> Iterator[Finding]:
    by_property: dict[Node, Deprecated] = {old.predicate: old for old in load().deprecated}
    for node, properties in view.nodes.items():
        for path in properties.keys() & by_property.keys():
            old = by_property[path]
            if old.on and not view.is_a(node, old.on):
                continue
            name = short(old.predicate)
            if not old.values:
                yield Finding("deprecated", "warning", field=name, focus=name_of(node), path=str(path))
                continue
            for value in properties[path]:
                if not isinstance(value, BNode) and old.values in str(value):
                    yield Finding("deprecated_value", "warning", name, str(value), "", name_of(node), str(path))


# --- one row made ready ------------------------------------------------------------------------------------------


@functools.cache
def compiled() -> dict[str, Checks]:
    """Class name -> its checks, without the rows no official shape looks at."""
    ready = {}
    for name, class_ in load().classes.items():
        rows = [row for row in class_.rows if not row.unchecked]
        ready[name] = Checks(
            class_=class_,
            mandatory=tuple(row for row in rows if row.mandatory),
            rows={row.predicate: (row, tuple(_tests(row))) for row in rows},
        )
    return ready


def _tests(row: Row) -> Iterator[Test]:
    if row.kind in DATATYPES:
        datatype = expand(load().prefixes, DATATYPES[row.kind])
        yield Test("wrong_datatype", "violation", DATATYPES[row.kind], functools.partial(_has_datatype, datatype))
    elif row.node != "unchecked":
        yield _node_kind(row)
    if row.value_class is not None:
        yield _class_test(row, row.value_class)
    if row.list:
        listed = vocabulary.load(row.vocabulary)
        severity: Severity = "violation" if row.list == "violation" else "warning"
        yield Test("not_in_list", severity, listed.scheme, functools.partial(_is_listed, listed))
    if row.kind == "media":
        yield Test("no_media_type", "violation", load().media_type_bases[0], functools.partial(_matches, _media_type()))


def _node_kind(row: Row) -> Test:
    if row.literal:
        return Test("not_a_text", "violation", "", lambda _, value: isinstance(value, Literal))
    if row.iri_only:
        return Test("not_an_iri", "violation", "", lambda _, value: isinstance(value, URIRef))
    return Test("text_for_node", "violation", "", lambda _, value: not isinstance(value, Literal))


def _class_test(row: Row, class_: URIRef) -> Test:
    """A listed term has the class of its list, although the graph does not say so."""
    listed = vocabulary.load(row.vocabulary) if row.vocabulary else ()
    severity: Severity = "violation" if row.class_severity == "violation" else "warning"
    return Test(
        "wrong_class",
        severity,
        short(class_),
        lambda view, value: (isinstance(value, URIRef) and str(value) in listed) or view.is_a(value, class_),
    )


def _has_datatype(datatype: URIRef, _: View, value: Node) -> bool:
    """The datatype itself, with a text that it allows; a decimal also has to be finite."""
    if not isinstance(value, Literal) or value.datatype != datatype or value.ill_typed:
        return False
    return not str(datatype).endswith("#decimal") or isinstance(value.value, Decimal)


def _is_listed(listed: vocabulary.Vocabulary, view: View, value: Node) -> bool:
    return (isinstance(value, URIRef) and str(value) in listed) or view.in_scheme(value, listed.scheme)


def _matches(pattern: re.Pattern[str], _: View, value: Node) -> bool:
    return not isinstance(value, BNode) and pattern.match(str(value)) is not None


def _media_type() -> re.Pattern[str]:
    """As in the shapes: without regard to case, and with the dots standing for any character."""
    return re.compile("|".join(load().media_type_bases), re.IGNORECASE)
