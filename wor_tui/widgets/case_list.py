"""The caseload: one line a case, with what a coach needs to choose the next one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from wor_tui.i18n import _
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.day_text import named_day
from wor_tui.widgets.virtual_list import VirtualList

LATE, UNSENT, CONFLICT = "!", "↑", "≠"
NEXT_STEP = "next_step"
"""The code of what is late when it is the next step itself."""


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
    def late(self) -> str: ...
    @property
    def late_on(self) -> date | None: ...
    @property
    def unsent(self) -> bool: ...
    @property
    def conflict(self) -> bool: ...


def case_columns(
    phase_label: Callable[[str], str] | None = None, late_label: Callable[[str], str] = str
) -> list[Column[CaseLine]]:
    """The caseload's columns; the phase is shown (from 118 cells) when `phase_label` words its code.

    `late_label` words the code of what is late. Beside the panel of a terminal of 120 columns there is room for the
    neighbourhood and the referrer; one of 80 columns, without a panel, leaves the referrer out.
    """

    def next_step(row: CaseLine) -> Cell:
        return _next_step(row, late_label)

    columns: list[Column[CaseLine]] = [
        Column("name", _("Naam"), lambda row: Cell(row.name, "strong"), 14, share=2),
        Column("age", _("Lft"), lambda row: "" if row.age is None else str(row.age), 3, 0, 56, right=True),
        Column("neighbourhood", _("Wijk"), lambda row: Cell(row.neighbourhood, "muted"), 9, 0, 70),
        Column("referrer", _("Verwijzer"), lambda row: Cell(row.referrer, "muted"), 12, 2, 82),
        Column("phone", _("Telefoon"), lambda row: Cell(row.phone, "muted"), 14, 0, 138),
        Column("contacts", _("Contact"), lambda row: f"{row.contacts}/{row.contacts_planned}", 7, 0, 42, right=True),
        Column("week", _("Week"), _week, 5, 0, 52, right=True),
        Column("marks", "", _marks, 2),
        Column("next_step", _("Volgende stap"), next_step, 14, share=5),
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
        late_label: Callable[[str], str] = str,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(
            case_columns(phase_label, late_label), fetch, ids, empty_text=empty_text, name=name, id=id, classes=classes
        )


def _week(row: CaseLine) -> str:
    return "" if row.week is None else f"{row.week}/{row.weeks_planned}"


def _marks(row: CaseLine) -> Cell:
    """≠ two people changed the same, ↑ not sent yet."""
    marks = (CONFLICT if row.conflict else "") + (UNSENT if row.unsent else "")
    return Cell(marks, "warning" if row.conflict else "muted")


def _next_step(row: CaseLine, late_label: Callable[[str], str]) -> Cell:
    """The next step; before it, with its mark, what is late: the step itself, or another duty by its name."""
    day = named_day(row.next_step_on) if row.next_step_on else ""
    step = " · ".join(part for part in (day, row.next_step) if part)
    if not row.late:
        return Cell(step)
    if row.late == NEXT_STEP:
        return Cell(f"{LATE} {step}", "warning")
    due = " ≤ ".join(part for part in (late_label(row.late), named_day(row.late_on) if row.late_on else "") if part)
    return Cell(f"{LATE} " + " · ".join(part for part in (due, step) if part), "warning")
