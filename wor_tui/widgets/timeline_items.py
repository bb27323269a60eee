"""What stands on the line of time, and how it is broken into lines at a width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from wor_tui.i18n import _
from wor_tui.widgets.cell_text import clean, fit, wrapped
from wor_tui.widgets.day_text import named_day

MARKS = {"contact": "●", "attempt": "○", "consent": "§", "letter": "✉", "web": "◆"}
DATE_WIDTH = 16
_INDENT = 4
_MOST_NOTE_LINES = 12


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


class TimelineLine(NamedTuple):
    """A line on the screen: which item it is of, its texts, and whether it is the item's first."""

    item: int
    text: str
    right: str
    first: bool


def lines_of(items: Sequence[TimelineItem], width: int, today: date | None) -> list[TimelineLine]:
    """All lines at this width; notes are cut after twelve lines, opening one shows all of it."""
    lines: list[TimelineLine] = []
    for index, item in enumerate(items):
        parts = [item.title]
        if item.minutes is not None:
            parts.append(_("{n} min").format(n=item.minutes))
        if item.remark:
            parts.append(item.remark)
        day = named_day(item.on, today)
        text = f"{fit(day, DATE_WIDTH)} {MARKS.get(item.mark, '·')} {clean(' · '.join(parts))}"
        lines.append(TimelineLine(index, text, clean(item.who), first=True))
        if item.note.strip():
            room = max(8, min(96, width - _INDENT - 2))
            notes = wrapped(item.note, room, _MOST_NOTE_LINES)
            lines += [TimelineLine(index, " " * _INDENT + line, "", first=False) for line in notes]
    return lines
