"""The sentences of the harvest in German and English: tables, so that a report reads the same everywhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

import yaml

from ckanext.stuttgart.errors import Message, heard


@functools.cache
def _table() -> dict[str, Any]:
    text = resources.files("ckanext.stuttgart.harvest").joinpath("phrases.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def texts(language: str) -> dict[str, str]:
    """Name -> text of reports, in German or else in English."""
    return {name: both.get(language, both["en"]) for name, both in _table()["texts"].items()}


def sentence(kept: Mapping[str, Any], language: str) -> str:
    """A message that was kept as JSON, in the language; a message without translation stays English."""
    message = heard(kept)
    return str(_in_german(message) if language == "de" else message)


def _in_german(message: Message) -> Message:
    values = {name: _in_german(v) if isinstance(v, Message) else v for name, v in message.values.items()}
    return Message(german(message.text), values)


def messages() -> Mapping[str, str]:
    """English messages with slots -> their German."""
    return _table()["messages"]


def german(text: str) -> str:
    """The German of an English message with slots, itself where there is none."""
    return messages().get(text, text)
