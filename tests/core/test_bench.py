"""The bench measures what it says: runs take turns, copies are new to every cache, and the table adds up."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Literal

from bench import __main__ as command
from bench import cases
from bench.groups import Group, Skipped, groups
from bench.measure import Figure, race
from bench.table import table
from ckanext.stuttgart.dcatde.catalog import package_nodes
from ckanext.stuttgart.dcatde.values import term

pytestmark = pytest.mark.thorough

NEEDS_CASES = pytest.mark.skipif(not cases.SHARED.is_dir(), reason="the shared folder does not lie beside the checkout")


def test_every_file_of_a_group_is_found() -> None:
    folder = Path(cases.__file__).parent / "groups"
    assert len(groups()) == len(list(folder.glob("[!_]*.py")))
    assert {"import", "write"} <= set(groups())


def test_runs_take_turns_and_neither_the_first_round_nor_preparation_counts() -> None:
    begun: list[str] = []
    now = [0.0]

    def contestant(name: str, seconds: float):
        def prepared(number: int):
            now[0] += 100

            def run() -> None:
                begun.append(f"{name}{number}")
                now[0] += seconds * (number + 1)

            return run

        return prepared

    taken = race(2, {"a": contestant("a", 1), "b": contestant("b", 5)}, lambda: now[0])
    assert begun == ["b0", "a0", "a1", "b1", "b2", "a2"]
    assert taken == {"a": (2, 3), "b": (10, 15)}


def test_the_ratio_is_that_of_the_medians() -> None:
    assert Figure("x", "s", (1, 2, 9), (3, 4, 5)).times == 2
    assert Figure("x", "s", (1, 2, 9)).times is None


def test_the_table_says_what_is_missed_and_what_is_met() -> None:
    slow = Figure("writing", "ms a dataset", (0.5, 1.0, 12.25), (1.5, 1.5, 1.5), "stock", target=2)
    fast = Figure("reading", "s", (100.4,), (20000,), "stock", target=30)
    assert table([("write", slow), ("read", fast)]).splitlines() == [
        "group  figure   unit          ours                 stock               times as good  wanted     stock is",
        "---------------------------------------------------------------------------------------------------------",
        "write  writing  ms a dataset  0.500 / 1.00 / 12.2  1.50 / 1.50 / 1.50  1.50           2: missed  stock",
        "read   reading  s             100                  20000               199.20         30: met    stock",
    ]


@NEEDS_CASES
def test_a_copy_holds_as_much_as_the_original_and_shares_no_name_and_no_title() -> None:
    first, second = cases.catalogue(20), cases.catalogue(20, 1)
    assert len(first) == len(second)
    title = term("dcterms:title")
    for graph, other in ((first, second), (second, first)):
        assert len(package_nodes(graph)) == 20
        assert not {*package_nodes(graph)} & {*package_nodes(other)}
        assert not {o for o in graph.objects(None, title) if isinstance(o, Literal)} & {*other.objects(None, title)}


@NEEDS_CASES
def test_any_number_of_datasets_can_be_had_and_all_differ() -> None:
    assert len(package_nodes(cases.catalogue(700))) == 700
    assert not {*package_nodes(cases.catalogue(700))} & {*package_nodes(cases.catalogue(700, 1))}


def test_without_the_shared_folder_a_group_is_skipped_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(cases, "SHARED", tmp_path)

    def figures():
        yield Figure("size", "kB", (cases.case(cases.BRANDENBURG).stat().st_size / 1000,))

    monkeypatch.setattr(command, "groups", lambda: {"size": Group("size", figures)})
    monkeypatch.setattr("sys.argv", ["bench"])
    assert command.main() == 0
    said = capsys.readouterr()
    assert (
        "Skipped size: the folder shared/cases/dcat with real catalogues does not lie beside the checkout." in said.err
    )
    assert "size" not in said.out


def test_a_group_without_services_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench import portal

    monkeypatch.delenv("CKAN_SOLR_URL", raising=False)
    with pytest.raises(Skipped, match="make bench"), portal.opened():
        pass
