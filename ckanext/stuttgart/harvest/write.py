"""The further jobs of a run: write, hide and delete packages one by one, each with its record in one transaction.

A package, what is known of its record and the word on what was done are committed together by CKAN's action, behind a
sign of life that locks the job: nothing is done twice, and nothing by a worker that was given up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from sqlalchemy.exc import IntegrityError, OperationalError

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import Message, RecordRefused, say
from ckanext.stuttgart.harvest import leases, ledger, mapping, store
from ckanext.stuttgart.harvest import reader as readers
from ckanext.stuttgart.harvest.ingest import refusal, unexpected
from ckanext.stuttgart.harvest.model import Record, Run, Source, now
from ckanext.stuttgart.harvest.reader import Package

log = logging.getLogger(__name__)


class Writing:
    """One job's share of a run; `stop` says whether the worker has to end."""

    def __init__(self, source: Source, run: Run, job_id: str, token: str, stop: Callable[[], bool]) -> None:
        self._source_id, self._run_id, self._job_id, self._token, self._stop = source.id, run.id, job_id, token, stop
        self._options, self._protected = source.options, list(source.protected_fields)
        self._reader = readers.reader(source.reader)
        self._owner = store.organization(source.owner_org)
        self._fallback = {"name": self._owner.get("title") or self._owner["name"]}
        self._user = store.site_user()

    def write(self) -> bool:
        """Write what is assigned to the job; returns False where it had to stop before the end."""
        ids = ledger.work_of(self._job_id)
        self._names = store.Names(title for (title,) in self._titles(ids))
        return self._each(ids, self._write)

    def remove(self) -> bool:
        """Hide what is gone; returns False where it had to stop before the end."""
        return self._each(ledger.work_of(self._job_id), self._hide)

    def _titles(self, ids: list[str]) -> Any:
        return model.Session.query(Record.title).filter(Record.source_id == self._source_id, Record.id.in_(ids))

    def _each(self, ids: list[str], do: Callable[[Record], None]) -> bool:
        """The record boundary: what goes wrong with one record is written down and the next one is taken."""
        for id_ in ids:
            if self._stop():
                return False
            try:
                self._begin(id_, do)
            except (leases.Lost, OperationalError):
                model.Session.rollback()
                raise
            except IntegrityError:
                # Another worker took the name meanwhile; the second try gets one with the id in it.
                model.Session.rollback()
                self._again(id_, do)
            except RecordRefused as error:
                self._fail(id_, "refused", error.problem)
            except tk.ValidationError as error:
                if "name" in error.error_dict:
                    model.Session.rollback()
                    self._again(id_, do)
                else:
                    self._fail(id_, "failed", refusal(error))
            except Exception as error:
                log.exception("record %s of source %s", id_, self._source_id)
                self._fail(id_, "failed", unexpected("stored", error))
        return True

    def _begin(self, id_: str, do: Callable[[Record], None]) -> None:
        leases.renew(self._job_id, self._token)
        record = ledger.record(self._source_id, id_)
        if record is not None and record.todo:
            do(record)
        model.Session.commit()

    def _again(self, id_: str, do: Callable[[Record], None]) -> None:
        try:
            self._begin(id_, do)
        except leases.Lost:
            raise
        except Exception as error:
            log.exception("record %s of source %s, second try", id_, self._source_id)
            self._fail(id_, "failed", unexpected("stored", error))

    def _fail(self, id_: str, status: str, reason: str | Message) -> None:
        model.Session.rollback()
        leases.renew(self._job_id, self._token)
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
        ledger.touch(record)
        ledger.note(self._run_id, record, status, reason, findings)

    # --- write -------------------------------------------------------------------------------------------------------

    def _write(self, record: Record) -> None:
        there = store.stored([record.package_id]).get(record.package_id)
        if self._left_to_people(record, there):
            return
        read = readers.Record(**record.payload)
        made = mapping.ready(self._reader, read, self._options, self._fallback)
        package = {**made.package, "id": record.package_id, "owner_org": self._owner["id"]}
        findings = (*made.findings, *self._link(package))
        status = "created" if there is None else "updated" if record.state in ("active", "duplicate") else "returned"
        hidden = record.state in ("hidden", "deleted")
        record.keys = mapping.keys(package)
        above = self._above(record)
        record.hash, record.gone_since = record.seen_hash, None
        record.state = "duplicate" if above else "active"
        if above:
            package["private"] = True
            status = "duplicate"
        elif hidden:
            package["private"] = False
        self._done(record, status, self._same_as(above), findings)
        model.Session.flush()
        if there is None:
            store.create(package, self._names, self._user)
        else:
            store.update(package, self._user, self._protected)
        if not above:
            self._hide_below(record)

    def _left_to_people(self, record: Record, there: store.Stored | None) -> bool:
        """What a person deleted, or made by hand, is not written."""
        if there is None:
            return False
        if record.state == "new" and not (there.hash and there.owner == self._owner["id"]):
            raise RecordRefused(
                record.name, say("is already here as {name}, which is not of this source", name=there.name)
            )
        if there.owner != self._owner["id"]:
            raise RecordRefused(
                record.name, say("is already here as {name}, owned by another organization", name=there.name)
            )
        if there.state == "deleted" and record.state not in ("deleted", "new"):
            record.hash = record.seen_hash
            record.state = "removed"
            self._done(record, "skipped", say("was deleted in the portal and stays so"))
            return True
        return False

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

    # --- the same thing in two sources -------------------------------------------------------------------------------

    def _rank(self, source_id: str) -> tuple[int, Any, str]:
        source = model.Session.query(Source).filter(Source.id == source_id).one()
        return -source.priority, source.created, source.id

    def _above(self, record: Record) -> Record | None:
        """The record of a source of higher rank that is the same thing."""
        own = self._rank(self._source_id)
        better = [other for other in ledger.sharing(record) if self._rank(other.source_id) < own]
        return min(better, key=lambda other: self._rank(other.source_id), default=None)

    def _same_as(self, other: Record | None) -> str | Message:
        if other is None:
            return ""
        source = model.Session.query(Source).filter(Source.id == other.source_id).one()
        return say(
            "is the same as “{title}” of the source {source}, which is shown", title=other.title, source=source.title
        )

    def _hide_below(self, record: Record) -> None:
        own = self._rank(self._source_id)
        for other in ledger.sharing(record):
            if other.state == "active" and self._rank(other.source_id) > own:
                leases.renew(self._job_id, self._token)
                other.state = "duplicate"
                ledger.note(self._run_id, other, "duplicate", self._same_as(record))
                model.Session.flush()
                store.hide(other.package_id, self._user)

    def _show_next(self, record: Record) -> None:
        """What was hidden as the same thing as this one is shown, now that this one goes."""
        below = [other for other in ledger.sharing(record) if other.state == "duplicate"]
        following = min(below, key=lambda other: self._rank(other.source_id), default=None)
        if following is not None:
            following.state = "active"
            ledger.note(self._run_id, following, "returned", say("takes the place of “{title}”", title=record.title))
            model.Session.flush()
            store.show_again(following.package_id, self._user)

    # --- remove ------------------------------------------------------------------------------------------------------

    def _hide(self, record: Record) -> None:
        there = store.stored([record.package_id]).get(record.package_id)
        was = record.state
        record.state, record.gone_since = "hidden", now()
        self._done(record, "hidden", say("is no longer in the source"))
        model.Session.flush()
        if there is not None and there.state == "active":
            store.hide(record.package_id, self._user)
        if was == "active":
            leases.renew(self._job_id, self._token)
            self._show_next(record)
