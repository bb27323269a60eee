"""Giving ops their places in their scopes: what they supersede is marked, and they are written, in bulk.

All of it happens with the scopes' head rows held, whose lock is the commit order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import itemgetter

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, select, update

from sync.merge import Live, merged, names_only, reach_of
from sync.op import author_of, device_of
from sync.server.models import OP, SCOPE
from sync.server.store.numbering import Numbered
from sync.server.store.prepared import Prepared, PreparedForMany, PreparedRows
from sync.wire import ERASE, PushedOp

Place = tuple[str, str]
"""A scope's id and a record's."""
_NAMES = msgspec.json.Decoder(tuple[str, ...])
_REACH = msgspec.json.Decoder(dict[str, int])
_NO_REACH = "{}"

_HEADS = PreparedForMany(
    lambda among: (
        select(SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.chain, SCOPE.c.key_epoch)
        .where(SCOPE.c.organisation_id == bindparam("organisation"), among(SCOPE.c.scope_id))
        .order_by(SCOPE.c.scope_id)
        .with_for_update()
    )
)
# `live` is bound and the order made afterwards, or SQLite would read the scope's whole feed instead of the records.
_TOUCHED = PreparedForMany(
    lambda among: select(
        OP.c.record_id,
        OP.c.seq,
        OP.c.device_id,
        OP.c.n,
        OP.c.at,
        OP.c.base,
        OP.c.reach,
        OP.c.live_fields,
        OP.c.kind,
        OP.c.group_id,
    ).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        among(OP.c.record_id),
        OP.c.live == bindparam("one"),
    )
)
_MARK = Prepared(
    update(OP)
    .where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq == bindparam("the_seq"),
    )
    .values(live=bindparam("left"), live_fields=bindparam("names"))
)
_MOVE_HEAD = Prepared(
    update(SCOPE)
    .where(SCOPE.c.organisation_id == bindparam("organisation"), SCOPE.c.scope_id == bindparam("the_scope"))
    .values(head=bindparam("new_head"), chain=bindparam("new_chain"))
)
_ADD_OPS = PreparedRows(OP)
# In two steps: asked for what lies below a seq, SQLite would go through the whole scope.
_SEQS_OF_RECORD = Prepared(
    select(OP.c.seq).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.record_id == bindparam("the_record"),
    )
)
_EMPTY = Prepared(
    update(OP)
    .where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq == bindparam("the_seq"),
    )
    .values(record_id="", kind="", fields="[]", live=0, live_fields="[]", reach=_NO_REACH, at=0, body=b"")
)


class Head(Struct):
    """Where a scope is: its newest seq, the running hash (32 bytes) at it, and its key epoch."""

    seq: int
    chain: bytes
    key_epoch: int


class Touched(Struct, frozen=True):
    """What is live of the records that a push touches, in seq order, and which of those records were erased."""

    live: dict[Place, list[Live]]
    erased: set[Place]


def heads(connection: Connection, organisation: str, scopes: Iterable[str]) -> dict[str, Head]:
    """Take the scopes' head rows, in scope order."""
    rows = _HEADS.rows(connection, sorted(set(scopes)), organisation=organisation)
    return {scope: Head(*row) for scope, *row in rows}


def touched(connection: Connection, organisation: str, ops: Iterable[Numbered]) -> Touched:
    """Read what is live of the records of these ops. An erased record's last op is the one that erased it."""
    records: dict[str, dict[str, None]] = {}
    for op in ops:
        records.setdefault(op.op.scope, {})[op.op.record] = None
    found = Touched({}, set())
    for scope, ids in sorted(records.items()):
        rows = _TOUCHED.rows(connection, list(ids), organisation=organisation, the_scope=scope, one=1)
        for record, seq, device, n, at, base, reach, fields, kind, group in sorted(rows, key=itemgetter(1)):
            names, author = names_only(_NAMES.decode(fields)), author_of(device, n, group)
            entry = Live(seq, author, n, at, base, {} if reach == _NO_REACH else _REACH.decode(reach), names)
            found.live.setdefault((scope, record), []).append(entry)
            if kind == ERASE:
                found.erased.add((scope, record))
    return found


