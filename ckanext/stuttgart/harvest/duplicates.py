"""The same thing in two sources: the one of higher priority is shown, the other one hidden. Nothing changes hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.stuttgart.errors import Message, say
from ckanext.stuttgart.harvest import outcomes, store
from ckanext.stuttgart.harvest.model import Record, Source

MOST = 20
# Keys count where no source has two records with one: a landing page that all datasets share says nothing.
SINGLE = text(
    "SELECT max(number) FROM (SELECT count(*) AS number FROM stuttgart_harvest_record"
    " WHERE keys @> ARRAY[:key] AND state IN ('active', 'duplicate') GROUP BY source_id) AS counted"
)
# Records that share a key with another source, or are hidden because they did.
SUSPECT = text(
    "SELECT mine.id FROM stuttgart_harvest_record AS mine WHERE mine.source_id = :source"
    " AND (mine.state = 'duplicate' OR (mine.state = 'active' AND mine.keys <> '{}' AND EXISTS"
    " (SELECT 1 FROM stuttgart_harvest_record AS other WHERE other.source_id <> :source AND other.state = 'active'"
    " AND other.keys && mine.keys)))"
)


def unsettled(source_id: str) -> list[str]:
    """Ids of the records of a source that may be shown or hidden wrongly."""
    if model.Session.query(Source.id).limit(2).count() < 2:
        return []
    return [id_ for (id_,) in model.Session.execute(SUSPECT, {"source": source_id})]


class Duplicates:
    """What a job of a source does about them; `renew` is its sign of life, needed anew after every action of CKAN."""

    def __init__(self, source_id: str, run_id: str, renew: Callable[[], None], user: str) -> None:
        self._source_id, self._run_id, self._renew, self._user = source_id, run_id, renew, user

    def above(self, record: Record) -> Record | None:
        """The record of a source of higher rank that is the same thing."""
        own = _rank(record.source_id)
        better = [other for other in _sharing(record) if _rank(other.source_id) < own]
        return min(better, key=lambda other: _rank(other.source_id), default=None)

    def same_as(self, other: Record) -> Message:
        """Why a record is hidden."""
        title = model.Session.query(Source.title).filter(Source.id == other.source_id).scalar()
        return say("is the same as “{title}” of the source {source}, which is shown", title=other.title, source=title)

    def hide_below(self, record: Record) -> None:
        """Hide what is the same thing in sources of lower rank."""
        own = _rank(record.source_id)
        for other in _sharing(record):
            if other.state == "active" and _rank(other.source_id) > own:
                self._renew()
                self._hide(other, record)

    def show_next(self, record: Record) -> None:
        """What was hidden as the same thing as this one is shown, now that this one goes."""
        below = [other for other in _sharing(record) if other.state == "duplicate"]
        following = min(below, key=lambda other: _rank(other.source_id), default=None)
        if following is not None:
            self._renew()
            self._show(following, say("takes the place of “{title}”", title=record.title))

    def settle(self, record: Record) -> None:
        """Let a record of the source be shown or hidden as ranks have it now."""
        above = self.above(record)
        if record.state == "active" and above is not None:
            self._hide(record, above)
        elif record.state == "duplicate" and above is None:
            self._show(record, say("is shown, since nothing else is the same thing any longer"))

    def _hide(self, record: Record, shown: Record) -> None:
        there = store.stored([record.package_id]).get(record.package_id)
        record.state, record.private = "duplicate", there is not None and there.private
        outcomes.note(self._run_id, record, "duplicate", self.same_as(shown))
        model.Session.flush()
        if there is not None and there.state == "active" and not there.private:
            store.hide(record.package_id, self._user)

    def _show(self, record: Record, reason: Message) -> None:
        there = store.stored([record.package_id]).get(record.package_id)
        record.state = "active"
        outcomes.note(self._run_id, record, "returned", reason)
        model.Session.flush()
        if there is not None and there.state == "active" and not record.private:
            store.show_again(record.package_id, self._user)


def _sharing(record: Record) -> list[Record]:
    """Records of other sources that have a key in common with this one, where the key is unmistakable on both sides."""
    if not record.keys:
        return []
    rows = (
        model.Session.query(Record)
        .filter(
            Record.source_id != record.source_id,
            Record.state.in_(("active", "duplicate")),
            Record.keys.op("&&")(record.keys),
        )
        .limit(MOST)
        .all()
    )
    return [row for row in rows if any(_is_single(key) for key in set(row.keys) & set(record.keys))]


def _is_single(key: str) -> bool:
    return (model.Session.execute(SINGLE, {"key": key}).scalar() or 0) <= 1


def _rank(source_id: str) -> tuple[int, Any, str]:
    source = model.Session.query(Source).filter(Source.id == source_id).one()
    return -source.priority, source.created, source.id
