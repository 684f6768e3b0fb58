"""The tables of this folder, read where they lie."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

HERE = "ckanext.stuttgart.dcatde"


def text(*path: str) -> str:
    """The text of a file below this folder, by the parts of its path."""
    return resources.files(HERE).joinpath(*path).read_text(encoding="utf-8")


def table(*path: str) -> Any:
    """The content of a YAML file below this folder."""
    return yaml.safe_load(text(*path))
