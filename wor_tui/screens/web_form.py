"""The web on its own: a new measurement or the newest one, drawn live with the one before behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from wor_tui.domain.codes import Variant
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import person_line
from wor_tui.screens.dates import short_day, typed_date
from wor_tui.screens.fields import Field
from wor_tui.screens.forms import Filled, FormScreen
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.web_fields import WebFields
from wor_tui.screens.webs import measurement
from wor_tui.services import webs
from wor_tui.services.webs import INSTRUMENTS, WebEntry, entry_of
from wor_tui.widgets.spiderweb import SpiderWeb

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile, WebView


class WebForm(FormScreen):
    """Scores at the left, the web at the right; where it is narrow F7 shows the web."""

    form = "web"
    BINDINGS = bindings("web.show")
    CSS_PATH: ClassVar[list[str]] = ["forms.tcss", "web_form.tcss"]  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, case: CaseFile, web: WebView | None = None) -> None:
        """A new measurement of a case, or `web` to go on with."""
        super().__init__(case.case.id if web is None else web.id, case.bases)
        self.case = case
        self.web = web
        others = [each for each in case.webs if web is None or each.id != web.id]
        self.before = others[0] if others else None

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuw spinnenweb") if self.web is None else _("Spinnenweb")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Het spinnenweb is om over te praten, niet om te meten. De deelnemer geeft zelf de cijfers. Typ 7 of "
            "7,5, of gebruik ← en →; ↑ en ↓ gaan naar een ander cijfer. Enter opent de onderwerpen van een "
            "dimensie, p merkt waar iemand over wil praten. Het vorige web staat erachter."
        )

    def body(self) -> ComposeResult:
        """Fields and web beside each other."""
        yield from self.top()
        with Horizontal(id="beside"):
            with VerticalScroll(id="form", can_focus=False):
                yield from self.fields()
            yield SpiderWeb(mode=self.wor.web_mode, id="live")
        yield Static("", id="wrong", classes="trouble", markup=False)

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

    def fields(self) -> ComposeResult:
        """Scores, note, day."""
        entry = WebEntry() if self.web is None else entry_of(self.web)
        yield WebFields(entry, INSTRUMENTS[Variant.ADULT] if self.web is None else self.web.instrument)
        yield LabelledNote(_("Wat de deelnemer erbij zegt"), entry.note, id="note", classes="gap")
        on = self.wor.clock.today() if self.web is None else self.web.taken_on
        field = Field(_("Datum"), typed_date(on), id="taken_on", cap=40)
        field.disabled = self.web is not None
        yield field

    def first_field(self) -> str:
        """The first score."""
        return "#d1"

    def filled(self) -> Filled:
        """The scores too."""
        return super().filled() | self.query_one(WebFields).filled()

    def fill(self, values: Mapping[str, str]) -> None:
        """The scores too."""
        super().fill(values)
        self.query_one(WebFields).fill(values)

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
        taken = today if self.web is None else self.web.taken_on
        now = self.query_one(WebFields).measurement(_("nu") if self.web is None else short_day(taken))
        behind = () if self.before is None else (measurement(self.before, today),)
        self.query_one("#live", SpiderWeb).measurements = (*behind, now)

    def action_web_show(self) -> None:
        """Where there is no room for both: the web instead of the fields, and back."""
        self.toggle_class("-web-shown")

    def work(self) -> Callable[[], object]:
        """Start a web, or save what changed of it."""
        workspace, draft, web = self.wor.desk, self.draft, self.web
        entry = self.query_one(WebFields).entry(self.text("note"))
        if web is None:
            on = self.asked_day("taken_on", past=True)
            return lambda: webs.start(workspace, self.case.case.id, Variant.ADULT, on, entry, draft=draft)
        base = self.bases.get(self.case.case.scope, 0)
        return lambda: webs.save(workspace, web, entry, base, draft=draft)
