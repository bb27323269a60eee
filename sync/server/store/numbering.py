"""How far a device has pushed, and whether a push joins that: no gap, and no other ops under the same numbers."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import BigInteger, BindParameter, Connection, Table, bindparam, case, select, update

from sync.op import FIRST_DIGEST, Digest
from sync.server.models import DEVICE, OP, REFUSAL
from sync.server.store.prepared import Prepared
from sync.wire import PushedOp


def readable(text: str) -> bool:
    """Whether every database takes this text: printable ASCII."""
    return text.isascii() and text.isprintable()


def between(table: Table, *columns: str) -> Prepared:
    """Reads columns of a device's ops or refusals numbered `first` to `last`, in that order."""
    return Prepared(
        select(*(table.c[name] for name in columns))
        .where(
            table.c.organisation_id == bindparam("organisation"),
            table.c.device_id == bindparam("device"),
            table.c.n.between(bindparam("first"), bindparam("last")),
        )
        .order_by(table.c.n)
    )


_STATE = select(DEVICE.c.last_n, DEVICE.c.last_digest, DEVICE.c.last_group, DEVICE.c.vault_seq).where(
    DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device")
)
_DEVICE_STATE, _LOCKED_STATE = Prepared(_STATE), Prepared(_STATE.with_for_update())
_MOVE_DEVICE = Prepared(
    update(DEVICE)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device"))
    .values(
        last_n=bindparam("new_n"),
        last_digest=bindparam("new_digest"),
        last_group=bindparam("new_group"),
        last_seen=bindparam("now"),
        vault_seq=bindparam("the_vault_seq"),
        unsent=bindparam("the_unsent"),
    )
)
_TOLD: BindParameter[int] = bindparam("told", type_=BigInteger)
_SAW_DEVICE = Prepared(
    update(DEVICE)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device"))
    .values(
        last_seen=bindparam("now"),
        # Another node may have heard of a higher one since this one looked.
        vault_seq=case((DEVICE.c.vault_seq > bindparam("the_vault_seq"), DEVICE.c.vault_seq), else_=_TOLD),
        unsent=bindparam("the_unsent"),
    )
)
_OP_DIGEST, _REFUSAL_DIGEST = (
    Prepared(
        select(table.c.digest).where(
            table.c.organisation_id == bindparam("organisation"),
            table.c.device_id == bindparam("device"),
            table.c.n == bindparam("the_n"),
        )
    )
    for table in (OP, REFUSAL)
)


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


class DeviceState(Struct, frozen=True):
    """How far a device has pushed: the last n, the digest and the group of that op; the highest `vault_seq` it told."""

    last_n: int
    last_digest: Digest
    last_group: str
    vault_seq: int = 0


class Told(Struct, frozen=True):
    """What a device tells of its database: its commits (0: not counted), and how many ops it has left (-1: unsaid)."""

    vault_seq: int = 0
    unsent: int = -1


class Numbered(Struct, frozen=True):
    """A pushed op with its number and its link in the device's chain."""

    n: int
    op: PushedOp
    digest: Digest


def device_state(connection: Connection, organisation: str, device: str, *, lock: bool) -> DeviceState | None:
    """Read how far the device is; None when there is no such device.

    With `lock`, which only a writing transaction may do, its row is held until the end: a device's pushes come one
    after another.
    """
    row = (_LOCKED_STATE if lock else _DEVICE_STATE).row(connection, organisation=organisation, device=device)
    return DeviceState(*row) if row is not None else None


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


def move(connection: Connection, organisation: str, device: str, last: Numbered, now: int, told: Told) -> None:
    """The device has pushed up to `last`."""
    _MOVE_DEVICE.run(
        connection,
        organisation=organisation,
        device=device,
        new_n=last.n,
        new_digest=last.digest,
        # A refused op may be named anyhow, and nothing of it is kept that a database might not take.
        new_group=last.op.group if readable(last.op.group) else "",
        now=now,
        the_vault_seq=told.vault_seq,
        the_unsent=told.unsent,
    )


def saw(connection: Connection, organisation: str, device: str, now: int, told: Told) -> None:
    """Remember when a device was last in contact, and what it told of its database."""
    named = {"organisation": organisation, "device": device}
    _SAW_DEVICE.run(
        connection, **named, now=now, the_vault_seq=told.vault_seq, told=told.vault_seq, the_unsent=told.unsent
    )


def _digest_at(connection: Connection, organisation: str, device: str, n: int) -> Digest | None:
    if n == 0:
        return FIRST_DIGEST
    for digest_of in (_OP_DIGEST, _REFUSAL_DIGEST):
        row = digest_of.row(connection, organisation=organisation, device=device, the_n=n)
        if row is not None:
            return row[0]
    return None
