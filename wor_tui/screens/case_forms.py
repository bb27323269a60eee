"""The forms that open from a case, each by its own key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.domain.codes import Variant
from wor_tui.domain.instruments import UnknownInstrument, codes
from wor_tui.i18n import _
from wor_tui.screens import trouble
from wor_tui.screens.reading import ReadingScreen
from wor_tui.screens.trouble import Failed
from wor_tui.services import merging

if TYPE_CHECKING:
    from wor_tui.services.case_file import CaseFile, TimelineEntry


class CaseForms(ReadingScreen["CaseFile"]):
    """A screen about one case. A subclass reads `case`, and tells which tab is open and which entry is chosen."""

    case: CaseFile | None = None
    """None until it has been read."""
    tab: str = "overview"
    waits = may_erase = False
    """Whether the erasure of this client was asked; whether this person may ask for it."""

    def chosen_entry(self) -> TimelineEntry | None:
        """The entry of the timeline under the cursor."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Erasing is for a coach, and asked once."""
        if action == "client_erase":
            return self.may_erase and not self.waits
        return super().check_action(action, parameters)

    def action_tab_edit(self) -> None:
        """Work on what is open."""
        if self.case is None:
            return
        if self.tab == "overview":
            self.action_case_edit()
        elif self.tab == "intake":
            from wor_tui.screens.intake_form import IntakeForm  # noqa: PLC0415

            self.wor.push_screen(IntakeForm(self.case, self.wor.clock.today()))
        elif self.tab == "web":
            self.open_web(newest=True)

    def open_web(self, *, newest: bool, variant: Variant = Variant.ADULT) -> None:
        """The newest web, or a new one."""
        if self.case is None:
            return
        from wor_tui.screens.web_form import WebForm  # noqa: PLC0415

        web = self.case.webs[0] if newest and self.case.webs else None
        if web is not None and web.instrument not in codes():
            self.wor.say(trouble.sentence(UnknownInstrument()), severe=True)
            return
        self.wor.push_screen(WebForm(self.case, web, variant))

    def action_web_new(self) -> None:
        """A new measurement; the one before shows behind it."""
        self.open_web(newest=False)

    def action_web_quick(self) -> None:
        """A new measurement of six scores only, such as fits in a consulting room."""
        self.open_web(newest=False, variant=Variant.QUICK)

    def action_case_edit(self) -> None:
        """The client's details."""
        if self.case is not None:
            from wor_tui.screens.client_form import ClientForm  # noqa: PLC0415

            self.wor.push_screen(ClientForm(self.case))

    def action_case_next_step(self) -> None:
        """The next step."""
        if self.case is not None:
            from wor_tui.screens.next_step_form import NextStepForm  # noqa: PLC0415

            self.wor.push_screen(NextStepForm(self.case))

    def action_case_end(self) -> None:
        """How the case ended."""
        if self.case is not None:
            from wor_tui.screens.end_form import EndForm  # noqa: PLC0415

            self.wor.push_screen(EndForm(self.case))

    def action_case_extend(self) -> None:
        """Why it goes on past what was planned."""
        if self.case is not None:
            from wor_tui.screens.extend_form import ExtendForm  # noqa: PLC0415

            self.wor.push_screen(ExtendForm(self.case))

    def action_contact_add(self) -> None:
        """A contact."""
        if self.case is not None:
            from wor_tui.screens.contact_form import ContactForm  # noqa: PLC0415

            self.wor.push_screen(ContactForm(self.case))

    def action_contact_correct(self) -> None:
        """Put the highlighted contact right with a new entry."""
        entry = self.chosen_entry()
        if self.case is None or entry is None:
            return
        if entry.what != "contact" or entry.corrected_by:
            self.wor.say(_("Alleen een contact dat nog geldt, kunt u hier verbeteren."))
            return
        from wor_tui.screens.contact_form import ContactForm  # noqa: PLC0415

        self.wor.push_screen(ContactForm(self.case, entry))

    def action_contact_void(self) -> None:
        """Take back the highlighted contact, which doesn't belong here."""
        entry = self.chosen_entry()
        if self.case is None or entry is None:
            return
        if entry.what != "contact" or entry.corrected_by or entry.void:
            self.wor.say(_("Alleen een contact dat nog geldt, kunt u laten vervallen."))
            return
        from wor_tui.screens.void_form import VoidForm  # noqa: PLC0415

        self.wor.push_screen(VoidForm(self.case, entry))

    def action_consent_add(self) -> None:
        """Consent given or withdrawn."""
        if self.case is not None:
            from wor_tui.screens.consent_form import ConsentForm  # noqa: PLC0415

            self.wor.push_screen(ConsentForm(self.case))

    def action_feedback_add(self) -> None:
        """Feedback to the referrer was given."""
        if self.case is not None:
            from wor_tui.screens.feedback_form import FeedbackForm  # noqa: PLC0415

            self.wor.push_screen(FeedbackForm(self.case))

    def action_client_erase(self) -> None:
        """All of this person goes, and then there is nothing to show here."""
        if self.case is None:
            return
        from wor_tui.screens.erase import EraseScreen  # noqa: PLC0415

        asking = EraseScreen(self.case.client.id)

        def after(_nothing: None) -> None:
            if asking.done:
                self.dismiss()

        self.wor.push_screen(asking, after)

    def action_case_phones(self) -> None:
        """The numbers around this case."""
        if self.case is not None:
            from wor_tui.screens.phones import PhonesScreen  # noqa: PLC0415

            self.wor.push_screen(PhonesScreen(self.case))

    def action_merge_undo(self) -> None:
        """Take a merging back."""
        if self.case is not None and self.case.merged:
            from wor_tui.screens.alike import UnmergeScreen  # noqa: PLC0415

            self.wor.push_screen(UnmergeScreen(self.case.merged), self.unmerge)

    def unmerge(self, client_id: str | None) -> None:
        """Undo the merging of this one, as it stood on the screen."""
        if client_id is not None and self.case is not None:
            base = self.case.bases.get(self.case.case.scope, 0)
            self.run_worker(self.unmerged(client_id, base), group="unmerge")

    async def unmerged(self, client_id: str, base: int) -> None:
        """In a thread; then the case is read again."""
        done = await self.wor.attempt(lambda: merging.undo(self.wor.desk, client_id, base))
        if not isinstance(done, Failed):
            self.wor.saved(_("Weer twee inschrijvingen, zoals ze waren."))

    def action_history_open(self) -> None:
        """Who changed what; of what is open here first."""
        if self.case is not None:
            from wor_tui.screens.history import EVERYTHING, HistoryScreen  # noqa: PLC0415
            from wor_tui.services import history  # noqa: PLC0415

            case_id, kind = self.case.case.id, self.tab if self.tab in ("intake", "web") else EVERYTHING
            self.wor.push_screen(HistoryScreen(lambda desk: history.of_case(desk, case_id), kind))
