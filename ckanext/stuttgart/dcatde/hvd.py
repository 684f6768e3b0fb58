"""High-value datasets (Implementing Regulation (EU) 2023/138): what a dataset says of itself holds for its services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ckanext.stuttgart.dcatde import canonical, vocabulary

Package = dict[str, Any]


def pass_on(packages: Iterable[Package]) -> list[Package]:
    """The same packages; a service that gives access to a high-value dataset has its categories and names the law.

    packages  normalised packages with their IRIs in `uri`
    """
    every = list(packages)
    by_dataset = {package["uri"]: package["hvd_category"] for package in every if package.get("hvd_category")}
    categories: dict[str, set[str]] = defaultdict(set)  # service -> those of the datasets it gives access to
    for package in every:
        for resource in package.get("resources") or ():
            for service in resource.get("access_service") or ():
                categories[service].update(by_dataset.get(package["uri"], ()))
        for dataset in package.get("serves_dataset") or ():
            categories[package["uri"]].update(by_dataset.get(dataset, ()))
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
