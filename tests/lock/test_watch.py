"""The rule of locking: clocks that are moved by hand."""

import sys
import time

import pytest

from tests.lock.ticks import HandTicks
from wor_tui.lock import SLEPT_BY_WALL_S, Locked, Reason, Ticks, Watch, minutes, system_ticks


def test_it_locks_after_its_minutes_and_no_second_earlier() -> None:
    hand = HandTicks()
    watch = Watch(hand.ticks, 5)
    hand.pass_by(299.9)
    assert watch.why() is None
    hand.pass_by(0.1)
    assert watch.why() is Reason.IDLE


def test_a_key_begins_the_minutes_anew() -> None:
    hand = HandTicks()
    watch = Watch(hand.ticks, 1)
    for _key in range(10):
        hand.pass_by(59)
        assert watch.why() is None
        watch.touched()
    hand.pass_by(60)
    assert watch.why() is Reason.IDLE


def test_it_locks_when_the_computer_slept_also_when_a_key_is_the_first_thing_after_it() -> None:
    hand = HandTicks()
    watch = Watch(hand.ticks, 60)
    hand.sleep(20)
    watch.touched()
    assert watch.why() is Reason.SUSPENDED


def test_time_asleep_counts_as_time_without_a_key() -> None:
    hand = HandTicks()
    watch = Watch(Ticks(lambda: hand.awake_s, lambda: hand.elapsed_s, slept_s=1e9), 5)
    hand.pass_by(10)
    hand.sleep(290)
    assert watch.why() is Reason.IDLE


def test_clocks_that_drift_a_little_apart_are_not_sleep() -> None:
    hand = HandTicks()
    watch = Watch(hand.ticks, 60)
    for _look in range(100):
        hand.sleep(0.02)
        hand.pass_by(1)
        assert watch.why() is None


def test_a_wall_clock_that_is_set_back_gives_nobody_more_time() -> None:
    hand = HandTicks()
    watch = Watch(Ticks(lambda: hand.awake_s, lambda: hand.elapsed_s, SLEPT_BY_WALL_S), 5)
    hand.sleep(-3600)
    assert watch.why() is None
    hand.pass_by(300)
    assert watch.why() is Reason.IDLE


@pytest.mark.parametrize(
    ("chosen", "at_most", "counts"),
    [(5, None, 5), (5, 3, 3), (2, 3, 2), (60, 1, 1), (5, 0, 5), (5, 61, 5), (5, "3", 5), (5, True, 5), (5, 2.5, 5)],
)
def test_the_smaller_counts_and_a_maximum_out_of_bounds_does_not(chosen: int, at_most: object, counts: int) -> None:
    assert minutes(chosen, at_most) == counts


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("reason", Reason)
def test_why_it_locked_is_told_from_one_program_to_the_next(reason: Reason, lost: bool) -> None:
    assert Locked.read(str(Locked(reason, lost))) == Locked(reason, lost)


@pytest.mark.parametrize("text", ["", "lost", "-lost", "idle-lost-lost", "IDLE", "x" * 10_000])
def test_anything_else_tells_nothing(text: str) -> None:
    assert Locked.read(text) is None


def test_the_systems_own_clocks_go_on() -> None:
    ticks = system_ticks()
    before = ticks.awake(), ticks.elapsed()
    assert ticks.awake() >= before[0]
    assert ticks.elapsed() >= before[1]
    if sys.platform == "linux":
        # Neither can be set by anybody.
        asleep = time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
        assert abs((ticks.elapsed() - ticks.awake()) - asleep) < 1
