"""What the user reads about the synchronisation: counts and lists from what is stored, never from a last call."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import scopes, sent_away, state
from sync.client.outbox import UNSENT
from sync.client.sent_away import SentAway

HELD = "state IN ('pending', 'sent', 'held') AND state = 'held'"
"""Refused ops; worded as the partial index is, like `UNSENT`."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How this device stands.

    `unsent` counts ops without an answer yet; `complete`: every scope has been here whole once; `last_exchange`: when
    all was last in step (ms since 1970), None for never; `stopped`: why a person must act before it goes on, or None.
    `older`: the database was put back or copied, so the device took another identity: why (one of
    `succession.Reason`), when (ms since 1970), and whether a person has read it; None when that never happened.
    `sent_away`: the central API serves this device no more; `in_escrow`: so many changes it left there. `escrow`: so
    many saves of others wait there for whoever works here. Until it is complete, `come` of `whole` places in the
    scopes' order have come in; 0 of 0 before that is known.
    """

    unsent: int
    conflicts: int
    held: int
    quarantined: int
    complete: bool
    last_exchange: int | None
    joined: bool
    stopped: str | None = None
    older: tuple[str, int, bool] | None = None
    come: int = 0
    whole: int = 0
    sent_away: SentAway | None = None
    in_escrow: int = 0
    escrow: int = 0


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An op that this device made and that isn't accepted: `state` pending, sent or held; `code` why it is held."""

    n: int
    kind: str
    record: str
    scope: str
    fields: list[str]
    at: int
    state: str
    code: str | None


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    """An op of the central API that couldn't be taken in, and the stable code of the reason."""

    scope: str
    seq: int
    kind: str
    record: str
    device: str
    reason: str
    at: int


def status(connection: Connection) -> SyncStatus:
    """How this device stands now."""
    unsent, held, conflicts, quarantined, incomplete, kept = connection.exec_driver_sql(
        f"SELECT (SELECT count(*) FROM op WHERE {UNSENT}), (SELECT count(*) FROM op WHERE {HELD}),"  # noqa: S608 (two constants)
        " (SELECT count(*) FROM conflict), (SELECT count(*) FROM quarantine),"
        " (SELECT count(*) FROM scope WHERE complete = 0 AND lost = 0 AND keys_only = 0),"
        " (SELECT count(*) FROM scope)"
    ).one()
    joined = state.joined(connection)
    gone = sent_away.standing(connection)
    come, whole = scopes.come(connection) if joined and incomplete else (0, 0)
    return SyncStatus(
        unsent,
        conflicts,
        held,
        quarantined,
        complete=not joined or (kept > 0 and incomplete == 0),
        last_exchange=state.get(connection, state.LAST_EXCHANGE),
        joined=joined,
        stopped=state.get(connection, state.STOPPED),
        older=_older(connection),
        come=come,
        whole=whole,
        sent_away=gone,
        in_escrow=sent_away.in_escrow(connection) if gone is not None else 0,
        escrow=sum(state.get(connection, state.ESCROW, {}).values()),
    )


def _older(connection: Connection) -> tuple[str, int, bool] | None:
    told = state.get(connection, state.OLDER)
    return None if told is None else (told[0], told[1], len(told) > 2)


def outbox(connection: Connection, limit: int = 1000) -> list[OutboxItem]:
    """The ops without an answer yet, oldest first."""
    return _own(connection, UNSENT, limit)


def held(connection: Connection, limit: int = 1000) -> list[OutboxItem]:
    """The ops that the central API refused, oldest first; `Replica.resend` and `outbox.drop` act on them."""
    return _own(connection, HELD, limit)


def quarantine(connection: Connection, limit: int = 1000) -> list[QuarantineItem]:
    """The ops that came but couldn't be taken in, newest first."""
    found = connection.exec_driver_sql(
        "SELECT scope, seq, kind, record, device, reason, at FROM quarantine ORDER BY at DESC, seq DESC LIMIT ?",
        (limit,),
    )
    return [QuarantineItem(*row) for row in found]


def _own(connection: Connection, condition: str, limit: int) -> list[OutboxItem]:
    found = connection.exec_driver_sql(
        "SELECT n, kind, record, scope, (SELECT json_group_array(key) FROM json_each(content)), at, state, code"  # noqa: S608 (one of two constants)
        f" FROM op WHERE {condition} ORDER BY device, n LIMIT ?",
        (limit,),
    )
    return [
        OutboxItem(n, kind, record, scope, json.loads(fields), at, kept, code)
        for n, kind, record, scope, fields, at, kept, code in found
    ]
