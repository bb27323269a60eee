"""Choosing one out of more names than there are keys: typing a part of a name narrows them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from wor_tui.services.search import matching, search_key

Option = tuple[str, str, str]

MOST_SHOWN = 9
"""More names at once are read by nobody; one more letter leaves fewer."""
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is shown: the option that counts (None: there is none), the names that fit, and how many more do."""

    chosen: Option | None
    shown: tuple[Option, ...]
    more: int


def by_typing(options: Sequence[Option]) -> bool:
    """Whether some option has no key of its own, so that it is found by its name."""
    return any(not key for _code, key, _words in options)


def fitting(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that have every typed word in their name, whatever the capitals and accents; with keys they don't."""
    named = [option for option in options if not option[1]]
    return [named[at] for at in matching([search_key([words], []) for _code, _key, words in named], typed)]


def narrowed(options: Sequence[Option], typed: str, value: str) -> Narrowed:
    """What to show after `typed`, while `value` is chosen; before anything is typed: what has a key of its own."""
    chosen = next((option for option in options if option[0] == value), None)
    if not typed:
        return Narrowed(chosen, tuple(option for option in options if option[1] and option[0] != value), 0)
    found = [option for option in fitting(options, typed) if option[0] != value]
    return Narrowed(chosen, tuple(islice(found, MOST_SHOWN)), max(0, len(found) - MOST_SHOWN))
