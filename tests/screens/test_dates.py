"""What people type for a day, in both languages."""

from datetime import date

import pytest

from wor_tui.i18n import set_language
from wor_tui.screens.date_field import When, wrong_day
from wor_tui.screens.dates import number_text, read_birth_date, read_date

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(
    ("typed", "past", "day"),
    [
        ("vr", False, date(2026, 11, 27)),
        ("vrijdag", True, date(2026, 11, 20)),
        ("fri", False, date(2026, 11, 27)),
        ("monday", False, date(2026, 11, 23)),
        ("we", True, date(2026, 11, 18)),
        ("+7", False, date(2026, 11, 29)),
        ("27 nov", True, date(2025, 11, 27)),
    ],
)
def test_days_as_people_type_them(typed: str, past: bool, day: date) -> None:
    assert read_date(typed, TODAY, past=past) == day


@pytest.mark.parametrize("typed", ["maart", "z", "morgenvroeg", "vrijdom", "31-02-2026", "t"])
def test_what_is_no_day(typed: str) -> None:
    assert read_date(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31-12-1958", date(1958, 12, 31)),
        ("31-12-58", date(1958, 12, 31)),
        ("3-4-45", date(1945, 4, 3)),
        ("3-4-12", date(2012, 4, 3)),
        ("1 mei 1948", date(1948, 5, 1)),
    ],
)
def test_a_date_of_birth_with_two_digits_was_in_the_last_hundred_years(typed: str, day: date) -> None:
    assert read_birth_date(typed, TODAY) == day


def test_a_day_is_judged_by_what_it_is_about() -> None:
    assert "+7" not in wrong_day("geen", TODAY, When.BIRTH)
    assert "31-12-1958" in wrong_day("geen", TODAY, When.BIRTH)
    assert "+7" in wrong_day("geen", TODAY, When.AHEAD)
    assert wrong_day("", TODAY, When.HAPPENED, asked=True)
    assert not wrong_day("", TODAY, When.AHEAD)
    assert "nog niet geweest" in wrong_day("morgen", TODAY, When.HAPPENED)
    assert not wrong_day("morgen", TODAY, When.NEAR)


def test_scores_are_written_as_the_language_writes_them() -> None:
    assert number_text(7.5) == "7,5"
    set_language("en")
    try:
        assert number_text(7.5) == "7.5"
    finally:
        set_language("nl")
