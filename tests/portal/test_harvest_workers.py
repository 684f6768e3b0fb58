"""Workers die, are stopped, get in each other's way: nothing is lost, nothing doubled, every run ends."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib import redis
from ckan.lib.jobs import Worker
from ckan.tests import factories, helpers

from ckanext.stuttgart.harvest import engine, gather, jobs, leases, queue, store, write
from ckanext.stuttgart.harvest.logic import find
from ckanext.stuttgart.harvest.model import Job
from tests.core.hostile import Server
from tests.portal.harvesting import Clock, Origin, agree, catalogue, counts, dataset, last_run, packages, turtle
from tests.portal.workers import Crew, wait_for

NUMBER = 6


@pytest.fixture
def six(source: Origin, monkeypatch: pytest.MonkeyPatch) -> Origin:
    """A source with six datasets, written in two jobs."""
    monkeypatch.setattr(jobs, "BATCH", 4)
    source.serves(range(NUMBER))
    return source


def start(name: str = "quelle") -> None:
    helpers.call_action("stuttgart_harvest_run_create", id=name)


def ended(name: str = "quelle") -> dict[str, Any]:
    """The last run, once it is over."""
    return wait_for(lambda: (run := last_run(name))["finished"] and run, pause=0.2)


def each_once(run: dict[str, Any], number: int = NUMBER) -> bool:
    """Whether every record has one outcome and one package."""
    met = Counter(outcome["record_id"] for outcome in run["outcomes"])
    return len(met) == number and set(met.values()) == {1} and len(packages(state="active")) == number


def unchanged(source: Origin, number: int = NUMBER) -> bool:
    """Whether a further run finds everything as it should be."""
    run = source.run()
    return (run["state"], counts(run)) == ("finished", {"unchanged": number}) and agree()


def dies(
    monkeypatch: pytest.MonkeyPatch, flag: Path, place: Any, name: str, nth: int = 1, *, after: bool = False
) -> None:
    """Let the process kill itself, as if the power went, in which the nth call of a function comes; `flag` says so."""
    function, calls = getattr(place, name), flag.with_suffix(".calls")

    def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs) if after else None
        with calls.open("a") as file:
            file.write(".")
        if calls.stat().st_size == nth:
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return result if after else function(*args, **kwargs)

    monkeypatch.setattr(place, name, call)


def test_workers_of_ckan_do_a_run(six: Origin, crew: Crew) -> None:
    start()
    crew.work_off(Worker)
    run = last_run()
    assert (run["state"], run["error"], counts(run)) == ("finished", "", {"created": NUMBER}), crew.said()
    assert agree()


POINTS: dict[str, Callable[..., None]] = {
    "before the source is read": lambda *a: dies(*a, gather.Gathering, "read"),
    "in the middle of reading": lambda *a: dies(*a, gather.Gathering, "_take", 3),
    "before the plan is kept": lambda *a: dies(*a, jobs, "_plan_writing", after=True),
    "between reading and writing": lambda *a: dies(*a, engine, "advance"),
    "before the first record": lambda *a: dies(*a, write.Writing, "write"),
    "before a package is written": lambda *a: dies(*a, store, "create", 2),
    "before a package is committed": lambda *a: dies(*a, model.repo, "commit", 3),
    "after a package is committed": lambda *a: dies(*a, store, "create", 2, after=True),
    "before a batch is closed": lambda *a: dies(*a, leases, "close", 2),
    "between two batches": lambda *a: dies(*a, engine, "advance", 2),
    "before the end is written": lambda *a: dies(*a, jobs, "end"),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_process_killed_at_any_point_leaves_nothing_undone_and_nothing_doubled(
    six: Origin, crew: Crew, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, point: str
) -> None:
    flag = tmp_path / "killed"
    start()
    POINTS[point](monkeypatch, flag)
    pid = crew.hire()
    wait_for(lambda: flag.exists() and not crew.horse(pid))
    with clock.later(seconds=100):
        engine.look_after()
    run = ended()
    assert (run["state"], run["error"]) == ("finished", ""), crew.said()
    assert each_once(run)
    assert crew.is_alive(pid)
    assert agree()
    assert unchanged(six)


def test_a_machine_that_dies_is_followed_by_another(six: Origin, crew: Crew, clock: Clock) -> None:
    reached = threading.Event()

    def hangs(connected: Any, request: str) -> None:
        reached.set()
        time.sleep(30)

    six.server.plays[six.path] = hangs
    start()
    pid = crew.hire()
    assert reached.wait(30)
    crew.kill(pid)
    six.serves(range(NUMBER))
    with clock.later(seconds=100):
        engine.look_after()
    crew.work_off()
    run = ended()
    assert (run["state"], each_once(run)) == ("finished", True)
    assert agree()


def test_a_worker_that_was_given_up_writes_no_more(
    six: Origin, crew: Crew, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The first worker stands still behind its first package; a second one does the rest; then the first wakes up."""
    waits, create = tmp_path / "waits", store.create

    def slow(*args: Any) -> str:
        name = create(*args)
        if not waits.exists():
            waits.touch()
            while waits.exists():
                time.sleep(0.05)
        return name

    monkeypatch.setattr(store, "create", slow)
    start()
    first = crew.hire()
    wait_for(waits.exists)
    with clock.later(seconds=100):
        engine.look_after()
    crew.work_off()
    run = ended()
    assert each_once(run)
    waits.unlink()
    wait_for(lambda: not crew.horse(first))
    assert "went to another worker" in crew.said(), crew.said()
    assert each_once(last_run())
    assert agree()


