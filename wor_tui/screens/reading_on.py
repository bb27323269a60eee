"""Reading on in what doesn't fit, by one key that every terminal has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget


def read_on(part: Widget) -> None:
    """The next page of a part that scrolls, less a line that one keeps in sight; from its end to its start again."""
    if part.scroll_offset.y >= part.max_scroll_y:
        part.scroll_home(animate=False)
    else:
        part.scroll_relative(y=max(1, part.scrollable_content_region.height - 1), animate=False)
