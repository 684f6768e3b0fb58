"""The first job of a run: reads the source to its end, keeps what is new or changed, and plans the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ckan import model

from ckanext.stuttgart import settings
from ckanext.stuttgart.errors import Message, RecordRefused, plain, say
from ckanext.stuttgart.harvest import ingest, leases, ledger, mapping, store
from ckanext.stuttgart.harvest.client import Fetcher, Until
from ckanext.stuttgart.harvest.model import Run, Source, new_id
from ckanext.stuttgart.harvest.pipeline import Guard, Known, Plan, Seen, content_hash, plan
from ckanext.stuttgart.harvest.reader import Record, Refused, Stopped, record_id

log = logging.getLogger(__name__)

HELD = 600.0  # seconds in which what was read is yielded
CHUNK = 200
BATCH = 200
SERIES, WRITES, REMOVALS = 1, 2, 3  # phases


class Gathering:
    """One reading. What it keeps between the records of a source is ids and hashes only."""

    def __init__(self, source: Source, run: Run, opened: ingest.Source, job_id: str, token: str) -> None:
        self.source, self.run, self.opened = source, run, opened
        self._job_id, self._token = job_id, token
        self.known = ledger.known(source.id)
        self.owner = store.organization(source.owner_org)
        self.seen: dict[str, str] = {}
        self.first: set[str] = set()
        self.nameless = 0
        self.complete = True
        self._identifiers: dict[tuple[str, bool], str] = {}
        self._staged: list[dict[str, Any]] = []
        self._fresh: dict[str, str] = {}

    def read(self) -> Plan:
        """Read to the end and say what is to be done. Raises SourceError when the first answer cannot be read."""
        minutes = settings.harvest_gather_minutes()
        until, long = (
            time.monotonic() + 60 * minutes,
            say("reading it took longer than {number} minutes", number=minutes),
        )
        for item in self._items(Until(self.opened.fetcher, until, long)):
            if isinstance(item, Stopped):
                self._stop(item.reason)
            elif isinstance(item, Refused):
                self._refuse(item.name, item.title, item.reason, None)
            else:
                self._take(item)
            # Nothing more is asked for then; some readers yield all that they have read only after their last page.
            if time.monotonic() > until + HELD:
                self._stop(long)
                break
            if len(self.seen) >= settings.harvest_most_records():
                self._stop(say("it has more than {number} records", number=settings.harvest_most_records()))
                break
        self._flush()
        self._follow_new_addresses()
        return self._plan()

    def _items(self, fetcher: Fetcher) -> Iterator[Any]:
        yield from self.opened.reader.records(fetcher, self.opened.url, self.opened.options)

    def _stop(self, reason: str | Message) -> None:
        self.complete = False
        self.run.notes = [*self.run.notes, plain(reason)]

    def _take(self, record: Record) -> None:
        title = mapping.title_of(record)
        try:
            id_ = record.id(self.owner["name"])
        except RecordRefused as error:
            self._refuse(error.record, title, error.problem, None)
            return
        if id_ in self.seen:
            return
        same = self._identifiers.setdefault((record.identifier or id_, record.first), id_)
        if same != id_:
            twice = say("has the identifier of another record of the source, {name}", name=record.identifier)
            self._refuse(record.name, title, twice, id_)
            return
        digest = content_hash({**mapping.content(record), "owner": self.owner["id"], "options": self.source.options})
        self.seen[id_] = digest
        if record.first:
            self.first.add(id_)
        before = self.known.get(id_)
        if before is None or before.hash != digest or before.state != "active":
            row = {"id": id_, "package_id": id_, "name": record.name[:2000], "title": title[:500]}
            self._staged.append(
                {**row, "identifier": record.identifier, "payload": asdict(record), "seen_hash": digest}
            )
            if before is None and record.identifier:
                self._fresh[record.identifier] = id_
        if len(self._staged) >= CHUNK:
            self._flush()

    def _refuse(self, name: str, title: str, reason: str | Message, id_: str | None) -> None:
        """A record that is left out is there all the same: nothing of it may be deleted."""
        id_ = id_ or self._id_of(name)
        if id_:
            self.seen.setdefault(id_, "")
        else:
            self.nameless += 1
        ledger.note(self.run.id, {"id": id_ or new_id(), "name": name, "title": title}, "refused", reason)

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
        ledger.stage(self.source.id, self._staged)
        self._staged = []
        leases.renew(self._job_id, self._token)
        model.Session.commit()

    def _follow_new_addresses(self) -> None:
        """A record whose IRI is new but whose identifier is that of one that is gone is the same thing."""
        for identifier, before in ledger.with_identifiers(self.source.id, self._fresh).items():
            gone = [id_ for id_ in before if id_ not in self.seen]
            if len(gone) == 1 and len(before) == 1:
                new = self._fresh[identifier]
                ledger.succeed(self.source.id, gone[0], new)
                self.known[new] = Known(None)
                del self.known[gone[0]]
        model.Session.commit()

    def _plan(self) -> Plan:
        unknown = [id_ for id_ in self.seen if id_ not in self.known]
        others = ledger.owners(unknown, self.source.id)
        known = self.known | {id_: Known(None, source=owner) for id_, owner in others.items()}
        seen = [Seen(id_, digest or None) for id_, digest in self.seen.items()]
        complete = self.complete and not self.nameless
        return plan(known, seen, complete, source=self.source.id, guard=Guard(*settings.harvest_guard()))


def note_foreign(run: Run, source: Source, id_: str) -> None:
    """Say whose a record is that the source lists but does not own."""
    record = ledger.record(source.id, id_)
    owner = ledger.owners([id_], source.id).get(id_, "")
    other = model.Session.query(Source).filter(Source.id == owner).one_or_none()
    shown = {"id": id_, "name": record.name if record else id_, "title": record.title if record else id_}
    name = other.title if other else owner
    ledger.note(run.id, shown, "refused", say("belongs to the source {source}, which had it first", source=name))
