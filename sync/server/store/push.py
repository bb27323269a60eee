"""Taking in ops: in the order of their numbers, exactly once, whole groups only.

Everything that can be decided before is decided before the scopes' head rows are taken; with them held, the live
fields of the touched records are read, marked and written in a handful of statements. That lock is the commit order.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from sync.merge import Live, merged, names_only, reach_of
from sync.op import FIRST_DIGEST, Digest
from sync.server.models import DEVICE, ERASED, OP, REFUSAL, SCOPE
from sync.server.store.identity import Access
from sync.wire import ERASE, PushedOp, Refusal, RefusalCode, Run

Names = list[str]
_NAMES = msgspec.json.Decoder(list[str])
_REACH = msgspec.json.Decoder(dict[str, int])
# Bound as a whole: giving `in_` the values costs 60 µs an op.
_SCOPES: BindParameter[list[str]] = bindparam("the_scopes", expanding=True)
_RECORDS: BindParameter[list[str]] = bindparam("the_records", expanding=True)


_DEVICE_STATE = (
    select(DEVICE.c.last_n, DEVICE.c.last_digest, DEVICE.c.last_group)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device"))
    .with_for_update()
)
_HEADS = (
    select(SCOPE.c.scope_id, SCOPE.c.head, SCOPE.c.chain, SCOPE.c.key_epoch)
    .where(SCOPE.c.organisation_id == bindparam("organisation"), SCOPE.c.scope_id.in_(_SCOPES))
    .order_by(SCOPE.c.scope_id)
    .with_for_update()
)
_ERASED = select(ERASED.c.scope_id, ERASED.c.record_id).where(
    ERASED.c.organisation_id == bindparam("organisation"),
    ERASED.c.scope_id.in_(_SCOPES),
    ERASED.c.record_id.in_(_RECORDS),
)
# `live` is bound and the order made afterwards, or SQLite would read the scope's whole feed instead of the records.
_TOUCHED = select(
    OP.c.record_id, OP.c.seq, OP.c.device_id, OP.c.n, OP.c.at, OP.c.base, OP.c.reach, OP.c.live_fields
).where(
    OP.c.organisation_id == bindparam("organisation"),
    OP.c.scope_id == bindparam("the_scope"),
    OP.c.record_id.in_(_RECORDS),
    OP.c.live == bindparam("live", 1),
)
_MARK = (
    update(OP)
    .where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq == bindparam("the_seq"),
    )
    .values(live=bindparam("left"), live_fields=bindparam("names"))
)
_MOVE_HEAD = (
    update(SCOPE)
    .where(SCOPE.c.organisation_id == bindparam("organisation"), SCOPE.c.scope_id == bindparam("the_scope"))
    .values(head=bindparam("new_head"), chain=bindparam("new_chain"))
)
_MOVE_DEVICE = (
    update(DEVICE)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device"))
    .values(
        last_n=bindparam("new_n"),
        last_digest=bindparam("new_digest"),
        last_group=bindparam("new_group"),
        last_seen=bindparam("now"),
    )
)
_ADD_OPS = insert(OP)


class GapError(Exception):
    """The push starts above `expected`."""

    def __init__(self, expected: int) -> None:
        super().__init__("gap")
        self.expected = expected


class ForkedError(Exception):
    """The server has other ops under these numbers, up to `last_n`."""

    def __init__(self, last_n: int) -> None:
        super().__init__("forked")
        self.last_n = last_n


class StaleKeyError(Exception):
    """Ops were sealed with another key epoch than these scopes have now."""

    def __init__(self, epochs: dict[str, int]) -> None:
        super().__init__("stale key")
        self.epochs = epochs


@dataclass(frozen=True, slots=True)
class DeviceState:
    """How far a device has pushed: the last n, the digest and the group of that op."""

    last_n: int
    last_digest: Digest
    last_group: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A pushed op with its number and its link in the device's chain."""

    n: int
    op: PushedOp
    digest: Digest


