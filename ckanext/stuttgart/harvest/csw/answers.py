"""What a catalogue service answers: the root of the XML, told from exceptions and web pages, and a page of records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ckanext.stuttgart.errors import SourceUnreadable, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.iso.tree import children, local
from ckanext.stuttgart.harvest.sniff import sniff

# Exception codes of OWS Common; other words of an answer are not quoted.
EXCEPTIONS = frozenset(
    {
        "InvalidParameterValue",
        "InvalidUpdateSequence",
        "MissingParameterValue",
        "NoApplicableCode",
        "OperationNotSupported",
        "OptionNotSupported",
        "ResourceNotFound",
        "VersionNegotiationFailed",
    }
)
# What stands beside the records of an answer.
FRAME = frozenset({"RequestId", "SearchStatus", "SearchResults"})
RESPONSES = frozenset({"GetRecordsResponse", "GetRecordByIdResponse"})
METADATA = re.compile(r"(?:[A-Z]+_)?M[DI]_Metadata")
GMD_OR_MDB = re.compile(rb"www\.isotc211\.org/2005/gmd|standards\.iso\.org/iso/19115/-3/mdb")
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DCAT = "http://www.w3.org/ns/dcat#"


@dataclass(frozen=True)
class Page:
    """The records of one answer: their elements, how many the catalogue has, where the next page starts as it says."""

    elements: list[Any]
    matched: int | None = None
    following: int | None = None


def root(answer: Answer) -> Any:
    """The root of an answer, without SOAP around it. Raises SourceUnreadable for exceptions and what is no XML."""
    name = shown(answer.url)
    if sniff(answer.body, answer.content_type, answer.url) == "html":
        raise SourceUnreadable(name, say("is a web page, not a catalogue service or ISO metadata"))
    element = parse.xml(answer.body, name=name, charset=answer.charset)
    if local(element) == "Envelope":
        bodies = [child for child in children(element) if local(child) == "Body"]
        element = next((child for body in bodies for child in children(body)), element)
    if local(element) in ("ExceptionReport", "ServiceExceptionReport", "Fault"):
        codes = {each.get("exceptionCode") or each.get("code") for each in element.iter() if isinstance(each.tag, str)}
        known = ", ".join(sorted(EXCEPTIONS & {code for code in codes if code}))
        exception = (
            say("answered with an exception ({code})", code=known) if known else say("answered with an exception")
        )
        raise SourceUnreadable(name, exception)
    return element


def page(element: Any) -> Page:
    """The records of a response; some servers put them beside SearchResults instead of into it."""
    results = next((child for child in children(element) if local(child) == "SearchResults"), None)
    beside = [child for child in children(element) if local(child) not in FRAME]
    if results is None:
        return Page(beside)
    return Page(
        [*children(results), *beside],
        _number(results.get("numberOfRecordsMatched")),
        _number(results.get("nextRecord")),
    )


def enclosed(element: Any) -> list[Any]:
    """The ISO records anywhere in other XML (an OAI answer, an export), outermost ones."""
    found: list[Any] = []
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if is_metadata(each):
            found.append(each)
        else:
            waiting.extend(reversed(children(each)))
    return found


def is_metadata(element: Any) -> bool:
    """Whether an element is an ISO record of any standard or profile."""
    profile = next((value for name, value in element.items() if name.rpartition("}")[2] == "isoType"), "")
    return METADATA.fullmatch(local(element)) is not None or profile.endswith("MD_Metadata")


def is_rdf(element: Any) -> bool:
    """Whether an element is RDF, or a node of DCAT without rdf:RDF around it."""
    return str(element.tag).startswith((f"{{{RDF}}}", f"{{{DCAT}}}"))


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
