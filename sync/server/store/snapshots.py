"""Snapshots as they are stored: the one that is handed out, and the one that a device is making; both in parts.

A part is what was live in a stretch of the scope's order. What its maker says is in it is held against the ops that are
here, and what is live there and not in it is handed out beside it: a reader never gets less than the feed gives.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sync.op import Digest, author_of
from sync.server.models import OP, SCOPE, SNAPSHOT, SNAPSHOT_PART
from sync.server.store.history import whole_ops
from sync.server.store.prepared import Prepared, PreparedForMany
from sync.snapshot import digest_of, line
from sync.wire import ERASE, PART_BODIES, PART_OPS, Change, SnapshotUpload

_NAMES = msgspec.json.Decoder(list[str])
_REACH = msgspec.json.Decoder(dict[str, int])
_SEQS = msgspec.json.Decoder(list[int])
_AT_ONCE = 64

_OF_SCOPE = Prepared(
    select(
        SNAPSHOT.c.snapshot_id,
        SNAPSHOT.c.device_id,
        SNAPSHOT.c.whole,
        SNAPSHOT.c.seq,
        SNAPSHOT.c.seq_chain,
        SNAPSHOT.c.number,
        SNAPSHOT.c.after_seq,
        SNAPSHOT.c.through_seq,
        SNAPSHOT.c.ops,
        SNAPSHOT.c.until,
    ).where(SNAPSHOT.c.organisation_id == bindparam("organisation"), SNAPSHOT.c.scope_id == bindparam("the_scope"))
)
_PART = Prepared(
    select(
        SNAPSHOT_PART.c.number,
        SNAPSHOT_PART.c.after_seq,
        SNAPSHOT_PART.c.through_seq,
        SNAPSHOT_PART.c.chain,
        SNAPSHOT_PART.c.key_epoch,
        SNAPSHOT_PART.c.digest,
        SNAPSHOT_PART.c.rest,
    )
    .where(
        SNAPSHOT_PART.c.organisation_id == bindparam("organisation"),
        SNAPSHOT_PART.c.scope_id == bindparam("the_scope"),
        SNAPSHOT_PART.c.snapshot_id == bindparam("the_id"),
        SNAPSHOT_PART.c.after_seq <= bindparam("at_seq"),
    )
    .order_by(SNAPSHOT_PART.c.after_seq.desc())
    .limit(1)
)
_BODY = Prepared(
    select(SNAPSHOT_PART.c.body).where(
        SNAPSHOT_PART.c.organisation_id == bindparam("organisation"),
        SNAPSHOT_PART.c.scope_id == bindparam("the_scope"),
        SNAPSHOT_PART.c.snapshot_id == bindparam("the_id"),
        SNAPSHOT_PART.c.after_seq == bindparam("the_after"),
    )
)
_LIVE_AFTER = (
    OP.c.organisation_id == bindparam("organisation"),
    OP.c.scope_id == bindparam("the_scope"),
    OP.c.seq > bindparam("after"),
    OP.c.seq <= bindparam("through"),
    OP.c.live == 1,
)
_STRETCH = Prepared(
    select(OP.c.seq, OP.c.device_id, OP.c.group_id, func.length(OP.c.body))
    .where(*_LIVE_AFTER)
    .order_by(OP.c.seq)
    .limit(PART_OPS + 1)
)
_SOME = Prepared(select(OP.c.seq).where(*_LIVE_AFTER).order_by(OP.c.seq).limit(bindparam("at_most")))
_HEADER = (OP.c.seq, OP.c.device_id, OP.c.n, OP.c.at, OP.c.base, OP.c.record_id, OP.c.kind, OP.c.reach, OP.c.group_id)
_LIVE = Prepared(select(*_HEADER, OP.c.fields, OP.c.live_fields).where(*_LIVE_AFTER).order_by(OP.c.seq))
_DEAD = PreparedForMany(
    lambda among: select(*_HEADER, OP.c.fields, OP.c.live_fields).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        among(OP.c.seq),
    )
)
_CHAIN = Prepared(
    select(OP.c.chain).where(
        OP.c.organisation_id == bindparam("organisation"),
        OP.c.scope_id == bindparam("the_scope"),
        OP.c.seq == bindparam("the_seq"),
    )
)
_ADD = Prepared(insert(SNAPSHOT))
_ADD_PART = Prepared(insert(SNAPSHOT_PART))


class Stored(NamedTuple):
    """A snapshot: `number`, `after` and `through` are of its next part; `until`: its maker's turn, ms since 1970."""

    id: str
    device: str
    whole: int
    seq: int
    seq_chain: str
    number: int
    after: int
    through: int
    ops: int
    until: int