def write(
    connection: Connection,
    organisation: str,
    device: str,
    ops: Sequence[Numbered],
    at: dict[str, Head],
    live: dict[Place, list[Live]],
) -> list[int]:
    """Write the ops, moving the heads `at` and changing `live` along; returns the seq of each."""
    if not ops:
        return []
    before = {scope: head.seq for scope, head in at.items()}
    was = {(place[0], entry.seq): entry for place, there in live.items() for entry in there}
    entries: list[Live] = []
    chains: list[bytes] = []
    for op in ops:
        head = at[op.op.scope]
        head.seq += 1
        head.chain = hashlib.sha256(head.chain + op.digest).digest()
        entries.append(_enter(op, device, head, before[op.op.scope], live))
        chains.append(head.chain[:8])
    now_live = {(place[0], entry.seq): entry for place, there in live.items() for entry in there}
    _MARK.run_each(connection, _marks(organisation, was, now_live))
    _ADD_OPS.run_rows(
        connection,
        [
            _row(organisation, op, entry, chain, now_live.get((op.op.scope, entry.seq)))
            for op, entry, chain in zip(ops, entries, chains, strict=True)
        ],
    )
    for op, entry in zip(ops, entries, strict=True):
        if op.op.kind == ERASE:
            _erase(connection, organisation, op.op, entry.seq)
    _MOVE_HEAD.run_each(
        connection,
        [
            {"organisation": organisation, "the_scope": scope, "new_head": head.seq, "new_chain": head.chain}
            for scope, head in at.items()
            if head.seq != before[scope]
        ],
    )
    return [entry.seq for entry in entries]


def _erase(connection: Connection, organisation: str, op: PushedOp, seq: int) -> None:
    """Empty the record's ops before the one at `seq`, which erased it."""
    place = {"organisation": organisation, "the_scope": op.scope}
    earlier = _SEQS_OF_RECORD.rows(connection, **place, the_record=op.record)
    _EMPTY.run_each(connection, [place | {"the_seq": found} for (found,) in earlier if found < seq])


def _enter(op: Numbered, device: str, head: Head, newest: int, live: dict[Place, list[Live]]) -> Live:
    """Merge an op into its record; `newest` is the scope's head before this push."""
    pushed = op.op
    author = author_of(device, op.n, pushed.group)
    entry = Live(head.seq, author, op.n, pushed.at, pushed.base, {}, names_only(pushed.fields))
    if pushed.base > newest:
        # Seen on a history that this server doesn't have: then it knows nothing of this one.
        entry.reach = dict.fromkeys(pushed.fields, 0)
    place = (pushed.scope, pushed.record)
    there = live.get(place)
    if there:
        entry.reach = reach_of(entry, there)
    live[place] = [entry] if not there or pushed.kind == ERASE else merged(there, entry)
    return entry


def _marks(organisation: str, was: dict[tuple[str, int], Live], now_live: dict[tuple[str, int], Live]):
    """Which fields of earlier ops are still live, where that changed."""
    changed: list[dict[str, object]] = []
    for (scope, seq), entry in was.items():
        left = now_live.get((scope, seq))
        if left is not entry:
            names = tuple(left.values) if left is not None else ()
            changed.append(
                {
                    "organisation": organisation,
                    "the_scope": scope,
                    "the_seq": seq,
                    "left": 1 if names else 0,
                    "names": _names(names),
                }
            )
    return changed


def _row(organisation: str, op: Numbered, entry: Live, chain: bytes, left: Live | None) -> tuple[object, ...]:
    """The op's row, in the order of the table's columns; `left` is what of it is live."""
    pushed, fields = op.op, _names(op.op.fields)
    return (
        organisation,
        pushed.scope,
        entry.seq,
        device_of(entry.device),
        op.n,
        pushed.record,
        pushed.kind,
        fields,
        pushed.base,
        pushed.at,
        pushed.schema,
        pushed.key_epoch,
        pushed.group,
        0 if left is None else 1,
        "[]" if left is None else fields if left is entry else _names(tuple(left.values)),
        msgspec.json.encode(entry.reach).decode() if entry.reach else _NO_REACH,
        op.digest,
        chain,
        pushed.body,
    )


@lru_cache(maxsize=1024)
def _names(names: tuple[str, ...]) -> str:
    """Field names as they are stored; few different ones are in use."""
    return msgspec.json.encode(names).decode()
