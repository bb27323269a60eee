"""The device's own ops: which go next, what became of them, and the archive of those that were accepted.

Nothing that a network answers can take an op out of here: an op is accepted, held for a person, or still unsent.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from sync.client import state
from sync.client.errors import NotHeld, RestoredServer
from sync.op import FIRST_DIGEST, Digest
from sync.wire import ERASE, PUSH_OPS, Refusal, Run

UNSENT = "state IN ('pending', 'sent', 'held') AND state <> 'held'"
"""Ops without an answer. Worded as the partial index `op_unsent` is, or SQLite would read the whole archive."""
_WITHOUT_ERASED = "body = CASE WHEN record NOT IN (SELECT record FROM erased) THEN body END"
"""With its answer here, nobody needs the bytes of an erased record's op any more."""
ARCHIVE_MS = 14 * 86_400_000
"""How long accepted ops are kept at least, for a central API that comes back from a backup."""


@dataclass(frozen=True, slots=True)
class OwnOp:
    """An op as the outbox keeps it; `body` and `digest` are None until it was sealed."""

    n: int
    scope: str
    record: str
    kind: str
    group: str
    content: str
    base: int
    at: int
    schema: int
    key_epoch: int | None
    body: bytes | None
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """The bytes of an op as they are about to be sent; `digest` is its link in the device's chain."""

    n: int
    group: str
    key_epoch: int
    body: bytes
    digest: Digest


INSERT = (
    "INSERT INTO op (device, n, scope, record, kind, group_id, content, base, at, schema_version, state, overlay)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 1)"
)
"""An op that was just made."""
_SELECT = (
    "SELECT n, scope, record, kind, group_id, content, base, at, schema_version, key_epoch, body, digest"
    " FROM op WHERE device = ? AND n > ? ORDER BY n LIMIT ?"
)


def next_batch(connection: Connection, device: str, after: int, ops: int, size: int) -> list[OwnOp]:
    """The ops after `after` that go in one push: whole groups, up to about `ops` ops and `size` bytes of contents."""
    found = [OwnOp(*row) for row in connection.exec_driver_sql(_SELECT, (device, after, PUSH_OPS + 1)).all()]
    taken: list[OwnOp] = []
    weight = 0
    for _, same in groupby(found, key=lambda op: op.group):
        group = list(same)
        weight += sum(len(op.content) for op in group)
        if len(taken) + len(group) > PUSH_OPS or (taken and (len(taken) + len(group) > ops or weight > size)):
            break
        taken += group
    return taken


def unsent(connection: Connection) -> int:
    """How many ops have no answer yet."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM op WHERE {UNSENT}").scalar_one())  # noqa: S608 (a constant)


def digest_at(connection: Connection, device: str, n: int) -> Digest:
    """The device's chain at its op `n`; raises RestoredServer when that op is no longer here."""
    if n == 0:
        return FIRST_DIGEST
    if n == state.get(connection, state.ACKNOWLEDGED_N, 0):
        return bytes.fromhex(state.get(connection, state.ACKNOWLEDGED_DIGEST))
    pruned_n, pruned_digest = state.get(connection, state.PRUNED_THROUGH, (0, ""))
    if n == pruned_n:
        return bytes.fromhex(pruned_digest)
    found = connection.exec_driver_sql("SELECT digest FROM op WHERE device = ? AND n = ?", (device, n)).scalar()
    if found is None:
        raise RestoredServer(n)
    return bytes(found)


