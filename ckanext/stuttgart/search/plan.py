"""The Solr queries for what was asked, the strictest first. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.search import tokens
from ckanext.stuttgart.search.names import FORMAT, PLACE
from ckanext.stuttgart.search.query import Alternative, Unit

MOST_TOKENS = 120  # of a query; each is looked for in every field
FEW = 3
EVERY = "entity_type:package"  # what every dataset has: edismax knows no *:* inside a query
OPTIONAL = 0.3  # of the weight of a word that may be missing

# What tells an operator of Solr from a word: quotes, fields, ranges, wildcards, boosts, signs before a word.
OPERATORS = re.compile(r'["\\:\[\]{}^~*]|(?:^|\s)[-+!]|&&|\|\||(?:^|\s)(?:AND|OR|NOT)(?:\s|$)')


@dataclass(frozen=True)
class Stage:
    """One query: Solr's `q` and `mm`."""

    name: str
    q: str
    mm: str

    def parameters(self) -> dict[str, Any]:
        """What replaces the query of `package_search`."""
        return {"q": self.q, "mm": self.mm, "qf": tokens.query_fields(), "defType": "edismax", "tie": "0.1"}


def is_plain(q: str) -> bool:
    """Whether a query is words only, with nothing in it that asks Solr for more."""
    return not OPERATORS.search(q)


def stages(units: Sequence[Unit]) -> tuple[Stage, ...]:
    """The queries to try in turn; none where there is nothing to look for."""
    if not units:
        return ()
    strict, loose = _strict(units), _loose(units)
    return (strict,) if strict.q == loose.q else (strict, loose)


def _strict(units: Sequence[Unit]) -> Stage:
    required = [
        unit for unit in units if unit.role in ("word", "number", "office", "topic") and unit.known is not False
    ]
    if not required:
        asked = [unit for unit in units if unit.role not in ("weak", PLACE, FORMAT)]
        required_or = asked or list(units)
        optional = [unit for unit in units if unit not in required_or]
        return _stage("strict", required_or, optional, 1 if asked else len(required_or), guesses=True)
    optional = [unit for unit in units if unit not in required]
    return _stage("strict", required, optional, len(required) - len(required) // 3, guesses=False)


def _loose(units: Sequence[Unit]) -> Stage:
    asked = [unit for unit in units if unit.role not in ("weak", PLACE, FORMAT)] or list(units)
    return _stage("loose", asked, [unit for unit in units if unit not in asked], 1, guesses=True)


def _stage(name: str, required: Sequence[Unit], optional: Sequence[Unit], least: int, guesses: bool) -> Stage:
    budget = MOST_TOKENS // (len(required) + len(optional))
    groups = [_group(unit, guesses, budget) for unit in required]
    joined = (" AND " if least == len(groups) else " OR ").join(groups)
    if optional:
        extra = " OR ".join(f"{_group(unit, True, budget)}^{OPTIONAL}" for unit in optional)
        joined += f" {'AND ' if least == len(groups) else ''}({EVERY}^0 OR {extra})"
    return Stage(name, joined, "0%" if least == len(groups) else str(least))


def _group(unit: Unit, guesses: bool, budget: int) -> str:
    """One unit: any of its alternatives."""
    chosen: list[Alternative] = []
    seen: set[str] = set()
    for alternative in (*unit.sure, *(unit.guesses if guesses or unit.known is False else ())):
        size = alternative.query.count(" ") + 1
        if alternative.query not in seen and size <= budget:
            chosen.append(alternative)
            seen.add(alternative.query)
            budget -= size
    return f"({' OR '.join(map(str, chosen))})"
