"""The first job of a run: reads the source to its end, keeps what is new or changed, and plans the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ckan import model
from sqlalchemy.exc import DBAPIError

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import Message, RecordRefused, SourceError, plain, say
from ckanext.stuttgart.harvest import ingest, ledger, loose, mapping, outcomes, store
from ckanext.stuttgart.harvest.client import Fetcher, Until
from ckanext.stuttgart.harvest.model import Run, Source, new_id
from ckanext.stuttgart.harvest.pipeline import Guard, Known, Plan, Seen, content_hash, plan
from ckanext.stuttgart.harvest.reader import Record, Refused, Stopped, record_id

log = logging.getLogger(__name__)

HELD = 600.0  # seconds in which what was read is yielded
CHUNK = 200


class Gathering:
    """One reading. What it keeps between the records of a source is ids and hashes only.

    renew  gives a sign of life, and ends the reading (leases.Lost) where somebody else does it by now
    """

    def __init__(self, source: Source, run: Run, opened: ingest.Source, renew: Callable[[], None]) -> None:
        self.source_id, self.run, self.opened, self._renew = source.id, run, opened, renew
        self._options = dict(source.options)
        self.known = ledger.known(source.id)
        self.owner = store.organization(source.owner_org)
        self.seen: dict[str, str] = {}
        self.first: set[str] = set()
        self.nameless = self.twice = 0
        self.complete = True
        self._identifiers: dict[tuple[str, bool], str] = {}
        self._staged: list[dict[str, Any]] = []
        self._fresh: dict[str, str] = {}
        self._run_id = run.id

    def read(self) -> Plan:
        """Read to the end and say what is to be done. Raises SourceError when the first answer cannot be read."""
        model.Session.commit()  # no transaction stays open while a remote server is waited for
        minutes = settings.harvest_gather_minutes()
        until = time.monotonic() + 60 * minutes
        long = say("reading it took longer than {number} minutes", number=minutes)
        for item in self._items(Until(self.opened.fetcher, until, long)):
            if isinstance(item, Stopped):
                self._stop(item.reason)
            elif isinstance(item, Refused):
                self._refuse(item.name, item.title, item.reason, None)
            else:
                self._take_or_refuse(item)
            # Nothing more is asked for after `until`; some readers yield all they have read only after their last page.
            if reason := long if time.monotonic() > until + HELD else self._too_many():
                self._stop(reason)
                break
        self._flush()
        if self.twice:
            self._note(say("{number} of its entries stand in it more than once", number=self.twice))
        self._follow_new_addresses()
        return self._plan()

    def _items(self, fetcher: Fetcher) -> Iterator[Any]:
        """What the reader yields; should it break down, what it had yielded until then is kept."""
        items = iter(self.opened.reader.records(fetcher, self.opened.url, self.opened.options))
        while True:
            try:
                item = next(items, None)
            except SourceError:
                raise
            except Exception as error:
                if not self.seen:
                    raise
                log.exception("reading source %s", self.source_id)
                yield Stopped(
                    self.opened.url,
                    say("reading it stopped with an error nobody foresaw ({error})", error=type(error).__name__),
                )
                return
            if item is None:
                return
            yield item

    def _too_many(self) -> Message | None:
        most = settings.harvest_most_records()
        if len(self.seen) + self.nameless < most:
            return None
        return say("it has more than {number} records", number=most)

    def _stop(self, reason: str | Message) -> None:
        self.complete = False
        self._note(reason)

    def _note(self, reason: str | Message) -> None:
        self.run.notes = [*self.run.notes, loose.storable(plain(reason))]

    def _take_or_refuse(self, record: Record) -> None:
        """The record boundary: whatever a reader makes of one record costs that record."""
        try:
            self._take(record)
        except RecordRefused as error:
            self._refuse(error.record, mapping.title_of(record), error.problem, None)
        except (TypeError, ValueError, RecursionError) as error:
            log.exception("record %s of source %s", record.name, self.source_id)
            self._refuse(record.name, str(record.name), ingest.unexpected("mapped", error), None)

    def _take(self, record: Record) -> None:
        id_ = record.id(self.owner["name"])
        if id_ in self.seen:
            self.twice += 1
            return
        digest = content_hash({**mapping.content(record), "owner": self.owner["id"], "options": self._options})
        if not self._first_with_identifier(record, id_):
            return
        self.seen[id_] = digest
        if record.first:
            self.first.add(id_)
        before = self.known.get(id_)
        if before is None or before.hash != digest or before.state != "active":
            self._staged.append({**_row(record, id_), "payload": loose.storable(asdict(record)), "seen_hash": digest})
            if before is None and record.identifier:
                self._fresh[loose.storable(record.identifier)] = id_
        if len(self._staged) >= CHUNK:
            self._flush()

    def _first_with_identifier(self, record: Record, id_: str) -> bool:
        """Whether a record is the only one with its identifier; else the one that is known stays, or the first."""
        key = (record.identifier or id_, record.first)
        same = self._identifiers.setdefault(key, id_)
        if same == id_:
            return True
        twice = say("has the identifier of another record of the source, {name}", name=record.identifier)
        if id_ not in self.known or same in self.known:
            self._refuse(record.name, mapping.title_of(record), twice, id_)
            return False
        self._identifiers[key] = id_
        self.seen.pop(same, None)
        self._fresh.pop(loose.storable(record.identifier or ""), None)
        outcomes.note(self._run_id, {"id": same, "name": same, "title": mapping.title_of(record)}, "refused", twice)
        return True

    def _refuse(self, name: str, title: str, reason: str | Message, id_: str | None) -> None:
        """A record that is left out is there all the same: nothing of it may be deleted."""
        id_ = id_ or self._id_of(name)
        if id_:
            self.seen.setdefault(id_, "")
        else:
            self.nameless += 1
        outcomes.note(self._run_id, {"id": id_ or new_id(), "name": name, "title": title}, "refused", reason)

    def _id_of(self, name: str) -> str | None:
        for iri, identifier in ((name, None), (None, name)):
            try:
                id_ = record_id(iri, self.owner["name"], identifier)
            except RecordRefused:
                continue
            if id_ in self.known:
                return id_
        return None

    def _flush(self) -> None:
        rows, self._staged = self._staged, []
        self._renew()
        try:
            with model.Session.begin_nested():
                ledger.stage(self.source_id, rows)
        except (DBAPIError, ValueError) as error:
            if getattr(error, "connection_invalidated", False):
                raise
            for row in rows:
                self._stage_alone(row)
        model.Session.commit()

    def _stage_alone(self, row: dict[str, Any]) -> None:
        try:
            with model.Session.begin_nested():
                ledger.stage(self.source_id, [row])
        except (DBAPIError, ValueError) as error:
            log.exception("record %s of source %s", row["name"], self.source_id)
            self.seen[row["id"]] = ""
            outcomes.note(self._run_id, row, "refused", ingest.unexpected("stored", error))

    def _follow_new_addresses(self) -> None:
        """A record whose IRI is new but whose identifier is that of one that is gone is the same thing."""
        foreign = ledger.owners(self._fresh.values(), self.source_id)
        for identifier, before in ledger.with_identifiers(self.source_id, self._fresh).items():
            new = self._fresh[identifier]
            if len(before) == 1 and before[0] not in self.seen and new not in foreign:
                ledger.succeed(self.source_id, before[0], new)
                self.known[new] = Known(None)
                del self.known[before[0]]
        model.Session.commit()

    def _plan(self) -> Plan:
        unknown = [id_ for id_ in self.seen if id_ not in self.known]
        others = ledger.owners(unknown, self.source_id)
        # What a person deleted and the source no longer lists is over: it neither goes nor counts.
        over = {id_ for id_ in ledger.removed(self.source_id) if id_ not in self.seen}
        known = {id_: before for id_, before in self.known.items() if id_ not in over}
        known |= {id_: Known(None, source=owner) for id_, owner in others.items()}
        seen = [Seen(id_, digest or None) for id_, digest in self.seen.items()]
        complete = self.complete and not self.nameless
        return plan(known, seen, complete, source=self.source_id, guard=Guard(*settings.harvest_guard()))


def _row(record: Record, id_: str) -> dict[str, Any]:
    """The columns by which people know a record."""
    return {
        "id": id_,
        "package_id": id_,
        "name": loose.storable(record.name)[: outcomes.LONGEST_NAME],
        "title": loose.storable(mapping.title_of(record))[: outcomes.LONGEST_TITLE],
        "identifier": loose.storable(record.identifier),
    }


def note_foreign(run: Run, source: Source, ids: Iterable[str]) -> None:
    """Say whose the records are that the source lists but does not own."""
    found = list(ids)
    owners = ledger.owners(found, source.id)
    named = model.Session.query(Source.id, Source.title).filter(Source.id.in_(set(owners.values())))
    titles: dict[str, str] = {other: title for other, title in named}  # noqa: C416
    for id_ in found:
        record = ledger.record(source.id, id_)
        shown = {"id": id_, "name": record.name if record else id_, "title": record.title if record else id_}
        reason = say("belongs to the source {source}, which had it first", source=titles.get(owners.get(id_, ""), ""))
        outcomes.note(run.id, shown, "refused", reason)
