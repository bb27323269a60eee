"""The agenda: the desk's longer appointments, from today on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.actions import bindings
from wor_tui.app import Failed
from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, Function
from wor_tui.i18n import _
from wor_tui.screens.dates import day_text, local, time_text
from wor_tui.screens.frame import WorScreen
from wor_tui.services import appointments
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.appointments import AppointmentRow

DAYS = 60
"""How far ahead the list goes."""


class AgendaScreen(WorScreen[None]):
    """One line an appointment, by time."""

    CSS_PATH = "today.tcss"
    BINDINGS = bindings("appointment.add", "appointment.status")
    AUTO_FOCUS: ClassVar[str | None] = "#agenda"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.rows: dict[str, AppointmentRow] = {}
        self.bases: dict[str, int] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Agenda")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "De ruimere afspraken van de praktijk, vanaf vandaag. n plant er een; de toets u zet erbij hoe het ging."
        )

    def body(self) -> ComposeResult:
        """The list."""
        yield Static(_("Ruimere afspraken"), classes="part", markup=False)
        yield VirtualList["AppointmentRow"](
            self.columns(), self.fetch, id="agenda", empty_text=_("Nog geen afspraken. Druk op n om er een te plannen.")
        )

    def columns(self) -> list[Column[AppointmentRow]]:
        """Day, time, who, with whom, why, how it went."""
        today = self.wor.clock.today()
        gone = {str(AppointmentStatus.CANCELLED), str(AppointmentStatus.MISSED)}
        return [
            Column("day", _("Dag"), lambda row: Cell(day_text(local(row.starts_at).date(), today), "strong"), 10),
            Column("time", _("Tijd"), lambda row: time_text(row.starts_at), 5),
            Column("minutes", _("Min"), lambda row: Cell(str(row.minutes), "muted"), 3, right=True),
            Column(
                "client",
                _("Wie"),
                lambda row: Cell(row.client, "muted" if row.status in gone else "strong"),
                16,
                share=3,
            ),
            Column("with", _("Bij"), lambda row: label(Function, row.with_function), 10, share=1),
            Column("reason", _("Waarom"), lambda row: Cell(label(AppointmentReason, row.reason), "muted"), 12, 1, 90),
            Column("status", _("Status"), lambda row: label(AppointmentStatus, row.status), 11),
        ]

    def fetch(self, ids: Sequence[str]) -> Sequence[AppointmentRow | None]:
        """All in memory."""
        return [self.rows.get(one) for one in ids]

    def on_mount(self) -> None:
        """Read."""
        self.data_changed()

    def data_changed(self) -> None:
        """Read again; the cursor stays."""
        self.run_worker(self.load, exclusive=True, group="load")

    async def load(self) -> None:
        """Read in a thread, show here."""
        today = self.wor.clock.today()
        found = await self.wor.attempt(lambda: appointments.agenda(self.wor.desk, today, DAYS))
        if isinstance(found, Failed):
            return
        rows, self.bases = found
        self.rows = {row.id: row for row in rows}
        shown = cast("VirtualList[AppointmentRow]", self.query_one("#agenda", VirtualList))
        shown.forget_rows()
        shown.show_ids(list(self.rows))

    def action_appointment_add(self) -> None:
        """Plan one."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm())

    async def action_appointment_status(self) -> None:
        """Planned, held, called off, missed: the next one."""
        row = self.rows.get(self.query_one("#agenda", VirtualList).highlighted or "")
        if row is None:
            return
        codes = [str(code) for code in AppointmentStatus]
        following = codes[(codes.index(row.status) + 1) % len(codes)] if row.status in codes else codes[0]
        base = self.bases.get(row.scope, 0)
        done = await self.wor.attempt(lambda: appointments.edit(self.wor.desk, row.id, {"status": following}, base))
        if not isinstance(done, Failed):
            self.wor.saved(f"{row.client}: {label(AppointmentStatus, following)}")

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """To the case, for those who may."""
        row = self.rows.get(event.id or "")
        if row is None or not row.case_id or not self.opens_cases():
            return
        from wor_tui.screens.client import ClientScreen  # noqa: PLC0415

        self.wor.push_screen(ClientScreen(row.case_id))

    def opens_cases(self) -> bool:
        """Whether this person may open case files."""
        from wor_tui.screens.workbench import sees_cases  # noqa: PLC0415

        return sees_cases(self.wor.desk)
