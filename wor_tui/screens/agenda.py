"""The agenda: the desk's longer appointments, from today on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, Function
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.clash_words import clash_sentence, marked_name
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

    from wor_tui.services.appointments import Agenda, AppointmentRow
    from wor_tui.services.workspace import Workspace

DAYS = 60
"""How far ahead the list goes."""
AHEAD = (AppointmentStatus.PLANNED, AppointmentStatus.CANCELLED)
"""What an appointment can be that is still to come."""


class AgendaScreen(ReadingScreen["Agenda"]):
    """One line an appointment, by time."""

    logs = "agenda"
    CSS_PATH = "today.tcss"
    BINDINGS = bindings(
        "appointment.add", "appointment.edit", "appointment.cancel", "appointment.status", "history.open"
    )  # fmt: skip
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
            "De ruimere afspraken van de praktijk, vanaf vandaag. n plant er een, e verzet of wijzigt hem, x zegt hem "
            "af, en u zet erbij hoe het ging. Afgezegd blijft staan; met u staat de afspraak weer."
        )

    def body(self) -> ComposeResult:
        """The list."""
        yield Static(_("Ruimere afspraken"), classes="part", markup=False)
        yield Static("", id="clash", markup=False)
        yield ShortList["AppointmentRow"](
            self.columns(), id="agenda",
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
                lambda row: Cell(marked_name(row), "muted" if row.status in gone else "strong"),
                16,
                share=3,
            ),
            Column("with", _("Bij"), lambda row: label(Function, row.with_function), 10, share=1),
            Column("reason", _("Waarom"), lambda row: Cell(label(AppointmentReason, row.reason), "muted"), 12, 1, 90),
            Column("status", _("Status"), lambda row: label(AppointmentStatus, row.status), 11),
        ]

    def read(self, desk: Workspace) -> Agenda:
        """The appointments of the days to come."""
        return appointments.agenda(desk, desk.clock.today(), DAYS)

    async def show_read(self, found: Agenda) -> None:
        """Fill the list."""
        rows, self.bases = found
        self.shown.show_rows({row.id: row for row in rows})
        self.show_clash(clash_sentence(rows, self.wor.clock.today()))

    def show_clash(self, said: str) -> None:
        """Which appointments share a slot; nothing where none do."""
        self.query_one("#clash", Static).update(said)
        self.query_one("#clash").display = bool(said)

    def action_appointment_add(self) -> None:
        """Plan one."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm())

    def action_appointment_edit(self) -> None:
        """Move the chosen one, or change something else of it."""
        row = self.shown.chosen
        if row is not None:
            self.edit(row)

    def edit(self, row: AppointmentRow) -> None:
        """Open an appointment as a form."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm(row, self.bases))

    def action_appointment_cancel(self) -> None:
        """Call the chosen one off, after asking."""
        row = self.shown.chosen
        if row is None:
            return
        if row.status == AppointmentStatus.CANCELLED:
            self.wor.say(_("Deze afspraak is al afgezegd. Met u staat hij weer."))
            return
        from wor_tui.screens.confirm import ConfirmScreen  # noqa: PLC0415

        day = day_text(local(row.starts_at).date(), self.wor.clock.today())
        asked = _("De afspraak van {name} op {day} om {time} afzeggen?").format(
            name=row.client, day=day, time=time_text(row.starts_at)
        )
        said = _("De praktijk en de coaches zien dat hij is afgezegd. Bellen doet u zelf.")
        self.wor.push_screen(ConfirmScreen(asked, said), lambda sure: self.cancel(row) if sure else None)

    def cancel(self, row: AppointmentRow) -> None:
        """Call an appointment off."""
        self.run_worker(self.become(row, str(AppointmentStatus.CANCELLED)))

    async def action_appointment_status(self) -> None:
        """What became of it, the next of what it can be: one that is still to come was neither held nor missed."""
        row = self.shown.chosen
        if row is None:
            return
        today = self.wor.clock.today()
        can_be = AHEAD if local(row.starts_at).date() > today else list(AppointmentStatus)
        codes = [str(code) for code in can_be]
        following = codes[(codes.index(row.status) + 1) % len(codes)] if row.status in codes else codes[0]
        await self.become(row, following)

    async def become(self, row: AppointmentRow, status: str) -> None:
        """Write down what became of an appointment."""
        base = self.bases.get(row.scope, 0)
        done = await self.wor.attempt(lambda: appointments.edit(self.wor.desk, row.id, {"status": status}, base))
        if not isinstance(done, Failed):
            self.wor.saved(f"{row.client}: {label(AppointmentStatus, status)}")

    def action_history_open(self) -> None:
        """Who changed what of the chosen one."""
        row = self.shown.chosen
        if row is None:
            return
        from wor_tui.screens.history import HistoryScreen  # noqa: PLC0415
        from wor_tui.services import history  # noqa: PLC0415

        self.wor.push_screen(HistoryScreen(lambda desk: history.of_appointment(desk, row.id)))

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """To the case where there is one, for those who may; else to the appointment."""
        row = self.shown.row_of(event.id)
        if row is None:
            return
        if row.case_id and self.opens_cases():
            self.open_case(row.case_id)
        else:
            self.edit(row)
