"""Taking in ops: in the order of their numbers, exactly once, whole groups only.

Everything that can be decided before is decided before the scopes' head rows are taken; with them held, the live
fields of the touched records are read, marked and written in a handful of statements. That lock is the commit order.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, bindparam, insert, select

from sync.server.models import KEY_GRANT, OP, REFUSAL
from sync.server.store import escrow, numbering, refusing, snapshots, writing
from sync.server.store.numbering import DeviceState, Numbered, Told, between
from sync.server.store.prepared import Prepared
from sync.server.store.standing import Access
from sync.server.store.writing import Head
from sync.wire import ERASE, Refusal, Run

_ADD_REFUSALS = Prepared(insert(REFUSAL))
_GRANTED = Prepared(
    select(KEY_GRANT.c.epoch).where(
        KEY_GRANT.c.organisation_id == bindparam("organisation"),
        KEY_GRANT.c.device_id == bindparam("device"),
        KEY_GRANT.c.scope_id == bindparam("the_scope"),
        KEY_GRANT.c.epoch == bindparam("the_epoch"),
    )
)
_TAKEN_BEFORE = between(OP, "n", "scope_id", "seq")
_REFUSED_BEFORE = between(REFUSAL, "n", "code")


class StaleKeyError(Exception):
    """Ops were sealed with another key epoch than these scopes have now."""

    def __init__(self, epochs: dict[str, int]) -> None:
        super().__init__("stale key")
        self.epochs = epochs


class Taken(Struct):
    """What became of a push: the runs and refusals of all its ops, repeats included, and the scopes that grew.

    `erased`: a record was emptied for good, so the database's own files must be cleaned of it.
    """

    through: int
    runs: list[Run] = []
    refusals: list[Refusal] = []
    grown: dict[str, Head] = {}
    erased: bool = False


def take(
    connection: Connection,
    organisation: str,
    device: str,
    state: DeviceState,
    ops: Sequence[Numbered],
    may: dict[str, Access],
    role: str,
    now: int,
    told: Told,
) -> Taken:
    """Accept or refuse the ops above `state.last_n` and answer for all; raises StaleKeyError (nothing is consumed)."""
    repeats = [op for op in ops if op.n <= state.last_n]
    new = ops[len(repeats) :]
    taken = Taken(max(state.last_n, ops[-1].n) if ops else state.last_n)
    if repeats:
        _repeat(connection, organisation, device, repeats[0].n, repeats[-1].n, taken)
    if not new:
        return taken
    codes = refusing.refused(new, may, role, state.last_group)
    open_ops = [op for op in new if op.n not in codes]
    heads = writing.heads(connection, organisation, {op.op.scope for op in open_ops})
    touched = writing.touched(connection, organisation, open_ops)
    codes |= refusing.of_erased(open_ops, touched.erased)
    accepted = [op for op in open_ops if op.n not in codes] if codes else open_ops
    stale = {op.op.scope for op in accepted if op.op.key_epoch != heads[op.op.scope].key_epoch}
    if stale and (epochs := _to_be_had(connection, organisation, device, accepted, {one: heads[one] for one in stale})):
        raise StaleKeyError(epochs)

    seqs = writing.write(connection, organisation, device, accepted, heads, touched.live)
    numbering.move(connection, organisation, device, new[-1], now, told)
    refused = [op for op in new if op.n in codes] if codes else []
    _ADD_REFUSALS.run_each(
        connection,
        [
            {"organisation_id": organisation, "device_id": device, "n": op.n, "code": codes[op.n], "digest": op.digest}
            for op in refused
        ],
    )
    taken.runs += _runs((op.n, op.op.scope, seq) for op, seq in zip(accepted, seqs, strict=True))
    taken.refusals += [Refusal(op.n, codes[op.n]) for op in refused]
    taken.erased = any(op.op.kind == ERASE for op in accepted)
    for scope in {op.op.scope for op in accepted if op.op.kind == ERASE}:
        # What was sealed together can't be taken apart here.
        snapshots.drop(connection, organisation, scope)
        gone = {op.op.record for op in accepted if op.op.kind == ERASE and op.op.scope == scope}
        escrow.forget(connection, organisation, scope, gone)
    taken.grown = {scope: heads[scope] for scope in {op.op.scope for op in accepted}}
    return taken


def _to_be_had(
    connection: Connection, organisation: str, device: str, ops: Iterable[Numbered], stale: dict[str, Head]
) -> dict[str, int]:
    """Of these scopes those of which the device can seal its ops with the newest key, with that key's epoch.

    One that nobody has given the newest key yet goes on with the key that it has: else it couldn't say, in the
    organisation's scope, which keys are its own, and would never be given any.
    """
    newer = {op.op.scope for op in ops if op.op.scope in stale and op.op.key_epoch > stale[op.op.scope].key_epoch}
    return {
        scope: head.key_epoch
        for scope, head in stale.items()
        if scope in newer
        or _GRANTED.row(connection, organisation=organisation, device=device, the_scope=scope, the_epoch=head.key_epoch)
    }


def _repeat(connection: Connection, organisation: str, device: str, first: int, last: int, taken: Taken) -> None:
    """The answer that these numbers got before."""
    asked = {"organisation": organisation, "device": device, "first": first, "last": last}
    taken.runs += _runs(_TAKEN_BEFORE.rows(connection, **asked))
    taken.refusals += [Refusal(*row) for row in _REFUSED_BEFORE.rows(connection, **asked)]


def _runs(places: Iterable[tuple[Any, ...]]) -> list[Run]:
    runs: list[Run] = []
    for n, scope, seq in places:
        last = runs[-1] if runs else None
        if last is not None and (last.n + last.count, last.scope, last.seq + last.count) == (n, scope, seq):
            runs[-1] = Run(last.n, scope, last.seq, last.count + 1)
        else:
            runs.append(Run(n, scope, seq, 1))
    return runs
