"""Paging: old and new terms, literals and IRIs, and every way in which paging does not end well."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ckanext.stuttgart.errors import SourceUnreachable, SourceUnreadable, say
from ckanext.stuttgart.harvest.bounds import Bounds
from ckanext.stuttgart.harvest.client import RDF_ACCEPT, Answer, LocalFile
from ckanext.stuttgart.harvest.hydra import Page, pages
from ckanext.stuttgart.harvest.reader import Stopped

ROOT = "https://daten.example/catalog.ttl"
PREFIXES = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"


CASES = Path(__file__).parents[3] / "shared" / "cases" / "dcat"


@pytest.fixture
def cases() -> Path:
    if not CASES.is_dir():
        pytest.skip("the folder of recorded catalogues, shared/cases/dcat, does not lie beside the checkout")
    return CASES


class Site:
    """Answers from a table; what is missing in it cannot be reached."""

    def __init__(self, answers: Mapping[str, str | bytes]) -> None:
        self.answers, self.asked = answers, []
        self.asked: list[str]

    def get(self, url: str, accept: str = RDF_ACCEPT) -> Answer:
        self.asked.append(url)
        if url not in self.answers:
            raise SourceUnreachable(url, "answered 404 Not Found")
        body = self.answers[url]
        return Answer(url, 200, "text/turtle", None, body.encode() if isinstance(body, str) else body)


def turtle(dataset: str, extra: str = "") -> str:
    return f"{PREFIXES}<{dataset}> a dcat:Dataset . {extra}"


def read(site: Site, url: str = ROOT, **bounds: int) -> tuple[list[str], Stopped | None]:
    found = list(pages(site, url, bounds=Bounds(**bounds)))
    stopped = found.pop() if found and isinstance(found[-1], Stopped) else None
    assert all(isinstance(page, Page) for page in found)
    return [page.url for page in found], stopped  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "link",
    [
        f"<{ROOT}> hydra:nextPage <{ROOT}?page=2> .",
        f'<{ROOT}> hydra:nextPage "{ROOT}?page=2" .',
        "<> a hydra:PartialCollectionView ; hydra:next <?page=2> .",
        '<#c> hydra:view [ hydra:next "?page=2" ] .',
        f'<> hydra:next <{ROOT}?page=2> ; hydra:nextPage "{ROOT}?page=2" .',
    ],
)
def test_old_and_new_terms_as_iris_and_literals_are_followed(link: str) -> None:
    site = Site({ROOT: turtle("https://a.example/1", link), ROOT + "?page=2": turtle("https://a.example/2")})
    assert read(site) == ([ROOT, ROOT + "?page=2"], None)


def test_of_two_next_links_the_one_of_this_page_is_taken() -> None:
    other = f"<{ROOT}?page=1> hydra:next <{ROOT}?page=9> . <{ROOT}> hydra:next <{ROOT}?page=2> ."
    site = Site({ROOT: turtle("https://a.example/1", other), ROOT + "?page=2": turtle("https://a.example/2")})
    assert read(site)[0] == [ROOT, ROOT + "?page=2"]


def test_the_inner_host_name_of_a_portal_behind_a_proxy_is_replaced() -> None:
    link = "<> hydra:next <http://10.1.1.1:5000/catalog.ttl?page=2> ."
    site = Site({ROOT: turtle("https://a.example/1", link), ROOT + "?page=2": turtle("https://a.example/2")})
    assert read(site) == ([ROOT, ROOT + "?page=2"], None)


def test_a_repeated_page_ends_paging_and_is_told() -> None:
    site = Site(
        {
            ROOT: turtle("https://a.example/1", "<> hydra:next <?page=2> ."),
            ROOT + "?page=2": turtle("https://a.example/2", "<> hydra:next <?page=3> ."),
            ROOT + "?page=3": turtle("https://a.example/3", "<> hydra:next <?page=2> ."),
        }
    )
    urls, stopped = read(site)
    assert len(urls) == len(site.asked) == 3
    assert stopped == Stopped(ROOT, say("a page names one as next that was read already"))


def test_a_last_page_that_names_itself_is_the_end_when_nothing_is_missing() -> None:
    site = Site({ROOT: turtle("https://a.example/1", "<> hydra:next <> ; hydra:totalItems 1 .")})
    assert read(site) == ([ROOT], None)


def test_a_page_without_anything_new_ends_endless_paging() -> None:
    site = Site(
        {f"{ROOT}?page={n}": turtle("https://a.example/1", f"<> hydra:next <?page={n + 1}> .") for n in range(9)}
    )
    urls, stopped = read(site, ROOT + "?page=0")
    assert len(urls) == 2
    assert stopped is not None
    assert "nothing new" in str(stopped.reason)


def test_the_limits_on_pages_and_bytes_end_paging() -> None:
    site = Site(
        {f"{ROOT}?page={n}": turtle(f"https://a.example/{n}", f"<> hydra:next <?page={n + 1}> .") for n in range(9)}
    )
    urls, stopped = read(site, ROOT + "?page=0", pages=3)
    assert len(urls) == 3
    assert stopped is not None
    assert "more than 3 pages" in str(stopped.reason)
    urls, stopped = read(site, ROOT + "?page=0", bytes=1)
    assert len(urls) == 1
    assert stopped is not None
    assert stopped.failed


def test_fewer_entries_than_announced_are_told() -> None:
    site = Site({ROOT: turtle("https://a.example/1", "<> hydra:totalItems 4 .")})
    assert read(site) == (
        [ROOT],
        Stopped(ROOT, say("it announces {total} entries and {found} were found", total=4, found=1)),
    )


def test_a_broken_later_page_keeps_the_earlier_ones_and_is_told() -> None:
    missing = Site({ROOT: turtle("https://a.example/1", "<> hydra:next <?page=2> .")})
    broken = Site({**missing.answers, ROOT + "?page=2": turtle("https://a.example/2") + "<"})
    empty = Site({**missing.answers, ROOT + "?page=2": b""})
    for site, words in ((missing, "404"), (broken, "broken Turtle"), (empty, "is empty")):
        urls, stopped = read(site)
        assert urls == [ROOT]
        assert stopped is not None
        assert words in str(stopped.reason)


def test_a_broken_first_page_is_an_error() -> None:
    with pytest.raises(SourceUnreadable):
        read(Site({ROOT: "<html>"}))
    with pytest.raises(SourceUnreachable):
        read(Site({}))


def test_a_file_is_read_alone_and_its_next_page_is_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "catalog.ttl"
    file.write_text(turtle("https://a.example/1", f"<> hydra:next <{ROOT}?page=2> ."))
    page, stopped = list(pages(LocalFile(file), str(file)))
    assert isinstance(page, Page)
    assert len(page.graph) == 2
    assert isinstance(stopped, Stopped)
    assert not stopped.failed


def test_recorded_pages_of_udata_are_read_to_their_end(cases: Path) -> None:
    base = "http://data.test.org/catalog.jsonld"
    site = Site(
        {
            base: (cases / "udata__paged-collection-1.jsonld").read_bytes(),
            base + "?page=2": (cases / "udata__paged-collection-2.jsonld").read_bytes(),
        }
    )
    assert read(site, base) == ([base, base + "?page=2"], None)
