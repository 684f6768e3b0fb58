"""Database and search index say the same of a source's packages, whatever went wrong in between."""

from __future__ import annotations

import logging
from datetime import datetime

from ckan import model
from ckan.lib import search

from ckanext.stuttgart.harvest import ledger
from ckanext.stuttgart.harvest.model import Record

log = logging.getLogger(__name__)


def mend(source_id: str) -> int:
    """Index anew what the index lacks or holds in an older state, remove from it what is deleted.

    Returns how many packages the index refuses. Raises SearchIndexError or SearchError where it does not answer.
    """
    stale, surplus = differing(source_id)
    if stale or surplus:
        log.warning("source %s: %s packages to index anew, %s to remove", source_id, len(stale), len(surplus))
    for id_ in surplus:
        search.clear(id_)
    refused = [id_ for id_ in stale if not _indexed_anew(id_)]
    if stale or surplus:
        search.commit()
    return len(refused)


def _indexed_anew(id_: str) -> bool:
    try:
        search.rebuild(package_ids=[id_])
    except search.SearchIndexError:
        if not search.is_available():
            raise
        log.exception("package %s cannot be indexed", id_)
        return False
    return True


def differing(source_id: str) -> tuple[list[str], list[str]]:
    """Ids of the source's packages that the index lacks or holds in an older state, and of those it holds in vain."""
    rows = (
        model.Session.query(Record.package_id, model.Package.metadata_modified, model.Package.state)
        .outerjoin(model.Package, Record.package_id == model.Package.id)
        .filter(Record.source_id == source_id, Record.state != "new")
    )
    wanted = {id_: _moment(moment) if state == "active" else None for id_, moment, state in rows}
    found: dict[str, datetime] = {}
    for chunk in ledger.chunks(wanted):
        found.update(_indexed(chunk))
    stale = [id_ for id_, moment in wanted.items() if moment and found.get(id_) != moment]
    return stale, [id_ for id_ in found if wanted[id_] is None]


def _indexed(ids: list[str]) -> dict[str, datetime]:
    wanted = " OR ".join(f'"{id_}"' for id_ in ids)
    query = {"q": "*:*", "fq": f"id:({wanted})", "fl": "id metadata_modified", "rows": 1000}
    found = search.query_for(model.Package).run(query)
    return {row["id"]: _moment(datetime.fromisoformat(_padded(row["metadata_modified"]))) for row in found["results"]}


def _padded(text: str) -> str:
    """A date of Solr, which leaves closing zeros out, as Python 3.10 reads it."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return f"{whole}.{fraction:0<3}"


def _moment(moment: datetime) -> datetime:
    """As exact as the index keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
