"""The history of records ("Geschiedenis"): who changed what from what to what, when, on which device."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import Connection

from sync.client import enrolment, state
from sync.client.history import History, fetched, here
from sync.history import Missing, Seen, Step, steps
from sync.schema import ELEMENT
from wor_tui.domain.identifiers import intake_id
from wor_tui.domain.kinds import kind
from wor_tui.services import aliases, records
from wor_tui.services.names import MERGED_INTO, Names, names
from wor_tui.services.records import CARE, DESK
from wor_tui.services.workspace import Workspace

__all__ = ["Line", "Missing", "Seen", "Subject", "Told", "known_here", "of_appointment", "of_case", "opened", "whole"]

_TIES = frozenset({"client_id", "case_id", "referral_id", "corrects", "author_id"})
"""Fields that only tie records together, and the author, who stands there anyway: they say nothing to a person."""
_NOTES_OF_MERGING = frozenset({"settled", "replaced", "apart"})
"""What merging keeps for itself. That persons were merged is told of the client, and not of the case once more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A record whose history is asked for."""

    kind: str
    record: str
    scope: str


@dataclass(frozen=True, slots=True)
class Line:
    """What one save did to one field of a record; `field` is empty where it made the record, with what is in `first`.

    `by` is a person's name, `device` the name of the device; both are empty where they aren't known here. `mine`: by
    this device. `before`: what its author saw there (several: a difference that was decided); empty for a first value.
    `beside`: what others had put there that its author didn't know of. Names stand for the ids of people and practices.
    """

    subject: Subject
    at: datetime
    by: str
    device: str
    mine: bool
    unsent: bool
    field: str
    after: Seen
    before: tuple[Seen, ...] = ()
    beside: tuple[Seen, ...] = ()
    first: tuple[tuple[str, Seen], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The lines, the newest first; `whole` False: the central API may have more of it. `erased`: by law, all of it."""

    lines: list[Line]
    whole: bool
    erased: bool = False


def of_case(workspace: Workspace, case_id: str) -> list[Subject]:
    """The case, its client, its intake, its webs and its referral, and those merged with them.

    What is never changed, such as a contact, has no history but itself. Raises NotFound, NotAllowed.
    """
    workspace.require("case")
    with workspace.database.read() as connection:
        same = [records.found(connection, "case", each) for each in aliases.together(connection, case_id)]
        there = [("case", case["id"]) for case in same]
        there += [("client", each) for each in aliases.together(connection, same[0]["client_id"])]
        there += [("intake", intake_id(case["id"])) for case in same]
        webs = "SELECT id FROM web WHERE case_id = ? AND deleted_at IS NULL ORDER BY id DESC"
        there += [("web", row) for case in same for row in connection.exec_driver_sql(webs, (case["id"],)).scalars()]
        there += [("referral", case["referral_id"]) for case in same]
        rows = [(name, records.found_or_none(connection, name, record)) for name, record in there]
    return [Subject(name, row["id"], row["scope"]) for name, row in rows if row is not None]


def of_appointment(workspace: Workspace, appointment_id: str) -> list[Subject]:
    """The appointment; raises NotFound, NotAllowed."""
    workspace.require("appointment")
    with workspace.database.read() as connection:
        row = records.found(connection, "appointment", appointment_id)
    return [Subject("appointment", appointment_id, row["scope"])]


def opened(workspace: Workspace, subject: Subject) -> None:
    """Write the audit line of a person's reading the history of this record and what belongs to it."""
    purpose = DESK if subject.kind == "appointment" else CARE
    workspace.note_reading(subject.kind, subject.record, purpose, event="history")


def known_here(workspace: Workspace, subjects: Iterable[Subject]) -> Told:
    """What this device has itself: its own changes and what counts now; raises NotAllowed."""
    subjects = _readable(workspace, subjects)
    with workspace.database.read() as connection:
        found = [(subject, here(connection, subject.record)) for subject in subjects]
        return _told(connection, found)


