"""The kinds of jobs of a run: read the source, write, hide, delete, finish. Each can be done again from its start."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ckan import model

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import plain, say
from ckanext.stuttgart.harvest import gather, leases, ledger, outcomes, sources, store, sync
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.model import Job, Run, Source, new_id
from ckanext.stuttgart.harvest.pipeline import Plan
from ckanext.stuttgart.harvest.write import Writing

BATCH = 200
GATHERING, SERIES, WRITES, REMOVALS, DELETIONS, FINISH = 0, 1, 2, 3, 4, 9  # phases


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker; `stop` says whether the worker was asked to end."""

    run_id: str
    job_id: str
    token: str
    stop: Callable[[], bool]

    def renew(self) -> None:
        """Give a sign of life, and hold the job until the end of this transaction. Raises leases.Lost."""
        leases.renew(self.job_id, self.token)


def run_of(run_id: str) -> Run:
    """A run."""
    return model.Session.query(Run).filter(Run.id == run_id).one()


def source_of(source_id: str) -> Source:
    """A source."""
    return model.Session.query(Source).filter(Source.id == source_id).one()


def plan_gathering(run: Run, _source: Source) -> None:
    """The first job of most runs."""
    model.Session.add(Job(id=new_id(), run_id=run.id, kind="gather", phase=GATHERING, state="waiting"))


def plan_removals(run: Run, source: Source) -> None:
    """The jobs of a run that only hides what a person decided on."""
    ids = [record.id for record in ledger.held(source.id)]
    _plan(run, source, REMOVALS, "remove", ids)
    run.started, run.complete, run.state, run.total = tables.now(), True, "writing", len(ids)


def _plan(run: Run, source: Source, phase: int, kind: str, ids: list[str]) -> None:
    for start in range(0, len(ids), BATCH):
        job = Job(id=new_id(), run_id=run.id, kind=kind, phase=phase, state="waiting")
        model.Session.add(job)
        ledger.assign(source.id, ids[start : start + BATCH], kind, job.id)


# --- what a worker does ----------------------------------------------------------------------------------------------


def _gather(task: Task) -> bool:
    run = run_of(task.run_id)
    source = source_of(run.source_id)
    task.renew()
    outcomes.restart(run)
    run.started = run.started or tables.now()
    model.Session.commit()
    reading = gather.Gathering(source, run, sources.opened(source), task.renew)
    plan = reading.read()
    task.renew()
    run.complete, run.held = reading.complete, plain(plan.reason)
    run.counts = {"unchanged": len(plan.unchanged)}
    if plan.held and not reading.seen:
        run.error = plain(plan.reason)  # an empty answer is no success
    gather.note_foreign(run, source, plan.foreign)
    ledger.seen_again(source.id, plan.returned + plan.unread)
    ledger.assign(source.id, [record.id for record in ledger.held(source.id)], None, None)
    _plan_writing(run, source, plan, reading.first)
    if plan.held:
        ledger.assign(source.id, plan.gone, "held", None)
    run.state = "writing"
    return True


def _plan_writing(run: Run, source: Source, plan: Plan, first: Iterable[str]) -> None:
    """Series come before their members; what goes comes after what takes its place."""
    earlier = set(first)
    _plan(run, source, SERIES, "write", [id_ for id_ in plan.writes if id_ in earlier])
    _plan(run, source, WRITES, "write", [id_ for id_ in plan.writes if id_ not in earlier])
    _plan(run, source, REMOVALS, "remove", list(plan.removals))
    deletions: list[str] = []
    if run.complete and not plan.held:
        seen = {*plan.returned, *plan.unread}
        before = tables.now() - timedelta(days=settings.harvest_grace_days())
        deletions = [id_ for id_ in ledger.expired(source.id, before) if id_ not in seen]
        _plan(run, source, DELETIONS, "delete", deletions)
    run.total = len(plan.writes) + len(plan.removals) + len(deletions)


def _each(share: Callable[[Writing], bool]) -> Callable[[Task], bool]:
    """A job that does something with each of its records."""

    def job(task: Task) -> bool:
        with _writing():
            return share(_worker(task))

    return job


def _finish(task: Task) -> bool:
    """The last job of a run: nobody else does it meanwhile."""
    task.renew()
    outcomes.abandon(task.run_id)
    model.Session.commit()
    run = run_of(task.run_id)
    source_id = run.source_id
    with _writing():
        _worker(task).settle()
        if unmended := sync.mend(source_id):
            run = run_of(task.run_id)
            note = say("{number} of its datasets could not be put into the search index", number=unmended)
            run.notes = [*run.notes, plain(note)]
    task.renew()
    end(run_of(task.run_id))
    ledger.forget(source_id, task.run_id, settings.harvest_kept_runs())
    return True


def end(run: Run) -> None:
    """Say that a run is over, and how it went."""
    run.counts = outcomes.counts(run)
    if run.state != "aborted":
        bad = sum(run.counts.get(status, 0) for status in ("failed", "refused"))
        if bad and not run.error and not any(run.counts.get(status) for status in outcomes.GOOD):
            run.error = plain(say("none of its {number} entries could be taken over", number=bad))
        run.state = "failed" if run.error else "finished"
    run.finished = tables.now()


KINDS: dict[str, Callable[[Task], bool]] = {
    "gather": _gather,
    "write": _each(lambda writing: writing.write()),
    "remove": _each(lambda writing: writing.remove()),
    "delete": _each(lambda writing: writing.delete()),
    "finish": _finish,
}


def _worker(task: Task) -> Writing:
    run = run_of(task.run_id)
    return Writing(source_of(run.source_id), run.id, task.job_id, task.renew, task.stop)


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        if not settings.harvest_activity():
            stack.enter_context(store.without_activities())
        stack.enter_context(store.one_solr_commit())
        yield
