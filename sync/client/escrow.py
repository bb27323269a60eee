"""What devices that were sent away hadn't sent: read by who leads the scope, and accepted as own changes, or declined.

What hangs together is decided together: all of one device that shares a save or a record, or names one another's (a
contact its case). Of each field the last value counts.
What is accepted keeps its maker's time and the base that its maker had, and counts in merging as nobody's own
(`sync.op.author_of`): so it replaces what its maker knew and nothing else, not even what the accepting device changed
since. The central API removes it once the ops that save it have their places there.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import state
from sync.client.changes import Change, Saved
from sync.client.errors import BrokenAnswer
from sync.client.keyring import Keyring
from sync.client.lives import json_list
from sync.client.replica import Replica, base_of
from sync.client.store import Database
from sync.client.transport import Transport
from sync.schema import Value
from sync.seal import Unopenable
from sync.wire.escrow import EscrowDecided, EscrowDecision, EscrowedOp, EscrowPage, EscrowRead
from sync.wire.limits import PAGE_OPS

READ, DECIDE = "/v1/escrow/read", "/v1/escrow/decide"
MOST_PAGES = 1000


class CantBeOpened(BrokenAnswer):
    """What was left can't be opened with the keys that are here: it can only be declined."""


@dataclass(frozen=True, slots=True)
class LeftOp:
    """One change that was left; `values` is None where it can't be opened here. `at`: ms since 1970, by its maker."""

    n: int
    kind: str
    record: str
    group: str
    fields: tuple[str, ...]
    values: Mapping[str, Value] | None
    base: int
    at: int


@dataclass(frozen=True, slots=True)
class Left:
    """What one device left that hangs together, in the order in which it was made; `user`: whose it was."""

    scope: str
    device: str
    user: str
    ops: tuple[LeftOp, ...]

    @property
    def opens(self) -> bool:
        """Whether it can be accepted here."""
        return all(op.values is not None for op in self.ops)


def fetched(database: Database, transport: Transport) -> list[Left]:
    """Everything that waits for whoever works here, without what was accepted already.

    Raises Declined (`forbidden`: doesn't lead a scope any more), an `Unanswered`, Cancelled.
    """
    with database.read() as connection:
        organisation = str(state.required(connection, state.ORGANISATION))
        scopes, ring = sorted(state.get(connection, state.ESCROW, {})), Keyring(connection)
        taken = {(device, n) for _, device, ns, _ in state.get(connection, state.ESCROW_TAKEN, []) for n in ns}
    found: list[Left] = []
    for scope in scopes:
        by_device: dict[tuple[str, str], list[LeftOp]] = {}
        for op in _pages(transport, scope):
            if (op.device, op.n) not in taken:
                by_device.setdefault((op.device, op.user), []).append(_opened(op, organisation, scope, ring))
        for (device, user), ops in by_device.items():
            found += [Left(scope, device, user, tuple(part)) for part in _together(ops)]
    return found


def accept(connection: Connection, replica: Replica, left: Left) -> Saved:
    """Save it as own changes, in the caller's transaction; `settle` tells the central API once they are there.

    Raises CantBeOpened, a `Refused`.
    """
    # What its maker knew beyond what is here lies on a history that the central API lost, or hasn't come yet.
    changes = list(_folded(left, base_of(connection, left.scope)))
    saved = replica.save(connection, changes, left.ops[-1].at, offered=True)
    groups = connection.exec_driver_sql(
        "SELECT DISTINCT group_id FROM op WHERE device = ? AND n IN (SELECT value FROM json_each(?))",
        (state.device_of(connection), json.dumps(saved.ns)),
    )
    taken = state.get(connection, state.ESCROW_TAKEN, [])
    note = [left.scope, left.device, [op.n for op in left.ops], sorted(groups.scalars())]
    state.put(connection, **{state.ESCROW_TAKEN: [*taken, note]})
    return saved


