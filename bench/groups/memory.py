"""The most memory that commands take, each in a process of its own.

Not by `getrusage`: Linux counts for a child what its parent held when it was started, and this process is large.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench import cases, portal
from bench.groups import Group
from bench.measure import Figure

DATASETS = 1000
PARSER = "harvest/child"
"""What the command line of the child that parses holds."""


def _figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.ttl"
        with portal.opened():
            portal.emptied()
        file.write_bytes(cases.text_of(cases.catalogue(1)))
        start = _peaks("stuttgart", "import", str(file), "--organization", portal.ORGANIZATION)
        file.write_bytes(cases.text_of(cases.catalogue(DATASETS, 1)))
        ours = _peaks("stuttgart", "import", str(file), "--organization", portal.ORGANIZATION)
        stock = _peaks("dcat", "consume", str(file), "--format", "ttl", "--profiles", portal.STOCK_PROFILE)
    yield Figure("import of 1 dataset", "MB", (start[""],))
    yield Figure(
        f"import of {DATASETS} datasets", "MB", (ours[""],), (stock[""],), "dcat consume, which writes nothing"
    )
    yield Figure("its parser", "MB", (ours[PARSER],))


def _peaks(*words: str) -> dict[str, float]:
    """Run a command of CKAN; the most MB resident of the command (under "") and of its parser (under `PARSER`)."""
    command = [sys.executable, str(Path(sys.executable).with_name("ckan")), "-c", os.environ["CKAN_INI"], *words]
    peaks: dict[str, float] = defaultdict(float)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        while process.poll() is None:
            for pid in (process.pid, *_children(process.pid)):
                kind = "" if pid == process.pid else PARSER if PARSER in _read(pid, "cmdline") else "other"
                peaks[kind] = max(peaks[kind], _high_water(pid))
            time.sleep(0.01)
        said.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(words)} failed: {said.read().decode()[-2000:]}")
    return peaks


def _children(pid: int) -> list[int]:
    return [int(word) for word in _read(pid, f"task/{pid}/children").split()]


def _high_water(pid: int) -> float:
    lines = [line for line in _read(pid, "status").splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1000 if lines else 0.0


def _read(pid: int, name: str) -> str:
    """A file of /proc, "" where the process has ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


GROUP = Group("memory", _figures)
