"""Handing out ops: each scope's live ops after the replica's cursor, whole groups, within a page's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from msgspec import UNSET, Raw, Struct, UnsetType
from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select

from sync.server.models import OP, SCOPE
from sync.server.store.prepared import Prepared, PreparedForMany, Rows
from sync.server.store.standing import Access
from sync.wire import PAGE_BYTES, Change, Changes, Cursor

_LIVE: ColumnElement[int] = literal_column("1")
_BATCH = 200
CHANGE = (
    OP.c.seq,
    OP.c.device_id,
    OP.c.n,
    OP.c.record_id,
    OP.c.kind,
    OP.c.fields,
    OP.c.base,
    OP.c.at,
    OP.c.schema_version,
    OP.c.key_epoch,
    OP.c.group_id,
    OP.c.reach,
    OP.c.body,
)
"""What of an op is handed out, in the order in which a `wire.Change` is made of it."""
_ROWS = Prepared(
    select(
        *CHANGE,
        OP.c.chain,
    )
    .where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq > bindparam("after"),
        OP.c.seq <= bindparam("head"),
        OP.c.live == _LIVE,
    )
    .order_by(OP.c.seq)
    .limit(bindparam("at_most"))
)
# Scope by scope: over pairs of scope and seq SQLite would read each scope from its first op on. Where a restore raised
# the head there is a cursor, and no op.
_CHAIN_AT = Prepared(
    select(OP.c.chain)
    .where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq <= bindparam("the_seq"),
    )
    .order_by(OP.c.seq.desc())
    .limit(1)
)

_HEADS_AT_ONCE = 256
_HEADS = PreparedForMany(
    lambda among: select(SCOPE.c.scope_id, SCOPE.c.head).where(
        SCOPE.c.organisation_id == bindparam("organisation"), among(SCOPE.c.scope_id)
    )
)


class _Stored(Struct, frozen=True, omit_defaults=True):
    """What is written just as `wire.Change` is, with the lists as they are stored: nothing is read to be written."""

    seq: int
    device: str
    n: int
    record: str
    kind: str
    fields: Raw
    base: int
    at: int
    schema: int
    key_epoch: int
    group: str
    reach: Raw | UnsetType = UNSET
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose pull it is; ops of `device` from `held_from_n` on are handed out without body (0: none)."""

    organisation: str
    device: str
    held_from_n: int

    def holds(self, device: str, n: int) -> bool:
        """Whether the replica has this op's values itself."""
        return device == self.device and 0 < self.held_from_n <= n


def heads(connection: Connection, organisation: str, scopes: Sequence[str]) -> dict[str, int]:
    """How far these scopes are."""
    found: dict[str, int] = {}
    for start in range(0, len(scopes), _HEADS_AT_ONCE):
        found.update(_HEADS.rows(connection, scopes[start : start + _HEADS_AT_ONCE], organisation=organisation))
    return found


def knows(connection: Connection, organisation: str, cursors: Mapping[str, Cursor], may: Mapping[str, Access]) -> bool:
    """Whether every cursor stands on this server's own history, as far as the scopes may be read."""
    return all(
        stands(connection, organisation, may[scope], cursor.seq, cursor.chain)
        for scope, cursor in cursors.items()
        if scope in may
    )


def stands(connection: Connection, organisation: str, access: Access, seq: int, chain: str) -> bool:
    """Whether a scope's order had this running hash at `seq`: then all up to there is this server's own history."""
    if seq == 0:
        return True
    if seq > access.head:
        return False
    if seq == access.head:
        return access.chain[:8].hex() == chain
    row = _CHAIN_AT.row(connection, organisation=organisation, the_scope=access.scope, the_seq=seq)
    return row is not None and row[0].hex() == chain


def changes(
    connection: Connection, reader: Reader, cursors: Mapping[str, Cursor], may: Mapping[str, Access], limit: int
) -> dict[str, Changes]:
    """What is new in each scope that the request names and the user may read, at most about `limit` ops in all.

    A scope for which no room was left comes without ops and with `more`.
    """
    found: dict[str, Changes] = {}
    room, room_bytes = limit, PAGE_BYTES
    for scope, access in may.items():
        cursor = cursors.get(scope)
        if cursor is None or cursor.seq >= access.head:
            continue
        if room <= 0 or room_bytes <= 0:
            found[scope] = Changes([], cursor.seq, cursor.chain, more=True)
            continue
        page, used = _page(connection, reader, access, cursor, room, room_bytes)
        found[scope] = page
        room -= len(page.ops)
        room_bytes -= used
    return found


def _page(
    connection: Connection, reader: Reader, access: Access, cursor: Cursor, room: int, room_bytes: int
) -> tuple[Changes, int]:
    """One scope's page and the bytes of its bodies."""
    rows = _rows(connection, reader, access, cursor.seq, room + 1)
    ops = [_change(row, reader) for row in rows]
    end, used = _fitting(ops, room, room_bytes)
    if end == len(ops) == room + 1:
        # One group fills the whole page: it is handed out whole all the same.
        while end == len(ops):
            more_rows = _rows(connection, reader, access, ops[-1].seq, _BATCH)
            if not more_rows:
                break
            rows = [*rows, *more_rows]
            ops += [_change(row, reader) for row in more_rows]
            end = _end_of_group(ops, 0)
        used = sum(len(op.body or b"") for op in ops[:end])
    if end < len(ops):
        return Changes(ops[:end], ops[end - 1].seq, rows[end - 1][-1].hex(), more=True), used
    return Changes(ops, access.head, access.chain[:8].hex()), used


def _rows(connection: Connection, reader: Reader, access: Access, after: int, limit: int) -> Rows:
    return _ROWS.rows(
        connection,
        organisation=reader.organisation,
        the_scope=access.scope,
        after=after,
        head=access.head,
        at_most=limit,
    )


def _fitting(ops: Sequence[Change], room: int, room_bytes: int) -> tuple[int, int]:
    """How many ops fit without cutting a group, at least one group; and the bytes of their bodies."""
    whole = sum([len(op.body or b"") for op in ops])
    if len(ops) <= room and whole <= room_bytes:
        return len(ops), whole
    end = used = 0
    while end < len(ops):
        stop = _end_of_group(ops, end)
        with_it = used + sum([len(op.body or b"") for op in ops[end:stop]])
        if end and (stop > room or with_it > room_bytes):
            break
        end, used = stop, with_it
    return end, used


def _end_of_group(ops: Sequence[Change], start: int) -> int:
    group, device = ops[start].group, ops[start].device
    stop = start + 1
    while stop < len(ops) and ops[stop].group == group and ops[stop].device == device:
        stop += 1
    return stop


def _change(row: tuple[Any, ...], reader: Reader) -> Change:
    seq, device, n, record, kind, fields, base, at, schema, key_epoch, group, reach, body, _ = row
    stored = _Stored(
        seq,
        device,
        n,
        record,
        kind,
        Raw(fields),
        base,
        at,
        schema,
        key_epoch,
        group,
        UNSET if reach == "{}" else Raw(reach),
        None if reader.holds(device, n) else body,
    )
    return cast("Change", stored)
