"""Setting up: organisations, scopes, users, members, devices and the keys granted to them."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from sync.server.models import ACCOUNT, DEVICE, KEY_GRANT, MEMBER, ORGANISATION, SCOPE
from sync.server.store.standing import ENROLLED, known_device
from sync.wire import EnrolledDevice, Membership, NewGrant, NewScope, NewUser, Rights, ScopeState

REVOKED = "revoked"
"""The state of a device that was sent away."""
SIGNED_OUT = "signed_out"
"""The state of a device that left by itself, with everything of it here."""
RIGHTS = (Rights.KEYS, Rights.READ, Rights.WRITE, Rights.LEAD)


class TakenError(Exception):
    """An id exists as something else."""


class UnknownIdError(Exception):
    """Something is named that isn't there."""


def incarnation(connection: Connection, organisation: str) -> str | None:
    """The organisation's incarnation, None when there is no such organisation."""
    return connection.execute(
        select(ORGANISATION.c.incarnation).where(ORGANISATION.c.organisation_id == organisation)
    ).scalar()


def add_organisation(connection: Connection, organisation: str, new_incarnation: str, now: int) -> None:
    """Make a tenant; raises TakenError."""
    if incarnation(connection, organisation) is not None:
        raise TakenError
    row = {"organisation_id": organisation, "incarnation": new_incarnation, "created_at": now}
    connection.execute(insert(ORGANISATION), [row])


def add_device(
    connection: Connection,
    organisation: str,
    device: str,
    user: str,
    signing_key: bytes,
    sealing_key: bytes,
    now: int,
    *,
    predecessor: str = "",
) -> None:
    """Enrol a device; raises TakenError."""
    if known_device(connection, organisation, device) is not None:
        raise TakenError
    row = {
        "organisation_id": organisation,
        "device_id": device,
        "user_id": user,
        "state": ENROLLED,
        "signing_key": signing_key,
        "sealing_key": sealing_key,
        "last_n": 0,
        "last_digest": bytes(32),
        "last_group": "",
        "last_seen": now,
        "vault_seq": 0,
        "predecessor": predecessor,
        "unsent": -1,
    }
    connection.execute(insert(DEVICE), [row])


def sign_out(connection: Connection, organisation: str, device: str) -> None:
    """Serve a device no more, and hand it no keys."""
    mine = (DEVICE.c.organisation_id == organisation, DEVICE.c.device_id == device)
    connection.execute(update(DEVICE).where(*mine).values(state=SIGNED_OUT))
    granted = (KEY_GRANT.c.organisation_id == organisation, KEY_GRANT.c.device_id == device)
    connection.execute(delete(KEY_GRANT).where(*granted))


def add_users(connection: Connection, organisation: str, users: Sequence[NewUser]) -> None:
    """Add users; one that is there with the same role is passed over; raises TakenError."""
    known = {user.id: user for user in all_users(connection, organisation)}
    rows: list[dict[str, object]] = []
    for user in users:
        if user.id not in known:
            known[user.id] = user
            rows.append({"organisation_id": organisation, "user_id": user.id, "role": user.role})
        elif known[user.id] != user:
            raise TakenError
    if rows:
        connection.execute(insert(ACCOUNT), rows)


def add_scopes(connection: Connection, organisation: str, scopes: Sequence[NewScope]) -> None:
    """Add scopes, empty; one that is there with the same kind and key is passed over; raises TakenError."""
    known = {
        scope.id: NewScope(scope.id, scope.kind, scope.public_key) for scope in all_scopes(connection, organisation)
    }
    rows: list[dict[str, object]] = []
    for scope in scopes:
        there = known.setdefault(scope.id, scope)
        if there is not scope and (there.kind, there.public_key) != (scope.kind, scope.public_key):
            raise TakenError
        if there is scope:
            rows.append(
                {
                    "organisation_id": organisation,
                    "scope_id": scope.id,
                    "kind": scope.kind,
                    "head": 0,
                    "chain": bytes(32),
                    "key_epoch": scope.key_epoch,
                    "public_key": scope.public_key,
                }
            )
    if rows:
        connection.execute(insert(SCOPE), rows)


