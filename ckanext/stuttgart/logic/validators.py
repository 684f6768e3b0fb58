"""The validators of the schemas: one value or a list of them, as its row in the model wants it.

What can be mended is mended. What RDF cannot carry is refused with a sentence, unless it is kept on purpose: from a
harvested record (`context["stuttgart_keep"]`), or because it stood in the package before.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ckanext.stuttgart.dcatde import kinds
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.dcatde.kinds import Convert, text_of
from ckanext.stuttgart.dcatde.model import Class, Row, load, nested

__all__ = ["stuttgart_list_output", "stuttgart_series", "stuttgart_value", "stuttgart_values"]

KEEP = "stuttgart_keep"
LONGEST_LIST = 5_000_000  # characters of a JSON list


def stuttgart_value(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A single value: mended, or refused with a sentence that says what would be right."""
    made, problem = _made(_row(data, key), data[key], context)
    if problem:
        errors[key].append(problem)
    elif made is None:
        data.pop(key)
        raise tk.StopOnError
    else:
        data[key] = made


def stuttgart_values(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A list of values, given as a list, as its JSON text or as one value; stored as JSON text."""
    row = _row(data, key)
    results = [_made(row, value, context) for value in _items(data[key])]
    errors[key].extend(problem for _, problem in results if problem)
    if errors[key]:
        raise tk.StopOnError
    made = list(dict.fromkeys(value for value, _ in results if value is not None))
    if not made:
        data.pop(key)
        raise tk.StopOnError
    data[key] = json.dumps(made, ensure_ascii=False)


def stuttgart_series(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """Series by id or name; stored as the JSON text of their ids. Asks the database: search lags behind an import."""
    ids: list[str] = []
    for given in _items(data[key]):
        series = model.Package.get(str(given)) if isinstance(given, str) else None
        if series is None or series.type != "dataset_series" or series.state != "active":
            errors[key].append(_sentence("series", str(given)))
            continue
        if series.id not in _items(_before(context).get(key[-1])):
            try:
                tk.check_access("package_update", tk.fresh_context(context), {"id": series.id})
            except tk.NotAuthorized:
                errors[key].append(_sentence("foreign_series", series.title))
        ids.append(series.id)
    if errors[key]:
        raise tk.StopOnError
    if not ids:
        data.pop(key)
        raise tk.StopOnError
    data[key] = json.dumps(list(dict.fromkeys(ids)))


def _before(context: Context) -> Mapping[Any, Any]:
    """The extras of the package as it was before; on CKAN 2.11 they are a dict only by their looks."""
    package = context.get("package")
    return dict(package.extras) if package else {}


def stuttgart_list_output(value: Any) -> Any:
    """A stored list as a list."""
    return _items(value)


def _made(row: Row | None, value: Any, context: Context) -> tuple[Any, str]:
    """The value as it is stored (None for nothing), and why it is refused ("" where it is not)."""
    text = text_of(value)
    if text is None:
        structured = isinstance(value, list | dict) and (row is None or row.kind == "wkt" or context.get(KEEP))
        if not structured:
            return None, _sentence("text", str(value))
        text = json.dumps(value, ensure_ascii=False)
    if not text or row is None:
        return text or None, ""
    made = _converter(row)(value)
    if made.value not in (None, ""):
        return made.value, ""
    if row.kind == "integer":  # CKAN's own column holds numbers only
        return None, "" if context.get(KEEP) else _sentence(row.kind, text)
    # CKAN sets the media type of an upload itself, also to types that nobody registered.
    if made.severity == "notice" or row.kind == "media" or context.get(KEEP) or text in _present(context):
        return text, ""
    return None, _sentence(row.kind, text)


def _sentence(kind: str, value: str) -> str:
    language = tk.h.lang() if tk.request else tk.config["ckan.locale_default"]
    return Finding(f"refused_{kind}", "violation", value=value).message(language)


def _items(value: Any) -> list[Any]:
    if isinstance(value, str):
        text = value.strip()
        if text[:1] == "[" and len(text) <= LONGEST_LIST:
            try:
                parsed = json.loads(text)
            except (ValueError, RecursionError):
                parsed = None
            if isinstance(parsed, list):
                return parsed
        return [value] if text else []
    return value if isinstance(value, list) else [value]


def _present(context: Context) -> set[str]:
    """Every text that the package held before, asked for once a save."""
    cache: dict[str, Any] = context  # type: ignore[assignment]
    if "stuttgart_present" not in cache:
        package = context.get("package")
        resources = [resource.extras or {} for resource in package.resources] if package else []
        sources: list[Any] = [_before(context), *resources]
        cache["stuttgart_present"] = set(_texts(sources))
    return cache["stuttgart_present"]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        if value[:1] in ("[", "{"):
            try:
                yield from _texts(json.loads(value))
            except (ValueError, RecursionError):
                return


def _row(data: FlattenDataDict, key: FlattenKey) -> Row | None:
    """The row of the model a flattened key such as ("resources", 2, "format") stands for, if it has one."""
    class_ = load().packages.get(str(data.get(("type",))))
    names = [part for part in key if isinstance(part, str)]
    for name in names[:-1]:
        row = _rows(class_.name).get(name) if class_ else None
        class_ = nested(row) if row and row.of else None
    return _rows(class_.name).get(names[-1]) if class_ else None


@functools.cache
def _rows(name: str) -> dict[str, Row]:
    """Field -> row, also of fields that take further values and of those that lie in the resource itself."""
    class_: Class = load().classes[name]
    rows = {row.overflow: row for row in class_.rows if row.overflow} | class_.by_field
    for row in class_.rows:
        if row.inline:
            rows |= nested(row).by_field
    if name == "Dataset":  # CKAN's own field for the licence of all distributions; RDF has none on a dataset
        rows["license_id"] = load().classes["DataService"].by_field["license_id"]
    return rows


@functools.cache
def _converter(row: Row) -> Convert:
    return kinds.converter(row)
