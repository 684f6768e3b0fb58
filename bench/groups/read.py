"""RDF into packages: the mapping alone, on graphs that are parsed already, and the whole way from Turtle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rdflib import Graph

from bench import cases, portal
from bench.groups import Group
from bench.measure import WAIT, WORK, Clock, Contestant, Figure, each, race
from ckanext.stuttgart.dcatde.catalog import package_nodes, upgrade
from ckanext.stuttgart.dcatde.graph import read
from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.harvest import parse

DATASETS = 100
ROUNDS = 5
UNIT = "ms a dataset"
RIVAL = "ckanext-dcat"


def _figures() -> Iterator[Figure]:
    with portal.opened():
        mapping = {"read": _graph(_read), "mend": _graph(_mend), "stock": _stock}
        seconds = _each(mapping, WORK)
        yield Figure("graph to package, read", UNIT, seconds["read"], seconds["stock"], RIVAL)
        yield Figure("graph to package, read and normalise", UNIT, seconds["mend"], seconds["stock"], RIVAL)
        seconds = _each({"ours": _from_text, "stock": _stock_from_text}, WAIT)
        yield Figure("Turtle to package", UNIT, seconds["ours"], seconds["stock"], RIVAL)


def _each(contestants: Mapping[str, Contestant], clock: Clock) -> dict[str, tuple[float, ...]]:
    return {name: each(seconds, DATASETS) for name, seconds in race(ROUNDS, contestants, clock).items()}


def _text(number: int) -> bytes:
    return cases.text_of(cases.catalogue(DATASETS, number))


def _read(graph: Graph) -> list[portal.Package]:
    upgrade(graph)
    return [read(graph, node) for node in package_nodes(graph)]


def _mend(graph: Graph) -> list[portal.Package]:
    return [normalise(package).stored() for package in _read(graph)]


def _graph(run: Callable[[Graph], object]) -> Contestant:
    def prepared(number: int) -> Callable[[], object]:
        graph = cases.catalogue(DATASETS, number)
        return lambda: run(graph)

    return prepared


def _stock(number: int) -> Callable[[], object]:
    parser = portal.stock_parser(_text(number))
    return lambda: list(parser.datasets())


def _from_text(number: int) -> Callable[[], object]:
    text = _text(number)
    return lambda: _mend(parse.rdf(text, name="catalog.ttl").graph)


def _stock_from_text(number: int) -> Callable[[], object]:
    text = _text(number)
    return lambda: list(portal.stock_parser(text).datasets())


GROUP = Group("read", _figures)
