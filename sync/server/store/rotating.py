"""A scope's next key: one at a time, for all who have rights there; and who came too late for it and asks."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from sync.server.models import DEVICE, KEY_GRANT, KEY_WISH, MEMBER, SCOPE
from sync.server.store import snapshots, walls, writing
from sync.server.store.identity import UnknownIdError
from sync.server.store.prepared import PreparedForMany
from sync.server.store.standing import ENROLLED
from sync.wire import EnrolledDevice, KeyWish, NewGrant, RotationRequest

WISHES = 50
"""So many wishes are told at a time."""
_DEVICE = (DEVICE.c.device_id, DEVICE.c.user_id, DEVICE.c.state, DEVICE.c.sealing_key, DEVICE.c.signing_key)
_THEIR_MEMBER = and_(
    MEMBER.c.organisation_id == DEVICE.c.organisation_id,
    MEMBER.c.user_id == DEVICE.c.user_id,
    or_(MEMBER.c.until.is_(None), MEMBER.c.until > bindparam("now")),
)
_WISHES = PreparedForMany(
    lambda among: (
        select(KEY_WISH.c.scope_id, KEY_WISH.c.held, *_DEVICE)
        .join(
            DEVICE,
            and_(DEVICE.c.organisation_id == KEY_WISH.c.organisation_id, DEVICE.c.device_id == KEY_WISH.c.device_id),
        )
        .join(MEMBER, and_(_THEIR_MEMBER, MEMBER.c.scope_id == KEY_WISH.c.scope_id))
        .where(
            KEY_WISH.c.organisation_id == bindparam("organisation"),
            among(KEY_WISH.c.scope_id),
            DEVICE.c.state == bindparam("the_state"),
        )
        .limit(WISHES)
    )
)


class StaleEpochError(Exception):
    """Somebody else was first: the scope's key is of `epoch` by now."""

    def __init__(self, epoch: int) -> None:
        super().__init__("stale epoch")
        self.epoch = epoch


class WrongDevicesError(Exception):
    """The new key leaves out devices that hold the scope's keys, or is for some that may not have it."""

    def __init__(self, missing: Collection[str], extra: Collection[str]) -> None:
        super().__init__("wrong devices")
        self.missing, self.extra = sorted(missing), sorted(extra)


def epoch_of(connection: Connection, organisation: str, scope: str) -> int:
    """The scope's key epoch; raises UnknownIdError."""
    mine = (SCOPE.c.organisation_id == organisation, SCOPE.c.scope_id == scope)
    epoch = connection.execute(select(SCOPE.c.key_epoch).where(*mine)).scalar()
    if epoch is None:
        raise UnknownIdError
    return int(epoch)


def holders(connection: Connection, organisation: str, scope: str, now: int) -> list[EnrolledDevice]:
    """The enrolled devices of all who have rights in the scope now or later."""
    statement = (
        select(*_DEVICE)
        .join(MEMBER, _THEIR_MEMBER)
        .where(DEVICE.c.organisation_id == organisation, DEVICE.c.state == ENROLLED, MEMBER.c.scope_id == scope)
        .order_by(DEVICE.c.device_id)
    )
    return [EnrolledDevice(*row) for row in connection.execute(statement, {"now": now})]


def rotate(connection: Connection, organisation: str, asked: RotationRequest, now: int) -> None:
    """Take the new key, and ask for a snapshot that is sealed with it.

    Raises UnknownIdError, StaleEpochError, WrongDevicesError; then nothing was done.
    """
    scope = asked.scope
    head = writing.heads(connection, organisation, [scope]).get(scope)
    if head is None:
        raise UnknownIdError
    if head.key_epoch != asked.from_epoch or asked.epoch <= asked.from_epoch:
        raise StaleEpochError(head.key_epoch)
    # Read with the scope held: who is sent away from here on makes the next key due again.
    there = {one.id for one in holders(connection, organisation, scope, now)}
    given = {one.device for one in asked.wrapped}
    missing, extra = there - given - set(asked.without), given - there
    if missing or extra:
        raise WrongDevicesError(missing, extra)
    mine = (SCOPE.c.organisation_id == organisation, SCOPE.c.scope_id == scope)
    connection.execute(update(SCOPE).where(*mine).values(key_epoch=asked.epoch, public_key=asked.public_key))
    rows = [
        {
            "organisation_id": organisation,
            "device_id": one.device,
            "scope_id": scope,
            "epoch": asked.epoch,
            "wrapped": one.wrapped,
        }
        for one in asked.wrapped
    ]
    # Of a history that was lost when the database was put back.
    later = (KEY_GRANT.c.organisation_id == organisation, KEY_GRANT.c.scope_id == scope)
    connection.execute(delete(KEY_GRANT).where(*later, KEY_GRANT.c.epoch > asked.from_epoch))
    if rows:
        connection.execute(insert(KEY_GRANT), rows)
    # Whoever only hands out the scope's keys doesn't see its snapshots.
    walls.all_scopes(connection)
    snapshots.drop(connection, organisation, scope)


def wish(connection: Connection, organisation: str, device: str, lacking: Mapping[str, int]) -> None:
    """Note which scopes' newest keys a device lacks, with the epoch that it holds of each."""
    mine = (KEY_WISH.c.organisation_id == organisation, KEY_WISH.c.device_id == device)
    connection.execute(delete(KEY_WISH).where(*mine))
    if lacking:
        key = {"organisation_id": organisation, "device_id": device}
        connection.execute(
            insert(KEY_WISH), [key | {"scope_id": scope, "held": held} for scope, held in lacking.items()]
        )


def wishes(connection: Connection, organisation: str, scopes: Collection[str], now: int) -> list[KeyWish]:
    """Which devices lack a key of these scopes, at most `WISHES`."""
    rows = _WISHES.rows(connection, sorted(scopes), organisation=organisation, the_state=ENROLLED, now=now)
    return [KeyWish(scope, held, EnrolledDevice(*row)) for scope, held, *row in rows]


def fulfil(connection: Connection, organisation: str, grants: Collection[NewGrant]) -> None:
    """These devices ask no more."""
    for device, scope in sorted({(grant.device, grant.scope) for grant in grants}):
        connection.execute(
            delete(KEY_WISH).where(
                KEY_WISH.c.organisation_id == organisation,
                KEY_WISH.c.device_id == device,
                KEY_WISH.c.scope_id == scope,
            )
        )
