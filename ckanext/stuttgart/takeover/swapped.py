"""Files whose names belong to each other's addresses: "planned" leads to the layer that is called "current"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any
from urllib.parse import unquote, urlsplit

from ckanext.stuttgart.dcatde import vocabulary
from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.takeover.services import request

MOST = 60  # files that are compared with each other
SHORTEST = 3
WORD = re.compile(r"[^\W_]+")


def findings(resources: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """A warning for each pair of files whose names fit crosswise and not as they stand."""
    told = [(index, str(file.get("name") or ""), *_words(file)) for index, file in enumerate(resources[:MOST])]
    for (index, name, label, address), (_, other, other_label, other_address) in combinations(told, 2):
        labels, addresses = label ^ other_label, address ^ other_address
        mine, theirs = label & labels, other_label & labels
        straight = _alike(mine, address & addresses) + _alike(theirs, other_address & addresses)
        crosswise = _alike(mine, other_address & addresses) + _alike(theirs, address & addresses)
        if crosswise and not straight:
            yield Finding("names_swapped", "warning", f"resources.{index}.name", name, other)


def _words(resource: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a file's name, and those of the layer or file that its address leads to."""
    url, format_ = resource.get("url"), resource.get("format")
    found = request(url, format_)
    return _split(str(resource.get("name") or "")), _split(" ".join(found.layers) if found else _file(url))


def _file(url: Any) -> str:
    try:
        path = urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return ""
    return unquote(path.rstrip("/").rpartition("/")[2]).rpartition(".")[0]


def _split(text: str) -> frozenset[str]:
    parts = WORD.findall(re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", text[:500]))
    return frozenset(word for part in parts if len(word := vocabulary.key(part)) >= SHORTEST)


def _alike(words: frozenset[str], others: frozenset[str]) -> int:
    """How many of the words stand among the others, the same or longer by an ending (geplant, geplante)."""
    return sum(any(_same(word, other) for other in others) for word in words)


def _same(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) >= 5 and long.startswith(short) and len(long) - len(short) <= 2)
