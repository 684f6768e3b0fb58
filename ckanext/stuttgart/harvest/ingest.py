"""Records into CKAN: read to the end, planned, mapped one by one, written in batches. One bad record fails alone."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import Message, RecordRefused, SourceUnreadable, say
from ckanext.stuttgart.harvest import store
from ckanext.stuttgart.harvest.client import Fetcher
from ckanext.stuttgart.harvest.mapping import content, ready, title_of
from ckanext.stuttgart.harvest.pipeline import Known, Seen, content_hash, plan
from ckanext.stuttgart.harvest.reader import Package, Reader, Record, Refused, Stopped, absolute, record_id

if TYPE_CHECKING:
    from typing_extensions import LiteralString

log = logging.getLogger(__name__)

Status = Literal["created", "updated", "unchanged", "refused", "failed"]
STATUSES: tuple[Status, ...] = ("created", "updated", "unchanged", "refused", "failed")
BATCH = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one record. `reason` is one sentence without its full stop, for refused and failed ones only."""

    status: Status
    title: str
    record: str
    id: str = ""
    name: str = ""
    reason: str | Message = ""
    findings: tuple[Finding, ...] = ()


@dataclass
class Report:
    """The outcomes of one import, and what is to be said of the source as a whole."""

    source: str
    dry_run: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[str | Message] = field(default_factory=list)

    def counts(self) -> dict[Status, int]:
        """Status -> number of records."""
        counted = Counter(outcome.status for outcome in self.outcomes)
        return {status: counted[status] for status in STATUSES}

    def by_rule(self) -> list[tuple[Finding, int]]:
        """One finding as an example of each rule and severity, with how often it was found, the most frequent first."""
        counted: Counter[tuple[str, str]] = Counter()
        example: dict[tuple[str, str], Finding] = {}
        for outcome in self.outcomes:
            for finding in outcome.findings:
                counted[finding.severity, finding.rule] += 1
                example.setdefault((finding.severity, finding.rule), finding)
        return [(example[found], number) for found, number in counted.most_common()]


@dataclass(frozen=True)
class Source:
    """A catalogue to read: the reader, what it reads through, where, and with which options."""

    reader: Reader
    fetcher: Fetcher
    url: str
    options: Mapping[str, Any] = field(default_factory=dict)


Owner = Callable[[Package], Package]
"""The organization (a CKAN dict) that a record's payload goes to. Raises RecordRefused."""


@dataclass(frozen=True)
class _Item:
    """A record whose id, owner and content hash are known."""

    id: str
    record: Record
    owner: Package
    hash: str


def ingest(source: Source, owner: Owner, *, dry_run: bool = False) -> Report:
    """Write every record that is new or changed.

    The source is read to its end before the first write, so that one that breaks off leaves nothing half-written.
    Raises SourceError when it could not be read.
    """
    report = Report(source.url, dry_run)
    items = _gather(source, owner, report)
    stored = store.stored(items)
    known = {id_: _known(package, items[id_]) for id_, package in stored.items()}
    todo = plan(known, [Seen(id_, item.hash) for id_, item in items.items()], complete=True)
    report.outcomes += [
        _refused(items[id_], say("is already here as {name}, owned by another organization", name=stored[id_].name))
        for id_ in todo.foreign
    ]
    report.outcomes += [
        Outcome("unchanged", title_of(items[id_].record), items[id_].record.name, id_, stored[id_].name)
        for id_ in todo.unchanged
    ]
    writer = _Writer(source, items, stored, dry_run)
    for batch in _batches([items[id_] for id_ in todo.writes]):
        report.outcomes += writer.write(batch)
    return report


def _gather(source: Source, owner: Owner, report: Report) -> dict[str, _Item]:
    """The usable records by id, each id once; the others are in the report."""
    items: dict[str, _Item] = {}
    for found in source.reader.records(source.fetcher, source.url, source.options):
        if isinstance(found, Stopped):
            if found.failed:
                raise SourceUnreadable(found.source, found.reason, "Nothing was imported")
            report.notes.append(found.reason)
        elif isinstance(found, Refused):
            report.outcomes.append(Outcome("refused", found.title, found.name, reason=found.reason))
        else:
            try:
                to = owner(found.payload)
                digest = content_hash({**content(found), "owner": to["id"]})
                item = _Item(found.id(to["name"]), found, to, digest)
            except RecordRefused as error:
                report.outcomes.append(Outcome("refused", title_of(found), error.record, reason=error.problem))
            else:
                items.setdefault(item.id, item)
    return items


