"""Who may work on a job, and until when: kept in the database, since a queue on Redis forgets and a worker can die.

A worker takes a job with a token of its own and gives a sign of life before every write (`renew`), in the transaction
of that write: a job that was given to another worker in the meantime can no longer write. What gives no sign is queued
again, three times at most (`reap`).
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.stuttgart.harvest import queue
from ckanext.stuttgart.harvest.model import Job, new_id, now

log = logging.getLogger(__name__)

RUNNING = timedelta(seconds=90)  # without a sign of life
QUEUED = timedelta(seconds=120)  # after which a look is taken whether the queue still knows the job
HEARTBEAT = 20.0
TRIES = 3
SIGN = text(
    "UPDATE stuttgart_harvest_job SET deadline = :deadline WHERE id = :id AND token = :token AND state = 'running'"
)


class Lost(Exception):
    """The job belongs to another worker by now, or to nobody: stop without a trace."""


def take(job_id: str) -> str:
    """Take a queued job; returns the token. Raises Lost where it is not to be had."""
    token = new_id()
    owner = f"{socket.gethostname()}:{os.getpid()}"
    taken = (
        model.Session.query(Job)
        .filter(Job.id == job_id, Job.state == "queued")
        .update(
            {"state": "running", "token": token, "owner": owner, "deadline": now() + RUNNING, "tries": Job.tries + 1},
            synchronize_session=False,
        )
    )
    model.Session.commit()
    if not taken:
        raise Lost(job_id)
    return token


def renew(job_id: str, token: str) -> None:
    """Give a sign of life, and hold the job until the end of this transaction. Raises Lost."""
    held: Any = model.Session.execute(SIGN, {"deadline": now() + RUNNING, "id": job_id, "token": token})
    if not held.rowcount:
        model.Session.rollback()
        raise Lost(job_id)


@contextmanager
def heartbeat(job_id: str, token: str) -> Iterator[None]:
    """Signs of life from a thread, for work that may wait for a remote server longer than a lease lasts."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT):
            try:
                engine: Any = model.meta.engine
                with engine.begin() as connection:
                    connection.execute(SIGN, {"deadline": now() + RUNNING, "id": job_id, "token": token})
            except Exception:  # noqa: BLE001 - the next beat may reach the database again; without any the lease ends
                log.warning("harvest job %s could not give a sign of life", job_id)

    thread = threading.Thread(target=beat, name="harvest heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)


def close(job_id: str, token: str, state: str = "done") -> None:
    """Give a job up as done or failed, in the caller's transaction. Raises Lost."""
    renew(job_id, token)
    model.Session.query(Job).filter(Job.id == job_id).update(
        {"state": state, "token": None, "deadline": None}, synchronize_session=False
    )


def give_back(job_id: str, token: str) -> None:
    """Put a job back into the queue, where the worker has to stop before the job is done."""
    renew(job_id, token)
    start([job_id])


def start(job_ids: Iterable[str]) -> None:
    """Queue jobs, in the tables first: one that never reaches the queue is found by `reap`. Commits."""
    ids = list(job_ids)
    _of(ids).update({"state": "queued", "token": None, "deadline": now() + QUEUED}, synchronize_session=False)
    model.Session.commit()
    for job_id, kind in model.Session.query(Job.id, Job.kind).filter(Job.id.in_(ids)).all():
        try:
            _of([job_id]).update({"queue_id": queue.put(job_id, kind)}, synchronize_session=False)
        except queue.Unreachable:
            log.warning("harvest job %s waits: the queue cannot be reached", job_id)
    model.Session.commit()


def hold(job_ids: Iterable[str]) -> None:
    """Make jobs ready for the caller itself, past the queue; should it die, `reap` queues them. Commits."""
    _of(list(job_ids)).update({"state": "queued", "token": None, "deadline": now() + QUEUED}, synchronize_session=False)
    model.Session.commit()


def reap() -> list[str]:
    """Queue again what lost its worker or its place in the queue; returns the ids of runs with jobs that gave up."""
    again, failed = [], set()
    for job in _overdue():
        lost = "worker" if job.state == "running" else "place in the queue"
        if job.state == "queued" and job.queue_id and queue.holds(job.queue_id):
            job.deadline = now() + QUEUED
        elif job.state == "running" and job.tries >= TRIES:
            log.error("harvest job %s (%s) lost its worker %s times and is given up", job.id, job.kind, job.tries)
            job.state, job.token, job.deadline = "failed", None, None
            failed.add(job.run_id)
        else:
            log.warning("harvest job %s (%s) lost its %s and is queued again", job.id, job.kind, lost)
            job.state, job.token, job.deadline = "queued", None, now() + QUEUED
            again.append(job.id)
    model.Session.commit()
    start(again)
    return sorted(failed)


def _overdue() -> list[Job]:
    """Jobs past their deadline, locked until the commit; those another process looks at are left out."""
    return (
        model.Session.query(Job)
        .filter(Job.state.in_(("queued", "running")), Job.deadline < now())
        .order_by(Job.deadline)
        .limit(100)
        .with_for_update(skip_locked=True)
        .all()
    )


def _of(job_ids: Sequence[str]) -> Any:
    return model.Session.query(Job).filter(Job.id.in_(job_ids))
