"""Going on after the database was put back, lost its newest commits, or was copied: under an identity of its own.

The old identity's numbers can't be used any more: the central API has other ops under them. The device enrols a
successor with the keys that it still has, learns which of its ops arrived after all, and numbers the others anew.
What the central API has and this database lost comes back by pull, like anybody's.
"""

import base64
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.client import keyring, outbox, scopes, state
from sync.client.errors import Cancelled
from sync.client.keyring import Keyring
from sync.client.replica import Replica
from sync.client.store import Database
from sync.client.transport import Transport
from sync.identifiers import uuid7
from sync.seal import DeviceKeys, Unopenable, unwrap
from sync.wire import KeyGrant, Made, SuccessionAnswer, SuccessionRequest, TurnedDown

PATH = "/v1/succession"

Introduce = Callable[[Connection, str, str], None]


class Reason:
    """Why a device goes on under another identity; what people read follows from it."""

    OLDER = "older"
    """The central API knows more of this device than the database does: it was put back or lost its newest commits."""
    COPIED = "copied"
    """Another copy sent other ops under the same numbers."""


class PutBack(Exception):
    """The database isn't the only one, or not the newest, of this device; `reason` is one of `Reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Coming:
    """The identity that is to follow, kept before it is asked for, so that a repeat asks for the same."""

    old: str
    new: str
    keys: DeviceKeys


@dataclass(slots=True)
class _Told:
    """All that the central API knows of the old identity's ops in question."""

    made: list[Made] = field(default_factory=list[Made])
    refused: list[TurnedDown] = field(default_factory=list[TurnedDown])
    grants: list[KeyGrant] = field(default_factory=list[KeyGrant])


def needed(facts: dict[str, object]) -> str | None:
    """Why this database mustn't go on as it is, one of `Reason`; `facts` as `state.facts` gives them."""
    if state.STOPPED in facts:
        return Reason.COPIED
    return Reason.OLDER if state.RESTORED in facts else None


def succeed(
    database: Database,
    replica: Replica,
    transport: Transport,
    reason: str,
    now: int,
    introduce: Introduce | None = None,
) -> None:
    """Become the successor of this device; what is unsent goes along. Raises Declined, an `Unanswered`, Cancelled.

    Nothing is changed before the central API has answered; it may be repeated. `now`: ms since 1970.
    `introduce` is called with the old and the new id, in the transaction that changes them.
    """
    with database.write() as connection:
        coming = _coming(connection)
        first = int(state.get(connection, state.ACKNOWLEDGED_N, 0)) + 1
        last = int(state.get(connection, state.NEXT_N, 1)) - 1
        ring = Keyring(connection)
        held = {one: ring.newest(one) for one in scopes.by_id(connection)}
    told = _ask(transport, coming, first, last, held)
    with database.write() as connection:
        if state.device_of(connection) != coming.old:
            raise Cancelled
        _keep_keys(connection, told.grants)
        arrived = _arrived(connection, coming.old, told.made, now)
        refused = _refused(connection, coming.old, told.refused)
        unsent = _unsent(connection, coming.old)
        outbox.renumber(connection, coming.old, coming.new)
        # What it lacks is still to come: until then nothing may be concluded from what isn't here.
        connection.exec_driver_sql("UPDATE scope SET complete = 0 WHERE lost = 0")
        state.put(
            connection,
            keys=base64.b64encode(coming.keys.to_bytes()).decode(),
            predecessor=coming.old,
            older=[reason, now],
            **dict.fromkeys((state.HELD_FROM, state.PRUNED_THROUGH, state.DURABLE_N)),
            **dict.fromkeys((state.STOPPED, state.RESTORED, state.SUCCESSOR)),
        )
        replica.render_again(connection, {*arrived, *refused, *unsent})
        if introduce is not None:
            introduce(connection, coming.old, coming.new)
    transport.become(coming.new, coming.keys.signing)


