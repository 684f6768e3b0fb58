"""Actions on sources and runs. Those that only show something change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict
from sqlalchemy.exc import IntegrityError

from ckanext.stuttgart.errors import SourceError, StuttgartError
from ckanext.stuttgart.harvest import engine, ledger, preview, schedule, show, sources
from ckanext.stuttgart.harvest.logic import find
from ckanext.stuttgart.harvest.model import Run, Source, new_id, now
from ckanext.stuttgart.names import slug

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
FIELDS = ("title", "url", "reader", "frequency", "mail")
LONGEST = 2000


def stuttgart_harvest_source_create(context: Context, data_dict: DataDict) -> Result:
    """Make a source.

    url, reader, owner_org   as in `harvest.model.Source`
    title, name, options, frequency, active, priority, protected_fields, mail   likewise; may be left out
    """
    tk.check_access("stuttgart_harvest_source_create", context, {"owner_org": data_dict.get("owner_org") or "-"})
    given = _checked(data_dict, {})
    source = Source(id=new_id(), creator=context.get("user"), created=now(), name=given.pop("name"), **given)
    source.next_run = schedule.following(source.frequency, None, now())
    model.Session.add(source)
    _save()
    return show.source(source, settings=True)


def stuttgart_harvest_source_update(context: Context, data_dict: DataDict) -> Result:
    """Change what is given of a source, named by `id`."""
    tk.check_access("stuttgart_harvest_source_update", context, data_dict)
    source = find.source(data_dict.get("id"))
    before = show.source(source, settings=True)
    given = _checked({**before, **data_dict, "owner_org": data_dict.get("owner_org") or source.owner_org}, before)
    given.pop("name")
    changed = given["frequency"] != source.frequency
    for field, value in given.items():
        setattr(source, field, value)
    if changed:
        source.next_run = schedule.following(source.frequency, None, now())
    _save()
    return show.source(source, settings=True)


def stuttgart_harvest_source_delete(context: Context, data_dict: DataDict) -> None:
    """Forget a source with its runs and records; its datasets stay in the portal."""
    tk.check_access("stuttgart_harvest_source_delete", context, data_dict)
    source = find.source(data_dict.get("id"))
    for run in model.Session.query(Run).filter(Run.source_id == source.id, Run.finished.is_(None)).all():
        engine.abort(run)
    model.Session.delete(source)
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
        engine.abort(run)
    return show.run(find.run(data_dict.get("run_id")))


@tk.side_effect_free
def stuttgart_harvest_run_show(context: Context, data_dict: DataDict) -> Result:
    """The run `run_id` with its outcomes."""
    tk.check_access("stuttgart_harvest_run_show", context, data_dict)
    run = find.run(data_dict.get("run_id"))
    return {**show.run(run), "outcomes": [show.outcome(outcome) for outcome in ledger.outcomes(run.id)]}


@tk.side_effect_free
def stuttgart_harvest_record_show(context: Context, data_dict: DataDict) -> Result:
    """The record `record_id` of the source `id` as it was last read."""
    tk.check_access("stuttgart_harvest_record_show", context, data_dict)
    source = find.source(data_dict.get("id"))
    record = ledger.record(source.id, str(data_dict.get("record_id") or ""))
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
    try:
        return preview.look(
            str(data_dict.get("url") or ""),
            data_dict.get("reader") or None,
            data_dict.get("options") or {},
            data_dict.get("owner_org") or None,
        ).as_dict()
    except SourceError as error:
        raise tk.ValidationError({"url": [str(error)]}) from None
    except StuttgartError as error:
        raise tk.ValidationError({"reader": [str(error)]}) from None


@tk.side_effect_free
def stuttgart_harvest_history(context: Context, data_dict: DataDict) -> list[Result]:
    """What runs did with the package `id`, the newest first."""
    tk.check_access("stuttgart_harvest_history", context, data_dict)
    package = model.Package.get(str(data_dict.get("id")))
    if package is None:
        raise tk.ObjectNotFound("There is no such package.")
    return [show.outcome(outcome) for outcome in ledger.history(package.id)]


# --- helpers ---------------------------------------------------------------------------------------------------------


def _may_edit(context: Context, source_id: str) -> bool:
    try:
        tk.check_access("stuttgart_harvest_source_update", tk.fresh_context(context), {"id": source_id})
    except tk.NotAuthorized:
        return False
    return True


def _checked(data: Mapping[str, Any], before: Mapping[str, Any]) -> Result:
    """The fields of a source out of parameters. Raises ValidationError for each that is wrong."""
    errors: dict[str, Any] = {}
    options = data.get("options") or {}
    if not isinstance(options, Mapping):
        raise tk.ValidationError({"options": [tk._("Must be names with values.")]})
    texts = {field: str(data.get(field) or "").strip() for field in FIELDS}
    for field, text in texts.items():
        if len(text) > LONGEST or "\0" in text:
            errors[field] = [tk._("This is too long or holds characters that cannot be stored.")]
    if errors:
        raise tk.ValidationError(errors)
    problems = sources.problems(texts["url"], texts["reader"], options)
    errors |= {field: [tk._(problem) for problem in found] for field, found in problems.items()}
    if texts["frequency"] and texts["frequency"] not in schedule.FREQUENCIES:
        errors["frequency"] = [tk._("Must be one of {words}.").format(words=", ".join(schedule.FREQUENCIES))]
    if not str(data.get("priority") or 0).lstrip("-").isdigit():
        errors["priority"] = [tk._("Must be a whole number.")]
    fields = data.get("protected_fields") or []
    if not isinstance(fields, list) or not all(isinstance(field, str) for field in fields):
        errors["protected_fields"] = [tk._("Must be a list of names of fields.")]
    organization = model.Group.get(str(data.get("owner_org") or ""))
    if organization is None or not organization.is_organization or organization.state != "active":
        errors["owner_org"] = [tk._("There is no such organization.")]
    if errors or organization is None:
        raise tk.ValidationError(errors)
    title = texts["title"] or texts["url"].partition("://")[2].split("/")[0]
    return {
        "name": before.get("name") or slug(str(data.get("name") or title)),
        "title": title,
        "url": texts["url"],
        "reader": texts["reader"],
        "options": dict(options),
        "owner_org": organization.id,
        "frequency": texts["frequency"] or "never",
        "active": bool(data.get("active", True)),
        "priority": int(data.get("priority") or 0),
        "protected_fields": fields,
        "mail": texts["mail"] or None,
    }


def _save() -> None:
    try:
        model.Session.commit()
    except IntegrityError:
        model.Session.rollback()
        raise tk.ValidationError({"name": [tk._("There is a source with this name already.")]}) from None
