"""The pages of a catalogue: stepped by what was really received, made smaller where a record breaks them.

Servers in use announce more or fewer records than they send, name page 1 as the next one for ever, send empty pages in
the middle, leave out a record they cannot write or fail on the whole page. So their counts end nothing but the last
page; at the end they tell whether all was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ckanext.stuttgart.errors import SourceError, SourceUnreadable, say
from ckanext.stuttgart.harvest.address import shown
from ckanext.stuttgart.harvest.bounds import Bounds, short
from ckanext.stuttgart.harvest.client import Fetcher
from ckanext.stuttgart.harvest.csw import answers
from ckanext.stuttgart.harvest.csw.answers import Page
from ckanext.stuttgart.harvest.csw.questions import Question
from ckanext.stuttgart.harvest.iso.tree import first, local
from ckanext.stuttgart.harvest.reader import Refused, Stopped

if TYPE_CHECKING:
    from ckanext.stuttgart.errors import Said

ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"
POSTED = {"xml": "application/xml; charset=utf-8", "soap": "application/soap+xml; charset=utf-8"}
SIZE = 50
BOUNDS = Bounds(pages=4_000)
# Failures in a row after which the service is taken to be gone: more than it takes to find two bad records in a page.
MOST_FAILURES = 8
# Questions that are also asked for single records, where the first page breaks.
BEST = 4
IDENTIFIERS = ("fileIdentifier", "metadataIdentifier/*/code", "identifier", "**/identifier")


@dataclass
class _Progress:
    """Where the reading is: the next position, the size of the next page, and what was met so far."""

    position: int = 1
    size: int = SIZE
    requests: int = 0
    bytes: int = 0
    matched: int | None = None
    failures: int = 0
    repeated: int = 0
    lost: int = 0
    seen: set[str] = field(default_factory=set)

    def add(self, page: Page) -> bool:
        """Count a page in; returns whether it brought anything new. Twice on one page, a record counts twice."""
        before = len(self.seen)
        here: set[str] = set()
        for offset, element in enumerate(page.elements):
            mark = identifier_of(element) or f"\0{self.position + offset}"
            self.repeated += mark in here
            here.add(mark)
        self.seen |= here
        self.position += len(page.elements)
        self.failures, self.size = 0, min(self.size * 2, SIZE)
        return len(self.seen) > before

    @property
    def ended(self) -> bool:
        """Whether every record that is announced was passed."""
        return self.matched is not None and self.position > self.matched

    @property
    def missing(self) -> Said:
        """Why the catalogue is not complete, "" where it is."""
        if self.lost:
            return say("{number} of its records could not be read", number=self.lost)
        found = len(self.seen) + self.repeated
        if self.matched is not None and found < self.matched:
            return short(self.matched, found)
        return ""


def identifier_of(element: Any) -> str:
    """The identifier of a record of any schema, "" where it has none."""
    about = (value for name, value in element.items() if name.rpartition("}")[2] == "about")
    return first(element, *IDENTIFIERS) or next(about, "")


class Pages:
    """Reads a catalogue through the first of several questions that its service answers."""

    def __init__(self, fetcher: Fetcher, questions: Sequence[Question], bounds: Bounds = BOUNDS) -> None:
        self._fetcher, self._questions, self._bounds = fetcher, questions, bounds
        self._progress = _Progress()

    def read(self) -> Iterator[Page | Refused | Stopped]:
        """Yield every page, a Refused for each record that cannot be sent, and a Stopped last where any is missing.

        Raises SourceError when the service answers none of the questions, or announces records and sends none.
        """
        progress, lost = self._progress, []
        question, answered = self._asked()
        while not progress.ended:
            page = answered or self._ask(question)
            answered = None
            if isinstance(page, Page) and page.elements:
                yield from lost
                lost.clear()
                new = progress.add(page)
                yield page
                problem = self._beyond() if new else say("a page holds nothing new")
                if problem:
                    yield Stopped(shown(question.url), problem)
                    return
                if progress.matched is None and not page.following:
                    break
            elif isinstance(page, Page) and progress.matched is None:
                break
            elif self._given_up():
                yield self._gone(question, page)
                return
            elif progress.size > 1:
                progress.size //= 2
            else:
                lost.append(self._lose(page))
        yield from lost
        if progress.missing:
            yield Stopped(shown(question.url), progress.missing)

    def _asked(self) -> tuple[Question, Page | None]:
        """The first question that is answered: with a whole page, else with one record, the first or the second."""
        problem: SourceError | None = None
        progress = self._progress
        for start, progress.size, number in ((1, SIZE, len(self._questions)), (1, 1, BEST), (2, 1, BEST)):
            for question in self._questions[:number]:
                progress.position = start
                page = self._ask(question)
                if isinstance(page, Page):
                    progress.position = 1
                    return question, page if start == 1 else None
                problem = problem or page
        raise problem or SourceUnreadable("The catalogue", say("cannot be asked for records"))

    def _ask(self, question: Question) -> Page | SourceError:
        """The next page, or why there is none."""
        progress = self._progress
        progress.requests += 1
        now = question.at(progress.position, progress.size)
        try:
            if now.way == "kvp":
                answer = self._fetcher.get(now.address(), ACCEPT)
            else:
                answer = self._fetcher.post(now.url, now.body(), POSTED[now.way], ACCEPT)
            progress.bytes += len(answer.body)
            element = answers.root(answer)
            if local(element) != "GetRecordsResponse":
                raise SourceUnreadable(shown(answer.url), say("answers something else than records"))
        except SourceError as error:
            return error
        page = answers.page(element)
        progress.matched = page.matched if page.matched is not None else progress.matched
        return page

    def _beyond(self) -> Said:
        """Which bound is reached, "" where none is."""
        return self._bounds.reached(self._progress.requests, self._progress.bytes)

    def _given_up(self) -> bool:
        self._progress.failures += 1
        return self._progress.failures > MOST_FAILURES

    def _gone(self, question: Question, page: Page | SourceError) -> Stopped:
        """The end of a service that answers no more. Raises SourceUnreadable when it never sent any record."""
        progress = self._progress
        if not progress.seen:
            if isinstance(page, SourceError):
                raise page
            nothing = say("announces {number} records and sends none", number=progress.matched)
            raise SourceUnreadable(shown(question.url), nothing)
        if isinstance(page, SourceError):
            return Stopped(shown(question.url), say("a following page was not read: {error}", error=page))
        found = len(progress.seen) + progress.repeated
        return Stopped(shown(question.url), short(progress.matched, found))

    def _lose(self, page: Page | SourceError) -> Refused:
        """Pass over the record at the next position."""
        progress = self._progress
        name = f"record {progress.position}"
        progress.position, progress.lost = progress.position + 1, progress.lost + 1
        if isinstance(page, SourceError):
            why = say("cannot be read from the catalogue, which {problem}", problem=page.problem)
        else:
            why = say("cannot be read from the catalogue, which sends nothing in its place")
        return Refused(name, "", why)
