"""What the user sees and decides about synchronising."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from sync.client import outbox as archive
from sync.client import status as stand
from sync.client import succession
from sync.client.changes import Change, Conflict, Option
from sync.client.engine import Exchanged, Progress
from sync.client.lease import Standing
from sync.client.status import OutboxItem
from wor_tui.clock import milliseconds, moment_text
from wor_tui.domain.text import listed_name
from wor_tui.services import audit, differences, lease, log_sending, rights
from wor_tui.services.case_records import cases_of
from wor_tui.services.differences import Late
from wor_tui.services.names import MERGED_INTO, Names, names
from wor_tui.services.workspace import Workspace

DECIDING = "deciding"
"""The purpose of what is done about conflicts and held changes."""
NAMES = {"appointment": "client_name", "referral": "client_name", "person": "name", "practice": "name"}
"""The column in which something without a case has its name."""
TOLD_MS = 14 * 86_400_000
"""How long it is told that this vault was older than what was sent."""


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """The badge and the counts: `unsent` ops, `conflicts` fields; `complete` is False until all has come in once.

    `joined` is False for a vault without an organisation. `last_exchange` is aware, in UTC, None before the first.
    `stopped`: why a person must act before it goes on ("copied"), or empty. `older`: in the last fortnight this vault
    turned out to be older than what was sent ("older"), or not the only copy ("copied"), and went on; else empty.
    `unread`: nobody has read that yet. Until it is complete, `come` of `whole` changes have come in (0 of 0: unknown).
    `lease`: how long this device may still go without contact; None for a vault of no organisation. `sent_away`: the
    central API serves this device no more; `in_escrow`: so many changes it left there. `escrow`: so many saves of
    others wait there for whoever works here.
    """

    joined: bool
    unsent: int
    conflicts: int
    held: int
    quarantined: int
    complete: bool
    last_exchange: datetime | None
    stopped: str = ""
    older: str = ""
    unread: bool = False
    come: int = 0
    whole: int = 0
    lease: Standing | None = None
    sent_away: bool = False
    in_escrow: int = 0
    escrow: int = 0


@dataclass(frozen=True, slots=True)
class OptionView:
    """One of the values of a conflict: `take` (from 1) chooses it; `by` is a person's name or empty.

    `shown`: the value for people to read; a name where `value` is somebody's id.
    """

    take: int
    value: str | int | float | bool | None
    shown: str | int | float | bool | None
    by: str
    device: str
    at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class ConflictView:
    """One field that two people changed without knowing of each other; `name` is the client's, where there is one.

    Of something without a client it is its own name. `merged`: not two values of one record, but of two that were
    merged into one, of which one was changed since; `record` is the remaining one.
    """

    id: str
    kind: str
    record: str
    scope: str
    field: str
    case_id: str
    name: str
    options: list[OptionView]
    merged: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A saved change that isn't with the central API yet, or that it refused (then `reason` is its code)."""

    n: int
    kind: str
    record: str
    fields: tuple[str, ...]
    at: datetime
    case_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """A change from elsewhere that couldn't be opened or isn't right; `reason` is its code."""

    scope: str
    seq: int
    kind: str
    record: str
    reason: str
    at: datetime


def status(workspace: Workspace) -> SyncOverview:
    """How this device stands now, from what is stored and never from how the last call went."""
    with workspace.database.read() as connection:
        found = stand.status(connection)
        late = differences.count(connection)
        left = lease.standing(connection, workspace.clock_ms())
    reason, since, read = found.older or ("", 0, True)
    recent = workspace.clock_ms() - since < TOLD_MS
    return SyncOverview(
        joined=found.joined,
        unsent=found.unsent,
        conflicts=found.conflicts + late,
        held=found.held,
        quarantined=found.quarantined,
        complete=found.complete,
        last_exchange=None if found.last_exchange is None else _moment(found.last_exchange),
        stopped=found.stopped or "",
        older=reason if recent else "",
        unread=recent and not read,
        come=found.come,
        whole=found.whole,
        lease=left,
        sent_away=found.sent_away is not None,
        in_escrow=found.in_escrow,
        escrow=found.escrow,
    )


def read_older(workspace: Workspace) -> None:
    """The person has read that this vault was older than what was sent."""
    with workspace.database.write() as connection:
        succession.seen(connection)


def exchange(workspace: Workspace, wait_s: float = 0) -> Exchanged:
    """Exchange once; raises what sync's `Engine.exchange` raises, and loses nothing by it."""
    return workspace.engine.exchange(wait_s)


