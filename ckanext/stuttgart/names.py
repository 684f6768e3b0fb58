"""Addresses for packages: a readable name from a German title, and ids that stay the same for the same thing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from uuid import NAMESPACE_URL, uuid5

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "ß": "ss"})
NOT_IN_TAGS = re.compile(r"[^\w .-]")
LONGEST_TAG = 100
LONGEST = 80  # CKAN allows 100; the rest is room for a suffix
RESERVED = frozenset({"edit", "new", "search"})  # pages of CKAN itself


def slug(title: str) -> str:
    """`Bäume im Süden (2024)` to `baeume-im-sueden-2024`; `datensatz` where nothing is left of it."""
    # Composed first: a decomposed umlaut is two characters, and would lose its dots instead of gaining an e.
    composed = unicodedata.normalize("NFC", title).translate(UMLAUTS)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(words) > LONGEST:
        words = words[:LONGEST].rsplit("-", 1)[0].strip("-")
    return words if len(words) >= 2 else "datensatz"


def free_name(title: str, id_: str, taken: Container[str]) -> str:
    """The slug of a title, with the start of the id behind it when the name is taken or belongs to CKAN."""
    name = slug(title)
    return name if name not in taken and name not in RESERVED else f"{name}-{id_[:8]}"


def resource_id(package_id: str, resource: Mapping[str, object], position: int) -> str:
    """An id that a resource keeps at every import: from its IRI, else its URL, else its place in the package."""
    anchor = resource.get("uri") or resource.get("url") or position
    return str(uuid5(NAMESPACE_URL, f"{package_id} {anchor}"))


def resource_ids(package_id: str, resources: Iterable[Mapping[str, object]]) -> list[str]:
    """The ids of all resources of a package; of several at one address the first has it to itself."""
    ids: list[str] = []
    seen: Counter[str] = Counter()
    for position, resource in enumerate(resources):
        id_ = resource_id(package_id, resource, position)
        seen[id_] += 1
        ids.append(id_ if seen[id_] == 1 else str(uuid5(NAMESPACE_URL, f"{id_} {seen[id_]}")))
    return ids


def tag_names(keyword: str) -> list[str]:
    """A keyword as CKAN's tags of 2 to 100 characters: parted at commas, without what a tag may not hold."""
    parts = (re.sub(r"\s+", " ", NOT_IN_TAGS.sub(" ", part)).strip() for part in re.split(r"[,;]", keyword))
    return [tag for part in parts if len(tag := part[:LONGEST_TAG].strip()) >= 2]
