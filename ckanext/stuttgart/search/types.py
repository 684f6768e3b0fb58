"""Series and services are packages of their own, but nobody who looks for data means them. Pure."""

from __future__ import annotations

import re
from typing import Any

APART = ("dataset_series", "data_service")
# A query that says which types or which very packages it wants is left alone.
ASKED = re.compile(r"(?<!\w)(?:(?:dataset_)?type|id|name|vocab_in_series):")


def datasets_only(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of `package_search`, without series and services unless they are asked for."""
    filters = parameters.get("fq_list") or []
    said = " ".join(str(text) for text in (parameters.get("q"), parameters.get("fq"), *filters) if text)
    if ASKED.search(said):
        return parameters
    return {**parameters, "fq_list": [*filters, f"-dataset_type:({' OR '.join(APART)})"]}
