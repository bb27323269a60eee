"""Counting days as the working agreements do."""

from calendar import monthrange
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

_SATURDAY = 5


def is_working_day(day: date, holidays: AbstractSet[date] = frozenset()) -> bool:
    """Monday to Friday, unless it is one of `holidays`."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_days_after(day: date, count: int, holidays: AbstractSet[date] = frozenset()) -> date:
    """The `count`-th working day after `day`; `day` itself doesn't count. A count below 1 gives `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day where it is shorter."""
    ahead = day.year * 12 + day.month - 1 + months
    year, month = divmod(ahead, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
