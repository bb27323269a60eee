"""Sending devices and users away: which belong together, what is taken from them, and the order to wipe them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sync.families import families
from sync.server.models import DEVICE, KEY_GRANT, MEMBER, REVOCATION, SCOPE
from sync.server.store import identity, invites, numbering
from sync.server.store.prepared import Prepared
from sync.server.store.standing import ENROLLED, DeviceName
from sync.wire import DeviceState, WipeOrder, WipeSigned

_ORDER = Prepared(
    select(
        REVOCATION.c.device_id,
        REVOCATION.c.wipe_at,
        REVOCATION.c.by_device,
        DEVICE.c.signing_key,
        DEVICE.c.sealing_key,
        REVOCATION.c.wipe_signature,
    )
    .join(
        DEVICE,
        (DEVICE.c.organisation_id == REVOCATION.c.organisation_id) & (DEVICE.c.device_id == REVOCATION.c.by_device),
    )
    .where(REVOCATION.c.organisation_id == bindparam("organisation"), REVOCATION.c.device_id == bindparam("device"))
)


class OwnDeviceError(Exception):
    """Nobody sends away the device that they ask it with, nor one whose database that is."""


@dataclass(frozen=True, slots=True)
class SentAway:
    """What a revocation did: the devices, their users, and all scopes that need a new key now."""

    devices: set[str]
    users: set[str]
    due: dict[str, int]


def devices(connection: Connection, organisation: str) -> list[DeviceState]:
    """All devices of the organisation, whatever their state."""
    statement = (
        select(
            DEVICE.c.device_id,
            DEVICE.c.user_id,
            DEVICE.c.state,
            DEVICE.c.sealing_key,
            DEVICE.c.signing_key,
            DEVICE.c.last_seen,
            DEVICE.c.unsent,
            DEVICE.c.predecessor,
        )
        .where(DEVICE.c.organisation_id == organisation)
        .order_by(DEVICE.c.device_id)
    )
    invited_by = invites.makers(connection, organisation)
    return [
        DeviceState(*row[:6], None if row[6] < 0 else int(row[6]), str(row[7]), invited_by.get(row[0], ""))
        for row in connection.execute(statement)
    ]


def wipe_order(connection: Connection, organisation: str, device: str) -> WipeOrder | None:
    """The order to wipe a device that was sent away, where there is one."""
    row = _ORDER.row(connection, organisation=organisation, device=device)
    return WipeOrder(*row) if row is not None and row[5] else None


def revoke(
    connection: Connection,
    caller: DeviceName,
    asked: Collection[str],
    user: str,
    orders: Iterable[WipeSigned],
    now: int,
) -> SentAway:
    """Send away these devices with all that they go on with or that go on with them; of `user` every device and right.

    Their keys here go, and so do the codes that wait for their users or that they made. Raises OwnDeviceError, and
    identity's UnknownIdError. `now`: ms since 1970.
    """
    organisation = caller.organisation
    # First, so that a device that joins at this moment is there already, or never comes.
    users = {one.user for one in devices(connection, organisation) if one.id in set(asked)} | ({user} - {""})
    invites.drop_open(connection, organisation, users, asked)
    gone = _locked(connection, caller, asked, user)
    if caller.device in gone:
        raise OwnDeviceError
    here = {one.id: one for one in devices(connection, organisation)}
    users |= {here[one].user for one in gone}
    invites.drop_open(connection, organisation, users, gone)
    readable = _readable(connection, organisation, users, gone)
    enrolled = [one for one in gone if here[one].state == ENROLLED]
    _in_devices = (DEVICE.c.organisation_id == organisation, DEVICE.c.device_id.in_(enrolled))
    connection.execute(update(DEVICE).where(*_in_devices).values(state=identity.REVOKED))
    connection.execute(
        delete(KEY_GRANT).where(KEY_GRANT.c.organisation_id == organisation, KEY_GRANT.c.device_id.in_(gone))
    )
    had_rights = 0
    if user:
        rights = delete(MEMBER).where(MEMBER.c.organisation_id == organisation, MEMBER.c.user_id == user)
        had_rights = connection.execute(rights).rowcount
    # Somebody without a device may hold a package with keys. Asked for once more, nothing new is due.
    if enrolled or had_rights:
        connection.execute(
            update(SCOPE)
            .where(SCOPE.c.organisation_id == organisation, SCOPE.c.scope_id.in_(readable))
            .values(due_epoch=SCOPE.c.key_epoch)
        )
    _note(connection, caller, gone, {order.device: order for order in orders}, now)
    return SentAway(gone, users, _due(connection, organisation))


def _locked(connection: Connection, caller: DeviceName, asked: Collection[str], user: str) -> set[str]:
    """The devices in question, each held until the end, so that their pushes and successions come before or not at all.

    The caller's too, in one order with theirs: of two coordinators who send each other away one is first.
    """
    held: set[str] = set()
    while True:
        found = devices(connection, caller.organisation)
        known = {one.id for one in found}
        wanted = {*asked, *(one.id for one in found if user and one.user == user)}
        if not wanted <= known:
            raise identity.UnknownIdError
        gone = families({one.id: one.predecessor for one in found}, wanted)
        if (fresh := (gone | {caller.device}) - held) == set():
            return gone
        for one in sorted(fresh):
            numbering.device_state(connection, caller.organisation, one, lock=True)
        held |= fresh


def _due(connection: Connection, organisation: str) -> dict[str, int]:
    """The scopes of which somebody who was sent away has the newest key, with its epoch."""
    statement = select(SCOPE.c.scope_id, SCOPE.c.key_epoch).where(
        SCOPE.c.organisation_id == organisation, SCOPE.c.due_epoch >= SCOPE.c.key_epoch
    )
    return {str(row[0]): int(row[1]) for row in connection.execute(statement)}


def _readable(connection: Connection, organisation: str, users: Collection[str], gone: Collection[str]) -> set[str]:
    """The scopes of which these users or devices have, had or will have the keys."""
    of_users = select(MEMBER.c.scope_id).where(MEMBER.c.organisation_id == organisation, MEMBER.c.user_id.in_(users))
    granted = select(KEY_GRANT.c.scope_id).where(
        KEY_GRANT.c.organisation_id == organisation, KEY_GRANT.c.device_id.in_(gone)
    )
    return {str(row[0]) for statement in (of_users, granted) for row in connection.execute(statement)}


def _note(
    connection: Connection, caller: DeviceName, gone: Iterable[str], orders: Mapping[str, WipeSigned], now: int
) -> None:
    """Remember who sent them away, and the orders to wipe them; one that is there already stays."""
    there = {
        str(row[0]): bool(row[1])
        for row in connection.execute(
            select(REVOCATION.c.device_id, REVOCATION.c.wipe_signature).where(
                REVOCATION.c.organisation_id == caller.organisation
            )
        )
    }
    for device in sorted(gone):
        order = orders.get(device)
        wipe_at, signature = (order.at, order.signature) if order is not None else (0, b"")
        key = {"organisation_id": caller.organisation, "device_id": device}
        said = {"by_device": caller.device, "wipe_at": wipe_at, "wipe_signature": signature}
        if device not in there:
            connection.execute(insert(REVOCATION), [key | said | {"at": now}])
        elif signature and not there[device]:
            mine = (REVOCATION.c.organisation_id == caller.organisation, REVOCATION.c.device_id == device)
            connection.execute(update(REVOCATION).where(*mine).values(said))
