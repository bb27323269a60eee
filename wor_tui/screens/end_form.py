"""How a case ended: completed, not reached, or passed on to somebody; it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.codes import EndReason, PassedOnTo
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.case_words import person_line
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.date_field import DateField
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.services import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile


REOPENED = "reopened"
"""The choice that takes the end back."""


class EndForm(FormScreen):
    """The reason, the day, and who takes over."""

    form = "end"

    def __init__(self, case: CaseFile) -> None:
        """The end of one case."""
        super().__init__(case.case.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Traject afronden")

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Reason, day, and to whom."""
        yield Static(
            _(
                "Het dossier blijft bestaan; met x gaat het later zo nodig toch weer door. De praktijk ziet dat het is "
                "afgerond, niet waarom."
            ),
            classes="says",
            markup=False,
        )
        ends = options.keyed(EndReason)
        if self.case.case.ended_on is not None:
            ends = [(REOPENED, "0", _("gaat toch door")), *ends]
        yield LabelledChoice(_("Hoe"), ends, self.case.case.end_reason, id="end_reason")
        on = self.case.case.ended_on or self.wor.clock.today()
        yield DateField(_("Op"), on, id="ended_on", today=self.wor.clock.today(), asked=True, classes="gap")
        yield LabelledChoice(
            _("Doorverwezen naar"), options.keyed(PassedOnTo), self.case.case.passed_on_to, id="passed_on_to"
        )

    async def on_mount(self) -> None:
        """What isn't asked is away."""
        self.show_asked()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """What is asked depends on how it ended."""
        super().on_choice_changed(event)
        self.show_asked()

    def fill(self, values: Mapping[str, str]) -> None:
        """Ask what belongs to it."""
        super().fill(values)
        self.show_asked()

    def show_asked(self) -> None:
        """The day unless it goes on, and to whom only when somebody takes over."""
        reason = self.text("end_reason")
        self.query_one("#ended_on").display = reason != REOPENED
        labelled = self.query_one("#passed_on_to").parent
        if isinstance(labelled, LabelledChoice):
            labelled.display = reason == EndReason.PASSED_ON

    def work(self) -> Callable[[], object]:
        """End it."""
        reason = self.text("end_reason")
        if not reason:
            raise Wrong("end_reason", _("Kies hoe het traject eindigde."))
        workspace, draft, base = self.wor.desk, self.draft, self.bases.get(self.case.case.scope, 0)
        case_id = self.case.case.id
        if reason == REOPENED:
            return lambda: cases.reopen(workspace, case_id, base, draft=draft)
        to = self.text("passed_on_to") if reason == EndReason.PASSED_ON else ""
        if reason == EndReason.PASSED_ON and not to:
            raise Wrong("passed_on_to", _("Kies naar wie u hebt doorverwezen."))
        on = self.asked_day("ended_on")
        return lambda: cases.end(workspace, case_id, reason, on, base, passed_on_to=to, draft=draft)
