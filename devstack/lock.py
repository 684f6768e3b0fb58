"""One command at a time in a folder."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.errors import StackError
from devstack.progress import say


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold an advisory lock; the kernel frees it when the process ends, however that happens."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another command that holds {file} ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def only_one(file: Path, sentence: str) -> Iterator[None]:
    """Hold an advisory lock, or raise with the sentence when another command holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(sentence) from None
        yield
