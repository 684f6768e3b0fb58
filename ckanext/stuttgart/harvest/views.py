"""The pages of sources and runs. Every change is a POST with CKAN's token, and an action decides whether it may be."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from ckanext.stuttgart.harvest import editing, engine, present, report
from ckanext.stuttgart.harvest.logic import find
from ckanext.stuttgart.names import slug

__all__ = ["stuttgart_harvest"]

stuttgart_harvest = Blueprint("stuttgart_harvest", __name__, url_prefix="/harvest")
FOLDER = "stuttgart_harvest/"
#: Addresses of this blueprint that no source may have as its name.
TAKEN = frozenset(["new", "run"])
SANDBOXED = {
    "Content-Type": "text/plain; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "private, no-store",
}


@stuttgart_harvest.before_request
def demand_token() -> None:
    """Ask for the token of whoever is logged in by a cookie.

    CKAN exempts a view from its own check for good, once somebody without a session has called it.
    """
    if tk.request.method != "POST" or tk.g.get("login_via_auth_header"):
        return
    try:
        validate_csrf(tk.request.form.get(tk.config["WTF_CSRF_FIELD_NAME"]))
    except ValidationError:
        tk.abort(400, tk._("The form has expired. Please load the page again and send it once more."))


def _act(action: str, **data: Any) -> Any:
    try:
        return tk.get_action(action)({"user": tk.current_user.name}, data)
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such source or run."))
    except tk.NotAuthorized:
        tk.abort(403, tk._("You are not allowed to look after this source."))


def _try(action: str, **data: Any) -> Any:
    """An action whose refusal is shown on the page that follows."""
    try:
        return _act(action, **data)
    except tk.ValidationError as error:
        for texts in error.error_dict.values():
            for text in texts if isinstance(texts, list) else [texts]:
                tk.h.flash_error(present.sentence(text))
    return None


def _allow(action: str, **data: Any) -> None:
    """End with 403 where the user may not do what a page prepares."""
    try:
        tk.check_access(action, {"user": tk.current_user.name}, data)
    except tk.NotAuthorized:
        tk.abort(403, tk._("You are not allowed to look after this source."))


def _to_source(name: str) -> Response:
    return tk.redirect_to("stuttgart_harvest.source", name=name)


def _source(name: str) -> dict[str, Any]:
    """A source for somebody who may change it."""
    shown = _act("stuttgart_harvest_source_show", id=name)
    _allow("stuttgart_harvest_source_update", id=name)
    return shown


# --- sources ---------------------------------------------------------------------------------------------------------


@stuttgart_harvest.get("/")
def index() -> str:
    """All sources."""
    return tk.render(FOLDER + "index.html", {"sources": _act("stuttgart_harvest_source_list")})


@stuttgart_harvest.get("/<name>")
def source(name: str) -> str:
    """One source with its runs; whoever looks at it sees what is lost put back into the queue."""
    engine.look_after()
    return tk.render(FOLDER + "source.html", {"source": _act("stuttgart_harvest_source_show", id=name)})


@stuttgart_harvest.route("/new", methods=["GET", "POST"])
def new() -> str | Response:
    """A new source: first the address, then what the portal saw there, then the rest."""
    _allow("stuttgart_harvest_source_create")
    if tk.request.method == "GET":
        return _form(editing.blank(), None)
    form = _sent()
    if "save" in tk.request.form:
        made = _save(form, "stuttgart_harvest_source_create", name=_free_name(form.values.get("title", "")))
        if made:
            if "run" in tk.request.form:
                _try("stuttgart_harvest_run_create", id=made["name"])
            tk.h.flash_success(tk._("The data source was created."))
            return _to_source(made["name"])
        return _form(form, None, known=bool(form.values.get("reader")))
    seen = _look(form)
    return _form(form, seen, known=bool(seen))


@stuttgart_harvest.route("/<name>/edit", methods=["GET", "POST"])
def edit(name: str) -> str | Response:
    """Change a source, with a look at its address where that is wanted."""
    source = _source(name)
    if tk.request.method == "GET":
        return _form(editing.of_source(source), None, source=source)
    form = _sent()
    if "save" not in tk.request.form:
        return _form(form, _look(form), source=source)
    if _save(form, "stuttgart_harvest_source_update", id=source["id"]):
        tk.h.flash_success(tk._("The changes were saved."))
        return _to_source(name)
    return _form(form, None, source=source)


def _sent() -> editing.Form:
    return editing.of_request(tk.request.form, tk.request.form.getlist("protected_fields"))


def _free_name(title: str) -> str:
    name = slug(title)
    return f"{name}-1" if name in TAKEN else name


def _save(form: editing.Form, action: str, **more: Any) -> dict[str, Any] | None:
    try:
        data = form.data() | {name: value for name, value in more.items() if value}
        return _act(action, **data)
    except tk.ValidationError as error:
        form.refuse(error)
    return None


def _look(form: editing.Form) -> dict[str, Any] | None:
    """What the portal sees at the address; what it recognises is filled in."""
    data = form.data()
    try:
        seen = _act(
            "stuttgart_harvest_preview",
            url=data["url"],
            reader=data["reader"],
            options=data["options"],
            owner_org=data["owner_org"],
        )
    except tk.ValidationError as error:
        form.refuse(error)
        return None
    form.values["reader"] = seen["reader"]
    return seen


def _form(
    form: editing.Form, seen: dict[str, Any] | None, *, source: dict[str, Any] | None = None, known: bool = False
) -> str:
    """The page with the form.

    seen   what the portal saw at the address, where it looked
    known  whether a new source is far enough for all its fields
    """
    values = {"form": form, "seen": seen, "source": source, "whole": known or source is not None}
    return tk.render(FOLDER + ("edit.html" if source else "new.html"), values)


@stuttgart_harvest.route("/<name>/delete", methods=["GET", "POST"])
def delete(name: str) -> str | Response:
    """Ask, then forget a source; its datasets stay."""
    source = _source(name)
    if tk.request.method == "GET":
        return tk.render(FOLDER + "delete.html", {"source": source})
    _act("stuttgart_harvest_source_delete", id=source["id"])
    tk.h.flash_success(tk._("The data source was deleted. Its datasets stay in the portal."))
    return tk.redirect_to("stuttgart_harvest.index")


@stuttgart_harvest.post("/<name>/run")
def start(name: str) -> Response:
    """Start a run."""
    _try("stuttgart_harvest_run_create", id=name)
    return _to_source(name)


# --- held deletions --------------------------------------------------------------------------------------------------


@stuttgart_harvest.get("/<name>/held")
def held(name: str) -> str:
    """What would vanish from the portal, for a person to decide."""
    return tk.render(FOLDER + "held.html", {"source": _source(name)})


@stuttgart_harvest.post("/<name>/approve")
def approve(name: str) -> Response:
    """Carry out what was held."""
    _try("stuttgart_harvest_deletions_approve", id=name)
    return _to_source(name)


@stuttgart_harvest.post("/<name>/discard")
def discard(name: str) -> Response:
    """Keep what was to be deleted."""
    _try("stuttgart_harvest_deletions_discard", id=name)
    return _to_source(name)


# --- runs ------------------------------------------------------------------------------------------------------------


@stuttgart_harvest.get("/run/<run_id>")
def run(run_id: str) -> str:
    """The report of a run."""
    shown = _act("stuttgart_harvest_run_show", run_id=run_id)
    asked = tk.request.args
    chosen = {"status": asked.get("status", ""), "rule": asked.get("rule", "")}
    page = asked.get("page", "1")
    values = {
        "run": shown,
        "source": _act("stuttgart_harvest_source_show", id=shown["source_id"]),
        "report": present.report(shown["outcomes"], **chosen, page=int(page) if page.isdecimal() else 1),
        "chosen": chosen,
    }
    return tk.render(FOLDER + "run.html", values)


@stuttgart_harvest.post("/run/<run_id>/abort")
def abort(run_id: str) -> Response:
    """End a run."""
    _try("stuttgart_harvest_run_abort", run_id=run_id)
    return tk.redirect_to("stuttgart_harvest.run", run_id=run_id)


@stuttgart_harvest.get("/run/<run_id>.csv")
def run_csv(run_id: str) -> Response:
    """The report of a run for a spreadsheet."""
    _act("stuttgart_harvest_run_show", run_id=run_id)
    response = make_response(report.as_csv(find.run(run_id), tk.h.lang()))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{run_id}.csv"'
    return response


@stuttgart_harvest.get("/<name>/record/<record_id>")
def record(name: str, record_id: str) -> Response:
    """A record as it was read, as text that no browser takes for anything else."""
    kept = _act("stuttgart_harvest_record_show", id=name, record_id=record_id)
    response = make_response(json.dumps(kept["payload"], ensure_ascii=False, indent=2))
    response.headers.update(SANDBOXED)
    return response
