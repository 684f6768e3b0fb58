"""What an action is about: the source or run that its parameters name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from sqlalchemy import or_

from ckanext.stuttgart.harvest import loose
from ckanext.stuttgart.harvest.model import Run, Source


def source(id_or_name: Any) -> Source:
    """The source with an id or name. Raises ObjectNotFound."""
    text = loose.storable(str(id_or_name or ""))
    found = model.Session.query(Source).filter(or_(Source.id == text, Source.name == text)).one_or_none()
    if found is None:
        raise tk.ObjectNotFound(f"There is no source {text[:100]!r}.")
    return found


def run(id_: Any) -> Run:
    """The run with an id. Raises ObjectNotFound."""
    text = loose.storable(str(id_ or ""))
    found = model.Session.query(Run).filter(Run.id == text).one_or_none()
    if found is None:
        raise tk.ObjectNotFound(f"There is no run {text[:100]!r}.")
    return found


def organization_of(data: Mapping[str, Any]) -> str | None:
    """The organization that looks after the source, or the source of the run, that the parameters name."""
    try:
        if data.get("run_id"):
            return source(run(data["run_id"]).source_id).owner_org
        return source(data.get("id") or data.get("source_id")).owner_org
    except tk.ObjectNotFound:
        return None
