"""A table of any length that holds only ids: what is on the screen is fetched, the rest doesn't exist yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from wor_tui.widgets.cell_text import clean, fit
from wor_tui.widgets.columns import Cell, Column, Placed, Row, placed
from wor_tui.widgets.cursor_list import CursorList
from wor_tui.widgets.row_window import RowWindow

_PAINTED_LINES = 500
_FETCH_AHEAD_S = 0.02
"""How long after a paint the next screen is fetched."""


class VirtualList(CursorList, Generic[Row]):
    """Rows of one line under a header, fetched a screen at a time.

    `fetch(ids)` gives the rows of those ids in their order (None for one that is gone). It is called while painting,
    for the visible ids, and after that for the next screen, so it must be quick. The cursor stays on its id when the
    ids change.
    """

    sorted_by: reactive[tuple[str, bool] | None] = reactive(None)
    """The key of the column that the ids are sorted by, and whether that is downwards."""

    class Highlighted(CursorList.Highlighted):
        """The cursor stands on another id (None: the list is empty)."""

    class Opened(CursorList.Opened):
        """The person opens the id under the cursor: Enter, or a double click."""

    class HeaderChosen(CursorList.Told):
        """The person clicked a column's title; `key` is the column's."""

        def __init__(self, sender: CursorList, key: str) -> None:
            super().__init__(sender)
            self.key = key

    HEAD: ClassVar[int] = 1

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
        self._window = RowWindow(fetch, ids)
        self._ahead: Timer | None = None
        self._style: Style | None = None
        self._places: tuple[int, list[Placed]] = (-1, [])
        self._painted: dict[tuple[str, bool, bool], Strip] = {}
        self._painted_as: tuple[int, Style | None] = (-1, None)
        self.set_reactive(VirtualList.empty_text, empty_text)

    def on_mount(self) -> None:
        """Tell what the cursor stands on at the start."""
        self._resize_contents()
        self.tell()

    @property
    def ids(self) -> Sequence[str]:
        """All ids, in the order shown."""
        return self._window.ids

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._window.ids)

    def id_at(self, index: int) -> str:
        """The id of a row."""
        return self._window.ids[index]

    def span(self, index: int) -> tuple[int, int]:
        """A row is a line."""
        return index, index + 1

    def index_at(self, line: int) -> int | None:
        """A line is a row."""
        return line if line < self.count else None

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show other ids; the cursor stays on its id where that is still there, and at its height where it isn't."""
        before = self.highlighted
        self._window.ids = ids
        self._resize_contents()
        try:
            position = ids.index(before) if before is not None else 0
        except ValueError:
            position = min(self.cursor, max(0, len(ids) - 1))
        self.set_reactive(VirtualList.cursor, position)
        self.show_cursor()
        self.refresh()
        if self.highlighted != before:
            self.tell()

    def forget_rows(self, ids: Sequence[str] | None = None) -> None:
        """Fetch these rows (or all) anew when they are painted: something in them changed."""
        self._window.forget(ids)
        self._painted.clear()
        self.refresh()

    def highlight(self, wanted: str) -> bool:
        """Put the cursor on an id; False when it isn't in the list."""
        try:
            self.cursor = self.ids.index(wanted)
        except ValueError:
            return False
        return True

    def on_resize(self) -> None:
        """The cursor stays in sight."""
        self._resize_contents()
        self.show_cursor()

    def action_page(self, step: int) -> None:
        """Move the cursor by a screen, less the row that one keeps in sight."""
        self.cursor += step * max(1, self.page - 1)

    def head_clicked(self, x: int) -> None:
        """Tell which column's title was clicked."""
        for place in self._placed():
            if place.start <= x <= place.start + place.width:
                self.post_message(self.HeaderChosen(self, self.columns[place.column].key))
                return

    def render_lines(self, crop: Region) -> list[Strip]:
        """All lines of one paint share the list's own style: it costs more than a line."""
        self._style = None
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """A new theme."""
        self._style = None
        self._painted.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """The header, a row, or what is said when there are none."""
        width = self.scrollable_content_region.width
        if not self.count:
            return self._empty_line(y, width)
        if y == 0:
            return self._header(width)
        index = y - 1 + self.scroll_offset.y
        return self._line(index, width) if index < self.count else Strip.blank(width, self._base)

    @property
    def _base(self) -> Style:
        if self._style is None:
            self._style = self.rich_style
        return self._style

    def _resize_contents(self) -> None:
        before, now = self.virtual_size.height, self.count + 1
        room = self.scrollable_content_region.height
        if before == now or not 0 < room < min(before, now):
            self.virtual_size = Size(1, now)
            return
        # The scrollbar was there and stays: only what it shows changes, and the screen isn't laid out anew.
        self.set_reactive(VirtualList.virtual_size, Size(1, now))  # pyright: ignore[reportArgumentType]  typed as a value
        self.vertical_scrollbar.window_virtual_size = now
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def _placed(self) -> list[Placed]:
        width = self.scrollable_content_region.width
        if self._places[0] != width:
            self._places = (width, placed(self.columns, width))
        return self._places[1]

    def _fetch_ahead(self) -> None:
        self._ahead = None
        top = self.scroll_offset.y
        self._window.bring_next(top, top + self.page)

    def _line(self, index: int, width: int) -> Strip:
        """A row's line as it was painted before, or painted now."""
        if self._painted_as != (width, self._base) or len(self._painted) > _PAINTED_LINES:
            self._painted.clear()
            self._painted_as = (width, self._base)
        on_cursor = index == self.cursor
        key = (self.id_at(index), on_cursor, self.has_focus and on_cursor)
        if (strip := self._painted.get(key)) is None:
            top = self.scroll_offset.y
            row = self._window.row(index, top, top + self.page)
            strip = self._painted[key] = self._row_strip(row, width, on_cursor=on_cursor)
            if self._ahead is None:
                self._ahead = self.set_timer(_FETCH_AHEAD_S, self._fetch_ahead)
        return strip

    def _row_strip(self, row: Row | None, width: int, *, on_cursor: bool) -> Strip:
        base = self._base + self.cursor_style() if on_cursor else self._base
        segments = [Segment(self.cursor_mark(on_cursor), base)]
        end = 2
        for place in self._placed():
            column = self.columns[place.column]
            made = column.cell(row) if row is not None else ""
            text, look = made if isinstance(made, Cell) else (made, "")
            style = base + self._look(look, on_cursor=on_cursor and self.has_focus) if look else base
            if place.start > end:
                segments.append(Segment(" " * (place.start - end), base))
            segments.append(Segment(fit(clean(text), place.width, right=column.right), style))
            end = place.start + place.width
        return Strip(segments).adjust_cell_length(width, base)

    def _look(self, look: str, *, on_cursor: bool) -> Style:
        # On the cursor's own ground only its own ink is sure to be legible.
        return Style(bold=self.part(look).bold) if on_cursor else self.part(look)

    def _header(self, width: int) -> Strip:
        base = self._base + self.part("header")
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
        lines = self.empty_lines(width)
        first = max(0, (self.size.height - len(lines)) // 2 - 1)
        if not first <= y < first + len(lines):
            return Strip.blank(width, self._base)
        return self.empty_strip(lines[y - first], width, self._base)
