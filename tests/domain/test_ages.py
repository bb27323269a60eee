"""Ages, and who signs at which."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wor_tui.domain.ages import age, check_birth_date, check_signatures, signatures_needed
from wor_tui.domain.codes import ByWhom
from wor_tui.domain.errors import Invalid, Reason

TODAY = date(2026, 11, 22)
DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1960, 11, 22), TODAY, 66),
        (date(1960, 11, 23), TODAY, 65),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2026, 11, 22), TODAY, 0),
        (date(2030, 1, 1), TODAY, 0),
    ],
)
def test_age_in_whole_years(born: date, on: date, years: int) -> None:
    assert age(born, on) == years


@given(DAY, DAY, DAY)
def test_nobody_grows_younger(born: date, one: date, other: date) -> None:
    assert age(born, min(one, other)) <= age(born, max(one, other))


@pytest.mark.parametrize(
    ("years", "who"),
    [
        (9, {"parents"}),
        (11, {"parents"}),
        (12, {"client", "parents"}),
        (15, {"client", "parents"}),
        (16, {"client"}),
        (80, {"client"}),
    ],
)
def test_who_signs(years: int, who: set[str]) -> None:
    assert {str(each) for each in signatures_needed(years)} == who


@pytest.mark.parametrize(
    ("born", "enough"),
    [
        (date(2016, 1, 1), {ByWhom.PARENTS, ByWhom.BOTH, ByWhom.REPRESENTATIVE}),
        (date(2013, 1, 1), {ByWhom.BOTH}),
        (date(1960, 1, 1), {ByWhom.CLIENT, ByWhom.BOTH, ByWhom.REPRESENTATIVE}),
    ],
)
def test_whose_consent_is_enough(born: date, enough: set[ByWhom]) -> None:
    for by_whom in enough:
        check_signatures(born, TODAY, by_whom)
    for by_whom in {*ByWhom} - enough:
        with pytest.raises(Invalid) as refused:
            check_signatures(born, TODAY, by_whom)
        assert refused.value.code == Reason.SIGNATURE_MISSING


def test_without_a_birth_date_no_signature_is_asked() -> None:
    check_signatures(None, TODAY, ByWhom.CLIENT)


@pytest.mark.parametrize(
    ("born", "reason"), [(date(2026, 11, 23), Reason.IN_THE_FUTURE), (date(2017, 11, 23), Reason.TOO_YOUNG)]
)
def test_who_cant_be_a_client(born: date, reason: Reason) -> None:
    with pytest.raises(Invalid) as refused:
        check_birth_date(born, TODAY)
    assert refused.value.code == reason


def test_who_turned_nine_today_can_be_a_client() -> None:
    check_birth_date(date(2017, 11, 22), TODAY)
