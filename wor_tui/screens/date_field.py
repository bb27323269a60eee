"""A field for a day: read as people type it, judged when it is left, and then written out in full."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.screens.dates import read_birth_date, read_date, read_time, typed_date
from wor_tui.screens.fields import Field

if TYPE_CHECKING:
    from textual.widgets import Input


class When(Enum):
    """Which days a field is about."""

    BIRTH = "birth"
    HAPPENED = "happened"
    """Today or before."""
    NEAR = "near"
    """Before or after today; without a year, the one that was."""
    AHEAD = "ahead"
    """Mostly still to come."""


class DateField(Field):
    """A day; `27-11`, `27 nov`, `gisteren` or `vr` become `27-11-2026` when the field is left."""

    def __init__(
        self,
        label: str,
        on: date | None,
        *,
        id: str,  # noqa: A002 - Textual's own name
        today: date,
        when: When = When.HAPPENED,
        asked: bool = False,
        hint: str = "",
        classes: str | None = None,
    ) -> None:
        """A day, or none yet; `asked`: it may not stay empty."""
        super().__init__(
            label, typed_date(on), id=id, cap=40, hint=hint or _hint(when), check=self.judge, classes=classes
        )
        self.today = today
        self.when = when
        self.asked = asked

    def read(self) -> date | None:
        """The day that is typed now; None for none, and for what is no day."""
        return day_of(self.value, self.today, self.when)

    def judge(self, typed: str) -> str:
        """What is wrong with what was typed."""
        return wrong_day(typed, self.today, self.when, asked=self.asked)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Judge it, and write out what was understood."""
        super().on_input_blurred(event)
        found = self.read()
        if found is not None and self.value != typed_date(found) and not self.has_class("-wrong"):
            self.value = typed_date(found)


def day_of(typed: str, today: date, when: When) -> date | None:
    """The day that somebody typed in such a field; None for none, and for what is no day."""
    if when is When.BIRTH:
        return read_birth_date(typed, today)
    return read_date(typed, today, past=when is not When.AHEAD)


def wrong_day(typed: str, today: date, when: When, *, asked: bool = False) -> str:
    """What is wrong with a day that was typed, with an example that fits what it is about; empty when nothing is."""
    if not typed:
        return _("Vul een datum in, bijvoorbeeld {example}.").format(example=_example(when)) if asked else ""
    found = day_of(typed, today, when)
    if found is None:
        return _("Dit is geen datum. Typ bijvoorbeeld {example}.").format(example=_example(when))
    if found > today and when in {When.BIRTH, When.HAPPENED}:
        return _("Deze dag is nog niet geweest. Kies vandaag of eerder.")
    return ""


def wrong_time(typed: str) -> str:
    """What is wrong with a time that was typed."""
    return "" if not typed or read_time(typed) is not None else _("Dit is geen tijd. Typ bijvoorbeeld 9:30.")


def wrong_number(typed: str) -> str:
    """What is wrong with a number of minutes that was typed."""
    number = typed.removesuffix("min").strip()
    return "" if not number or (number.isdecimal() and len(number) <= 6) else _("Typ hier een heel getal.")


def _hint(when: When) -> str:
    return {
        When.BIRTH: "31-12-1958",
        When.HAPPENED: _("vandaag, gisteren, 20-11"),
        When.NEAR: _("vandaag, 27-11"),
        When.AHEAD: _("vr, +7, 27-11"),
    }[when]


def _example(when: When) -> str:
    return {
        When.BIRTH: "31-12-1958",
        When.HAPPENED: _("20-11-2026, 20 nov of gisteren"),
        When.NEAR: _("27-11-2026, 27 nov of vandaag"),
        When.AHEAD: _("27-11-2026, 27 nov, vrijdag of +7"),
    }[when]
