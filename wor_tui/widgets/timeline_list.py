"""The line of time of a case: what happened, newest first, with each note under its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wor_tui.i18n import _
from wor_tui.widgets.cell_text import centred, clean, cut, fit, wrapped
from wor_tui.widgets.day_text import short_day

CURSOR_MARK = "▸"
MARKS = {"contact": "●", "attempt": "○", "consent": "§", "letter": "✉", "web": "◆"}
_HEAD = 2
_INDENT = 4
_MOST_NOTE_LINES = 12
_DATE = 16


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing on the line of time, already in words.

    mark: contact, attempt (nobody reached), consent, letter or web. title: what it was ("telefoon", "brief aan de
    huisarts"). minutes: None when it has none. who: the person who wrote it down. remark: what must be told apart from
    the note ("niet bereikt", "verbeterd", "nog niet verstuurd"). struck: it doesn't count any more.
    """

    id: str
    on: date
    mark: str
    title: str
    minutes: int | None = None
    who: str = ""
    note: str = ""
    remark: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Contact `contacts` of `contacts_planned`, week `week` of `weeks_planned` (None: not started)."""

    contacts: int
    contacts_planned: int
    week: int | None
    weeks_planned: int


class _Line(NamedTuple):
    """A line on the screen: which item it is of, its texts, and whether it is the item's first."""

    item: int
    text: str
    right: str
    first: bool


