"""The further jobs of a run: write, hide and delete packages one by one, each with its record in one transaction.

A package, what is known of its record and the word on what was done are committed together by CKAN's action, behind a
sign of life that locks the job: nothing is done twice, and nothing by a worker that was given up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID, uuid5

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import Message, RecordRefused, say
from ckanext.stuttgart.harvest import duplicates, ledger, mapping, outcomes, store, trouble
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest import reader as readers
from ckanext.stuttgart.harvest.model import Record, Source
from ckanext.stuttgart.harvest.reader import Package

log = logging.getLogger(__name__)

# States whose packages the portal has hidden or deleted: what becomes of those that are written.
AGAIN = {"hidden": "returned", "deleted": "returned", "duplicate": "returned"}

Do = Callable[[Record], None]


class Writing:
    """One job's share of a run.

    renew  gives a sign of life and locks the job; raises leases.Lost where the job went to somebody else
    stop   says whether the worker has to end
    """

    def __init__(
        self, source: Source, run_id: str, job_id: str, renew: Callable[[], None], stop: Callable[[], bool]
    ) -> None:
        self._source_id, self._run_id, self._job_id, self._renew, self._stop = source.id, run_id, job_id, renew, stop
        self._reader_name, self._options, self._owner_org = source.reader, dict(source.options), source.owner_org
        self._protected = list(source.protected_fields)
        self._user = store.site_user()
        self._twins = duplicates.Duplicates(source.id, run_id, renew, self._user)

    def write(self) -> bool:
        """Write what is assigned to the job; returns False where it had to stop before the end."""
        self._reader = readers.reader(self._reader_name)
        self._owner = store.organization(self._owner_org)
        self._fallback = {"name": self._owner.get("title") or self._owner["name"]}
        ids = ledger.work_of(self._job_id)
        titles = model.Session.query(Record.title).filter(Record.job_id == self._job_id)
        self._names = store.Names(title for (title,) in titles)
        return self._each(ids, self._write)

    def remove(self) -> bool:
        """Hide what is gone; returns False where it had to stop before the end."""
        return self._each(ledger.work_of(self._job_id), self._hide)

    def delete(self) -> bool:
        """Delete what was hidden for the time of grace; returns False where it had to stop before the end."""
        return self._each(ledger.work_of(self._job_id), self._delete)

    def settle(self) -> None:
        """Let duplicates be as priorities say, whatever was interrupted or decided in the meantime."""
        self._each(duplicates.unsettled(self._source_id), self._twins.settle, assigned=False)

    # --- the record boundary: what goes wrong with one record is written down and the next one is taken ---------------

    def _each(self, ids: list[str], do: Do, *, assigned: bool = True) -> bool:
        for id_ in ids:
            if self._stop():
                return False
            self._try(id_, do, assigned)
        return True

    def _try(self, id_: str, do: Do, assigned: bool) -> None:
        for attempt in (1, 2):
            try:
                self._do(id_, do, assigned)
                return
            except RecordRefused as error:
                self._fail(id_, "refused", error.problem)
                return
            except Exception as error:
                model.Session.rollback()
                trouble.pass_on(error)
                if attempt == 1 and trouble.passes(error):
                    continue
                if not isinstance(error, tk.ValidationError):
                    log.exception("record %s of source %s", id_, self._source_id)
                self._fail(id_, "failed", trouble.said(error))
                return

    def _do(self, id_: str, do: Do, assigned: bool) -> None:
        self._renew()
        record = ledger.record(self._source_id, id_)
        if record is not None and (record.todo or not assigned):
            do(record)
            ledger.changed_as_written(self._source_id, id_)
        model.Session.commit()

    def _fail(self, id_: str, status: str, reason: str | Message) -> None:
        model.Session.rollback()
        self._renew()
        record = ledger.record(self._source_id, id_)
        if record is not None:
            self._done(record, status, reason)
            record.hash = None
        model.Session.commit()

    def _done(
        self, record: Record, status: str, reason: str | Message = "", findings: tuple[Finding, ...] = ()
    ) -> None:
        """Strike a record off the list and write down what was done."""
        record.todo = record.job_id = None
        outcomes.note(self._run_id, record, status, reason, findings)

    # --- write -------------------------------------------------------------------------------------------------------

    def _write(self, record: Record) -> None:
        ledger.claim(record.package_id)
        there = self._there(record)
        if self._left_to_people(record, there):
            return
        read = readers.Record(**record.payload)
        made = mapping.ready(self._reader, read, self._options, self._fallback)
        package = {**made.package, "id": record.package_id, "owner_org": self._owner["id"]}
        package[store.HASH] = record.seen_hash
        findings = (*made.findings, *self._link(package))
        record.keys = mapping.keys(package)
        above = self._twins.above(record)
        status = "created" if there is None else AGAIN.get(record.state, "updated")
        if above:
            if record.state == "active":
                record.private = there is not None and there.private
            package["private"], status = True, "duplicate"
        elif record.state in AGAIN:
            package["private"] = record.private
        reason = self._twins.same_as(above) if above else _replaced(record, there)
        record.hash, record.gone_since = record.seen_hash, None
        record.state = "duplicate" if above else "active"
        self._done(record, status, reason, findings)
        model.Session.flush()
        if there is None:
            store.create(package, self._names, self._user)
        else:
            store.update(package, self._user, self._protected)
        if not above:
            self._twins.hide_below(record)

    def _there(self, record: Record) -> store.Stored | None:
        return store.stored([record.package_id]).get(record.package_id)

    def _left_to_people(self, record: Record, there: store.Stored | None) -> bool:
        """What a person deleted, or made by hand, is not written; nor what another source has."""
        if record.state == "new":
            there = self._unclaimed(record, there)
        if there is not None and there.owner != self._owner["id"]:
            raise RecordRefused(
                record.name, say("is already here as {name}, owned by another organization", name=there.name)
            )
        if there is None:
            kept = record.state not in ("new", "deleted", "kept")
            self._skip(record, say("was purged in the portal and stays so")) if kept else None
            return kept
        if there.state == "deleted" and record.state != "deleted":
            self._skip(record, say("was deleted in the portal and stays so"))
            return True
        return False

    def _unclaimed(self, record: Record, there: store.Stored | None) -> store.Stored | None:
        """The package that a new record would write over, if it may. Raises RecordRefused."""
        claim = ledger.of_package(record.package_id)
        if claim is not None and claim.source_id == self._source_id:
            # The package went on with a record that carries a new IRI; this one is something else.
            record.package_id = str(uuid5(UUID(record.id), self._source_id))
            return self._there(record)
        if claim is not None:
            title = model.Session.query(Source.title).filter(Source.id == claim.source_id).scalar()
            raise RecordRefused(record.name, say("belongs to the source {source}, which had it first", source=title))
        if there is not None and not there.hash and there.owner == self._owner["id"]:
            raise RecordRefused(
                record.name, say("is already here as {name}, which is not of this source", name=there.name)
            )
        return there

    def _skip(self, record: Record, reason: Message) -> None:
        record.hash, record.state = record.seen_hash, "removed"
        self._done(record, "skipped", reason)

    def _link(self, package: Package) -> tuple[Finding, ...]:
        """The IRIs of series as ids of series of this portal; what is not here is left out and said."""
        wanted = {iri: self._package_of(iri) for iri in package.get("in_series") or ()}
        here = store.series(id_ for id_ in wanted.values() if id_)
        if "in_series" in package:
            package["in_series"] = [id_ for id_ in wanted.values() if id_ in here]
        return tuple(
            Finding("series_unknown", "notice", "in_series", iri) for iri, id_ in wanted.items() if id_ not in here
        )

    def _package_of(self, iri: str) -> str | None:
        if not readers.absolute(iri):
            return None
        id_ = readers.record_id(iri, "", None)
        record = ledger.record(self._source_id, id_)
        return record.package_id if record else id_

    # --- remove ------------------------------------------------------------------------------------------------------

    def _hide(self, record: Record) -> None:
        there = self._there(record)
        was = record.state
        if was == "kept":  # by a person, after the run had planned to hide it
            record.todo = record.job_id = None
            return
        if was == "active":
            record.private = there is not None and there.private
        record.state, record.gone_since = "hidden", tables.now()
        self._done(record, "hidden", say("is no longer in the source"))
        model.Session.flush()
        if there is not None and there.state == "active" and not there.private:
            store.hide(record.package_id, self._user)
        if was == "active":
            self._twins.show_next(record)

    def _delete(self, record: Record) -> None:
        there = self._there(record)
        if there is not None and there.state == "active" and not there.private:
            record.state, record.gone_since = "kept", None
            self._done(record, "skipped", say("was published again in the portal and stays so"))
            return
        record.state, record.payload = "deleted", None
        self._done(record, "deleted", say("was hidden for the time of grace"))
        model.Session.flush()
        if there is not None and there.state == "active":
            store.delete(record.package_id, self._user)


def _replaced(record: Record, there: store.Stored | None) -> str | Message:
    """What is said where an editor's changes are written over."""
    if there is None or record.changed is None or record.state != "active" or there.modified <= record.changed:
        return ""
    return say("changes made in the portal on {date} were written over", date=f"{there.modified:%Y-%m-%d}")
