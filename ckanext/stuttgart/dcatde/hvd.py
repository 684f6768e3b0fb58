"""High-value datasets (Implementing Regulation (EU) 2023/138): what a dataset says of itself holds for its services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckanext.stuttgart.dcatde import canonical, vocabulary

Package = dict[str, Any]


def pass_on(packages: Iterable[Package]) -> list[Package]:
    """The same packages; a service that gives access to a high-value dataset has its categories and names the law.

    packages  normalised packages with their IRIs in `uri`
    """
    every = list(packages)
    categories: dict[str, set[str]] = {}
    datasets = {package["uri"]: package for package in every if package.get("hvd_category")}
    for uri, dataset in datasets.items():
        through = {iri for resource in dataset.get("resources") or () for iri in resource.get("access_service") or ()}
        serving = {
            p["uri"] for p in every if p.get("type") == "data_service" and uri in (p.get("serves_dataset") or ())
        }
        for service in through | serving:
            categories.setdefault(service, set()).update(dataset["hvd_category"])
    return [_marked(package, categories.get(package["uri"], set())) for package in every]


def _marked(package: Package, categories: set[str]) -> Package:
    if not categories or package.get("type") != "data_service":
        return package
    law = vocabulary.iri("hvd_legislation")
    return {
        **package,
        "hvd_category": canonical.scalars([*package.get("hvd_category", ()), *categories]),
        "applicable_legislation": canonical.scalars([*package.get("applicable_legislation", ()), law]),
    }
