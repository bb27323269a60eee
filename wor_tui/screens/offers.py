"""What can be done here with its key, in the text itself: for a screen with more keys than the footer has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from wor_tui.i18n import language
from wor_tui.screens.frame import key_name
from wor_tui.screens.help import offered

if TYPE_CHECKING:
    from textual.events import Click
    from textual.geometry import Size

WIDTH = 34
"""Of a key with its words: two stand beside each other at 80 columns."""


class Offers(Widget):
    """Some actions of the screen in columns; those that can't be done here are left out, each can be clicked."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Offers { height: auto; }"

    def __init__(self, *identifiers: str) -> None:
        """The actions, in this order down each column."""
        super().__init__()
        self.identifiers = identifiers

    def on_mount(self) -> None:
        """Follow every change of the keys that work."""
        self.screen.bindings_updated_signal.subscribe(self, self.changed)  # pyright: ignore[reportUnknownMemberType]

    def changed(self, _screen: object) -> None:
        """Other keys work now."""
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """The offers, as many beside each other as fit."""
        found = {offer.action.id: offer for offer in offered(self.screen)}
        key_style, word_style = Style(bold=True), Style()
        parts: list[Content] = []
        for offer in (found[name] for name in self.identifiers if name in found):
            key, words = key_name(offer.key), offer.action.name(language())
            part = Content.assemble((f"  {key:<3}", key_style), (words, word_style))
            parts.append(part.stylize(Style.from_meta({"key": offer.key})))
        columns = max(1, width // WIDTH)
        rows = -(-len(parts) // columns)
        padded = [part.pad_right(max(0, WIDTH - part.cell_length)) for part in parts]
        return [Content("").join(padded[row::rows]) for row in range(rows)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each row of offers."""
        del container, viewport
        return len(self.lines(width))

    def render(self) -> Content:
        """The offers."""
        return Content("\n").join(self.lines(self.size.width))

    def on_click(self, event: Click) -> None:
        """A click on an offer is its key."""
        if (key := event.style.meta.get("key")) is not None:
            self.app.simulate_key(key)  # pyright: ignore[reportUnknownMemberType] -- App's result type is open
