"""The hooks: tokens into the document that goes to Solr, and German queries in place of plain words."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ckanext.stuttgart import settings
from ckanext.stuttgart.search import index, plan, query, texts
from ckanext.stuttgart.searching import knowledge, shelf

# Parameters of `package_search`, beside its own: EXACT=0 leaves the query to CKAN, STAGE tells which query is sent.
EXACT, STAGE = "ext_stgt", "ext_stgt_stage"


@dataclass(frozen=True)
class Reading:
    """How a query was read.

    units   the parts of the query
    stages  the queries to try in turn
    """

    text: str
    units: Sequence[query.Unit] = ()
    stages: Sequence[plan.Stage] = field(default=(), repr=False)


def with_tokens(document: dict[str, Any]) -> dict[str, Any]:
    """The document of `before_dataset_index` with our tokens; what CKAN wrote into those fields stays."""
    shelf.say_changed()
    if not settings.search_enabled():
        return document
    source = document.get("validated_data_dict") or document.get("data_dict")
    package = json.loads(source) if source else document
    written: dict[str, list[str]] = {}
    for name, value in index.fields(texts.texts(package, settings.city())).items():
        before = document.get(name) or []
        written[name] = [*([before] if isinstance(before, str) else before), value]
    return {**document, **written}


def rewritten(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of `before_dataset_search` with our query for plain words, as they are for anything else."""
    extras = parameters.get("extras")
    extras = extras if isinstance(extras, dict) else {}
    if not wanted(parameters, extras):
        return parameters
    reading = read(parameters["q"])
    stage = _number(extras.get(STAGE))
    if not reading.stages or stage >= len(reading.stages):
        return parameters
    return {**parameters, **reading.stages[stage].parameters()}


def wanted(parameters: dict[str, Any], extras: dict[str, Any]) -> bool:
    """Whether a query is one to rewrite: plain words, and nobody said how to read them."""
    q = parameters.get("q")
    return (
        isinstance(q, str)
        and bool(q.strip())
        and plan.is_plain(q)
        and not {"defType", "qf", "mm"} & parameters.keys()
        and settings.search_enabled()
        and str(extras.get(EXACT, "1")) not in ("0", "false")
    )


def read(text: str) -> Reading:
    """How a query is read now."""
    return _read(text, knowledge.now())


@functools.lru_cache(maxsize=512)
def _read(text: str, state: knowledge.State) -> Reading:
    units = query.read(text, knowledge.load(state))
    return Reading(text, units, plan.stages(units))


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() and len(str(value)) < 3 else 0
