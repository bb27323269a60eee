"""What every list of ours shares: a cursor that the keys and the mouse move, in sight, and what it tells."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wor_tui.widgets.cell_text import centred, wrapped

CURSOR_MARK = "▸"
BLURRED_MARK = "›"
"""Where the cursor stands in a list that doesn't have the focus: without colour too, one sees where Enter works."""


class CursorList(ScrollView, can_focus=True):
    """Items of one line or more under a head of `HEAD` lines; `cursor` is the index of the one that it stands on.

    A subclass gives `count`, `id_at` and `span`, paints in `render_line`, and moves by a screen in `action_page`.
    """

    HEAD: ClassVar[int] = 1
    """Lines on top that don't scroll."""
    BINDINGS: ClassVar[list[BindingType]] = [
        # The words are looked up by id where they are shown, in the language of that moment.
        Binding("down,j", "cursor(1)", "list.down", show=False, id="list.down"),
        Binding("up,k", "cursor(-1)", "list.up", show=False, id="list.up"),
        Binding("pagedown", "page(1)", "list.page-down", show=False, id="list.page-down"),
        Binding("pageup", "page(-1)", "list.page-up", show=False, id="list.page-up"),
        Binding("home,g", "first", "list.first", show=False, id="list.first"),
        Binding("end,G", "last", "list.last", show=False, id="list.last"),
        Binding("enter", "open", "list.open", id="list.open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "cursor-list--cursor",
        "cursor-list--blurred-cursor",
        "cursor-list--muted",
        "cursor-list--strong",
        "cursor-list--warning",
        "cursor-list--header",
    }
    DEFAULT_CSS = """
    CursorList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .cursor-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .cursor-list--blurred-cursor { background: $panel; }
        & > .cursor-list--muted { color: $text-muted; }
        & > .cursor-list--strong { text-style: bold; }
        & > .cursor-list--warning { color: $text-warning; text-style: bold; }
        & > .cursor-list--header { color: $text-muted; text-style: bold; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")

    class Told(Message):
        """Something that a list tells."""

        def __init__(self, sender: CursorList) -> None:
            super().__init__()
            self.list = sender

        @property
        def control(self) -> CursorList:
            """The list that sent it."""
            return self.list

    class Highlighted(Told):
        """The cursor stands on another id (None: the list is empty)."""

        def __init__(self, sender: CursorList, id: str | None) -> None:  # noqa: A002 -- what it is
            super().__init__(sender)
            self.id = id

    class Opened(Told):
        """The person opens the id under the cursor: Enter, or a double click."""

        def __init__(self, sender: CursorList, id: str) -> None:  # noqa: A002 -- what it is
            super().__init__(sender)
            self.id = id

    # What a subclass gives

    @property
    def count(self) -> int:
        """How many items there are."""
        raise NotImplementedError

    def id_at(self, index: int) -> str:
        """The id of an item."""
        raise NotImplementedError

    def span(self, index: int) -> tuple[int, int]:
        """An item's first line and the one after its last, from 0 under the head."""
        raise NotImplementedError

    def index_at(self, line: int) -> int | None:
        """The item that a line under the head belongs to; None past the last."""
        raise NotImplementedError

    def action_page(self, step: int) -> None:
        """Move the cursor by a screen."""
        raise NotImplementedError

    def head_clicked(self, x: int) -> None:
        """A click on the head, in the column `x` of the list."""

    # The cursor

    @property
    def highlighted(self) -> str | None:
        """The id under the cursor; None when the list is empty."""
        return self.id_at(self.cursor) if self.cursor < self.count else None

    @property
    def page(self) -> int:
        """How many lines of items are in sight, at least 1."""
        return max(1, self.scrollable_content_region.height - self.HEAD)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an item."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint what it left and what it came to, scroll when needed, and tell it."""
        self.show_cursor()
        self.repaint(before)
        self.repaint(now)
        self.tell()

    def on_focus(self) -> None:
        """The cursor gets its colour."""
        self.repaint(self.cursor)

    def on_blur(self) -> None:
        """The cursor loses its colour."""
        self.repaint(self.cursor)

    def tell(self) -> None:
        """Say what the cursor stands on."""
        self.post_message(self.Highlighted(self, self.highlighted))

    def repaint(self, index: int) -> None:
        """Paint an item's lines again."""
        if index < self.count:
            first, end = self.span(index)
            self.refresh_lines(first + self.HEAD, end - first)

    def show_cursor(self) -> None:
        """Scroll so that its item is in sight, from its first line where it is longer than the screen."""
        if self.cursor >= self.count:
            return
        first, end = self.span(self.cursor)
        top, page = self.scroll_offset.y, self.page
        if first < top or end - first > page:
            self.scroll_to(y=first, animate=False)
        elif end > top + page:
            self.scroll_to(y=end - page, animate=False)

    def action_cursor(self, step: int) -> None:
        """To the next or the previous item."""
        self.cursor += step

    def action_first(self) -> None:
        """To the first item."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last item."""
        self.cursor = self.count - 1

    def action_open(self) -> None:
        """Open what the cursor stands on."""
        if self.highlighted is not None:
            self.post_message(self.Opened(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Click: put the cursor there; twice: open."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self.HEAD:
            self.head_clicked(offset.x)
            return
        index = self.index_at(offset.y - self.HEAD + self.scroll_offset.y)
        if index is not None:
            self.cursor = index
            if event.chain == 2:
                self.action_open()

    # Painting

    def part(self, name: str) -> Style:
        """The style of a part, to lay over the list's own."""
        return self.get_component_rich_style(f"cursor-list--{name}", partial=True)

    def cursor_mark(self, on_cursor: bool) -> str:
        """The mark before a line, and a space."""
        return f"{(CURSOR_MARK if self.has_focus else BLURRED_MARK) if on_cursor else ' '} "

    def cursor_style(self) -> Style:
        """The style of the cursor, with the focus or without."""
        return self.part("cursor" if self.has_focus else "blurred-cursor")

    def empty_lines(self, width: int) -> list[str]:
        """What an empty list says, in lines that fit."""
        return wrapped(self.empty_text, max(1, min(60, width - 4))) if self.empty_text else []

    def empty_strip(self, said: str, width: int, base: Style) -> Strip:
        """A line of what an empty list says."""
        return Strip([Segment(centred(said, width), base + self.part("muted"))], width)
