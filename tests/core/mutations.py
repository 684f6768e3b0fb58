"""Real and made-up answers with random values replaced: a reader may refuse them, and nothing else."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.errors import RecordRefused, SourceError
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.pipeline import content_hash
from ckanext.stuttgart.harvest.reader import Reader, Record
from tests.core.sources import Site

JUNK: tuple[Any, ...] = (
    *(None, "", [], {}, 0, -1, 1.5, True, False, 10**400, 1e308, -(10**18)),
    *("x", "\u0000a", "\ud800", "ä" * 3000, "9" * 50, "..", "a/b/c", "2020-13-45", "R/P1Y", "{{name}}"),
    *("http://[::1", "javascript:alert(1)", "<script>x", "<p>offen <a href='http://x", "urn:x:1"),
    *([None], [[]], [{}], ["a", "b"], [1, 2, 3, 4], ["1", "2", "3", "4"], [[1, 2], [3, 4]]),
    *({"x": 1}, {"@id": 5}, {"value": None}, {"@value": {"@value": [1]}}, {"type": "Point", "coordinates": ["a", {}]}),
)


def changed(pages: Mapping[str, bytes], times: int, seed: int = 1) -> Iterator[dict[str, bytes]]:
    """The pages again and again, each time with some values of one of them replaced."""
    chance = random.Random(seed)
    for _ in range(times):
        url = chance.choice(sorted(pages))
        value = json.loads(pages[url])
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            value = _put(value, chance.choice(list(_places(value))), copy.deepcopy(chance.choice(JUNK)))
        yield {**pages, url: json.dumps(value).encode()}


def survives(
    monkeypatch: pytest.MonkeyPatch, reader: Reader, pages: Mapping[str, bytes], start: str, **options: Any
) -> None:
    """Every record of every changed source is mapped, or refused by an error of its own; payloads are JSON."""
    # The child process is tested elsewhere and costs more than all the rest.
    monkeypatch.setattr(parse, "json_value", lambda body, **_: json.loads(body))
    for broken in changed(pages, 150):
        try:
            items = list(reader.records(Site(broken), start, options))
        except SourceError:
            continue
        for record in (item for item in items if isinstance(item, Record)):
            assert json.loads(json.dumps(record.payload)) == record.payload
            content_hash({"payload": record.payload})
            try:
                record.id("amt")
                made = reader.package(record, options)
            except RecordRefused:
                continue
            normalise(made.package)
            assert all(finding.message() for finding in made.findings)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something may be replaced; of long lists only the beginning."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:6]):
            yield from _places(inner, (*path, index))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    here = value
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = new
    return value
