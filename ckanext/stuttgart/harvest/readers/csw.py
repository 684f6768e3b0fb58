"""ISO metadata (19139, 19115-3) from a Catalogue Service for the Web, from single files, and from folders of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ckanext.stuttgart.dcatde.findings import Finding
from ckanext.stuttgart.errors import SourceError, SourceRefused, SourceUnreadable, say
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.client import Answer, Fetcher
from ckanext.stuttgart.harvest.csw import answers, capabilities, folder, questions
from ckanext.stuttgart.harvest.csw.gathering import Gathering
from ckanext.stuttgart.harvest.csw.pages import ACCEPT, Pages
from ckanext.stuttgart.harvest.csw.questions import Narrowing
from ckanext.stuttgart.harvest.reader import Item, Mapped, Option, Record, Stopped
from ckanext.stuttgart.harvest.sniff import root_of

# Where GeoNetwork, pycsw, deegree and InGrid answer below their start page.
PLACES = ("srv/ger/csw", "srv/eng/csw", "geonetwork/srv/ger/csw", "geonetwork/srv/eng/csw", "csw", "services/csw")


class CswReader:
    """Reads ISO metadata; the payload of a record is its package, with `findings` beside the fields.

    Things without an IRI of their own are named by the request for their record (`iso.references.made_iri`), services
    by their address and kind (`iso.online.Service.iri`), so that data and services can name each other.
    """

    name = "csw"
    label = "Catalogue service (CSW) or ISO 19139 / 19115-3 metadata"
    options: Sequence[Option] = (
        Option("organization", "Organization", help="Only records that name an organization with this in its name."),
        Option("keyword", "Keyword", help="Only records with this keyword, for example opendata."),
        Option("types", "Types", help="Only these, parted by commas: dataset, series, service."),
        Option("constraint", "CQL filter", help="A filter in CQL that is passed on to the catalogue."),
    )

    def addresses(self, url: str) -> Sequence[str]:
        """The description of a service at the URL or where its software puts it below; a file answers as it is."""
        if _is_file(url):
            return (url,)
        below = url.partition("?")[0].rstrip("/")
        found = (questions.capabilities(url), *(questions.capabilities(f"{below}/{place}") for place in PLACES), url)
        return tuple(dict.fromkeys(found))

    def recognises(self, answer: Answer) -> int:
        """By the root element; a web folder only when it links to XML files."""
        namespace, name = root_of(answer.body)
        if "/cat/csw/" in namespace and name in (*answers.RESPONSES, "Capabilities"):
            return 95 if namespace.endswith("2.0.2") else 60
        if answers.METADATA.fullmatch(name):
            return 90
        if name and b"MD_Metadata" in answer.body and answers.GMD_OR_MDB.search(answer.body):
            return 0 if name.endswith("Report") else 40
        return 15 if folder.files(answer) else 0

    def records(self, fetcher: Fetcher, url: str, options: Mapping[str, Any]) -> Iterator[Item]:
        """Data and series in the order of the catalogue, then the services, each put together once."""
        narrowing = _narrowing(url, options)
        answer = _first(fetcher, url)
        listed = folder.files(answer)
        if listed:
            yield from _of_folder(fetcher, listed, narrowing)
            return
        root = answers.root(answer)
        if capabilities.is_capabilities(root):
            yield from _of_service(fetcher, capabilities.read(root, answer.url, narrowing), narrowing)
        else:
            yield from _of_answer(answer, _page(answer, root), narrowing)

    def package(self, record: Record, options: Mapping[str, Any]) -> Mapped:
        """The payload is the package."""
        package = {name: value for name, value in record.payload.items() if name != "findings"}
        return Mapped(package, tuple(Finding(*each) for each in record.payload.get("findings", ())))


READER = CswReader()


def _is_file(url: str) -> bool:
    """Whether a URL asks for one thing by itself: a request, or a file of metadata; a path does too."""
    request = questions.asked(url).get("request", "").lower()
    if "://" not in url or request not in ("", "getcapabilities", "getrecords"):
        return True
    return not request and urlsplit(url).path.lower().endswith(".xml")


def _first(fetcher: Fetcher, url: str) -> Answer:
    """The description of the service at the URL, else what is there. Raises SourceError."""
    if _is_file(url):
        return fetcher.get(url, ACCEPT)
    problem: SourceError | None = None
    for each in (questions.capabilities(url), url):
        try:
            answer = fetcher.get(each, ACCEPT)
            if each == url or capabilities.is_capabilities(answers.root(answer)):
                return answer
        except SourceError as error:
            problem = problem or error
    raise problem or SourceUnreadable(shown(url), say("is no catalogue service"))


def _of_service(fetcher: Fetcher, service: capabilities.Service, narrowing: Narrowing) -> Iterator[Item]:
    gathering = Gathering(service.address, narrowing, service.publisher or None)
    end: Stopped | None = None
    for item in Pages(fetcher, service.questions).read():
        if isinstance(item, Stopped):
            end = item
        elif isinstance(item, answers.Page):
            yield from gathering.add(item.elements, service.address)
        else:
            yield item
    yield from gathering.records()
    if end:
        yield end


def _page(answer: Answer, root: Any) -> answers.Page:
    """The records in any XML that holds ISO metadata. Raises SourceUnreadable for other XML."""
    if answers.local(root) in answers.RESPONSES:
        return answers.page(root)
    found = answers.enclosed(root)
    if not found:
        raise SourceUnreadable(shown(answer.url), say("is XML, but neither a catalogue service nor ISO metadata"))
    return answers.Page(found)


def _of_answer(answer: Answer, page: answers.Page, narrowing: Narrowing) -> Iterator[Item]:
    """One file, or one answer of a service that somebody asked: what it holds, and that it is not all."""
    requested = bool(answer.base) and "request" in questions.asked(answer.url)
    address = questions.without_request(answer.url) if requested else ""
    gathering = Gathering(address, narrowing)
    yield from gathering.add(page.elements, answer.base)
    yield from gathering.records()
    if page.matched is not None and page.matched > len(page.elements):
        reason = say(
            "this is one answer of a catalogue with {number} records; the others are not in it", number=page.matched
        )
        yield Stopped(shown(answer.url), reason, failed=answer.base is not None)


def _of_folder(fetcher: Fetcher, urls: Sequence[str], narrowing: Narrowing) -> Iterator[Item]:
    gathering, end = Gathering("", narrowing), None
    for url in urls:
        try:
            answer = fetcher.get(url, ACCEPT)
            page = _page(answer, answers.root(answer))
        except SourceError as error:
            end = Stopped(shown(url), say("a file of the folder was not read: {error}", error=error))
            continue
        yield from gathering.add(page.elements, url)
    yield from gathering.records()
    if end:
        yield end


def _narrowing(url: str, options: Mapping[str, Any]) -> Narrowing:
    """The options as they are asked for. Raises SourceRefused naming a type that there is not.

    A URL of GetRecords with a filter in CQL stands for the whole of what it asks for, page by page.
    """
    given = {name: str(options.get(name) or "").strip() for name in ("constraint", "organization", "keyword", "types")}
    asked = questions.asked(url) if "://" in url else {}
    if asked.get("request", "").lower() == "getrecords" and asked.get("constraintlanguage", "").lower() != "filter":
        given["constraint"] = given["constraint"] or asked.get("constraint", "")
    try:
        scopes = questions.scopes(given["types"])
    except ValueError as error:
        problem = say("has records of the types dataset, series and service, not {type}", type=error)
        raise SourceRefused(shown(url), problem) from None
    return Narrowing(given["constraint"], given["organization"], given["keyword"], scopes)
