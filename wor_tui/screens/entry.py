"""One entry of the timeline with all of its note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wor_tui.i18n import _
from wor_tui.screens.bindings import bindings
from wor_tui.screens.dates import day_text

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from wor_tui.widgets.timeline_list import TimelineItem


class EntryScreen(ModalScreen[None]):
    """What was written down; any way out leads back."""

    CSS_PATH = "help.tcss"
    BINDINGS = bindings("back")

    def __init__(self, item: TimelineItem) -> None:
        """One entry, in words."""
        super().__init__()
        self.item = item

    def compose(self) -> ComposeResult:
        """Day and title, who, the note."""
        item = self.item
        minutes = "" if item.minutes is None else _("{n} min").format(n=item.minutes)
        about = " · ".join(part for part in (minutes, item.remark, item.who) if part)
        with VerticalScroll(id="help"):
            yield Static(f"{day_text(item.on)} · {item.title}", classes="title", markup=False)
            yield Static(about, classes="muted", markup=False)
            yield Static(Content(item.note or _("Geen notitie.")), classes="paragraph")
            yield Static(_("Esc: terug"), classes="paragraph muted", markup=False)

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one("#help").focus()

    def action_back(self) -> None:
        """Back."""
        self.dismiss()
