"""What every service of a stack can do."""

from __future__ import annotations

from typing import Protocol


class Service(Protocol):
    """PostgreSQL, Redis or Solr of one stack."""

    @property
    def title(self) -> str:
        """The name for progress lines."""
        ...

    def running(self) -> bool:
        """Say whether the process is there."""
        ...

    def start(self) -> None:
        """Start it in the background and return when it answers."""
        ...

    def stop(self) -> None:
        """Stop it; nothing happens when it is not there."""
        ...

    def variables(self) -> dict[str, str]:
        """Return the ``CKAN_*`` variables that lead to it."""
        ...