def _known(package: store.Stored, item: _Item) -> Known:
    state = "active" if package.state == "active" else "deleted"
    return Known(package.hash, state, "" if package.owner == item.owner["id"] else package.owner)


def _batches(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Items in an order in which what is referred to comes first, `BATCH` at a time."""
    ordered = iter(sorted(items, key=lambda item: not item.record.first))
    while batch := list(islice(ordered, BATCH)):
        yield batch


class _Writer:
    """Maps and writes the records of one import."""

    def __init__(
        self, source: Source, items: Mapping[str, _Item], stored: Mapping[str, store.Stored], dry_run: bool
    ) -> None:
        self._source, self._stored, self._dry_run = source, stored, dry_run
        self._user = store.site_user()
        self._of_this_run = {item.record.iri: id_ for id_, item in items.items() if item.record.iri}

    def write(self, items: Sequence[_Item]) -> list[Outcome]:
        """Write a batch; Solr commits once, at its end."""
        mapped = [self._mapped(item) for item in items]
        ready = [result for result in mapped if not isinstance(result, Outcome)]
        names = store.Names(package["title"] for _, package, _ in ready)
        linked = {id_ for _, package, _ in ready for id_ in package.get("in_series", ())}
        series = store.series(linked)
        with store.one_solr_commit():
            written = [self._written(*result, names, series) for result in ready]
        return [result for result in mapped if isinstance(result, Outcome)] + written

    def _mapped(self, item: _Item) -> tuple[_Item, Package, tuple[Finding, ...]] | Outcome:
        """The record's package as CKAN will keep it. The record boundary: whatever is wrong with it stays with it."""
        fallback = {"name": item.owner.get("title") or item.owner["name"]}
        try:
            made = ready(self._source.reader, item.record, self._source.options, fallback)
            if "in_series" in made.package:
                made.package["in_series"] = [id_ for iri in made.package["in_series"] if (id_ := self._id_of(iri))]
            return item, made.package, made.findings
        except RecordRefused as error:
            return _refused(item, error.problem)
        except Exception as error:
            log.exception("record %s cannot be mapped", item.record.name)
            return Outcome(
                "failed", title_of(item.record), item.record.name, item.id, reason=unexpected("mapped", error)
            )

    def _id_of(self, iri: str) -> str | None:
        return self._of_this_run.get(iri) or (record_id(iri, "", None) if absolute(iri) else None)

    def _written(
        self, item: _Item, package: Package, findings: tuple[Finding, ...], names: store.Names, series: set[str]
    ) -> Outcome:
        known = self._stored.get(item.id)
        done = Outcome(
            "updated" if known else "created", package["title"], item.record.name, item.id, findings=findings
        )
        if self._dry_run:
            return done
        package = {
            **package,
            "id": item.id,
            "owner_org": item.owner["id"],
            "in_series": [id_ for id_ in package.get("in_series", ()) if id_ in series],
            store.HASH: item.hash,
        }
        try:
            name = store.update(package, self._user) if known else store.create(package, names, self._user)
            if package["type"] == "dataset_series":
                series.add(item.id)
            return replace(done, name=name)
        except tk.ValidationError as error:
            model.Session.rollback()
            return replace(done, status="failed", reason=refusal(error))
        except Exception as error:
            model.Session.rollback()
            log.exception("record %s cannot be written", item.record.name)
            return replace(done, status="failed", reason=unexpected("stored", error))


def _refused(item: _Item, reason: str | Message) -> Outcome:
    return Outcome("refused", title_of(item.record), item.record.name, item.id, reason=reason)


def unexpected(failure: str, error: Exception) -> Message:
    """What is said of an error nobody foresaw: `mapped` or `stored` is what could not be done."""
    return say(UNEXPECTED[failure], error=type(error).__name__)


UNEXPECTED: dict[str, LiteralString] = {
    "mapped": "could not be mapped ({error}; see the log)",
    "stored": "could not be stored ({error}; see the log)",
}


def refusal(error: tk.ValidationError) -> Message:
    """CKAN's error dict as one sentence that names the fields."""
    fields = "; ".join(f"{name}: {text}" for name, text in error.error_summary.items())
    return say("was refused by CKAN: {fields}", fields=fields)
