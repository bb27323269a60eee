"""The day at a glance: appointments, what is due, and what waits to be decided or sent."""

from dataclasses import dataclass
from datetime import date, timedelta

from sync.client.lease import Standing
from sync.client.status import status
from wor_tui.domain.duties import owed
from wor_tui.domain.text import listed_name
from wor_tui.services import differences, lease, likeness
from wor_tui.services.appointments import AppointmentRow, agenda
from wor_tui.services.case_facts import KnownCase, summarised_cases
from wor_tui.services.case_file import NEXT_STEP
from wor_tui.services.workspace import Workspace

DAYS_AHEAD = 7
"""How far ahead what is due is shown."""
MOST = 150
"""Beyond this many cases with something due, the list is no help; the view `due` of the caseload has them all."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do for a case: first_contact, feedback_1, feedback_2 or next_step (then `text` says what)."""

    case_id: str
    what: str
    due_on: date
    overdue: bool
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Today:
    """What the first screen shows; `due` is what is late or due within a week, by date. The rest are counts.

    `lease`: how long this device may still go without contact; None for a vault of no organisation. `alike`: pairs of
    registrations that may be of one person. `new_referrals`: referrals at the desk without a case. `covered`,
    `until_on`: for whom a substitute goes on, and the last day of it. `escrow`: saves that others left
    whose device was sent away.
    """

    on: date
    appointments: list[AppointmentRow]
    due: list[Due]
    conflicts: int
    unsent: int
    alike: int
    waiting_for_consent: int
    new_referrals: int
    lease: Standing | None = None
    covered: str = ""
    until_on: date | None = None
    escrow: int = 0


DUE = """
SELECT case_id FROM case_summary WHERE owed_by = ? AND due_on IS NOT NULL AND due_on <= ?
ORDER BY due_on, owed_by LIMIT ?
"""
"""The earliest first, also of cases that ended."""
COUNTS = (
    "SELECT (SELECT count(*) FROM case_summary WHERE waiting_for_consent = 1 AND coach_id = ?),"
    " (SELECT count(*) FROM referral WHERE case_id IS NULL)"
)


def today(workspace: Workspace) -> Today:
    """What is to be done today by a coach; raises NotAllowed for who sees no cases."""
    workspace.require("case")
    on, me = workspace.clock.today(), workspace.me.cases_of
    last = on + timedelta(days=DAYS_AHEAD)
    workspace.projection.refresh(workspace.database)
    with workspace.database.read() as connection:
        chosen = connection.exec_driver_sql(DUE, (me, last.isoformat(), MOST)).scalars().all()
        known = summarised_cases(connection, chosen)
        waiting, referrals = connection.exec_driver_sql(COUNTS, (me,)).one()
        stand = status(connection)
        name_of = "SELECT name FROM person WHERE id = ?"
        covered = connection.exec_driver_sql(name_of, (workspace.me.covers_id,)).scalar()
        left = lease.standing(connection, workspace.clock_ms())
        late, alike = differences.count(connection), likeness.count(connection)
    due = [each for one in known.values() for each in _due(one, on, last, workspace)]
    return Today(
        on=on,
        appointments=agenda(workspace, on)[0],
        due=sorted(due, key=lambda each: (each.due_on, each.name, each.what)),
        conflicts=stand.conflicts + late,
        unsent=stand.unsent,
        alike=alike,
        waiting_for_consent=waiting,
        new_referrals=referrals,
        covered=covered or "",
        until_on=workspace.me.until_on,
        lease=left,
        escrow=stand.escrow,
    )


def _due(one: KnownCase, on: date, last: date, workspace: Workspace) -> list[Due]:
    line = one.line
    name = listed_name(line.given_name, line.prefix, line.family_name)
    found = [
        Due(line.id, str(duty.what), duty.due_on, duty.overdue, name, "")
        for duty in owed(one.facts, on, workspace.projection.terms)
        if duty.done_on is None and duty.allowed and duty.due_on <= last
    ]
    if line.ended_on is None and line.next_step_on is not None and line.next_step_on <= last:
        found.append(Due(line.id, NEXT_STEP, line.next_step_on, line.next_step_on < on, name, line.next_step or ""))
    return found
