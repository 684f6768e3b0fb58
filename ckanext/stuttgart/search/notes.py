"""What people are told about their query: what was meant, what was also looked for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ckanext.stuttgart.search.query import Unit

MOST_ALSO = 6


@dataclass(frozen=True)
class Notes:
    """The notes on a query, as words.

    did_you_mean   the query with words that are in the index in place of those nobody writes so; "" without any
    also_searched  the words that stand for words of the query
    """

    did_you_mean: str = ""
    also_searched: tuple[str, ...] = ()


def notes(text: str, units: Sequence[Unit]) -> Notes:
    """The notes on a query."""
    meant = text
    for unit in units:
        if unit.meant and unit.meant.casefold() != unit.surface.casefold():
            meant = meant.replace(unit.surface, unit.meant, 1)
    own = {word.casefold() for unit in units for word in (unit.surface, *(each.surface for each in unit.words))}
    also = dict.fromkeys(word for unit in units for word in unit.also if word.casefold() not in own)
    return Notes(meant if meant != text else "", tuple(also)[:MOST_ALSO])
