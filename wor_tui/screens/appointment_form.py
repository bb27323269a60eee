"""A longer appointment at the practice: for whom, with whom, when, how long, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.codes import AppointmentReason, Function
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.client_form import no_bsn
from wor_tui.screens.date_field import DateField, When, wrong_number, wrong_time
from wor_tui.screens.dates import moment_of
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.trouble import Failed
from wor_tui.services import appointments, directory
from wor_tui.services.entry import Entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult


class AppointmentForm(FormScreen):
    """A new appointment at the desk."""

    form = "appointment"

    def __init__(self) -> None:
        """An empty form; it has one draft."""
        super().__init__("")

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuwe afspraak")

    def fields(self) -> ComposeResult:
        """The appointment."""
        today = self.wor.clock.today()
        yield Field(_("Naam"), id="client_name", check=no_bsn)
        yield DateField(_("Dag"), today, id="on", today=today, when=When.AHEAD, asked=True)
        yield Field(_("Tijd"), id="time", cap=10, hint="9:30", check=wrong_time)
        yield Field(_("Minuten"), str(self.wor.config.appointments.minutes), id="minutes", cap=7, check=wrong_number)
        functions = [Function.GP, Function.POH_S, Function.POH_O, Function.POH_GGZ, Function.WELFARE_COACH]
        yield LabelledChoice(
            _("Bij"),
            [option for option in options.keyed(Function) if option[0] in {str(one) for one in functions}],
            str(Function.GP),
            id="with_function",
        )
        yield LabelledChoice(_("Praktijk"), [], id="practice_id")
        yield Field(_("Naam van de praktijk"), id="practice_name")
        yield LabelledChoice(_("Waarom"), options.keyed(AppointmentReason), str(AppointmentReason.TRIAGE), id="reason")
        yield LabelledNote(_("Voor de balie (zonder inhoud van gesprekken)"), id="note_for_desk", classes="gap")

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
        """Plan it."""
        name = self.text("client_name")
        if not name:
            raise Wrong("client_name", _("Vul in voor wie de afspraak is."))
        if sentence := no_bsn(name):
            raise Wrong("client_name", sentence)
        at = self.time("time")
        entered: dict[str, Entered] = {
            "client_name": name,
            "starts_at": moment_of(self.asked_day("on"), at),
            "minutes": self.number("minutes") or self.wor.config.appointments.minutes,
            "with_function": self.text("with_function"),
            "reason": self.text("reason"),
            "note_for_desk": self.text("note_for_desk"),
        }
        workspace, draft = self.wor.desk, self.draft
        practice, new_practice = self.text("practice_id"), self.text("practice_name")
        if not practice and not new_practice:
            raise Wrong("practice_name", _("Vul in bij welke praktijk."))

        def save() -> None:
            chosen = practice or directory.add_practice(workspace, {"name": new_practice})
            appointments.plan(workspace, {**entered, "practice_id": chosen}, draft=draft)

        return save
