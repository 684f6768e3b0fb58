"""German words for the few texts that a reader has to write itself. Pure."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml


@functools.cache
def words(reader: str) -> dict[str, str]:
    """The words of a reader by name, with slots in braces; from `words.yaml`."""
    return yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))[reader]
