"""The history of one record: all ops of it that are kept, in their order, a page at a time."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from sync.server.models import OP
from sync.server.store.feed import CHANGE
from sync.server.store.prepared import Prepared, PreparedForMany
from sync.wire import ERASE, PAGE_BYTES, Change, HistoryAnswer, HistoryRequest

_AT_ONCE = 64
_NAMES = msgspec.json.Decoder(tuple[str, ...])
_REACH = msgspec.json.Decoder(dict[str, int])
# Without order and limit, or SQLite might read the whole scope in its order instead of the record.
_OF_RECORD = Prepared(
    select(OP.c.seq, OP.c.kind, func.length(OP.c.body)).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.record_id == bindparam("the_record"),
    )
)
_WHOLE = PreparedForMany(
    lambda among: select(*CHANGE, OP.c.live).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        among(OP.c.seq),
    )
)


def history(connection: Connection, organisation: str, asked: HistoryRequest) -> HistoryAnswer:
    """One page of a record's ops, at least one where there is one; the caller has looked whether it may be read."""
    kept = sorted(
        _OF_RECORD.rows(connection, organisation=organisation, the_scope=asked.scope, the_record=asked.record)
    )
    if any(kind == ERASE for _, kind, _ in kept):
        return HistoryAnswer([], asked.after, erased=True)
    left = [(seq, size) for seq, _, size in kept if seq > asked.after]
    page = list(_fitting(left, asked.limit))
    ops = whole_ops(connection, organisation, asked.scope, page)
    return HistoryAnswer(ops, page[-1] if page else asked.after, more=len(page) < len(left))


def _fitting(left: Sequence[tuple[int, int]], limit: int) -> Iterator[int]:
    """The seqs of the first ops, up to `limit` and about a page's bytes of bodies."""
    used = 0
    for seq, size in left[:limit]:
        used += size
        if used > PAGE_BYTES and used > size:
            return
        yield seq


def whole_ops(
    connection: Connection, organisation: str, scope: str, seqs: Sequence[int], *, live_only: bool = False
) -> list[Change]:
    """The ops at these seqs, in order, each whole; `live_only`: without those that were superseded meanwhile."""
    found = [
        op
        for start in range(0, len(seqs), _AT_ONCE)
        for op in _ops(connection, organisation, scope, seqs[start : start + _AT_ONCE], live_only=live_only)
    ]
    return sorted(found, key=lambda op: op.seq)


def _ops(
    connection: Connection, organisation: str, scope: str, seqs: Sequence[int], *, live_only: bool
) -> list[Change]:
    places = cast("Sequence[str]", seqs)  # bound as they are
    rows = _WHOLE.rows(connection, places, organisation=organisation, the_scope=scope)
    return [_change(row[:-1]) for row in rows if row[-1] or not live_only]


def _change(row: tuple[Any, ...]) -> Change:
    seq, device, n, record, kind, fields, base, at, schema, key_epoch, group, reach, body = row
    names, further = _NAMES.decode(fields), _REACH.decode(reach)
    return Change(seq, device, n, record, kind, names, base, at, schema, key_epoch, group, further, body)
