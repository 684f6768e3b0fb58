"""Parsing without a child process for tests whose documents are their own: 40 ms an answer add up.

Whatever is not plain and whole goes to the real parser, so that limits, encodings and messages stay its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.harvest import parse

Parse = Callable[..., Any]


def parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put quick parsers in the place of `parse.json_value` and `parse.xml` for one test."""
    monkeypatch.setattr(parse, "json_value", _quick(_json, parse.json_value))
    monkeypatch.setattr(parse, "xml", _quick(_xml, parse.xml))


def _quick(quick: Callable[[bytes], Any], real: Parse) -> Parse:
    def parsed(body: bytes, **settings: Any) -> Any:
        try:
            return quick(body)
        except (ValueError, RecursionError, etree.XMLSyntaxError):
            return real(body, **settings)

    return parsed


def _json(body: bytes) -> Any:
    if b"\\u" in body or len(body) > 2_000_000:
        raise ValueError("left to the real parser")
    return json.loads(body.decode("utf-8"), parse_constant=_refused)


def _refused(name: str) -> Any:
    raise ValueError(name)


def _xml(body: bytes) -> Any:
    body.decode("utf-8")
    if b"<!" in body or not body.startswith(b"<"):
        raise ValueError("left to the real parser")
    hardened = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    return etree.fromstring(body, hardened)
