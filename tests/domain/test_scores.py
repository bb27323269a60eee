"""Scores are 0 to 10 in halves; what aspects suggest is too."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.scores import score_of, suggested_dimension, suggested_dimensions

SCORE = st.integers(0, 20).map(lambda doubled: doubled / 2)


@given(st.lists(SCORE, min_size=1, max_size=44))
def test_a_suggestion_is_a_score_within_its_aspects_and_nearest_to_their_mean(aspects: list[float]) -> None:
    suggested = suggested_dimension(aspects)
    assert suggested is not None
    assert suggested * 2 == int(suggested * 2)
    assert min(aspects) <= suggested <= max(aspects)
    mean = sum((Fraction(each) for each in aspects), Fraction()) / len(aspects)
    assert -Fraction(1, 4) < Fraction(suggested) - mean <= Fraction(1, 4)


@given(st.lists(SCORE, min_size=1), st.randoms())
def test_a_suggestion_doesnt_depend_on_the_order(aspects: list[float], chance: object) -> None:
    assert suggested_dimension(sorted(aspects)) == suggested_dimension(aspects)


def test_a_quarter_goes_up() -> None:
    assert suggested_dimension([7, 7.5]) == 7.5
    assert suggested_dimension([6.5, 7]) == 7.0


def test_without_aspects_there_is_no_suggestion() -> None:
    assert suggested_dimension([]) is None
    assert suggested_dimensions({}) == (None,) * 6


def test_suggestions_by_dimension() -> None:
    assert suggested_dimensions({"1.1": 4, "1.2": 5, "6.7": 10, "9.1": 1}) == (4.5, None, None, None, None, 10)


@given(SCORE)
def test_a_score_typed_with_comma_or_point_is_that_score(score: float) -> None:
    assert score_of(str(score)) == score_of(f" {score} ".replace(".", ",")) == score


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("11", Reason.OUT_OF_RANGE),
        ("10,5", Reason.OUT_OF_RANGE),
        ("7,3", Reason.NOT_IN_HALVES),
        ("-1", Reason.NOT_A_NUMBER),
        ("zeven", Reason.NOT_A_NUMBER),
        ("1e1", Reason.NOT_A_NUMBER),
        ("nan", Reason.NOT_A_NUMBER),
        ("7,5,5", Reason.NOT_A_NUMBER),
        (",5", Reason.NOT_A_NUMBER),
        ("٧", Reason.NOT_A_NUMBER),
        ("9" * 1_000_000, Reason.OUT_OF_RANGE),
    ],
)
def test_what_is_no_score(typed: str, reason: Reason) -> None:
    with pytest.raises(Invalid) as refused:
        score_of(typed)
    assert refused.value.code == reason


@given(st.text())
def test_any_text_is_a_score_or_invalid(typed: str) -> None:
    try:
        score = score_of(typed)
    except Invalid:
        return
    assert score is None or 0 <= score <= 10


def test_nothing_typed_is_no_score() -> None:
    assert score_of("  ") is None
