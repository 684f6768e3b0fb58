"""What the harvest says in English, said in the reader's language: a table of sentences with slots. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml

from ckanext.stuttgart.harvest import phrases

LONGEST = 2000  # beyond that a text is no sentence of ours
SLOT = re.compile(r"\{(\w+)\}")
#: Slots that hold a sentence of ours again.
NESTED = frozenset(["problem", "error", "remedy"])
#: What stands in some slots; in others anything may.
IN_SLOT = {"number": r"[\d.,]+", "status": r"\d{3}[^.:]*"}


@functools.cache
def table(name: str) -> dict[str, Any]:
    """A table of this folder."""
    return yaml.safe_load(resources.files("ckanext.stuttgart.harvest").joinpath(name).read_text(encoding="utf-8"))


@functools.cache
def _sentences() -> dict[str, str]:
    return {**phrases.messages(), **table("said.yaml")["sentences"]}


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every sentence with slots that has words of its own; the wordiest first."""
    worded = [text for text in _sentences() if SLOT.search(text) and re.search(r"\w{2}", SLOT.sub("", text))]
    ordered = sorted(worded, key=lambda text: -len(SLOT.sub("", text)))
    return tuple((_pattern(text), _sentences()[text]) for text in ordered)


def _pattern(text: str) -> re.Pattern[str]:
    slot = re.compile(r"\\\{(\w+)\\\}")
    return re.compile(slot.sub(lambda m: f"(?P<{m[1]}>{IN_SLOT.get(m[1], '.+?')})", re.escape(text)), re.DOTALL)


def sentence(text: Any, language: str) -> str:
    """An English sentence of the harvest in a language; itself where there is none."""
    said = str(text)
    return _german(said) if language == "de" and len(said) <= LONGEST else said


def reader_label(name: str, label: str, language: str) -> str:
    """What kind of source a reader reads, for people."""
    return table("said.yaml")["readers"].get(name, label) if language == "de" else label


def option_text(text: str, language: str) -> str:
    """Label, help or choice of an option."""
    return table("said.yaml")["options"].get(text, text) if language == "de" else text


def _german(text: str) -> str:
    exact = _sentences().get(text)
    if exact is not None:
        return exact
    if text.endswith(".") and not text.endswith(".."):
        return _german(text[:-1]) + "."
    for pattern, german in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return _filled(german, found.groupdict())
    return _in_parts(text)


def _filled(german: str, values: Mapping[str, str]) -> str:
    said = {name: _german(value) if name in NESTED else value for name, value in values.items()}
    return SLOT.sub(lambda slot: said.get(slot[1], slot[0]), german)


def _in_parts(text: str) -> str:
    """`head: problem` and `problem. remedy.`, each part by itself."""
    for mark in (". ", ": "):
        head, found, rest = text.partition(mark)
        if found and rest:
            said = (head if mark == ": " else _german(head), _german(rest))
            if said != (head, rest):
                return mark.join(said)
    return text
