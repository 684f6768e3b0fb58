"""The exceptions of this extension: every message is one plain sentence that names the thing that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Message:
    """A part of a sentence in English with slots, so that it can be said in another language: see `harvest.words`."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def say(text: str, **values: object) -> Message:
    """A message with its values: `say("has more than {number} pages", number=7)`."""
    return Message(text, {name: str(value) for name, value in values.items()})


def plain(message: str | Message) -> dict[str, Any]:
    """A message as JSON keeps it; `heard` makes it one again."""
    if isinstance(message, Message):
        return {"text": message.text, "values": dict(message.values)}
    return {"text": message.replace("{", "{{").replace("}", "}}"), "values": {}} if message else {}


def heard(kept: Mapping[str, Any]) -> Message:
    """A message out of JSON; an empty one of an empty dict."""
    return Message(kept.get("text", ""), kept.get("values", {}))


class StuttgartError(Exception):
    """Base of all errors a caller may expect from this extension."""


class CityProfileError(StuttgartError):
    """A city profile was refused: its file, and one or more dotted keys with what is wrong with them."""

    def __init__(self, file: str | Path, key: str, problem: str) -> None:
        super().__init__(file, key, problem)
        self.file = str(file)
        self.problems: tuple[tuple[str, str], ...] = ((key, problem),)

    @classmethod
    def of(cls, file: str | Path, problems: Sequence[tuple[str, str]]) -> CityProfileError:
        """One error for all (key, problem) pairs found in a file; at least one."""
        error = cls(file, *problems[0])
        error.problems = tuple(problems)
        return error

    def __str__(self) -> str:
        return "\n".join(
            f"City profile {self.file}: {f'{key}: ' if key else ''}{problem}" for key, problem in self.problems
        )


class SourceError(StuttgartError):
    """A source was not read: its name (without credentials), the problem, and what a person can do about it."""

    def __init__(self, source: str, problem: str | Message, remedy: str | Message = "") -> None:
        super().__init__(source, problem, remedy)
        self.source, self.problem, self.remedy = source, problem, remedy

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}." + (f" {self.remedy}." if str(self.remedy) else "")


class SourceRefused(SourceError):
    """We do not open it: not http(s), an inner address, a file that is not one."""


class SourceUnreachable(SourceError):
    """It did not answer as it should: no connection, an error status, too slow, too large, cut short."""


class SourceUnreadable(SourceError):
    """It answered, and the answer is not what was asked for or is broken."""


class RecordRefused(StuttgartError):
    """One record is left out: its name in the source and why; the others go on."""

    def __init__(self, record: str, problem: str | Message) -> None:
        super().__init__(record, problem)
        self.record, self.problem = record, problem

    def __str__(self) -> str:
        return f"{self.record}: {self.problem}."


class ReaderError(StuttgartError):
    """A reader does not exist or does not load."""