@dataclass(slots=True)
class Taken:
    """What became of a push: the runs and refusals of all its ops, repeats included, and the scopes that grew."""

    through: int
    runs: list[Run] = field(default_factory=list[Run])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    grown: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class _Head:
    seq: int
    chain: bytes
    key_epoch: int


def device_state(connection: Connection, organisation: str, device: str) -> DeviceState:
    """Lock the device's row and read how far it is."""
    return DeviceState(*connection.execute(_DEVICE_STATE, {"organisation": organisation, "device": device}).one())


def check_place(
    connection: Connection,
    organisation: str,
    device: str,
    state: DeviceState,
    first_n: int,
    before: Digest,
    digests: Sequence[Digest],
) -> None:
    """Whether the push joins what the server has of the device; raises GapError, ForkedError."""
    if first_n > state.last_n + 1:
        raise GapError(state.last_n + 1)
    if first_n == state.last_n + 1 or not digests:
        at, given = first_n - 1, before
    else:
        at = min(state.last_n, first_n + len(digests) - 1)
        given = digests[at - first_n]
    ours = state.last_digest if at == state.last_n else _digest_at(connection, organisation, device, at)
    if ours != given:
        raise ForkedError(state.last_n)


def take(
    connection: Connection,
    organisation: str,
    device: str,
    state: DeviceState,
    ops: Sequence[Numbered],
    may: dict[str, Access],
    now: int,
) -> Taken:
    """Accept or refuse the ops above `state.last_n` and answer for all; raises StaleKeyError (nothing is consumed)."""
    repeats = [op for op in ops if op.n <= state.last_n]
    new = [op for op in ops if op.n > state.last_n]
    taken = Taken(max(state.last_n, ops[-1].n) if ops else state.last_n)
    if repeats:
        _repeat(connection, organisation, device, repeats[0].n, repeats[-1].n, taken)
    if not new:
        return taken
    codes = {op.n: code for op in new if (code := _refused(op.op, may)) is not None}
    codes |= {op.n: RefusalCode.SPLIT_GROUP for op in new if op.op.group == state.last_group}
    _refuse_groups(new, codes)

    heads = _heads(connection, organisation, {op.op.scope for op in new if op.n not in codes})
    codes |= _erased(connection, organisation, [op for op in new if op.n not in codes])
    _refuse_groups(new, codes)
    accepted = [op for op in new if op.n not in codes]
    stale = {op.op.scope for op in accepted if op.op.key_epoch != heads[op.op.scope].key_epoch}
    if stale:
        raise StaleKeyError({scope: heads[scope].key_epoch for scope in stale})

    places = _write(connection, organisation, device, accepted, heads)
    last = new[-1]
    connection.execute(
        _MOVE_DEVICE,
        {
            "organisation": organisation,
            "device": device,
            "new_n": last.n,
            "new_digest": last.digest,
            "new_group": last.op.group,
            "now": now,
        },
    )
    refused = [op for op in new if op.n in codes]
    if refused:
        connection.execute(
            insert(REFUSAL),
            [
                {
                    "organisation_id": organisation,
                    "device_id": device,
                    "n": op.n,
                    "code": codes[op.n],
                    "digest": op.digest,
                }
                for op in refused
            ],
        )
    taken.runs += _runs((op.n, op.op.scope, places[op.n]) for op in accepted)
    taken.refusals += [Refusal(op.n, codes[op.n]) for op in refused]
    taken.grown = {op.op.scope for op in accepted}
    return taken


def _refused(op: PushedOp, may: dict[str, Access]) -> str | None:
    """Why the op is refused whatever the records hold."""
    access = may.get(op.scope)
    if access is None or access.rights == "read":
        return RefusalCode.NOT_A_MEMBER
    erases = op.kind == ERASE
    if erases and access.rights != "lead":
        return RefusalCode.NOT_ALLOWED
    words = (op.record, op.kind, op.group, *op.fields)
    together = "".join(words)
    readable = together.isascii() and together.isprintable()
    if not readable or bool(op.fields) == erases or len(set(op.fields)) != len(op.fields) or not op.body:
        return RefusalCode.MALFORMED
    return None


