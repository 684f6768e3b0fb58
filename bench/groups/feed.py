"""A page of the catalogue, by our action and by ckanext-dcat's from the same packages."""

from __future__ import annotations

from collections.abc import Iterator

from bench import cases, portal
from bench.groups import Group
from bench.measure import WAIT, Contestant, Figure, race

DATASETS = 100
ROUNDS = 7


def _figures() -> Iterator[Figure]:
    with portal.opened():
        portal.imported(cases.text_of(cases.catalogue(DATASETS)), portal.emptied())
        seconds = race(ROUNDS, {"ours": _page(), "stock": _page(portal.STOCK_PROFILE)}, WAIT)
        portal.emptied()
    yield Figure(f"/catalog.ttl with {DATASETS} datasets", "s", seconds["ours"], seconds["stock"], "ckanext-dcat")


def _page(*profiles: str) -> Contestant:
    """The first page, in the profile of the portal or in others."""
    import ckan.plugins.toolkit as tk

    show = tk.get_action("dcat_catalog_show")
    wanted = {"format": "ttl", **({"profiles": profiles} if profiles else {})}
    return lambda _: lambda: show({"user": ""}, {**wanted})


GROUP = Group("feed", _figures)
