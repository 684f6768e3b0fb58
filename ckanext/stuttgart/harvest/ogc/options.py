"""The choice among the things of a service by their names, and what is said of the choice; for all OGC services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ckanext.stuttgart.errors import say
from ckanext.stuttgart.harvest.reader import Option

ONLY = Option(
    "only",
    "Only these",
    help="Names of feature types, layers or collections, parted by commas; * stands for any characters (roads_*).",
)

NOTHING_LISTED = say("the service lists nothing")
NOTHING_WANTED = say("the service lists nothing of what is asked for")
TWICE = say("is listed twice; the first one was taken")


def is_wanted(names: Iterable[str], options: Mapping[str, Any]) -> bool:
    """Whether one of the names of a thing fits the choice."""
    patterns = [part.strip() for part in str(options.get(ONLY.name) or "").split(",") if part.strip()]
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
