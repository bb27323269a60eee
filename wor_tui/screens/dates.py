"""Dates, times and numbers as they are written and typed in the Netherlands."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from wor_tui.clock import AMSTERDAM
from wor_tui.i18n import decimal
from wor_tui.widgets.day_text import named_day

FULL_DAYS = (
    ("maandag", "monday"), ("dinsdag", "tuesday"), ("woensdag", "wednesday"), ("donderdag", "thursday"),
    ("vrijdag", "friday"), ("zaterdag", "saturday"), ("zondag", "sunday"),
)  # fmt: skip
"""The days of the week as they are typed, in both languages."""
_MONTH_STARTS = {
    "jan": 1, "feb": 2, "maa": 3, "mrt": 3, "mar": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_RELATIVE = {
    "vandaag": 0, "today": 0, "gisteren": -1, "yesterday": -1, "eergisteren": -2, "morgen": 1, "tomorrow": 1,
    "overmorgen": 2,
}  # fmt: skip


def local(moment: datetime) -> datetime:
    """An aware moment on a clock in the Netherlands."""
    return moment.astimezone(ZoneInfo(AMSTERDAM))


def day_text(on: date, today: date | None = None) -> str:
    """`vr 27 nov`, with the year when it isn't today's: `vr 27 nov 2026`."""
    return named_day(on, today) if today is not None else f"{named_day(on)} {on.year}"


def time_text(moment: datetime) -> str:
    """`09:30` in the Netherlands."""
    return f"{local(moment):%H:%M}"


def moment_words(moment: datetime, today: date) -> str:
    """`09:30`, with the day before it when it wasn't today: `vr 27 nov 09:30`."""
    day = local(moment).date()
    return time_text(moment) if day == today else f"{day_text(day, today)} {time_text(moment)}"


def typed_date(on: date | None) -> str:
    """As it stands in a field: `27-11-2026`, empty for none."""
    return "" if on is None else f"{on:%d-%m-%Y}"


def read_date(text: str, today: date, *, past: bool = False) -> date | None:
    """The date that was typed: `27-11-2026`, `27-11`, `27 nov`, `vandaag`, `gisteren`, `+7`, `vr`; None for no date.

    Without a year it is the nearest one from today on, or back from today when `past`.
    """
    words = text.strip().casefold()
    if words in _RELATIVE:
        return today + timedelta(days=_RELATIVE[words])
    if re.fullmatch(r"[+-]\d{1,3}", words):
        return today + timedelta(days=int(words))
    if words.isalpha():
        return _weekday(words, today, past=past)
    return _written(words, today, past=past)


def read_birth_date(text: str, today: date) -> date | None:
    """The date of birth that was typed, `31-12-1958` or `31-12-58`: a year of two digits is the last one that was."""
    found = read_date(text, today, past=True)
    if found is not None and found > today and re.search(r"(?<!\d)\d{2}$", text.strip()):
        return _date(found.year - 100, found.month, found.day)
    return found


def _weekday(words: str, today: date, *, past: bool) -> date | None:
    starts = [day for day, names in enumerate(FULL_DAYS) if len(words) > 1 and any(n.startswith(words) for n in names)]
    if len(starts) != 1:
        return None
    ahead = (starts[0] - today.weekday()) % 7
    return today + timedelta(days=ahead - 7 if past and ahead else ahead)


def _written(words: str, today: date, *, past: bool) -> date | None:
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?", words):
        return _near(int(found[1]), int(found[2]), found[3], today, past=past)
    if found := re.fullmatch(r"(?:[a-z]{2} )?(\d{1,2}) ([a-z]{3})[a-z]*\.?(?: (\d{4}))?", words):
        month = _MONTH_STARTS.get(found[2])
        return None if month is None else _near(int(found[1]), month, found[3], today, past=past)
    return None


def read_time(text: str) -> tuple[int, int] | None:
    """The time that was typed: `9:30`, `9.30`, `0930`, `9`; None for no time."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.]?(\d{2}))?(?: ?u(?:ur)?)?", text.strip().casefold())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def moment_of(on: date, at: tuple[int, int]) -> datetime:
    """The aware moment in UTC of a date and a time in the Netherlands."""
    return datetime(on.year, on.month, on.day, *at, tzinfo=ZoneInfo(AMSTERDAM)).astimezone(UTC)


def number_text(value: float | None) -> str:
    """`7,5` (`7.5` in English), `7`, or a dash for none."""
    return "–" if value is None else decimal(f"{value:g}")


def _near(day: int, month: int, year: str | None, today: date, *, past: bool) -> date | None:
    if year is not None:
        whole = int(year)
        return _date(whole + (2000 if whole < 50 else 1900) if whole < 100 else whole, month, day)
    found = _date(today.year, month, day)
    if found is None:
        return None
    if past and found > today:
        return _date(today.year - 1, month, day)
    if not past and found < today - timedelta(days=60):
        return _date(today.year + 1, month, day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
