"""The intake: ten steps in any order, the person's own words, the web beside it, and the way out when it "
"doesn't fit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from wor_tui.domain.codes import Exclusion, PassedOnTo, Variant
from wor_tui.domain.steps import Step as DomainStep
from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import consent_words, person_line
from wor_tui.screens.choices import LabelledChoice
from wor_tui.screens.dates import short_day, typed_date
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import Filled, FormScreen, Wrong
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.overview import questions
from wor_tui.screens.step_words import short_step_names, step_names
from wor_tui.screens.web_fields import WebFields
from wor_tui.screens.webs import measurement
from wor_tui.services import intakes, webs
from wor_tui.services.case_file import case_file
from wor_tui.services.entry import Entered
from wor_tui.services.webs import INSTRUMENTS, WebEntry, entry_of
from wor_tui.widgets.spiderweb import SpiderWeb
from wor_tui.widgets.step_rail import Step, StepRail

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile

SECTION_OF = {3: "#section-web", 4: "#section-words", 5: "#section-consent", 9: "#section-held", 1: "#section-out"}
"""Where a step's own part of the form begins; the others are only ticked."""


class IntakeForm(FormScreen):
    """The rail on top, the form under it, the live web at the right."""

    form = "intake"
    BINDINGS = bindings("intake.step", "web.show", "consent.add")
    CSS_PATH: ClassVar[list[str]] = ["forms.tcss", "web_form.tcss"]  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, case: CaseFile) -> None:
        """The intake of one case; the web is the newest one when it was taken today, else a new one."""
        super().__init__(case.case.id, case.bases)
        self.case = case
        self.steps: dict[int, date] = dict(case.intake.steps)
        self.web = None
        self.before = case.webs[0] if case.webs else None

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

    def body(self) -> ComposeResult:
        """Rail, form and web."""
        yield from self.top()
        yield StepRail(self.rail(), id="rail")
        with Horizontal(id="beside"):
            with VerticalScroll(id="form", can_focus=False):
                yield from self.fields()
            yield SpiderWeb(mode=self.wor.web_mode, id="live")
        yield Static("", id="wrong", classes="trouble", markup=False)

    def rail(self) -> list[Step]:
        """The ten steps, done or open."""
        return [Step(name, number in self.steps) for number, name in enumerate(short_step_names(), 1)]

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Scores, words, consent, the day of the intake, the way out."""
        with Vertical(classes="aspects"):
            today = self.wor.clock.today()
            if self.before is not None and self.before.taken_on == today:
                self.web = self.before
                self.before = self.case.webs[1] if len(self.case.webs) > 1 else None
            entry = entry_of(self.web) if self.web is not None else WebEntry()
            yield Static(_("Spinnenweb"), classes="section", id="section-web", markup=False)
            yield WebFields(entry, INSTRUMENTS[Variant.ADULT] if self.web is None else self.web.instrument)
            yield Static(_("In eigen woorden"), classes="section", id="section-words", markup=False)
            for name, question in questions():
                yield LabelledNote(question, str(getattr(self.case.intake, name)), id=name)
            yield Static(_("Toestemming (^G legt vast)"), classes="section", id="section-consent", markup=False)
            yield Static(consent_words(self.case), id="consent-now", classes="says")
            yield Static(_("Startgesprek"), classes="section", id="section-held", markup=False)
            yield Field(
                _("Gehouden op"), typed_date(self.case.case.intake_on), id="intake_on", cap=40, hint=_("vandaag, 27-11")
            )
            yield Static(_("Als dit niet past"), classes="section", id="section-out", markup=False)
            yield LabelledChoice(
                _("Reden"), [("", "0", _("past wel")), *options.keyed(Exclusion)], self.case.intake.exclusion,
                id="exclusion",
            )  # fmt: skip
            yield LabelledChoice(
                _("Doorverwezen naar"), options.keyed(PassedOnTo), self.case.intake.passed_on_to, id="passed_on_to"
            )
            yield LabelledChoice(_("Traject meteen af"), options.yes_no(), options.YES, id="ends")

    def first_field(self) -> str:
        """The rail."""
        return "#rail"

    # The draft

    def filled(self) -> Filled:
        """Scores and steps too."""
        steps = {f"step_{number:02d}_on": typed_date(self.steps.get(number)) for number in range(1, 11)}
        return super().filled() | self.query_one(WebFields).filled() | steps

    def fill(self, values: Mapping[str, str]) -> None:
        """Scores and steps too."""
        super().fill(values)
        self.query_one(WebFields).fill(values)
        for number in range(1, 11):
            typed = values.get(f"step_{number:02d}_on")
            if typed:
                day, month, year = typed.split("-")
                self.steps[number] = date(int(year), int(month), int(day))
            elif typed is not None:
                self.steps.pop(number, None)
        self.query_one(StepRail).steps = tuple(self.rail())

    def on_web_fields_changed(self) -> None:
        """Draw it, and keep the draft."""
        self.draw()
        self.touched()

    async def on_mount(self) -> None:
        """Draw what there is."""
        self.draw()

    def draw(self) -> None:
        """The live web, the one before behind it."""
        today = self.wor.clock.today()
        now = self.query_one(WebFields).measurement(_("nu") if self.web is None else short_day(self.web.taken_on))
        behind = () if self.before is None else (measurement(self.before, today),)
        self.query_one("#live", SpiderWeb).measurements = (*behind, now)

    # Steps

    def on_step_rail_chosen(self, event: StepRail.Chosen) -> None:
        """To the step's part of the form; a step without one is ticked."""
        event.stop()
        number = event.index + 1
        section = SECTION_OF.get(number)
        if section is None or number == 1:
            self.action_intake_step()
            return
        self.query_one("#form", VerticalScroll).scroll_to_widget(self.query_one(section), top=True, animate=False)
        first = {3: "#d1", 4: "#notices", 5: "#section-consent", 9: "#intake_on"}[number]
        self.query_one(first).focus()
        if number == 5:
            self.action_consent_add()

    def action_intake_step(self) -> None:
        """Tick the step where one is on the rail, or take the tick away."""
        rail = self.query_one(StepRail)
        number = rail.current + 1
        if number in self.steps:
            del self.steps[number]
        else:
            self.steps[number] = self.wor.clock.today()
        rail.steps = tuple(self.rail())
        done = _("afgevinkt") if number in self.steps else _("weer open")
        self.say_wrong("")
        self.show_draft(f"{number}. {step_names()[number - 1]}: {done}")
        self.touched()

    def action_web_show(self) -> None:
        """Where there is no room for both: the web instead of the fields, and back."""
        self.toggle_class("-web-shown")

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
        from wor_tui.app import Failed  # noqa: PLC0415

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
        held = self.day("intake_on", past=True) if self.different("intake_on") else None
        web_changed = bool(self.different("d1", "d2", "d3", "d4", "d5", "d6", "aspects", "talk"))
        if not (entered or leaves or held or web_changed):
            raise Wrong("", _("Er is niets veranderd, dus er is niets te bewaren."))
        workspace, case_id, base = self.wor.desk, self.case.case.id, self.bases.get(self.case.case.scope, 0)
        entry = self.query_one(WebFields).entry("" if self.web is None else self.web.note)
        web, ends, today = self.web, self.text("ends") == options.YES, self.wor.clock.today()

        def save() -> None:
            if held is not None:
                intakes.held(workspace, case_id, held, base, entered)
            elif entered:
                intakes.edit(workspace, case_id, entered, base)
            if leaves:
                intakes.exclude(workspace, case_id, exclusion, to, base, ends=ends)
            if web_changed and web is None:
                webs.start(workspace, case_id, Variant.ADULT, today, entry)
            elif web_changed and web is not None:
                webs.save(workspace, web, entry, base)

        return save

    async def action_form_save(self) -> None:
        """Several saves, so the draft goes once all went well."""
        await super().action_form_save()
        if self._left:
            await self.drop_draft()
