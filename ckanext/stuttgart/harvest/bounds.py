"""How far the pages of a source are read, and what is said where its end was not reached. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ckanext.stuttgart.errors import Message, say

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said


@dataclass(frozen=True)
class Bounds:
    """How far paging goes: pages, and bytes of all pages."""

    pages: int = 1_000
    bytes: int = 1_000_000_000

    def reached(self, pages: int, read: int) -> Said:
        """Why nothing follows after so many pages and bytes, "" where something may."""
        if pages >= self.pages:
            return say("it has more than {number} pages", number=self.pages)
        if read >= self.bytes:
            return say("it is larger than {number} MB", number=f"{self.bytes / 1e6:g}")
        return ""


BOUNDS = Bounds()


def short(announced: int | None, found: int) -> Message:
    """What is missing by the source's own account."""
    return say("it announces {total} entries and {found} were found", total=announced, found=found)
