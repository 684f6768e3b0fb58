"""Database and search index say the same of a source's packages, whatever went wrong in between."""

from __future__ import annotations

import logging

from ckan import model
from ckan.lib import search

from ckanext.stuttgart.harvest import ledger
from ckanext.stuttgart.harvest.model import Record

log = logging.getLogger(__name__)


def mend(source_id: str) -> int:
    """Index anew what the index lacks or holds in an older state; returns how many packages that were.

    Raises SearchIndexError or SearchError where the index does not answer.
    """
    stale = differing(source_id)
    for id_ in stale:
        search.rebuild(id_, defer_commit=True)
    if stale:
        search.commit()
        log.warning("%s packages of source %s were not in the index as they are in the database", len(stale), source_id)
    return len(stale)


def differing(source_id: str) -> list[str]:
    """Ids of the source's packages whose state of change differs between database and index."""
    rows = (
        model.Session.query(model.Package.id, model.Package.metadata_modified, model.Package.state)
        .join(Record, Record.package_id == model.Package.id)
        .filter(Record.source_id == source_id, Record.state != "new")
    )
    wanted = {id_: moment.isoformat(timespec="milliseconds") for id_, moment, state in rows if state == "active"}
    found: dict[str, str] = {}
    for chunk in ledger.chunks(wanted):
        found.update(_indexed(chunk))
    return [id_ for id_, moment in wanted.items() if found.get(id_, "")[:19] != moment[:19]]


def _indexed(ids: list[str]) -> dict[str, str]:
    wanted = " OR ".join(f'"{id_}"' for id_ in ids)
    query = {"q": "*:*", "fq": f"id:({wanted})", "fl": "id metadata_modified", "rows": 1000}
    found = search.query_for(model.Package).run(query)
    return {row["id"]: row["metadata_modified"] for row in found["results"]}
