"""A licence out of what stands in a licence field: a name, an address, a sentence, HTML, or terms of use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.text import links, plain

LONGEST = 20_000
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]{}]+", re.IGNORECASE)
OF_A_LICENCE = re.compile(r"https?://.*(?:licen[cs]|lizenz|creativecommons|opendatacommons)", re.IGNORECASE)
# How sentences name the licences that German portals use; what is found is looked up in the code list.
NAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\b(?:dl-de|datenlizenz deutschland)\W{0,5}(?:by|namensnennung)\W{0,5}(?:version\s*)?([12])[.-]?0?\b",
            re.IGNORECASE,
        ),
        "dl-de/by-{0}-0",
    ),
    (re.compile(r"\b(?:dl-de|datenlizenz deutschland)\W{0,5}zero\b", re.IGNORECASE), "dl-de/zero-2-0"),
    (re.compile(r"\bcc[\s-]?(?:0|zero)\b", re.IGNORECASE), "cc-zero"),
    (
        re.compile(r"\bcc[\s-]by((?:[\s-](?:sa|nc|nd))*)[\s-]*(?:version\s*)?4(?:\.0)?\b", re.IGNORECASE),
        "cc-by{0}-4.0",
    ),
    (
        re.compile(r"\bcreative commons\W{0,3}(?:attribution|namensnennung)[\s-]*4(?:\.0)?\b", re.IGNORECASE),
        "cc-by-4.0",
    ),
)


def licence(*given: Any) -> tuple[dict[str, str], list[Finding]]:
    """The fields `license` and `rights` of a distribution from the first of several values that says something.

    A value is a text, HTML, an address, or an object with one of them. A text the code list knows stays as it is; in
    a longer one exactly one known licence is looked for, and the text then becomes the rights statement.
    """
    values = [found for value in given if (found := _text(value))]
    terms = vocabulary.load("licence")
    for value in values:
        if terms.find(plain(value)):
            return {"license": plain(value)}, []
    for value in values:
        named = {term.uri for text in _candidates(value) if (term := terms.find(text))}
        if len(named) == 1:
            words = plain(value)
            uri = named.pop()
            fields = {"license": uri} if ADDRESS.fullmatch(words) else {"license": uri, "rights": words}
            return fields, [Finding("licence_in_text", "notice", "resources", words[:500], uri)]
    return _unknown([plain(value) for value in values])


def _unknown(values: list[str]) -> tuple[dict[str, str], list[Finding]]:
    """Without a known licence an address is the licence, also the only one of a licence in a text, which says more."""
    address = next((value for value in values if ADDRESS.fullmatch(value)), "")
    words = next((value for value in values if not ADDRESS.fullmatch(value)), "")
    if not address:
        named = {text for value in values for text in _candidates(value) if OF_A_LICENCE.search(text)}
        address = named.pop() if len(named) == 1 else ""
    return loose.filled({"license": address or words, "rights": words if address else ""}), []


def _text(value: Any) -> str:
    """The licence as a text; of an object its address, else its name."""
    if isinstance(value, list):
        value = loose.first(*value)
    found = loose.address(value) or loose.said(value)
    if not found and isinstance(value, dict):
        found = loose.text(loose.first(value.get("@id"), value.get("id"), *value.values()))
    return found[:LONGEST]


def _candidates(value: str) -> Iterator[str]:
    """What may name a licence in a text: its links, the addresses written out, names as sentences use them."""
    words = plain(value)
    yield from links(value)
    for match in ADDRESS.finditer(words):
        yield match[0].rstrip(".,;:!?")
    for pattern, name in NAMED:
        for match in pattern.finditer(words):
            yield name.format(*(re.sub(r"[\s-]+", "-", group or "").lower() for group in match.groups()))
