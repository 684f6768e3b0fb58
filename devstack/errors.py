"""The one exception of the package."""

from __future__ import annotations


class StackError(Exception):
    """Something that keeps the stack from standing, said in one sentence for the person at the terminal."""