def whole(
    workspace: Workspace, subjects: Iterable[Subject], began: Callable[[Callable[[], None]], None] | None = None
) -> Told:
    """All of it, from the central API; of a vault that belongs to no organisation what is here is all.

    `began` is handed what stops it, from any thread. Raises NotAllowed, Declined, an `Unanswered`, Cancelled.
    """
    subjects = _readable(workspace, subjects)
    with workspace.database.read() as connection:
        joined = state.joined(connection)
    if not joined:
        return known_here(workspace, subjects)
    read_s = float(workspace.config.sync.timeout_seconds)
    # A way of its own: the other one is waiting for news most of the time.
    with contextlib.closing(enrolment.connect(workspace.database, workspace.clock_ms, read_s=read_s)) as way:
        if began is not None:
            began(way.interrupt)
        found = [(subject, fetched(workspace.database, way, subject.scope, subject.record)) for subject in subjects]
    with workspace.database.read() as connection:
        return _told(connection, found)


def _readable(workspace: Workspace, subjects: Iterable[Subject]) -> list[Subject]:
    """The subjects; raises NotAllowed when this role has no such records."""
    asked = list(subjects)
    for each in asked:
        workspace.require(each.kind)
    return asked


def _told(connection: Connection, found: Sequence[tuple[Subject, History]]) -> Told:
    known = names(connection, _clients_named(found))
    lines = [
        line
        for subject, history in found
        if not history.erased
        for line in _lines(subject, steps(history.ops, whole=history.whole), known)
    ]
    return Told(
        sorted(lines, key=lambda line: (line.unsent, line.at), reverse=True),
        whole=all(history.whole for _, history in found),
        erased=bool(found) and all(history.erased for _, history in found),
    )


def _lines(subject: Subject, found: Iterable[Step], known: Names) -> list[Line]:
    """The lines of one record, the newest first."""
    lines: list[Line] = []
    for place, (_, same) in enumerate(groupby(found, key=lambda step: (step.device, step.n))):
        op = [step for step in same if _is_told(subject, step.field)]
        made = place == 0 and not any(step.before or step.beside for step in op)
        lines += [_made(subject, op, known)] if made and op else [_line(subject, step, known) for step in op]
    return [line for line in reversed(lines) if line.beside or line.before != (line.after,)]


def _is_told(subject: Subject, field: str) -> bool:
    if field == MERGED_INTO:
        return subject.kind == "client"
    return field not in _TIES and field.partition(ELEMENT)[0] not in _NOTES_OF_MERGING


def _clients_named(found: Sequence[tuple[Subject, History]]) -> set[str]:
    """The clients whom others were merged into."""
    values = {told.op.values.get(MERGED_INTO) for _, history in found for told in history.ops}
    return {value for value in values if isinstance(value, str)}


def _made(subject: Subject, op: Sequence[Step], known: Names) -> Line:
    by, device = known.whose(op[0].device)
    order = list(kind(subject.kind).fields)
    steps_made = sorted(op, key=lambda step: (_place(order, step.field), step.field))
    first = tuple(
        (step.field, known.shown(step.field, step.after)) for step in steps_made if step.after not in (None, "")
    )
    unsent, mine = op[0].seq == 0, op[0].device == known.own
    return Line(subject, _moment(op[0].at), by, device, mine, unsent, "", None, first=first)


def _line(subject: Subject, step: Step, known: Names) -> Line:
    by, device = known.whose(step.device)
    before, beside = (
        tuple(known.shown(step.field, value) for value in values) for values in (step.before, step.beside)
    )
    return Line(
        subject, _moment(step.at), by, device, step.device == known.own, step.seq == 0, step.field,
        known.shown(step.field, step.after), before, beside,
    )  # fmt: skip


def _place(order: Sequence[str], field: str) -> int:
    """Where a field stands in its kind; one that this version doesn't know comes last."""
    column = field.partition(ELEMENT)[0]
    return order.index(column) if column in order else len(order)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
