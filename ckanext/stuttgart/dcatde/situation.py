"""Which nodes of a graph the rules on high-value datasets hold for (Implementing Regulation (EU) 2023/138)."""

from __future__ import annotations

import functools

from rdflib.term import Node

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.values import term
from ckanext.stuttgart.dcatde.view import View


class Situation:
    """A graph, and which of its nodes the rules on high-value datasets hold for."""

    def __init__(self, view: View) -> None:
        self.view = view

    def values(self, node: Node, curie: str) -> list[Node]:
        """The values of one property by its short name."""
        return self.view.values(node, term(curie))

    def is_a(self, node: Node, curie: str) -> bool:
        """True where the node has the class or a subclass of it."""
        return self.view.is_a(node, term(curie))

    def names_hvd_law(self, node: Node) -> bool:
        """True where the regulation is named as applicable law."""
        wanted = vocabulary.iri("hvd_legislation")
        return any(str(law) == wanted for law in self.values(node, "dcatap:applicableLegislation"))

    def is_hvd(self, node: Node) -> bool:
        """High-value by a category or by the law it names."""
        return bool(self.values(node, "dcatap:hvdCategory")) or self.names_hvd_law(node)

    @functools.cached_property
    def hvd_datasets(self) -> set[Node]:
        """Datasets and series that are high-value."""
        return {node for node in self.view.instances("Dataset") if self.is_hvd(node)}

    @functools.cached_property
    def hvd_distributions(self) -> set[Node]:
        """Distributions of such datasets."""
        return {d for dataset in self.hvd_datasets for d in self.values(dataset, "dcat:distribution")}

    @functools.cached_property
    def hvd_services(self) -> set[Node]:
        """Services that call themselves so, serve such a dataset, or give access to one of its distributions."""
        named = {s for d in self.hvd_distributions for s in self.values(d, "dcat:accessService")}
        services = set(self.view.instances("DataService"))
        serving = {s for s in services if not self.hvd_datasets.isdisjoint(self.values(s, "dcat:servesDataset"))}
        return serving | (services & named) | {s for s in services if self.is_hvd(s)}

    @functools.cached_property
    def served(self) -> set[Node]:
        """Datasets that some service says it serves."""
        return {d for node in self.view.instances("DataService") for d in self.values(node, "dcat:servesDataset")}
