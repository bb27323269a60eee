"""The caseload: one line a case, with what a coach needs to choose the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from wor_tui.i18n import _
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.day_text import short_day
from wor_tui.widgets.virtual_list import VirtualList

OVERDUE, UNSENT, CONFLICT = "!", "↑", "≠"


class CaseLine(Protocol):
    """What a row of the caseload tells; the rows of the caseload service are such."""

    @property
    def name(self) -> str: ...
    @property
    def age(self) -> int | None: ...
    @property
    def neighbourhood(self) -> str: ...
    @property
    def referrer(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def contacts(self) -> int: ...
    @property
    def contacts_planned(self) -> int: ...
    @property
    def week(self) -> int | None: ...
    @property
    def weeks_planned(self) -> int: ...
    @property
    def next_step(self) -> str: ...
    @property
    def next_step_on(self) -> date | None: ...
    @property
    def overdue(self) -> bool: ...
    @property
    def unsent(self) -> bool: ...
    @property
    def conflict(self) -> bool: ...


def case_columns(phase_label: Callable[[str], str] | None = None) -> list[Column[CaseLine]]:
    """The caseload's columns; the phase is shown (from 120 cells) when `phase_label` words its code."""
    columns: list[Column[CaseLine]] = [
        Column("name", _("Naam"), lambda row: Cell(row.name, "strong"), 14, share=3),
        Column("age", _("Lft"), lambda row: "" if row.age is None else str(row.age), 3, 0, 56, right=True),
        Column("neighbourhood", _("Wijk"), lambda row: Cell(row.neighbourhood, "muted"), 11, 0, 74),
        Column("referrer", _("Verwijzer"), lambda row: Cell(row.referrer, "muted"), 14, 1, 98),
        Column("phone", _("Telefoon"), lambda row: Cell(row.phone, "muted"), 14, 0, 138),
        Column("contacts", _("Contact"), lambda row: f"{row.contacts}/{row.contacts_planned}", 7, 0, 42, right=True),
        Column("week", _("Week"), _week, 5, 0, 52, right=True),
        Column("marks", "", _marks, 2),
        Column("next_step", _("Volgende stap"), _next_step, 14, share=4),
    ]
    if phase_label is not None:
        columns.insert(-2, Column("phase", _("Fase"), lambda row: phase_label(row.phase), 16, 0, 118))
    return columns


class CaseList(VirtualList[CaseLine]):
    """The caseload as a virtual list; `fetch` and the messages are those of VirtualList."""

    def __init__(
        self,
        fetch: Callable[[Sequence[str]], Sequence[CaseLine | None]],
        ids: Sequence[str] = (),
        *,
        phase_label: Callable[[str], str] | None = None,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(
            case_columns(phase_label), fetch, ids, empty_text=empty_text, name=name, id=id, classes=classes
        )


def _week(row: CaseLine) -> str:
    return "" if row.week is None else f"{row.week}/{row.weeks_planned}"


def _marks(row: CaseLine) -> Cell:
    """≠ two people changed the same, ↑ not sent yet."""
    marks = (CONFLICT if row.conflict else "") + (UNSENT if row.unsent else "")
    return Cell(marks, "warning" if row.conflict else "muted")


def _next_step(row: CaseLine) -> Cell:
    day = short_day(row.next_step_on) if row.next_step_on else ""
    text = " · ".join(part for part in (day, row.next_step) if part)
    return Cell(f"{OVERDUE} {text or _('te laat')}", "warning") if row.overdue else Cell(text)
