"""A contact in under ten seconds: kind by one key, minutes, note, Ctrl+S. A correction is a new contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.case_words import person_line, planned_words
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.date_field import DateField, wrong_number, wrong_time
from wor_tui.screens.dates import local, moment_of
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import FormScreen
from wor_tui.screens.notes import LabelledNote
from wor_tui.services import contacts
from wor_tui.services.contacts import NewContact

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile, TimelineEntry


class ContactForm(FormScreen):
    """A new contact, or one that takes the place of another."""

    form = "contact"

    def __init__(self, case: CaseFile, corrects: TimelineEntry | None = None) -> None:
        """A contact of one case."""
        super().__init__(case.case.id if corrects is None else corrects.id, case.bases)
        self.case = case
        self.corrects = corrects

    def crumb(self) -> str:
        """Where we are."""
        return _("Contact verbeteren") if self.corrects is not None else _("Nieuw contact")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "De letter kiest hoe het contact ging. Typ de minuten, Enter, de notitie, en ^S. Datum en tijd staan "
            "op nu. Een contact verbeteren maakt een nieuw contact; het oude blijft te zien."
        )

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Kind, minutes, note first; what is mostly right already below."""
        entry = self.corrects
        at = local(entry.at if entry is not None else self.wor.clock.now())
        yield LabelledChoice(_("Hoe"), options.contact_kinds(), entry.code if entry is not None else "phone", id="kind")
        minutes = "" if entry is None or entry.minutes is None else str(entry.minutes)
        yield Field(_("Minuten"), minutes, id="minutes", cap=7, hint="10", check=wrong_number, classes="gap")
        yield LabelledNote(_("Notitie"), entry.note if entry is not None else "", id="note", classes="gap")
        reached = options.NO if entry is not None and entry.reached is False else options.YES
        yield LabelledChoice(_("Gesproken"), options.yes_no(), reached, id="reached")
        if entry is None and self.case.progress.needs_reason:
            yield LabelledNote(
                _("Waarom gaat het traject door? ({planned})").format(planned=planned_words(self.case.progress)),
                id="extension_reason",
                classes="gap short",
            )
        yield DateField(_("Datum"), at.date(), id="on", today=self.wor.clock.today(), asked=True)
        yield Field(_("Tijd"), f"{at:%H:%M}", id="time", cap=10, check=wrong_time)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """A kind chosen by its key: on to the minutes."""
        super().on_choice_changed(event)
        if event.by_key and event.choice.id == "kind":
            self.query_one("#minutes").focus()

    def on_field_submitted(self, event: Field.Submitted) -> None:
        """Enter in the minutes goes to the note, elsewhere to the next field."""
        event.stop()
        if event.field.id == "minutes":
            self.query_one("#note").focus()
        else:
            self.focus_next()

    def work(self) -> Callable[[], object]:
        """Add or correct."""
        on = self.asked_day("on")
        happened_at = moment_of(on, self.time("time"))
        now = self.wor.clock.now()
        if happened_at > now and on == self.wor.clock.today() and self.text("time") == self.opened["time"]:
            happened_at = now
        kind = self.text("kind")
        contact = NewContact(
            kind=kind,
            happened_at=happened_at,
            minutes=self.number("minutes"),
            reached=self.text("reached") == options.YES,
            note=self.text("note"),
            client_bound=kind != "case_meeting",
        )
        workspace, draft, corrects = self.wor.desk, self.draft, self.corrects
        if corrects is not None:
            return lambda: contacts.correct(workspace, corrects.id, contact, draft=draft)
        base = self.bases.get(self.case.case.scope, 0)
        reason = self.text("extension_reason") if self.case.progress.needs_reason else ""
        return lambda: contacts.add(
            workspace, self.case.case.id, contact, extension_reason=reason, base=base, draft=draft
        )

    def saved_sentence(self) -> str:
        """What the toast says."""
        return _("Contact bewaard op dit apparaat.")
