"""What devices that were sent away hadn't sent: taken in once, read by who leads the scope, then removed for good."""

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from sync.op import Digest
from sync.server.models import DEVICE, ESCROW, OP, SCOPE
from sync.server.store.numbering import DeviceState, ForkedError, GapError, Numbered, readable
from sync.server.store.prepared import Prepared
from sync.wire import ERASE, PAGE_BYTES
from sync.wire.escrow import EscrowedOp, EscrowPage, EscrowRead

MOST_OPS, MOST_BYTES = 20_000, 64 << 20
"""The most that one device may leave here, in ops and in bytes of their bodies: it is trusted no more."""
COUNTED = 500
"""Of so many ops at most the saves are counted, as each exchange of who leads the scope tells of them."""
_GROUPS = Prepared(
    select(ESCROW.c.group_id)
    .where(ESCROW.c.organisation_id == bindparam("organisation"), ESCROW.c.scope_id == bindparam("the_scope"))
    .limit(COUNTED)
)
_encoder = msgspec.json.Encoder()
_NAMES = msgspec.json.Decoder(tuple[str, ...])


class TooMuchError(Exception):
    """The device has left as much as it may."""


def deposit(
    connection: Connection,
    organisation: str,
    device: str,
    user: str,
    state: DeviceState,
    before: Digest,
    ops: Sequence[Numbered],
    now: int,
) -> int:
    """Take in what follows on what is here of the device, whose row is held; returns up to which n all is here.

    What was accepted or deposited before is passed over; so is what is for no scope of the organisation, or for an
    erased record. Raises GapError, ForkedError, TooMuchError.
    """
    _check_place(state, before, ops)
    new = [op for op in ops if op.n > state.last_n]
    if not new:
        return state.last_n
    rows = _rows(connection, organisation, device, user, new, now)
    count, size = connection.execute(
        select(func.count(), func.coalesce(func.sum(func.length(ESCROW.c.body)), 0)).where(
            ESCROW.c.organisation_id == organisation, ESCROW.c.device_id == device
        )
    ).one()
    if count + len(rows) > MOST_OPS or size + sum(len(op.op.body) for op in new) > MOST_BYTES:
        raise TooMuchError
    if rows:
        connection.execute(insert(ESCROW), rows)
    last = new[-1]
    connection.execute(
        update(DEVICE)
        .where(DEVICE.c.organisation_id == organisation, DEVICE.c.device_id == device)
        # Nothing that names a save stays: it may be declined.
        .values(last_n=last.n, last_digest=last.digest, last_group="", last_seen=now)
    )
    return last.n


def _check_place(state: DeviceState, before: Digest, ops: Sequence[Numbered]) -> None:
    """What was taken in already isn't looked at again: nothing is written of it."""
    if not ops:
        return
    first, last = ops[0].n, ops[-1].n
    if first > state.last_n + 1:
        raise GapError(state.last_n + 1)
    if last < state.last_n:
        return
    given = before if first == state.last_n + 1 else ops[state.last_n - first].digest
    if given != state.last_digest:
        raise ForkedError(state.last_n)


def _rows(
    connection: Connection, organisation: str, device: str, user: str, new: Sequence[Numbered], now: int
) -> list[dict[str, object]]:
    asked = {op.op.scope for op in new}
    scopes = {
        str(row[0])
        for row in connection.execute(
            select(SCOPE.c.scope_id).where(SCOPE.c.organisation_id == organisation, SCOPE.c.scope_id.in_(asked))
        )
    }
    erased = _erased(connection, organisation, scopes, {op.op.record for op in new})
    return [
        {
            "organisation_id": organisation,
            "device_id": device,
            "n": op.n,
            "scope_id": op.op.scope,
            "user_id": user,
            "record_id": op.op.record,
            "kind": op.op.kind,
            "fields": _encoder.encode(op.op.fields).decode(),
            "base": op.op.base,
            "at": op.op.at,
            "schema_version": op.op.schema,
            "key_epoch": op.op.key_epoch,
            "group_id": op.op.group,
            "deposited_at": now,
            "body": op.op.body,
        }
        for op in new
        if op.op.scope in scopes and (op.op.scope, op.op.record) not in erased and _is_one(op)
    ]


