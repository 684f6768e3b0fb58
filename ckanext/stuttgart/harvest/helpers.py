"""Template helpers of the harvest; they only read."""

from __future__ import annotations

from itertools import islice

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.harvest import report
from ckanext.stuttgart.harvest.logic import find

__all__ = ["stuttgart_harvest_rows", "stuttgart_harvest_summary"]

MOST_ROWS = 500


def stuttgart_harvest_summary(run_id: str) -> str:
    """A run in a few sentences, in the reader's language."""
    return " ".join(report.summary(find.run(run_id), tk.h.lang()))


def stuttgart_harvest_rows(run_id: str) -> list[list[str]]:
    """The rows of a run's report without their head, at most 500: the CSV file has them all."""
    return list(islice(report.rows(find.run(run_id), tk.h.lang()), 1, MOST_ROWS + 1))
