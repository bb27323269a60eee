"""Columns of a list: what a cell says, and how wide it is at each width of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")


class Cell(NamedTuple):
    """A text with its look: "" (plain), "strong", "muted" or "warning"; never the look alone, say it in the text."""

    text: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column of `width` cells at least; with `share` it takes that part of what is left.

    It is shown from a list of `from_width` cells wide. `cell` gives what a row says in it.
    """

    key: str
    title: str
    cell: Callable[[Row], str | Cell]
    width: int
    share: int = 0
    from_width: int = 0
    right: bool = False


class Placed(NamedTuple):
    """A column's place: the first cell (from 0), the width, and the column's index."""

    start: int
    width: int
    column: int


def placed(columns: Sequence[Column[Row]], width: int, indent: int = 2, gap: int = 1) -> list[Placed]:
    """The places of the columns that are shown in `width` cells; none sticks out."""
    shown = [(index, column) for index, column in enumerate(columns) if width >= column.from_width]
    spare = max(0, width - indent - sum(column.width for _i, column in shown) - gap * max(0, len(shown) - 1))
    shares = sum(column.share for _i, column in shown)
    places: list[Placed] = []
    start = indent
    for index, column in shown:
        extra = spare * column.share // shares if shares else 0
        spare -= extra
        shares -= column.share
        taken = min(column.width + extra, width - start)
        if taken <= 0:
            break
        places.append(Placed(start, taken, index))
        start += taken + gap
    return places
