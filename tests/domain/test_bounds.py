"""What a single value may be; a refusal says why and never repeats the value."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain import bounds
from wor_tui.domain.bounds import Bound
from wor_tui.domain.codes import ContactKind
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.text import clean_line, clean_note

ALL: list[Bound] = [
    bounds.line(),
    bounds.note(),
    bounds.phone(),
    bounds.email(),
    bounds.postcode(),
    bounds.icpc(),
    bounds.identifier(),
    bounds.code(ContactKind),
    bounds.day(),
    bounds.moment(),
    bounds.whole(5, 120),
    bounds.halves(0, 10),
    bounds.yes_or_no(),
]
ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None)),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
)


def reason_of(bound: Bound, value: object) -> Reason | None:
    try:
        bound.check("field", value)
    except Invalid as refused:
        return refused.code
    return None


@given(st.sampled_from(ALL), ANY_VALUE)
def test_any_value_is_accepted_or_refused_with_a_reason(bound: Bound, value: object) -> None:
    reason = reason_of(bound, value)
    assert reason is None or reason in Reason


@given(st.text(st.characters(codec=None), max_size=150))
def test_what_was_cleaned_is_refused_for_nothing_but_a_bsn(text: str) -> None:
    assert reason_of(bounds.line(), clean_line(text)) in {None, Reason.BSN}
    assert reason_of(bounds.note(), clean_note(text)) is None


@given(st.floats(allow_nan=True))
def test_a_score_is_0_to_10_in_halves(value: float) -> None:
    assert (reason_of(bounds.halves(0, 10), value) is None) == (value in {step / 2 for step in range(21)})


@given(st.dates(bounds.EARLIEST, bounds.LATEST))
def test_every_date_of_our_time_is_one(day: date) -> None:
    assert reason_of(bounds.day(), day.isoformat()) is None
    assert reason_of(bounds.moment(), f"{day}T23:59:59Z") is None


@pytest.mark.parametrize(
    ("bound", "value", "reason"),
    [
        (bounds.line(), 7, Reason.NOT_TEXT),
        (bounds.line(5), "123456", Reason.TOO_LONG),
        (bounds.line(), "een\ntwee", Reason.UNPRINTABLE),
        (bounds.line(), "Anna\u202e", Reason.UNPRINTABLE),
        (bounds.line(), "\ud800", Reason.UNPRINTABLE),
        (bounds.note(), "x" * 20_001, Reason.TOO_LONG),
        (bounds.note(), "\x1b[2J", Reason.UNPRINTABLE),
        (bounds.day(), "2026-02-29", Reason.NOT_A_DATE),
        (bounds.day(), "20261122", Reason.NOT_A_DATE),
        (bounds.day(), "2026-11-22T00:00:00Z", Reason.NOT_A_DATE),
        (bounds.day(), "2026-11-22\n", Reason.NOT_A_DATE),
        (bounds.day(), "٢٠٢٦-11-22", Reason.NOT_A_DATE),
        (bounds.day(), "0001-01-01", Reason.OUT_OF_RANGE),
        (bounds.moment(), "2026-11-22T09:30:00+01:00", Reason.NOT_A_MOMENT),
        (bounds.moment(), "2026-11-22T24:30:00Z", Reason.NOT_A_MOMENT),
        (bounds.moment(), "2026-11-22", Reason.NOT_A_MOMENT),
        (bounds.whole(5, 120), True, Reason.NOT_A_NUMBER),
        (bounds.whole(5, 120), 5.0, Reason.NOT_A_NUMBER),
        (bounds.whole(5, 120), 4, Reason.OUT_OF_RANGE),
        (bounds.whole(5, 120), 10**400, Reason.OUT_OF_RANGE),
        (bounds.halves(0, 10), 10**400, Reason.OUT_OF_RANGE),
        (bounds.halves(0, 10), math.inf, Reason.OUT_OF_RANGE),
        (bounds.halves(0, 10), math.nan, Reason.NOT_A_NUMBER),
        (bounds.halves(0, 10), 7.25, Reason.NOT_IN_HALVES),
        (bounds.halves(0, 10), True, Reason.NOT_A_NUMBER),
        (bounds.halves(0, 10), "7", Reason.NOT_A_NUMBER),
        (bounds.code(ContactKind), "Phone", Reason.UNKNOWN_CODE),
        (bounds.code(ContactKind), "", Reason.UNKNOWN_CODE),
        (bounds.identifier(), "x", Reason.NOT_AN_ID),
        (bounds.phone(), "geen", Reason.NOT_A_PHONE_NUMBER),
        (bounds.email(), "anna", Reason.NOT_AN_EMAIL_ADDRESS),
        (bounds.email(), "anna@voorbeeld", Reason.NOT_AN_EMAIL_ADDRESS),
        (bounds.email(), "an na@voorbeeld.nl", Reason.NOT_AN_EMAIL_ADDRESS),
        (bounds.postcode(), "1234ab", Reason.NOT_A_POSTCODE),
        (bounds.icpc(), "Z 68", Reason.UNKNOWN_CODE),
        (bounds.yes_or_no(), 1, Reason.NOT_YES_OR_NO),
    ],
)
def test_what_is_refused_and_why(bound: Bound, value: object, reason: Reason) -> None:
    assert reason_of(bound, value) == reason


@pytest.mark.parametrize(
    ("bound", "value"),
    [
        (bounds.phone(), "+31 6 12 34 56 78 (dochter)"),
        (bounds.phone(), ""),
        (bounds.email(), "anna@voorbeeld.example"),
        (bounds.postcode(), "1234 AB"),
        (bounds.icpc(), "Z68"),
        (bounds.note(), "een\n\ntwee"),
        (bounds.halves(0, 10), 7),
    ],
)
def test_what_is_accepted(bound: Bound, value: object) -> None:
    assert reason_of(bound, value) is None


def test_a_refusal_names_field_reason_and_limits_and_nothing_of_the_value() -> None:
    with pytest.raises(Invalid) as refused:
        bounds.line(10).check("family_name", "Janssen-geheim")
    assert str(refused.value) == "family_name: too_long"
    assert refused.value.limits == {"limit": 10}
    assert refused.value.reason == "too_long"
    assert refused.value.__cause__ is None
