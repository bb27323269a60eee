"""The web on its own: a new measurement or the newest one, drawn live with the one before behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from wor_tui.domain.codes import Variant
from wor_tui.i18n import _
from wor_tui.screens.choices import Choice, LabelledChoice
from wor_tui.screens.date_field import DateField
from wor_tui.screens.notes import LabelledNote
from wor_tui.screens.web_beside import WebBesideForm
from wor_tui.screens.web_fields import WebFields
from wor_tui.services import webs
from wor_tui.services.webs import INSTRUMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult

    from wor_tui.services.case_file import CaseFile, WebView


class WebForm(WebBesideForm):
    """Scores, a note and the day of one measurement."""

    form: ClassVar[str] = "web"

    def __init__(self, case: CaseFile, web: WebView | None = None, variant: Variant = Variant.ADULT) -> None:
        """A new measurement of a case, or `web` to go on with."""
        super().__init__(case, case.case.id if web is None else web.id, web, variant)

    def crumb(self) -> str:
        """Where we are."""
        return _("Nieuw spinnenweb") if self.web is None else _("Spinnenweb")

    def explanation(self) -> str:
        """For F1."""
        return _(
            "Het spinnenweb is om over te praten, niet om te meten. De deelnemer geeft zelf de cijfers. Typ 7 of "
            "7,5, of gebruik ← en →; ↑ en ↓ gaan naar een ander cijfer. Enter opent de onderwerpen van een "
            "dimensie, p merkt waar iemand over wil praten. De korte vorm heeft alleen de zes cijfers. Het vorige web "
            "staat erachter."
        )

    def fields(self) -> ComposeResult:
        """Scores, note, day."""
        today = self.wor.clock.today()
        if self.web is None:
            forms = [
                (str(Variant.ADULT), "u", _("uitgebreid")),
                (str(Variant.QUICK), "k", _("kort: zes cijfers")),
            ]
            yield LabelledChoice(_("Vorm"), forms, str(self.variant), id="variant")
        yield self.web_fields()
        note = "" if self.web is None else self.web.note
        yield LabelledNote(_("Wat de deelnemer erbij zegt"), note, id="note", classes="gap")
        on = today if self.web is None else self.web.taken_on
        field = DateField(_("Datum"), on, id="taken_on", today=today, asked=True)
        field.disabled = self.web is not None
        yield field

    def first_field(self) -> str:
        """The first score."""
        return "#d1"

    def fill(self, values: Mapping[str, str]) -> None:
        """The form of the web too."""
        super().fill(values)
        self.call_later(self.use_variant)

    async def on_choice_changed(self, event: Choice.Changed) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] -- Textual awaits it
        """Another form of the web; the scores stay."""
        event.stop()
        await self.use_variant()
        self.touched()

    async def use_variant(self) -> None:
        """Show the scores by the form of the web that is chosen."""
        if self.web is None:
            self.variant = Variant(self.text("variant"))
            await self.query_one(WebFields).use(INSTRUMENTS[self.variant])

    def work(self) -> Callable[[], object]:
        """Start a web, or save what changed of it."""
        workspace, draft, web, variant = self.wor.desk, self.draft, self.web, self.variant
        entry = self.query_one(WebFields).entry(self.text("note"))
        if web is None:
            on = self.asked_day("taken_on")
            return lambda: webs.start(workspace, self.case.case.id, variant, on, entry, draft=draft)
        base = self.bases.get(self.case.case.scope, 0)
        return lambda: webs.save(workspace, web, entry, base, draft=draft)
