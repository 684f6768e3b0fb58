"""The tables of records and outcomes: what is known of a source, what a run still has to do, what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ckan import model
from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import Message, plain, say
from ckanext.stuttgart.harvest.model import Job, Outcome, Record, Run, now
from ckanext.stuttgart.harvest.pipeline import Known, State

AT_ONCE = 500
MOST_FINDINGS = 100
# States of a record in which the plan counts its package as there.
THERE: dict[str, State] = {
    "active": "active",
    "duplicate": "active",
    "removed": "active",
    "kept": "hidden",
    "hidden": "hidden",
    "deleted": "deleted",
}


def known(source_id: str) -> dict[str, Known]:
    """What the source is known to hold; records that never became a package are not known."""
    rows = model.Session.query(Record.id, Record.hash, Record.state).filter(
        Record.source_id == source_id, Record.state != "new"
    )
    return {id_: Known(hash_, THERE[state]) for id_, hash_, state in rows}


def owners(ids: Iterable[str], source_id: str) -> dict[str, str]:
    """Record id -> id of the other source that owns it."""
    found: dict[str, str] = {}
    for chunk in chunks(ids):
        rows = model.Session.query(Record.id, Record.source_id).filter(
            Record.id.in_(chunk), Record.source_id != source_id, Record.state != "new"
        )
        found.update({id_: owner for id_, owner in rows})  # noqa: C416
    return found


def stage(source_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep records as they were just read; what is known of them stays."""
    if not rows:
        return
    statement = insert(Record.__table__).values(
        [{"source_id": source_id, "keys": [], "state": "new", **row} for row in rows]
    )
    fresh = ("name", "title", "identifier", "payload", "seen_hash")
    statement = statement.on_conflict_do_update(
        index_elements=["source_id", "id"], set_={name: getattr(statement.excluded, name) for name in fresh}
    )
    model.Session.execute(statement)


def assign(source_id: str, ids: Iterable[str], todo: str | None, job_id: str | None) -> None:
    """Say what is to be done with records, and in which job."""
    for chunk in chunks(ids):
        model.Session.query(Record).filter(Record.source_id == source_id, Record.id.in_(chunk)).update(
            {"todo": todo, "job_id": job_id}, synchronize_session=False
        )


def work_of(job_id: str) -> list[str]:
    """The ids of the records a job has still to do, in an order that is the same for every job."""
    rows = model.Session.query(Record.id).filter(Record.job_id == job_id, Record.todo.isnot(None)).order_by(Record.id)
    return [id_ for (id_,) in rows]


def record(source_id: str, id_: str) -> Record | None:
    """One record."""
    return model.Session.query(Record).filter(Record.source_id == source_id, Record.id == id_).one_or_none()


def of_package(package_id: str) -> Record | None:
    """The record a package was made from."""
    return (
        model.Session.query(Record)
        .filter(Record.package_id == package_id, Record.state != "new")
        .order_by(Record.state)
        .first()
    )


def with_identifiers(source_id: str, identifiers: Iterable[str]) -> dict[str, list[str]]:
    """Identifier -> ids of the active records of the source that carry it."""
    found: dict[str, list[str]] = {}
    for chunk in chunks(identifiers):
        rows = model.Session.query(Record.identifier, Record.id).filter(
            Record.source_id == source_id, Record.identifier.in_(chunk), Record.state.in_(("active", "duplicate"))
        )
        for identifier, id_ in rows:
            found.setdefault(identifier, []).append(id_)
    return found


def succeed(source_id: str, old: str, new: str) -> None:
    """Let a record that carries a new IRI take the place of the old one: package, state and hash pass to it."""
    before, after = record(source_id, old), record(source_id, new)
    if before is None or after is None:
        return
    after.package_id, after.state, after.keys = before.package_id, before.state, before.keys
    after.hash = None  # the IRI is part of the package
    model.Session.delete(before)
    model.Session.flush()


def note(
    run_id: str,
    record_: Record | Mapping[str, Any],
    status: str,
    reason: str | Message = "",
    findings: Sequence[Finding] = (),
) -> None:
    """Write down what was done with a record."""
    values = record_ if isinstance(record_, Mapping) else vars(record_)
    model.Session.add(
        Outcome(
            run_id=run_id,
            record_id=values["id"],
            package_id=values.get("package_id") or values["id"],
            name=values["name"][:2000],
            title=values["title"][:500],
            status=status,
            reason=plain(reason),
            findings=[{k: v for k, v in asdict(finding).items() if v} for finding in findings[:MOST_FINDINGS]],
        )
    )


