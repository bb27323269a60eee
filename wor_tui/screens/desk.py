"""The desk: what a practice's assistant (or referrer) sees. Names, numbers, appointments and status; never a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Vertical
from textual.widgets import Static

from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, ReferralStatus
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.clash_words import clash_sentence, marked_name
from wor_tui.screens.dates import day_text, time_text
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import appointments, referrals
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.widgets.virtual_list import VirtualList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.appointments import Agenda, AppointmentRow
    from wor_tui.services.referrals import ReferralRow
    from wor_tui.services.workspace import Workspace


Inbox = tuple[list["ReferralRow"], dict[str, int]]


class DeskScreen(ReadingScreen[tuple["Inbox", "Agenda"]]):
    """Today's appointments, and how far each referral is."""

    logs = "desk"
    CSS_PATH = "today.tcss"
    BINDINGS = bindings("appointment.add", "candidates.open", "referral.his")
    AUTO_FOCUS: ClassVar[str | None] = "#referrals"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.bases: dict[str, int] = {}
        self.referral_bases: dict[str, int] = {}

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
        yield Static("", id="clash", markup=False)
        with Vertical(id="appointments-part"):
            yield Static(_("Afspraken vandaag"), classes="part", markup=False)
            yield ShortList["AppointmentRow"](
                self.appointment_columns(), id="appointments",
                empty_text=_("Geen afspraken vandaag. F4 toont de komende weken."),
            )  # fmt: skip
        with Vertical(id="due-part"):
            yield Static(_("Verwijzingen"), classes="part", markup=False)
            yield ShortList["ReferralRow"](
                self.referral_columns(), id="referrals", opens=False, empty_text=_("Nog geen verwijzingen.")
            )

    def appointment_columns(self) -> list[Column[AppointmentRow]]:
        """Time, who, why, status."""
        return [
            Column("time", _("Tijd"), lambda row: time_text(row.starts_at), 5),
            Column("client", _("Wie"), lambda row: Cell(marked_name(row), "strong"), 16, share=2),
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
            Column("his", "Z68", lambda row: "✓" if row.his_registered_on else "", 3),
            Column("status", _("Hoe ver"), lambda row: label(ReferralStatus, row.status), 20),
        ]

    def read(self, desk: Workspace) -> tuple[Inbox, Agenda]:
        """The referrals, and today's appointments."""
        return referrals.inbox(desk), appointments.agenda(desk, desk.clock.today())

    async def show_read(self, found: tuple[Inbox, Agenda]) -> None:
        """Fill both lists."""
        (received, self.referral_bases), (planned, self.bases) = found
        for name, rows in (("#referrals", received), ("#appointments", planned)):
            shown = cast("ShortList[object]", self.query_one(name, ShortList))
            shown.show_rows({row.id: row for row in rows})
        self.query_one("#appointments-part").styles.height = min(max(len(planned), 1), 6) + 3
        self.query_one("#summary", Static).update(day_text(self.wor.clock.today()))
        said = clash_sentence(planned, self.wor.clock.today())
        self.query_one("#clash", Static).update(said)
        self.query_one("#clash").display = bool(said)

    @property
    def referred(self) -> ReferralRow | None:
        """The referral under the cursor."""
        return cast("ShortList[ReferralRow]", self.query_one("#referrals", ShortList)).chosen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The candidates are there for who belongs to a practice; the tick needs a referral."""
        if action == "candidates_open":
            return bool(self.wor.desk.scopes.practices)
        if action == "referral_his":
            return not self.empty and self.referred is not None
        return super().check_action(action, parameters)

    def action_candidates_open(self) -> None:
        """The practice's own list."""
        from wor_tui.screens.candidates import CandidatesScreen  # noqa: PLC0415

        self.wor.push_screen(CandidatesScreen())

    async def action_referral_his(self) -> None:
        """Tick, or untick, that the referral stands in the practice's record system as Z68."""
        row, desk = self.referred, self.wor.desk
        if row is None:
            return
        on = None if row.his_registered_on else self.wor.clock.today()
        base = self.referral_bases.get(row.scope, 0)
        done = await self.wor.attempt(lambda: referrals.edit(desk, row.id, {"his_registered_on": on}, base))
        if not isinstance(done, Failed):
            said = _("Z68 afgevinkt") if on else _("Z68 niet meer afgevinkt")
            self.wor.saved(f"{row.client_name}: {said}")

    def action_appointment_add(self) -> None:
        """Plan one."""
        from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

        self.wor.push_screen(AppointmentForm())

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """An appointment opens as a form; a referral has nothing behind it here."""
        row = cast("ShortList[object]", event.list).row_of(event.id)
        if isinstance(row, appointments.AppointmentRow):
            from wor_tui.screens.appointment_form import AppointmentForm  # noqa: PLC0415

            self.wor.push_screen(AppointmentForm(row, self.bases))
