"""The fields of a package as Solr gets them: lists as lists, so that they can be facets. Pure."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ckanext.stuttgart.dcatde.model import load

# A string field of Solr holds at most 32,766 bytes; beyond this nothing is looked up by its whole value.
LONGEST = 8_000
NOT_INDEXED = ("data_dict", "validated_data_dict")
TEXT = ("title", "notes", "text")


def indexed(document: dict[str, Any]) -> dict[str, Any]:
    """The document of `before_dataset_index`, with every list field of the model as `vocab_<field>`."""
    ready = dict(document)
    for name in _lists():
        values = _list(ready.pop(name, None))
        ready.pop(f"extras_{name}", None)
        if values:
            ready[f"vocab_{name}"] = values
    for name, value in ready.items():
        if isinstance(value, str) and len(value) > LONGEST and name not in NOT_INDEXED and not _is_text(name):
            ready[name] = value[:LONGEST]
    return ready


@cache
def _lists() -> frozenset[str]:
    """The fields that hold a list of strings; nested parts are flattened by ckanext-dcat, tags are CKAN's."""
    rows = [row for class_ in load().packages.values() for row in class_.rows if row.field]
    many = {row.field for row in rows if row.many and row.kind != "node"}
    return frozenset((many | {row.overflow for row in rows if row.overflow}) - {"tags"})


def _is_text(name: str) -> bool:
    return name in TEXT or name.startswith(("extras_", "res_"))


def _list(value: Any) -> list[str]:
    if isinstance(value, str) and value[:1] == "[":
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    items = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
    return [str(item)[:LONGEST] for item in items]
