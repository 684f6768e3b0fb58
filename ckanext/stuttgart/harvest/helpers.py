"""Template helpers of the harvest; they only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.stuttgart.harvest import editing, present, report, said
from ckanext.stuttgart.harvest.logic import find

__all__ = [
    "stuttgart_harvest_choices",
    "stuttgart_harvest_counts",
    "stuttgart_harvest_fields",
    "stuttgart_harvest_finding",
    "stuttgart_harvest_frequencies",
    "stuttgart_harvest_in_words",
    "stuttgart_harvest_kind",
    "stuttgart_harvest_may",
    "stuttgart_harvest_moment",
    "stuttgart_harvest_option",
    "stuttgart_harvest_organizations",
    "stuttgart_harvest_readers",
    "stuttgart_harvest_sentence",
    "stuttgart_harvest_summary",
]


def stuttgart_harvest_summary(run_id: str) -> list[str]:
    """A run in a few sentences, in the reader's language."""
    return report.summary(find.run(run_id), tk.h.lang())


def stuttgart_harvest_sentence(text: Any) -> str:
    """An English sentence of the harvest in the reader's language."""
    return present.sentence(text)


def stuttgart_harvest_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of a run in the columns of a table."""
    return present.counted(counts)


def stuttgart_harvest_in_words(counts: Mapping[str, int]) -> str:
    """The counts of a run in a line."""
    return present.in_words(counts)


def stuttgart_harvest_finding(finding: Mapping[str, Any]) -> str:
    """A finding in the reader's language."""
    return present.finding(finding)


def stuttgart_harvest_kind(name: str) -> str:
    """What kind of source a reader reads."""
    return present.kind(name)


def stuttgart_harvest_moment(value: str) -> str:
    """A moment as people write it."""
    return present.moment(value)


def stuttgart_harvest_readers() -> list[tuple[str, str]]:
    """Every kind of source, to choose from."""
    return editing.readers()


def stuttgart_harvest_frequencies() -> list[tuple[str, str]]:
    """How often a source may be read, to choose from."""
    return editing.frequencies()


def stuttgart_harvest_organizations() -> list[tuple[str, str]]:
    """The organizations whose sources the user looks after."""
    return editing.organizations()


def stuttgart_harvest_fields() -> list[tuple[str, str]]:
    """The fields of a dataset whose changes by hand may survive a run."""
    return editing.protectable()


def stuttgart_harvest_option(text: str) -> str:
    """Label or help of an option in the reader's language."""
    return said.option_text(text, tk.h.lang())


def stuttgart_harvest_choices(option: Any) -> list[tuple[str, str]]:
    """The values of an option, to choose from."""
    return editing.option_choices(option)


def stuttgart_harvest_may(action: str, **data: Any) -> bool:
    """Whether the user may do something with a source."""
    return tk.h.check_access(f"stuttgart_harvest_{action}", data)
