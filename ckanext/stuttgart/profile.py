"""DCAT-AP.de 3.0 as a profile of ckanext-dcat: it only calls what is driven by the model."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.profiles.base import RDFProfile
from rdflib import Graph
from rdflib.term import Node

from ckanext.stuttgart.dcatde.catalog import upgrade
from ckanext.stuttgart.dcatde.graph import read
from ckanext.stuttgart.dcatde.normalise import normalise
from ckanext.stuttgart.feed.export import Export

NAME = "dcat_ap_de_3"


class DCATAPDE3Profile(RDFProfile):
    """One object for each dataset, as ckanext-dcat wants it; so nothing is loaded or looked up at the start."""

    def __init__(self, graph: Graph, dataset_type: str = "dataset", compatibility_mode: bool = False) -> None:
        self.g = graph

    def parse_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> dict[str, Any]:
        """Fill the dict with the package that a node describes, as CKAN stores it."""
        upgrade(self.g)
        dataset_dict.update(normalise(read(self.g, dataset_ref)).stored())
        return dataset_dict

    def graph_from_dataset(self, dataset_dict: dict[str, Any], dataset_ref: Node) -> None:
        """Describe a package, with the services and series it refers to."""
        export = self._export()
        # ckanext-dcat's graph is a union of several, which takes longer to ask and to fill than the one it writes to.
        target: Graph = getattr(self.g, "default_context", self.g)
        export.describe(target, export.packages([dataset_dict]))

    def graph_from_catalog(self, catalog_dict: dict[str, Any] | None, catalog_ref: Node) -> None:
        """Describe the catalogue itself, without its packages."""
        self._export().catalog(self.g, (), None)

    def _export(self) -> Export:
        """One for all profile objects of a request, which would each ask for the same organizations."""
        if not tk.request:
            return Export({"user": ""})
        if "stuttgart_export" not in tk.g:
            tk.g.stuttgart_export = Export({"user": tk.current_user.name if tk.current_user else ""})
        return tk.g.stuttgart_export
