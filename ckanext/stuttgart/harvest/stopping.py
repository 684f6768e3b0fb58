"""A worker that is asked to end (SIGTERM, at a deployment) ends soon, and hands on what it has not done.

RQ tells only the worker and lets the process that does a job go on, for an hour if need be; hence the look at the
worker's own note. A service manager tells all processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from ckanext.stuttgart.harvest import queue

LOOK = 2.0  # seconds


class Interrupted(BaseException):
    """The work in hand is broken off; no exception handler of a reader may keep it."""


@contextlib.contextmanager
def stopping(*, at_once: bool) -> Iterator[Callable[[], bool]]:
    """Says whether the process was asked to end.

    at_once  raise Interrupted where the work stands, for work that waits for others and is begun anew anyway
    """
    asked, over = threading.Event(), threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def answer(_number: int, _frame: FrameType | None) -> None:
        if at_once and not asked.is_set():
            asked.set()
            raise Interrupted
        asked.set()

    worker = queue.worker()

    def look(worker: str) -> None:
        while not over.wait(LOOK):
            if queue.stops(worker):
                os.kill(os.getpid(), signal.SIGTERM)
                return

    before = signal.signal(signal.SIGTERM, answer)
    if worker:
        threading.Thread(target=look, args=[worker], name="harvest stopping", daemon=True).start()
    try:
        yield asked.is_set
    finally:
        over.set()
        signal.signal(signal.SIGTERM, before)
        if asked.is_set() and not worker:
            signal.raise_signal(signal.SIGTERM)  # a command ends; a worker's process ends with its one job
