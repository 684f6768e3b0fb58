"""Measure, and print tables: `make bench-search`, with ARGS="quality" or ARGS="speed" a part of it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.searching import lists, portal, speed
from tests.searching.lists import Question
from tests.searching.measures import HEADINGS, quality

LISTS: dict[str, tuple[Callable[[], list[Question]], ...]] = {
    "corpus": (lists.tuning, lambda: lists.blind("corpus")),
    "demo": (lists.citizens, lists.own, lambda: lists.blind("demo")),
}
NAMES = {"corpus": ("55 of the reference", "own, blind"), "demo": ("90 citizens", "own, tuned", "own, blind")}


def main() -> int:
    """Run the parts that are named, else all."""
    wanted = sys.argv[1:] or ["quality", "speed"]
    with portal.running():
        if "quality" in wanted:
            measure("corpus", "-v" in wanted)
            measure("demo", "-v" in wanted)
        if "speed" in wanted:
            speed.measure()
        portal.emptied()
    return 0


def measure(catalogue: str, names: bool) -> None:
    """Fill the portal and ask every list: stock CKAN, German without synonyms, German."""
    portal.emptied()
    if catalogue == "demo":
        portal.filled_with_demo()
    else:
        portal.filled(lists.corpus())
    print(f"\n{catalogue:22} {'':18} {HEADINGS}")
    for name, questions in zip(NAMES[catalogue], LISTS[catalogue], strict=True):
        ask(name, questions(), names)


def ask(name: str, questions: Sequence[Question], names: bool) -> None:
    """Print a line for each way to search."""
    german, stock = portal.searching(), portal.searching(ext_stgt="0")
    print(f"{name:22} {'stock CKAN':18} {quality(questions, stock)}")
    with tempfile.TemporaryDirectory() as folder, portal.without_synonyms(Path(folder)):
        print(f"{'':22} {'without synonyms':18} {quality(questions, german)}")
    found = quality(questions, german)
    print(f"{'':22} {'with synonyms':18} {found}", flush=True)
    if names:
        print("    not in the first 3:", ", ".join(found.failed))


if __name__ == "__main__":
    sys.exit(main())