def _is_one(op: Numbered) -> bool:
    """Whether anybody may store it, and it changes something: who goes has nobody erased any more."""
    return bool(op.op.fields and op.op.body and op.op.kind != ERASE) and readable(
        "".join((op.op.record, op.op.kind, op.op.group, *op.op.fields))
    )


def _erased(
    connection: Connection, organisation: str, scopes: Collection[str], records: Collection[str]
) -> set[tuple[str, str]]:
    found = connection.execute(
        select(OP.c.scope_id, OP.c.record_id).where(
            OP.c.organisation_id == organisation,
            OP.c.scope_id.in_(scopes),
            OP.c.record_id.in_(records),
            OP.c.kind == ERASE,
        )
    )
    return {(str(scope), str(record)) for scope, record in found}


def waiting(connection: Connection, organisation: str, scopes: Collection[str]) -> dict[str, int]:
    """How many saves wait in each of these scopes, where any do; of very many only the first are counted."""
    found: dict[str, int] = {}
    for scope in scopes:
        groups = {row[0] for row in _GROUPS.rows(connection, organisation=organisation, the_scope=scope)}
        if groups:
            found[scope] = len(groups)
    return found


def page(connection: Connection, organisation: str, asked: EscrowRead) -> EscrowPage:
    """One page of what waits in a scope, by device and n; the caller has looked whether it may be read."""
    after = or_(
        ESCROW.c.device_id > asked.after_device,
        (ESCROW.c.device_id == asked.after_device) & (ESCROW.c.n > asked.after_n),
    )
    found = connection.execute(
        select(
            ESCROW.c.device_id, ESCROW.c.user_id, ESCROW.c.n, ESCROW.c.record_id, ESCROW.c.kind, ESCROW.c.fields,
            ESCROW.c.base, ESCROW.c.at, ESCROW.c.schema_version, ESCROW.c.key_epoch, ESCROW.c.group_id, ESCROW.c.body,
            ESCROW.c.deposited_at,
        )
        .where(ESCROW.c.organisation_id == organisation, ESCROW.c.scope_id == asked.scope, after)
        .order_by(ESCROW.c.device_id, ESCROW.c.n)
        .limit(asked.limit + 1)
    ).all()  # fmt: skip
    ops: list[EscrowedOp] = []
    used = 0
    for row in found[: asked.limit]:
        op = EscrowedOp(*row[:5], _NAMES.decode(row[5]), *row[6:])
        used += len(op.body)
        if ops and used > PAGE_BYTES:
            break
        ops.append(op)
    return EscrowPage(ops, more=len(ops) < len(found))


def remove(connection: Connection, organisation: str, scope: str, device: str, ns: Sequence[int]) -> None:
    """Take these ops out for good."""
    connection.execute(
        delete(ESCROW).where(
            ESCROW.c.organisation_id == organisation,
            ESCROW.c.scope_id == scope,
            ESCROW.c.device_id == device,
            ESCROW.c.n.in_(ns),
        )
    )


def forget(connection: Connection, organisation: str, scope: str, records: Collection[str]) -> None:
    """Take out what was for records that were erased by law."""
    connection.execute(
        delete(ESCROW).where(
            ESCROW.c.organisation_id == organisation, ESCROW.c.scope_id == scope, ESCROW.c.record_id.in_(records)
        )
    )


def are_saved(connection: Connection, organisation: str, scope: str, user: str, seqs: Collection[int]) -> bool:
    """Whether there is an op of one of the user's devices at each of these places of the scope."""
    theirs = select(DEVICE.c.device_id).where(DEVICE.c.organisation_id == organisation, DEVICE.c.user_id == user)
    found = connection.execute(
        select(func.count()).where(
            OP.c.organisation_id == organisation,
            OP.c.scope_id == scope,
            OP.c.seq.in_(seqs),
            OP.c.device_id.in_(theirs),
        )
    ).scalar_one()
    return int(found) == len(set(seqs))
