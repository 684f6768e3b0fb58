"""Questions to a catalogue service: GetRecords as KVP, as XML or as XML in SOAP, with filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

GMD = "http://www.isotc211.org/2005/gmd"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
PREFIXES = 'xmlns:ogc="http://www.opengis.net/ogc" xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0"'
SOAP = "http://www.w3.org/2003/05/soap-envelope"
# Parameters of a request, which are no part of a service's address.
OWN = frozenset(
    (
        *("service", "request", "version", "acceptversions", "sections", "updatesequence"),
        *("startposition", "maxrecords", "resulttype", "outputformat", "outputschema", "typename", "typenames"),
        *("elementsetname", "id", "namespace", "constraint", "constraintlanguage", "constraint_language_version"),
        *("sortby", "requestid", "hopcount", "distributedsearch", "schemalanguage"),
    )
)
SCOPES = ("dataset", "series", "service")

Way = Literal["xml", "soap", "kvp"]


@dataclass(frozen=True)
class Narrowing:
    """What a source is narrowed by; "" and () for not at all.

    constraint    CQL text, passed on as it is
    organisation  part of the name of an organization
    keyword       one keyword
    scopes        some of dataset, series, service
    """

    constraint: str = ""
    organisation: str = ""
    keyword: str = ""
    scopes: tuple[str, ...] = ()

    def filter(self) -> str:
        """All but the constraint as an OGC filter; "" for nothing.

        Beside a constraint nothing: servers in use read only simple CQL, so it is passed on alone.
        """
        if self.constraint:
            return ""
        parts = [
            '<ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\">'
            f"<ogc:PropertyName>{name}</ogc:PropertyName><ogc:Literal>%{escape(_like(text))}%</ogc:Literal>"
            "</ogc:PropertyIsLike>"
            for name, text in self._texts()
        ]
        types = [
            "<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:Type</ogc:PropertyName>"
            f"<ogc:Literal>{scope}</ogc:Literal></ogc:PropertyIsEqualTo>"
            for scope in self.scopes
        ]
        parts += [f"<ogc:Or>{''.join(types)}</ogc:Or>"] if len(types) > 1 else types
        inner = f"<ogc:And>{''.join(parts)}</ogc:And>" if len(parts) > 1 else "".join(parts)
        return f"<ogc:Filter {PREFIXES}>{inner}</ogc:Filter>" if inner else ""

    def lets(self, scope: str, organisations: Iterable[str], keywords: Iterable[str]) -> bool:
        """Whether a record is wanted, going by all but the constraint."""
        organisation, keyword = self.organisation.casefold(), self.keyword.casefold()
        return (
            (not self.scopes or scope in self.scopes)
            and (not organisation or any(organisation in name.casefold() for name in organisations))
            and (not keyword or any(keyword == word.casefold() for word in keywords))
        )

    def or_nothing(self) -> tuple[Narrowing, ...]:
        """How a service is asked: it may refuse a filter, and what it sends is narrowed here as well, but for CQL."""
        return (self, Narrowing()) if self.filter() else (self,)

    def _texts(self) -> list[tuple[str, str]]:
        given = (("apiso:OrganisationName", self.organisation), ("apiso:Subject", self.keyword))
        return [(name, text) for name, text in given if text]


@dataclass(frozen=True)
class Question:
    """A GetRecords request for one page.

    url      where it is asked: of the operation in the chosen way
    schema   IRI of the schema the records shall come in; `type_name` goes with it
    sorted   by identifier, so that pages stay the same while they are read; some servers refuse that
    """

    way: Way
    url: str
    schema: str = GMD
    type_name: str = "gmd:MD_Metadata"
    narrowing: Narrowing = Narrowing()
    sorted: bool = True
    start: int = 1
    size: int = 1

    def at(self, start: int, size: int) -> Question:
        """The same question for another page."""
        return replace(self, start=start, size=size)

    def address(self) -> str:
        """The URL of a KVP request."""
        given = {
            "service": "CSW",
            "version": "2.0.2",
            "request": "GetRecords",
            "resultType": "results",
            "outputFormat": "application/xml",
            "outputSchema": self.schema,
            "typeNames": self.type_name,
            "elementSetName": "full",
            "startPosition": self.start,
            "maxRecords": self.size,
        }
        if self._prefix not in ("csw", ""):
            given["namespace"] = f"xmlns({self._prefix}={self.schema})"
        if self.sorted:
            given["sortBy"] = "apiso:Identifier:A"
        constraint = self.narrowing.constraint or self.narrowing.filter()
        if constraint:
            given["constraintLanguage"] = "CQL_TEXT" if self.narrowing.constraint else "FILTER"
            given |= {"constraint_language_version": "1.1.0", "constraint": constraint}
        return with_parameters(self.url, given)

    def body(self) -> bytes:
        """The XML of a POST request."""
        typed = f" xmlns:{self._prefix}={quoteattr(self.schema)}" if self._prefix not in ("csw", "") else ""
        text = (
            f'<csw:GetRecords xmlns:csw="{CSW}"{typed} service="CSW" version="2.0.2" resultType="results" '
            f'outputFormat="application/xml" outputSchema={quoteattr(self.schema)} '
            f'startPosition="{self.start}" maxRecords="{self.size}">'
            f"<csw:Query typeNames={quoteattr(self.type_name)}><csw:ElementSetName>full</csw:ElementSetName>"
            f"{self._constraint()}{self._sorting()}</csw:Query></csw:GetRecords>"
        )
        if self.way == "soap":
            text = f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{text}</soap:Body></soap:Envelope>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()

    @property
    def _prefix(self) -> str:
        """The prefix of the type name: of ISO metadata it stands for the schema."""
        return self.type_name.rpartition(":")[0]

    def _constraint(self) -> str:
        cql = self.narrowing.constraint
        inner = f"<csw:CqlText>{escape(cql)}</csw:CqlText>" if cql else self.narrowing.filter()
        return f'<csw:Constraint version="1.1.0">{inner}</csw:Constraint>' if inner else ""

    def _sorting(self) -> str:
        if not self.sorted:
            return ""
        inner = "<ogc:PropertyName>apiso:Identifier</ogc:PropertyName><ogc:SortOrder>ASC</ogc:SortOrder>"
        return f"<ogc:SortBy {PREFIXES}><ogc:SortProperty>{inner}</ogc:SortProperty></ogc:SortBy>"


def with_parameters(url: str, given: dict[str, object]) -> str:
    """A URL with these parameters; of its own query only what belongs to no request of a catalogue service stays."""
    parts = urlsplit(url)
    names = {name.lower() for name in given} | OWN
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k.lower() not in names]
    return parts._replace(query=urlencode([*kept, *given.items()]), fragment="").geturl()


def asked(url: str) -> dict[str, str]:
    """The query of a URL, names in lower case."""
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def without_request(url: str) -> str:
    """The address of a service out of the URL of a request to it."""
    return with_parameters(url, {}).rstrip("?")


def capabilities(url: str) -> str:
    """The URL that asks a service to describe itself."""
    return with_parameters(url, {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"})


def scopes(text: str) -> tuple[str, ...]:
    """Scopes named in a text, parted by commas. Raises ValueError naming a word that is none."""
    words = [word for word in text.lower().replace(";", ",").replace(",", " ").split() if word]
    for word in words:
        if word not in SCOPES:
            raise ValueError(word)
    return tuple(scope for scope in SCOPES if scope in words)


def _like(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\%_" else char for char in text)
