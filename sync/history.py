"""A record's history: from its ops, in their order, to steps that a person reads: from what to what, per field.

Pure. It goes by the merge rule, so that what an op is said to have taken the place of is what it did take the place of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from sync.merge import Live, merged, supersedes
from sync.schema import Value


class Missing(Enum):
    """Why a value can't be told."""

    UNREADABLE = "unreadable"
    """Its op couldn't be opened with the keys that are here."""
    ELSEWHERE = "elsewhere"
    """Its op isn't here, and may be with the central API."""


Seen = Value | Missing


@dataclass(frozen=True, slots=True)
class Told:
    """An op of a history: `op` with all its fields, whether they still count or not; None each when it isn't `open`.

    `op.seq` is 0 while it is unsent.
    """

    op: Live
    opened: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What one op did to one field.

    `before`: what its author saw there, the value that was shown first (several in a conflict that it decided); empty
    for a first value. `beside`: what others had put there that its author didn't know of, and that stayed. `at`: ms
    since 1970, by the device's clock.
    """

    seq: int
    device: str
    n: int
    at: int
    field: str
    after: Seen
    before: tuple[Seen, ...]
    beside: tuple[Seen, ...]


def steps(ops: Iterable[Told], *, whole: bool = True) -> list[Step]:
    """The steps of a record's ops, the oldest first: accepted ones by seq, then unsent ones as they were made.

    `whole` False: ops may be missing; what one with a base took the place of, but isn't here, is `ELSEWHERE`.
    """
    told = sorted(ops, key=_place)
    shut = {(one.op.device, one.op.n) for one in told if not one.opened}
    earlier: dict[str, list[Live]] = {}
    live: list[Live] = []
    found: list[Step] = []
    for one in told:
        op = one.op
        for field in op.values:
            there = [entry for entry in live if field in entry.values and not supersedes(op, entry, field)]
            before = _different(_known_to(op, earlier.get(field, ()), field), field, shut)
            if not before and not whole and op.base:
                before = (Missing.ELSEWHERE,)
            after = _seen(op, field, shut)
            beside = tuple(value for value in _different(there, field, shut) if _key(value) != _key(after))
            found.append(Step(op.seq, op.device, op.n, op.at, field, after, before, beside))
            earlier.setdefault(field, []).append(op)
        live = merged(live, op)
    return found


def _known_to(op: Live, earlier: Sequence[Live], field: str) -> list[Live]:
    """What of a field its author saw: of the earlier ops that they knew, those that no other of these replaced."""
    known = [entry for entry in earlier if supersedes(op, entry, field)]
    return [
        entry
        for place, entry in enumerate(known)
        if not any(supersedes(later, entry, field) for later in reversed(known[place + 1 :]))
    ]


def _place(one: Told) -> tuple[bool, int, str, int]:
    return (one.op.seq == 0, one.op.seq, one.op.device, one.op.n)


def _different(entries: Sequence[Live], field: str, shut: set[tuple[str, int]]) -> tuple[Seen, ...]:
    """The different values of a field in these, the newest first: that is the one people saw."""
    newest = sorted(entries, key=lambda entry: (entry.at, entry.device, entry.n), reverse=True)
    values = [_seen(entry, field, shut) for entry in newest]
    return tuple({_key(value): value for value in values}.values())


def _seen(op: Live, field: str, shut: set[tuple[str, int]]) -> Seen:
    return Missing.UNREADABLE if (op.device, op.n) in shut else op.values[field]


def _key(value: Seen) -> tuple[bool, Seen]:
    """True is no 1."""
    return (isinstance(value, bool), value)