def test_a_job_whose_worker_always_dies_is_given_up_and_said(
    six: Origin, crew: Crew, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather.Gathering, "read", lambda self: os.kill(os.getpid(), signal.SIGKILL))
    start()
    pid = crew.hire()
    for number in range(1, leases.TRIES + 1):
        wait_for(lambda: _job("gather").tries == number and not crew.horse(pid))  # noqa: B023
        with clock.later(seconds=100 * number):
            engine.look_after()
    run = ended()
    assert (run["state"], counts(run)) == ("failed", {})
    assert run["error"].startswith("its worker died 3 times")
    monkeypatch.undo()
    assert counts(six.run()) == {"created": NUMBER}


def _job(kind: str) -> Job:
    return model.Session.query(Job).filter(Job.kind == kind).order_by(Job.deadline.desc()).first()


# --- asked to end ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("everybody", [False, True], ids=["the worker is told", "all processes are told"])
@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_a_worker_that_is_asked_to_end_ends_soon_and_hands_on(
    six: Origin, crew: Crew, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, phase: str, everybody: bool
) -> None:
    reached, create = tmp_path / "reached", store.create
    if phase == "reading":

        def hangs(connected: Any, request: str) -> None:
            reached.touch()
            time.sleep(60)

        six.server.plays[six.path] = hangs
    else:

        def slow(*args: Any) -> str:
            reached.touch()
            time.sleep(0.5 if crew_is_old() else 0)
            return create(*args)

        monkeypatch.setattr(store, "create", slow)
    hired = os.getpid()

    def crew_is_old() -> bool:
        return os.getppid() != hired and not (tmp_path / "over").exists()

    start()
    pid = crew.hire()
    wait_for(reached.exists)
    asked = time.monotonic()
    for victim in {pid, crew.horse(pid) or pid} if everybody else {pid}:
        os.kill(victim, signal.SIGTERM)
    crew.join(pid, 30)
    assert time.monotonic() - asked < 10
    (tmp_path / "over").touch()
    assert last_run()["finished"] is None
    assert {job.state for job in model.Session.query(Job).all()} <= {"queued", "done"}
    assert max(job.tries for job in model.Session.query(Job).all()) <= 1
    six.serves(range(NUMBER))
    crew.work_off()
    run = ended()
    assert (run["state"], each_once(run)) == ("finished", True)
    assert agree()


# --- too long, too much ----------------------------------------------------------------------------------------------