def _coming(connection: Connection) -> _Coming:
    old = state.device_of(connection)
    kept = state.get(connection, state.SUCCESSOR)
    if kept is not None and kept[0] == old:
        return _Coming(old, kept[1], DeviceKeys.from_bytes(base64.b64decode(kept[2])))
    coming = _Coming(old, uuid7(), DeviceKeys.new())
    state.put(connection, successor=[old, coming.new, base64.b64encode(coming.keys.to_bytes()).decode()])
    return coming


def _ask(transport: Transport, coming: _Coming, first: int, last: int, held: dict[str, int]) -> _Told:
    """Enrol the successor, and hear of the ops `first` to `last`."""
    told = _Told()
    while True:
        request = SuccessionRequest(
            coming.new, coming.keys.signing_public, coming.keys.sealing_public, first, max(last, 0), held
        )
        answer = transport.post(PATH, request, SuccessionAnswer)
        told.made += answer.made
        told.refused += answer.refused
        told.grants = answer.key_grants
        if not first <= answer.through_n < last:
            return told
        first = answer.through_n + 1


def _keep_keys(connection: Connection, grants: Sequence[KeyGrant]) -> None:
    """Open what was wrapped to the old keys while they are still here."""
    old = keyring.device_keys(connection)
    organisation, device = state.required(connection, state.ORGANISATION), state.device_of(connection)
    for grant in grants:
        with suppress(Unopenable):
            private = unwrap(
                old, grant.wrapped, organisation=organisation, scope=grant.scope, epoch=grant.epoch, device=device
            )
            keyring.keep(connection, grant.scope, grant.epoch, private)


def _arrived(connection: Connection, device: str, made: Sequence[Made], at: int) -> set[str]:
    """Note which unanswered ops the central API has, told by their save and record; returns the records."""
    places: dict[tuple[str, str], deque[tuple[str, int]]] = defaultdict(deque)
    for one in sorted(set(made), key=lambda one: (one.scope, one.seq)):
        places[one.group, one.record].append((one.scope, one.seq))
    found = connection.exec_driver_sql(
        f"SELECT n, group_id, record FROM op WHERE device = ? AND {outbox.UNSENT} ORDER BY n",  # noqa: S608 (a constant)
        (device,),
    )
    taken = [(places[group, record].popleft()[1], n) for n, group, record in found.all() if places.get((group, record))]
    records: set[str] = set()
    for seq, n in taken:
        records.update(
            connection.exec_driver_sql(
                "UPDATE op SET state = 'accepted', code = NULL, seq = ?, acknowledged_at = ?, overlay = coalesce("
                "? > (SELECT cursor FROM scope WHERE scope.id = op.scope), 0) WHERE device = ? AND n = ?"
                " RETURNING record",
                (seq, at, seq, device, n),
            ).scalars()
        )
    return records


def _refused(connection: Connection, device: str, refused: Sequence[TurnedDown]) -> set[str]:
    """Hold the unanswered ops that were refused, as far as they surely are the same; returns the records."""
    records: set[str] = set()
    for one in refused:
        records.update(
            connection.exec_driver_sql(
                "UPDATE op SET state = 'held', overlay = 0, code = ? WHERE device = ? AND n = ? AND digest = ?"  # noqa: S608 (a constant)
                f" AND {outbox.UNSENT} RETURNING record",
                (one.code, device, one.n, one.digest),
            ).scalars()
        )
    return records


def _unsent(connection: Connection, device: str) -> set[str]:
    """The records with unanswered ops."""
    return set(
        connection.exec_driver_sql(
            f"SELECT DISTINCT record FROM op WHERE device = ? AND {outbox.UNSENT}",  # noqa: S608 (a constant)
            (device,),
        ).scalars()
    )


def seen(connection: Connection) -> None:
    """The person has read that it happened."""
    told = state.get(connection, state.OLDER)
    if told is not None and told[2:] != [True]:
        state.put(connection, older=[*told[:2], True])
