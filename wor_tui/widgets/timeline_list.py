"""The line of time of a case: what happened, newest first, with each note under its line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from wor_tui.i18n import _
from wor_tui.widgets.cell_text import cut
from wor_tui.widgets.cursor_list import CursorList
from wor_tui.widgets.timeline_items import DATE_WIDTH, Progress, TimelineItem, TimelineLine, lines_of

__all__ = ["Progress", "TimelineItem", "TimelineList"]


class TimelineList(CursorList):
    """The items with a thin bar of progress on top; the arrows and j/k go from item to item."""

    HEAD: ClassVar[int] = 2
    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--bar", "timeline--track"}
    DEFAULT_CSS = """
    TimelineList {
        & > .timeline--bar { color: $primary; }
        & > .timeline--track { color: $text-disabled; }
    }
    """

    items: reactive[tuple[TimelineItem, ...]] = reactive((), init=False)
    progress: reactive[Progress | None] = reactive(None)

    class Highlighted(CursorList.Highlighted):
        """The cursor stands on another item (None: there is none)."""

    class Opened(CursorList.Opened):
        """The person opens the item under the cursor."""

    def __init__(
        self,
        items: Sequence[TimelineItem] = (),
        progress: Progress | None = None,
        *,
        today: date | None = None,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.today = today
        self._lines: list[TimelineLine] = []
        self._first_lines: list[int] = []
        self._width = -1
        self.set_reactive(TimelineList.items, tuple(items))
        self.set_reactive(TimelineList.progress, progress)
        self.set_reactive(TimelineList.empty_text, empty_text)

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.items)

    def id_at(self, index: int) -> str:
        """An item's id."""
        return self.items[index].id

    def span(self, index: int) -> tuple[int, int]:
        """An item's line with those of its note."""
        following = self._first_lines[index + 1 : index + 2]
        return self._first_lines[index], following[0] if following else len(self._lines)

    def index_at(self, line: int) -> int | None:
        """The item that a line is of."""
        return self._lines[line].item if line < len(self._lines) else None

    def watch_items(self, before: tuple[TimelineItem, ...], now: tuple[TimelineItem, ...]) -> None:
        """The cursor stays on its item."""
        kept = before[self.cursor].id if self.cursor < len(before) else None
        position = next((index for index, item in enumerate(now) if item.id == kept), 0)
        self.set_reactive(TimelineList.cursor, position)
        self._lay_out()
        self.show_cursor()
        if self.highlighted != kept:
            self.tell()

    def on_mount(self) -> None:
        """Tell what the cursor stands on at the start."""
        self._lay_out()
        self.tell()

    def on_resize(self) -> None:
        """Break the notes anew; the cursor stays in sight."""
        self._lay_out()
        self.show_cursor()

    def action_page(self, step: int) -> None:
        """To the first item a screen further."""
        if not self._first_lines:
            return
        wanted = self._first_lines[self.cursor] + step * self.page
        moved = max((index for index, line in enumerate(self._first_lines) if line <= wanted), default=0)
        self.cursor = moved if moved != self.cursor else self.cursor + step

    def render_line(self, y: int) -> Strip:
        """The bar of progress, an empty line, then the lines of time."""
        width, base = self.scrollable_content_region.width, self.rich_style
        if width != self._width:
            self._lay_out()
        if y < self.HEAD:
            return self._bar(width, base) if y == 0 and self.progress is not None else Strip.blank(width, base)
        index = y - self.HEAD + self.scroll_offset.y
        if index < len(self._lines):
            return self._line(self._lines[index], width, base)
        lines = self.empty_lines(width) if not self.items else []
        said = y - self.HEAD - 1
        return self.empty_strip(lines[said], width, base) if 0 <= said < len(lines) else Strip.blank(width, base)

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        self._lines = lines_of(self.items, self._width, self.today)
        self._first_lines = [at for at, line in enumerate(self._lines) if line.first]
        self.virtual_size = Size(1, len(self._lines) + self.HEAD)
        self.refresh()

    def _line(self, line: TimelineLine, width: int, base: Style) -> Strip:
        item = self.items[line.item]
        if not line.first:
            return Strip(
                [Segment(line.text, base + self.part("muted") if self._dimmed(item) else base)]
            ).adjust_cell_length(width, base)
        on_cursor = line.item == self.cursor
        style = base
        if on_cursor:
            style += self.cursor_style()
        elif self._dimmed(item):
            style += self.part("muted")
        if not self._dimmed(item):
            style += self.part("strong")
        struck = style + Style(strike=True) if item.struck else style
        plain = base + self.cursor_style() if on_cursor else base
        room = width - 2
        who = line.right if room - cell_len(line.right) - 2 >= 34 else ""
        text = cut(line.text, room - (cell_len(who) + 2 if who else 0))
        gap = " " * (room - cell_len(text) - cell_len(who) - (1 if who else 0))
        quiet = plain if on_cursor else plain + self.part("muted")
        return Strip(
            [
                Segment(self.cursor_mark(on_cursor), plain),
                Segment(text[: DATE_WIDTH + 3], style),
                Segment(text[DATE_WIDTH + 3 :], struck),
                Segment(gap + who, quiet),
            ]
        ).adjust_cell_length(width, plain)

    def _bar(self, width: int, base: Style) -> Strip:
        """ "contact 3/5 ━━━━── · week 7/13 ━━━───" as wide as there is room for."""
        progress = self.progress
        if progress is None:
            return Strip.blank(width, base)
        contact = _("contact {n}/{of}").format(n=progress.contacts, of=progress.contacts_planned)
        week = _("week {n}/{of}").format(n=progress.week or 0, of=progress.weeks_planned)
        length = max(0, min(30, (width - cell_len(contact) - cell_len(week) - 8) // 2))
        segments = [Segment(f"  {contact} ", base)]
        segments += self._track(progress.contacts, progress.contacts_planned, length, base)
        segments.append(Segment(f"  {week} ", base))
        segments += self._track(progress.week or 0, progress.weeks_planned, length, base)
        return Strip(segments).adjust_cell_length(width, base)

    def _track(self, done: int, planned: int, length: int, base: Style) -> list[Segment]:
        full = min(length, round(length * done / planned)) if planned else 0
        return [
            Segment("━" * full, base + self._own("bar")),
            Segment("╌" * (length - full), base + self._own("track")),
        ]

    def _own(self, name: str) -> Style:
        return self.get_component_rich_style(f"timeline--{name}", partial=True)

    @staticmethod
    def _dimmed(item: TimelineItem) -> bool:
        return item.struck or item.mark == "attempt"
