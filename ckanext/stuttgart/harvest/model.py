"""The tables of the harvest: what is read, how each reading goes, what is known of every record.

The life of a run is kept here and not in the queue, which forgets: see `leases`. Moments are aware, in UTC.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
from sqlalchemy import ARRAY, BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, UnicodeText, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped

MOMENT = DateTime(timezone=True)


def now() -> datetime:
    """This moment. Every lease, schedule and time of grace asks here, so that a test can move the clock."""
    return datetime.now(timezone.utc)


def _now() -> datetime:
    return now()


def new_id() -> str:
    """An id nobody has yet."""
    return str(uuid4())


def _column(kind: Any, **options: Any) -> Any:
    return Column(kind, **options)


def _required(kind: Any, **options: Any) -> Any:
    return Column(kind, nullable=False, **options)


def _of(table: str, **options: Any) -> Any:
    return Column(
        UnicodeText, ForeignKey(f"stuttgart_harvest_{table}.id", ondelete="CASCADE"), nullable=False, **options
    )


class Source(tk.BaseModel):
    """A remote catalogue.

    options           what the reader is told, by the names it declares
    owner_org         id of the organization that owns the packages; its admins look after the source
    frequency         a word of `schedule.FREQUENCIES`
    priority          of duplicates in two sources, the one in the source of higher priority is shown
    protected_fields  fields in which an editor's changes survive a run
    mail              where trouble is reported to; else to the organization's address
    """

    __tablename__ = "stuttgart_harvest_source"

    id: Mapped[str] = _column(UnicodeText, primary_key=True, default=new_id)
    name: Mapped[str] = _required(UnicodeText, unique=True)
    title: Mapped[str] = _required(UnicodeText)
    url: Mapped[str] = _required(UnicodeText)
    reader: Mapped[str] = _required(UnicodeText)
    options: Mapped[dict[str, Any]] = _required(JSONB, default=dict)
    owner_org: Mapped[str] = _required(UnicodeText, index=True)
    frequency: Mapped[str] = _required(UnicodeText, default="never")
    active: Mapped[bool] = _required(Boolean, default=True)
    priority: Mapped[int] = _required(Integer, default=0)
    protected_fields: Mapped[list[str]] = _required(JSONB, default=list)
    mail: Mapped[str | None] = _column(UnicodeText)
    creator: Mapped[str | None] = _column(UnicodeText)
    created: Mapped[datetime] = _required(MOMENT, default=_now)
    next_run: Mapped[datetime | None] = _column(MOMENT, index=True)


class Run(tk.BaseModel):
    """One reading of a source.

    state     gathering, writing, finished, failed or aborted; the last three have `finished`
    complete  whether the source was read to its end
    held      why deletions wait for a person: a message as `errors.plain` makes it, empty where they do not
    error     why the run failed, likewise
    notes     messages on the source as a whole
    counts    outcome -> number of records, "unchanged" among them
    total     records to write, for the progress
    """

    __tablename__ = "stuttgart_harvest_run"
    # One unfinished run of a source at most, whoever starts it.
    __table_args__ = (
        Index("stuttgart_harvest_run_unfinished", "source_id", unique=True, postgresql_where=text("finished IS NULL")),
    )

    id: Mapped[str] = _column(UnicodeText, primary_key=True, default=new_id)
    source_id: Mapped[str] = _of("source", index=True)
    state: Mapped[str] = _required(UnicodeText, default="gathering")
    started_by: Mapped[str | None] = _column(UnicodeText)
    created: Mapped[datetime] = _required(MOMENT, default=_now, index=True)
    started: Mapped[datetime | None] = _column(MOMENT)
    finished: Mapped[datetime | None] = _column(MOMENT)
    complete: Mapped[bool] = _required(Boolean, default=False)
    held: Mapped[dict[str, Any]] = _required(JSONB, default=dict)
    error: Mapped[dict[str, Any]] = _required(JSONB, default=dict)
    notes: Mapped[list[dict[str, Any]]] = _required(JSONB, default=list)
    counts: Mapped[dict[str, int]] = _required(JSONB, default=dict)
    total: Mapped[int] = _required(Integer, default=0)


class Job(tk.BaseModel):
    """A piece of a run for one worker; `leases` says who may work on it.

    kind      gather, write, remove, delete or finish
    phase     0 gathers; jobs of a phase start when those of the one before are done
    state     waiting, queued, running, done or failed
    token     of the worker that may write; another one, or none, and it may no longer
    deadline  until when a queued job must have started, a running one must have given a sign
    queue_id  the job's id on CKAN's queue
    """

    __tablename__ = "stuttgart_harvest_job"

    id: Mapped[str] = _column(UnicodeText, primary_key=True, default=new_id)
    run_id: Mapped[str] = _of("run", index=True)
    kind: Mapped[str] = _required(UnicodeText)
    phase: Mapped[int] = _required(Integer, default=0)
    state: Mapped[str] = _required(UnicodeText, default="waiting", index=True)
    owner: Mapped[str | None] = _column(UnicodeText)
    token: Mapped[str | None] = _column(UnicodeText)
    deadline: Mapped[datetime | None] = _column(MOMENT)
    tries: Mapped[int] = _required(Integer, default=0)
    queue_id: Mapped[str | None] = _column(UnicodeText)


class Record(tk.BaseModel):
    """One record of a source, as last seen.

    id          the guid: `Record.id` of the reader
    package_id  the package it became; the guid, unless the record changed its IRI later
    hash        content hash of what the package was written from, None before the first time and after a failure
    state       new, active, hidden (gone, in its time of grace), deleted (after it), duplicate (hidden, since another
                source has it too), removed (deleted by a person), kept (gone, but a person wanted it to stay)
    payload     as last read, and `seen_hash` its hash
    keys        by which the same thing is found in other sources
    todo        write, remove, delete or held: what the run has still to do, in the job `job_id`
    changed     when the package was last written, as the package itself says; younger ones were edited by a person
    private     a person made the package private before it was hidden: it comes back private
    """

    __tablename__ = "stuttgart_harvest_record"
    __table_args__ = (Index("stuttgart_harvest_record_keys", "keys", postgresql_using="gin"),)

    source_id: Mapped[str] = _of("source", primary_key=True)
    id: Mapped[str] = _column(UnicodeText, primary_key=True)
    package_id: Mapped[str] = _required(UnicodeText, index=True)
    name: Mapped[str] = _required(UnicodeText)
    title: Mapped[str] = _required(UnicodeText)
    identifier: Mapped[str | None] = _column(UnicodeText)
    hash: Mapped[str | None] = _column(UnicodeText)
    state: Mapped[str] = _required(UnicodeText, default="new")
    gone_since: Mapped[datetime | None] = _column(MOMENT)
    payload: Mapped[Any] = _column(JSONB)
    seen_hash: Mapped[str | None] = _column(UnicodeText)
    keys: Mapped[list[str]] = _required(ARRAY(UnicodeText), default=list)
    job_id: Mapped[str | None] = _column(UnicodeText, index=True)
    todo: Mapped[str | None] = _column(UnicodeText)
    changed: Mapped[datetime | None] = _column(MOMENT)
    private: Mapped[bool] = _required(Boolean, default=False, server_default=text("false"))


class Outcome(tk.BaseModel):
    """What a run did with one record that was not unchanged; also the history of a harvested package.

    status    created, updated, returned, hidden, deleted, duplicate, skipped, refused or failed
    reason    a message as `errors.plain` makes it, empty where nothing is to be said
    findings  dicts of `Finding`, at most a hundred
    """

    __tablename__ = "stuttgart_harvest_outcome"

    id: Mapped[int] = _column(BigInteger, primary_key=True, autoincrement=True)
    run_id: Mapped[str] = _of("run", index=True)
    record_id: Mapped[str] = _required(UnicodeText)
    package_id: Mapped[str] = _required(UnicodeText, index=True)
    name: Mapped[str] = _required(UnicodeText)
    title: Mapped[str] = _required(UnicodeText)
    status: Mapped[str] = _required(UnicodeText)
    reason: Mapped[dict[str, Any]] = _required(JSONB, default=dict)
    findings: Mapped[list[dict[str, Any]]] = _required(JSONB, default=list)
    moment: Mapped[datetime] = _required(MOMENT, default=_now)
