"""Sources, runs and outcomes as plain values, for actions, commands and pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ckan import model

from ckanext.stuttgart.errors import heard
from ckanext.stuttgart.harvest import ledger, outcomes
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.model import Job, Outcome, Record, Run, Source

Result = dict[str, Any]
RUNS = 20


def source(entry: Source, *, settings: bool) -> Result:
    """A source; with `settings` also what only those who look after it may know."""
    organization = model.Group.get(entry.owner_org)
    last = model.Session.query(Run).filter(Run.source_id == entry.id).order_by(Run.created.desc()).limit(RUNS).all()
    result: Result = {
        "id": entry.id,
        "name": entry.name,
        "title": entry.title,
        "url": shown(entry.url).partition("?")[0],
        "reader": entry.reader,
        "owner_org": entry.owner_org,
        "organization": {"name": organization.name, "title": organization.title} if organization else None,
        "frequency": entry.frequency,
        "active": entry.active,
        "created": moment(entry.created),
        "next_run": moment(entry.next_run),
        "records": dict(ledger.states(entry.id)),
        "last_run": _outline(last[0]) if last else None,
    }
    if settings:
        waiting = ledger.held(entry.id)
        result |= {
            "url": entry.url,
            "options": entry.options,
            "priority": entry.priority,
            "protected_fields": entry.protected_fields,
            "mail": entry.mail,
            "creator": entry.creator,
            "last_run": run(last[0]) if last else None,
            "held": [{"id": r.id, "title": r.title, "name": r.name, "package_id": r.package_id} for r in waiting],
            "runs": [run(one) for one in last],
        }
    return result


def _outline(entry: Run) -> Result:
    """What everybody may know of a run: errors name inner hosts, and who started it is a person."""
    return {
        "state": entry.state,
        "created": moment(entry.created),
        "finished": moment(entry.finished),
        "counts": entry.counts,
    }


def run(entry: Run) -> Result:
    """A run with its progress; messages as they are kept and as English sentences."""
    counts = entry.counts if entry.finished else outcomes.counts(entry)
    done = sum(number for status, number in counts.items() if status != "unchanged")
    jobs = model.Session.query(Job.state).filter(Job.run_id == entry.id).all()
    return {
        "id": entry.id,
        "source_id": entry.source_id,
        "state": entry.state,
        "started_by": entry.started_by,
        "created": moment(entry.created),
        "started": moment(entry.started),
        "finished": moment(entry.finished),
        "complete": entry.complete,
        "counts": counts,
        "total": entry.total,
        "done": min(done, entry.total),
        "jobs": [state for (state,) in jobs],
        "error": str(heard(entry.error)),
        "held": str(heard(entry.held)),
        "notes": [str(heard(note)) for note in entry.notes],
    }


def outcome(entry: Outcome) -> Result:
    """What was done with a record."""
    return {
        "run_id": entry.run_id,
        "record_id": entry.record_id,
        "package_id": entry.package_id,
        "name": entry.name,
        "title": entry.title,
        "status": entry.status,
        "reason": str(heard(entry.reason)),
        "findings": entry.findings,
        "moment": moment(entry.moment),
    }


def record(entry: Record) -> Result:
    """A record as it was last read."""
    return {
        "id": entry.id,
        "source_id": entry.source_id,
        "package_id": entry.package_id,
        "name": entry.name,
        "title": entry.title,
        "state": entry.state,
        "payload": entry.payload,
        "changed": moment(entry.changed),
        "gone_since": moment(entry.gone_since),
    }


def moment(value: datetime | None) -> str | None:
    """A moment as ISO 8601 in UTC."""
    return value.isoformat(timespec="seconds") if value else None
