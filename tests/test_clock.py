from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from wor_tui.clock import FixedClock, SystemClock, local_date, milliseconds, moment_text


def test_the_date_is_the_dutch_one_whatever_the_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert local_date(late) == date(2026, 11, 23)
    assert local_date(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert local_date(datetime(2026, 11, 23, 8, 0, tzinfo=timezone(timedelta(hours=9)))) == date(2026, 11, 23)


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 22, 59, tzinfo=UTC))
    assert (clock.now(), clock.today()) == (clock.now(), date(2026, 11, 22))
    clock.advance(timedelta(minutes=1))
    assert clock.today() == date(2026, 11, 23)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 22))  # noqa: DTZ001 -- what is refused


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert isinstance(SystemClock().today(), date)


def test_moments_at_the_border() -> None:
    moment = datetime(2026, 11, 22, 9, 30, 0, 900_000, tzinfo=UTC)
    assert moment_text(moment) == "2026-11-22T09:30:00Z"
    assert milliseconds(moment) == 1_795_339_800_900
