"""Which ops are refused for good, and with them the rest of their save."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sync.server.store.numbering import Numbered, readable
from sync.server.store.standing import Access
from sync.wire import ERASE, PushedOp, RefusalCode, Rights

COACH = "coach"
"""The role whose right to write covers erasing."""
Codes = dict[int, str]
"""n → why that op is refused."""


def refused(ops: Sequence[Numbered], may: Mapping[str, Access], role: str, last_group: str) -> Codes:
    """What is refused whatever the records hold, of a user with this role.

    `last_group` is that of the device's op before these.
    """
    codes: Codes = {}
    for op in ops:
        if op.op.group == last_group:
            codes[op.n] = RefusalCode.SPLIT_GROUP
        elif (code := _reason(op.op, may, role)) is not None:
            codes[op.n] = code
    refuse_groups(ops, codes)
    return codes


def of_erased(ops: Sequence[Numbered], erased: set[tuple[str, str]]) -> Codes:
    """The ops that come for a record (scope, id) in `erased`, also one that is erased earlier in this push."""
    gone = set(erased)
    codes: Codes = {}
    for _, group in groupby(ops, key=_group):
        together = list(group)
        erasing: set[tuple[str, str]] = set()
        late: Codes = {}
        for op in together:
            place = (op.op.scope, op.op.record)
            if place in gone or place in erasing:
                late[op.n] = RefusalCode.ERASED
            elif op.op.kind == ERASE:
                erasing.add(place)
        if late:
            codes |= late
        else:
            gone |= erasing
    refuse_groups(ops, codes)
    return codes


def refuse_groups(ops: Sequence[Numbered], codes: Codes) -> None:
    """A save is accepted or refused whole."""
    if not codes:
        return
    for _, group in groupby(ops, key=_group):
        together = list(group)
        if any(op.n in codes for op in together):
            for op in together:
                codes.setdefault(op.n, RefusalCode.GROUP)


def _group(op: Numbered) -> str:
    return op.op.group


def may_erase(access: Access, role: str) -> bool:
    """Whether a user may have records of a scope erased: who leads it, and a coach who writes in it."""
    return access.rights == Rights.LEAD or (access.rights == Rights.WRITE and role == COACH)


def _reason(op: PushedOp, may: Mapping[str, Access], role: str) -> str | None:
    access = may.get(op.scope)
    if access is None or access.rights == Rights.READ:
        return RefusalCode.NOT_A_MEMBER
    erases = op.kind == ERASE
    if erases and not may_erase(access, role):
        return RefusalCode.NOT_ALLOWED
    well_named = readable("".join((op.record, op.kind, op.group, *op.fields)))
    if not well_named or bool(op.fields) == erases or len(set(op.fields)) != len(op.fields) or not op.body:
        return RefusalCode.MALFORMED
    return None
