"""The caseload: a whole team's cases as two columns in memory, and the rows that are on the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import text

from wor_tui.domain.ages import age
from wor_tui.domain.duties import owed
from wor_tui.domain.phase import case_phase
from wor_tui.domain.progress import progress
from wor_tui.domain.terms import Terms
from wor_tui.domain.text import listed_name
from wor_tui.services import search
from wor_tui.services.case_facts import KnownCase, known_cases
from wor_tui.services.case_records import CASES_OF_RECORDS, with_conflicts, with_unsent
from wor_tui.services.workspace import Workspace


class View(StrEnum):
    """The saved views of the caseload."""

    MINE = "mine"
    """The open cases of whoever works here."""
    TEAM = "team"
    """The team's open cases and those that ended."""
    DUE = "due"
    """Cases with something to do by today; after the end of one, feedback may still be owed."""
    NOT_REACHED = "not_reached"
    """Open cases with enough attempts, and nobody reached, to give back to the referrer."""
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


# Both columns come as one text each: 100,000 rows of two would cost three times as much.
_COLUMNS = "SELECT group_concat(case_id, char(10)), group_concat(search_key, char(10)) FROM"
_SORTED = "SELECT case_id, search_key FROM case_summary"
_WHERE = {
    View.MINE: "WHERE coach_id = :me",
    View.TEAM: "",
    View.DUE: (
        "WHERE min(coalesce(first_contact_due_on, :never), coalesce(feedback1_due_on, :never),"
        " coalesce(feedback2_due_on, :never), coalesce(next_step_on, :never)) <= :today"
    ),
    View.NOT_REACHED: "WHERE not_reached = 1",
    View.CONFLICTS: "WHERE case_id IN (SELECT case_id FROM cases_of_records)",
    View.WAITING_FOR_CONSENT: "WHERE waiting_for_consent = 1",
}
NEVER = "9999-12-31"


def index(workspace: Workspace, view: View = View.MINE) -> CaseIndex:
    """The cases of a view, sorted by name."""
    # The plus keeps the sorted index out where few rows are wanted: looking each one up costs more than sorting.
    order = "sort_key, case_id" if view in {View.MINE, View.TEAM} else "+sort_key, case_id"
    statement = f"{_COLUMNS} ({_SORTED} {_WHERE[view]} ORDER BY {order})"
    if view is View.CONFLICTS:
        conflicting = "WITH records AS (SELECT DISTINCT record FROM conflict), cases_of_records AS"
        statement = f"{conflicting} ({CASES_OF_RECORDS}) {statement}"
    values = _named(statement, me=workspace.me.person_id, today=workspace.clock.today().isoformat(), never=NEVER)
    with workspace.database.read() as connection:
        ids, keys = connection.execute(text(statement), values).one()
    return CaseIndex(ids.split("\n"), keys.split("\n")) if ids else CaseIndex([], [])


def matching(index: CaseIndex, typed: str) -> list[int]:
    """The positions of the cases in which every word of `typed` occurs; `search.Filter` does it as one types on."""
    return search.matching(index.search_keys, typed)


def neighbouring(index: CaseIndex, case_id: str) -> tuple[str | None, str | None]:
    """The cases before and after this one in a view; None at its ends, or when it isn't in the view."""
    if case_id not in index.ids:
        return None, None
    at = index.ids.index(case_id)
    return index.ids[at - 1] if at else None, index.ids[at + 1] if at + 1 < len(index.ids) else None


def rows(workspace: Workspace, case_ids: Sequence[str]) -> list[CaseRow]:
    """The rows of these cases, in the same order, without those that are gone; meant for what is on the screen."""
    today, terms = workspace.clock.today(), workspace.projection.terms
    with workspace.database.read() as connection:
        known = known_cases(connection, case_ids)
        unsent, conflicts = with_unsent(connection, case_ids), with_conflicts(connection, case_ids)
    return [
        _row(known[case_id], today, terms, unsent=case_id in unsent, conflict=case_id in conflicts)
        for case_id in case_ids
        if case_id in known
    ]


def _named(statement: str, **values: str) -> Mapping[str, str]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _row(one: KnownCase, today: date, terms: Terms, *, unsent: bool, conflict: bool) -> CaseRow:
    line, now = one.line, progress(one.facts, today, terms)
    ended = line.ended_on is not None
    late_step = not ended and line.next_step_on is not None and line.next_step_on < today
    return CaseRow(
        id=line.id,
        client_id=line.client_id,
        name=listed_name(line.given_name, line.prefix, line.family_name),
        age=None if line.birth_date is None else age(line.birth_date, today),
        neighbourhood=line.neighbourhood or line.place or "",
        referrer=line.practice or line.referrer or "",
        phone=line.phone or line.phone_alternative or "",
        track=line.track or "",
        phase=case_phase(one.facts, today, terms),
        contacts=now.contacts,
        contacts_planned=now.contacts_planned,
        week=now.week,
        weeks_planned=now.weeks_planned,
        next_step=line.next_step or "",
        next_step_on=line.next_step_on,
        overdue=late_step or any(duty.overdue for duty in owed(one.facts, today, terms)),
        unsent=unsent,
        conflict=conflict,
    )
