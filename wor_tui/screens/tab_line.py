"""The tabs of a client's screen, on one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from wor_tui.i18n import _

if TYPE_CHECKING:
    from textual.events import Click

TABS = ("overview", "intake", "web", "timeline")


def tab_names() -> dict[str, str]:
    """The words of the tabs, each with the key that its word begins with."""
    return {"overview": _("Overzicht"), "intake": _("Intake"), "web": _("Web"), "timeline": _("Tijdlijn")}


class TabLine(Widget):
    """The tabs on one line; the one that is open is marked, and each can be clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab--open", "tab--other"}

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str) -> None:
            """Name it."""
            super().__init__()
            self.tab = tab

    def __init__(self) -> None:
        """The overview is open."""
        super().__init__(id="tabs")
        self.open = "overview"

    def show(self, tab: str) -> None:
        """Mark a tab."""
        self.open = tab
        self.refresh()

    def render(self) -> Content:
        """All tabs."""
        parts: list[Content] = []
        for tab, name in tab_names().items():
            style = self.get_visual_style("tab--open" if tab == self.open else "tab--other")
            before, after = ("[", "]") if tab == self.open else (" ", " ")
            # The letter that is the key is underlined, so that the footer has room for the other keys.
            key, rest = name[:1], name[1:]
            part = Content.assemble((before, style), (key, style + Style(underline=True)), (rest + after, style))
            parts.append(part.stylize(Style.from_meta({"tab": tab})))
        return Content(" ").join(parts)

    def on_click(self, event: Click) -> None:
        """A click opens the tab."""
        if (tab := event.style.meta.get("tab")) is not None:
            self.post_message(self.Chosen(tab))