def settle(database: Database, transport: Transport) -> None:
    """Tell the central API of what was accepted here and is there by now.

    Raises Declined, an `Unanswered`, Cancelled.
    """
    with database.read() as connection:
        taken = state.get(connection, state.ESCROW_TAKEN, [])
        there = [(note, _places(connection, note[3])) for note in taken]
    for note, seqs in there:
        if seqs:
            _decide(transport, note[0], note[1], note[2], seqs)
        if seqs is not None:
            with database.write() as connection:
                kept = [one for one in state.get(connection, state.ESCROW_TAKEN, []) if one != note]
                state.put(connection, **{state.ESCROW_TAKEN: kept or None})


def decline(transport: Transport, left: Left) -> None:
    """Have it removed for good; raises Declined, an `Unanswered`, Cancelled."""
    _decide(transport, left.scope, left.device, [op.n for op in left.ops], [])


def _decide(transport: Transport, scope: str, device: str, ns: Sequence[int], seqs: Sequence[int]) -> None:
    for start in range(0, len(ns), PAGE_OPS):
        asked = EscrowDecision(scope, device, list(ns[start : start + PAGE_OPS]), list(seqs[:PAGE_OPS]))
        transport.post(DECIDE, asked, EscrowDecided)


def _places(connection: Connection, groups: Sequence[str]) -> list[int] | None:
    """Where the ops of these groups stand; none where a person let them go, None while some have no place yet."""
    found = connection.exec_driver_sql(
        "SELECT state, seq FROM op WHERE group_id IN (SELECT value FROM json_each(?))", (json_list(groups),)
    ).all()
    if any(kept in {"pending", "sent", "held"} for kept, _ in found):
        return None
    return [seq for kept, seq in found if kept == "accepted" and seq is not None]


def _pages(transport: Transport, scope: str) -> Iterator[EscrowedOp]:
    device, n = "", 0
    for _ in range(MOST_PAGES):
        page = transport.post(READ, EscrowRead(scope, device, n), EscrowPage)
        yield from page.ops
        if not page.more:
            return
        if not page.ops or (page.ops[-1].device, page.ops[-1].n) <= (device, n):
            break
        device, n = page.ops[-1].device, page.ops[-1].n
    raise BrokenAnswer("what waits has no end, or stands still")


def _opened(op: EscrowedOp, organisation: str, scope: str, ring: Keyring) -> LeftOp:
    values = None
    with contextlib.suppress(KeyError, Unopenable):
        values = ring.unseal(op.header(organisation, scope), op.body)
    return LeftOp(op.n, op.kind, op.record, op.group, op.fields, values, op.base, op.at)


def _together(ops: Sequence[LeftOp]) -> list[list[LeftOp]]:
    """The ops in parts, of which no two share a save or a record, or name each other's; each in the order of n."""
    records = {op.record for op in ops}
    # For each save and record the first one of its part; a part's first leads to itself.
    before: dict[str, str] = {}

    def first(one: str) -> str:
        while (other := before.setdefault(one, one)) != one:
            before[one] = before[other]
            one = other
        return one

    for op in ops:
        named = {value for value in (op.values or {}).values() if isinstance(value, str) and value in records}
        for one in (op.record, *named):
            before[first(one)] = first(op.group)
    parts: dict[str, list[LeftOp]] = {}
    for op in sorted(ops, key=lambda one: one.n):
        parts.setdefault(first(op.group), []).append(op)
    return list(parts.values())


def _folded(left: Left, most: int) -> Iterator[Change]:
    """The changes, on bases of `most` at most: each op with those of its fields that no later one changes.

    As nobody's own they would all compete.
    """
    later: dict[str, set[str]] = {}
    folded: list[Change] = []
    for op in reversed(left.ops):
        if op.values is None:
            raise CantBeOpened("no key for what was left")
        values = {name: value for name, value in op.values.items() if name not in later.get(op.record, set())}
        later.setdefault(op.record, set()).update(values)
        if values:
            folded.append(Change(op.kind, op.record, left.scope, values, min(op.base, most), op.at))
    return reversed(folded)