def test_a_job_that_takes_too_long_ends_and_its_run_says_so(
    six: Origin, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, calls = store.create, []

    def slow(*args: Any) -> str:
        calls.append(1)
        time.sleep(20 if len(calls) == 2 else 0)
        return create(*args)

    monkeypatch.setattr(store, "create", slow)
    monkeypatch.setitem(queue.LONGEST, "write", 3)
    start()
    crew.work_off()
    run = ended()
    assert run["state"] == "failed"
    assert run["error"] == "one of its jobs took longer than a job may take"
    assert agree()
    monkeypatch.undo()
    assert counts(six.run())["unchanged"] + counts(six.run()).get("created", 0) <= NUMBER
    assert unchanged(six)


def test_a_job_that_needs_too_much_memory_ends_and_the_worker_lives(source: Origin, crew: Crew, clock: Clock) -> None:
    source.server.plays[source.path] = turtle(catalogue([], dataset(1, more=f'; dcat:keyword "{"x" * 9_000_000}"@de')))
    with helpers.changed_config("ckanext.stuttgart.harvest.memory", 8):
        start()
        pid = crew.hire()
        for number in range(1, leases.TRIES + 1):
            wait_for(lambda: last_run()["finished"] or (_job("gather").tries == number and not crew.horse(pid)))  # noqa: B023
            with clock.later(seconds=100 * number):
                engine.look_after()
        run = ended()
    assert run["state"] == "failed"
    assert "memory" in run["error"]
    assert crew.is_alive(pid)


# --- several at once -------------------------------------------------------------------------------------------------


def test_two_workers_give_sixty_equal_titles_sixty_names(
    source: Origin, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 15)
    source.server.plays[source.path] = turtle(catalogue([], "".join(dataset(n, "Gleich") for n in range(60))))
    start()
    for pid in [crew.hire(burst=True), crew.hire()]:
        del pid
    run = ended()
    assert counts(run) == {"created": 60}, crew.said()
    assert len(packages(state="active")) == 60
    assert agree()
    assert unchanged(source, 60)


def test_two_sources_with_the_same_records_at_once_make_each_package_once(
    six: Origin, crew: Crew, server: Server, owner: str
) -> None:
    other = Origin(server, owner, "zweite", "/zwei.ttl")
    other.serves(range(NUMBER))
    for name in ("quelle", "zweite"):
        start(name)
    crew.hire()
    crew.hire()
    runs = [ended("quelle"), ended("zweite")]
    both = Counter(counts(runs[0])) + Counter(counts(runs[1]))
    assert both == {"created": NUMBER, "refused": NUMBER}, crew.said()
    assert len(packages(state="active")) == NUMBER
    assert agree()


def test_records_that_two_sources_met_before_either_wrote_go_to_the_first(
    six: Origin, server: Server, owner: str
) -> None:
    other = Origin(server, owner, "zweite", "/zwei.ttl")
    other.serves(range(NUMBER))
    begun = [engine.begin(find.source(name), "test") for name in ("quelle", "zweite")]
    for _ in range(4):
        for run_id in begun:
            engine.advance(run_id, queue=False)
            for job_id in engine._queued(run_id):
                engine.work(job_id, limited=False)
    assert counts(last_run("quelle")) == {"created": NUMBER}
    second = last_run("zweite")
    assert counts(second) == {"refused": NUMBER}
    assert {outcome["reason"] for outcome in second["outcomes"]} == {"belongs to the source Quelle, which had it first"}


def test_two_timers_at_once_start_each_source_once(server: Server, owner: str, source: Origin, crew: Crew) -> None:
    for number in range(3):
        Origin(server, owner, f"q{number}", f"/{number}.ttl", frequency="daily")
    pids = []
    for _ in range(3):
        model.Session.remove()
        model.meta.engine.dispose()
        pid = os.fork()
        if pid == 0:
            try:
                engine.due()
            finally:
                os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    assert model.Session.query(engine.Run).count() == 3
    assert queue.length() == 3
    assert engine.due() == []


def test_redis_is_the_tests_own() -> None:
    """These tests empty it."""
    assert ".devstack" in str(redis.connect_to_redis().connection_pool.connection_kwargs) or os.environ["DEVSTACK_NAME"]


def test_a_command_and_workers_share_a_run(six: Origin, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    pid = crew.hire()
    run = six.run()
    assert (run["state"], each_once(run)) == ("finished", True)
    assert crew.is_alive(pid)
    factories.User()  # the database is as usable as before
    assert agree()
