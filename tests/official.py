"""The judge of the shared folder: the official shapes of DCAT-AP.de 3.0 and GovData's dashboard rules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def verdicts(shared: Path, files: Iterable[Path], *, as_published: bool = False) -> list[dict[str, Any]]:
    """One dict a file: `violations`, `warnings`, `dashboard` (numbers) and `results` (what was found)."""
    options = ["--json", *(["--as-published"] if as_published else [])]
    command = [sys.executable, str(shared / "dcat-ap-de" / "check.py"), *options, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_conforming(shared: Path, file: Path, *, dashboard: bool = True) -> None:
    """No violation in either mode and, with `dashboard`, nothing that GovData's dashboard would show."""
    for as_published in (False, True):
        (verdict,) = verdicts(shared, [file], as_published=as_published)
        found = [(r["message"], r["focus"], r["value"]) for r in verdict["results"] if r["severity"] == "Violation"]
        assert found == []
        assert verdict["violations"] == 0
        if dashboard:
            assert verdict["dashboard"] == 0, verdict["dashboard_results"]
