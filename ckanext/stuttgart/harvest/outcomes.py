"""The table of outcomes: what a run did with each record, in the order in which it was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ckan import model
from sqlalchemy import func, text

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import Message, plain, say
from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.model import Outcome, Record, Run

MOST_FINDINGS = 100
LONGEST_NAME, LONGEST_TITLE, LONGEST_VALUE = 2000, 500, 300
GOOD = ("created", "updated", "returned", "unchanged", "hidden", "deleted", "duplicate", "skipped")

UNDONE_NOTED = text(
    "INSERT INTO stuttgart_harvest_outcome"
    " (run_id, record_id, package_id, name, title, status, reason, findings, moment)"
    " SELECT job.run_id, record.id, record.package_id, record.name, record.title, 'failed',"
    " jsonb_build_object('text', CAST(:reason AS text), 'values', '{}'::jsonb), '[]'::jsonb, :moment"
    " FROM stuttgart_harvest_record AS record JOIN stuttgart_harvest_job AS job ON job.id = record.job_id"
    " WHERE job.run_id = :run AND record.todo IS NOT NULL"
)
UNDONE_STRUCK = text(
    "UPDATE stuttgart_harvest_record AS record SET todo = NULL, job_id = NULL FROM stuttgart_harvest_job AS job"
    " WHERE job.id = record.job_id AND job.run_id = :run AND record.todo IS NOT NULL"
)


def note(
    run_id: str,
    record: Record | Mapping[str, Any],
    status: str,
    reason: str | Message = "",
    findings: Sequence[Finding] = (),
) -> None:
    """Write down what was done with a record; `record` has at least id, name and title."""
    values = record if isinstance(record, Mapping) else _named(record)
    model.Session.add(
        Outcome(
            run_id=run_id,
            record_id=values["id"],
            package_id=values.get("package_id") or values["id"],
            name=loose.storable(values["name"])[:LONGEST_NAME],
            title=loose.storable(values["title"])[:LONGEST_TITLE],
            status=status,
            reason=loose.storable(plain(reason)),
            findings=[_short(finding) for finding in findings[:MOST_FINDINGS]],
        )
    )


def _named(record: Record) -> dict[str, str]:
    return {"id": record.id, "package_id": record.package_id, "name": record.name, "title": record.title}


def _short(finding: Finding) -> dict[str, str]:
    """A finding without empty parts; a value may be a whole description."""
    return {name: loose.storable(value)[:LONGEST_VALUE] for name, value in asdict(finding).items() if value}


def abandon(run_id: str) -> None:
    """Strike off what a run leaves undone, and say so; the next run finds it again."""
    reason = say("was not written, since the run ended before")
    model.Session.execute(UNDONE_NOTED, {"run": run_id, "reason": reason.text, "moment": tables.now()})
    model.Session.execute(UNDONE_STRUCK, {"run": run_id})


def restart(run: Run) -> None:
    """Forget what an earlier try at reading the source said: it is read from the beginning again."""
    model.Session.query(Outcome).filter(Outcome.run_id == run.id).delete(synchronize_session=False)
    run.notes, run.error = [], {}


def counts(run: Run) -> dict[str, int]:
    """Status -> number of records in a run, as far as it is."""
    rows = model.Session.query(Outcome.status, func.count()).filter(Outcome.run_id == run.id).group_by(Outcome.status)
    unchanged = {"unchanged": run.counts["unchanged"]} if run.counts.get("unchanged") else {}
    return {status: number for status, number in rows} | unchanged  # noqa: C416 - rows are no pairs to a type checker


def of_run(run_id: str, statuses: Sequence[str] = (), limit: int | None = None) -> list[Outcome]:
    """What a run did, in the order in which it was done."""
    query = _of_run(run_id, statuses)
    return query.limit(limit).all() if limit else query.all()


def each(run_id: str) -> Iterator[Outcome]:
    """The same, without holding all of it in memory."""
    yield from _of_run(run_id, ()).yield_per(500)


def _of_run(run_id: str, statuses: Sequence[str]) -> Any:
    query = model.Session.query(Outcome).filter(Outcome.run_id == run_id).order_by(Outcome.id)
    return query.filter(Outcome.status.in_(statuses)) if statuses else query


def history(package_id: str, limit: int = 100) -> list[Outcome]:
    """What runs did with a package, the newest first."""
    query = model.Session.query(Outcome).filter(Outcome.package_id == package_id).order_by(Outcome.id.desc())
    return query.limit(limit).all()
