"""Ctrl+P or `:` — everything that can be done here, found by typing a part of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from wor_tui.i18n import _, language
from wor_tui.screens.bindings import bindings
from wor_tui.screens.fields import Line
from wor_tui.screens.frame import key_name
from wor_tui.screens.help import offered

if TYPE_CHECKING:
    from textual.app import App, ComposeResult
    from textual.events import Key


PASSED_OVER = frozenset({"palette", "back"})
MOVES = ("list.down", "list.up", "list.page", "list.first", "list.last", "score.")


class PaletteScreen(ModalScreen[None]):
    """The actions of the screen under it; choosing one closes this and does it there."""

    CSS_PATH = "help.tcss"
    BINDINGS = bindings("back")

    def __init__(self, about: Screen[object]) -> None:
        """The palette over one screen."""
        super().__init__()
        self.offers = {
            offer.action.id: offer
            for offer in offered(about)
            if offer.enabled and offer.action.id not in PASSED_OVER and not offer.action.id.startswith(MOVES)
        }

    def compose(self) -> ComposeResult:
        """A line to type in, what fits under it."""
        with Vertical(id="palette"):
            yield Line(placeholder=_("Wat wilt u doen?"), cap=60)
            yield OptionList(compact=True)
            yield Static(_("Niets gevonden; haal een letter weg."), id="nothing", classes="muted", markup=False)

    def on_mount(self) -> None:
        """Everything, before anything is typed."""
        self.show("")

    def show(self, typed: str) -> None:
        """What has all the typed words in its name."""
        words = typed.casefold().split()
        options = self.query_one(OptionList)
        options.clear_options()
        for identifier, offer in self.offers.items():
            name = offer.action.name(language())
            if all(word in name.casefold() for word in words):
                line = Content.assemble(name.ljust(44), (key_name(offer.key).rjust(8), "bold"))
                options.add_option(Option(line, id=identifier))
        options.highlighted = 0 if options.option_count else None
        self.query_one("#nothing").display = not options.option_count

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow down."""
        self.show(event.value)

    def on_key(self, event: Key) -> None:
        """The arrows go through the list while the cursor stays in the line."""
        options = self.query_one(OptionList)
        if event.key == "down":
            options.action_cursor_down()
        elif event.key == "up":
            options.action_cursor_up()
        else:
            return
        event.stop()

    def on_input_submitted(self) -> None:
        """Do what is highlighted."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close, then do it on the screen below."""
        offer = self.offers.get(event.option_id or "")
        app = cast("App[int]", self.app)  # pyright: ignore[reportUnknownMemberType] -- App's result type is open
        self.dismiss()
        if offer is not None:
            app.call_later(app.run_action, offer.runs, offer.node)

    def action_back(self) -> None:
        """Back to the screen."""
        self.dismiss()