def exchange_all(
    workspace: Workspace,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Exchanged:
    """Exchange until nothing is left either way; raises what sync's `Engine.until_done` raises."""
    done = workspace.engine.until_done(progress, cancelled)
    log_sending.send_along(workspace)
    return done


def conflicts(workspace: Workspace) -> list[ConflictView]:
    """Everything that a person must decide, by client and field; the values as they are kept.

    Of kinds that this role doesn't read there is none.
    """
    with workspace.database.read() as connection:
        found = [each for each in workspace.replica.conflicts(connection) if workspace.me.may(each.kind)]
        about = _about(connection, [conflict.record for conflict in found])
        about |= {one.record: ("", _own_name(connection, one)) for one in found if one.record not in about}
        late = differences.late_differences(connection)
        about |= _about(connection, [each.shows for each in late])
        ids = [str(option.value) for each in found if each.field == MERGED_INTO for option in each.options]
        known = names(connection, ids)
    views = [_conflict(each, about, known) for each in found] + [_late(each, about, known) for each in late]
    return sorted(views, key=lambda view: (view.name, view.kind, view.record, view.field))


def resolve(workspace: Workspace, conflict_id: str, take: int) -> None:
    """Choose value `take` (from 1) of a conflict; raises NotAllowed, sync's NoSuchConflict when it changed since."""
    if conflict_id.startswith(differences.PREFIX):
        with workspace.database.read() as connection:
            changes = differences.deciding(connection, conflict_id, take)
        workspace.save(changes, DECIDING, event="conflict.resolve")
        return
    now = workspace.clock.now()
    me = workspace.me
    with workspace.database.write() as connection:
        found = next((each for each in workspace.replica.conflicts(connection) if each.id == conflict_id), None)
        if found is not None:
            decided = Change(found.kind, found.record, found.scope, {found.field: None})
            rights.check(connection, me, [decided])
        workspace.replica.resolve(connection, conflict_id, take, milliseconds(now))
        if found is not None:
            line = audit.Line(moment_text(now), "conflict.resolve", audit.UPDATE, found.kind, found.record, DECIDING)
            audit.write(connection, [line], me)


def outbox(workspace: Workspace) -> list[OutboxRow]:
    """What isn't with the central API yet, oldest first (the first thousand)."""
    with workspace.database.read() as connection:
        return _outbox_rows(connection, stand.outbox(connection))


def held(workspace: Workspace) -> list[OutboxRow]:
    """What the central API refused, oldest first, with its code."""
    with workspace.database.read() as connection:
        return _outbox_rows(connection, stand.held(connection))


def resend(workspace: Workspace, n: int) -> None:
    """Send a held change again, as one made now; raises sync's NotHeld and Refused."""
    now = workspace.clock.now()
    me = workspace.me
    with workspace.database.write() as connection:
        op = workspace.replica.resend(connection, n, milliseconds(now))
        line = audit.Line(moment_text(now), "held.resend", audit.UPDATE, op.kind, op.record, DECIDING)
        audit.write(connection, [line], me)


def drop(workspace: Workspace, n: int) -> None:
    """Give up a held change; it stays in the archive. Raises sync's NotHeld."""
    now = workspace.clock.now()
    me = workspace.me
    with workspace.database.write() as connection:
        op = archive.drop(connection, n)
        line = audit.Line(moment_text(now), "held.drop", audit.DELETE, op.kind, op.record, DECIDING)
        audit.write(connection, [line], me)


def quarantine(workspace: Workspace) -> list[QuarantineRow]:
    """What came from elsewhere and couldn't be taken in, newest first."""
    with workspace.database.read() as connection:
        found = stand.quarantine(connection)
    return [
        QuarantineRow(each.scope, each.seq, each.kind, each.record, each.reason, _moment(each.at)) for each in found
    ]


def _conflict(found: Conflict, about: Mapping[str, tuple[str, str]], known: Names) -> ConflictView:
    case_id, name = about[found.record]
    options = [_option(found.field, each, known) for each in found.options]
    return ConflictView(found.id, found.kind, found.record, found.scope, found.field, case_id, name, options)


def _late(found: Late, about: Mapping[str, tuple[str, str]], known: Names) -> ConflictView:
    case_id, name = about.get(found.shows, ("", ""))
    options = [_option(found.field, each, known) for each in found.options]
    kind, record = found.pair.kind, found.pair.remaining
    return ConflictView(found.id, kind, record, found.scope, found.field, case_id, name, options, merged=True)


def _option(field: str, option: Option, known: Names) -> OptionView:
    by, _device = known.whose(option.device)
    shown, mine = known.shown(field, option.value), option.device == known.own
    return OptionView(option.take, option.value, shown, by, option.device, _moment(option.at), mine)


def _own_name(connection: Connection, found: Conflict) -> str:
    """What something is called that belongs to no case."""
    column = NAMES.get(found.kind)
    if column is None:
        return ""
    row = connection.exec_driver_sql(f"SELECT {column} FROM {found.kind} WHERE id = ?", (found.record,))  # noqa: S608 -- of NAMES
    return row.scalar() or ""


def _outbox_rows(connection: Connection, items: Iterable[OutboxItem]) -> list[OutboxRow]:
    listed = list(items)
    about = _about(connection, [item.record for item in listed])
    return [
        OutboxRow(
            item.n,
            item.kind,
            item.record,
            tuple(item.fields),
            _moment(item.at),
            *about.get(item.record, ("", "")),
            item.code or "",
        )
        for item in listed
    ]


def _about(connection: Connection, records: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For each record that belongs to a case: the case and its client's name."""
    cases = cases_of(connection, records)
    names: dict[str, str] = {}
    for case_id in set(cases.values()):
        row = connection.exec_driver_sql(
            'SELECT p.given_name, p.prefix, p.family_name FROM "case" c LEFT JOIN alias a ON a.record = c.client_id'
            " JOIN client p ON p.id = coalesce(a.remaining, c.client_id) WHERE c.id = ?",
            (case_id,),
        ).one_or_none()
        names[case_id] = "" if row is None else listed_name(*row)
    return {record: (case_id, names[case_id]) for record, case_id in cases.items()}


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
