"""Handing out ops: each scope's live ops after the replica's cursor, whole groups, within a page's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select, tuple_

from sync.server.models import OP
from sync.server.store.identity import Access
from sync.wire import PAGE_BYTES, Change, Changes, Cursor

_NAMES = msgspec.json.Decoder(tuple[str, ...])
_REACH = msgspec.json.Decoder(dict[str, int])
_LIVE: ColumnElement[int] = literal_column("1")
_BATCH = 200
_COLUMNS = (
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
    OP.c.chain,
)

_ROWS = (
    select(*_COLUMNS)
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


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose pull it is; ops of `device` from `held_from_n` on are handed out without body (0: none)."""

    organisation: str
    device: str
    held_from_n: int

    def holds(self, device: str, n: int) -> bool:
        """Whether the replica has this op's values itself."""
        return device == self.device and 0 < self.held_from_n <= n


def knows(connection: Connection, organisation: str, cursors: Mapping[str, Cursor], may: Mapping[str, Access]) -> bool:
    """Whether every cursor stands on this server's own history: its seq is there, with the same running hash."""
    asked: list[tuple[str, int]] = []
    for scope, cursor in cursors.items():
        access = may.get(scope)
        if access is None or cursor.seq == 0:
            continue
        if cursor.seq > access.head:
            return False
        if cursor.seq == access.head:
            if access.chain[:8].hex() != cursor.chain:
                return False
        else:
            asked.append((scope, cursor.seq))
    for start in range(0, len(asked), _BATCH):
        part = asked[start : start + _BATCH]
        rows = connection.execute(
            select(OP.c.scope_id, OP.c.chain).where(
                OP.c.organisation_id == organisation, tuple_(OP.c.scope_id, OP.c.seq).in_(part)
            )
        ).all()
        if {row.scope_id: row.chain.hex() for row in rows} != {scope: cursors[scope].chain for scope, _ in part}:
            return False
    return True


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
        return Changes(ops[:end], ops[end - 1].seq, rows[end - 1].chain.hex(), more=True), used
    return Changes(ops, access.head, access.chain[:8].hex()), used


def _rows(connection: Connection, reader: Reader, access: Access, after: int, limit: int) -> Sequence[Any]:
    asked = {"organisation": reader.organisation, "the_scope": access.scope, "after": after, "head": access.head}
    return connection.execute(_ROWS, {**asked, "at_most": limit}).all()


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


def _change(row: Any, reader: Reader) -> Change:
    seq, device, n, record, kind, fields, base, at, schema, key_epoch, group, reach, body, _ = row
    return Change(
        seq,
        device,
        n,
        record,
        kind,
        _NAMES.decode(fields),
        base,
        at,
        schema,
        key_epoch,
        group,
        {} if reach == "{}" else _REACH.decode(reach),
        None if reader.holds(device, n) else body,
    )
