"""A table of any length that holds only ids: what is on the screen is fetched, the rest doesn't exist yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wor_tui.widgets.cell_text import centred, clean, fit, wrapped
from wor_tui.widgets.columns import Cell, Column, Placed, Row, placed

CURSOR_MARK = "▸"
_CACHED_ROWS = 4_000
_FETCH_AHEAD_S = 0.01
"""How long after a paint the pages around it are fetched."""


class VirtualList(ScrollView, Generic[Row], can_focus=True):
    """Rows of one line under a header, fetched a screen at a time.

    `fetch(ids)` gives the rows of those ids in their order (None for one that is gone). It is called while painting,
    for the visible ids, and after that for the pages around them, so it must be quick. The cursor stays on its id when
    the ids change.
    """

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
        "virtual-list--header",
        "virtual-list--cursor",
        "virtual-list--blurred-cursor",
        "virtual-list--muted",
        "virtual-list--strong",
        "virtual-list--warning",
        "virtual-list--empty",
    }
    DEFAULT_CSS = """
    VirtualList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        & > .virtual-list--header { color: $text-muted; text-style: bold; }
        & > .virtual-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .virtual-list--blurred-cursor { background: $panel; }
        & > .virtual-list--muted { color: $text-muted; }
        & > .virtual-list--strong { text-style: bold; }
        & > .virtual-list--warning { color: $text-warning; text-style: bold; }
        & > .virtual-list--empty { color: $text-muted; }
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    empty_text: reactive[str] = reactive("")
    sorted_by: reactive[tuple[str, bool] | None] = reactive(None)
    """The key of the column that the ids are sorted by, and whether that is downwards."""

    class Highlighted(Message):
        """The cursor stands on another id (None: the list is empty)."""

        def __init__(self, sender: VirtualList[Row], id: str | None) -> None:  # noqa: A002 -- what it is
            self.list = sender
            self.id = id
            super().__init__()

        @property
        def control(self) -> VirtualList[Row]:
            """The list that sent it."""
            return self.list

    class Opened(Message):
        """The person opens the id under the cursor: Enter, or a double click."""

        def __init__(self, sender: VirtualList[Row], id: str) -> None:  # noqa: A002 -- what it is
            self.list = sender
            self.id = id
            super().__init__()

        @property
        def control(self) -> VirtualList[Row]:
            """The list that sent it."""
            return self.list

    class HeaderChosen(Message):
        """The person clicked a column's title; `key` is the column's."""

        def __init__(self, sender: VirtualList[Row], key: str) -> None:
            self.list = sender
            self.key = key
            super().__init__()

        @property
        def control(self) -> VirtualList[Row]:
            """The list that sent it."""
            return self.list

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        fetch: Callable[[Sequence[str]], Sequence[Row | None]],
        ids: Sequence[str] = (),
        *,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.columns = tuple(columns)
        self._fetch = fetch
        self._ids: Sequence[str] = ids
        self._rows: dict[str, Row | None] = {}
        self._style: Style | None = None
        self._places: tuple[int, list[Placed]] = (-1, [])
        self.set_reactive(VirtualList.empty_text, empty_text)

    def on_mount(self) -> None:
        """Tell what the cursor stands on at the start."""
        self._resize_contents()
        self.post_message(self.Highlighted(self, self.highlighted))

    @property
    def ids(self) -> Sequence[str]:
        """All ids, in the order shown."""
        return self._ids

    @property
    def highlighted(self) -> str | None:
        """The id under the cursor; None when the list is empty."""
        return self._ids[self.cursor] if self.cursor < len(self._ids) else None

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show other ids; the cursor stays on its id where that is still there, and at its height where it isn't."""
        before = self.highlighted
        self._ids = ids
        self._resize_contents()
        try:
            position = ids.index(before) if before is not None else 0
        except ValueError:
            position = min(self.cursor, max(0, len(ids) - 1))
        self.set_reactive(VirtualList.cursor, position)
        self._show_cursor()
        self.refresh()
        if self.highlighted != before:
            self.post_message(self.Highlighted(self, self.highlighted))

    def forget_rows(self, ids: Sequence[str] | None = None) -> None:
        """Fetch these rows (or all) anew when they are painted: something in them changed."""
        if ids is None:
            self._rows.clear()
        else:
            for each in ids:
                self._rows.pop(each, None)
        self.refresh()

    def highlight(self, wanted: str) -> bool:
        """Put the cursor on an id; False when it isn't in the list."""
        try:
            self.cursor = self._ids.index(wanted)
        except ValueError:
            return False
        return True

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor inside the list."""
        return max(0, min(cursor, len(self._ids) - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint the two lines, scroll when needed, and tell it."""
        self._show_cursor()
        for index in (before, now):
            self.refresh_line(index + 1)
        self.post_message(self.Highlighted(self, self.highlighted))

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self._resize_contents()
        self._show_cursor()

    def on_focus(self) -> None:
        """The cursor gets its colour."""
        self.refresh_line(self.cursor + 1)

    def on_blur(self) -> None:
        """The cursor loses its colour."""
        self.refresh_line(self.cursor + 1)

    def action_cursor(self, step: int) -> None:
        """Move the cursor by a row."""
        self.cursor += step

    def action_page(self, step: int) -> None:
        """Move the cursor by a screen."""
        self.cursor += step * max(1, self._page - 1)

    def action_first(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """Go to the last row."""
        self.cursor = len(self._ids) - 1

    def action_open(self) -> None:
        """Open what the cursor stands on."""
        if self.highlighted is not None:
            self.post_message(self.Opened(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Click: put the cursor there; twice: open; on the header: choose the column."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            for place in self._placed():
                if place.start <= offset.x <= place.start + place.width:
                    self.post_message(self.HeaderChosen(self, self.columns[place.column].key))
                    return
            return
        index = offset.y - 1 + self.scroll_offset.y
        if index < len(self._ids):
            self.cursor = index
            if event.chain == 2:
                self.action_open()

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines of one paint share the list's own style: it costs more than a line."""
        self._style = None
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """A new theme."""
        self._style = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """The header, a row, or what is said when there are none."""
        width = self.scrollable_content_region.width
        if y == 0 and self._ids:
            return self._header(width)
        if not self._ids:
            return self._empty_line(y, width)
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._ids):
            return Strip.blank(width, self._base)
        return self._line(index, width)

    @property
    def _base(self) -> Style:
        if self._style is None:
            self._style = self.rich_style
        return self._style

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def _resize_contents(self) -> None:
        before, now = self.virtual_size.height, len(self._ids) + 1
        room = self.scrollable_content_region.height
        if before == now or not 0 < room < min(before, now):
            self.virtual_size = Size(1, now)
            return
        # The scrollbar was there and stays: only what it shows changes, and the screen isn't laid out anew.
        self.set_reactive(VirtualList.virtual_size, Size(1, now))  # pyright: ignore[reportArgumentType]  typed as a value
        self.vertical_scrollbar.window_virtual_size = now
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def _show_cursor(self) -> None:
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + self._page:
            self.scroll_to(y=self.cursor - self._page + 1, animate=False)

    def _placed(self) -> list[Placed]:
        width = self.scrollable_content_region.width
        if self._places[0] != width:
            self._places = (width, placed(self.columns, width))
        return self._places[1]

    def _row(self, index: int) -> Row | None:
        wanted = self._ids[index]
        if wanted not in self._rows:
            top = self.scroll_offset.y
            self._fetch_missing(max(0, min(top, index)), max(index + 1, top + self._page))
            self.set_timer(_FETCH_AHEAD_S, self._fetch_ahead)
        return self._rows[wanted]

    def _fetch_ahead(self) -> None:
        """The pages after and before this one, while nobody waits: the next key finds its rows here."""
        top = self.scroll_offset.y
        self._fetch_missing(top, top + 2 * self._page)
        self._fetch_missing(max(0, top - self._page), top)

    def _fetch_missing(self, first: int, last: int) -> None:
        window = self._ids[first:last]
        missing = [each for each in window if each not in self._rows]
        if len(self._rows) + len(missing) > _CACHED_ROWS:
            self._rows.clear()
            missing = list(window)
        if missing:
            self._rows.update(zip(missing, self._fetch(missing), strict=True))

    def _line(self, index: int, width: int) -> Strip:
        row = self._row(index)
        on_cursor = index == self.cursor
        base = self._base
        if on_cursor:
            part = "virtual-list--cursor" if self.has_focus else "virtual-list--blurred-cursor"
            base += self.get_component_rich_style(part, partial=True)
        segments = [Segment(f"{CURSOR_MARK if on_cursor else ' '} ", base)]
        end = 2
        for place in self._placed():
            column = self.columns[place.column]
            made = column.cell(row) if row is not None else ""
            cell = made if isinstance(made, Cell) else Cell(made)
            style = base + self._look(cell.look, on_cursor=on_cursor and self.has_focus) if cell.look else base
            if place.start > end:
                segments.append(Segment(" " * (place.start - end), base))
            segments.append(Segment(fit(clean(cell.text), place.width, right=column.right), style))
            end = place.start + place.width
        return Strip(segments).adjust_cell_length(width, base)

    def _look(self, look: str, *, on_cursor: bool) -> Style:
        style = self.get_component_rich_style(f"virtual-list--{look}", partial=True)
        # On the cursor's own ground only its own ink is sure to be legible.
        return Style(bold=style.bold) if on_cursor else style

    def _header(self, width: int) -> Strip:
        base = self._base + self.get_component_rich_style("virtual-list--header", partial=True)
        segments: list[Segment] = []
        end = 0
        for place in self._placed():
            column = self.columns[place.column]
            title = column.title
            if self.sorted_by is not None and self.sorted_by[0] == column.key:
                title += " ▾" if self.sorted_by[1] else " ▴"
            segments.append(Segment(" " * (place.start - end), base))
            segments.append(Segment(fit(title, place.width, right=column.right), base))
            end = place.start + place.width
        return Strip(segments).adjust_cell_length(width, base)

    def _empty_line(self, y: int, width: int) -> Strip:
        base = self._base
        lines = wrapped(self.empty_text, max(1, min(60, width - 4))) if self.empty_text else []
        first = max(0, (self.size.height - len(lines)) // 2 - 1)
        if not first <= y < first + len(lines):
            return Strip.blank(width, base)
        text = lines[y - first]
        style = base + self.get_component_rich_style("virtual-list--empty", partial=True)
        return Strip([Segment(centred(text, width), style)], width)
