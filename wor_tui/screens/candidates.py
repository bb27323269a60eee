"""The candidates of a practice: its own list, which nobody else sees before there is consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.widgets import Static

from wor_tui.domain.codes import MeetingOutcome
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.candidate_forms import CandidateConsentForm, CandidateForm, ReferForm, agreed_words
from wor_tui.screens.dates import day_text
from wor_tui.screens.reading import ReadingScreen
from wor_tui.services import candidates
from wor_tui.widgets.columns import Cell, Column
from wor_tui.widgets.short_list import ShortList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.services.candidates import CandidateRow
    from wor_tui.services.workspace import Workspace
    from wor_tui.widgets.virtual_list import VirtualList

Listed = tuple[list["CandidateRow"], dict[str, int]]


class CandidatesScreen(ReadingScreen[Listed]):
    """One list: since when, who, what the list and the case meeting said, and what they agreed to."""

    CSS_PATH = "candidates.tcss"
    BINDINGS = bindings("candidate.add", "candidate.consent", "candidate.refer")
    AUTO_FOCUS: ClassVar[str | None] = "#candidates"
    logs = "candidates"

    def __init__(self) -> None:
        """Nothing is read yet."""
        super().__init__()
        self.bases: dict[str, int] = {}

    def crumb(self) -> str:
        """Where we are."""
        return _("Kandidaten")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Aan wie de praktijk denkt. Alleen uw praktijk ziet deze lijst. Vraag eerst toestemming (t) om de "
            "contactgegevens te delen; daarna verwijst u met v, en gaat alleen mee waarvoor toestemming is."
        )

    def body(self) -> ComposeResult:
        """The list."""
        yield Static(_("Alleen uw praktijk ziet deze lijst."), id="whose", classes="muted", markup=False)
        yield ShortList["CandidateRow"](
            self.columns(), id="candidates", empty_text=_("Nog geen kandidaten. a zet er een op de lijst.")
        )

    def columns(self) -> list[Column[CandidateRow]]:
        """Since when, who, how often, the case meeting, consent."""
        today = self.wor.clock.today()
        return [
            Column("on", _("Sinds"), lambda row: day_text(row.listed_on, today), 10),
            Column("who", _("Wie"), lambda row: Cell(row.initials, "strong"), 8),
            Column("number", _("Nummer"), lambda row: row.patient_number, 9, 1),
            Column("often", _("Vaak"), self.often, 7),
            Column("meeting", _("SMO"), lambda row: label(MeetingOutcome, row.outcome), 14),
            Column("consent", _("Toestemming"), self.consent, 16, 3),
        ]

    def often(self, row: CandidateRow) -> str:
        """Consultations beside the threshold: `14/12`."""
        if row.consultations is None:
            return ""
        return str(row.consultations) if row.threshold is None else f"{row.consultations}/{row.threshold}"

    def consent(self, row: CandidateRow) -> Cell:
        """What they agreed to, and whether they were referred."""
        return Cell(_("verwezen"), "muted") if row.referral_id else Cell(agreed_words(row))

    def read(self, desk: Workspace) -> Listed:
        """The list."""
        return candidates.listed(desk)

    async def show_read(self, found: Listed) -> None:
        """Fill it."""
        rows, self.bases = found
        shown = cast("ShortList[CandidateRow]", self.query_one("#candidates", ShortList))
        shown.show_rows({row.id: row for row in rows})
        self.refresh_bindings()

    @property
    def chosen(self) -> CandidateRow | None:
        """The one under the cursor."""
        return cast("ShortList[CandidateRow]", self.query_one("#candidates", ShortList)).chosen

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about somebody needs somebody, and who was referred isn't referred again."""
        if action == "candidate_consent":
            return not self.empty and self.chosen is not None
        if action == "candidate_refer":
            return not self.empty and self.chosen is not None and not self.chosen.referral_id
        return super().check_action(action, parameters)

    def on_virtual_list_highlighted(self) -> None:
        """Other keys may work for another one."""
        self.refresh_bindings()

    def on_virtual_list_opened(self, event: VirtualList.Opened) -> None:
        """The candidate as a form."""
        row = cast("ShortList[CandidateRow]", event.list).row_of(event.id)
        if row is not None:
            self.wor.push_screen(CandidateForm(row, self.bases))

    def action_candidate_add(self) -> None:
        """Somebody new."""
        self.wor.push_screen(CandidateForm())

    def action_candidate_consent(self) -> None:
        """What they agreed to."""
        if (row := self.chosen) is not None:
            self.wor.push_screen(CandidateConsentForm(row))

    def action_candidate_refer(self) -> None:
        """The step to the desk; without consent the form isn't even opened."""
        row = self.chosen
        if row is None:
            return
        if "contact_details" not in row.agreed:
            self.wor.say(_("Vraag eerst toestemming om de contactgegevens te delen (t)."))
            return
        self.wor.push_screen(ReferForm(row))
