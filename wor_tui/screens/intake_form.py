"""The intake: ten steps in any order, the person's own words, the web beside them, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from wor_tui.domain.codes import Exclusion, PassedOnTo, Variant
from wor_tui.domain.instruments import codes
from wor_tui.domain.steps import Step as DomainStep
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import consent_words
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.date_field import DateField, When
from wor_tui.screens.dates import typed_date
from wor_tui.screens.forms import Filled, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.overview import questions
from wor_tui.screens.step_words import short_step_names, step_names
from wor_tui.screens.trouble import Failed
from wor_tui.screens.web_beside import WebBesideForm
from wor_tui.screens.web_fields import WebFields
from wor_tui.services import intakes, webs
from wor_tui.services.case_file import case_file
from wor_tui.services.entry import Entered
from wor_tui.services.errors import NothingToChange
from wor_tui.services.intakes import Conversation, WayOut
from wor_tui.widgets.score_input import ScoreInput
from wor_tui.widgets.step_rail import Step, StepRail

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile

WORDS = ("notices", "matters", "would_change", "glad_if", "helper", "needs", "own_words")
SECTIONS = {3: "#section-web", 4: "#section-words", 5: "#section-consent", 9: "#section-held", 1: "#section-out"}
"""Where a step's own part of the form begins; the others are only ticked."""
FIRST_FIELDS = {3: "#d1", 4: "#notices", 5: "#section-consent", 9: "#intake_on"}
"""Where the cursor goes in a step's part."""
STEP_OF = {"intake_on": 9, "exclusion": 1, "passed_on_to": 1, "ends": 1, **dict.fromkeys(WORDS, 4)}
"""The step that a field is part of; a score is part of the web's, 3."""


