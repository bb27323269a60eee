"""Two people filled in the same differently: one of them, or a third, decides; the others are kept in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice
from wor_tui.screens.dates import moment_words
from wor_tui.screens.frame import KeyBar
from wor_tui.screens.sync import conflict_words, option_owner, option_title, shown_value
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
    BINDINGS = bindings("conflict.decide", "back")
    AUTO_FOCUS = "#take"

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
        """The difference and the choice."""
        conflict = self.conflict
        with VerticalScroll(id="decide", can_focus=False):
            yield Static(f"{conflict.name} · {conflict_words(conflict)}", classes="title", markup=False)
            yield Static(
                _(
                    "Dit is op twee plekken verschillend ingevuld. Kies wat klopt; het andere blijft in de "
                    "geschiedenis."
                ),
                classes="muted",
                markup=False,
            )
            for place in range(0, len(conflict.options), 2):
                left, *rest = conflict.options[place : place + 2]
                right = rest[0] if rest else None
                yield SideBySide(
                    shown_value(conflict, left),
                    "" if right is None else shown_value(conflict, right),
                    titles=(
                        option_title(left, self.when(left)),
                        "" if right is None else option_title(right, self.when(right)),
                    ),
                )
            options = [(str(option.take), str(option.take), option_owner(option)) for option in conflict.options]
            yield Choice(options, "", id="take")
            yield Static("", id="said", classes="trouble", markup=False)
        yield KeyBar()

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
