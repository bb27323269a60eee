"""The agenda: the desk's longer appointments, from today on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, Function
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import day_text, local, time_text
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import appointments
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.appointments import AppointmentRow

DAYS = 60
"""How far ahead the list goes."""


class AgendaScreen(ReadingScreen):
    """One line an appointment, by time."""

    CSS_PATH = "today.tcss"
    BINDINGS = bindings("appointment.add", "appointment.status")
    AUTO_FOCUS: ClassVar[str | None] = "#agenda"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
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
        yield ShortList["AppointmentRow"](
            self.columns(), id="agenda", opens=self.opens_cases(),
            empty_text=_("Nog geen afspraken. Druk op n om er een te plannen."),
        )  # fmt: skip

    @property
    def shown(self) -> ShortList[AppointmentRow]:
        """The list."""
        return cast("ShortList[AppointmentRow]", self.query_one("#agenda", ShortList))

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

    async def load(self) -> None:
        """Read in a thread, show here."""
        today = self.wor.clock.today()
        found = await self.wor.attempt(lambda: appointments.agenda(self.wor.desk, today, DAYS))
        if isinstance(found, Failed):
            return
        rows, self.bases = found
        self.shown.show_rows({row.id: row for row in rows})

    def action_appointment_add(self) -> None:
        """Plan one."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm())

    async def action_appointment_status(self) -> None:
        """Planned, held, called off, missed: the next one."""
        row = self.shown.chosen
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
        row = self.shown.row_of(event.id)
        if row is None or not self.opens_cases():
            return
        if row.case_id:
            self.open_case(row.case_id)
        else:
            self.wor.say(_("Bij deze afspraak hoort nog geen dossier."))
