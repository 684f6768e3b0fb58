"""Runs of a source: what is written, what is not, what is deleted and what never is."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.tests import factories, helpers

from tests.core.hostile import Server, answer
from tests.portal.harvesting import Origin, agree, catalogue, counts, dataset, index, packages, sysadmin, turtle


def moments() -> dict[str, Any]:
    return {name: package.metadata_modified for name, package in packages().items()}


def test_a_first_run_creates_and_an_unchanged_one_writes_nothing(source: Origin) -> None:
    first = source.run()
    assert (first["error"], first["state"], counts(first)) == ("", "finished", {"created": 10})
    before = moments()
    second = source.run()
    assert (second["state"], counts(second)) == ("finished", {"unchanged": 10})
    assert moments() == before
    assert second["outcomes"] == []
    assert agree()


def test_what_changes_is_updated_and_nothing_else(source: Origin) -> None:
    source.run()
    source.serves(range(9), dataset(9, "Neuer Titel"))
    assert counts(source.run()) == {"updated": 1, "unchanged": 9}
    assert packages()["datensatz-9"].title == "Neuer Titel"
    assert agree()


def test_what_vanishes_is_hidden_then_deleted_and_comes_back_as_the_same(source: Origin) -> None:
    source.run()
    ids = {name: package.id for name, package in packages().items()}
    source.serves(range(8))
    assert counts(source.run()) == {"hidden": 2, "unchanged": 8}
    assert index()["datensatz-9"] == "private"
    assert helpers.call_action("package_search")["count"] == 8
    with helpers.changed_config("ckanext.stuttgart.harvest.grace_days", -1):
        assert counts(source.run()) == {"deleted": 2, "unchanged": 8}
    assert packages()["datensatz-9"].state == "deleted"
    source.serves(range(10))
    assert counts(source.run()) == {"returned": 2, "unchanged": 8}
    back = packages(state="active", private=False)
    assert {name: package.id for name, package in back.items()} == ids
    assert agree()


def test_a_hidden_dataset_that_returns_in_time_is_public_again(source: Origin) -> None:
    source.run()
    source.serves(range(8))
    source.run()
    source.serves(range(10))
    assert counts(source.run()) == {"returned": 2, "unchanged": 8}
    assert set(index().values()) == {"public"}


@pytest.mark.parametrize("left", [0, 4])
def test_a_mass_of_deletions_waits_for_a_person(source: Origin, left: int) -> None:
    source.run()
    source.serves(range(left))
    run = source.run()
    assert run["held"]
    assert counts(run).get("hidden") is None
    assert helpers.call_action("package_search")["count"] == 10
    assert len(source.shown()["held"]) == 10 - left


def test_held_deletions_can_be_approved(source: Origin) -> None:
    from ckanext.stuttgart.harvest import engine

    source.run()
    source.serves([])
    source.run()
    made = helpers.call_action("stuttgart_harvest_deletions_approve", id="quelle")
    while engine.advance(made["id"], queue=False):
        for job in engine._queued(made["id"]):
            engine.work(job, limited=False)
    assert helpers.call_action("package_search")["count"] == 0
    assert source.shown()["held"] == []
    assert agree()


def test_held_deletions_can_be_discarded_and_are_not_held_again(source: Origin) -> None:
    source.run()
    source.serves([])
    source.run()
    assert helpers.call_action("stuttgart_harvest_deletions_discard", id="quelle") == {"kept": 10}
    source.serves([20])
    run = source.run()
    assert (run["held"], counts(run)) == ("", {"created": 1})
    assert helpers.call_action("package_search")["count"] == 11


def test_what_was_held_and_is_there_again_waits_no_longer(source: Origin) -> None:
    source.run()
    source.serves([])
    source.run()
    source.serves(range(10))
    run = source.run()
    assert (run["held"], counts(run)) == ("", {"unchanged": 10})
    assert source.shown()["held"] == []


@pytest.mark.parametrize(
    "play",
    [
        answer("503 Service Unavailable"),
        answer("404 Not Found"),
        answer(body=b"", Content_Type="text/turtle"),
        answer(body=b"<!DOCTYPE html><html>Wartung</html>", Content_Type="text/html"),
        answer(body=catalogue(range(10))[:-30], Content_Type="text/turtle"),
        answer(body=catalogue(range(10)), length=10**6, Content_Type="text/turtle"),
    ],
    ids=["503", "404", "empty", "html", "cut", "short"],
)
def test_a_source_that_cannot_be_read_fails_and_deletes_nothing(source: Origin, play: Any) -> None:
    source.run()
    source.server.plays[source.path] = play
    with helpers.changed_config("ckanext.stuttgart.harvest.deadline", 5):
        run = source.run()
    assert run["state"] == "failed"
    assert run["error"]
    assert "Wartung" not in run["error"]
    assert counts(run) == {}
    assert helpers.call_action("package_search")["count"] == 10
    source.serves(range(10))
    assert counts(source.run()) == {"unchanged": 10}


def test_a_broken_later_page_lets_the_earlier_ones_in_and_deletes_nothing(source: Origin) -> None:
    source.run()
    following = f"<{source.server.url('/catalog.ttl')}> hydra:next <{source.server.url('/2.ttl')}> ."
    source.serves([*range(3), 11, 12], following)
    run = source.run()
    assert run["state"] == "finished"
    assert not run["complete"]
    assert "not read completely" in run["held"]
    assert counts(run) == {"created": 2, "unchanged": 3}
    assert helpers.call_action("package_search")["count"] == 12


def test_fewer_records_than_announced_are_an_incomplete_answer(source: Origin) -> None:
    source.run()
    source.serves(range(9), "<https://quelle.example/> hydra:totalItems 10 .")
    run = source.run()
    assert "not read completely" in run["held"]
    assert helpers.call_action("package_search")["count"] == 10


def test_one_bad_record_costs_exactly_itself(source: Origin) -> None:
    source.serves(range(9), '<https://quelle.example/x> a dcat:Dataset ; dct:description "ohne Titel"@de .')
    run = source.run()
    assert counts(run) == {"created": 9, "refused": 1}
    (refused,) = [o for o in run["outcomes"] if o["status"] == "refused"]
    assert (refused["name"], refused["reason"]) == ("https://quelle.example/x", "has no title")
    again = source.run()
    assert counts(again) == {"unchanged": 9, "refused": 1}


def test_what_an_editor_deletes_stays_deleted(source: Origin) -> None:
    source.run()
    helpers.call_action("package_delete", context=sysadmin(), id="datensatz-3")
    source.serves([0, 1, 2, *range(4, 10)], dataset(3, "Geändert"))
    run = source.run()
    assert counts(run) == {"skipped": 1, "unchanged": 9}
    assert packages()["datensatz-3"].state == "deleted"
    assert counts(source.run()) == {"unchanged": 10}


def test_what_an_editor_makes_private_stays_private(source: Origin) -> None:
    source.run()
    helpers.call_action("package_patch", context=sysadmin(), id="datensatz-3", private=True)
    source.serves([0, 1, 2, *range(4, 10)], dataset(3, "Geändert"))
    assert counts(source.run()) == {"updated": 1, "unchanged": 9}
    assert packages()["datensatz-3"].private
    assert packages()["datensatz-3"].title == "Geändert"


def test_protected_fields_keep_what_an_editor_wrote(server: Server, owner: str) -> None:
    source = Origin(server, owner, protected_fields=["title", "frequency"])
    source.serves(range(2))
    source.run()
    daily = "http://publications.europa.eu/resource/authority/frequency/DAILY"
    helpers.call_action("package_patch", context=sysadmin(), id="datensatz-1", title="Mein Titel", frequency=daily)
    source.serves([0], dataset(1, "Geändert", '; dct:identifier "neu"'))
    assert counts(source.run()) == {"updated": 1, "unchanged": 1}
    kept = helpers.call_action("package_show", id="datensatz-1")
    assert (kept["title"], kept["frequency"], kept["identifier"]) == ("Mein Titel", daily, "neu")


def test_the_same_record_in_two_sources_stays_with_the_first(source: Origin, server: Server) -> None:
    source.run()
    other = factories.Organization(name="anderes")["id"]
    second = Origin(server, other, "zweite", "/2.ttl", priority=99)
    second.serves(range(8, 12))
    run = second.run()
    assert counts(run) == {"created": 2, "refused": 2}
    reasons = {o["reason"] for o in run["outcomes"] if o["status"] == "refused"}
    assert reasons == {"belongs to the source Quelle, which had it first"}
    assert packages()["datensatz-9"].owner_org != other
    assert counts(second.run()) == {"unchanged": 2, "refused": 2}
    assert counts(source.run()) == {"unchanged": 10}


def test_what_was_made_by_hand_is_never_overwritten(server: Server, owner: str) -> None:
    source = Origin(server, owner)
    source.serves([1])
    from tests.core.sources import iri_id

    factories.Dataset(id=iri_id("https://quelle.example/1"), name="handarbeit", title="Handarbeit", owner_org=owner)
    run = source.run()
    assert counts(run) == {"refused": 1}
    assert packages()["handarbeit"].title == "Handarbeit"


@pytest.mark.parametrize(("first", "second"), [(0, 5), (5, 0)])
def test_duplicates_in_two_sources_are_hidden_by_priority_and_nothing_alternates(
    server: Server, owner: str, first: int, second: int
) -> None:
    one, two = (
        Origin(server, owner, name, f"/{name}.ttl", priority=priority)
        for name, priority in (("eins", first), ("zwei", second))
    )
    for origin, number in ((one, "a"), (two, "b")):
        server.plays[origin.path] = turtle(
            catalogue([], dataset(number, f"Bäume {number}", '; dct:identifier "DE-BW-S-BAUM-0815"'))
        )
    for _ in range(2):
        one.run()
        two.run()
        shown = {name for name, capacity in index().items() if capacity == "public"}
        assert shown == {"baeume-a" if first > second else "baeume-b"}
    winner, loser = (one, two) if first > second else (two, one)
    winner.serves([])
    winner.run()
    winner.serves(["c"])
    winner.run()
    helpers.call_action("stuttgart_harvest_deletions_discard", id=winner.name)
    assert agree()
    assert loser.run()["state"] == "finished"


def test_a_new_address_with_the_old_identifier_is_the_same_dataset(server: Server, owner: str) -> None:
    source = Origin(server, owner)
    source.serves([], dataset("alt", "Bäume", '; dct:identifier "ABC-1"'))
    source.run()
    (before,) = packages().values()
    source.serves([], dataset("neu", "Bäume", '; dct:identifier "ABC-1"'))
    assert counts(source.run()) == {"updated": 1}
    (after,) = packages().values()
    assert (after.id, after.name) == (before.id, before.name)
    assert counts(source.run()) == {"unchanged": 1}


def test_one_identifier_for_two_records_is_refused_for_the_second(server: Server, owner: str) -> None:
    source = Origin(server, owner)
    same = '; dct:identifier "ABC-1"'
    source.serves([], dataset("a", "A", same) + dataset("b", "B", same))
    assert counts(source.run()) == {"created": 1, "refused": 1}


def test_series_and_services_are_linked_in_one_run(server: Server, owner: str) -> None:
    source = Origin(server, owner)
    series = '<https://quelle.example/reihe> a dcat:DatasetSeries ; dct:title "Reihe"@de ; dct:description "R"@de .'
    source.serves([], dataset(1, more="; dcat:inSeries <https://quelle.example/reihe>") + series)
    assert counts(source.run()) == {"created": 2}
    shown = helpers.call_action("package_show", id="datensatz-1")
    assert shown["in_series"] == [packages()["reihe"].id]


def test_two_runs_of_a_source_never_overlap(source: Origin) -> None:
    import ckan.plugins.toolkit as tk

    helpers.call_action("stuttgart_harvest_run_create", id="quelle")
    with pytest.raises(tk.ValidationError, match="still going on"):
        helpers.call_action("stuttgart_harvest_run_create", id="quelle")


def test_only_the_last_runs_are_kept(source: Origin) -> None:
    with helpers.changed_config("ckanext.stuttgart.harvest.kept_runs", 3):
        for _ in range(5):
            source.run()
        assert len(source.shown()["runs"]) == 3


def test_the_activity_stream_is_written_only_where_the_setting_says_so(source: Origin) -> None:
    def written() -> int:
        table = model.meta.metadata.tables["activity"]
        return sum("package" in row.activity_type for row in model.Session.execute(table.select()))

    source.run()
    assert written() == 0
    source.serves(range(12))
    with helpers.changed_config("ckanext.stuttgart.harvest.activity", True):
        source.run()
    assert written() == 2


def test_the_history_of_a_package_is_kept(source: Origin) -> None:
    source.run()
    source.serves(range(9), dataset(9, "Neu"))
    source.run()
    history = helpers.call_action("stuttgart_harvest_history", id="datensatz-9")
    assert [entry["status"] for entry in history] == ["updated", "created"]
