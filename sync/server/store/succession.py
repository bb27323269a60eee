"""What the server tells a device that goes on under a new identity: which of its ops are here."""

from sqlalchemy import Connection, bindparam, select

from sync.server.models import DEVICE, OP, REFUSAL
from sync.server.store.numbering import between
from sync.server.store.prepared import Prepared
from sync.wire import Made, TurnedDown

GENERATIONS = 100
"""So many successors are looked at."""

_MADE = between(OP, "n", "scope_id", "seq", "record_id", "group_id")
_REFUSED = between(REFUSAL, "n", "code", "digest")
_SUCCESSORS = Prepared(
    select(DEVICE.c.device_id)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.predecessor == bindparam("device"))
    .order_by(DEVICE.c.device_id)
)
_PREDECESSOR = Prepared(
    select(DEVICE.c.predecessor).where(
        DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device")
    )
)


def predecessor_of(connection: Connection, organisation: str, device: str) -> str | None:
    """The device that this one follows, "" for none; None when there is no such device."""
    row = _PREDECESSOR.row(connection, organisation=organisation, device=device)
    return None if row is None else str(row[0])


def made(connection: Connection, organisation: str, device: str, first: int, last: int) -> list[Made]:
    """The device's accepted ops of these numbers, and those that its successors may have taken along from it."""
    rows = list(_MADE.rows(connection, organisation=organisation, device=device, first=first, last=last))
    for successor in _successors(connection, organisation, device):
        # What was taken along was numbered anew from 1, so it never got a higher number than it had.
        rows += _MADE.rows(connection, organisation=organisation, device=successor, first=1, last=last)
    # What was erased has no record any more; sent again, it is refused.
    return [Made(*row) for row in rows if row[3]]


def refused(connection: Connection, organisation: str, device: str, first: int, last: int) -> list[TurnedDown]:
    """The device's refused ops of these numbers."""
    rows = _REFUSED.rows(connection, organisation=organisation, device=device, first=first, last=last)
    return [TurnedDown(*row) for row in rows]


def _successors(connection: Connection, organisation: str, device: str) -> list[str]:
    """All that follow the device, also by way of others, at most `GENERATIONS`."""
    found: list[str] = []
    waiting = [device]
    while waiting and len(found) < GENERATIONS:
        rows = _SUCCESSORS.rows(connection, organisation=organisation, device=waiting.pop(0))
        found += (names := [str(row[0]) for row in rows])
        waiting += names
    return found[:GENERATIONS]
