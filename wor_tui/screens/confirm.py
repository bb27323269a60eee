"""A question before what can't be taken back: the consequence is named, and nothing is chosen beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens import options
from wor_tui.screens.bindings import bindings
from wor_tui.screens.choices import Choice
from wor_tui.screens.frame import KeyBar

if TYPE_CHECKING:
    from textual.app import ComposeResult


class ConfirmScreen(ModalScreen[bool]):
    """`j` does it, `n` and Esc don't; dismissed with whether it was wanted."""

    CSS_PATH = "sync.tcss"
    BINDINGS = bindings("back")
    AUTO_FOCUS = "#sure"

    def __init__(self, title: str, consequence: str) -> None:
        """What is asked, and what comes of it."""
        super().__init__()
        self.asked = title
        self.consequence = consequence

    def compose(self) -> ComposeResult:
        """The question, the consequence, yes or no."""
        with Vertical(id="decide"):
            yield Static(self.asked, classes="title", markup=False)
            yield Static(self.consequence, classes="paragraph", markup=False)
            yield Choice(options.yes_no(), "", id="sure")
            yield Static(_("Druk op j of n."), classes="muted", markup=False)
        yield KeyBar()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Its own key answers; the arrows only look."""
        event.stop()
        if event.by_key:
            self.dismiss(event.value == options.YES)

    def action_back(self) -> None:
        """No."""
        self.dismiss(False)
