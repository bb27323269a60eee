"""Taking back a contact that was written down where it doesn't belong: it stays to be seen, and counts no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.case_words import person_line
from wor_tui.screens.dates import day_text
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.timeline import item
from wor_tui.services import contacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile, TimelineEntry


class VoidForm(FormScreen):
    """Which contact, and why."""

    form: ClassVar[str] = "void"

    def __init__(self, case: CaseFile, entry: TimelineEntry) -> None:
        """One contact of a case."""
        super().__init__(entry.id, case.bases)
        self.case = case
        self.entry = entry

    def crumb(self) -> str:
        """Where we are."""
        return _("Contact laten vervallen")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Voor een contact dat hier niet hoort, zoals in het verkeerde dossier. Het telt dan niet meer mee en "
            "blijft met uw reden op de tijdlijn staan. Leg het daarna vast in het goede dossier."
        )

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """The contact, and the reason."""
        shown = item(self.entry)
        yield Static(
            f"{day_text(shown.on, self.wor.clock.today())} · {shown.title}\n{shown.note}".strip(),
            classes="says",
            markup=False,
        )
        yield LabelledNote(_("Waarom hoort dit contact hier niet?"), id="note")

    def work(self) -> Callable[[], object]:
        """Take it back."""
        reason = self.text("note")
        if not reason:
            raise Wrong("note", _("Schrijf in een paar woorden waarom, bijvoorbeeld: verkeerde dossier."))
        workspace, draft, contact = self.wor.desk, self.draft, self.entry.id
        return lambda: contacts.make_void(workspace, contact, reason, draft=draft)

    def saved_sentence(self) -> str:
        """What is said of it."""
        return _("Vervallen; het contact telt niet meer mee.")
