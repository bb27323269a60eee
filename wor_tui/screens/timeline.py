"""The timeline's tab: what happened in a case, newest first, filtered by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from textual.widgets import Static

from wor_tui.domain.codes import ConsentPurpose, ContactKind, FeedbackChannel
from wor_tui.i18n import _
from wor_tui.screens.dates import local, time_text
from wor_tui.widgets.timeline_list import Progress, TimelineItem, TimelineList
from wor_tui.wording import label

if TYPE_CHECKING:
    from textual.screen import Screen

    from wor_tui.services.case_file import CaseFile, TimelineEntry


class Filter(Enum):
    """What is shown."""

    ALL = "all"
    CONTACTS = "contacts"
    ATTEMPTS = "attempts"
    PAPERS = "papers"
    """Consents and letters."""


def filter_words(chosen: Filter) -> str:
    """The filter's word."""
    return {
        Filter.ALL: _("alles"),
        Filter.CONTACTS: _("contacten"),
        Filter.ATTEMPTS: _("niet bereikt"),
        Filter.PAPERS: _("toestemming en terugkoppeling"),
    }[chosen]


def passes(entry: TimelineEntry, chosen: Filter) -> bool:
    """Whether an entry is shown."""
    if chosen is Filter.ALL:
        return True
    if chosen is Filter.PAPERS:
        return entry.what != "contact"
    attempt = entry.reached is False
    return entry.what == "contact" and attempt == (chosen is Filter.ATTEMPTS)


def item(entry: TimelineEntry, *, made_void: bool = False) -> TimelineItem:
    """An entry in words; `made_void`: what took its place took it back."""
    remarks: list[str] = []
    if entry.what == "contact":
        mark = "contact" if entry.reached is not False else "attempt"
        title = f"{time_text(entry.at)} {label(ContactKind, entry.code)}"
        if entry.number is not None:
            remarks.append(_("contact {n}").format(n=entry.number))
        if entry.reached is False and not entry.void:
            remarks.append(_("niet bereikt"))
    elif entry.what == "consent":
        mark = "consent"
        # What was decided stands before the long name of what for: that is what may be cut off.
        given = _("toestemming gegeven") if entry.given else _("toestemming ingetrokken")
        title = f"{given} · {label(ConsentPurpose, entry.code)}"
    else:
        mark = "letter"
        title = f"{_('terugkoppeling')} · {label(FeedbackChannel, entry.code)}"
    if entry.void:
        mark = "attempt"
    elif entry.corrects:
        remarks.append(_("verbetering"))
    if entry.corrected_by:
        remarks.append(_("vervallen, telt niet meer") if made_void else _("verbeterd, geldt niet meer"))
    if entry.unsent:
        remarks.append("↑")
    return TimelineItem(
        entry.id,
        local(entry.at).date(),
        mark,
        title,
        entry.minutes,
        entry.author,
        _("vervallen: {reason}").format(reason=entry.note) if entry.void else entry.note,
        " · ".join(remarks),
        bool(entry.corrected_by) or entry.void,
    )


def items(shown: Iterable[TimelineEntry], timeline: Sequence[TimelineEntry]) -> tuple[TimelineItem, ...]:
    """The entries that are shown, in words, out of a whole timeline."""
    void = {entry.id for entry in timeline if entry.void}
    return tuple(item(entry, made_void=entry.corrected_by in void) for entry in shown)


class TimelinePart:
    """Keeps the list of a client's screen and its filter."""

    def __init__(self, screen: Screen[None]) -> None:
        """The part of one screen."""
        self.screen = screen
        self.filter = Filter.ALL
        self.case: CaseFile | None = None

    def show(self, case: CaseFile) -> None:
        """Fill the list; the cursor stays on its entry."""
        self.case = case
        shown = self.screen.query_one(TimelineList)
        entries = [entry for entry in case.timeline if passes(entry, self.filter)]
        progress = case.progress
        shown.progress = Progress(progress.contacts, progress.contacts_planned, progress.week, progress.weeks_planned)
        shown.items = items(entries, case.timeline)
        line = self.screen.query_one("#timeline-filter", Static)
        line.update(_("Filter: {what} ({n} van {all}) · f kiest een ander").format(
            what=filter_words(self.filter), n=len(entries), all=len(case.timeline)
        ))  # fmt: skip
        line.display = self.filter is not Filter.ALL

    def next_filter(self) -> None:
        """Walk through the filters."""
        filters = list(Filter)
        self.filter = filters[(filters.index(self.filter) + 1) % len(filters)]
        if self.case is not None:
            self.show(self.case)

    def words(self, entry: TimelineEntry) -> TimelineItem:
        """One entry in words."""
        return items([entry], self.case.timeline if self.case is not None else [])[0]

    def highlighted(self) -> TimelineEntry | None:
        """The entry under the cursor."""
        chosen = self.screen.query_one(TimelineList).highlighted
        entries = self.case.timeline if self.case is not None else []
        return next((entry for entry in entries if entry.id == chosen), None)
