"""What a reader of one kind of source is, and the ids of what it reads. Pure; reading goes through a `Fetcher`.

A reader is one file in `readers/`; other packages add theirs with an entry point of the group `stuttgart.readers`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, cast
from uuid import UUID, uuid5

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import ReaderError, RecordRefused
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.parse import RELATIVE

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

ENTRY_POINTS = "stuttgart.readers"
BUILT_IN: dict[str, str] = {
    "dcat": "ckanext.stuttgart.harvest.readers.dcat:READER",
    "sensorthings": "ckanext.stuttgart.harvest.readers.sensorthings:READER",
    "arcgis": "ckanext.stuttgart.harvest.readers.arcgis:READER",
    "opendatasoft": "ckanext.stuttgart.harvest.readers.opendatasoft:READER",
    "stac": "ckanext.stuttgart.harvest.readers.stac:READER",
    "ckan": "ckanext.stuttgart.harvest.readers.ckan:READER",
    "wfs": "ckanext.stuttgart.harvest.readers.wfs:READER",
    "wms": "ckanext.stuttgart.harvest.readers.wms:READER",
    "ogcapi": "ckanext.stuttgart.harvest.readers.ogcapi:READER",
    "table": "ckanext.stuttgart.harvest.readers.table:READER",
    "csw": "ckanext.stuttgart.harvest.readers.csw:READER",
}

NAMESPACE = UUID("3f0b7d52-6a0e-5c1b-9d8e-0a4c2c7f61d3")
"""The namespace of all record ids. It must never change: ids are what a second import is recognised by."""

# Schemes that name nothing outside the document or the machine it was written on.
_LOCAL = ("file:", RELATIVE, "_:")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S")

Package: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """One setting of a reader: makes the form, the check and the documentation. Texts are English message ids."""

    name: str
    label: str
    type: Literal["text", "number", "flag", "choice"] = "text"
    help: str = ""
    default: str | int | bool | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Record:
    """One raw item of a source; it becomes one package.

    name        what the source calls it, for people: its IRI, else its identifier or title
    payload     what the reader's `package` needs, as JSON values; unchanged payload, unchanged package
    iri         what it is known by everywhere, if it has such a name
    identifier  what it is known by inside its organization
    modified    the source's own date of change, as it writes it
    publisher   the Agent who publishes the catalogue that lists it, for records that name nobody
    first       written before the others: a series, which its members must find
    """

    name: str
    payload: Any
    iri: str | None = None
    identifier: str | None = None
    modified: str | None = None
    publisher: Package | None = None
    first: bool = False

    def id(self, organization: str) -> str:
        """The id of its package. Raises RecordRefused."""
        return record_id(self.iri, organization, self.identifier, name=self.name)


@dataclass(frozen=True)
class Refused:
    """A record that is left out, by name. It is there in the source, so nothing of it may be deleted."""

    name: str
    title: str
    reason: Said


@dataclass(frozen=True)
class Stopped:
    """The last item of a source that was not read to its end; what came before holds, what is missing is unknown.

    `failed` is False where that was expected: a file that is one page of a larger catalogue.
    """

    source: str
    reason: Said
    failed: bool = True


Item: TypeAlias = Record | Refused | Stopped


@dataclass(frozen=True)
class Mapped:
    """The package of a record in the model's fields, not normalised, and what was noticed on the way.

    References to other records (`in_series`, `access_service`, `serves_dataset`) are their IRIs.
    """

    package: Package
    findings: tuple[Finding, ...] = field(default=())


class Reader(Protocol):
    """How to read one kind of source; `name` is the word for it in commands and settings."""

    name: str
    label: str
    options: Sequence[Option]

    def addresses(self, url: str) -> Sequence[str]:
        """Where a source of this kind would answer, if `url` leads to one: the URL itself, or below it. Pure."""
        ...

    def recognises(self, answer: Answer) -> int:
        """How sure the reader is, 0 to 100, that this answer is of its kind; no further request."""
        ...

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Every record of the source, in its order. Raises SourceError when the first answer cannot be read."""
        ...

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The package of a record. Pure. Raises RecordRefused."""
        ...


def absolute(iri: str | None) -> str | None:
    """Return an IRI that names the same thing everywhere, in NFC, else None: relative, local or made-up ones do not."""
    text = unicodedata.normalize("NFC", (iri or "").strip())
    if not _ABSOLUTE.match(text) or text.lower().startswith(_LOCAL) or "/.well-known/genid/" in text:
        return None
    return text


def record_id(iri: str | None, organization: str, identifier: str | None, *, name: str = "") -> str:
    """Return the id of a record's package: from its absolute IRI, without one from organization and identifier.

    A file and a URL of one catalogue, and two sources that list one dataset, thus meet in the same id.
    Raises RecordRefused (as `name`) when there is neither.
    """
    anchor = absolute(iri)
    if anchor is None:
        identifier = unicodedata.normalize("NFC", (identifier or "").strip())
        if not identifier or not organization:
            raise RecordRefused(name or iri or "A record", "has neither an absolute IRI nor an identifier")
        anchor = f"{organization}\n{identifier}"
    return str(uuid5(NAMESPACE, anchor.encode("utf-8", "replace").decode()))


@cache
def reader_names() -> tuple[str, ...]:
    """The names of all readers, built-in ones first; nothing is loaded."""
    return tuple(dict.fromkeys([*BUILT_IN, *sorted(_registered())]))


@cache
def reader(name: str) -> Reader:
    """Load a reader. Raises ReaderError naming it when there is none or it does not load."""
    registered = _registered()
    try:
        if name in BUILT_IN:
            module, _, attribute = BUILT_IN[name].partition(":")
            return cast("Reader", getattr(import_module(module), attribute))
        if name in registered:
            return cast("Reader", registered[name].load())
    except (ImportError, AttributeError) as error:
        raise ReaderError(f"The reader {name!r} does not load: {error}.") from error
    raise ReaderError(f"There is no reader {name!r}; there are {', '.join(reader_names())}.")


def identify(answer: Answer, names: Sequence[str] | None = None) -> Reader | None:
    """Return the reader that is surest of an answer, None when none is; one that does not load is passed over."""
    best: tuple[int, Reader] | None = None
    for name in names if names is not None else reader_names():
        try:
            candidate = reader(name)
        except ReaderError:
            continue
        sure = candidate.recognises(answer)
        if sure > (best[0] if best else 0):
            best = (sure, candidate)
    return best[1] if best else None


def _registered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS) if point.name not in BUILT_IN}