class Part(NamedTuple):
    """A part without its body."""

    number: int
    after: int
    through: int
    chain: bytes
    epoch: int
    digest: Digest
    rest: str


class WrongPartError(Exception):
    """The maker's part isn't of this scope as it stands: it names ops that aren't there, or fewer fields than count."""


def of_scope(connection: Connection, organisation: str, scope: str) -> tuple[Stored | None, Stored | None]:
    """The snapshot that is handed out, and the one that is being made."""
    found = [Stored(*row) for row in _OF_SCOPE.rows(connection, organisation=organisation, the_scope=scope)]
    return next((one for one in found if one.whole), None), next((one for one in found if not one.whole), None)


def part_at(connection: Connection, organisation: str, scope: str, at: int) -> tuple[Stored, Part] | None:
    """The part that a reader at seq `at` goes on with; None where that gains too little, or there is none."""
    whole, _ = of_scope(connection, organisation, scope)
    if whole is None or at >= whole.seq:
        return None
    row = _PART.row(connection, organisation=organisation, the_scope=scope, the_id=whole.id, at_seq=at)
    if row is None:
        return None
    part = Part(*row)
    # Of one that was half read already the rest comes by the feed.
    return (whole, part) if at - part.after <= (part.through - part.after) // 2 else None


def body_of(connection: Connection, organisation: str, scope: str, found: Stored, part: Part) -> bytes:
    """What is sealed in a part."""
    row = _BODY.row(connection, organisation=organisation, the_scope=scope, the_id=found.id, the_after=part.after)
    return row[0] if row is not None else b""


def rest_of(connection: Connection, organisation: str, scope: str, part: Part) -> list[Change]:
    """The ops of a part's stretch that aren't in it, as far as they are still live."""
    return whole_ops(connection, organisation, scope, _SEQS.decode(part.rest), live_only=True)


def live_after(connection: Connection, organisation: str, scope: str, after: int, head: int, at_most: int) -> int:
    """How many live ops there are after a seq, counted up to `at_most`."""
    named = {"organisation": organisation, "the_scope": scope, "after": after, "through": head}
    return len(_SOME.rows(connection, **named, at_most=at_most))


def begin(connection: Connection, organisation: str, scope: str, new: Stored, part_ops: int) -> Stored | None:
    """Begin a snapshot instead of the one that was being made; None when its end isn't an op's place."""
    row = _CHAIN.row(connection, organisation=organisation, the_scope=scope, the_seq=new.seq)
    if row is None or row[0].hex() != new.seq_chain:
        return None
    _, making = of_scope(connection, organisation, scope)
    if making is not None:
        _remove(connection, organisation, scope, making.id)
    begun = new._replace(through=_stretch(connection, organisation, scope, new.after, new.seq, part_ops))
    _ADD.run(
        connection,
        organisation_id=organisation,
        scope_id=scope,
        snapshot_id=begun.id,
        device_id=begun.device,
        whole=0,
        seq=begun.seq,
        seq_chain=begun.seq_chain,
        number=begun.number,
        after_seq=begun.after,
        through_seq=begun.through,
        ops=0,
        until=begun.until,
    )
    return begun


def add_part(
    connection: Connection,
    organisation: str,
    scope: str,
    making: Stored,
    sent: SnapshotUpload,
    until: int,
    part_ops: int,
) -> Stored:
    """Keep the next part; the last one makes the snapshot whole, and the one before goes. Raises WrongPartError.

    With the scope's head held: what is erased meanwhile takes the parts along, or is seen here.
    """
    digest, rest = _checked(connection, organisation, scope, making, sent)
    chain = _CHAIN.row(connection, organisation=organisation, the_scope=scope, the_seq=making.through)
    if chain is None:
        raise WrongPartError
    _ADD_PART.run(
        connection,
        organisation_id=organisation,
        scope_id=scope,
        snapshot_id=making.id,
        after_seq=making.after,
        number=making.number,
        through_seq=making.through,
        chain=chain[0],
        key_epoch=sent.epoch,
        digest=digest,
        rest=msgspec.json.encode(rest).decode(),
        body=sent.body,
    )
    whole = making.through == making.seq
    after = making._replace(
        number=making.number + (not whole),
        after=making.through,
        through=making.seq
        if whole
        else _stretch(connection, organisation, scope, making.through, making.seq, part_ops),
        ops=making.ops + len(sent.seqs),
        whole=int(whole),
        until=until,
    )
    if whole:
        before, _ = of_scope(connection, organisation, scope)
        if before is not None:
            _remove(connection, organisation, scope, before.id)
        _cover(connection, organisation, scope, making.seq)
    mine = _mine(organisation, scope) & (SNAPSHOT.c.snapshot_id == making.id)
    connection.execute(
        update(SNAPSHOT)
        .where(mine)
        .values(
            number=after.number,
            after_seq=after.after,
            through_seq=after.through,
            ops=after.ops,
            whole=after.whole,
            until=until,
        )
    )
    return after


