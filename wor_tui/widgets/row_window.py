"""The rows of a long list that are at hand: fetched a screen at a time, with the one that comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic

from wor_tui.widgets.columns import Row

_AT_HAND = 2_000


class RowWindow(Generic[Row]):
    """Rows by id; `fetch(ids)` gives those of these ids in their order, None for one that is gone."""

    def __init__(self, fetch: Callable[[Sequence[str]], Sequence[Row | None]], ids: Sequence[str] = ()) -> None:
        """Nothing is fetched yet."""
        self._fetch = fetch
        self._rows: dict[str, Row | None] = {}
        self._top = 0
        self.ids = ids

    def row(self, index: int, first: int, end: int) -> Row | None:
        """The row at `index`; when it isn't at hand, those from `first` to `end`, which are in sight, are fetched."""
        wanted = self.ids[index]
        if wanted not in self._rows:
            self._bring(max(0, min(first, index)), max(index + 1, end))
        return self._rows[wanted]

    def bring_next(self, first: int, end: int) -> None:
        """Fetch the screen that comes after the one from `first` to `end`, or before it when that is the way one goes.

        Meant for when nobody waits: the next key finds its rows here.
        """
        length = end - first
        if first >= self._top:
            self._bring(first, end + length)
        else:
            self._bring(max(0, first - length), end)
        self._top = first

    def forget(self, ids: Sequence[str] | None = None) -> None:
        """Fetch these (or all) anew when they are asked for."""
        if ids is None:
            self._rows.clear()
        else:
            for each in ids:
                self._rows.pop(each, None)

    def _bring(self, first: int, end: int) -> None:
        window = self.ids[first:end]
        missing = [each for each in window if each not in self._rows]
        if len(self._rows) + len(missing) > _AT_HAND:
            self._rows.clear()
            missing = list(window)
        if missing:
            self._rows.update(zip(missing, self._fetch(missing), strict=True))