def set_members(connection: Connection, organisation: str, members: Sequence[Membership]) -> None:
    """Add members, or change what they may; raises UnknownIdError for a scope, user or right that isn't there."""
    users = {user.id for user in all_users(connection, organisation)}
    scopes = {scope.id for scope in all_scopes(connection, organisation)}
    there = {(member.user, member.scope) for member in all_members(connection, organisation)}
    for member in members:
        if member.user not in users or member.scope not in scopes or member.rights not in RIGHTS:
            raise UnknownIdError
        values = {"rights": member.rights, "since": member.since, "until": member.until}
        key = {"organisation_id": organisation, "user_id": member.user, "scope_id": member.scope}
        if (member.user, member.scope) in there:
            connection.execute(
                update(MEMBER)
                .where(
                    MEMBER.c.organisation_id == organisation,
                    MEMBER.c.user_id == member.user,
                    MEMBER.c.scope_id == member.scope,
                )
                .values(values)
            )
        else:
            there.add((member.user, member.scope))
            connection.execute(insert(MEMBER), [key | values])


def add_grants(connection: Connection, organisation: str, given: Sequence[NewGrant]) -> None:
    """Keep keys for devices; one that is there stays as it is; raises UnknownIdError."""
    devices = {device.id for device in all_devices(connection, organisation)}
    scopes = {scope.id for scope in all_scopes(connection, organisation)}
    there = {
        tuple(row)
        for row in connection.execute(
            select(KEY_GRANT.c.device_id, KEY_GRANT.c.scope_id, KEY_GRANT.c.epoch).where(
                KEY_GRANT.c.organisation_id == organisation
            )
        )
    }
    rows: list[dict[str, object]] = []
    for grant in given:
        if grant.device not in devices or grant.scope not in scopes:
            raise UnknownIdError
        if (grant.device, grant.scope, grant.epoch) not in there:
            there.add((grant.device, grant.scope, grant.epoch))
            rows.append(
                {
                    "organisation_id": organisation,
                    "device_id": grant.device,
                    "scope_id": grant.scope,
                    "epoch": grant.epoch,
                    "wrapped": grant.wrapped,
                }
            )
    if rows:
        connection.execute(insert(KEY_GRANT), rows)


def all_users(connection: Connection, organisation: str) -> list[NewUser]:
    """The organisation's users."""
    statement = select(ACCOUNT.c.user_id, ACCOUNT.c.role).where(ACCOUNT.c.organisation_id == organisation)
    return [NewUser(*row) for row in connection.execute(statement)]


def all_scopes(connection: Connection, organisation: str) -> list[ScopeState]:
    """The organisation's scopes."""
    statement = select(SCOPE.c.scope_id, SCOPE.c.kind, SCOPE.c.key_epoch, SCOPE.c.public_key, SCOPE.c.head).where(
        SCOPE.c.organisation_id == organisation
    )
    return [ScopeState(*row) for row in connection.execute(statement)]


def all_members(connection: Connection, organisation: str) -> list[Membership]:
    """Who may what."""
    statement = select(MEMBER.c.scope_id, MEMBER.c.user_id, MEMBER.c.rights, MEMBER.c.since, MEMBER.c.until).where(
        MEMBER.c.organisation_id == organisation
    )
    return [Membership(*row) for row in connection.execute(statement)]


def all_devices(connection: Connection, organisation: str) -> list[EnrolledDevice]:
    """The organisation's devices."""
    statement = select(
        DEVICE.c.device_id, DEVICE.c.user_id, DEVICE.c.state, DEVICE.c.sealing_key, DEVICE.c.signing_key
    ).where(DEVICE.c.organisation_id == organisation)
    return [EnrolledDevice(*row) for row in connection.execute(statement)]
