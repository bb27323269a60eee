"""Counting days, checks with a clock, the ten steps, and the lists with their places."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.calendar_days import is_working_day, months_after, working_days_after
from wor_tui.domain.checks import check_case_dates, check_end, check_happened, check_not_after_today, check_order
from wor_tui.domain.codes import Exclusion, PassedOnTo, ReferralType
from wor_tui.domain.errors import Invalid, Reason
from wor_tui.domain.exclusions import targets
from wor_tui.domain.kinds import kind
from wor_tui.domain.referral_types import Offered, place_warning
from wor_tui.domain.steps import Step

DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))
TODAY = date(2026, 11, 22)


@given(DAY, st.integers(0, 60))
def test_working_days_after_a_day(day: date, count: int) -> None:
    due = working_days_after(day, count)
    between = [day + timedelta(days=passed) for passed in range(1, (due - day).days + 1)]
    assert sum(map(is_working_day, between)) == count
    assert count == 0 or is_working_day(due)


def test_a_friday_and_five_working_days_is_the_next_friday() -> None:
    assert working_days_after(date(2026, 11, 20), 5) == date(2026, 11, 27)
    assert working_days_after(date(2026, 12, 24), 1, frozenset({date(2026, 12, 25)})) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 9, 8), date(2026, 12, 8)),
    ],
)
def test_three_months_later(day: date, after: date) -> None:
    assert months_after(day, 3) == after


@given(DAY, DAY, st.integers(0, 24))
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    assert months_after(min(one, other), months) <= months_after(max(one, other), months)


def test_a_contact_isnt_in_the_future() -> None:
    now = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    check_happened("happened_at", now, now)
    with pytest.raises(Invalid) as refused:
        check_happened("happened_at", now + timedelta(seconds=1), now)
    assert (refused.value.field, refused.value.code) == ("happened_at", Reason.IN_THE_FUTURE)


def test_days_in_the_future_and_days_that_are_not_known() -> None:
    check_not_after_today("sent_on", TODAY, TODAY)
    check_not_after_today("sent_on", None, TODAY)
    with pytest.raises(Invalid):
        check_not_after_today("sent_on", TODAY + timedelta(days=1), TODAY)
    check_order("ended_on", None, "received_on", TODAY)
    check_order("ended_on", TODAY, "received_on", None)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"received_on": date(2026, 11, 23)}, "received_on", Reason.IN_THE_FUTURE),
        ({"ended_on": date(2026, 11, 23)}, "ended_on", Reason.IN_THE_FUTURE),
        ({"intake_on": date(2026, 10, 31)}, "intake_on", Reason.OUT_OF_ORDER),
        ({"ended_on": date(2026, 10, 31)}, "ended_on", Reason.OUT_OF_ORDER),
        ({"passed_on_on": date(2026, 10, 31)}, "passed_on_on", Reason.OUT_OF_ORDER),
    ],
)
def test_the_days_of_a_case_follow_each_other(changes: dict[str, date], field: str, reason: Reason) -> None:
    days = {"received_on": date(2026, 11, 1), "intake_on": date(2026, 12, 1), "ended_on": None, "passed_on_on": None}
    check_case_dates(**days, today=TODAY)
    with pytest.raises(Invalid) as refused:
        check_case_dates(**{**days, **changes}, today=TODAY)
    assert (refused.value.field, refused.value.code) == (field, reason)


def test_an_end_has_a_reason_and_a_reason_an_end() -> None:
    check_end(None, None)
    check_end(TODAY, "completed")
    with pytest.raises(Invalid):
        check_end(TODAY, None)
    with pytest.raises(Invalid):
        check_end(None, "completed")


def test_the_ten_steps_each_have_a_column_of_the_intake() -> None:
    assert [int(step) for step in Step] == list(range(1, 11))
    assert Step.ASK_CONSENT == 5
    assert Step.ASK_CONSENT.code == "ask_consent"
    assert [step.column for step in Step] == [name for name in kind("intake").fields if name.startswith("step_")]


@pytest.mark.parametrize("exclusion", [*Exclusion])
def test_no_exclusion_is_a_dead_end(exclusion: Exclusion) -> None:
    assert sorted(targets(exclusion)) == sorted(PassedOnTo)


def test_complex_problems_go_to_the_neighbourhood_team_first() -> None:
    assert targets(Exclusion.COMPLEX_PROBLEMS)[0] == PassedOnTo.NEIGHBOURHOOD_TEAM


def test_exercise_is_for_aalsmeer_and_amstelveen_has_something_else() -> None:
    assert place_warning("exercise", " aalsmeer ") is None
    elsewhere = place_warning("exercise", "Amstelveen")
    assert elsewhere is not None
    assert elsewhere.offered_in == ("Aalsmeer",)
    assert "Buurtsportcoach" in elsewhere.instead
    nowhere = place_warning("exercise", "Uithoorn")
    assert nowhere is not None
    assert nowhere.instead == ()


@pytest.mark.parametrize(
    ("referral_type", "place"),
    [
        ("welfare", "Amstelveen"),
        (None, "Uithoorn"),
        ("exercise", ""),
        ("exercise", None),
        ("of a later version", "Ede"),
    ],
)
def test_no_warning_without_a_reason(referral_type: str | None, place: str | None) -> None:
    assert place_warning(referral_type, place) is None


def test_another_region_gives_its_own_list() -> None:
    offered = {ReferralType.WELFARE: Offered(places=("Nieuwegein",))}
    assert place_warning("welfare", "Aalsmeer", offered) is not None
    assert place_warning("exercise", "Aalsmeer", offered) is None
