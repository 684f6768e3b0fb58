"""High-value datasets: what a dataset says of itself holds for the services that give access to it."""

from __future__ import annotations

import time
from typing import Any

from ckanext.stuttgart.dcatde import hvd

ELI = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
MOBILITY, STATISTICS = "http://data.europa.eu/bna/c_b79e35eb", "http://data.europa.eu/bna/c_e1da4e07"


def dataset(uri: str, *categories: str, services: tuple[str, ...] = ()) -> dict[str, Any]:
    marks = {"hvd_category": list(categories), "applicable_legislation": [ELI]} if categories else {}
    return {"type": "dataset", "uri": uri, **marks, "resources": [{"access_service": list(services)}, {}]}


def service(uri: str, *datasets: str, **fields: Any) -> dict[str, Any]:
    return {"type": "data_service", "uri": uri, "serves_dataset": list(datasets), **fields}


def test_a_service_of_high_value_datasets_has_their_categories_and_names_the_law():
    packages = [
        dataset("d1", MOBILITY, services=("s1",)),
        dataset("d2", STATISTICS),
        dataset("d3"),
        service("s1"),
        service("s2", "d2", "d3", applicable_legislation=["UIG"]),
        service("s3", "d1", "d2", hvd_category=[MOBILITY]),
        service("s4", "d3", "elsewhere"),
    ]
    marked = {package["uri"]: package for package in hvd.pass_on(packages)}
    assert marked["s1"]["hvd_category"] == [MOBILITY]
    assert marked["s1"]["applicable_legislation"] == [ELI]
    assert marked["s2"]["hvd_category"] == [STATISTICS]
    assert marked["s2"]["applicable_legislation"] == ["UIG", ELI]
    assert marked["s3"]["hvd_category"] == [MOBILITY, STATISTICS]
    assert "hvd_category" not in marked["s4"]
    assert [marked[package["uri"]] for package in packages[:3]] == packages[:3]


def test_the_packages_given_are_not_changed_and_marking_twice_is_marking_once():
    packages = [dataset("d", MOBILITY, services=("s", "s", "elsewhere")), service("s", "d")]
    once = hvd.pass_on(iter(packages))
    assert packages[1] == service("s", "d")
    assert hvd.pass_on(once) == once


def test_a_service_comes_before_or_behind_its_dataset():
    packages = [dataset("d", MOBILITY), service("s", "d")]
    assert hvd.pass_on(packages) == hvd.pass_on(reversed(packages))[::-1]


def test_a_large_catalogue_costs_time_in_proportion_to_its_size():
    many = 20_000
    packages = [dataset(f"d{n}", MOBILITY, services=(f"s{n % 7}",)) for n in range(many)]
    packages += [service(f"s{n}", *(f"d{m}" for m in range(many))) for n in range(7)]
    began = time.process_time()
    hvd.pass_on(packages)
    assert time.process_time() - began < 5
