"""The exceptions of this extension: every message is one plain sentence that names the thing that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import LiteralString

    Said: TypeAlias = "LiteralString | Message"
    """A sentence that stands in the code, so that its German can stand in a table; never one put together."""


@dataclass(frozen=True)
class Message:
    """A part of a sentence in English with slots, so that it can be said in another language: see `harvest.phrases`."""

    text: str
    values: Mapping[str, str | Message] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def say(text: LiteralString, **values: object) -> Message:
    """A message with its values (texts, messages, errors of a source): `say("has {number} pages", number=7)`."""
    return Message(text, {name: _part(value) for name, value in values.items()})


def _part(value: object) -> str | Message:
    if isinstance(value, SourceError):
        return value.message
    return value if isinstance(value, Message) else str(value)


def plain(message: str | Message) -> dict[str, Any]:
    """A message as JSON keeps it; `heard` makes it one again."""
    if isinstance(message, Message):
        values = {name: plain(v) if isinstance(v, Message) else v for name, v in message.values.items()}
        return {"text": message.text, "values": values}
    return {"text": message.replace("{", "{{").replace("}", "}}"), "values": {}} if message else {}


def heard(kept: Mapping[str, Any]) -> Message:
    """A message out of JSON; an empty one of an empty dict."""
    values = {name: heard(v) if isinstance(v, Mapping) else v for name, v in kept.get("values", {}).items()}
    return Message(kept.get("text", ""), values)


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

    def __init__(self, source: str, problem: Said, remedy: Said = "") -> None:
        super().__init__(source, problem, remedy)
        self.source = source
        self.problem: Said = problem
        self.remedy: Said = remedy

    def __str__(self) -> str:
        return f"{self.source}: {self.problem}." + (f" {self.remedy}." if str(self.remedy) else "")

    @property
    def message(self) -> Message:
        """The source and the problem, as a part of another message."""
        return say("{source}: {problem}", source=self.source, problem=self.problem)


class SourceRefused(SourceError):
    """We do not open it: not http(s), an inner address, a file that is not one."""


class SourceUnreachable(SourceError):
    """It did not answer as it should: no connection, an error status, too slow, too large, cut short."""


class SourceUnreadable(SourceError):
    """It answered, and the answer is not what was asked for or is broken."""


class RecordRefused(StuttgartError):
    """One record is left out: its name in the source and why; the others go on."""

    def __init__(self, record: str, problem: Said) -> None:
        super().__init__(record, problem)
        self.record = record
        self.problem: Said = problem

    def __str__(self) -> str:
        return f"{self.record}: {self.problem}."


class ReaderError(StuttgartError):
    """A reader does not exist or does not load."""
