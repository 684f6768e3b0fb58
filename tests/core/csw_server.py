"""A catalogue service in the hands of a test: answers GetCapabilities and GetRecords, in the ways that servers do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ckanext.stuttgart.errors import SourceUnreachable
from ckanext.stuttgart.harvest.client import Answer

URL = "https://gdi.example/csw"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
EXCEPTION = (
    '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.2.0"><ows:Exception '
    'exceptionCode="{code}"><ows:ExceptionText>Geheimes aus /opt/tomcat</ows:ExceptionText></ows:Exception>'
    "</ows:ExceptionReport>"
)


def capabilities(
    get: str = URL, post: str = URL, *, soap: str = "", schemas: Sequence[str] = (), provider: str = "GDI-Stelle"
) -> str:
    """The description of a service; "" for a way that it does not offer."""
    ways = f'<ows:Get xlink:href="{get}"/>' if get else ""
    for address, encoding in ((post, "XML"), (soap, "SOAP")):
        if address:
            ways += (
                f'<ows:Post xlink:href="{address}"><ows:Constraint name="PostEncoding"><ows:Value>{encoding}'
                "</ows:Value></ows:Constraint></ows:Post>"
            )
    values = "".join(f"<ows:Value>{schema}</ows:Value>" for schema in schemas)
    parameter = f'<ows:Parameter name="outputSchema">{values}</ows:Parameter>' if values else ""
    return (
        f'<csw:Capabilities xmlns:csw="{CSW}" xmlns:ows="http://www.opengis.net/ows" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" version="2.0.2"><ows:ServiceProvider><ows:ProviderName>'
        f"{provider}</ows:ProviderName></ows:ServiceProvider><ows:OperationsMetadata>"
        f'<ows:Operation name="GetRecords"><ows:DCP><ows:HTTP>{ways}</ows:HTTP></ows:DCP>{parameter}</ows:Operation>'
        "</ows:OperationsMetadata></csw:Capabilities>"
    )


def page(records: Sequence[str], matched: Any, following: Any, *, beside: bool = False) -> str:
    """A GetRecords response."""
    inner = "".join(records)
    into, after = ("", inner) if beside else (inner, "")
    return (
        f'<csw:GetRecordsResponse xmlns:csw="{CSW}"><csw:SearchStatus/><csw:SearchResults '
        f'numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{len(records)}" nextRecord="{following}">'
        f"{into}</csw:SearchResults>{after}</csw:GetRecordsResponse>"
    )


@dataclass
class Asked:
    """One GetRecords request as the server understood it."""

    way: str
    start: int
    size: int
    schema: str
    text: str


Respond = Callable[["Server", Asked], str]


def honest(server: Server, asked: Asked) -> str:
    """As the standard has it."""
    chosen = server.records[asked.start - 1 : asked.start - 1 + asked.size]
    after = asked.start + len(chosen)
    return page(chosen, len(server.records), after if after <= len(server.records) else 0)


@dataclass
class Server:
    """A Fetcher.

    records  the XML of its records
    respond  how it answers GetRecords
    about    its capabilities, "" for a server that has none
    """

    records: Sequence[str]
    respond: Respond = honest
    about: str = field(default_factory=capabilities)
    asked: list[Asked] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def get(self, url: str, accept: str = "") -> Answer:
        self.urls.append(url)
        query = {name.lower(): values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if query.get("request") == "GetCapabilities" and self.about:
            return _answer(url, self.about)
        if query.get("request") != "GetRecords":
            raise SourceUnreachable(url, "answered 404 Not Found")
        start, size = int(query["startposition"]), int(query["maxrecords"])
        return self._records(url, Asked("kvp", start, size, query["outputschema"], query.get("constraint", "")))

    def post(self, url: str, body: bytes, content_type: str, accept: str = "") -> Answer:
        self.urls.append(url)
        root = etree.fromstring(body)
        soap = "Envelope" in root.tag
        request = next(element for element in root.iter() if element.tag.endswith("GetRecords"))
        text = etree.tostring(request, encoding="unicode")
        start, size = int(request.get("startPosition")), int(request.get("maxRecords"))
        asked = Asked("soap" if soap else "xml", start, size, request.get("outputSchema"), text)
        answer = self._records(url, asked)
        if not soap:
            return answer
        inner = re.sub(r"<\?xml.*?\?>", "", answer.body.decode())
        envelope = (
            f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{inner}</s:Body></s:Envelope>'
        )
        return _answer(url, envelope)

    def _records(self, url: str, asked: Asked) -> Answer:
        self.asked.append(asked)
        return _answer(url, self.respond(self, asked))


def _answer(url: str, text: str) -> Answer:
    return Answer(url, 200, "application/xml", None, text.encode())
