"""A run from its start to its end: which job comes when, who finishes it, what is left to do when something died."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from ckan import model
from sqlalchemy.exc import IntegrityError, OperationalError

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import Message, StuttgartError, plain
from ckanext.stuttgart.harvest import jobs, leases, ledger, limits, outcomes, report, schedule, trouble
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.model import Job, Run, Source, new_id
from ckanext.stuttgart.harvest.stopping import Interrupted, stopping

log = logging.getLogger(__name__)

UNFINISHED = ("queued", "running")
# When a scheduled run that nobody worked on is tried again.
SOON = timedelta(hours=1)


class AlreadyRunning(StuttgartError):
    """A run of the source is not over yet."""

    def __str__(self) -> str:
        return f"A run of {self.args[0]!r} is still going on."


class DatabaseAway(StuttgartError):
    """The database went away while a command was at work."""

    def __str__(self) -> str:
        return "The database went away; the workers go on with the run, see `ckan stuttgart harvest status`."


def begin(source: Source, started_by: str, plan: Callable[[Run, Source], None] = jobs.plan_gathering) -> str:
    """Make a run with its first jobs, without queueing them; returns the run's id. Raises AlreadyRunning."""
    run = Run(id=new_id(), source_id=source.id, started_by=started_by)
    title = source.title
    model.Session.add(run)
    try:
        model.Session.flush()
    except IntegrityError:
        model.Session.rollback()
        raise AlreadyRunning(title) from None
    plan(run, source)
    source.next_run = schedule.following(source.frequency, source.next_run, tables.now())
    run_id = run.id
    model.Session.commit()
    return run_id


def start(source: Source, started_by: str) -> str:
    """Start a run on the queue; returns its id. Raises AlreadyRunning."""
    run_id = begin(source, started_by)
    advance(run_id)
    return run_id


def run_now(source: Source, started_by: str) -> str:
    """Do a whole run in this process, for a command; returns its id. Raises AlreadyRunning or DatabaseAway."""
    run_id = begin(source, started_by)
    try:
        while advance(run_id, queue=False):
            ids = _queued(run_id)
            for job_id in ids:
                work(job_id, limited=False)
            if not ids:  # another worker has taken a job of this run
                time.sleep(1)
                look_after()
    except OperationalError as error:
        raise DatabaseAway from error
    return run_id


def work(job_id: str, *, limited: bool = True) -> None:
    """What a worker does for a job of the queue.

    limited  False in a process that goes on to do other things: no limit of memory is set then
    """
    look_after()
    try:
        token = leases.take(job_id)
    except leases.Lost:
        log.info("harvest job %s is done or in other hands", job_id)
        return
    job = model.Session.query(Job).filter(Job.id == job_id).one()
    run_id, kind = job.run_id, job.kind
    model.Session.commit()
    memory = limits.memory(settings.harvest_memory()) if limited else contextlib.nullcontext()
    with memory, stopping(at_once=kind == "gather") as stop, leases.heartbeat(job_id, token):
        whole = _attempt(kind, jobs.Task(run_id, job_id, token, stop))
    if whole and limited:
        advance(run_id)


def _attempt(kind: str, task: jobs.Task) -> bool:
    """Do a job; returns whether the run may go on: the job is over, done or failed."""
    try:
        if not jobs.KINDS[kind](task):
            leases.give_back(task.job_id, task.token)
            return False
        leases.close(task.job_id, task.token)
        model.Session.commit()
    except leases.Lost:
        log.warning("harvest job %s went to another worker", task.job_id)
        return False
    except Interrupted:
        model.Session.rollback()
        with contextlib.suppress(leases.Lost):
            leases.give_back(task.job_id, task.token)
        return False
    except Exception as error:
        log.exception("harvest job %s (%s)", task.job_id, kind)
        model.Session.rollback()
        if trouble.of_the_database(error):
            raise  # nobody can write that down; the lease ends and the job is done again
        return _give_up(task, error)
    if kind == "finish":
        report.send(task.run_id)
    return True


def _give_up(task: jobs.Task, error: Exception) -> bool:
    """A job that failed as a whole: the run says so and goes on with what is left."""
    try:
        leases.close(task.job_id, task.token, "failed")
    except leases.Lost:
        return False
    run = jobs.run_of(task.run_id)
    run.error = run.error or plain(trouble.of_the_run(error))
    model.Session.commit()
    return True


