"""What a run will do: known packages and seen records -> new, changed, unchanged, gone, returned. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ckanext.stuttgart.errors import Message, say

State = Literal["active", "hidden", "deleted"]


@dataclass(frozen=True)
class Known:
    """What the portal holds of a record.

    hash    content hash of the package as last written; None forces a write
    state   hidden: gone from the source, in its time of grace; deleted: after it
    source  the source that owns it, "" for the one the plan is made for
    """

    hash: str | None
    state: State = "active"
    source: str = ""


@dataclass(frozen=True)
class Seen:
    """What the source holds of a record; hash None: it is there but unreadable, so it is neither new nor gone."""

    id: str
    hash: str | None


@dataclass(frozen=True)
class Guard:
    """When deletions are held for a person: more than max(`records`, `share` of the active records) would go."""

    records: int = 5
    share: float = 0.20

    def allows(self, gone: int, active: int) -> bool:
        """Whether so many may go by themselves."""
        return gone <= max(self.records, self.share * active)


GUARD = Guard()


@dataclass(frozen=True)
class Plan:
    """Ids by what will be done with them, each in exactly one tuple, in the order of the source.

    new        unknown so far
    changed    known with another hash
    unchanged  nothing is written
    returned   hidden or deleted, and there again: written under the same id
    unread     there but unreadable: left as it is (unknown ones are in no other tuple either)
    foreign    owned by another source, which keeps it
    gone       active and not seen; hidden unless `held`
    held       deletions wait for a person, for `reason`
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    held: bool = False
    reason: str | Message = ""

    @property
    def writes(self) -> tuple[str, ...]:
        """What is created or updated."""
        return self.new + self.changed + self.returned

    @property
    def removals(self) -> tuple[str, ...]:
        """What is hidden without asking anyone."""
        return () if self.held else self.gone


def plan(
    known: Mapping[str, Known], seen: Iterable[Seen], complete: bool, *, source: str = "", guard: Guard = GUARD
) -> Plan:
    """Compare what is known with what was seen.

    known     by id: the packages of this source, and those of others whose ids the source also names
    complete  whether the source was read to its end without any error
    source    the name under which this source owns packages in `known`

    An id seen twice counts once, the first time. Deletions are held when the answer was incomplete or empty or when
    the guard does not allow them.
    """
    names = ("new", "changed", "unchanged", "returned", "unread", "foreign")
    found: dict[str, list[str]] = {name: [] for name in names}
    met: set[str] = set()
    for item in seen:
        if item.id not in met:
            met.add(item.id)
            found[_what(known.get(item.id), item, source)].append(item.id)
    own = [id_ for id_, package in known.items() if _owns(source, package) and package.state == "active"]
    gone = [id_ for id_ in own if id_ not in met]
    reason = _reason(len(gone), len(own), bool(met), complete, guard)
    lists = {name: tuple(ids) for name, ids in found.items()}
    return Plan(**lists, gone=tuple(gone), held=reason != "", reason=reason)


def _owns(source: str, package: Known) -> bool:
    return package.source in ("", source)


def _what(known: Known | None, item: Seen, source: str) -> str:
    if known is not None and not _owns(source, known):
        return "foreign"
    if item.hash is None:
        return "unread"
    if known is None:
        return "new"
    if known.state != "active":
        return "returned"
    return "unchanged" if known.hash == item.hash else "changed"


def _reason(gone: int, active: int, any_seen: bool, complete: bool, guard: Guard) -> str | Message:
    """Why deletions are held, "" where they are not."""
    if not gone:
        return ""
    if not any_seen:
        return say("the source is empty, and {known} datasets of it are known", known=active)
    if not complete:
        return say(
            "the source was not read completely, so {gone} of {known} datasets may only seem to be gone",
            gone=gone,
            known=active,
        )
    if not guard.allows(gone, active):
        return say("{gone} of {known} datasets would go at once", gone=gone, known=active)
    return ""


def content_hash(package: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a package as canonical JSON: key order and empty values do not count, list order does.

    Hashes are of packages, not of RDF, whose lexical forms and blank nodes differ from one reading to the next.
    Raises TypeError or ValueError for what JSON cannot hold.
    """
    plain = _without_empty(package)
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = ((key, _without_empty(item)) for key, item in value.items())
        return {key: item for key, item in items if not _empty(item)}
    if isinstance(value, list | tuple):
        return [item for item in map(_without_empty, value) if not _empty(item)]
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
