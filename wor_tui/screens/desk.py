"""The desk: what a practice's assistant (or referrer) sees. Names, numbers, appointments and status; never a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.actions import bindings
from wor_tui.app import Failed
from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, ReferralStatus
from wor_tui.i18n import _
from wor_tui.screens.dates import day_text, time_text
from wor_tui.screens.frame import WorScreen
from wor_tui.services import appointments, referrals
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.appointments import AppointmentRow
    from wor_tui.services.referrals import ReferralRow


class DeskScreen(WorScreen[None]):
    """Today's appointments, and how far each referral is."""

    CSS_PATH = "today.tcss"
    BINDINGS = bindings("appointment.add")
    AUTO_FOCUS: ClassVar[str | None] = "#referrals"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.referrals: dict[str, ReferralRow] = {}
        self.appointments: dict[str, AppointmentRow] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Balie")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Wat de praktijk ziet: de afspraken van vandaag en hoe ver elke verwijzing is. Wat deelnemer en coach "
            "bespreken, staat hier niet."
        )

    def body(self) -> ComposeResult:
        """Two lists."""
        yield Static("", id="summary", markup=False)
        with Vertical(id="appointments-part"):
            yield Static(_("Afspraken vandaag"), classes="part", markup=False)
            yield VirtualList["AppointmentRow"](
                self.appointment_columns(), self.fetch_appointments, id="appointments",
                empty_text=_("Geen afspraken vandaag. F4 toont de komende weken."),
            )  # fmt: skip
        with Vertical(id="due-part"):
            yield Static(_("Verwijzingen"), classes="part", markup=False)
            yield VirtualList["ReferralRow"](
                self.referral_columns(), self.fetch_referrals, id="referrals", empty_text=_("Nog geen verwijzingen.")
            )

    def appointment_columns(self) -> list[Column[AppointmentRow]]:
        """Time, who, why, status."""
        return [
            Column("time", _("Tijd"), lambda row: time_text(row.starts_at), 5),
            Column("client", _("Wie"), lambda row: Cell(row.client, "strong"), 16, share=2),
            Column("reason", _("Waarom"), lambda row: label(AppointmentReason, row.reason), 14, 1),
            Column("status", _("Status"), lambda row: label(AppointmentStatus, row.status), 11),
        ]

    def referral_columns(self) -> list[Column[ReferralRow]]:
        """Day, who, number, how far."""
        today = self.wor.clock.today()
        return [
            Column("on", _("Ontvangen"), lambda row: day_text(row.received_on, today), 11),
            Column("client", _("Wie"), lambda row: Cell(row.client_name, "strong"), 16, share=3),
            Column("phone", _("Telefoon"), lambda row: row.phone, 14),
            Column("referrer", _("Verwijzer"), lambda row: Cell(row.referrer, "muted"), 12, 1, 84),
            Column("status", _("Hoe ver"), lambda row: label(ReferralStatus, row.status), 20),
        ]

    def fetch_appointments(self, ids: Sequence[str]) -> Sequence[AppointmentRow | None]:
        """All in memory."""
        return [self.appointments.get(one) for one in ids]

    def fetch_referrals(self, ids: Sequence[str]) -> Sequence[ReferralRow | None]:
        """All in memory."""
        return [self.referrals.get(one) for one in ids]

    def on_mount(self) -> None:
        """Read."""
        self.data_changed()

    def data_changed(self) -> None:
        """Read again; the cursors stay."""
        self.run_worker(self.load, exclusive=True, group="load")

    async def load(self) -> None:
        """Read in a thread, show here."""
        today = self.wor.clock.today()
        found = await self.wor.attempt(
            lambda: (referrals.inbox(self.wor.desk)[0], appointments.agenda(self.wor.desk, today)[0])
        )
        if isinstance(found, Failed):
            return
        self.referrals = {row.id: row for row in found[0]}
        self.appointments = {row.id: row for row in found[1]}
        for name, rows in (("#referrals", self.referrals), ("#appointments", self.appointments)):
            shown = cast("VirtualList[object]", self.query_one(name, VirtualList))
            shown.forget_rows()
            shown.show_ids(list(rows))
        self.query_one("#appointments-part").styles.height = min(max(len(self.appointments), 1), 6) + 3
        self.query_one("#summary", Static).update(day_text(today))

    def action_appointment_add(self) -> None:
        """Plan one."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm())
