"""A long list of ids kept as one text: 100,000 of them in 3.7 MB, where as many texts would take 9."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import overload

LENGTH = 36
_STEP = LENGTH + 1
SEPARATOR = "\n"


class CaseIds(Sequence[str]):
    """Ids of 36 characters, in an order; equal to any sequence of the same ids. What is taken from it is a text."""

    __slots__ = ("_length", "_text")

    def __init__(self, joined: str) -> None:
        """`joined` has the ids with one separator between two; raises ValueError when one has another length."""
        self._text = joined
        self._length = (len(joined) + 1) // _STEP if joined else 0
        aligned = joined[LENGTH::_STEP] == SEPARATOR * (self._length - 1)
        if joined and (not aligned or len(joined) != self._length * _STEP - 1 or SEPARATOR in joined[-LENGTH:]):
            raise ValueError("an id of another length")

    def __len__(self) -> int:
        """How many."""
        return self._length

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """The id at a place, or a list of those in a range."""
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._length))]
        place = at + self._length if at < 0 else at
        if not 0 <= place < self._length:
            raise IndexError(at)
        return self._text[place * _STEP : place * _STEP + LENGTH]

    def __iter__(self) -> Iterator[str]:
        """One after the other."""
        return iter(self._text.split(SEPARATOR) if self._text else ())

    def __contains__(self, wanted: object) -> bool:
        """Whether it is one of them."""
        return isinstance(wanted, str) and self._place(wanted, 0) >= 0

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """The place of an id; raises ValueError."""
        found = self._place(value, start)
        if found < 0 or (stop is not None and found >= stop):
            raise ValueError(value)
        return found

    def _place(self, wanted: str, start: int) -> int:
        """The place from `start` on; -1 when it isn't there."""
        if len(wanted) != LENGTH or SEPARATOR in wanted:
            return -1
        return self._text.find(wanted, start * _STEP) // _STEP  # -1 stays -1

    def __eq__(self, other: object) -> bool:
        """The same ids in the same order."""
        if isinstance(other, CaseIds):
            return self._text == other._text
        return isinstance(other, Sequence) and list(self) == list(other)  # pyright: ignore[reportUnknownArgumentType]

    def __hash__(self) -> int:
        """That of the ids in their order."""
        return hash(self._text)


class ChosenIds(Sequence[str]):
    """Those of `every` at the places `chosen` (ascending): what a filter leaves, without making a list of it."""

    __slots__ = ("_chosen", "_every")

    def __init__(self, every: Sequence[str], chosen: Sequence[int]) -> None:
        """Neither is copied."""
        self._every = every
        self._chosen = chosen

    def __len__(self) -> int:
        """How many."""
        return len(self._chosen)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """The id at a place, or a list of those in a range."""
        if isinstance(at, slice):
            return [self._every[place] for place in self._chosen[at]]
        return self._every[self._chosen[at]]

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """The place of an id; raises ValueError."""
        place = self._every.index(value)
        found = bisect_left(self._chosen, place, start, len(self._chosen) if stop is None else stop)
        if found >= len(self._chosen) or self._chosen[found] != place:
            raise ValueError(value)
        return found
