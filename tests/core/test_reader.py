"""Ids of records, and how readers are found."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.errors import ReaderError, RecordRefused
from ckanext.stuttgart.harvest import reader as readers
from ckanext.stuttgart.harvest.client import Answer
from ckanext.stuttgart.harvest.reader import absolute, identify, reader, reader_names, record_id

ANSWER = Answer("https://a.example/", 200, "text/turtle", None, b"")


class Sure:
    """A reader that is always equally sure."""

    options = ()
    label = "Sure"

    def __init__(self, name: str, sure: int) -> None:
        self.name, self.sure = name, sure

    def recognises(self, answer: Answer) -> int:
        return self.sure


def test_the_id_of_an_iri_is_fixed_for_all_time() -> None:
    assert record_id("https://stadt.example/dataset/1", "amt", "x") == "9c45e05b-5f98-5475-bdb3-ab71e726c579"


def test_an_absolute_iri_alone_decides_whoever_lists_it() -> None:
    one = record_id("https://stadt.example/dataset/1", "amt", "x")
    assert one == record_id("https://stadt.example/dataset/1", "anderes-amt", None)
    assert one != record_id("https://stadt.example/dataset/1/", "amt", "x")


@pytest.mark.parametrize(
    "iri",
    [
        None,
        "",
        " ",
        "dataset/1",
        "/dataset/1",
        "#a",
        "file:///tmp/a.ttl#1",
        "urn:x-relative:dataset/1",
        "_:b0",
        "C:\\daten",
        "https://a.example/.well-known/genid/1",
    ],
)
def test_without_an_absolute_iri_organization_and_identifier_decide(iri: str | None) -> None:
    assert record_id(iri, "amt", "x") == record_id(None, "amt", "x")
    assert record_id(iri, "amt", "x") != record_id(iri, "amt-2", "x")


def test_a_record_without_iri_and_identifier_is_refused_by_name() -> None:
    with pytest.raises(RecordRefused, match=r"^Bäume: has neither an absolute IRI nor an identifier\.$"):
        record_id(None, "amt", " ", name="Bäume")
    with pytest.raises(RecordRefused):
        record_id("dataset/1", "", "x")


def test_composed_and_decomposed_umlauts_are_the_same_record() -> None:
    assert record_id("https://a.example/stra\u00dfen-b\u00e4ume", "o", None) == record_id(
        "https://a.example/stra\u00dfen-ba\u0308ume", "o", None
    )


@given(st.text(), st.text(), st.text())
def test_every_id_is_a_uuid_or_a_refusal(iri: str, organization: str, identifier: str) -> None:
    try:
        assert UUID(record_id(iri, organization, identifier)).version == 5
    except RecordRefused:
        assert absolute(iri) is None


@pytest.mark.parametrize("identifier", ['a"b', "a\\b", "a'b", "100%", "a_b", "a\nb", "x" * 40_000, "\ud800"])
def test_odd_identifiers_have_ids_too(identifier: str) -> None:
    assert UUID(record_id(None, "amt", identifier))


def test_an_unknown_reader_is_named_together_with_the_known_ones() -> None:
    with pytest.raises(ReaderError, match=r"no reader 'xyz'.*dcat"):
        reader("xyz")


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules[__name__]
    monkeypatch.setattr(module, "sure", Sure("sure", 60), raising=False)
    monkeypatch.setattr(module, "surer", Sure("surer", 90), raising=False)
    points = {
        name: EntryPoint(name, target, readers.ENTRY_POINTS)
        for name, target in {
            "sure": f"{__name__}:sure",
            "surer": f"{__name__}:surer",
            "broken": "no.such.module:READER",
        }.items()
    }
    monkeypatch.setattr(readers, "_registered", lambda: points)
    monkeypatch.setitem(sys.modules, __name__, module)
    readers.reader_names.cache_clear()
    readers.reader.cache_clear()
    yield
    readers.reader_names.cache_clear()
    readers.reader.cache_clear()


@pytest.mark.usefixtures("registered")
def test_readers_of_other_packages_are_found_beside_the_built_in_ones() -> None:
    assert set(reader_names()) == {*readers.BUILT_IN, "sure", "surer", "broken"}
    assert reader("sure").name == "sure"


@pytest.mark.usefixtures("registered")
def test_a_reader_that_does_not_load_is_named_and_stops_no_other() -> None:
    with pytest.raises(ReaderError, match="'broken' does not load"):
        reader("broken")
    found = identify(ANSWER, ["broken", "sure", "surer"])
    assert found is not None
    assert found.name == "surer"


def test_an_answer_nobody_recognises_has_no_reader() -> None:
    assert identify(ANSWER, []) is None
