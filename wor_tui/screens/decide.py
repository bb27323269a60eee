"""Two people filled in the same differently: one of them, or a third, decides; the others are kept in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice
from wor_tui.screens.conflict_words import (
    DELETED_AT,
    conflict_title,
    option_owner,
    option_title,
    shown_value,
    side_by_side,
)
from wor_tui.screens.dates import moment_words
from wor_tui.screens.frame import KeyBar
from wor_tui.screens.reading_on import read_on
from wor_tui.screens.trouble import Failed
from wor_tui.services import synchronisation
from wor_tui.widgets.side_by_side import SideBySide

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.app import WorApp
    from wor_tui.services.synchronisation import ConflictView, OptionView


class DecideScreen(ModalScreen[None]):
    """The values side by side, and a choice by its number."""

    CSS_PATH = "sync.tcss"
    BINDINGS = bindings("conflict.decide", "read.on", "back")
    AUTO_FOCUS = "#take"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 -- as Textual declares it

    def __init__(self, conflict: ConflictView) -> None:
        """One difference."""
        super().__init__()
        self.conflict = conflict

    def when(self, option: OptionView) -> str:
        """The time, and the day when it wasn't today."""
        return moment_words(option.at, cast("WorApp", self.app).clock.today())  # pyright: ignore[reportUnknownMemberType] -- App's result type is open

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """What was said about choosing is dealt with."""
        event.stop()
        self.query_one("#said", Static).update("")

    def compose(self) -> ComposeResult:
        """The difference, which scrolls where it is long, and the choice, which stays in sight."""
        conflict = self.conflict
        with Vertical(id="decide"):
            yield Static(conflict_title(conflict), classes="title", markup=False)
            yield Static(self.asked(), classes="muted", markup=False)
            if side_by_side(conflict):
                with VerticalScroll(id="values", can_focus=False):
                    yield from self.sides()
                options = [(str(option.take), str(option.take), option_owner(option)) for option in conflict.options]
            else:
                options = [(str(option.take), str(option.take), self.short(option)) for option in conflict.options]
            yield Choice(options, "", id="take")
            yield Static("", id="said", classes="trouble", markup=False)
        yield KeyBar()

    def asked(self) -> str:
        """What is to be decided."""
        if self.conflict.field == DELETED_AT:
            return _("De een heeft dit verwijderd, de ander heeft er nog iets in gewijzigd. Kies wat klopt.")
        if self.conflict.merged:
            return _(
                "Deze persoon was twee keer ingeschreven. Na het samenvoegen is bij de andere inschrijving nog iets "
                "gewijzigd. Kies wat klopt; het andere blijft in de geschiedenis."
            )
        return _("Dit is op twee plekken verschillend ingevuld. Kies wat klopt; het andere blijft in de geschiedenis.")

    def short(self, option: OptionView) -> str:
        """A value that one sees at a glance, with whose it is and from when."""
        return f"{shown_value(self.conflict, option)} · {option_owner(option)} · {self.when(option)}"

    def sides(self) -> ComposeResult:
        """The first beside each of the others, with what differs marked."""
        conflict = self.conflict
        first, *others = conflict.options
        for other in others:
            yield SideBySide(
                shown_value(conflict, first),
                shown_value(conflict, other),
                titles=(option_title(first, self.when(first)), option_title(other, self.when(other))),
            )

    def on_mount(self) -> None:
        """How long it is shows only when it has been laid out."""
        self.call_after_refresh(self.refresh_bindings)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Reading on where not all of it is in sight."""
        del parameters
        if action == "read_on":
            values = self.query("#values")
            return bool(values) and values.first().max_scroll_y > 0
        return True

    def action_read_on(self) -> None:
        """Further down in the values."""
        read_on(self.query_one("#values"))

    async def action_conflict_decide(self) -> None:
        """Write the decision: it is a change like any other, and wins from all that it saw."""
        take = self.query_one("#take", Choice).value
        if not take:
            self.query_one("#said", Static).update(_("Kies eerst met het cijfer ervoor wat klopt."))
            return
        app = cast("WorApp", self.app)  # pyright: ignore[reportUnknownMemberType] -- App's result type is open
        done = await app.attempt(lambda: synchronisation.resolve(app.desk, self.conflict.id, int(take)))
        self.dismiss()
        if not isinstance(done, Failed):
            app.saved(_("Gekozen; de anderen krijgen het ook zo te zien."))

    def action_back(self) -> None:
        """Not now."""
        self.dismiss()
