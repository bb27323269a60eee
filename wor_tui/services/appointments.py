"""Longer appointments at the practice's desk."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from wor_tui.clock import AMSTERDAM, moment_text
from wor_tui.domain.codes import AppointmentStatus
from wor_tui.domain.double_booking import double_booked
from wor_tui.domain.kinds import kind
from wor_tui.services import audit, directory, records
from wor_tui.services.entry import Entered
from wor_tui.services.records import DESK, Draft
from wor_tui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment in the agenda; `starts_at` is aware, in UTC. `client` is the name as the desk knows it.

    `clashes`: the names of those that were planned in the same slot, such as on two devices without a connection.
    """

    id: str
    scope: str
    practice_id: str
    practice: str
    client: str
    case_id: str
    referral_id: str
    with_function: str
    reason: str
    starts_at: datetime
    minutes: int
    status: str
    note_for_desk: str
    clashes: tuple[str, ...] = ()


def plan(
    workspace: Workspace, entered: Mapping[str, Entered], *, new_practice: str = "", draft: Draft | None = None
) -> str:
    """Plan an appointment and return its id; `minutes` is the configured length unless given. Raises Invalid.

    A practice plans in its own agenda, which nobody else reads: only what is about a referral stands at the desk.
    `new_practice`: the name of its practice, which is put in the directory by the same change.
    """
    filled = {"minutes": workspace.config.appointments.minutes, "status": AppointmentStatus.PLANNED, **entered}
    practices = [directory.adding_practice(workspace, {"name": new_practice})] if new_practice else []
    for practice in practices:
        filled["practice_id"] = practice.record
    made = records.adding(workspace, "appointment", _where(workspace, filled), filled)
    workspace.save([made, *practices], DESK, event="appointment.add", action=audit.CREATE, draft=draft)
    return made.record


def edit(
    workspace: Workspace, appointment_id: str, entered: Mapping[str, Entered], base: int, *, draft: Draft | None = None
) -> None:
    """Change fields of an appointment, only those that the person changed.

    Raises Invalid, NotFound, NothingToChange.
    """
    records.edit(workspace, "appointment", appointment_id, entered, base, purpose=DESK, draft=draft)


def cancel(workspace: Workspace, appointment_id: str, base: int) -> None:
    """Call an appointment off; it stays in the agenda as such. Raises NotFound."""
    edit(workspace, appointment_id, {"status": AppointmentStatus.CANCELLED}, base)


Agenda = tuple[list[AppointmentRow], dict[str, int]]
"""Appointments by time, and the bases of the desks for forms that open from them."""


def agenda(workspace: Workspace, first: date, days: int = 1) -> Agenda:
    """The appointments from `first` on, by time, and the bases of the desks for forms that open from them.

    Raises NotAllowed.
    """
    workspace.require("appointment")
    table, practice = kind("appointment").table, kind("practice").table
    statement = (
        select(table, practice.c.name.label("practice"))
        .join(practice, practice.c.id == table.c.practice_id, isouter=True)
        .where(table.c.deleted_at.is_(None))
        .where(table.c.starts_at >= _midnight(first), table.c.starts_at < _midnight(first + timedelta(days=days)))
        .order_by(table.c.starts_at, table.c.id)
    )
    with workspace.database.read() as connection:
        rows = [dict(row) for row in connection.execute(statement).mappings()]
        here = workspace.scopes
        bases = {scope: records.current_base(connection, scope) for scope in (*here.practices, *here.desks)}
    return _clashing([_row(row) for row in rows]), bases


def _where(workspace: Workspace, entered: Mapping[str, Entered]) -> str:
    here = workspace.scopes
    return here.practice if here.practices and not entered.get("referral_id") else here.desk


def _clashing(rows: list[AppointmentRow]) -> list[AppointmentRow]:
    """The rows, with whom they share their slot."""
    together = double_booked(rows)
    if not together:
        return rows
    names = {row.id: row.client for row in rows}
    return [replace(row, clashes=tuple(names[other] for other in together.get(row.id, ()))) for row in rows]


def _midnight(day: date) -> str:
    return moment_text(datetime.combine(day, time(), ZoneInfo(AMSTERDAM)).astimezone(UTC))


def _row(row: Mapping[str, Any]) -> AppointmentRow:
    columns: dict[str, Any] = {name: row.get(name) or "" for name in _COLUMNS}
    columns["client"] = row["client_name"] or ""
    return AppointmentRow(**columns)


_COLUMNS = tuple(each.name for each in fields(AppointmentRow) if each.name != "clashes")