def counts(run: Run) -> dict[str, int]:
    """Status -> number of records in a run, as far as it is."""
    rows = model.Session.query(Outcome.status, func.count()).filter(Outcome.run_id == run.id).group_by(Outcome.status)
    unchanged = {"unchanged": run.counts["unchanged"]} if run.counts.get("unchanged") else {}
    return {status: number for status, number in rows} | unchanged  # noqa: C416 - rows are no pairs to a type checker


def outcomes(run_id: str, statuses: Sequence[str] = (), limit: int | None = None) -> list[Outcome]:
    """What a run did, in the order in which it was done."""
    query = model.Session.query(Outcome).filter(Outcome.run_id == run_id).order_by(Outcome.id)
    if statuses:
        query = query.filter(Outcome.status.in_(statuses))
    return query.limit(limit).all() if limit else query.all()


def history(package_id: str, limit: int = 100) -> list[Outcome]:
    """What runs did with a package, the newest first."""
    query = model.Session.query(Outcome).filter(Outcome.package_id == package_id).order_by(Outcome.id.desc())
    return query.limit(limit).all()


def held(source_id: str) -> list[Record]:
    """The records whose deletion waits for a person."""
    return (
        model.Session.query(Record)
        .filter(Record.source_id == source_id, Record.todo == "held")
        .order_by(Record.title)
        .all()
    )


def expired(source_id: str, before: datetime) -> list[str]:
    """Ids of the records that have been hidden since before a moment."""
    rows = model.Session.query(Record.id).filter(
        Record.source_id == source_id, Record.state == "hidden", Record.gone_since < before
    )
    return [id_ for (id_,) in rows]


def abandon(run_id: str) -> None:
    """Strike off what a run leaves undone, and say so; the next run finds it again."""
    for left in model.Session.query(Record).join(Job, Job.id == Record.job_id).filter(Job.run_id == run_id).all():
        left.todo, left.job_id, left.hash = None, None, None
        note(run_id, left, "failed", say("was not written, since the run ended before"))


def states(source_id: str) -> Counter[str]:
    """State -> number of records of a source."""
    rows = model.Session.query(Record.state, func.count()).filter(Record.source_id == source_id).group_by(Record.state)
    return Counter({state: number for state, number in rows})  # noqa: C416


def forget(source_id: str, keep_runs: int) -> None:
    """Drop all but the last runs of a source, and records that never became anything."""
    ids = model.Session.query(Run.id).filter(Run.source_id == source_id).order_by(Run.created.desc())
    old = [id_ for (id_,) in ids.offset(keep_runs)]
    if old:
        model.Session.query(Run).filter(Run.id.in_(old)).delete(synchronize_session=False)
    model.Session.query(Record).filter(
        Record.source_id == source_id, Record.state == "new", Record.seen_hash.is_(None)
    ).delete(synchronize_session=False)


def sharing(record_: Record) -> list[Record]:
    """Records of other sources that have a key in common with this one, where the key is unmistakable on both sides."""
    if not record_.keys:
        return []
    rows = (
        model.Session.query(Record)
        .filter(
            Record.source_id != record_.source_id,
            Record.state.in_(("active", "duplicate")),
            Record.keys.op("&&")(record_.keys),
        )
        .limit(20)
        .all()
    )
    return [row for row in rows if any(_is_single(key) for key in set(row.keys) & set(record_.keys))]


def _is_single(key: str) -> bool:
    """Whether no source has two records with this key: a landing page that all datasets share says nothing."""
    most = model.Session.execute(
        text(
            "SELECT max(number) FROM (SELECT count(*) AS number FROM stuttgart_harvest_record"
            " WHERE keys @> ARRAY[:key] AND state IN ('active', 'duplicate') GROUP BY source_id) AS counted"
        ),
        {"key": key},
    ).scalar()
    return (most or 0) <= 1


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists that one query takes."""
    every = list(values)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def touch(record_: Record) -> None:
    """Remember when a record last changed."""
    record_.changed = now()
