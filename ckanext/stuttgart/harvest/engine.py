"""A run from its start to its end: which job comes when, who finishes it, what is left to do when something died."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from ckan import model
from sqlalchemy.exc import IntegrityError

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import Message, SourceError, StuttgartError, plain, say
from ckanext.stuttgart.harvest import gather, leases, ledger, limits, report, schedule, sources, store, sync
from ckanext.stuttgart.harvest.model import Job, Run, Source, new_id, now
from ckanext.stuttgart.harvest.write import Writing

log = logging.getLogger(__name__)

UNFINISHED = ("queued", "running")
FINISH = 9  # the last phase


class AlreadyRunning(StuttgartError):
    """A run of the source is not over yet."""

    def __str__(self) -> str:
        return f"A run of {self.args[0]!r} is still going on."


def begin(source: Source, started_by: str) -> str:
    """Make a run with its first job, without queueing it; returns the run's id. Raises AlreadyRunning."""
    run = Run(id=new_id(), source_id=source.id, started_by=started_by)
    title = source.title
    model.Session.add(run)
    try:
        model.Session.flush()
    except IntegrityError:
        model.Session.rollback()
        raise AlreadyRunning(title) from None
    model.Session.add(Job(id=new_id(), run_id=run.id, kind="gather", phase=0, state="waiting"))
    source.next_run = schedule.following(source.frequency, source.next_run, now())
    run_id = run.id
    model.Session.commit()
    return run_id


def start(source: Source, started_by: str) -> str:
    """Start a run on the queue; returns its id. Raises AlreadyRunning."""
    run_id = begin(source, started_by)
    advance(run_id)
    return run_id


def run_now(source: Source, started_by: str) -> str:
    """Do a whole run in this process, for a command; returns its id. Raises AlreadyRunning."""
    run_id = begin(source, started_by)
    while advance(run_id, queue=False):
        ids = _queued(run_id)
        for job_id in ids:
            work(job_id, limited=False)
        if not ids:  # another worker has taken a job of this run
            time.sleep(1)
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
    with limits.memory(settings.harvest_memory()) if limited else contextlib.nullcontext(), _stopping() as stop:
        try:
            whole = KINDS[kind](run_id, job_id, token, stop)
        except leases.Lost:
            log.warning("harvest job %s went to another worker", job_id)
            return
        except Exception as error:
            log.exception("harvest job %s (%s)", job_id, kind)
            model.Session.rollback()
            _give_up(run_id, job_id, token, error)
            return
        if whole:
            leases.close(job_id, token)
            model.Session.commit()
            if kind == "finish":
                report.send(_run(run_id))
        else:
            leases.give_back(job_id, token)
            return
    if limited:
        advance(run_id)


def _give_up(run_id: str, job_id: str, token: str, error: Exception) -> None:
    """A job that failed as a whole: the run says so and goes on with what is left."""
    with contextlib.suppress(leases.Lost):
        leases.close(job_id, token, "failed")
        run = _run(run_id)
        run.error = run.error or plain(_said(error))
        model.Session.commit()
        advance(run_id)


def _said(error: Exception) -> Message:
    if isinstance(error, SourceError):
        return say("{source}: {problem}", source=error.source, problem=error.problem)
    if isinstance(error, StuttgartError):
        return say("{error}", error=error)
    return say("The run stopped with an error nobody foresaw ({error}; see the log)", error=type(error).__name__)


# --- the kinds of jobs -----------------------------------------------------------------------------------------------


def _gather(run_id: str, job_id: str, token: str, stop: Callable[[], bool]) -> bool:
    run = _run(run_id)
    source = _source(run.source_id)
    run.started = run.started or now()
    model.Session.commit()
    with leases.heartbeat(job_id, token):
        reading = gather.Gathering(source, run, sources.opened(source), job_id, token)
        plan = reading.read()
    leases.renew(job_id, token)
    run.complete, run.held = reading.complete, plain(plan.reason)
    run.counts = {"unchanged": len(plan.unchanged)}
    for id_ in plan.foreign:
        gather.note_foreign(run, source, id_)
    ledger.assign(source.id, [record.id for record in ledger.held(source.id)], None, None)
    writes = list(plan.writes)
    parts = [
        (gather.SERIES, "write", [id_ for id_ in writes if id_ in reading.first]),
        (gather.WRITES, "write", [id_ for id_ in writes if id_ not in reading.first]),
        (gather.REMOVALS, "remove", list(plan.removals)),
    ]
    for phase, kind, ids in parts:
        _plan_jobs(run, source, phase, kind, ids)
    if plan.held:
        ledger.assign(source.id, plan.gone, "held", None)
    run.total = len(writes) + len(plan.removals)
    run.state = "writing"
    return True


def _plan_jobs(run: Run, source: Source, phase: int, kind: str, ids: list[str]) -> None:
    todo = "write" if kind == "write" else "remove"
    for start_ in range(0, len(ids), gather.BATCH):
        job = Job(id=new_id(), run_id=run.id, kind=kind, phase=phase, state="waiting")
        model.Session.add(job)
        ledger.assign(source.id, ids[start_ : start_ + gather.BATCH], todo, job.id)


def _write(run_id: str, job_id: str, token: str, stop: Callable[[], bool]) -> bool:
    with _writing():
        return _worker(run_id, job_id, token, stop).write()


