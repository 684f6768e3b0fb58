"""Runs against each other: in turn, so that a busy machine slows both, several times, after one that does not count."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Clock = Callable[[], float]

WORK: Clock = time.process_time
"""Seconds this process computed; what else the machine does hardly counts. For all that stays in this process."""

WAIT: Clock = time.perf_counter
"""Seconds that passed, with the waiting for databases and child processes."""

Contestant = Callable[[int], Callable[[], object]]
"""The number of a round -> what is timed; what it does itself is preparation and is not."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    what    is measured, with its unit in `unit`
    ours    one value a run; the smaller, the better
    stock   the same of what `rival` names, () where there is nothing to compare with
    target  how many times as good as the rival we want to be
    """

    what: str
    unit: str
    ours: tuple[float, ...]
    stock: tuple[float, ...] = ()
    rival: str = ""
    target: float | None = None

    @property
    def times(self) -> float | None:
        """How many times as good: the ratio of the medians."""
        return statistics.median(self.stock) / statistics.median(self.ours) if self.stock else None


def race(rounds: int, contestants: Mapping[str, Contestant], clock: Clock = WORK) -> dict[str, tuple[float, ...]]:
    """Seconds of each run by contestant. Round 0 warms up; who goes first changes from round to round."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name in list(contestants)[:: 1 if number % 2 else -1]:
            run = contestants[name](number)
            gc.collect()
            begun = clock()
            run()
            taken = clock() - begun
            if number:
                seconds[name].append(taken)
    return {name: tuple(values) for name, values in seconds.items()}


def each(seconds: tuple[float, ...], number: int) -> tuple[float, ...]:
    """Seconds for so many things as milliseconds for one."""
    return tuple(value / number * 1000 for value in seconds)
