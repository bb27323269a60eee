"""Numbers that may be a BSN are found."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.numbers import SAMPLE, completed
from wor_tui.domain.bsn import Span, looks_like_bsn, passes_eleven_test, without_bsn

FITTING = st.integers(1, 99_999_999).map(completed).filter(lambda made: made is not None).map(str)


@given(FITTING)
def test_a_number_that_fits_is_found(number: str) -> None:
    assert passes_eleven_test(number)
    assert looks_like_bsn(number) == [Span(0, 9)]
    assert looks_like_bsn(f"zie {number}.") == [Span(4, 13)]


@given(FITTING, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, change: int) -> None:
    other = (int(number[place]) + change) % 10
    wrong = f"{number[:place]}{other}{number[place + 1 :]}"
    assert not passes_eleven_test(wrong)


@given(FITTING, st.integers(0, 6))
def test_two_neighbours_in_each_others_place_are_noticed(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    swapped = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
    assert not passes_eleven_test(swapped)


@given(st.lists(st.one_of(FITTING, st.text("0123456789 .-+()ZDx", max_size=6)), max_size=8).map("".join))
def test_nothing_is_left_after_taking_out(text: str) -> None:
    assert looks_like_bsn(without_bsn(text)) == []


@pytest.mark.parametrize("separator", [" ", ".", "-"])
def test_a_number_in_groups_is_found(separator: str) -> None:
    grouped = separator.join((SAMPLE[:3], SAMPLE[3:6], SAMPLE[6:]))
    assert looks_like_bsn(f"nr {grouped}!") == [Span(3, 14)]
    assert without_bsn(f"nr {grouped}!") == "nr !"


@pytest.mark.parametrize(
    "text",
    [
        "000000000",
        "06-12345678",
        "06 12 34 56 78",
        f"+{SAMPLE}",
        f"+31 {SAMPLE}",
        f"+352 {SAMPLE}",
        f"0031 {SAMPLE}",
        f"+31 (0){SAMPLE}",
        f"+31 (0){SAMPLE[0]} {SAMPLE[1:]}",
        f"ZD{SAMPLE}",
        f"1{SAMPLE}",
        f"{SAMPLE}1",
        "2026-11-22",
        "12345678",
        "",
    ],
)
def test_what_is_no_bsn(text: str) -> None:
    assert looks_like_bsn(text) == []


def test_letters_before_it_hide_nothing() -> None:
    assert looks_like_bsn(f"BSN{SAMPLE}")
    assert looks_like_bsn(f"kamer 3 {SAMPLE}")


@pytest.mark.parametrize("digits", ["", "1234567", "12345678a", "1234567890", "²²²²²²²²²"])
def test_the_eleven_test_takes_nine_digits_only(digits: str) -> None:
    assert not passes_eleven_test(digits)
