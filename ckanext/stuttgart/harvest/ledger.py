"""The table of records: what is known of a source, and what a run still has to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ckan import model
from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert

from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.model import Record, Run
from ckanext.stuttgart.harvest.pipeline import Known, State

AT_ONCE = 500
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


def removed(source_id: str) -> set[str]:
    """Ids of the records whose packages a person deleted."""
    rows = model.Session.query(Record.id).filter(Record.source_id == source_id, Record.state == "removed")
    return {id_ for (id_,) in rows}


def owners(ids: Iterable[str], source_id: str) -> dict[str, str]:
    """Record id -> id of the other source that owns it."""
    found: dict[str, str] = {}
    for chunk in chunks(ids):
        rows = model.Session.query(Record.id, Record.source_id).filter(
            Record.id.in_(chunk), Record.source_id != source_id, Record.state != "new"
        )
        found.update({id_: owner for id_, owner in rows})  # noqa: C416
    return found


def of_package(package_id: str) -> Record | None:
    """The record that a package was made from."""
    return (
        model.Session.query(Record)
        .filter(Record.package_id == package_id, Record.state != "new")
        .order_by(Record.source_id, Record.id)
        .first()
    )


def claim(package_id: str) -> None:
    """Let nobody else write the package of this id until this transaction ends.

    Between CKAN's check of an id and its write, another process may create the package, which would be updated then.
    """
    model.Session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"), {"id": package_id})


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
        _rows(source_id, chunk).update({"todo": todo, "job_id": job_id}, synchronize_session=False)


def work_of(job_id: str) -> list[str]:
    """The ids of the records a job has still to do, in an order that is the same for every job."""
    rows = model.Session.query(Record.id).filter(Record.job_id == job_id, Record.todo.isnot(None)).order_by(Record.id)
    return [id_ for (id_,) in rows]


def record(source_id: str, id_: str) -> Record | None:
    """One record."""
    return model.Session.query(Record).filter(Record.source_id == source_id, Record.id == id_).one_or_none()


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
    """Let a record that carries a new IRI take the place of the old one: package and state pass to it."""
    before, after = record(source_id, old), record(source_id, new)
    if before is None or after is None:
        return
    after.package_id, after.state, after.keys = before.package_id, before.state, before.keys
    after.changed, after.private = before.changed, before.private
    after.hash = None  # the IRI is part of the package
    model.Session.delete(before)
    model.Session.flush()


def seen_again(source_id: str, ids: Iterable[str]) -> None:
    """Let the time of grace begin anew for what is in the source, though it may not have become a package yet."""
    for chunk in chunks(ids):
        _rows(source_id, chunk).filter(Record.state == "hidden").update(
            {"gone_since": tables.now()}, synchronize_session=False
        )


def changed_as_written(source_id: str, id_: str) -> None:
    """Remember when the package of a record was written, as it says itself: whoever edits it makes it younger."""
    statement = text(
        "UPDATE stuttgart_harvest_record AS record SET changed = package.metadata_modified AT TIME ZONE 'UTC'"
        " FROM package WHERE package.id = record.package_id AND record.source_id = :source AND record.id = :id"
    )
    model.Session.execute(statement, {"source": source_id, "id": id_})


def held(source_id: str) -> list[Record]:
    """The records whose deletion waits for a person."""
    return (
        model.Session.query(Record)
        .filter(Record.source_id == source_id, Record.todo == "held", Record.state != "kept")
        .order_by(Record.title)
        .all()
    )


def expired(source_id: str, before: datetime) -> list[str]:
    """Ids of the records that have been hidden since before a moment."""
    rows = model.Session.query(Record.id).filter(
        Record.source_id == source_id, Record.state == "hidden", Record.gone_since < before
    )
    return [id_ for (id_,) in rows]


def states(source_id: str) -> Counter[str]:
    """State -> number of records of a source."""
    rows = model.Session.query(Record.state, func.count()).filter(Record.source_id == source_id).group_by(Record.state)
    return Counter({state: number for state, number in rows})  # noqa: C416


def forget(source_id: str, run_id: str, keep_runs: int) -> None:
    """Drop all but the last runs of a source, and records that never became anything and were not met in this run."""
    ids = model.Session.query(Run.id).filter(Run.source_id == source_id).order_by(Run.created.desc())
    old = [id_ for (id_,) in ids.offset(max(keep_runs, 1))]
    if old:
        model.Session.query(Run).filter(Run.id.in_(old)).delete(synchronize_session=False)
    statement = text(
        "DELETE FROM stuttgart_harvest_record AS record WHERE source_id = :source AND state = 'new' AND NOT EXISTS"
        " (SELECT 1 FROM stuttgart_harvest_outcome AS met WHERE met.run_id = :run AND met.record_id = record.id)"
    )
    model.Session.execute(statement, {"source": source_id, "run": run_id})


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists that one query takes."""
    every = list(values)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def _rows(source_id: str, ids: list[str]) -> Any:
    return model.Session.query(Record).filter(Record.source_id == source_id, Record.id.in_(ids))
