"""Remote sources in the hands of a test, and what every reader has to stand: used by the tests of the readers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef

from ckanext.stuttgart.dcatde.catalog import Catalog, write_catalog
from ckanext.stuttgart.dcatde.model import load
from ckanext.stuttgart.dcatde.normalise import Defaults, normalise
from ckanext.stuttgart.dcatde.parts import plan
from ckanext.stuttgart.errors import RecordRefused, SourceUnreachable
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.pipeline import content_hash
from ckanext.stuttgart.harvest.reader import Item, Reader, Record, Refused, Stopped, absolute, record_id
from tests.core.official_shapes import official

CASES = Path(__file__).parents[3] / "shared" / "cases"
CATALOG = {
    "title": "Katalog",
    "notes": "Katalog",
    "publisher": [{"name": "Stadt", "type": "http://purl.org/adms/publishertype/LocalAuthority"}],
}

Play = Callable[[str, "bytes | None"], "bytes | Answer"]


def cases(kind: str) -> Path:
    """The folder of real answers of one kind; the test is skipped where it does not lie beside the checkout."""
    folder = CASES / kind
    if not folder.is_dir():
        pytest.skip(f"the folder of recorded answers, shared/cases/{kind}, does not lie beside the checkout")
    return folder


class Site:
    """A Fetcher that answers as a test says.

    play  URL and body (None for GET) -> the body or the whole answer; KeyError: 404
    """

    def __init__(self, play: Play | Mapping[str, bytes], content_type: str = "") -> None:
        self._play: Play = play if callable(play) else lambda url, _: play[url]
        self._content_type = content_type
        self.asked: list[str] = []

    def get(self, url: str, accept: str = "") -> Answer:
        return self._answer(url, None)

    def post(self, url: str, body: bytes, content_type: str, accept: str = "") -> Answer:
        return self._answer(url, body)

    def _answer(self, url: str, body: bytes | None) -> Answer:
        self.asked.append(url)
        try:
            answer = self._play(url, body)
        except KeyError:
            raise SourceUnreachable(url, "answered 404 Not Found") from None
        return answer if isinstance(answer, Answer) else Answer(url, 200, self._content_type, None, answer)


class Read:
    """What a reader made of a source: `records`, `refused` (by the reader or its mapping), `stopped`, `packages`."""

    def __init__(self, reader: Reader, items: list[Item], options: Mapping[str, Any]) -> None:
        self.records = [item for item in items if isinstance(item, Record)]
        self.refused = {item.name: str(item.reason) for item in items if isinstance(item, Refused)}
        self.stopped = next((item for item in items if isinstance(item, Stopped)), None)
        self.mapped: dict[str, dict[str, Any]] = {}
        self.findings: dict[str, set[str]] = {}
        for record in self.records:
            try:
                id_ = record.id("amt")
                made = reader.package(record, options)
            except RecordRefused as error:
                self.refused[record.name] = str(error.problem)
            else:
                self.mapped[id_] = made.package
                self.findings[id_] = {finding.rule for finding in made.findings}

    @property
    def packages(self) -> list[dict[str, Any]]:
        """The normalised packages, with the IRIs by which the portal would serve them."""
        defaults = Defaults(publisher={"name": "Amt"}, contributor_id="http://dcat-ap.de/def/contributors/datenBW")
        ready = []
        for id_, package in self.mapped.items():
            made = normalise(package, defaults).package
            ready.append({**made, "uri": made.get("uri") or f"https://portal.example/dataset/{id_}"})
        return ready

    def package(self, title: str) -> dict[str, Any]:
        """The one package whose title begins so."""
        (found,) = [package for package in self.packages if package["title"].startswith(title)]
        return found


def read(reader: Reader, site: Any, url: str, **options: Any) -> Read:
    """Read a source to its end and map every record.

    What every reader has to stand is checked on the way: payloads are JSON, a second reading gives the same, mapping
    changes nothing in the payload, and references are absolute IRIs.
    """
    items = list(reader.records(site, url, options))
    again = list(reader.records(site, url, options))
    for first, second in zip(items, again, strict=True):
        if isinstance(first, Record) and isinstance(second, Record):
            assert json.loads(json.dumps(first.payload)) == first.payload
            assert content_hash({"payload": first.payload}) == content_hash({"payload": second.payload})
    before = [json.dumps(item.payload) for item in items if isinstance(item, Record)]
    done = Read(reader, items, options)
    assert before == [json.dumps(record.payload) for record in done.records]
    for package in done.mapped.values():
        for field in ("in_series", "serves_dataset"):
            assert all(absolute(iri) for iri in package.get(field) or ())
    return done


def assert_known_fields(done: Read) -> None:
    """Every field is one of the model: others would be stored nowhere."""
    for package in done.mapped.values():
        known = plan(load().packages[package["type"]].name).fields
        assert set(package) - {"type"} <= set(known)
        for resource in package.get("resources") or ():
            assert set(resource) <= set(plan("Distribution").fields)


def assert_conforming(done: Read) -> None:
    """Every dataset, series and service as one catalogue: no violation of the official shapes."""
    graph = Graph()
    write_catalog(graph, URIRef("https://portal.example"), Catalog(CATALOG, done.packages))
    assert {result for result in official(graph) if result[2] == "violation"} == set()


def iri_id(iri: str) -> str:
    """The id of the package that an IRI stands for."""
    return record_id(iri, "", None)
