"""Actions on sources and runs. Those that only show something change nothing."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from sqlalchemy.exc import IntegrityError

from ckanext.stuttgart.errors import Message, SourceError, StuttgartError, say
from ckanext.stuttgart.harvest import engine, ledger, loose, outcomes, preview, schedule, show
from ckanext.stuttgart.harvest import model as tables
from ckanext.stuttgart.harvest.logic import find, given
from ckanext.stuttgart.harvest.model import Run, Source, new_id

__all__ = [
    "stuttgart_harvest_deletions_approve",
    "stuttgart_harvest_deletions_discard",
    "stuttgart_harvest_history",
    "stuttgart_harvest_preview",
    "stuttgart_harvest_record_show",
    "stuttgart_harvest_run_abort",
    "stuttgart_harvest_run_create",
    "stuttgart_harvest_run_show",
    "stuttgart_harvest_source_create",
    "stuttgart_harvest_source_delete",
    "stuttgart_harvest_source_list",
    "stuttgart_harvest_source_show",
    "stuttgart_harvest_source_update",
]

Result = dict[str, Any]


def stuttgart_harvest_source_create(context: Context, data_dict: DataDict) -> Result:
    """Make a source.

    url, reader, owner_org   as in `harvest.model.Source`
    title, name, options, frequency, active, priority, protected_fields, mail   likewise; may be left out
    """
    tk.check_access("stuttgart_harvest_source_create", context, {"owner_org": data_dict.get("owner_org") or "-"})
    given.allow_secret(context, data_dict.get("options"), data_dict.get("url"), {})
    values = given.fields(data_dict, {})
    source = Source(id=new_id(), creator=context.get("user"), created=tables.now(), name=values.pop("name"), **values)
    source.next_run = schedule.following(source.frequency, None, tables.now())
    model.Session.add(source)
    _save()
    return show.source(source, settings=True)


def stuttgart_harvest_source_update(context: Context, data_dict: DataDict) -> Result:
    """Change what is given of a source, named by `id`."""
    tk.check_access("stuttgart_harvest_source_update", context, data_dict)
    source = find.source(data_dict.get("id"))
    before = show.source(source, settings=True)
    wanted = {**before, **data_dict, "owner_org": data_dict.get("owner_org") or source.owner_org}
    given.allow_secret(context, wanted["options"], wanted["url"], before)
    values = given.fields(wanted, before)
    values.pop("name")
    if values["owner_org"] != source.owner_org and ledger.known(source.id):
        text = tk._("Its datasets belong to the organization: make a new source for another one.")
        raise tk.ValidationError({"owner_org": [text]})
    rescheduled = values["frequency"] != source.frequency
    switched_off = source.active and not values["active"]
    for field, value in values.items():
        setattr(source, field, value)
    if rescheduled:
        source.next_run = schedule.following(source.frequency, None, tables.now())
    _save()
    if switched_off:
        _end_runs(source.id, say("the source was switched off"))
    return show.source(find.source(source.id), settings=True)


def stuttgart_harvest_source_delete(context: Context, data_dict: DataDict) -> None:
    """Forget a source with its runs and records; its datasets stay in the portal."""
    tk.check_access("stuttgart_harvest_source_delete", context, data_dict)
    source = find.source(data_dict.get("id"))
    source_id = source.id
    _end_runs(source_id, say("the source was removed"))
    model.Session.query(Source).filter(Source.id == source_id).delete(synchronize_session=False)
    _save()


@tk.side_effect_free
def stuttgart_harvest_source_show(context: Context, data_dict: DataDict) -> Result:
    """A source with its last run; settings and what waits for a decision only for those who may change it."""
    tk.check_access("stuttgart_harvest_source_show", context, data_dict)
    source = find.source(data_dict.get("id"))
    return show.source(source, settings=_may_edit(context, source.id))


@tk.side_effect_free
def stuttgart_harvest_source_list(context: Context, data_dict: DataDict) -> list[Result]:
    """All sources by title, or those of the organization `owner_org`."""
    tk.check_access("stuttgart_harvest_source_list", context, data_dict)
    query = model.Session.query(Source).order_by(Source.title)
    if data_dict.get("owner_org"):
        query = query.filter(Source.owner_org == str(data_dict["owner_org"]))
    return [show.source(source, settings=_may_edit(context, source.id)) for source in query.all()]


def stuttgart_harvest_run_create(context: Context, data_dict: DataDict) -> Result:
    """Start a run of the source `id`."""
    tk.check_access("stuttgart_harvest_run_create", context, data_dict)
    source = find.source(data_dict.get("id"))
    try:
        run_id = engine.start(source, context.get("user") or "")
    except engine.AlreadyRunning as error:
        raise tk.ValidationError({"id": [str(error)]}) from None
    return show.run(find.run(run_id))


def stuttgart_harvest_run_abort(context: Context, data_dict: DataDict) -> Result:
    """End the run `run_id`; what it wrote stays."""
    tk.check_access("stuttgart_harvest_run_abort", context, data_dict)
    run = find.run(data_dict.get("run_id"))
    if not run.finished:
        engine.abort(run, say("{user} ended it", user=context.get("user") or "somebody"))
    return show.run(find.run(data_dict.get("run_id")))


@tk.side_effect_free
def stuttgart_harvest_run_show(context: Context, data_dict: DataDict) -> Result:
    """The run `run_id` with its outcomes."""
    tk.check_access("stuttgart_harvest_run_show", context, data_dict)
    run = find.run(data_dict.get("run_id"))
    return {**show.run(run), "outcomes": [show.outcome(outcome) for outcome in outcomes.of_run(run.id)]}


@tk.side_effect_free
def stuttgart_harvest_record_show(context: Context, data_dict: DataDict) -> Result:
    """The record `record_id` of the source `id` as it was last read."""
    tk.check_access("stuttgart_harvest_record_show", context, data_dict)
    source = find.source(data_dict.get("id"))
    record = ledger.record(source.id, loose.storable(str(data_dict.get("record_id") or "")))
    if record is None:
        raise tk.ObjectNotFound("There is no such record.")
    return show.record(record)


def stuttgart_harvest_deletions_approve(context: Context, data_dict: DataDict) -> Result:
    """Hide the datasets of the source `id` whose deletion was held."""
    tk.check_access("stuttgart_harvest_deletions_approve", context, data_dict)
    source = find.source(data_dict.get("id"))
    try:
        run_id = engine.approve(source, context.get("user") or "")
    except engine.AlreadyRunning as error:
        raise tk.ValidationError({"id": [str(error)]}) from None
    return show.run(find.run(run_id))


def stuttgart_harvest_deletions_discard(context: Context, data_dict: DataDict) -> Result:
    """Keep the datasets of the source `id` whose deletion was held; they no longer belong to it."""
    tk.check_access("stuttgart_harvest_deletions_discard", context, data_dict)
    return {"kept": engine.discard(find.source(data_dict.get("id")))}


def stuttgart_harvest_preview(context: Context, data_dict: DataDict) -> Result:
    """Look at the address `url`: what it is, the first packages of it, what a run would do. Nothing is written.

    reader, options, owner_org  where they are known already
    """
    tk.check_access("stuttgart_harvest_preview", context, data_dict)
    url, reader, options, organization = given.look(context, data_dict)
    try:
        return preview.look(url, reader, options, organization).as_dict()
    except SourceError as error:
        raise tk.ValidationError({"url": [str(error)]}) from None
    except StuttgartError as error:
        raise tk.ValidationError({"reader": [str(error)]}) from None


@tk.side_effect_free
def stuttgart_harvest_history(context: Context, data_dict: DataDict) -> list[Result]:
    """What runs did with the package `id`, the newest first."""
    tk.check_access("stuttgart_harvest_history", context, data_dict)
    package = model.Package.get(loose.storable(str(data_dict.get("id"))))
    if package is None:
        raise tk.ObjectNotFound("There is no such package.")
    return [show.outcome(outcome) for outcome in outcomes.history(package.id)]


# --- helpers ---------------------------------------------------------------------------------------------------------


def _may_edit(context: Context, source_id: str) -> bool:
    try:
        tk.check_access("stuttgart_harvest_source_update", tk.fresh_context(context), {"id": source_id})
    except tk.NotAuthorized:
        return False
    return True


def _end_runs(source_id: str, reason: Message) -> None:
    for run in model.Session.query(Run).filter(Run.source_id == source_id, Run.finished.is_(None)).all():
        engine.abort(run, reason)


def _save() -> None:
    try:
        model.Session.commit()
    except IntegrityError:
        model.Session.rollback()
        raise tk.ValidationError({"name": [tk._("There is a source with this name already.")]}) from None