def drop(connection: Connection, organisation: str, scope: str) -> None:
    """Remove all that a scope has of snapshots, for instance because they hold a record that was erased."""
    whole, making = of_scope(connection, organisation, scope)
    for one in (whole, making):
        if one is not None:
            _remove(connection, organisation, scope, one.id)
    if whole is not None:
        _cover(connection, organisation, scope, 0)


def drop_all(connection: Connection, organisation: str) -> None:
    """Remove all snapshots of an organisation, as after a restore."""
    for table in (SNAPSHOT, SNAPSHOT_PART):
        connection.execute(delete(table).where(table.c.organisation_id == organisation))
    connection.execute(update(SCOPE).where(SCOPE.c.organisation_id == organisation).values(covered=0))


def _mine(organisation: str, scope: str) -> Any:
    return (SNAPSHOT.c.organisation_id == organisation) & (SNAPSHOT.c.scope_id == scope)


def _cover(connection: Connection, organisation: str, scope: str, seq: int) -> None:
    mine = (SCOPE.c.organisation_id == organisation) & (SCOPE.c.scope_id == scope)
    connection.execute(update(SCOPE).where(mine).values(covered=seq))


def _remove(connection: Connection, organisation: str, scope: str, snapshot: str) -> None:
    for table in (SNAPSHOT_PART, SNAPSHOT):
        columns = table.c
        connection.execute(
            delete(table).where(
                columns.organisation_id == organisation, columns.scope_id == scope, columns.snapshot_id == snapshot
            )
        )


def _stretch(connection: Connection, organisation: str, scope: str, after: int, end: int, part_ops: int) -> int:
    """How far the next part reaches: whole saves, about so many ops and so many bytes of their bodies, at least one."""
    named = {"organisation": organisation, "the_scope": scope, "after": after, "through": end}
    rows = _STRETCH.rows(connection, **named)
    fits, used = 0, 0
    for place, (_, device, group, size) in enumerate(rows):
        used += size
        if (place >= part_ops or used > PART_BODIES) and fits:
            return rows[fits - 1][0]
        follows = rows[place + 1] if place + 1 < len(rows) else None
        if follows is None or (follows[1], follows[2]) != (device, group):
            fits = place + 1
    return end


def _checked(
    connection: Connection, organisation: str, scope: str, making: Stored, sent: SnapshotUpload
) -> tuple[Digest, list[int]]:
    """The digest of what the maker says is in the part, and the seqs of what is live there besides."""
    named = {"organisation": organisation, "the_scope": scope, "after": making.after, "through": making.through}
    rows = {row[0]: row for row in _LIVE.rows(connection, **named)}
    said = dict(zip(sent.seqs, sent.fields, strict=False))
    if len(said) != len(sent.seqs) or len(said) != len(sent.fields) or sorted(said) != sent.seqs:
        raise WrongPartError
    if said and not making.after < sent.seqs[0] <= sent.seqs[-1] <= making.through:
        raise WrongPartError
    rest = [seq for seq in rows if seq not in said]
    dead = [seq for seq in said if seq not in rows]
    for start in range(0, len(dead), _AT_ONCE):
        some = cast("Sequence[str]", dead[start : start + _AT_ONCE])  # bound as they are
        rows |= {row[0]: row for row in _DEAD.rows(connection, some, organisation=organisation, the_scope=scope)}
    return digest_of([_line(rows.get(seq), sent.names, said[seq]) for seq in sent.seqs]), rest


def _line(row: tuple[Any, ...] | None, names: list[list[str]], which: int) -> str:
    # An erased op has no kind any more, and one that erases has no contents.
    if row is None or not row[6] or row[6] == ERASE or which >= len(names):
        raise WrongPartError
    seq, device, n, at, base, record, kind, reach, group, fields, live_fields = row
    inside = set(names[which])
    if not set(_NAMES.decode(live_fields)) <= inside <= set(_NAMES.decode(fields)):
        raise WrongPartError
    author, further = author_of(device, n, group), _REACH.decode(reach) if reach != "{}" else None
    return line(seq, author, n, at, base, record, kind, inside, further)
