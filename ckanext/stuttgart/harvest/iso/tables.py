"""The tables of this folder, read where they lie."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

import yaml

HERE = "ckanext.stuttgart.harvest.iso"


@functools.cache
def table(name: str) -> Any:
    """The content of `<name>.yaml`."""
    return yaml.safe_load(resources.files(HERE).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def codes(name: str) -> Any:
    """One list of `codes.yaml`."""
    return table("codes")[name]