def _refuse_groups(ops: Sequence[Numbered], codes: dict[int, str]) -> None:
    """A save is accepted or refused whole."""
    if not codes:
        return
    for _, group in groupby(ops, key=lambda op: op.op.group):
        together = list(group)
        if any(op.n in codes for op in together):
            for op in together:
                codes.setdefault(op.n, RefusalCode.GROUP)


def _heads(connection: Connection, organisation: str, scopes: set[str]) -> dict[str, _Head]:
    """Take the scopes' head rows, in scope order."""
    rows = connection.execute(_HEADS, {"organisation": organisation, "the_scopes": sorted(scopes)})
    return {row.scope_id: _Head(row.head, row.chain, row.key_epoch) for row in rows}


def _erased(connection: Connection, organisation: str, ops: Sequence[Numbered]) -> dict[int, str]:
    """The ops that come for an erased record, also one that is erased earlier in this push."""
    erased = {
        (row.scope_id, row.record_id)
        for row in connection.execute(
            _ERASED,
            {
                "organisation": organisation,
                "the_scopes": list({op.op.scope for op in ops}),
                "the_records": list({op.op.record for op in ops}),
            },
        )
    }
    codes: dict[int, str] = {}
    for op in ops:
        place = (op.op.scope, op.op.record)
        if place in erased:
            codes[op.n] = RefusalCode.ERASED
        elif op.op.kind == ERASE:
            erased.add(place)
    return codes


def _write(
    connection: Connection, organisation: str, device: str, ops: Sequence[Numbered], heads: dict[str, _Head]
) -> dict[int, int]:
    """Give the ops their places and write them; returns n → seq."""
    if not ops:
        return {}
    before = {scope: head.seq for scope, head in heads.items()}
    live = _live(connection, organisation, ops)
    was = {(place[0], entry.seq): entry for place, entries in live.items() for entry in entries}
    places: dict[int, int] = {}
    rows: list[dict[str, object]] = []
    for op in ops:
        head = heads[op.op.scope]
        head.seq += 1
        head.chain = hashlib.sha256(head.chain + op.digest).digest()
        places[op.n] = head.seq
        entry = Live(head.seq, device, op.n, op.op.at, op.op.base, values=names_only(op.op.fields))
        if op.op.base > before[op.op.scope]:
            # Seen on a history that this server doesn't have: then it knows nothing of this one.
            entry.reach = dict.fromkeys(op.op.fields, 0)
        place = (op.op.scope, op.op.record)
        there = live.get(place, [])
        entry.reach = reach_of(entry, there)
        live[place] = [entry] if op.op.kind == ERASE else merged(there, entry)
        rows.append(_row(organisation, op, head, entry))
    now_live = {(place[0], entry.seq): entry for place, entries in live.items() for entry in entries}
    for row, op in zip(rows, ops, strict=True):
        left = now_live.get((op.op.scope, places[op.n]))
        row["live"] = 0 if left is None else 1
        row["live_fields"] = _json(list(left.values)) if left is not None else "[]"
    _mark(connection, organisation, was, now_live)
    connection.execute(_ADD_OPS, rows)
    for op in ops:
        if op.op.kind == ERASE:
            _erase(connection, organisation, op.op.scope, op.op.record, places[op.n])
    connection.execute(
        _MOVE_HEAD,
        [
            {"organisation": organisation, "the_scope": scope, "new_head": head.seq, "new_chain": head.chain}
            for scope, head in heads.items()
            if head.seq != before[scope]
        ],
    )
    return places


def _live(connection: Connection, organisation: str, ops: Sequence[Numbered]) -> dict[tuple[str, str], list[Live]]:
    """The live entries of the touched records, in seq order."""
    records: dict[str, set[str]] = {}
    for op in ops:
        records.setdefault(op.op.scope, set()).add(op.op.record)
    live: dict[tuple[str, str], list[Live]] = {}
    for scope, touched in sorted(records.items()):
        rows = connection.execute(
            _TOUCHED, {"organisation": organisation, "the_scope": scope, "the_records": list(touched)}
        )
        for record, seq, device, n, at, base, reach, fields in sorted(rows.all(), key=itemgetter(1)):
            entry = Live(seq, device, n, at, base, _REACH.decode(reach), names_only(_NAMES.decode(fields)))
            live.setdefault((scope, record), []).append(entry)
    return live


