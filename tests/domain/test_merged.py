"""Which record merged ones show at, whatever was merged into what, and which later values somebody must look at."""

import random

from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.merged import remaining, settled_by, unsettled

names = st.sampled_from([f"r{number}" for number in range(8)])
merges = st.dictionaries(names, names)
places = st.frozensets(names)


def test_a_chain_shows_at_its_end() -> None:
    assert remaining({"c": "b", "b": "a"}, "abc") == {"c": "a", "b": "a"}


def test_two_who_merge_in_opposite_directions_mean_the_same() -> None:
    assert remaining({"a": "b", "b": "a"}, "ab") == {"b": "a"}


def test_what_leads_into_a_circle_shows_where_the_circle_does() -> None:
    assert remaining({"a": "b", "b": "c", "c": "b", "z": "c"}, "abcz") == {"a": "b", "c": "b", "z": "b"}


def test_a_record_whose_other_one_is_not_here_shows_as_itself() -> None:
    assert remaining({"b": "a"}, "b") == {}
    assert remaining({"c": "b", "b": "a"}, "bc") == {"c": "b"}


def test_a_record_merged_into_itself_is_itself() -> None:
    assert remaining({"a": "a"}, "a") == {}


@given(merges, places)
def test_every_record_shows_at_one_that_shows_as_itself(merged_into: dict[str, str], here: frozenset[str]) -> None:
    found = remaining(merged_into, here)
    assert found.keys() <= here & merged_into.keys()
    for target in found.values():
        assert target in here
        assert target not in found


@given(merges, places, st.randoms(use_true_random=False))
def test_the_order_in_which_merges_arrive_decides_nothing(
    merged_into: dict[str, str], here: frozenset[str], order: random.Random
) -> None:
    shuffled = list(merged_into.items())
    order.shuffle(shuffled)
    assert remaining(dict(shuffled), here) == remaining(merged_into, here)


@given(merges, places)
def test_what_is_merged_into_each_other_shows_at_the_same(merged_into: dict[str, str], here: frozenset[str]) -> None:
    found = remaining(merged_into, here)
    for one, other in merged_into.items():
        if one in here and other in here:
            assert found.get(one, one) == found.get(other, other)


def test_only_what_was_changed_since_and_differs_is_to_be_looked_at() -> None:
    seen = {"phone": "06-1", "place": "Houten", "street": None}
    settled = settled_by(seen)
    kept = {"phone": "06-2", "place": "Houten", "street": "Dorp 1"}
    assert unsettled(kept, seen, settled) == []
    assert unsettled(kept, seen | {"phone": "06-3"}, settled) == ["phone"]
    assert unsettled(kept, seen | {"phone": "06-2"}, settled) == []
    assert unsettled(kept, seen | {"street": "Laan 2"}, settled) == ["street"]
    assert unsettled(kept, seen | {"phone": None}, settled) == ["phone"]
    assert unsettled(kept, seen | {"phone": "06-3"}, settled | settled_by({"phone": "06-3"})) == []


def test_nothing_and_an_empty_text_are_the_same() -> None:
    assert unsettled({"street": None}, {"street": ""}, {}) == []
    assert unsettled({"street": ""}, {"street": None}, settled_by({"street": "Laan 2"})) == []
