"""The caseload: a whole team's cases as two columns in memory, and the rows that are on the screen."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class View(StrEnum):
    """The saved views of the caseload."""

    MINE = "mine"
    TEAM = "team"
    DUE = "due"
    NOT_REACHED = "not_reached"
    CONFLICTS = "conflicts"
    WAITING_FOR_CONSENT = "waiting_for_consent"


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """The cases of a view, sorted by name: ids, and beside each the folded text that the filter searches."""

    ids: list[str]
    search_keys: list[str]

    def __len__(self) -> int:
        """How many cases the view has."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What the caseload shows of one case; codes, not words.

    `contacts` of `contacts_planned` and `week` (from 1) of `weeks_planned`; week is None before the start. `overdue`:
    some obligation's date has passed. `unsent`: something of this case isn't with the central API yet.
    """

    id: str
    client_id: str
    name: str
    age: int | None
    neighbourhood: str
    referrer: str
    phone: str
    track: str
    phase: str
    contacts: int
    contacts_planned: int
    week: int | None
    weeks_planned: int
    next_step: str
    next_step_on: date | None
    overdue: bool
    unsent: bool
    conflict: bool
