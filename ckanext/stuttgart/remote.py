"""Reading from other servers for pages: through the one client, with less patience than for a harvest."""

from __future__ import annotations

from dataclasses import replace

from ckanext.stuttgart import settings
from ckanext.stuttgart.harvest.client import Answer, Client

DEADLINE = 12.0  # seconds: a person waits
MOST_BYTES = 5_000_000


def read(url: str, accept: str) -> Answer:
    """The answer of another server, whole and within limits. Raises SourceError."""
    limits = replace(settings.client(), deadline=DEADLINE, max_bytes=MOST_BYTES, tries=1, read_timeout=DEADLINE)
    return Client(limits).get(url, accept)
