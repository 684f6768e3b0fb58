"""The tables of `legacy.yaml` as frozen values; names in them are keys as `vocabulary.key` makes them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

import yaml

from ckanext.stuttgart.dcatde.vocabulary import key

HERE = "ckanext.stuttgart.takeover"


@dataclass(frozen=True)
class Entry:
    """One line of `standard` (or, where `free`, of `words`); the attributes are explained at the head of the file."""

    to: str
    how: str
    names: tuple[str, ...]
    part: str = ""
    free: bool = False


@dataclass(frozen=True)
class Service:
    """A kind of web service: code of its file type, its requests and the parameters that name layers, in lower case."""

    kind: str
    format: str
    requests: frozenset[str]
    layers: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """Everything that is told by name.

    words       key -> the entry for it as a heading or `Word: value` line
    types       CKAN's type of a package -> the type of this schema, "" for what is left out
    resources   (field, names it may have)
    """

    entries: tuple[Entry, ...]
    words: Mapping[str, Entry]
    no_field: frozenset[str]
    types: Mapping[str, str]
    unpublished: frozenset[str]
    housekeeping: frozenset[str]
    resources: tuple[tuple[str, tuple[str, ...]], ...]
    services: tuple[Service, ...]
    request_parameters: frozenset[str]
    no_office: frozenset[str]

    def heading(self, title: str) -> bool:
        """Whether a word is one of those that head a section of a description."""
        return len(title) <= 60 and (key(title) in self.words or key(title) in self.no_field)


@functools.cache
def tables() -> Tables:
    """The tables, read once a process."""
    raw = yaml.safe_load(resources.files(HERE).joinpath("legacy.yaml").read_text(encoding="utf-8"))
    words = tuple(_entry(line, free=True) for line in raw["words"])
    types = {key(name): type_ for type_, names in raw["types"].items() for name in names}
    return Tables(
        entries=(*(_entry(line) for line in raw["standard"]), *words),
        words=MappingProxyType({name: entry for entry in words for name in entry.names}),
        no_field=_keys(raw["no_field"]),
        types=MappingProxyType({name: "" if type_ == "left_out" else type_ for name, type_ in types.items()}),
        unpublished=frozenset(key(name) for name in raw["unpublished"]),
        housekeeping=_keys(raw["housekeeping"]),
        resources=tuple((line["to"], tuple(line["names"])) for line in raw["resources"]),
        services=tuple(_service(kind, spec) for kind, spec in raw["services"].items()),
        request_parameters=frozenset(name for line in raw["request_parameters"] for name in line),
        no_office=frozenset(key(name) for name in raw["no_office"]),
    )


def _entry(line: Mapping[str, Any], *, free: bool = False) -> Entry:
    names = tuple(dict.fromkeys(key(name) for name in line["names"]))
    return Entry(line["to"], line["how"], names, line.get("part", ""), free)


def _service(kind: str, spec: Mapping[str, Any]) -> Service:
    return Service(kind, spec["format"], frozenset(name.lower() for name in spec["requests"]), tuple(spec["layers"]))


def _keys(lines: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(key(name) for line in lines for name in line)