def contents(connection: Connection, device: str, ns: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The group and contents of these own ops, as far as they are here, by n."""
    found = connection.exec_driver_sql(
        "SELECT n, group_id, content FROM op WHERE device = ? AND n IN (SELECT value FROM json_each(?))",
        (device, json.dumps(sorted(ns))),
    )
    return {n: (group, content) for n, group, content in found.all()}


def keep_sealed(connection: Connection, device: str, sealed: Sequence[Sealed]) -> None:
    """Keep the bytes that are about to be sent, so that every retry sends the same."""
    connection.exec_driver_sql(
        "UPDATE op SET key_epoch = ?, body = ?, digest = ?, state = 'sent' WHERE device = ? AND n = ?",
        [(op.key_epoch, op.body, op.digest, device, op.n) for op in sealed],
    )


def unseal_after(connection: Connection, device: str, n: int) -> None:
    """Forget the sealed bytes of ops that the central API surely hasn't taken, to seal them under a newer key."""
    connection.exec_driver_sql(
        "UPDATE op SET key_epoch = NULL, body = NULL, digest = NULL, state = 'pending'"
        " WHERE device = ? AND n > ? AND state IN ('pending', 'sent')",
        (device, n),
    )


def acknowledge(
    connection: Connection, device: str, accepted: Iterable[Run], refusals: Iterable[Refusal], at: int
) -> set[str]:
    """Note the central API's answers; returns the records whose rows must be written again. `at`: ms since 1970."""
    places = [(run.seq + i, at, device, run.n + i) for run in accepted for i in range(run.count)]
    if places:
        connection.exec_driver_sql(
            f"UPDATE op SET state = 'accepted', code = NULL, seq = ?, acknowledged_at = ?, {_WITHOUT_ERASED}"  # noqa: S608 (a constant)
            " WHERE device = ? AND n = ?",
            places,
        )
    touched: set[str] = set()
    refused = list(refusals)
    for refusal in refused:
        touched.update(
            connection.exec_driver_sql(
                f"UPDATE op SET state = 'held', overlay = 0, code = ?, acknowledged_at = ?, {_WITHOUT_ERASED}"  # noqa: S608 (idem)
                " WHERE device = ? AND n = ? AND state IN ('pending', 'sent') RETURNING record",
                (refusal.code, at, device, refusal.n),
            ).scalars()
        )
    if places:
        touched.update(
            connection.exec_driver_sql(
                "UPDATE op INDEXED BY op_answered SET overlay = 0 WHERE overlay = 1 AND seq IS NOT NULL AND device = ?"
                " AND seq <= (SELECT cursor FROM scope WHERE scope.id = op.scope) RETURNING record",
                (device,),
            )
            .scalars()
            .all()
        )
    answered = {place[3] for place in places} | {refusal.n for refusal in refused}
    _move_acknowledged(connection, device, answered)
    return touched


def _move_acknowledged(connection: Connection, device: str, answered: set[int]) -> None:
    before = n = int(state.get(connection, state.ACKNOWLEDGED_N, 0))
    while n + 1 in answered:
        n += 1
    if n > before:
        digest = connection.exec_driver_sql(
            "SELECT digest FROM op WHERE device = ? AND n = ?", (device, n)
        ).scalar_one()
        state.put(connection, acknowledged_n=n, acknowledged_digest=bytes(digest).hex())


def rewind(connection: Connection, device: str, last_n: int) -> None:
    """Send the ops after `last_n` again, the same bytes; raises RestoredServer when some are no longer here."""
    # What it has and didn't tell of is asked again.
    last_n = min(last_n, int(state.get(connection, state.ACKNOWLEDGED_N, 0)))
    digest = digest_at(connection, device, last_n)
    kept = connection.exec_driver_sql(
        "SELECT count(*) FROM op WHERE device = ? AND n > ?", (device, last_n)
    ).scalar_one()
    if kept != int(state.get(connection, state.NEXT_N, 1)) - 1 - last_n:
        raise RestoredServer(last_n)
    connection.exec_driver_sql(
        "UPDATE op SET state = 'sent', seq = NULL, overlay = 1 WHERE device = ? AND n > ? AND state = 'accepted'",
        (device, last_n),
    )
    state.put(connection, acknowledged_n=last_n, acknowledged_digest=digest.hex())


def deposited(connection: Connection, device: str, through: int) -> None:
    """The central API has all up to `through`: accepted before, or in escrow, where an op gets no place."""
    if through <= int(state.get(connection, state.ACKNOWLEDGED_N, 0)):
        return
    connection.exec_driver_sql(
        f"UPDATE op SET state = 'accepted' WHERE device = ? AND n <= ? AND {UNSENT}",  # noqa: S608 (a constant)
        (device, through),
    )
    digest = digest_at(connection, device, through)
    state.put(connection, acknowledged_n=through, acknowledged_digest=digest.hex())


def lower_bases(connection: Connection, device: str, scope: str, through: int, last_n: int = 0) -> None:
    """Say of no op without an answer that it knows what lies above `through` in `scope`; it is sealed anew then.

    Those up to `last_n` the central API has as they are.
    """
    connection.exec_driver_sql(
        "UPDATE op SET base = ?, key_epoch = NULL, body = NULL, digest = NULL, state = 'pending'"
        " WHERE device = ? AND n > ? AND scope = ? AND base > ? AND state IN ('pending', 'sent')",
        (through, device, last_n, scope, through),
    )


def renumber(connection: Connection, old: str, new: str) -> int:
    """Give the unsent ops of device `old` to device `new`, numbered from 1; returns how many. Nothing is dropped.

    Held ops go along below 0, where they are never sent; a person still decides about them.
    """
    unsent = connection.exec_driver_sql(
        f"SELECT n FROM op WHERE device = ? AND {UNSENT} ORDER BY n",  # noqa: S608 (a constant)
        (old,),
    ).scalars()
    pairs = [(new, place, old, n) for place, n in enumerate(unsent, 1)]
    if pairs:
        connection.exec_driver_sql(
            "UPDATE op SET device = ?, n = ?, state = 'pending', key_epoch = NULL, body = NULL, digest = NULL"
            " WHERE device = ? AND n = ?",
            pairs,
        )
    held = connection.exec_driver_sql("SELECT n FROM op WHERE device = ? AND state = 'held' ORDER BY n", (old,))
    waiting = held.scalars().all()
    if waiting:
        connection.exec_driver_sql(
            "UPDATE op SET device = ?, n = ? WHERE device = ? AND n = ?",
            [(new, place - len(waiting), old, n) for place, n in enumerate(waiting)],
        )
    state.put(connection, device=new, next_n=len(pairs) + 1, acknowledged_n=None, acknowledged_digest=None)
    return len(pairs)


def held_from(connection: Connection, device: str) -> int:
    """From which n on this device still has its own ops; 0 for none."""
    first = connection.exec_driver_sql("SELECT min(n) FROM op WHERE device = ? AND n > 0", (device,)).scalar()
    return max(int(first or 0), int(state.get(connection, state.HELD_FROM, 0)))


def prune(connection: Connection, device: str, now: int) -> int:
    """Drop accepted ops from the archive that are durable and old enough; returns how many.

    `now`, ms since 1970, is the central API's time, as those of the answers are: the device's own clock may jump.
    """
    durable = int(state.get(connection, state.DURABLE_N, 0))
    gone = {
        n: bytes(digest)
        for n, digest in connection.exec_driver_sql(
            "DELETE FROM op WHERE device = ? AND n <= ? AND state = 'accepted' AND overlay = 0"
            " AND acknowledged_at < ? RETURNING n, digest",
            (device, durable, now - ARCHIVE_MS),
        )
    }
    # Nobody asks for the ops of an earlier identity again.
    connection.exec_driver_sql(
        "DELETE FROM op WHERE device <> ? AND state = 'accepted' AND overlay = 0 AND coalesce(acknowledged_at, 0) < ?",
        (device, now - ARCHIVE_MS),
    )
    if gone:
        newest = max(gone)
        # A central API that comes back from a backup may have just what was pruned: the rest is sent from there on.
        state.put(connection, pruned_through=[newest, gone[newest].hex()])
        state.put(connection, held_from=max(newest, held_from(connection, device) - 1) + 1)
    return len(gone)


def drop(connection: Connection, n: int) -> OwnOp:
    """Let a held op go, as a person decided; it stays in the archive, off every list. Raises NotHeld."""
    op = take_held(connection, n, state.device_of(connection), "dropped")
    if op.kind == ERASE:
        # The record may be changed again.
        connection.exec_driver_sql("DELETE FROM erasing WHERE record = ?", (op.record,))
    return op


def take_held(connection: Connection, n: int, device: str, becomes: str) -> OwnOp:
    """Take a held op off the list (`becomes`: dropped or resent); it stays in the archive. Raises NotHeld."""
    row = connection.exec_driver_sql(
        "UPDATE op SET state = ? WHERE device = ? AND n = ? AND state = 'held'"
        " RETURNING n, scope, record, kind, group_id, content, base, at, schema_version, key_epoch, body, digest",
        (becomes, device, n),
    ).one_or_none()
    if row is None:
        raise NotHeld(n)
    return OwnOp(*row)
