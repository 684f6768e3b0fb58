"""A catalogue into an empty CKAN: our import, and ckanext-dcat's parser with one `package_create` after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from bench import cases, portal
from bench.groups import Group
from bench.measure import WAIT, Figure, each, race

DATASETS = 60
ROUNDS = 3


def _figures() -> Iterator[Figure]:
    with portal.opened():
        seconds = race(ROUNDS, {"ours": _ours, "stock": _stock}, WAIT)
        portal.emptied()
    times = {name: each(values, DATASETS) for name, values in seconds.items()}
    yield Figure("Turtle into CKAN", "ms a dataset", times["ours"], times["stock"], "ckanext-dcat", target=1.5)


def _ours(number: int) -> Callable[[], object]:
    text = cases.text_of(cases.catalogue(DATASETS, number))
    organization = portal.emptied()

    def run() -> None:
        assert len(portal.imported(text, organization)) == DATASETS

    return run


def _stock(number: int) -> Callable[[], object]:
    """Into our schema, whose validators are told to take what they would refuse in a form."""
    import ckan.plugins.toolkit as tk

    from ckanext.stuttgart.logic.validators import KEEP

    text = cases.text_of(cases.catalogue(DATASETS, number))
    organization = portal.emptied()
    context: Any = {"user": portal.user(), KEEP: True}
    create = tk.get_action("package_create")

    def run() -> None:
        for position, package in enumerate(portal.stock_parser(text, "dataset").datasets()):
            named = {"name": f"dataset-{position}", "owner_org": organization["id"], "type": "dataset"}
            create(context.copy(), package | named)

    return run


GROUP = Group("import", _figures)
