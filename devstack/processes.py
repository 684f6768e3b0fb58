"""Starting, finding and stopping background processes.

A process is recognised by its working folder and its program, read from ``/proc``; there are no pid files that a
power cut or ``kill -9`` could leave behind.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from devstack.errors import StackError

PROC = Path("/proc")


def living(folder: Path, program: str) -> list[int]:
    """Return the pids of ``program`` (the start of its file name) that work in ``folder``, oldest first."""
    wanted = os.path.realpath(folder)
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if str((entry / "cwd").readlink()) != wanted:
                continue
            if (entry / "exe").readlink().name.startswith(program):
                found.append((started(entry), int(entry.name)))
        except OSError:  # gone meanwhile, a zombie, or another user's
            continue
    return [pid for _, pid in sorted(found)]


def started(entry: Path) -> int:
    """Return the clock tick at which a process began: the 22nd field of its ``stat``, the program's name the 2nd."""
    return int((entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19])


def spawn(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in ``folder`` in a session of its own, so that Ctrl-C at the terminal does not reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_ready(title: str, process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, limit: int) -> None:
    """Wait until ``ready()``; raise with the log's last lines when the process ends before, or after ``limit`` s."""
    deadline = time.monotonic() + limit
    while not ready():
        if process.poll() is not None:
            raise StackError(f"{title} ended with code {process.returncode} while starting; see {log}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise StackError(f"{title} was not ready after {limit} s; see {log}:\n{tail(log)}")
        time.sleep(0.05)


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, indented."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def stop(folder: Path, program: str, how: signal.Signals = signal.SIGTERM, limit: float = 20) -> bool:
    """Stop what :func:`living` finds, gently at first, then by force; return whether there was anything."""
    pids = living(folder, program)
    if not pids:
        return False
    send(pids[:1], how)
    if not wait_gone(folder, program, limit):
        send(living(folder, program), signal.SIGKILL)
        wait_gone(folder, program, 5)
    return True


def send(pids: Sequence[int], how: signal.Signals) -> None:
    """Send a signal to processes some of which may be gone."""
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


def wait_gone(folder: Path, program: str, limit: float) -> bool:
    """Wait until no process is left; return whether that came true within ``limit`` seconds."""
    deadline = time.monotonic() + limit
    while living(folder, program):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
