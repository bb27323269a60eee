"""Dates as they are said in the Netherlands: short enough for a column, never ambiguous."""

from __future__ import annotations

from datetime import date

from wor_tui.i18n import _


def short_day(day: date, today: date | None = None) -> str:
    """ "vr 27 nov"; with `today` a day of another year gets its year: "vr 27 nov 2026"."""
    weekday = _("ma di wo do vr za zo").split()[day.weekday()]
    month = _("jan feb mrt apr mei jun jul aug sep okt nov dec").split()[day.month - 1]
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{weekday} {day.day} {month}{year}"
