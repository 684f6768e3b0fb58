"""Responsible parties by their roles: publisher, creator, contributor, originator, custodian, contact.

Mail addresses and names of persons go into the contact only; every other party is an organization.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.harvest.iso.tables import codes
from ckanext.stuttgart.harvest.iso.tree import HTTP, Source, best, code, find, find_all, first, href, one_line, plain

RESOURCE = ("identificationInfo/*/pointOfContact", "identificationInfo/*/citation/*/citedResponsibleParty")
DISTRIBUTOR = ("distributionInfo/**/distributorContact",)
METADATA = ("contact",)
CONTACT = "pointOfContact"

ORGANISATION = ("organisationName", "party/CI_Organisation/name")
PERSON = (
    "individualName",
    "individualLastName",
    "party/CI_Individual/name",
    "party/CI_Organisation/individual/CI_Individual/name",
)
POSITION = ("positionName", "party/CI_Organisation/individual/CI_Individual/positionName")

Package = dict[str, Any]


@dataclass(frozen=True)
class Party:
    """One responsible party; texts in the language that is shown, "" where it says nothing."""

    role: str
    organisation: str
    person: str
    position: str
    emails: tuple[str, ...]
    telephone: str
    url: str
    iri: str

    @property
    def reachable(self) -> bool:
        """Whether a reader can write or call."""
        return bool(self.emails or self.telephone or self.url)

    def agent(self) -> Package:
        """As an Agent; {} without a name."""
        name = self.organisation or self.person
        given = {"name": name, "uri": self.iri, "url": self.url}
        return {key: value for key, value in given.items() if value} if name else {}

    def contacts(self) -> Iterator[Package]:
        """As a contact; of several mail addresses each further one is a contact with the same name."""
        named = ", ".join(filter(None, (self.organisation, self.person))) or self.position
        given = {"name": named, "email": self.emails[0] if self.emails else ""}
        given |= {"telephone": self.telephone, "url": self.url}
        yield {key: value for key, value in given.items() if value}
        for email in self.emails[1:]:
            yield {"name": named, "email": email} if named else {"email": email}


@dataclass(frozen=True)
class Parties:
    """The parties of a record: of the data, of their distribution, of the metadata."""

    resource: tuple[Party, ...]
    distributor: tuple[Party, ...]
    metadata: tuple[Party, ...]

    @classmethod
    def of(cls, source: Source) -> Parties:
        """Every party of a record that is described in it."""
        return cls(
            *(
                tuple(party for element in find_all(source.root, *paths) for party in _parties(element, source))
                for paths in (RESOURCE, DISTRIBUTOR, METADATA)
            )
        )

    @property
    def names(self) -> list[str]:
        """Every organization that the record names anywhere."""
        every = (*self.resource, *self.distributor, *self.metadata)
        return list(dict.fromkeys(party.organisation for party in every if party.organisation))

    def fields(self, source: Source) -> Package:
        """The fields of all roles."""
        roles = codes("roles")
        package: Package = {}
        for party in self.resource:
            name, agent = roles.get(party.role, {}).get("field"), party.agent()
            if name and name not in ("publisher", "contact") and agent and agent not in package.setdefault(name, []):
                package[name].append(agent)
        publisher = self._publisher(source)
        if publisher:
            package["publisher"] = [publisher]
        contacts = [contact for party in self._contacts() for contact in party.contacts() if contact]
        if contacts:
            package["contact"] = list({str(contact): contact for contact in contacts}.values())
        return {name: value for name, value in package.items() if value}

    def _publisher(self, source: Source) -> Package:
        """The party in that role, else the one nearest to it; noted, since the record does not say so itself."""
        roles = codes("roles")
        for group in (self.resource, self.distributor, self.metadata):
            ranked = [(rank, party) for party in group if (rank := roles.get(party.role, {}).get("publisher", 0))]
            for rank, party in sorted(ranked, key=lambda pair: pair[0]):
                agent = party.agent()
                if agent:
                    if rank > 1:
                        source.note("publisher_from_role", "publisher", party.role, agent["name"], "notice")
                    return agent
        return {}

    def _contacts(self) -> list[Party]:
        """Who can be asked about the data: the first group in which anybody can be reached."""
        points = [party for party in self.resource if party.role == CONTACT]
        groups: Iterable[Iterable[Party]] = (points, self.metadata, self.distributor, self.resource)
        return next((reached for group in groups if (reached := [party for party in group if party.reachable])), points)


def _parties(element: Any, source: Source) -> Iterator[Party]:
    """The party of a property; of a property that only refers to one nothing is known."""
    for holder in find(element, "*"):
        organisation = next(iter(find_all(holder, *ORGANISATION)), None)
        roles = find(holder, "role")
        party = Party(
            code(roles[0]) if roles else "",
            source.shown(organisation) if organisation is not None else "",
            first(holder, *PERSON),
            next((text for found in find_all(holder, *POSITION) if (text := source.shown(found))), ""),
            tuple(dict.fromkeys(filter(None, (one_line(plain(e)) for e in find(holder, "**/electronicMailAddress"))))),
            _telephone(holder),
            next((url for found in find(holder, "**/onlineResource/*/linkage") if (url := linkage(found, source))), ""),
            _iri(holder, organisation),
        )
        if party.organisation or party.person or party.position or party.emails:
            yield party


def _telephone(holder: Any) -> str:
    voice = first(holder, "**/phone/*/voice")
    if voice:
        return voice
    for telephone in find(holder, "**/phone/*"):
        kind = find(telephone, "numberType")
        if not kind or code(kind[0]) in ("voice", ""):
            number = first(telephone, "number")
            if number:
                return number
    return ""


def _iri(holder: Any, organisation: Any) -> str:
    """The IRI of an organization: of its name, else of its identifier (ROR)."""
    given = [href(organisation)] if organisation is not None else []
    given += [one_line(plain(found)) for found in find(holder, "party/CI_Organisation/partyIdentifier/*/code")]
    return next((iri for iri in given if HTTP.fullmatch(iri)), "")


def linkage(element: Any, source: Source) -> str:
    """The URL of an online resource; of several for several languages (`che:PT_FreeURL`) the one that is shown."""
    url = one_line(plain(element))
    if url:
        return url
    found: dict[str, str] = {}
    for each in find(element, "**/LocalisedURL"):
        text = one_line(each.text or "")
        if text:
            found.setdefault(source.tag_of(each), text)
    return best(found, source.language)
