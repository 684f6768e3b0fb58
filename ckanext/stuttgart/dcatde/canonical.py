"""One order for everything an RDF graph keeps without order, so that equal metadata is equal as a package too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

GERMAN = "de"


def key(value: Any) -> str:
    """A total order over JSON values: their canonical JSON."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def scalars(values: Iterable[Any]) -> list[Any]:
    """Sorted, each once."""
    unique = set(values)
    return list(unique) if len(unique) < 2 else sorted(unique, key=lambda value: (str(type(value)), value))


def dicts(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sorted by canonical JSON, each once."""
    every = list(values)
    return every if len(every) < 2 else [value for _, value in sorted({key(value): value for value in every}.items())]


def resources(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Distributions by title, IRI and URL: the order of the source is not in its RDF."""
    return sorted(values, key=lambda r: (r.get("name", ""), r.get("uri", ""), r.get("url", ""), key(r)))


def translations(values: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """By field, language and text, each once."""
    unique = {(v["field"], v["language"], v["text"]) for v in values}
    return [{"field": f, "language": language, "text": text} for f, language, text in sorted(unique)]


def preferred(languages: Iterable[str]) -> str:
    """The language to show where there is no German: English, else the first by code."""
    known = sorted(set(languages))
    return "en" if "en" in known else known[0]
