"""A list whose rows are all in memory: a day, a desk, what waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wor_tui.widgets.columns import Column, Row
from wor_tui.widgets.virtual_list import VirtualList


class ShortList(VirtualList[Row]):
    """A VirtualList that holds its rows itself.

    That it is empty is said only once its rows were read: before that nobody knows. `opens`: whether Enter does
    anything; where it doesn't, no key for it is shown.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        empty_text: str = "",
        opens: bool = True,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
    ) -> None:
        super().__init__(columns, self._from_memory, id=id)
        self.opens = opens
        self._kept: Mapping[str, Row] = {}
        self._when_empty = empty_text

    def show_rows(self, rows: Mapping[str, Row]) -> None:
        """Show these rows, by id; the cursor stays on its id."""
        other = bool(rows) != bool(self._kept)
        self._kept = rows
        self.empty_text = self._when_empty
        self.forget_rows()
        self.show_ids(list(rows))
        if other:
            self.refresh_bindings()

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        return self.row_of(self.highlighted)

    def row_of(self, wanted: str | None) -> Row | None:
        """A row by its id; None when it isn't here (any more)."""
        return self._kept.get(wanted or "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter works where there is something to open."""
        del parameters
        return action != "open" or (self.opens and bool(self._kept))

    def _from_memory(self, ids: Sequence[str]) -> Sequence[Row | None]:
        return [self._kept.get(one) for one in ids]
