"""The pages of an RDF catalogue: follows Hydra's old and new terms, and says so when the end was not reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

from ckanext.stuttgart.errors import SourceError, say
from ckanext.stuttgart.harvest import parse
from ckanext.stuttgart.harvest.address import joined, shown
from ckanext.stuttgart.harvest.bounds import BOUNDS, Bounds, short
from ckanext.stuttgart.harvest.client import RDF_ACCEPT, Answer, Fetcher
from ckanext.stuttgart.harvest.parse import Note, Parsed
from ckanext.stuttgart.harvest.reader import Stopped
from ckanext.stuttgart.harvest.sniff import RdfFormat

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")

# hydra:next of a PartialCollectionView, and hydra:nextPage of the PagedCollection that it replaced.
NEXT = (HYDRA.next, HYDRA.nextPage)
MEMBERS = (DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService)


@dataclass(frozen=True)
class Page:
    """One page: `url` after redirects (or the path of a file), its graph, and the IRIs that were relative in it."""

    url: str
    answer: Answer = field(repr=False)
    graph: Graph = field(repr=False)
    relative: frozenset[URIRef] = frozenset()
    notes: tuple[Note, ...] = ()


@dataclass
class _Count:
    """What was read so far, to tell whether the end was reached."""

    pages: int = 0
    bytes: int = 0
    members: set[Node] = field(default_factory=set)
    total: int | None = None
    asked: set[str] = field(default_factory=set)

    def add(self, asked: str, page: Page) -> bool:
        """Count a page in; returns whether it brought anything new."""
        self.pages += 1
        self.bytes += len(page.answer.body)
        self.asked.update((asked, page.url))
        before = len(self.members)
        for type_ in MEMBERS:
            self.members.update(page.graph.subjects(RDF.type, type_))
        totals = {_number(value) for value in page.graph.objects(None, HYDRA.totalItems)} - {None}
        self.total = totals.pop() if len(totals) == 1 else self.total
        return len(self.members) > before

    @property
    def short(self) -> Said:
        """What is missing by the source's own account, "" if nothing is known to be."""
        if self.total is None or len(self.members) >= self.total:
            return ""
        return short(self.total, len(self.members))


def pages(
    fetcher: Fetcher,
    url: str,
    *,
    syntax: RdfFormat | None = None,
    accept: str = RDF_ACCEPT,
    bounds: Bounds = BOUNDS,
    limits: parse.Limits = parse.LIMITS,
) -> Iterator[Page | Stopped]:
    """Yield every page from `url` on; a `Stopped` comes last when the catalogue was not read to its end.

    fetcher  a Client, or a LocalFile whose path is `url`; a file's next page is never followed
    syntax   what the first page is, where a person knows better than the answer

    Raises SourceError when the first page cannot be read.
    """
    count, next_ = _Count(), url
    while True:
        try:
            page = _page(fetcher, next_, accept, syntax, limits)
        except SourceError as error:
            if not count.pages:
                raise
            yield Stopped(shown(url), say("a following page was not read: {error}", error=error))
            return
        grown = count.add(next_, page)
        yield page
        link = _next_link(page)
        if link is None:
            break
        if page.answer.base is None:
            yield Stopped(
                page.url, say("this file is one page of a catalogue; the next one is not followed"), failed=False
            )
            return
        next_ = _on_this_host(page.url, link)
        problem = _end(next_, count, bounds, grown)
        if problem and count.total is not None and not count.short:
            return  # Some servers name the last page as its own next one; nothing is missing.
        if problem:
            yield Stopped(shown(url), problem)
            return
    if count.short:
        yield Stopped(shown(url), count.short, failed=page.answer.base is not None)


def _number(value: Node) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _page(fetcher: Fetcher, url: str, accept: str, syntax: RdfFormat | None, limits: parse.Limits) -> Page:
    answer = fetcher.get(url, accept)
    parsed: Parsed = parse.rdf(
        answer.body,
        name=shown(answer.url),
        content_type=answer.content_type,
        charset=answer.charset,
        base=answer.base,
        syntax=syntax,
        limits=limits,
    )
    return Page(answer.url, answer, parsed.graph, parsed.relative, parsed.notes)


def _next_link(page: Page) -> str | None:
    """The next page, as IRI or literal; of several, the one of the node that is this page, else the first by name."""
    found = [(subject, str(value).strip()) for term in NEXT for subject, value in page.graph.subject_objects(term)]
    found = sorted((str(subject) != page.url, link) for subject, link in found if link)
    if not found:
        return None
    return joined(page.url, found[0][1]) if page.answer.base else found[0][1]


def _on_this_host(url: str, link: str) -> str:
    """A link with the page's own path belongs to the page's host: behind a proxy, portals write inner host names."""
    try:
        own, other = urlsplit(url), urlsplit(link)
    except ValueError:
        return link
    if (own.scheme, own.netloc) != (other.scheme, other.netloc) and own.path == other.path:
        return other._replace(scheme=own.scheme, netloc=own.netloc).geturl()
    return link


def _end(link: str, count: _Count, bounds: Bounds, grown: bool) -> Said:
    """Why the next page is not read, "" where it is."""
    if link in count.asked:
        return say("a page names one as next that was read already")
    if not grown:
        return say("a page holds nothing new and still names a next one")
    return bounds.reached(count.pages, count.bytes)
