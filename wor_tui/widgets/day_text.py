"""Dates as they are said in the Netherlands: short enough for a column, never ambiguous."""

from __future__ import annotations

from datetime import date

from wor_tui.i18n import N_, _

DAYS = (N_("ma"), N_("di"), N_("wo"), N_("do"), N_("vr"), N_("za"), N_("zo"))
MONTHS = (
    N_("jan"), N_("feb"), N_("mrt"), N_("apr"), N_("mei"), N_("jun"),
    N_("jul"), N_("aug"), N_("sep"), N_("okt"), N_("nov"), N_("dec"),
)  # fmt: skip


def short_day(day: date) -> str:
    """ "27 nov"."""
    return f"{day.day} {_(MONTHS[day.month - 1])}"


def named_day(day: date, today: date | None = None) -> str:
    """ "vr 27 nov"; with `today` a day of another year gets its year: "vr 27 nov 2026"."""
    year = f" {day.year}" if today is not None and day.year != today.year else ""
    return f"{_(DAYS[day.weekday()])} {short_day(day)}{year}"
