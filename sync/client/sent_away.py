"""A device that was sent away: what it hears of it, the order to wipe it, and leaving what it hadn't sent.

Nothing is destroyed because a central API says so. An order counts only when a coordinator's device signed it, whose
keys and role this device knows from the sealed directory. What wasn't sent is left in escrow first, sealed as ever, for
whoever leads the scopes; that may be broken off and repeated at any point.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from sync import wipe_order
from sync.client import outbox, pinned, state
from sync.client.errors import BrokenAnswer, CopiedDatabase, Refused, TooLarge
from sync.client.limits import Limits
from sync.client.lives import decoded
from sync.client.outgoing import Preparer
from sync.client.replica import Replica
from sync.client.store import Database
from sync.client.succession import PutBack
from sync.client.transport import Declined, Transport
from sync.device_keys import belong
from sync.wire import ProblemType, WipeOrder
from sync.wire.escrow import EscrowDeposit, EscrowDeposited

PATH = "/v1/escrow"
_PERSON, _ROLE, _COORDINATOR = "person", "role", "coordinator"


@dataclass(frozen=True, slots=True)
class SentAway:
    """Since when this device knows it, ms since 1970, and whether it was ordered to be wiped."""

    at: int
    ordered: bool


def standing(connection: Connection) -> SentAway | None:
    """What this device heard; None for one that is served."""
    found = state.get(connection, state.SENT_AWAY)
    return None if found is None else SentAway(*found)


def heard(connection: Connection, order: WipeOrder | None, now: int) -> None:
    """Note that the central API serves this device no more. An order that was believed once stays."""
    before = standing(connection)
    ordered = (before is not None and before.ordered) or (order is not None and is_believed(connection, order))
    since = now if before is None else before.at
    # Who asked for it itself knows.
    if not state.get(connection, state.LEAVING):
        state.put(connection, **{state.SENT_AWAY: [since, ordered]})


def is_believed(connection: Connection, order: WipeOrder) -> bool:
    """Whether it is for this device, and signed by a coordinator's device as the directory here knows it."""
    organisation, device = state.get(connection, state.ORGANISATION), state.get(connection, state.DEVICE)
    told = pinned.told_by(connection, order.by)
    return (
        order.device == device
        and order.by != device
        and pinned.KEYS in told
        and belong(told[pinned.KEYS], order.by, order.signing_key, order.sealing_key)
        and _coordinates(connection, told.get(pinned.PERSON, ""))
        and wipe_order.is_signed(order.signing_key, order.signature, str(organisation), str(device), order.at)
    )


def _coordinates(connection: Connection, person: str) -> bool:
    row = connection.exec_driver_sql(
        "SELECT live FROM replica WHERE record = ? AND kind = ?"
        " AND scope IN (SELECT id FROM scope WHERE kind = 'organisation' AND lost = 0 AND keys_only = 0)",
        (person, _PERSON),
    ).one_or_none()
    if row is None:
        return False
    # Of a role that two changed differently nobody knows which it is.
    return {live.values[_ROLE] for live in decoded(row[0]) if _ROLE in live.values} == {_COORDINATOR}


def in_escrow(connection: Connection) -> int:
    """How many changes this device left there."""
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM op WHERE state = 'accepted' AND seq IS NULL AND overlay = 1"
    )
    return int(found.scalar_one())


def deposit(database: Database, replica: Replica, transport: Transport, now: int) -> None:
    """Leave all that isn't sent, what was refused too; may be repeated. `now`: ms since 1970.

    Raises an `Unanswered`, Cancelled, Declined (`forbidden`: the device is served again), CopiedDatabase where another
    copy of this database left other changes under the same numbers, RestoredServer. Nothing is lost by any of them.
    """
    _free_held(database, replica, now)
    with database.read() as connection:
        if not outbox.unsent(connection):
            # All is there, or a kill came after that: no connection is needed to go on.
            return
    limits = Limits()
    preparer = Preparer(database, limits)
    while not _deposited(database, transport, preparer, limits):
        continue


def _deposited(database: Database, transport: Transport, preparer: Preparer, limits: Limits) -> bool:
    """One request; whether everything is there now."""
    try:
        outgoing = preparer.request(0, push=True)
        asked = outgoing.request
        message = EscrowDeposit(asked.device, asked.first_n, asked.digest_before, asked.ops)
        answer = transport.post(PATH, message, EscrowDeposited)
    except PutBack as found:
        raise CopiedDatabase from found
    except TooLarge:
        if limits.push <= 1:
            raise
        limits.shrink()
        return False
    except Declined as declined:
        problem = declined.problem
        if problem.name == ProblemType.FORKED:
            raise CopiedDatabase from declined
        if problem.name != ProblemType.GAP:
            raise
        # It came back from a backup: what it lost goes there, too.
        with database.write() as connection:
            outbox.rewind(connection, state.device_of(connection), (problem.expected or 1) - 1)
        return False
    if answer.through_n > outgoing.batch.last_n:
        raise CopiedDatabase
    with database.write() as connection:
        outbox.deposited(connection, asked.device, answer.through_n)
    if answer.through_n < outgoing.batch.last_n and answer.through_n < asked.first_n:
        # Neither could anything be sealed nor was anything known.
        raise BrokenAnswer("nothing more can be left in escrow")
    return answer.through_n >= outgoing.batch.last_n


def _free_held(database: Database, replica: Replica, now: int) -> None:
    """What the central API refused goes into escrow as a change made now, where that can still be made."""
    with database.read() as connection:
        held = connection.exec_driver_sql("SELECT n FROM op WHERE state = 'held' ORDER BY n").scalars().all()
    for n in held:
        try:
            with database.write() as connection:
                replica.resend(connection, n, now)
        except Refused:
            continue
