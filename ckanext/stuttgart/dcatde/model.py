"""The table `model.yaml` as frozen values: classes and rows of DCAT-AP.de 3.0."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rdflib import URIRef

from ckanext.stuttgart.dcatde import files

LITERAL_KINDS = frozenset({"text", "literal", "date", "integer", "decimal", "duration", "hex", "wkt"})
DATATYPES = {
    "integer": "xsd:nonNegativeInteger",
    "decimal": "xsd:decimal",
    "duration": "xsd:duration",
    "hex": "xsd:hexBinary",
}


@dataclass(frozen=True)
class Legacy:
    """A deprecated property that is read into the field of its successor."""

    predicate: URIRef
    only: str = ""
    into: str = ""
    write: bool = False


@dataclass(frozen=True)
class Row:
    """One property of a class; the meaning of every attribute stands at the head of `model.yaml`."""

    predicate: URIRef
    curie: str
    duty: str
    kind: str
    field: str = ""
    max: int | None = None
    many: bool = False
    overflow: str = ""
    of: str = ""
    vocabulary: str = ""
    stored: str = "uri"
    list: str = ""
    value_class: URIRef | None = None
    class_severity: str = "violation"
    node: str = ""
    iri_only: bool = False
    inline: bool = False
    typed: URIRef | None = None
    read_into: str = ""
    apart: str = ""
    datatype_field: str = ""
    unchecked: bool = False
    legacy: tuple[Legacy, ...] = ()

    @property
    def literal(self) -> bool:
        """True where the official shapes want a literal."""
        return self.kind in LITERAL_KINDS

    @property
    def mandatory(self) -> bool:
        return self.duty == "M"

    @property
    def foreign(self) -> bool:
        """True where a concept from outside the list is passed on, since the official rule only warns of it."""
        return self.list == "warning" or self.class_severity == "warning"


@dataclass(frozen=True)
class Class:
    """One class of the profile with its rows in the order of the specification."""

    name: str
    iri: URIRef
    rows: tuple[Row, ...]
    also: tuple[URIRef, ...] = ()
    subclasses: tuple[URIRef, ...] = ()
    package: str = ""
    nested: bool = False
    literal: str = ""
    any: tuple[tuple[URIRef, ...], ...] = ()
    otherwise: dict[str, tuple[URIRef, ...]] = field(default_factory=dict, hash=False)

    @functools.cached_property
    def by_field(self) -> dict[str, Row]:
        """The rows that are kept in a field, by the name of the field."""
        return {row.field: row for row in self.rows if row.field}

    @functools.cached_property
    def inline(self) -> tuple[Row, ...]:
        """The rows whose node has its values in fields of this class itself."""
        return tuple(row for row in self.rows if row.inline)

    @functools.cached_property
    def mandatory(self) -> tuple[Row, ...]:
        """The rows without which nothing of this class conforms."""
        return tuple(row for row in self.rows if row.mandatory)

    @functools.cached_property
    def types(self) -> tuple[URIRef, ...]:
        """Every RDF class whose nodes are read as this one."""
        return (self.iri, *self.subclasses)


@dataclass(frozen=True)
class Deprecated:
    """A property, or a pattern of its values, that must not be introduced anew."""

    predicate: URIRef
    on: URIRef | None = None
    values: str = ""


@dataclass(frozen=True)
class Model:
    """The whole table."""

    prefixes: dict[str, str]
    old_namespaces: dict[str, str]
    media_type_bases: tuple[str, ...]
    classes: dict[str, Class]
    deprecated: tuple[Deprecated, ...]
    place_bases: tuple[str, ...] = ()
    hvd_licences: frozenset[str] = frozenset()
    packages: dict[str, Class] = field(default_factory=dict)

    def expand(self, curie: str) -> URIRef:
        return expand(self.prefixes, curie)


def expand(prefixes: dict[str, str], curie: str) -> URIRef:
    """`dcat:theme` to its IRI; KeyError names a prefix that the table does not bind."""
    prefix, _, local = curie.partition(":")
    return URIRef(prefixes[prefix] + local)


@functools.cache
def load() -> Model:
    """The model, read once a process."""
    raw = files.table("model.yaml")
    prefixes = raw["prefixes"]
    classes = {name: _class(prefixes, name, spec) for name, spec in raw["classes"].items()}
    return Model(
        prefixes=prefixes,
        old_namespaces=raw["old_namespaces"],
        media_type_bases=tuple(raw["media_type_bases"]),
        classes=classes,
        deprecated=tuple(
            Deprecated(
                predicate=expand(prefixes, d["p"]),
                on=expand(prefixes, d["on"]) if "on" in d else None,
                values=d.get("values", ""),
            )
            for d in raw["deprecated"]
        ),
        place_bases=tuple(raw["place_bases"]),
        hvd_licences=frozenset(raw["hvd_licences"]),
        packages={c.package: c for c in classes.values() if c.package},
    )


def nested(row: Row) -> Class:
    """The class of the dicts in a row of kind `node`, or of a statement's node."""
    return load().classes[row.of]


def walk(class_: Class, package: dict[str, Any]) -> Iterator[tuple[Row, Any]]:
    """Every row of a class that the dict fills, with its value."""
    for name, row in class_.by_field.items():
        if name in package and (value := package[name]) not in (None, "", [], {}):
            yield row, value


def _class(prefixes: dict[str, str], name: str, spec: dict[str, Any]) -> Class:
    return Class(
        name=name,
        iri=expand(prefixes, spec["iri"]),
        rows=tuple(_row(prefixes, row) for row in spec["rows"]),
        also=tuple(expand(prefixes, c) for c in spec.get("also", ())),
        subclasses=tuple(expand(prefixes, c) for c in spec.get("subclasses", ())),
        package=spec.get("package", ""),
        nested=spec.get("nested", False),
        literal=spec.get("literal", ""),
        any=tuple(tuple(expand(prefixes, p) for p in group) for group in spec.get("any", ())),
        otherwise={
            name: tuple(expand(prefixes, p) for p in group) for name, group in spec.get("otherwise", {}).items()
        },
    )


def _row(prefixes: dict[str, str], spec: dict[str, Any]) -> Row:
    options = {k: v for k, v in spec.items() if k not in {"p", "class", "typed", "legacy", "many"}}
    many = spec.get("many", spec["kind"] != "text" and not spec.get("max") and "overflow" not in spec)
    return Row(
        predicate=expand(prefixes, spec["p"]),
        curie=spec["p"],
        many=many or (spec["kind"] == "node" and not spec.get("inline", False)),
        value_class=expand(prefixes, spec["class"]) if "class" in spec else None,
        typed=expand(prefixes, spec["typed"]) if "typed" in spec else None,
        legacy=tuple(
            Legacy(expand(prefixes, old["p"]), old.get("only", ""), old.get("into", ""), old.get("write", False))
            for old in spec.get("legacy", ())
        ),
        **options,
    )
