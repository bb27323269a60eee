"""The caseload: a whole team's cases as one column in memory, a second while one filters, and the rows on screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, text

from wor_tui.domain.ages import age
from wor_tui.domain.duties import owed
from wor_tui.domain.phase import case_phase
from wor_tui.domain.progress import progress
from wor_tui.domain.terms import Terms
from wor_tui.domain.text import listed_name
from wor_tui.services import search
from wor_tui.services.case_facts import KnownCase, summarised_cases
from wor_tui.services.case_file import NEXT_STEP
from wor_tui.services.case_ids import CaseIds
from wor_tui.services.case_records import CASES_OF_RECORDS, DECIDED_ABOUT, SHOWING, with_conflicts, with_unsent
from wor_tui.services.workspace import Workspace
from wor_tui.vault.slack import give_back_memory, give_back_pages


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
    """The cases of a view, sorted by name: ids, and beside each the folded text that the filter searches.

    `search_keys` is empty when they weren't asked for: they take four times the room of the ids.
    """

    ids: Sequence[str]
    search_keys: Sequence[str]

    def __len__(self) -> int:
        """How many cases the view has."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What the caseload shows of one case; codes, not words.

    `contacts` of `contacts_planned` and `week` (from 1) of `weeks_planned`; week is None before the start. `late`: what
    should have been done the longest ago, a `Duty` or next_step, by `late_on`; "" and None when nothing is late.
    `unsent`: something of this case isn't with the central API yet.
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
    late: str
    late_on: date | None
    unsent: bool
    conflict: bool

    @property
    def overdue(self) -> bool:
        """Whether anything is late."""
        return bool(self.late)


# A column comes as one text: 100,000 rows would cost twice as much.
_IDS, _KEYS = "group_concat(case_id, char(10))", "group_concat(search_key, char(10))"
_WHERE = {
    View.MINE: "WHERE coach_id = :me",
    View.TEAM: "",
    # The ids out of the index alone, and then the cases in the order in which they are stored: going to each by its
    # date takes twice as long where nearly all are due.
    View.DUE: "WHERE case_id IN (SELECT case_id FROM case_summary WHERE due_on IS NOT NULL AND due_on <= :today)",
    View.NOT_REACHED: "WHERE not_reached = 1",
    View.CONFLICTS: f"WHERE case_id IN ({SHOWING})",
    View.WAITING_FOR_CONSENT: "WHERE waiting_for_consent = 1",
}
LONG = 20_000
"""From so many cases on, what reading them took beside the index itself is worth giving back."""


def index(workspace: Workspace, view: View = View.MINE, *, searchable: bool = True) -> CaseIndex:
    """The cases of a view today, sorted by name; without their search keys unless it is to be `searchable`.

    Raises NotAllowed.
    """
    workspace.require("case")
    workspace.projection.refresh(workspace.database)
    with workspace.database.read() as connection:
        me, today = workspace.me, workspace.clock.today()
        return _index(connection, view, me.cases_of, today, searchable=searchable, only_mine=not me.sees_all_cases)


def give_back(workspace: Workspace, found: CaseIndex) -> None:
    """Return what reading a long index took beside the index itself; for when it has been shown."""
    if len(found) > LONG:
        with workspace.database.read() as connection:
            give_back_pages(connection)
        give_back_memory()


def _index(connection: Connection, view: View, me: str, today: date, *, searchable: bool, only_mine: bool) -> CaseIndex:
    statement, values = index_statement(view, me, today, searchable=searchable, only_mine=only_mine)
    ids, *keys = connection.execute(text(statement), values).one()
    return CaseIndex(_ids(ids or ""), keys[0].split("\n") if keys and ids else [])


def index_statement(
    view: View, me: str, today: date, *, searchable: bool, only_mine: bool = False
) -> tuple[str, Mapping[str, str]]:
    """What reads a view, and its values; `only_mine`: of the cases in it those of that coach."""
    # The plus keeps the sorted index out where few rows are wanted: looking each one up costs more than sorting.
    order = "sort_key, case_id" if view in {View.MINE, View.TEAM} else "+sort_key, case_id"
    columns, found = (f"{_IDS}, {_KEYS}", "case_id, search_key") if searchable else (_IDS, "case_id")
    where = _WHERE[View.MINE if only_mine and view is View.TEAM else view]
    if only_mine and view not in {View.MINE, View.TEAM}:
        where += " AND coach_id = :me"
    statement = f"SELECT {columns} FROM (SELECT {found} FROM case_summary {where} ORDER BY {order})"  # noqa: S608 -- constants
    if view is View.CONFLICTS:
        conflicting = f"WITH records AS ({DECIDED_ABOUT}), cases_of_records AS"
        statement = f"{conflicting} ({CASES_OF_RECORDS}) {statement}"
    return statement, _named(statement, me=me, today=today.isoformat())


def _ids(joined: str) -> Sequence[str]:
    try:
        return CaseIds(joined)
    except ValueError:  # another program's ids
        return joined.split("\n")


def matching(index: CaseIndex, typed: str) -> list[int]:
    """The positions of the cases in which every word of `typed` occurs; `search.Filter` does it as one types on."""
    return search.matching(index.search_keys, typed)


def neighbouring(index: CaseIndex, case_id: str) -> tuple[str | None, str | None]:
    """The cases before and after this one in a view; None at its ends, or when it isn't in the view."""
    try:
        at = index.ids.index(case_id)
    except ValueError:
        return None, None
    return index.ids[at - 1] if at else None, index.ids[at + 1] if at + 1 < len(index.ids) else None


def rows(workspace: Workspace, case_ids: Sequence[str]) -> list[CaseRow]:
    """The rows of these cases, in the same order, without those that are gone; meant for what is on the screen.

    Raises NotAllowed.
    """
    workspace.require("case")
    today, terms = workspace.clock.today(), workspace.projection.terms
    with workspace.database.read() as connection:
        known = summarised_cases(connection, case_ids)
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
    late, late_on = _late(one, today, terms)
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
        late=late,
        late_on=late_on,
        unsent=unsent,
        conflict=conflict,
    )


def _late(one: KnownCase, today: date, terms: Terms) -> tuple[str, date | None]:
    """What should have been done the longest ago, and by when."""
    line = one.line
    late = [(duty.due_on, str(duty.what)) for duty in owed(one.facts, today, terms) if duty.overdue]
    if line.ended_on is None and line.next_step_on is not None and line.next_step_on < today:
        late.append((line.next_step_on, NEXT_STEP))
    on, what = min(late, default=(None, ""))
    return what, on
