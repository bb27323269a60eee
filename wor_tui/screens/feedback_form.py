"""Feedback to the referrer: that it was given, when and along which channel. Nothing is mailed from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.codes import FeedbackChannel
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.case_words import person_line
from wor_tui.screens.choices import LabelledChoice
from wor_tui.screens.date_field import DateField
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.notes import LabelledNote
from wor_tui.services import feedback

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile


class FeedbackForm(FormScreen):
    """Letter 1 (after the intake) or 2 (after three months)."""

    form = "feedback"

    def __init__(self, case: CaseFile) -> None:
        """Feedback about one case."""
        super().__init__(case.case.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Terugkoppeling")

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Which, when, how, and what it said."""
        consent = "feedback" in self.case.effective_consents
        yield Static(
            _("Leg hier vast dat u hebt teruggekoppeld. Versturen doet u zelf, met beveiligde mail of ZorgDomein.")
            if consent
            else _(
                "Let op: er is geen toestemming om terug te koppelen aan de verwijzer. "
                "Leg die eerst vast: g bij het dossier."
            ),
            classes="says",
            markup=False,
        )
        first_done = any(letter.number == 1 for letter in self.case.feedback)
        numbers = [("1", "1", _("na de intake")), ("2", "2", _("na drie maanden"))]
        yield LabelledChoice(_("Welke"), numbers, "2" if first_done else "1", id="number")
        yield LabelledChoice(
            _("Langs"),
            options.keyed(FeedbackChannel, {"zorgdomein": "z", "secure_mail": "m", "case_meeting": "s", "phone": "t"}),
            FeedbackChannel.SECURE_MAIL,
            id="channel",
        )
        today = self.wor.clock.today()
        yield DateField(_("Op"), today, id="sent_on", today=today, asked=True)
        yield LabelledNote(_("Wat er kort in stond"), id="note", classes="gap")

    def work(self) -> Callable[[], object]:
        """Write it down."""
        on, channel, note, number = (
            self.asked_day("sent_on"), self.text("channel"), self.text("note"), int(self.text("number")),
        )  # fmt: skip
        workspace, draft, case_id = self.wor.desk, self.draft, self.case.case.id
        return lambda: feedback.send(workspace, case_id, number, sent_on=on, channel=channel, note=note, draft=draft)
