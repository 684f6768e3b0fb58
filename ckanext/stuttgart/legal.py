"""What the law asks a portal to say about its operator, privacy and accessibility: the slots of the pages. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from ckanext.stuttgart.checked import Email, FilmFile, Iri, PartialDate, Telephone

Status = Literal["full", "partial", "none"]


def _status(value: str) -> str | None:
    known = get_args(Status)
    return None if value in known else f"must be one of {', '.join(known)}, not {value[:60]!r}"


@dataclass(frozen=True)
class Wording:
    """A text in German and English; both may be open."""

    de: str | None
    en: str | None = field(metadata={"slot": False})

    def get(self, language: str) -> str | None:
        """The text in `language`, else in German."""
        return (self.en if language.startswith("en") else None) or self.de


@dataclass(frozen=True)
class Operator:
    """Who answers for the portal (imprint, § 5 DDG); `address` on one line, as it stands on a letter."""

    address: str | None
    representative: str | None
    email: Email | None
    telephone: Telephone | None
    vat_id: str | None = field(metadata={"slot": False})
    responsible: str | None  # for editorial content, § 18 (2) MStV


@dataclass(frozen=True)
class Party:
    """An office that is not the operator."""

    name: str | None
    address: str | None
    email: Email | None = field(metadata={"slot": False})
    url: Iri | None = field(metadata={"slot": False})


@dataclass(frozen=True)
class Privacy:
    """Privacy (Art. 13 GDPR): who is asked, what the server keeps and for how long."""

    officer: Party
    authority: Party
    log_days: int | None
    host: str | None


@dataclass(frozen=True)
class Accessibility:
    """The accessibility statement: the law it follows, how far it is met, and who helps when it is not."""

    law: Wording
    status: Annotated[str, _status] | None
    gaps: Wording
    method: Wording
    issued: PartialDate | None
    reviewed: PartialDate | None
    email: Email | None
    telephone: Telephone | None
    arbitration: Party
    arbitration_law: Wording


@dataclass(frozen=True)
class SignLanguage:
    """The film in German Sign Language, its length in minutes and seconds, and what it says as text (Markdown)."""

    film: FilmFile | None
    length: str | None
    transcript: str | None


@dataclass(frozen=True)
class Legal:
    """The slots of the pages that the law asks for."""

    operator: Operator
    privacy: Privacy
    accessibility: Accessibility
    sign_language: SignLanguage