# --- the life of a run -----------------------------------------------------------------------------------------------


def advance(run_id: str, *, queue: bool = True) -> bool:
    """Start what comes next in a run, or finish it; any process may ask at any time. Returns whether it goes on.

    queue  False where the caller does the jobs itself
    """
    run = model.Session.query(Run).filter(Run.id == run_id).with_for_update().one_or_none()
    if run is None or run.finished:
        model.Session.commit()
        return False
    every = model.Session.query(Job.id, Job.phase, Job.state).filter(Job.run_id == run_id).order_by(Job.phase).all()
    if any(state in UNFINISHED for _, _, state in every):
        model.Session.commit()
        return True
    waiting = [(id_, phase) for id_, phase, state in every if state == "waiting"]
    following = [id_ for id_, phase in waiting if phase == waiting[0][1]]
    if not following:
        if any(phase == jobs.FINISH for _, phase, _ in every):
            _close(run)  # not even the end could be reached
            return False
        last = Job(id=new_id(), run_id=run_id, kind="finish", phase=jobs.FINISH, state="waiting")
        model.Session.add(last)
        model.Session.flush()
        following = [last.id]
    (leases.start if queue else leases.hold)(following)
    return True


def look_after() -> None:
    """Queue again what was lost, end what gave up, finish what everybody forgot; cheap, and asked for often."""
    for run_id, reason in leases.reap().items():
        run = model.Session.query(Run).filter(Run.id == run_id).with_for_update().one_or_none()
        if run is not None and not run.finished:
            log.error("harvest run %s is ended: %s", run_id, reason)
            source = jobs.source_of(run.source_id)
            if source.next_run and run.started_by == "schedule":
                source.next_run = min(source.next_run, tables.now() + SOON)
            _close(run, reason)
    for run_id in _idle():
        advance(run_id)


def due() -> list[str]:
    """Start every source whose time has come; returns the names of those started. For a timer."""
    look_after()
    names: list[str] = []
    ready = model.Session.query(Source.id).filter(Source.active.is_(True), Source.next_run <= tables.now())
    for (id_,) in ready.order_by(Source.next_run).all():
        # Locked one by one: two timers at once start each source once.
        query = model.Session.query(Source).filter(Source.id == id_, Source.next_run <= tables.now())
        source = query.with_for_update(skip_locked=True).one_or_none()
        if source is None:
            continue
        name = source.name
        with contextlib.suppress(AlreadyRunning):
            start(source, "schedule")
            names.append(name)
    model.Session.commit()
    return names


def abort(run: Run, reason: Message) -> None:
    """End a run at once: its workers lose their jobs and stop at the next record."""
    run.state = "aborted"
    _close(run, reason)


def _close(run: Run, reason: Message | None = None) -> None:
    """End a run without a worker: what it leaves undone is found again by the next one. Commits."""
    run_id = run.id
    model.Session.query(Job).filter(Job.run_id == run_id, Job.state != "done").update(
        {"state": "failed", "token": None, "deadline": None}, synchronize_session=False
    )
    outcomes.abandon(run_id)
    if reason is not None:
        run.error = run.error or plain(reason)
    jobs.end(run)
    model.Session.commit()
    report.send(run_id)


def approve(source: Source, started_by: str) -> str:
    """Hide what waits for a person's word; returns the id of the run that does it. Raises AlreadyRunning."""
    run_id = begin(source, started_by, jobs.plan_removals)
    advance(run_id)
    return run_id


def discard(source: Source) -> int:
    """Keep what waits for a person's word: it stays in the portal and no longer belongs to the source."""
    records = ledger.held(source.id)
    for record in records:
        record.todo, record.state = None, "kept"
    model.Session.commit()
    return len(records)


def _idle() -> list[str]:
    """Unfinished runs without a job that is queued or running: whoever ended the last one died before the next step."""
    busy = model.Session.query(Job.run_id).filter(Job.state.in_(UNFINISHED))
    rows = model.Session.query(Run.id).filter(Run.finished.is_(None), ~Run.id.in_(busy))
    return [id_ for (id_,) in rows]


def _queued(run_id: str) -> list[str]:
    rows = model.Session.query(Job.id).filter(Job.run_id == run_id, Job.state == "queued").order_by(Job.phase)
    return [id_ for (id_,) in rows]
