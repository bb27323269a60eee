"""The next step of a case, with its date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.screens.case_words import person_line
from wor_tui.screens.date_field import DateField, When
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.services import cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile


class NextStepForm(FormScreen):
    """What happens next, and when."""

    form = "next_step"

    def __init__(self, case: CaseFile) -> None:
        """The next step of one case."""
        super().__init__(case.case.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Volgende stap")

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Text and date."""
        yield Field(_("Wat"), self.case.case.next_step, id="next_step", hint=_("bellen, samen naar de wandelgroep…"))
        on, today = self.case.case.next_step_on, self.wor.clock.today()
        yield DateField(_("Wanneer"), on, id="next_step_on", today=today, when=When.AHEAD)

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter goes on, and from the last field saves."""
        event.stop()
        if event.field.id == "next_step":
            self.focus_next()
        else:
            self.run_worker(self.action_form_save)

    def work(self) -> Callable[[], object]:
        """Set it, or take it away when it is empty."""
        text, on = self.text("next_step"), self.day("next_step_on")
        if on is not None and not text:
            raise Wrong("next_step", _("Zeg erbij wat er dan gebeurt."))
        workspace, draft, base = self.wor.desk, self.draft, self.bases.get(self.case.case.scope, 0)
        return lambda: cases.set_next_step(workspace, self.case.case.id, text, on, base, draft=draft)
