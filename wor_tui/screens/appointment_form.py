"""A longer appointment at the practice: for whom, with whom, when, how long, why, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.codes import AppointmentReason, AppointmentStatus, Function
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.client_form import no_bsn
from wor_tui.screens.date_field import DateField, When, wrong_number, wrong_time
from wor_tui.screens.dates import local, moment_of, time_text
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.trouble import Failed
from wor_tui.services import appointments, directory
from wor_tui.services.entry import Entered
from wor_tui.wording import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from wor_tui.services.appointments import AppointmentRow


class AppointmentForm(FormScreen):
    """A new appointment at the desk, or one that is moved, changed or called off."""

    form = "appointment"

    def __init__(self, row: AppointmentRow | None = None, bases: Mapping[str, int] | None = None) -> None:
        """An empty form, which has one draft; or `row` as the agenda showed it, with the desks' bases from then."""
        super().__init__("" if row is None else row.id, bases)
        self.row = row

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuwe afspraak") if self.row is None else _("Afspraak")

    def fields(self) -> ComposeResult:
        """The appointment."""
        today, row = self.wor.clock.today(), self.row
        yield Field(_("Naam"), "" if row is None else row.client, id="client_name", check=no_bsn)
        on = today if row is None else local(row.starts_at).date()
        yield DateField(_("Dag"), on, id="on", today=today, when=When.AHEAD, asked=True)
        time = "" if row is None else time_text(row.starts_at)
        yield Field(_("Tijd"), time, id="time", cap=10, hint=_("bijvoorbeeld 9:30"), check=wrong_time)
        minutes = str(self.wor.config.appointments.minutes if row is None else row.minutes)
        yield Field(_("Minuten"), minutes, id="minutes", cap=7, check=wrong_number)
        functions = {Function.GP, Function.POH_S, Function.POH_O, Function.POH_GGZ, Function.WELFARE_COACH}
        if row is None:
            chosen = str(Function.GP)
        else:
            chosen = row.with_function
            functions |= {each for each in Function if each == chosen}
        yield LabelledChoice(
            _("Bij"), options.named([(str(each), label(Function, each)) for each in Function if each in functions]),
            chosen, id="with_function",
        )  # fmt: skip
        yield LabelledChoice(_("Praktijk"), [], "" if row is None else row.practice_id, id="practice_id")
        yield Field(_("Naam van de praktijk"), id="practice_name")
        why = str(AppointmentReason.TRIAGE) if row is None else row.reason
        yield LabelledChoice(_("Waarom"), options.keyed(AppointmentReason), why, id="reason")
        if row is not None:
            yield LabelledChoice(_("Status"), options.keyed(AppointmentStatus), row.status, id="status")
        note = "" if row is None else row.note_for_desk
        yield LabelledNote(_("Voor de balie (zonder inhoud van gesprekken)"), note, id="note_for_desk", classes="gap")

    async def on_mount(self) -> None:
        """The practices of the directory to choose from; where there is none yet, its name is asked."""
        self.query_one("#practice_name").display = False
        found = await self.wor.attempt(lambda: directory.practices(self.wor.desk))
        if isinstance(found, Failed):
            return
        choice = self.query_one("#practice_id", Choice)
        choice.options = options.named([(each.id, each.name) for each in found])
        if found and not choice.value:
            choice.value = self.opened["practice_id"] = found[0].id
        choice.refresh(layout=True)
        self.query_one("#practice_name").display = not found

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes on."""
        event.stop()
        self.focus_next()

    def work(self) -> Callable[[], object]:
        """Plan it, or write down what changed of it."""
        name = self.text("client_name")
        if not name:
            raise Wrong("client_name", _("Vul in voor wie de afspraak is."))
        if sentence := no_bsn(name):
            raise Wrong("client_name", sentence)
        on = self.asked_day("on")
        entered: dict[str, Entered] = {
            "client_name": name,
            "starts_at": moment_of(on, self.time("time")),
            "minutes": self.number("minutes") or self.wor.config.appointments.minutes,
            "with_function": self.text("with_function"),
            "reason": self.text("reason"),
            "note_for_desk": self.text("note_for_desk"),
            "practice_id": self.text("practice_id"),
        }
        workspace, draft, row = self.wor.desk, self.draft, self.row
        if row is not None:
            before = {name: getattr(row, "client" if name == "client_name" else name) for name in entered}
            entered["status"], before["status"] = self.text("status"), row.status
            changed = {name: value for name, value in entered.items() if value != before[name]}
            base = self.bases.get(row.scope, 0)
            return lambda: appointments.edit(workspace, row.id, changed, base, draft=draft)
        new_practice = "" if entered["practice_id"] else self.text("practice_name")
        if not entered["practice_id"] and not new_practice:
            raise Wrong("practice_name", _("Vul in bij welke praktijk."))
        return lambda: appointments.plan(workspace, entered, new_practice=new_practice, draft=draft)
