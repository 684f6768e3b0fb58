"""The pages of sources and runs. Every change is a POST with CKAN's token, and an action decides whether it may be."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, current_app, make_response

from ckanext.stuttgart.harvest import engine, report
from ckanext.stuttgart.harvest.logic import find

__all__ = ["stuttgart_harvest"]

stuttgart_harvest = Blueprint("stuttgart_harvest", __name__, url_prefix="/harvest")
SANDBOXED = {
    "Content-Type": "text/plain; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
}


@stuttgart_harvest.before_request
def _ask_for_the_token() -> None:
    """CKAN leaves out the blueprints of extensions unless `ckan.csrf_protection.ignore_extensions` is off."""
    current_app.extensions["csrf"].protect()


def _act(action: str, **data: Any) -> Any:
    try:
        return tk.get_action(action)({"user": tk.current_user.name}, data)
    except tk.ObjectNotFound:
        tk.abort(404, tk._("There is no such source or run."))
    except tk.NotAuthorized:
        tk.abort(403, tk._("You are not allowed to look after this source."))


def _try(action: str, **data: Any) -> None:
    """An action whose refusal is shown on the page that follows."""
    try:
        _act(action, **data)
    except tk.ValidationError as error:
        for text in error.error_summary.values():
            tk.h.flash_error(text)


@stuttgart_harvest.get("/")
def index() -> str:
    """All sources."""
    return tk.render("stuttgart_harvest/index.html", {"sources": _act("stuttgart_harvest_source_list")})


@stuttgart_harvest.get("/<name>")
def source(name: str) -> str:
    """One source with its runs; whoever looks at it sees what is lost put back into the queue."""
    engine.look_after()
    return tk.render("stuttgart_harvest/source.html", {"source": _act("stuttgart_harvest_source_show", id=name)})


@stuttgart_harvest.post("/<name>/run")
def start(name: str) -> Response:
    """Start a run."""
    _try("stuttgart_harvest_run_create", id=name)
    return tk.redirect_to("stuttgart_harvest.source", name=name)


@stuttgart_harvest.post("/<name>/approve")
def approve(name: str) -> Response:
    """Carry out what was held."""
    _try("stuttgart_harvest_deletions_approve", id=name)
    return tk.redirect_to("stuttgart_harvest.source", name=name)


@stuttgart_harvest.post("/<name>/discard")
def discard(name: str) -> Response:
    """Keep what was to be deleted."""
    _try("stuttgart_harvest_deletions_discard", id=name)
    return tk.redirect_to("stuttgart_harvest.source", name=name)


@stuttgart_harvest.get("/run/<run_id>")
def run(run_id: str) -> str:
    """The report of a run."""
    return tk.render("stuttgart_harvest/run.html", {"run": _act("stuttgart_harvest_run_show", run_id=run_id)})


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
