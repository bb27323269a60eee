"""A form with a web: its scores among the fields, the live drawing beside them, the measurement before behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from wor_tui.domain.codes import Variant
from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.case_words import person_line
from wor_tui.screens.forms import Filled, FormScreen
from wor_tui.screens.web_fields import WebFields
from wor_tui.screens.webs import measurement
from wor_tui.services.webs import INSTRUMENTS, WebEntry, entry_of
from wor_tui.widgets.day_text import short_day
from wor_tui.widgets.spiderweb import SpiderWeb

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Resize

    from wor_tui.services.case_file import CaseFile, WebView


class WebBesideForm(FormScreen):
    """Fields at the left, the web at the right; where it is narrow F7 shows the web.

    A subclass gives the web to go on with, or None for a new one, and yields `web_fields()` among its fields.
    """

    BINDINGS = bindings("web.show")
    CSS_PATH: ClassVar[list[str]] = ["forms.tcss", "web_form.tcss"]  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, case: CaseFile, record: str, web: WebView | None, variant: Variant = Variant.ADULT) -> None:
        """A form about `record`; the measurement before `web` is drawn behind it."""
        super().__init__(record, case.bases)
        self.case = case
        self.web = web
        self.variant = variant
        others = [each for each in case.webs if web is None or each.id != web.id]
        self.before = others[0] if others else None

    def above(self) -> ComposeResult:
        """What stands above the fields and the web."""
        yield from ()

    def body(self) -> ComposeResult:
        """Fields and web beside each other."""
        yield from self.top()
        yield from self.above()
        with Horizontal(id="beside"):
            with VerticalScroll(id="form", can_focus=False):
                yield from self.fields()
            yield SpiderWeb(mode=self.wor.web_mode, id="live")
        yield Static("", id="wrong", classes="trouble", markup=False)

    def web_fields(self) -> WebFields:
        """The scores, as they are."""
        entry = WebEntry() if self.web is None else entry_of(self.web)
        return WebFields(entry, INSTRUMENTS[self.variant] if self.web is None else self.web.instrument)

    def about(self) -> str:
        """Whom it is about."""
        return person_line(self.case)

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
        now = self.query_one(WebFields).measurement(_("nu") if self.web is None else short_day(self.web.taken_on))
        behind = () if self.before is None else (measurement(self.before, today),)
        self.query_one("#live", SpiderWeb).measurements = (*behind, now)

    def on_resize(self, event: Resize) -> None:
        """Whether the web has a key depends on the room."""
        super().on_resize(event)
        self.call_after_refresh(self.refresh_bindings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where it is wide, the web is shown already."""
        if action == "web_show":
            return not self.has_class("-wide")
        return super().check_action(action, parameters)

    def action_web_show(self) -> None:
        """Where there is no room for both: the web instead of the fields, and back."""
        self.toggle_class("-web-shown")