def _mark(
    connection: Connection,
    organisation: str,
    was: dict[tuple[str, int], Live],
    now_live: dict[tuple[str, int], Live],
) -> None:
    """Write which fields of earlier ops are still live."""
    changed: list[dict[str, object]] = []
    for (scope, seq), entry in was.items():
        left = now_live.get((scope, seq))
        if left is not entry:
            fields = list(left.values) if left is not None else []
            changed.append(
                {
                    "organisation": organisation,
                    "the_scope": scope,
                    "the_seq": seq,
                    "left": 1 if fields else 0,
                    "names": _json(fields),
                }
            )
    if changed:
        connection.execute(_MARK, changed)


def _row(organisation: str, op: Numbered, head: _Head, entry: Live) -> dict[str, object]:
    return {
        "organisation_id": organisation,
        "scope_id": op.op.scope,
        "seq": head.seq,
        "device_id": entry.device,
        "n": op.n,
        "record_id": op.op.record,
        "kind": op.op.kind,
        "fields": _json(list(op.op.fields)),
        "base": op.op.base,
        "at": op.op.at,
        "schema_version": op.op.schema,
        "key_epoch": op.op.key_epoch,
        "group_id": op.op.group,
        "reach": _json(entry.reach),
        "digest": op.digest,
        "chain": head.chain[:8],
        "body": op.op.body,
    }


def _erase(connection: Connection, organisation: str, scope: str, record: str, seq: int) -> None:
    """Delete what the record's ops held, and remember that it was erased."""
    connection.execute(
        update(OP)
        .where(OP.c.organisation_id == organisation, OP.c.scope_id == scope, OP.c.record_id == record, OP.c.seq < seq)
        .values(record_id="", kind="", fields="[]", live=0, live_fields="[]", reach="{}", at=0, body=b"")
    )
    row = {"organisation_id": organisation, "scope_id": scope, "record_id": record, "seq": seq}
    connection.execute(insert(ERASED), [row])


def _repeat(connection: Connection, organisation: str, device: str, first: int, last: int, taken: Taken) -> None:
    """The answer that these numbers got before."""
    rows = connection.execute(
        select(OP.c.n, OP.c.scope_id, OP.c.seq)
        .where(OP.c.organisation_id == organisation, OP.c.device_id == device, OP.c.n.between(first, last))
        .order_by(OP.c.n)
    )
    taken.runs += _runs((row.n, row.scope_id, row.seq) for row in rows)
    refused = connection.execute(
        select(REFUSAL.c.n, REFUSAL.c.code)
        .where(REFUSAL.c.organisation_id == organisation, REFUSAL.c.device_id == device)
        .where(REFUSAL.c.n.between(first, last))
        .order_by(REFUSAL.c.n)
    )
    taken.refusals += [Refusal(*row) for row in refused]


def _runs(places: Iterable[tuple[int, str, int]]) -> list[Run]:
    runs: list[Run] = []
    for n, scope, seq in places:
        last = runs[-1] if runs else None
        if last is not None and (last.n + last.count, last.scope, last.seq + last.count) == (n, scope, seq):
            runs[-1] = Run(last.n, scope, last.seq, last.count + 1)
        else:
            runs.append(Run(n, scope, seq, 1))
    return runs


def _digest_at(connection: Connection, organisation: str, device: str, n: int) -> Digest | None:
    if n == 0:
        return FIRST_DIGEST
    for table in (OP, REFUSAL):
        digest = connection.execute(
            select(table.c.digest).where(
                table.c.organisation_id == organisation, table.c.device_id == device, table.c.n == n
            )
        ).scalar()
        if digest is not None:
            return digest
    return None


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
