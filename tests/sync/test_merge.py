"""The merge rule: replicas agree whatever the order and batching, and nothing is silently lost."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import merge
from sync.merge import Live, Presence, conflicting, merged, overlaid, presence, reach_of, shown, supersedes
from sync.schema import FieldRule, Policy, Value
from tests.sync.schedules import ACTIONS, Mutation, play, random_schedule

BYTE = st.integers(0, 255)
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS[:4] * 5 + ACTIONS[4:]), st.integers(0, 3), BYTE, BYTE), max_size=60)


def live(seq: int, device: str, base: int, values: dict[str, Value], *, n: int = 1, at: int = 0) -> Live:
    return Live(seq, device, n, at, base, values=values)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_replicas_agree_and_nothing_is_silently_lost(schedule: list[tuple[str, int, int, int]]) -> None:
    play(schedule)


def test_a_thousand_random_schedules_agree() -> None:
    for seed in range(1000):
        play(random_schedule(seed))


@pytest.mark.soak
def test_two_hundred_thousand_random_schedules_agree(counts: Callable[[str], None]) -> None:
    first = random.randrange(10**9)
    for seed in range(first, first + 200_000):
        try:
            play(random_schedule(seed))
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
    counts(f"merge: 200,000 schedules from seed {first} agree, and nothing is lost")


def caught(mutation: Mutation | None = None) -> bool:
    for seed in range(4000):
        try:
            play(random_schedule(seed), mutation)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize(
    "mutation",
    [
        Mutation(reach=False),
        Mutation(base_at_save=True),
        Mutation(forget_overlay=True),
        Mutation(fields_cut=True),
    ],
    ids=["reach left out", "base taken at save", "overlay dropped early", "fields cut at read"],
)
def test_a_wrong_protocol_is_caught(mutation: Mutation) -> None:
    assert caught(mutation)


def test_a_merge_without_base_check_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "supersedes", lambda *_: True)
    assert caught()


def test_a_merge_that_never_replaces_others_values_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "supersedes", lambda later, earlier, _: earlier.device == later.device)
    assert not deciding_leaves_one()


def deciding_leaves_one() -> bool:
    """Whether deciding ends a conflict: an op whose base covers both values must leave one."""
    both = merged([live(1, "x", 0, {"a": 1})], live(2, "y", 0, {"a": 2}))
    return len(merged(both, live(3, "z", 2, {"a": 2}))) == 1


def test_deciding_ends_a_conflict() -> None:
    assert deciding_leaves_one()


def test_who_saw_the_value_replaces_it_and_who_did_not_stands_beside_it() -> None:
    first = live(1, "x", 0, {"phone": "1"})
    assert merged([first], live(2, "y", 1, {"phone": "2"}))[0].values == {"phone": "2"}
    both = merged([first], live(2, "y", 0, {"phone": "2"}))
    assert [entry.values["phone"] for entry in both] == ["1", "2"]


def test_a_device_replaces_its_own_whatever_the_base() -> None:
    assert supersedes(live(5, "x", 0, {}), live(4, "x", 0, {}), "a")


def test_an_unsent_op_is_replaced_by_nobody_else() -> None:
    assert not supersedes(live(5, "x", 4, {}), live(0, "y", 0, {}), "a")


def test_only_the_touched_fields_fall() -> None:
    (old, new) = merged([live(1, "x", 0, {"a": 1, "b": 1})], live(2, "y", 1, {"a": 2}))
    assert (old.values, new.values) == ({"b": 1}, {"a": 2})


def test_merging_leaves_its_arguments_alone() -> None:
    before = [live(1, "x", 0, {"a": 1, "b": 1})]
    merged(before, live(2, "y", 1, {"a": 2}))
    assert before == [live(1, "x", 0, {"a": 1, "b": 1})]


def test_reach_grows_by_what_is_replaced_and_is_told_only_where_it_differs() -> None:
    own = Live(4, "x", 1, 0, 3, values={"a": 1})
    late = live(5, "x", 0, {"a": 2, "b": 2}, n=2)
    assert reach_of(late, [own]) == {"a": 3}
    assert reach_of(live(5, "y", 4, {"a": 2}), [own]) == {}


def test_a_forced_reach_of_zero_stands() -> None:
    future = Live(5, "y", 1, 0, 99, {"a": 0}, {"a": 2})
    assert reach_of(future, [live(1, "x", 0, {"a": 1})]) == {"a": 0}


def test_own_unsent_ops_lie_on_top_in_their_order() -> None:
    accepted = [live(1, "x", 0, {"a": 1}), live(2, "y", 0, {"a": 2})]
    mine = [live(0, "me", 1, {"a": 3}, n=1), live(0, "me", 1, {"a": 4}, n=2)]
    assert [entry.values["a"] for entry in overlaid(accepted, mine)] == [2, 4]


def test_the_newest_by_clock_is_shown_and_the_device_breaks_the_tie() -> None:
    entries = [live(1, "b", 0, {"a": "b"}, at=5), live(2, "a", 0, {"a": "a"}, at=5), live(3, "c", 0, {"a": "c"}, at=4)]
    assert shown(entries) == {"a": "b"}


def rule_of(name: str) -> FieldRule | None:
    return {"ask": FieldRule("ask", Policy.ASK), "latest": FieldRule("latest", Policy.LATEST)}.get(name)


def test_only_different_values_of_asking_fields_are_conflicts() -> None:
    one = live(1, "x", 0, {"ask": 1, "latest": 1, "unknown": 1}, at=1)
    other = live(2, "y", 0, {"ask": 2, "latest": 2, "unknown": 2}, at=2)
    assert conflicting([one, other], rule_of) == {"ask": [other, one]}
    assert conflicting([one, live(3, "z", 0, {"ask": 1})], rule_of) == {}


def test_true_is_not_one() -> None:
    assert list(conflicting([live(1, "x", 0, {"ask": True}), live(2, "y", 0, {"ask": 1})], rule_of)) == ["ask"]
    assert not conflicting([live(1, "x", 0, {"ask": 1.0}), live(2, "y", 0, {"ask": 1})], rule_of)


GONE = {"deleted_at": "2026-11-22T09:00:00Z"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([live(1, "x", 0, {"a": 1})], Presence.PRESENT),
        ([live(1, "x", 0, {"a": 1}), live(2, "y", 1, GONE)], Presence.DELETED),
        ([live(1, "x", 0, {"a": 1}), live(2, "y", 0, GONE)], Presence.DISPUTED),
        ([live(1, "x", 0, {"a": 1}), live(2, "x", 0, GONE, n=2)], Presence.DELETED),
        ([live(1, "y", 0, GONE), live(2, "x", 0, {"a": 1})], Presence.DISPUTED),
        ([live(1, "y", 0, GONE), live(2, "x", 1, {"a": 1})], Presence.DISPUTED),
        ([live(1, "y", 0, GONE), live(0, "y", 1, {"a": 1}, n=2)], Presence.DISPUTED),
        ([live(1, "y", 0, GONE), live(2, "x", 0, {"deleted_at": None})], Presence.DISPUTED),
        ([live(2, "y", 0, {"deleted_at": None})], Presence.PRESENT),
        ([live(1, "x", 0, {"a": 1}), live(2, "y", 1, GONE), live(3, "z", 0, GONE)], Presence.DELETED),
    ],
)
def test_an_edit_beats_a_deletion_that_did_not_know_it(entries: list[Live], expected: Presence) -> None:
    assert presence(entries) is expected
