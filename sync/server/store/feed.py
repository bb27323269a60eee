"""Handing out ops: each scope's live ops after the replica's cursor, whole groups, within a page's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, literal_column, select, tuple_

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
    end, used = _fitting(rows, reader, room, room_bytes)
    if end == len(rows) and len(rows) == room + 1:
        # One group fills the whole page: it is handed out whole all the same.
        while end == len(rows):
            more_rows = _rows(connection, reader, access, rows[-1].seq, _BATCH)
            if not more_rows:
                break
            rows = [*rows, *more_rows]
            end = _end_of_group(rows, 0)
        used = sum(_weight(row, reader) for row in rows[:end])
    ops = [_change(row, reader) for row in rows[:end]]
    if end < len(rows):
        last = rows[end - 1]
        return Changes(ops, last.seq, last.chain.hex(), more=True), used
    return Changes(ops, access.head, access.chain[:8].hex()), used


def _rows(connection: Connection, reader: Reader, access: Access, after: int, limit: int) -> Sequence[Any]:
    return connection.execute(
        select(*_COLUMNS)
        .where(
            OP.c.organisation_id == reader.organisation,
            OP.c.scope_id == access.scope,
            OP.c.seq > after,
            OP.c.seq <= access.head,
            OP.c.live == _LIVE,
        )
        .order_by(OP.c.seq)
        .limit(limit)
    ).all()


def _fitting(rows: Sequence[Any], reader: Reader, room: int, room_bytes: int) -> tuple[int, int]:
    """How many rows fit without cutting a group, at least one group; and the bytes of their bodies."""
    end = used = total = start = 0
    while start < len(rows):
        stop = _end_of_group(rows, start)
        total += sum(_weight(row, reader) for row in rows[start:stop])
        if start and (stop > room or total > room_bytes):
            break
        end, used, start = stop, total, stop
    return end, used


def _end_of_group(rows: Sequence[Any], start: int) -> int:
    first = rows[start]
    stop = start + 1
    while stop < len(rows) and (rows[stop].group_id, rows[stop].device_id) == (first.group_id, first.device_id):
        stop += 1
    return stop


def _weight(row: Any, reader: Reader) -> int:
    return 0 if reader.holds(row.device_id, row.n) else len(row.body)


def _change(row: Any, reader: Reader) -> Change:
    return Change(
        row.seq,
        row.device_id,
        row.n,
        row.record_id,
        row.kind,
        _NAMES.decode(row.fields),
        row.base,
        row.at,
        row.schema_version,
        row.key_epoch,
        row.group_id,
        _REACH.decode(row.reach),
        None if reader.holds(row.device_id, row.n) else row.body,
    )
