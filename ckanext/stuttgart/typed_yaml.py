"""YAML into frozen dataclasses: the dataclass is the schema, and every deviation from it is named with its dotted key.

A field may be ``str``, ``int``, ``float``, ``bool``, ``date``, another dataclass, ``tuple[X, ...]`` or ``X | None``;
``Annotated[X, check]`` adds a check that returns what is wrong with the value, or nothing. Every key has to be there: a
value that is not known yet is an explicit ``null``. Fields with ``metadata={"yaml": False}`` are filled by the caller;
those with ``{"slot": False}`` are not missed where they are empty.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

Check = Callable[[Any], "str | None"]
Problems = list[tuple[str, str]]
T = TypeVar("T")

WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "a date like 2026-11-24"}


class DuplicateKeyError(yaml.YAMLError):
    """A mapping names the same key twice, which YAML itself lets pass."""


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader that refuses a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for index, key in enumerate(keys):
        if key in keys[:index]:
            raise DuplicateKeyError(
                f"the key {key!r} stands twice, again in line {node.value[index][0].start_mark.line + 1}"
            )
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_file(path: Path) -> Any:
    """The content of a YAML file; raises ``OSError``, ``UnicodeDecodeError`` or ``yaml.YAMLError``."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)


def one_line(error: yaml.YAMLError) -> str:
    """What a YAML error says, on one line, with the line in the file where it is known."""
    mark = getattr(error, "problem_mark", None)
    text = " ".join(str(getattr(error, "problem", None) or error).split())
    return f"line {mark.line + 1}: {text}" if mark else text


def read(cls: type[T], data: Any, problems: Problems, key: str = "", **given: Any) -> T | None:
    """An instance of dataclass `cls` from a mapping; what is wrong is added to `problems`, then the answer is None.

    `given` are the fields that do not stand in the file.
    """
    before = len(problems)
    if not isinstance(data, Mapping):
        problems.append((key, f"must be a mapping of keys to values, not {_shown(data)}"))
        return None
    hints = get_type_hints(cls, include_extras=True)
    names = [f.name for f in dataclasses.fields(cls) if f.metadata.get("yaml", True)]  # type: ignore[arg-type]
    for unknown in [name for name in data if name not in names]:
        problems.append((_join(key, unknown), f"is not a key of a city profile; known here: {', '.join(names)}"))
    values = dict(given)
    for name in names:
        path = _join(key, name)
        if name in data:
            values[name] = _value(hints[name], data[name], problems, path)
        else:
            problems.append((path, "is missing; write null if the value is not known yet"))
    return cls(**values) if len(problems) == before else None


def empty_fields(value: Any, key: str = "") -> Iterator[str]:
    """The dotted keys of all fields that are None, in the order of the file.

    Fields with ``metadata={"slot": False}`` may stay empty for good and are left out.
    """
    if value is None:
        yield key
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from empty_fields(item, f"{key}[{index}]")
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if getattr(value, field.name) is None and not field.metadata.get("slot", True):
                continue
            yield from empty_fields(getattr(value, field.name), _join(key, field.name))


def _value(hint: Any, data: Any, problems: Problems, key: str) -> Any:
    """`data` as the type of `hint`; None, and a problem, when it does not fit."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _checked(args, data, problems, key)
    if origin in (Union, UnionType):
        return None if data is None else _value(next(a for a in args if a is not NoneType), data, problems, key)
    if origin is tuple:
        return _items(args[0], data, problems, key)
    if dataclasses.is_dataclass(hint):
        return read(hint, data, problems, key)  # type: ignore[arg-type]
    return _scalar(hint, data, problems, key)


def _checked(args: tuple[Any, ...], data: Any, problems: Problems, key: str) -> Any:
    before = len(problems)
    value = _value(args[0], data, problems, key)
    found = (check(value) for check in args[1:]) if len(problems) == before else ()
    problems.extend((key, problem) for problem in found if problem)
    return value


def _items(hint: Any, data: Any, problems: Problems, key: str) -> tuple[Any, ...] | None:
    if not isinstance(data, list):
        problems.append((key, f"must be a list, not {_shown(data)}"))
        return None
    return tuple(_value(hint, item, problems, f"{key}[{index}]") for index, item in enumerate(data))


def _scalar(kind: type, data: Any, problems: Problems, key: str) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    is_number_as_truth = isinstance(data, bool) and kind is not bool
    is_time_as_date = isinstance(data, datetime) and kind is date
    if isinstance(data, kind) and not is_number_as_truth and not is_time_as_date:
        if not isinstance(data, str) or data.strip():
            return data
        problems.append((key, "is empty; write null if the value is not known yet"))
    elif data is None:
        problems.append((key, f"must be {WORDS[kind]}; this value cannot be left open"))
    else:
        problems.append((key, f"must be {WORDS[kind]}, not {_shown(data)}"))
    return None


def _shown(data: Any) -> str:
    """A value as it is named in a message: short and with its kind."""
    if isinstance(data, Mapping):
        return "a mapping"
    if isinstance(data, list):
        return "a list"
    return "nothing" if data is None else repr(data)[:60]


def _join(key: str, name: object) -> str:
    return f"{key}.{name}" if key else str(name)
