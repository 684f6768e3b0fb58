"""Who may work on a job, and until when: kept in the database, since a queue on Redis forgets and a worker can die.

A worker takes a job with a token of its own and gives a sign of life before every write (`renew`), in the transaction
of that write: a job that was given to another worker in the meantime can no longer write. What gives no sign is queued
again, three times at most (`reap`); what waits where nobody works is given up.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.stuttgart.errors import Message, plain, say
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest import queue
from ckanext.stuttgart.harvest.model import Job, Run

log = logging.getLogger(__name__)

# With a look every minute, a run whose worker died and whose queue nobody serves ends within ten minutes:
# RUNNING + QUEUED + PATIENCE and a minute for each look.
RUNNING = timedelta(seconds=90)  # without a sign of life
QUEUED = timedelta(seconds=60)  # after which a look is taken whether the queue still knows the job
PATIENCE = timedelta(seconds=240)  # beyond that, where no worker listens to the queue
HEARTBEAT = 20.0
TRIES = 3
AWAY = say("the queue of background jobs could not be reached; Redis has to be looked after")
NOBODY = say("no worker took it from the queue; `ckan jobs worker` has to be started")
# A machine that loses its power leaves its transaction open on the server, with the job locked: the server ends it.
SIGN = text(
    "SET LOCAL idle_in_transaction_session_timeout = '150s';"
    " UPDATE stuttgart_harvest_job SET deadline = :deadline WHERE id = :id AND token = :token AND state = 'running'"
)


class Lost(Exception):
    """The job belongs to another worker by now, or to nobody: stop without a trace."""


def take(job_id: str) -> str:
    """Take a queued job; returns the token. Raises Lost where it is not to be had."""
    token = tables.new_id()
    owner = f"{socket.gethostname()}:{os.getpid()}"
    deadline = tables.now() + RUNNING
    taken = (
        model.Session.query(Job)
        .filter(Job.id == job_id, Job.state == "queued")
        .update(
            {"state": "running", "token": token, "owner": owner, "deadline": deadline, "tries": Job.tries + 1},
            synchronize_session=False,
        )
    )
    model.Session.commit()
    if not taken:
        raise Lost(job_id)
    return token


def renew(job_id: str, token: str) -> None:
    """Give a sign of life, and hold the job until the end of this transaction. Raises Lost."""
    held: Any = model.Session.execute(SIGN, {"deadline": tables.now() + RUNNING, "id": job_id, "token": token})
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
                    connection.execute(SIGN, {"deadline": tables.now() + RUNNING, "id": job_id, "token": token})
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
    """Put a job back into the queue, where the worker has to stop before the job is done; it counts as no try."""
    renew(job_id, token)
    _of([job_id]).update({"tries": Job.tries - 1}, synchronize_session=False)
    start([job_id])


def start(job_ids: Iterable[str]) -> None:
    """Queue jobs, in the tables first: one that never reaches the queue is found by `reap`. Commits."""
    ids = list(job_ids)
    hold(ids)
    for job_id, kind in model.Session.query(Job.id, Job.kind).filter(Job.id.in_(ids)).all():
        try:
            _of([job_id]).update({"queue_id": queue.put(job_id, kind)}, synchronize_session=False)
        except queue.Unreachable:
            log.warning("harvest job %s waits: the queue cannot be reached", job_id)
    model.Session.commit()


def hold(job_ids: Iterable[str]) -> None:
    """Make jobs ready for the caller itself, past the queue; should it die, `reap` queues them. Commits."""
    _of(list(job_ids)).update(
        {"state": "queued", "token": None, "deadline": tables.now() + QUEUED}, synchronize_session=False
    )
    model.Session.commit()


def reap() -> dict[str, Message]:
    """Queue again what lost its worker or its place in the queue; returns the runs nobody works on, with the reason."""
    moment = tables.now()
    overdue = _overdue(moment)
    if not overdue:
        model.Session.commit()
        return {}
    waiting, listening = queue.waiting(), queue.workers()
    served = bool(listening) or _busy(moment)
    again: list[str] = []
    deserted: dict[str, Message] = {}
    for job in overdue:
        if job.state == "running":
            _lost_its_worker(job, again)
        elif waiting is not None and job.queue_id not in waiting:
            log.warning("harvest job %s (%s) lost its place in the queue and is queued again", job.id, job.kind)
            again.append(job.id)
        elif served:
            job.deadline = moment + QUEUED
        elif job.deadline and job.deadline < moment - PATIENCE:
            deserted[job.run_id] = AWAY if listening is None else NOBODY
    model.Session.commit()
    if again:
        start(again)
    return deserted


def _lost_its_worker(job: Job, again: list[str]) -> None:
    if job.tries < TRIES:
        log.warning("harvest job %s (%s) lost its worker and is queued again", job.id, job.kind)
        job.state, job.token = "queued", None
        again.append(job.id)
        return
    log.error("harvest job %s (%s) lost its worker %s times and is given up", job.id, job.kind, job.tries)
    job.state, job.token, job.deadline = "failed", None, None
    run = model.Session.query(Run).filter(Run.id == job.run_id).one()
    run.error = run.error or plain(
        say("its worker died {number} times, perhaps for want of memory; see the log", number=job.tries)
    )


def _overdue(moment: datetime) -> list[Job]:
    """Jobs past their deadline, locked until the commit; those another process looks at are left out."""
    return (
        model.Session.query(Job)
        .filter(Job.state.in_(("queued", "running")), Job.deadline < moment)
        .order_by(Job.deadline)
        .limit(100)
        .with_for_update(skip_locked=True)
        .all()
    )


def _busy(moment: datetime) -> bool:
    """Whether a worker is at work somewhere, which comes to what waits when it is done."""
    working = model.Session.query(Job.id).filter(Job.state == "running", Job.deadline >= moment)
    return working.first() is not None


def _of(job_ids: Sequence[str]) -> Any:
    return model.Session.query(Job).filter(Job.id.in_(job_ids))
