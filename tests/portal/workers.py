"""Workers of CKAN's background jobs as processes of their own, in the hands of a test.

A worker is forked from the test, so that what the test has set or replaced (settings, lengths of leases, functions that
fail) holds in it too; it is CKAN's own worker otherwise, with a process for each job, but that these do not load all
plugins anew, which takes half a second.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import rq
from ckan import model
from ckan.lib import jobs, redis

WAIT = 45.0


class Quick(jobs.Worker):
    """A worker whose processes go on with what is loaded."""

    main_work_horse = rq.Worker.main_work_horse


class Crew:
    """The workers of a test; `log` is where they write."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._pids: list[int] = []
        self._orphans: list[int] = []
        forget_connections()
        redis.connect_to_redis().flushdb()

    def hire(self, services: Mapping[str, str] | None = None, kind: type[jobs.Worker] = Quick, **options: Any) -> int:
        """Start a worker; returns its pid. `services` maps settings (`solr_url`) to other addresses."""
        model.Session.remove()
        model.meta.engine.dispose()
        forget_connections()
        pid = os.fork()
        if pid == 0:
            self._work(services or {}, kind, options)
        self._pids.append(pid)
        return pid

    def _work(self, services: Mapping[str, str], kind: type[jobs.Worker], options: Mapping[str, Any]) -> None:
        code = 1
        try:
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            sys.stdout = sys.stderr = self.log.open("a", buffering=1, encoding="utf-8")
            _speak()
            use(services)
            kind().work(**options)
            code = 0
        except BaseException:  # noqa: BLE001 - a forked test must not go on as a test
            traceback.print_exc()
        finally:
            os._exit(code)

    def work_off(self, kind: type[jobs.Worker] = Quick) -> None:
        """Let one worker do what waits, and end."""
        self.join(self.hire(kind=kind, burst=True))

    def join(self, pid: int, seconds: float = WAIT) -> int:
        """Wait until a worker has ended; returns its exit code."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._pids.remove(pid)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.05)
        raise AssertionError(f"worker {pid} has not ended: {self.said()[-3000:]}")

    def horse(self, pid: int) -> int | None:
        """The process that does the job of a worker."""
        return next((child for child in _family(pid) if child != pid and _parent(child) == pid), None)

    def kill(self, pid: int, *, with_horse: bool = True) -> None:
        """Kill a worker without warning, as the kernel does where memory runs out."""
        family = _family(pid)
        self._orphans += [] if with_horse else family
        for victim in family if with_horse else [pid]:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        os.waitpid(pid, 0)
        self._pids.remove(pid)

    def is_alive(self, pid: int) -> bool:
        """Whether a worker still works."""
        return os.waitpid(pid, os.WNOHANG) == (0, 0)

    def said(self) -> str:
        """What the workers wrote."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def dismiss(self) -> None:
        """End everything that is left."""
        for victim in (*self._orphans, *(member for pid in self._pids for member in _family(pid))):
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        for pid in self._pids:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
        forget_connections()
        redis.connect_to_redis().flushdb()


def _speak() -> None:
    """Let every logger write to standard output; migrations have silenced those that were there before them."""
    for logger in logging.Logger.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
    for name in ("", "ckan", "rq.worker"):
        logging.getLogger(name).handlers = [logging.StreamHandler(sys.stdout)]


def use(services: Mapping[str, str]) -> None:
    """Let this process reach services at other addresses."""
    tk.config.update(services)
    names = {"sqlalchemy.url": "CKAN_SQLALCHEMY_URL", "ckan.redis.url": "CKAN_REDIS_URL", "solr_url": "CKAN_SOLR_URL"}
    os.environ.update({names[setting]: url for setting, url in services.items()})
    forget_connections()
    if "sqlalchemy.url" in services:
        from sqlalchemy import engine_from_config

        model.init_model(engine_from_config(dict(tk.config)))


def forget_connections() -> None:
    """Let the next use of the queue open connections of its own."""
    if redis._connection_pool is not None:
        redis._connection_pool.disconnect()
    redis._connection_pool = None
    jobs._queues.clear()


def wait_for(condition: Callable[[], Any], seconds: float = WAIT, pause: float = 0.05) -> Any:
    """Wait until something is so; returns what the condition said."""
    until = time.monotonic() + seconds
    while True:
        model.Session.rollback()
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, "this did not come true in time"
        time.sleep(pause)


def _family(leader: int) -> list[int]:
    """A worker and the processes it started; RQ 1 gives these a session of their own, RQ 2 a group of their own."""
    parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found = [leader]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int(_stat(pid)[1])
    return 0


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name: state, parent, group, session ..."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
