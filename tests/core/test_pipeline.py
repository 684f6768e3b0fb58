"""What a run will do, and when it may not delete."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.stuttgart.harvest.pipeline import Guard, Known, Plan, Seen, content_hash, plan

IDS = [f"id-{number}" for number in range(30)]
HASHES = st.sampled_from(["a", "b", "c"])
KNOWN = st.dictionaries(
    st.sampled_from(IDS),
    st.builds(
        Known,
        HASHES | st.none(),
        st.sampled_from(["active", "hidden", "deleted"]),
        st.sampled_from(["", "me", "other"]),
    ),
)
SEEN = st.lists(st.builds(Seen, st.sampled_from(IDS), HASHES | st.none()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
LISTS = ("new", "changed", "unchanged", "returned", "unread", "foreign", "gone")


def known(count: int) -> dict[str, Known]:
    return {f"id-{number}": Known("a") for number in range(count)}


def seen(count: int) -> list[Seen]:
    return [Seen(f"id-{number}", "a") for number in range(count)]


def test_each_record_is_put_where_its_state_says() -> None:
    portal = {
        "same": Known("a"),
        "other": Known("a"),
        "gone": Known("a"),
        "back": Known("a", "hidden"),
        "resurrected": Known("a", "deleted"),
        "graced": Known("a", "hidden"),
        "broken": Known("a"),
        "theirs": Known("a", source="B"),
    }
    items = [Seen(name, "a") for name in ("fresh", "same", "back", "resurrected", "theirs")]
    result = plan(portal, [*items, Seen("other", "b"), Seen("broken", None), Seen("unknown", None)], True, source="A")
    assert result == Plan(
        new=("fresh",),
        changed=("other",),
        unchanged=("same",),
        returned=("back", "resurrected"),
        unread=("broken", "unknown"),
        foreign=("theirs",),
        gone=("gone",),
    )
    assert result.writes == ("fresh", "other", "back", "resurrected")
    assert result.removals == ("gone",)


@pytest.mark.parametrize(
    ("held", "active", "gone"),
    [
        (False, 10, 5),
        (True, 10, 6),
        (False, 100, 20),
        (True, 100, 21),
        (False, 26, 5),
        (True, 26, 6),
        (False, 30, 6),
    ],
)
def test_more_than_five_and_more_than_a_fifth_is_held(held: bool, active: int, gone: int) -> None:
    result = plan(known(active), seen(active - gone), True)
    assert (result.held, len(result.gone)) == (held, gone)
    assert len(result.removals) == (0 if held else gone)
    assert (result.reason != "") is held


def test_an_empty_answer_never_deletes_even_a_single_dataset() -> None:
    result = plan(known(1), [], True)
    assert result.held
    assert result.removals == ()


def test_an_incomplete_answer_never_deletes_and_still_writes() -> None:
    result = plan(known(50), [*seen(49), Seen("fresh", "a")], False)
    assert result.held
    assert "not read completely" in str(result.reason)
    assert result.new == ("fresh",)


def test_a_record_named_twice_counts_once() -> None:
    assert plan({}, [Seen("a", "1"), Seen("a", "2")], True).new == ("a",)


def test_the_guard_can_be_set() -> None:
    assert plan(known(10), seen(9), True, guard=Guard(0, 0.0)).held
    assert not plan(known(10), seen(1), True, guard=Guard(0, 1.0)).held


@given(KNOWN, SEEN, st.booleans())
def test_every_id_lands_in_one_list_and_nothing_is_invented(
    portal: dict[str, Known], items: list[Seen], complete: bool
) -> None:
    result = plan(portal, items, complete, source="me")
    placed = [id_ for name in LISTS for id_ in getattr(result, name)]
    assert len(placed) == len(set(placed))
    own = {id_ for id_, package in portal.items() if package.source != "other" and package.state == "active"}
    assert set(placed) == {item.id for item in items} | own


@given(KNOWN, SEEN, st.booleans())
def test_what_is_not_ours_or_was_seen_is_never_removed(
    portal: dict[str, Known], items: list[Seen], complete: bool
) -> None:
    removals = set(plan(portal, items, complete, source="me").removals)
    assert not removals & {item.id for item in items}
    assert not removals & {id_ for id_, package in portal.items() if package.source == "other"}
    assert (complete and items) or not removals


@given(st.dictionaries(st.sampled_from(IDS), HASHES))
def test_a_second_run_on_the_same_source_does_nothing(source: dict[str, str]) -> None:
    items = [Seen(id_, hash_) for id_, hash_ in source.items()]
    after = {id_: Known(hash_, source="me") for id_, hash_ in source.items()}
    result = plan(after, items, True, source="me")
    assert (result.writes, result.gone, result.held) == ((), (), False)


@given(st.dictionaries(st.text(), VALUES, max_size=6))
def test_the_hash_ignores_key_order_and_empty_values(package: dict[str, Any]) -> None:
    turned = dict(reversed(package.items()))
    assert content_hash(turned) == content_hash(package)
    assert content_hash({**package, "nothing": [], "blank": "", "none": None, "deep": {"x": [None]}}) == content_hash(
        {key: value for key, value in package.items() if key not in ("nothing", "blank", "none", "deep")}
    )


def test_the_hash_sees_a_changed_value_and_a_changed_order_of_a_list() -> None:
    assert content_hash({"a": [1, 2]}) != content_hash({"a": [2, 1]})
    assert content_hash({"a": 0}) != content_hash({"a": False}) != content_hash({})


def test_a_package_that_json_cannot_hold_has_no_hash() -> None:
    with pytest.raises(ValueError, match="JSON"):
        content_hash({"a": float("nan")})
    with pytest.raises(TypeError):
        content_hash({"a": object()})


def test_forty_thousand_records_are_planned_in_a_moment() -> None:
    assert len(plan(known(40_000), seen(40_000), True).unchanged) == 40_000
