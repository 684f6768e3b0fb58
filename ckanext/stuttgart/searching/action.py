"""`package_search` in German: further queries where the first one finds too little, and notes for the reader."""

from __future__ import annotations

from typing import Any, TypedDict

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict
from flask import g, has_request_context

from ckanext.stuttgart.search import plan
from ckanext.stuttgart.search.notes import notes
from ckanext.stuttgart.searching import hooks, misses

__all__ = ["package_search"]

FEW = plan.FEW
PLAIN_FILTERS = ("", "dataset_type:dataset", "+dataset_type:dataset")


class SearchNotes(TypedDict):
    """What `package_search` adds to its answer as `stuttgart`, for queries of plain words.

    query          as it was asked
    did_you_mean   another spelling of it, "" without one
    also_searched  words that stand for its words
    fallback       "" or `loose`: too few datasets have all its words, so those that have some are there too
    exact_url      the page with the query left to CKAN
    """

    query: str
    did_you_mean: str
    also_searched: list[str]
    fallback: str
    exact_url: str


@tk.chained_action
@tk.side_effect_free
def package_search(original: Action, context: Context, data_dict: DataDict) -> Any:
    """CKAN's action; see `SearchNotes` for what is added.

    ext_stgt  0 leaves the query to CKAN
    """
    reading = _reading(data_dict)
    if reading is None:
        return original(context, data_dict)
    found, stage = _searched(original, context, data_dict, reading)
    if not found["count"] and not _is_filtered(data_dict):
        misses.record(reading.text, reading.units)
    found["stuttgart"] = _noted(reading, stage)
    if has_request_context():  # CKAN's search page hands no more of the answer to its template
        told = found["stuttgart"]
        meant = [told["did_you_mean"]] if told["did_you_mean"] else []
        g.stuttgart_search = {"did_you_mean": meant, "also": told["also_searched"]}
    return found


def _searched(original: Action, context: Context, data_dict: DataDict, reading: hooks.Reading) -> tuple[Any, int]:
    """The answer, and which of the queries found it: the first that finds enough, else the one that finds most."""
    found = original(context, dict(data_dict))
    few = FEW if len(reading.units) > 1 else 1
    for stage in range(1, len(reading.stages)):
        if found["count"] >= few:
            break
        more = original(context, {**data_dict, hooks.STAGE: str(stage)})
        if more["count"] > found["count"]:
            return more, stage
    return found, 0


def _reading(data_dict: DataDict) -> hooks.Reading | None:
    """How the query of an action is read; None where it is left to CKAN."""
    extras = data_dict.get("extras")
    extras = {**(extras if isinstance(extras, dict) else {}), **{k: v for k, v in data_dict.items() if k[:4] == "ext_"}}
    return hooks.read(data_dict["q"]) if hooks.wanted(data_dict, extras) else None


def _noted(reading: hooks.Reading, stage: int) -> SearchNotes:
    said = notes(reading.text, reading.units)
    return {
        "query": reading.text,
        "did_you_mean": said.did_you_mean,
        "also_searched": list(said.also_searched),
        "fallback": reading.stages[stage].name if stage else "",
        "exact_url": tk.h.url_for("dataset.search", q=reading.text, **{hooks.EXACT: "0"}),
    }


def _is_filtered(data_dict: DataDict) -> bool:
    return str(data_dict.get("fq") or "").strip() not in PLAIN_FILTERS or bool(data_dict.get("fq_list"))
