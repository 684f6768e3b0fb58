"""Template helpers; they only read."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import dataset_uri

from ckanext.stuttgart.dcatde import vocabulary

__all__ = [
    "stuttgart_choices",
    "stuttgart_choices_with_stored",
    "stuttgart_labels",
    "stuttgart_list",
    "stuttgart_service_choices",
]

Choice = dict[str, Any]


def stuttgart_choices(field: dict[str, Any]) -> list[Choice]:
    """The terms of a field's vocabulary as scheming's choices, sorted by their label in the reader's language."""
    by_code = field.get("stored") == "code"
    language = _language()
    choices = [
        {"value": term.code if by_code else term.uri, "label": {"de": term.label("de"), "en": term.label("en")}}
        for term in vocabulary.load(field["vocabulary"])
    ]
    return sorted(choices, key=lambda choice: vocabulary.sort_key(choice["label"].get(language, choice["label"]["de"])))


def stuttgart_service_choices(field: dict[str, Any]) -> list[Choice]:
    """The services of the portal that the reader may see, by the IRI that names them."""
    query = {"fq": "dataset_type:data_service", "rows": 1000, "sort": "title_string asc", "include_private": True}
    found = tk.get_action("package_search")({}, query)["results"]
    return [{"value": dataset_uri(service), "label": service["title"]} for service in found]


def stuttgart_choices_with_stored(field: dict[str, Any], stored: Any) -> list[Choice]:
    """The choices of a field, and behind them what is stored without being one of them."""
    choices = tk.h.scheming_field_choices(field) or []
    known = {choice["value"] for choice in choices}
    return [*choices, *({"value": value, "label": value} for value in stuttgart_list(stored) if value not in known)]


def stuttgart_labels(field: dict[str, Any], stored: Any) -> list[str]:
    """The labels of the stored values in their order, in the reader's language; a value without label stands itself."""
    labels = {choice["value"]: choice["label"] for choice in tk.h.scheming_field_choices(field) or []}
    return [tk.h.scheming_language_text(labels.get(value, value)) for value in stuttgart_list(stored)]


def stuttgart_list(stored: Any) -> list[str]:
    """A single value, a list or its JSON text as a list of texts."""
    if isinstance(stored, str) and stored[:1] == "[":
        try:
            stored = json.loads(stored)
        except ValueError:
            return [stored]
    values = stored if isinstance(stored, list) else [stored]
    return [str(value) for value in values if value not in (None, "") and value is not tk.missing]


def _language() -> str:
    return tk.h.lang() if tk.request else tk.config["ckan.locale_default"]