def _remove(run_id: str, job_id: str, token: str, stop: Callable[[], bool]) -> bool:
    with _writing():
        return _worker(run_id, job_id, token, stop).remove()


def _finish(run_id: str, job_id: str, token: str, stop: Callable[[], bool]) -> bool:
    """The last job of a run: nobody else does it meanwhile, and it can be done again."""
    run = _run(run_id)
    source = _source(run.source_id)
    ledger.abandon(run_id)
    read = (
        not model.Session.query(Job).filter(Job.run_id == run_id, Job.kind == "gather", Job.state == "failed").count()
    )
    if read and run.state != "aborted":
        with leases.heartbeat(job_id, token), _writing():
            _delete_expired(run, source)
            sync.mend(source.id)
    leases.renew(job_id, token)
    _end(run, read=read)
    ledger.forget(source.id, settings.harvest_kept_runs())
    return True


def _end(run: Run, *, read: bool) -> None:
    run.counts = ledger.counts(run)
    if run.state != "aborted":
        run.state = "finished" if read and not run.error else "failed"
    run.finished = now()


KINDS: dict[str, Callable[[str, str, str, Callable[[], bool]], bool]] = {
    "gather": _gather,
    "write": _write,
    "remove": _remove,
    "finish": _finish,
}


def _worker(run_id: str, job_id: str, token: str, stop: Callable[[], bool]) -> Writing:
    run = _run(run_id)
    return Writing(_source(run.source_id), run, job_id, token, stop)


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(store.one_solr_commit())
        if not settings.harvest_activity():
            stack.enter_context(store.without_activities())
        yield


@contextlib.contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Says whether the process was asked to end (SIGTERM, at a deployment), so that the record in hand is finished."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
        if asked.is_set():
            signal.raise_signal(signal.SIGTERM)


# --- the life of a run -----------------------------------------------------------------------------------------------


def advance(run_id: str, *, queue: bool = True) -> bool:
    """Start what comes next in a run, or finish it; any process may ask at any time. Returns whether it goes on.

    queue  False where the caller does the jobs itself
    """
    run = model.Session.query(Run).filter(Run.id == run_id).with_for_update().one_or_none()
    if run is None or run.finished:
        model.Session.commit()
        return False
    jobs = model.Session.query(Job.id, Job.phase, Job.state).filter(Job.run_id == run_id).order_by(Job.phase).all()
    if any(state in UNFINISHED for _, _, state in jobs):
        model.Session.commit()
        return True
    waiting = [(id_, phase) for id_, phase, state in jobs if state == "waiting" and run.state != "aborted"]
    following = [id_ for id_, phase in waiting if phase == waiting[0][1]]
    if not following:
        if any(phase == FINISH for _, phase, _ in jobs):
            _end(run, read=False)  # not even the end could be reached
            model.Session.commit()
            return False
        last = Job(id=new_id(), run_id=run_id, kind="finish", phase=FINISH, state="waiting")
        model.Session.add(last)
        model.Session.flush()
        following = [last.id]
    (leases.start if queue else leases.hold)(following)
    return True


def _delete_expired(run: Run, source: Source) -> None:
    """Delete what has been hidden for longer than the time of grace."""
    user = store.site_user()
    before = now() - timedelta(days=settings.harvest_grace_days())
    for id_ in ledger.expired(source.id, before):
        record = ledger.record(source.id, id_)
        if record is None:
            continue
        record.state = "deleted"
        ledger.note(run.id, record, "deleted", say("was hidden for the time of grace"))
        model.Session.flush()
        there = store.stored([record.package_id]).get(record.package_id)
        if there is not None and there.state == "active":
            store.delete(record.package_id, user)


def look_after() -> None:
    """Queue again what was lost, end what gave up, finish what everybody forgot; cheap, and asked for often."""
    leases.reap()
    for run_id in _idle():
        advance(run_id)


def due() -> list[str]:
    """Start every source whose time has come; returns the names of those started. For a timer."""
    look_after()
    names: list[str] = []
    ready = (
        model.Session.query(Source)
        .filter(Source.active.is_(True), Source.next_run <= now())
        .order_by(Source.next_run)
        .with_for_update(skip_locked=True)
        .all()
    )
    for source in ready:
        name = source.name
        with contextlib.suppress(AlreadyRunning):
            start(source, "schedule")
            names.append(name)
    model.Session.commit()
    return names


def abort(run: Run) -> None:
    """End a run: its workers lose their jobs and stop at the next record."""
    run.state = "aborted"
    model.Session.query(Job).filter(Job.run_id == run.id).update(
        {"state": "failed", "token": None, "deadline": None}, synchronize_session=False
    )
    run_id = run.id
    model.Session.commit()
    advance(run_id)


def approve(source: Source, started_by: str) -> str:
    """Hide what waits for a person's word; returns the id of the run that does it. Raises AlreadyRunning."""
    ids = [record.id for record in ledger.held(source.id)]
    run_id = begin(source, started_by)
    run = _run(run_id)
    model.Session.query(Job).filter(Job.run_id == run_id).delete(synchronize_session=False)
    _plan_jobs(run, source, gather.REMOVALS, "remove", ids)
    run.complete, run.state, run.total = True, "writing", len(ids)
    model.Session.commit()
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


def _run(run_id: str) -> Run:
    return model.Session.query(Run).filter(Run.id == run_id).one()


def _source(source_id: str) -> Source:
    return model.Session.query(Source).filter(Source.id == source_id).one()
