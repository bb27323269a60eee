"""The badge that says where the work is: kept on this device, and what hasn't been sent yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wor_tui.i18n import _, ngettext
from wor_tui.widgets.cell_text import cut


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the badge tells; `online` is None as long as nothing was tried."""

    unsent: int = 0
    conflicts: int = 0
    held: int = 0
    joined: bool = True
    online: bool | None = None
    busy: bool = False


class SyncBadge(Widget):
    """One line; being offline is a state like any other, so it is told and not shouted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"sync-badge--attention"}
    DEFAULT_CSS = """
    SyncBadge {
        width: auto; height: 1; color: $text-muted;
        & > .sync-badge--attention { color: $text-warning; text-style: bold; }
    }
    """

    state: reactive[SyncState] = reactive(SyncState(), layout=True)

    class Opened(Message):
        """The person clicked on the badge."""

    def __init__(self, state: SyncState | None = None, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self.set_reactive(SyncBadge.state, state or SyncState())

    def on_click(self, _event: events.Click) -> None:
        """Open the sync screen."""
        self.post_message(self.Opened())

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """As wide as what is said, in short words where the screen is narrow."""
        return cell_len(_said(self.state, short=viewport.width < 100))

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 -- one line high
        """The badge."""
        width, base = self.size.width, self.rich_style
        text = _said(self.state, short=False)
        if cell_len(text) > width:
            text = _said(self.state, short=True)
        attention = self.state.conflicts or self.state.held
        style = base + self.get_component_rich_style("sync-badge--attention", partial=True) if attention else base
        return Strip([Segment(cut(text, width), style)]).adjust_cell_length(width, base)


def _said(state: SyncState, *, short: bool) -> str:
    """The state in words; `short` leaves out what goes without saying."""
    mark = "◌" if state.busy else "○" if state.online is False else "●"
    parts: list[str] = []
    if not short:
        parts.append(_("op dit apparaat bewaard"))
    if not state.joined:
        parts.append(_("nog niet bij een organisatie"))
    elif state.busy:
        parts.append(_("bezig met verzenden"))
    elif state.unsent:
        parts.append(ngettext("{n} nog niet verstuurd", "{n} nog niet verstuurd", state.unsent).format(n=state.unsent))
    elif state.online is False:
        parts.append(_("geen verbinding"))
    elif state.online:
        parts.append(_("alles verstuurd"))
    if state.held:
        parts.append(ngettext("{n} tegengehouden", "{n} tegengehouden", state.held).format(n=state.held))
    if state.conflicts:
        parts.append(ngettext("{n} verschil", "{n} verschillen", state.conflicts).format(n=state.conflicts))
    return f"{mark} {' · '.join(parts) or _('bewaard')}"
