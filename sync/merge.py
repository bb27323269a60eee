"""The merge rule: one pure function that replicas and the central API share, so that they always agree.

An op supersedes an earlier value of a field only if its author could know it: because it lies within the op's `reach`,
or because the same device wrote it. Everything else stays beside it, until somebody decides. No clock takes part.
The central API applies the same functions with field names only (every value None).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sync.schema import FieldRule, Policy, Value

DELETED_AT = "deleted_at"
"""The field that says that a record was deleted; it never asks anybody, see `presence`."""


@dataclass(slots=True)
class Live:
    """An op with those of its fields that no later op superseded.

    `seq` is its place in the scope's order, 0 while it is unsent. `reach` holds, for fields where it differs from
    `base`, the seq up to which this op replaces what others wrote. `values` holds the live fields only.
    """

    seq: int
    device: str
    n: int
    at: int
    base: int
    reach: dict[str, int] = field(default_factory=dict[str, int])
    values: dict[str, Value] = field(default_factory=dict[str, Value])

    def reaches(self, field_name: str) -> int:
        """The seq up to which this op replaces what others wrote into `field_name`."""
        return self.reach.get(field_name, self.base)


class Presence(StrEnum):
    """Whether a record is to be shown."""

    PRESENT = "present"
    DELETED = "deleted"
    DISPUTED = "disputed"
    """Deleted by one, changed by another who didn't know: it stays, and people are told (edit beats delete)."""


def supersedes(later: Live, earlier: Live, field_name: str) -> bool:
    """Whether `later` replaces what `earlier` wrote into `field_name` of the same record."""
    return 0 < earlier.seq <= later.reaches(field_name) or earlier.device == later.device


def reach_of(op: Live, live: Iterable[Live]) -> dict[str, int]:
    """How far `op` reaches per field, where that differs from its base: as far as anything that it replaces did.

    Without this a device that joins late, and so never sees superseded ops, would disagree with the others.
    """
    reach = {name: op.reaches(name) for name in op.values}
    for earlier in live:
        for name in op.values.keys() & earlier.values.keys():
            if supersedes(op, earlier, name):
                reach[name] = max(reach[name], earlier.reaches(name))
    return {name: seq for name, seq in reach.items() if seq != op.base}


def merged(live: Sequence[Live], op: Live) -> list[Live]:
    """`live` after `op`, the next accepted op of the record in seq order; the arguments stay as they are."""
    if not live:
        return [op]
    kept: list[Live] = []
    for earlier in live:
        gone = [name for name in earlier.values if name in op.values and supersedes(op, earlier, name)]
        if not gone:
            kept.append(earlier)
        elif len(gone) < len(earlier.values):
            kept.append(replace(earlier, values={k: v for k, v in earlier.values.items() if k not in gone}))
    kept.append(op)
    return kept


def overlaid(live: Sequence[Live], pending: Iterable[Live]) -> list[Live]:
    """What the device's own person sees: the accepted ops, and the device's ops above its cursor on top, in order of n.

    An op leaves `pending` when the cursor passes its seq, not when it is accepted: it may have been superseded and
    then never comes back.
    """
    seen = list(live)
    for op in pending:
        seen = merged(seen, op)
    return seen


def shown(live: Iterable[Live]) -> dict[str, Value]:
    """The value of each field that people see: the newest by (`at`, device)."""
    newest: dict[str, Live] = {}
    for op in live:
        for name in op.values:
            best = newest.get(name)
            if best is None or _age(op) > _age(best):
                newest[name] = op
    return {name: op.values[name] for name, op in newest.items()}


def conflicting(live: Iterable[Live], rule_of: Callable[[str], FieldRule | None]) -> dict[str, list[Live]]:
    """The fields that a person must decide, each with one op per different value, the newest (the shown one) first.

    Fields that this version doesn't know, fields of policy `latest` and the deletion itself are never asked.
    """
    newest_first = sorted(live, key=_age, reverse=True)
    found: dict[str, dict[tuple[bool, Value], Live]] = {}
    for op in newest_first:
        for name, value in op.values.items():
            found.setdefault(name, {}).setdefault((isinstance(value, bool), value), op)
    asked: dict[str, list[Live]] = {}
    for name, different in found.items():
        if len(different) < 2 or name == DELETED_AT:
            continue
        rule = rule_of(name)
        if rule is not None and rule.policy is Policy.ASK:
            asked[name] = list(different.values())
    return asked


def presence(live: Sequence[Live]) -> Presence:
    """Whether the record is there: it is gone only if whoever deleted it knew every change that still counts."""
    deletions = [op for op in live if op.values.get(DELETED_AT) is not None]
    if not deletions:
        return Presence.PRESENT
    for op in live:
        if op.values.get(DELETED_AT) is None and not any(_knew(deletion, op) for deletion in deletions):
            return Presence.DISPUTED
    return Presence.DELETED


def _knew(deletion: Live, op: Live) -> bool:
    if deletion.device == op.device:
        return op.n < deletion.n
    return 0 < op.seq <= deletion.reaches(DELETED_AT)


def _age(op: Live) -> tuple[int, str, int]:
    return (op.at, op.device, op.n)


def names_only(fields: Iterable[str]) -> dict[str, Value]:
    """The values of an op whose contents are sealed: the merge needs only the names."""
    return dict.fromkeys(fields)
