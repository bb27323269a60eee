"""The forms about a candidate: who it is to the practice, what they agreed to, and the referral that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.codes import ByWhom, ConsentPurpose, MeetingOutcome, ReferralChannel, ReferralType
from wor_tui.domain.codes import ConsentForm as Form
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.choices import LabelledChoice
from wor_tui.screens.client_form import no_bsn
from wor_tui.screens.consent_form import ALL, GIVEN, WITHDRAWN
from wor_tui.screens.date_field import DateField, When, wrong_number
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.services import candidates
from wor_tui.services.entry import Entered
from wor_tui.wording import label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from wor_tui.services.candidates import CandidateRow

_FIELDS = ("initials", "patient_number", "consultations", "threshold", "rule", "age_band", "meeting_on", "outcome")


def agreed_words(row: CandidateRow) -> str:
    """Each purpose to which the candidate agreed or which they refused."""
    said = [label(ConsentPurpose, each) for each in ConsentPurpose if each in row.agreed]
    refused = [label(ConsentPurpose, each) for each in ConsentPurpose if each in row.refused]
    parts = [_("ja: {what}").format(what=", ".join(said))] if said else []
    parts += [_("nee: {what}").format(what=", ".join(refused))] if refused else []
    return " · ".join(parts) or _("nog niet gevraagd")


class CandidateForm(FormScreen):
    """A new candidate, or one of whom something changed."""

    form = "candidate"

    def __init__(self, row: CandidateRow | None = None, bases: Mapping[str, int] | None = None) -> None:
        """An empty form, or `row` as the list showed it, with the practice's base from then."""
        super().__init__("" if row is None else row.id, bases)
        self.row = row

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuwe kandidaat") if self.row is None else _("Kandidaat")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Alleen voorletters en het eigen patiëntnummer. Zolang er geen toestemming is, ziet alleen uw praktijk dit."
        )

    def fields(self) -> ComposeResult:
        """Who, why, and what the case meeting said."""
        row, today = self.row, self.wor.clock.today()
        yield Field(_("Voorletters"), "" if row is None else row.initials, id="initials", cap=12, check=no_bsn)
        number = "" if row is None else row.patient_number
        yield Field(_("Patiëntnummer"), number, id="patient_number", cap=40, check=no_bsn)
        for name, words in (("consultations", _("Consulten per jaar")), ("threshold", _("Drempel"))):
            value = None if row is None else getattr(row, name)
            yield Field(words, "" if value is None else str(value), id=name, cap=4, check=wrong_number)
        yield Field(_("Regel van de lijst"), "" if row is None else row.rule, id="rule", check=no_bsn)
        yield Field(_("Leeftijdsgroep"), "" if row is None else row.age_band, id="age_band", cap=20)
        yield DateField(
            _("SMO op"), None if row is None else row.meeting_on, id="meeting_on", today=today, when=When.NEAR
        )
        outcome = "" if row is None else row.outcome
        yield LabelledChoice(_("Uitkomst van het SMO"), options.keyed(MeetingOutcome), outcome, id="outcome")

    def work(self) -> Callable[[], object]:
        """Put them on the list, or write down what changed."""
        if not self.text("initials"):
            raise Wrong("initials", _("Vul voorletters in."))
        entered: dict[str, Entered] = {name: self.text(name) for name in _FIELDS}
        entered |= {name: self.number(name) for name in ("consultations", "threshold")}
        entered["meeting_on"] = self.day("meeting_on")
        workspace, draft, row = self.wor.desk, self.draft, self.row
        if row is None:
            return lambda: candidates.add(workspace, entered, draft=draft)
        changed = {name: value for name, value in entered.items() if value != getattr(row, name)}
        base = self.bases.get(row.scope, 0)
        return lambda: candidates.edit(workspace, row.id, changed, base, draft=draft)


class CandidateConsentForm(FormScreen):
    """What a candidate agreed to, or not: asked in the consulting room or at the desk."""

    form = "candidate-consent"

    def __init__(self, row: CandidateRow) -> None:
        """Consent of one candidate."""
        super().__init__(row.id)
        self.row = row

    def crumb(self) -> str:
        """Where we are."""
        return _("Toestemming")

    def about(self) -> str:
        """Whom it is about."""
        return f"{self.row.initials} · {agreed_words(self.row)}"

    def fields(self) -> ComposeResult:
        """The event."""
        purposes = [*options.keyed(ConsentPurpose), (ALL, "5", _("alle vier"))]
        yield LabelledChoice(_("Waarvoor"), purposes, ConsentPurpose.CONTACT_DETAILS, id="purpose")
        given = [(GIVEN, "g", _("gegeven")), (WITHDRAWN, "i", _("ingetrokken of geweigerd"))]
        yield LabelledChoice(_("Toestemming"), given, GIVEN, id="given")
        yield LabelledChoice(_("Door"), options.keyed(ByWhom), ByWhom.CLIENT, id="by_whom")
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
        workspace, draft, record = self.wor.desk, self.draft, self.row.id
        return lambda: candidates.record_consent(
            workspace, record, chosen, given=given, by_whom=by_whom, how=how, on=on, draft=draft
        )

    def saved_sentence(self) -> str:
        """What the toast says."""
        return _("Toestemming vastgelegd op dit apparaat.")


class ReferForm(FormScreen):
    """The referral of a candidate who agreed: from here on the coaches see it."""

    form = "refer"

    def __init__(self, row: CandidateRow) -> None:
        """Of one candidate."""
        super().__init__(row.id)
        self.row = row

    def crumb(self) -> str:
        """Where we are."""
        return _("Verwijzen")

    def about(self) -> str:
        """Whom it is about, and to what they agreed."""
        return f"{self.row.initials} · {agreed_words(self.row)}"

    def fields(self) -> ComposeResult:
        """What the coach needs, and the reason only where there is consent for it."""
        yield Field(_("Naam"), id="client_name", check=no_bsn)
        yield Field(_("Telefoon"), id="phone", cap=30)
        yield Field(_("Woonplaats"), id="place", check=no_bsn)
        yield LabelledChoice(_("Waarvoor"), options.keyed(ReferralType), ReferralType.WELFARE, id="type")
        yield LabelledChoice(_("Kanaal"), options.keyed(ReferralChannel), ReferralChannel.PHONE, id="channel")
        if ConsentPurpose.REASON in self.row.agreed:
            yield LabelledNote(_("Reden"), "", id="reason", classes="gap")
        else:
            yield Static(_("De reden gaat niet mee: daarvoor is geen toestemming."), classes="says", markup=False)

    def work(self) -> Callable[[], object]:
        """Make the referral."""
        names = ("client_name", "phone", "place", "type", "channel")
        entered: dict[str, Entered] = {name: self.text(name) for name in names}
        if ConsentPurpose.REASON in self.row.agreed:
            entered["reason"] = self.text("reason")
        if not entered["client_name"]:
            raise Wrong("client_name", _("Vul de naam in."))
        workspace, draft, record = self.wor.desk, self.draft, self.row.id
        return lambda: candidates.to_desk(workspace, record, entered, draft=draft)

    def saved_sentence(self) -> str:
        """What the toast says."""
        return _("Verwezen: de coaches zien nu wat is afgesproken.")
