"""Facets that CKAN's index has no field for: the licences of files. Pure."""

from __future__ import annotations

import json
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary


def with_facets(document: dict[str, Any]) -> dict[str, Any]:
    """The document of `before_dataset_index` with `vocab_licence`: the licences of its files and its own, as IRIs.

    CKAN indexes the fields of files that are its own; `license` is not among them.
    """
    try:
        package = json.loads(document.get("validated_data_dict") or "{}")
    except (ValueError, TypeError):
        return document
    stored = [package.get("license_id"), *(resource.get("license") for resource in package.get("resources") or ())]
    terms = vocabulary.load("licence")
    found = {term.uri for value in stored if (term := terms.find(value))}
    return {**document, "vocab_licence": sorted(found)} if found else document
