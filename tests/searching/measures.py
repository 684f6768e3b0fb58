"""Figures of a list of questions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.searching.lists import Question

Search = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Quality:
    """Of a number of questions: how many have a right hit in the first 3 and 10, mean reciprocal rank, none at all."""

    asked: int
    in_3: int
    in_10: int
    mrr: float
    empty: int
    failed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.in_3:4}/{self.asked:<4} {self.in_10:4}/{self.asked:<4} {self.mrr:5.3f} {self.empty:6}"


HEADINGS = f"{'hit@3':>8} {'hit@10':>9} {'MRR':>6} {'zero':>6}"


def quality(questions: Sequence[Question], search: Search) -> Quality:
    """Ask all questions."""
    found = [(question, search(question.query)) for question in questions]
    ranks = [question.rank([package["title"] for package in answer["results"]]) for question, answer in found]
    return Quality(
        len(ranks),
        sum(0 < rank <= 3 for rank in ranks),
        sum(0 < rank <= 10 for rank in ranks),
        sum(1 / rank for rank in ranks if rank) / len(ranks),
        sum(not answer["count"] for _, answer in found),
        tuple(f"{q.query} ({rank or '-'})" for (q, _), rank in zip(found, ranks, strict=True) if not 0 < rank <= 3),
    )


def milliseconds(queries: Sequence[str], *searches: Search, rounds: int = 3) -> list[list[float]]:
    """How long each search takes for each query, the searches taking turns; the least of some rounds."""
    best = [[float("inf")] * len(queries) for _ in searches]
    for _ in range(rounds):
        for place, query in enumerate(queries):
            for which, search in enumerate(searches):
                begun = time.perf_counter()
                search(query)
                best[which][place] = min(best[which][place], (time.perf_counter() - begun) * 1000)
    return best


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which so many of a hundred lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share) - 1]
