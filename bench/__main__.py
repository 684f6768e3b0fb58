"""`python -m bench [GROUP ...]`: measure, and print a table. Slow figures are no error: the exit code is 0."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time

from bench.groups import Skipped, groups
from bench.measure import Figure
from bench.table import table


def main() -> int:
    """Run the groups that are named, else all."""
    known = groups()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("group", nargs="*", help=f"of {', '.join(known)}; all without one")
    wanted = parser.parse_args().group or list(known)
    if unknown := [name for name in wanted if name not in known]:
        parser.error(f"there is no group {', '.join(unknown)}; there are {', '.join(known)}")
    begun = time.monotonic()
    found: list[tuple[str, Figure]] = []
    for name in wanted:
        say(f"Measuring {name}")
        try:
            found += [(name, figure) for figure in known[name].figures()]
        except Skipped as reason:
            say(f"Skipped {name}: {reason}.")
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    say(f"Measured in {time.monotonic() - begun:.0f} s")
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load}; least / median / greatest run"
    )
    if found:
        print(table(found))
    return 0


def say(text: str) -> None:
    """A line of progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