class TimelineList(ScrollView, can_focus=True):
    """The items with a thin bar of progress on top; the arrows and j/k go from item to item."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor(1)", "list.down", show=False, id="list.down"),
        Binding("up,k", "cursor(-1)", "list.up", show=False, id="list.up"),
        Binding("pagedown", "page(1)", "list.page-down", show=False, id="list.page-down"),
        Binding("pageup", "page(-1)", "list.page-up", show=False, id="list.page-up"),
        Binding("home,g", "first", "list.first", show=False, id="list.first"),
        Binding("end,G", "last", "list.last", show=False, id="list.last"),
        Binding("enter", "open", "list.open", id="list.open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--cursor",
        "timeline--blurred-cursor",
        "timeline--strong",
        "timeline--muted",
        "timeline--bar",
        "timeline--track",
    }
    DEFAULT_CSS = """
    TimelineList {
        height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1;
        background: $background; color: $foreground;
        & > .timeline--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .timeline--blurred-cursor { background: $panel; }
        & > .timeline--strong { text-style: bold; }
        & > .timeline--muted { color: $text-muted; }
        & > .timeline--bar { color: $primary; }
        & > .timeline--track { color: $text-disabled; }
    }
    """

    items: reactive[tuple[TimelineItem, ...]] = reactive((), init=False)
    progress: reactive[Progress | None] = reactive(None)
    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")

    class Highlighted(Message):
        """The cursor stands on another item (None: there is none)."""

        def __init__(self, sender: TimelineList, id: str | None) -> None:  # noqa: A002 -- what it is
            self.list = sender
            self.id = id
            super().__init__()

        @property
        def control(self) -> TimelineList:
            """The list that sent it."""
            return self.list

    class Opened(Message):
        """The person opens the item under the cursor."""

        def __init__(self, sender: TimelineList, id: str) -> None:  # noqa: A002 -- what it is
            self.list = sender
            self.id = id
            super().__init__()

        @property
        def control(self) -> TimelineList:
            """The list that sent it."""
            return self.list

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
        self._lines: list[_Line] = []
        self._first_lines: list[int] = []
        self._width = -1
        self.set_reactive(TimelineList.items, tuple(items))
        self.set_reactive(TimelineList.progress, progress)
        self.set_reactive(TimelineList.empty_text, empty_text)

    @property
    def highlighted(self) -> str | None:
        """The id under the cursor."""
        return self.items[self.cursor].id if self.cursor < len(self.items) else None

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an item."""
        return max(0, min(cursor, len(self.items) - 1))

    def watch_items(self, before: tuple[TimelineItem, ...], now: tuple[TimelineItem, ...]) -> None:
        """The cursor stays on its item."""
        kept = before[self.cursor].id if self.cursor < len(before) else None
        position = next((index for index, item in enumerate(now) if item.id == kept), 0)
        self.set_reactive(TimelineList.cursor, position)
        self._lay_out()
        self._show_cursor()
        if self.highlighted != kept:
            self.post_message(self.Highlighted(self, self.highlighted))

    def watch_cursor(self) -> None:
        """Scroll when needed, and tell it."""
        self._show_cursor()
        self.refresh()
        self.post_message(self.Highlighted(self, self.highlighted))

    def on_mount(self) -> None:
        """Tell what the cursor stands on at the start."""
        self._lay_out()
        self.post_message(self.Highlighted(self, self.highlighted))

    def on_resize(self) -> None:
        """Break the notes anew; the cursor stays in sight."""
        self._lay_out()
        self._show_cursor()

    def action_cursor(self, step: int) -> None:
        """To the next or the previous item."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """To the first item a screen further."""
        if not self._first_lines:
            return
        wanted = self._first_lines[self.cursor] + step * self._page
        moved = max((index for index, line in enumerate(self._first_lines) if line <= wanted), default=0)
        self.cursor = moved if moved != self.cursor else self.cursor + step

    def action_first(self) -> None:
        """To the newest item."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the oldest item."""
        self.cursor = len(self.items) - 1

    def action_open(self) -> None:
        """Open what the cursor stands on."""
        if self.highlighted is not None:
            self.post_message(self.Opened(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Click: put the cursor there; twice: open."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < _HEAD:
            return
        index = offset.y - _HEAD + self.scroll_offset.y
        if index < len(self._lines):
            self.cursor = self._lines[index].item
            if event.chain == 2:
                self.action_open()

    def render_line(self, y: int) -> Strip:
        """The bar of progress, an empty line, then the lines of time."""
        width, base = self.scrollable_content_region.width, self.rich_style
        if width != self._width:
            self._lay_out()
        if y < _HEAD:
            return self._bar(width, base) if y == 0 and self.progress is not None else Strip.blank(width, base)
        index = y - _HEAD + self.scroll_offset.y
        if index < len(self._lines):
            return self._line(self._lines[index], width, base)
        lines = wrapped(self.empty_text, max(1, width - 4)) if self.empty_text and not self.items else []
        said = y - _HEAD - 1
        if 0 <= said < len(lines):
            style = base + self._part("muted")
            return Strip([Segment(centred(lines[said], width), style)], width)
        return Strip.blank(width, base)

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - _HEAD)

    def _show_cursor(self) -> None:
        if not self._first_lines or self.cursor >= len(self._first_lines):
            return
        start = self._first_lines[self.cursor]
        following = self._first_lines[self.cursor + 1 : self.cursor + 2]
        end = following[0] if following else len(self._lines)
        top = self.scroll_offset.y
        if start < top or end - start > self._page:
            self.scroll_to(y=start, animate=False)
        elif end > top + self._page:
            self.scroll_to(y=end - self._page, animate=False)

    def _lay_out(self) -> None:
        """All lines at this width; notes are cut after twelve lines, opening one shows all of it."""
        self._width = width = self.scrollable_content_region.width
        self._lines, self._first_lines = [], []
        for index, item in enumerate(self.items):
            self._first_lines.append(len(self._lines))
            parts = [item.title]
            if item.minutes is not None:
                parts.append(_("{n} min").format(n=item.minutes))
            if item.remark:
                parts.append(item.remark)
            day = short_day(item.on, self.today)
            text = f"{fit(day, _DATE)} {MARKS.get(item.mark, '·')} {clean(' · '.join(parts))}"
            self._lines.append(_Line(index, text, clean(item.who), first=True))
            if item.note.strip():
                room = max(8, min(96, width - _INDENT - 2))
                notes = wrapped(item.note, room, _MOST_NOTE_LINES)
                self._lines += [_Line(index, " " * _INDENT + line, "", first=False) for line in notes]
        self.virtual_size = Size(1, len(self._lines) + _HEAD)
        self.refresh()

    def _line(self, line: _Line, width: int, base: Style) -> Strip:
        item = self.items[line.item]
        if not line.first:
            return Strip(
                [Segment(line.text, base + self._part("muted") if self._dimmed(item) else base)]
            ).adjust_cell_length(width, base)
        on_cursor = line.item == self.cursor
        style = base
        if on_cursor:
            style += self._part("cursor" if self.has_focus else "blurred-cursor")
        elif self._dimmed(item):
            style += self._part("muted")
        if not self._dimmed(item):
            style += self._part("strong")
        struck = style + Style(strike=True) if item.struck else style
        plain = base + self._part("cursor" if self.has_focus else "blurred-cursor") if on_cursor else base
        room = width - 2
        who = line.right if room - cell_len(line.right) - 2 >= 34 else ""
        text = cut(line.text, room - (cell_len(who) + 2 if who else 0))
        gap = " " * (room - cell_len(text) - cell_len(who) - (1 if who else 0))
        quiet = plain if on_cursor else plain + self._part("muted")
        return Strip(
            [
                Segment(f"{CURSOR_MARK if on_cursor else ' '} ", plain),
                Segment(text[: _DATE + 3], style),
                Segment(text[_DATE + 3 :], struck),
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
            Segment("━" * full, base + self._part("bar")),
            Segment("╌" * (length - full), base + self._part("track")),
        ]

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"timeline--{name}", partial=True)

    @staticmethod
    def _dimmed(item: TimelineItem) -> bool:
        return item.struck or item.mark == "attempt"