class IntakeForm(WebBesideForm):
    """The rail on top, the form under it, the live web at the right."""

    form: ClassVar[str] = "intake"
    BINDINGS = bindings("intake.step", "consent.add")

    def __init__(self, case: CaseFile, today: date) -> None:
        """The intake of one case; the web is the newest one when it was taken today, else a new one."""
        newest = case.webs[0] if case.webs else None
        ours = newest is not None and newest.taken_on == today and newest.instrument in codes()
        super().__init__(case, case.case.id, newest if ours else None)
        self.steps: dict[int, date] = dict(case.intake.steps)

    def crumb(self) -> str:
        """Where we are."""
        return _("Intake")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "De tien stappen mogen in elke volgorde. Op de rij bovenaan kiezen de pijltjes een stap; Enter gaat "
            "erheen en ^T vinkt hem af met de datum van vandaag. Alleen toestemming moet er zijn voordat u iets "
            "deelt. ^G legt toestemming vast, F7 toont het web."
        )

    def above(self) -> ComposeResult:
        """The rail."""
        yield StepRail(self.rail(), id="rail")

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Who takes over is asked only when it doesn't fit."""
        super().on_choice_changed(event)
        self.show_way_out()

    def show_way_out(self) -> None:
        """Ask who takes over, and whether the case ends, when a reason is chosen why this doesn't fit."""
        for name in ("passed_on_to", "ends"):
            labelled = self.query_one(f"#{name}").parent
            if isinstance(labelled, LabelledChoice):
                labelled.display = bool(self.text("exclusion"))

    def rail(self) -> list[Step]:
        """The ten steps, done or open."""
        return [Step(name, number in self.steps) for number, name in enumerate(short_step_names(), 1)]

    def fields(self) -> ComposeResult:
        """Scores, words, consent, the day of the intake, the way out."""
        intake, today = self.case.intake, self.wor.clock.today()
        yield Static(_("Spinnenweb"), classes="section -first", id="section-web", markup=False)
        yield self.web_fields()
        yield Static(_("In eigen woorden"), classes="section", id="section-words", markup=False)
        for name, question in questions():
            yield LabelledNote(question, str(getattr(intake, name)), id=name)
        yield Static(_("Toestemming (^G legt vast)"), classes="section", id="section-consent", markup=False)
        yield Static(consent_words(self.case), id="consent-now", classes="says")
        yield Static(_("Startgesprek"), classes="section", id="section-held", markup=False)
        yield DateField(_("Gehouden op"), self.case.case.intake_on, id="intake_on", today=today, when=When.NEAR)
        yield Static(_("Als dit niet past"), classes="section", id="section-out", markup=False)
        exclusions = [("", "0", _("past wel")), *options.keyed(Exclusion)]
        yield LabelledChoice(_("Reden"), exclusions, intake.exclusion, id="exclusion")
        yield LabelledChoice(_("Doorverwezen naar"), options.keyed(PassedOnTo), intake.passed_on_to, id="passed_on_to")
        yield LabelledChoice(_("Traject meteen af"), options.yes_no(), options.YES, id="ends")

    async def on_mount(self) -> None:
        """What is asked only then is away."""
        self.show_way_out()

    def first_field(self) -> str:
        """The rail."""
        return "#rail"

    # The draft

    def filled(self) -> Filled:
        """The steps too."""
        steps = {f"step_{number:02d}_on": typed_date(self.steps.get(number)) for number in range(1, 11)}
        return super().filled() | steps

    def fill(self, values: Mapping[str, str]) -> None:
        """The steps too."""
        super().fill(values)
        self.show_way_out()
        for number in range(1, 11):
            typed = values.get(f"step_{number:02d}_on")
            if typed:
                day, month, year = typed.split("-")
                self.steps[number] = date(int(year), int(month), int(day))
            elif typed is not None:
                self.steps.pop(number, None)
        self.query_one(StepRail).steps = tuple(self.rail())

    # Steps

    def on_step_rail_chosen(self, event: StepRail.Chosen) -> None:
        """To the step's part of the form; a step without one is ticked."""
        event.stop()
        number = event.index + 1
        if number not in FIRST_FIELDS:
            self.tick(number)
            return
        self.query_one("#form", VerticalScroll).scroll_to_widget(
            self.query_one(SECTIONS[number]), top=True, animate=False
        )
        self.query_one(FIRST_FIELDS[number]).focus()
        if number == 5:
            self.action_consent_add()

    def step_here(self) -> int:
        """The step one works at: on the rail the one where one is, in the form the one that the field is part of."""
        focused = self.focused
        if focused is None or focused.id == "rail":
            return self.query_one(StepRail).current + 1
        if isinstance(focused, ScoreInput):
            return 3
        around = (STEP_OF.get(each.id or "") for each in focused.ancestors_with_self if isinstance(each, Widget))
        return next((step for step in around if step is not None), self.query_one(StepRail).current + 1)

    def action_intake_step(self) -> None:
        """Tick the step one works at, or take the tick away."""
        self.tick(self.step_here())

    def tick(self, number: int) -> None:
        """Tick a step with the date of today, or take the tick away."""
        rail = self.query_one(StepRail)
        if number in self.steps:
            del self.steps[number]
        else:
            self.steps[number] = self.wor.clock.today()
        rail.steps = tuple(self.rail())
        rail.current = number - 1
        done = _("afgevinkt") if number in self.steps else _("weer open")
        self.say_wrong("")
        self.show_draft(f"{number}. {step_names()[number - 1]}: {done}")
        self.touched()

    def action_consent_add(self) -> None:
        """Consent is an event of its own, saved at once."""
        from wor_tui.screens.consent_form import ConsentForm  # noqa: PLC0415

        self.wor.push_screen(ConsentForm(self.case), self.consent_written)

    def consent_written(self, saved: bool | None) -> None:
        """Show how it stands now, and tick the step."""
        if saved:
            self.steps.setdefault(5, self.wor.clock.today())
            self.query_one(StepRail).steps = tuple(self.rail())
            self.touched()
            self.run_worker(self.read_consent, exclusive=True, group="consent")

    async def read_consent(self) -> None:
        """Read the case for its consents only; the form itself stays on the base that it was opened with."""
        found = await self.wor.attempt(lambda: case_file(self.wor.desk, self.case.case.id))
        if not isinstance(found, Failed):
            self.query_one("#consent-now", Static).update(consent_words(found))

    # Saving

    def work(self) -> Callable[[], object]:
        """The intake, the way out and the web: the parts that were changed."""
        words = self.different(*(name for name, _question in questions()))
        steps: dict[str, Entered] = {
            step.column: self.steps.get(int(step))
            for step in DomainStep
            if self.steps.get(int(step)) != self.case.intake.steps.get(int(step))
        }
        entered: dict[str, Entered] = {**words, **steps}
        exclusion, to = self.text("exclusion"), self.text("passed_on_to")
        leaves = bool(exclusion) and bool(self.different("exclusion", "passed_on_to"))
        if leaves and not to:
            raise Wrong("passed_on_to", _("Kies naar wie u doorverwijst; zo staat niemand met lege handen."))
        held = self.day("intake_on") if self.different("intake_on") else None
        web_changed = bool(self.different("d1", "d2", "d3", "d4", "d5", "d6", "aspects", "talk"))
        if not (entered or leaves or held or web_changed):
            raise NothingToChange(self.form)
        workspace, draft, case_id = self.wor.desk, self.draft, self.case.case.id
        web, base, today = self.web, self.bases.get(self.case.case.scope, 0), self.wor.clock.today()
        entry = self.query_one(WebFields).entry("" if web is None else web.note)
        way_out = WayOut(exclusion, to, self.text("ends") == options.YES) if leaves else None

        def save() -> None:
            changed = None
            if web_changed and web is None:
                changed = webs.starting(workspace, case_id, Variant.ADULT, today, entry)
            elif web_changed and web is not None:
                changed = webs.editing(workspace, web, entry, base)
            intakes.save(workspace, case_id, Conversation(entered, held, way_out, changed), base, draft=draft)

        return save
