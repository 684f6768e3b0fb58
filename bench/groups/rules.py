"""Checking a catalogue against the profile, here and by pyshacl with the official shapes."""

from __future__ import annotations

from collections.abc import Iterator

from bench import cases
from bench.groups import Group
from bench.measure import Figure, race
from ckanext.stuttgart.dcatde import rules
from tests.core import official_shapes

ROUNDS = 3


def _figures() -> Iterator[Figure]:
    graph = official_shapes.parse(cases.case(cases.BRANDENBURG))
    seconds = race(
        ROUNDS,
        {
            "ours": lambda _: lambda: rules.check(graph),
            "stock": lambda _: lambda: official_shapes.validate(graph),
        },
    )
    yield Figure("check of Brandenburg's catalogue", "s", seconds["ours"], seconds["stock"], "pyshacl", target=30)


GROUP = Group("rules", _figures)
