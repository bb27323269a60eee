"""Consent as an event of its own: for what, given or withdrawn, by whom, how, and when. Nothing is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.ages import usual_signer
from wor_tui.domain.codes import ByWhom, ConsentPurpose
from wor_tui.domain.codes import ConsentForm as Form
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.case_words import consent_words, person_line
from wor_tui.screens.choices import LabelledChoice
from wor_tui.screens.date_field import DateField
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.services import consents

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile

GIVEN, WITHDRAWN = "given", "withdrawn"
ALL = "all"


class ConsentForm(FormScreen):
    """One event; `all` writes one for each of the four purposes."""

    form = "consent"

    def __init__(self, case: CaseFile) -> None:
        """Consent in one case."""
        super().__init__(case.case.id, case.bases)
        self.case = case

    def crumb(self) -> str:
        """Where we are."""
        return _("Toestemming")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Voor elk doel apart leggen we vast of er toestemming is. Intrekken kan altijd en telt meteen. Wat "
            "eerder is vastgelegd, blijft op de tijdlijn staan."
        )

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """How it stands, then the event."""
        yield Static(consent_words(self.case), classes="says")
        purposes = [*options.keyed(ConsentPurpose), (ALL, "5", _("alle vier"))]
        yield LabelledChoice(_("Waarvoor"), purposes, ConsentPurpose.CONTACT_DETAILS, id="purpose")
        given = [(GIVEN, "g", _("gegeven")), (WITHDRAWN, "i", _("ingetrokken of geweigerd"))]
        yield LabelledChoice(_("Toestemming"), given, GIVEN, id="given")
        yield LabelledChoice(_("Door"), options.keyed(ByWhom), usual_signer(self.case.client.age), id="by_whom")
        yield LabelledChoice(_("Hoe"), options.keyed(Form, {"spoken": "m", "written": "s"}), Form.SPOKEN, id="how")
        today = self.wor.clock.today()
        yield DateField(_("Op"), today, id="on", today=today, asked=True)

    def work(self) -> Callable[[], object]:
        """Write the event (or the four) down."""
        purpose = self.text("purpose")
        if not purpose:
            raise Wrong("purpose", _("Kies waarvoor."))
        chosen = [str(each) for each in ConsentPurpose] if purpose == ALL else [purpose]
        on = self.asked_day("on")
        given, by_whom, how = self.text("given") == GIVEN, self.text("by_whom"), self.text("how")
        workspace, draft, case_id = self.wor.desk, self.draft, self.case.case.id

        return lambda: consents.record(
            workspace, case_id, chosen, given=given, by_whom=by_whom, how=how, on=on, draft=draft
        )

    def saved_sentence(self) -> str:
        """What the toast says."""
        return _("Toestemming vastgelegd op dit apparaat.")
