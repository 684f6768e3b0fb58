"""Template helpers; they only read."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.dcat.utils import dataset_uri

from ckanext.stuttgart.dcatde import vocabulary

__all__ = ["stuttgart_choices", "stuttgart_service_choices"]


def stuttgart_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The terms of a field's vocabulary as scheming's choices, sorted by their label in the reader's language."""
    terms = vocabulary.load(field["vocabulary"])
    by_code = field.get("stored") == "code"
    language = tk.h.lang() if tk.request else tk.config["ckan.locale_default"]
    choices = [
        {"value": term.code if by_code else term.uri, "label": {"de": term.label("de"), "en": term.label("en")}}
        for term in terms
    ]
    return sorted(choices, key=lambda choice: vocabulary.sort_key(choice["label"].get(language, choice["label"]["de"])))


def stuttgart_service_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The services of the portal that the reader may see, by the IRI that names them."""
    query = {"fq": "dataset_type:data_service", "rows": 1000, "sort": "title_string asc", "include_private": True}
    found = tk.get_action("package_search")({}, query)["results"]
    return [{"value": dataset_uri(service), "label": service["title"]} for service in found]
