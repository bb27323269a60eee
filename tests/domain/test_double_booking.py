"""Two appointments in one slot are found whoever made them; nothing else is."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.double_booking import double_booked

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class One:
    id: str
    starts_at: datetime = TEN
    minutes: int = 20
    practice_id: str = "linde"
    with_function: str | None = "gp"
    status: str | None = "planned"


def at(name: str, minute: int, minutes: int = 20) -> One:
    return One(name, TEN + timedelta(minutes=minute), minutes)


def test_overlapping_times_are_named_to_both() -> None:
    assert double_booked([at("b", 10), at("a", 0)]) == {"a": ("b",), "b": ("a",)}
    assert double_booked([at("a", 0), at("b", 0)]) == {"a": ("b",), "b": ("a",)}


def test_one_after_the_other_is_no_overlap() -> None:
    assert double_booked([at("a", 0), at("b", 20)]) == {}


def test_a_long_one_shares_with_several_by_time() -> None:
    long, late, early = at("long", 0, 60), at("late", 40), at("early", 5, 10)
    assert double_booked([late, long, early]) == {"long": ("early", "late"), "late": ("long",), "early": ("long",)}


@pytest.mark.parametrize(
    "other",
    [{"practice_id": "es"}, {"with_function": "poh_ggz"}, {"with_function": None}, {"status": "cancelled"}],
)
def test_another_practice_or_person_or_one_called_off_takes_no_slot(other: dict[str, str]) -> None:
    assert double_booked([One("a"), replace(One("b"), **other)]) == {}


def test_nobody_knows_with_whom_both_are() -> None:
    assert double_booked([One("a", with_function=None), One("b", with_function="")]) == {}


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(5, 120)), max_size=12))
def test_it_is_what_comparing_each_with_each_gives(times: list[tuple[int, int]]) -> None:
    booked = [at(str(place), start, minutes) for place, (start, minutes) in enumerate(times)]
    found = double_booked(booked)
    for one in booked:
        end = one.starts_at + timedelta(minutes=one.minutes)
        others = {
            other.id
            for other in booked
            if other is not one
            and other.starts_at < end
            and one.starts_at < other.starts_at + timedelta(minutes=other.minutes)
        }
        assert set(found.get(one.id, ())) == others
