"""Packages into RDF, with one profile object for each dataset as ckanext-dcat wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import cases, portal
from bench.groups import Group
from bench.measure import Contestant, Figure, each, race

DATASETS = 30
ROUNDS = 5


def _figures() -> Iterator[Figure]:
    from ckanext.stuttgart.profile import NAME

    with portal.opened():
        texts = [cases.text_of(cases.catalogue(DATASETS, number)) for number in range(ROUNDS + 1)]
        contestants = {
            "ours": _described(NAME, _ours(texts)),
            "stock": _described(portal.STOCK_PROFILE, [_stock(text) for text in texts]),
        }
        seconds = {name: each(values, DATASETS) for name, values in race(ROUNDS, contestants).items()}
    yield Figure("package to graph", "ms a dataset", seconds["ours"], seconds["stock"], "ckanext-dcat", target=2)


def _ours(texts: list[bytes]) -> list[list[portal.Package]]:
    """The packages of each catalogue as CKAN shows them after our import."""
    import ckan.plugins.toolkit as tk

    organization = portal.emptied()
    user = portal.user()
    show = tk.get_action("package_show")
    return [[show({"user": user}, {"id": id_}) for id_ in portal.imported(text, organization)] for text in texts]


def _stock(text: bytes) -> list[portal.Package]:
    """The packages of a catalogue as stock's parser makes them, with what CKAN adds when they are stored."""
    packages = list(portal.stock_parser(text).datasets())
    for position, package in enumerate(packages):
        package |= {"id": f"dataset-{position}", "name": f"dataset-{position}", "type": "dataset"}
        for number, resource in enumerate(package["resources"]):
            resource |= {"id": f"resource-{position}-{number}", "package_id": package["id"]}
    return packages


def _described(profile: str, rounds: list[list[portal.Package]]) -> Contestant:
    """Each dataset by a serializer of its own, as for its page; making the serializers is not timed."""
    from ckanext.dcat.processors import RDFSerializer

    def prepared(number: int) -> Callable[[], object]:
        pairs = [(RDFSerializer(profiles=[profile]), package) for package in rounds[number]]
        assert len(pairs) == DATASETS
        return lambda: [serializer.graph_from_dataset(package) for serializer, package in pairs]

    return prepared


GROUP = Group("write", _figures)
