"""Why a case goes on past the planned contacts or weeks; a contact is never refused for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.case_words import person_line, plan_words
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.services import cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile


class ExtendForm(FormScreen):
    """One note: the reason."""

    form = "extend"

    def __init__(self, case: CaseFile) -> None:
        """The reason for one case."""
        super().__init__(case.case.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Reden om door te gaan")

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """What was planned, and the reason."""
        yield Static(plan_words(self.case.progress), classes="says", markup=False)
        yield LabelledNote(_("Waarom gaat het traject door?"), self.case.case.extension_reason, id="extension_reason")

    def work(self) -> Callable[[], object]:
        """Write it down."""
        reason = self.text("extension_reason")
        if not reason:
            raise Wrong("extension_reason", _("Schrijf in een paar woorden waarom het traject doorgaat."))
        workspace, draft, base = self.wor.desk, self.draft, self.bases.get(self.case.case.scope, 0)
        return lambda: cases.extend(workspace, self.case.case.id, reason, base, draft=draft)
