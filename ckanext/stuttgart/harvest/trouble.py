"""What goes wrong while packages are written: whose fault it is, whether a second try helps, what is said of it."""

from __future__ import annotations

import logging
import time

import ckan.plugins.toolkit as tk
from ckan.lib import search
from ckan.lib.search import SearchError, SearchIndexError
from rq.timeouts import BaseTimeoutException
from sqlalchemy.exc import DBAPIError, IntegrityError

from ckanext.stuttgart.errors import Message, SourceError, StuttgartError, say
from ckanext.stuttgart.harvest import leases
from ckanext.stuttgart.harvest.ingest import refusal, unexpected

log = logging.getLogger(__name__)

# Classes of PostgreSQL's error codes that are about the server and not about what was sent.
SERVER = ("08", "53", "57", "58")
# Two transactions in each other's way: one of them is asked to try again.
CONFLICT = ("40",)
INDEX_WAIT, INDEX_LOOK = 60.0, 3.0  # seconds in which a restarted index comes back


def of_the_database(error: BaseException) -> bool:
    """Whether the database went away, or is in no state to work."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _code(error)[:2] in SERVER


def of_the_index(error: BaseException) -> bool:
    """Whether the search index said no, or nothing."""
    return isinstance(error, SearchIndexError | SearchError)


def pass_on(error: Exception) -> None:
    """Raise what ends a job: it is not the record's fault."""
    if isinstance(error, leases.Lost | BaseTimeoutException) or of_the_database(error):
        raise error
    if of_the_index(error) and not _index_comes_back():
        raise error


def passes(error: Exception) -> bool:
    """Whether a second try may do better: another worker took the name, or had the same package, in the meantime."""
    if isinstance(error, tk.ValidationError):
        return bool({"name", "id"} & set(error.error_dict))
    if isinstance(error, DBAPIError):
        return isinstance(error, IntegrityError) or _code(error)[:2] in CONFLICT
    return of_the_index(error)


def said(error: Exception) -> Message:
    """What is said of a record that could not be written."""
    if isinstance(error, tk.ValidationError):
        return refusal(error)
    if of_the_index(error):
        return say("is refused by the search index; see the log")
    return unexpected("stored", error)


def of_the_run(error: Exception) -> Message:
    """What is said of a run one of whose jobs broke off."""
    if isinstance(error, SourceError):
        return error.message
    if isinstance(error, StuttgartError):
        return say("{error}", error=str(error).rstrip("."))
    if of_the_index(error):
        return say("the search index could not be reached")
    if isinstance(error, MemoryError):
        return say("it needed more memory than a job may take")
    if isinstance(error, BaseTimeoutException):
        return say("one of its jobs took longer than a job may take")
    if isinstance(error, tk.ObjectNotFound):
        return say("the organization of the source is no longer there")
    return say("The run stopped with an error nobody foresaw ({error}; see the log)", error=type(error).__name__)


def _index_comes_back() -> bool:
    until = time.monotonic() + INDEX_WAIT
    while not search.is_available():
        if time.monotonic() > until:
            return False
        time.sleep(INDEX_LOOK)
    return True


def _code(error: DBAPIError) -> str:
    return str(getattr(error.orig, "pgcode", None) or "")
