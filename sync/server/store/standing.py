"""Who calls and what they have: devices, the scopes that their users have rights in, and the keys granted to them."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, or_, select

from sync.server.models import ACCOUNT, DEVICE, KEY_GRANT, MEMBER, ORGANISATION, SCOPE
from sync.server.store.prepared import Prepared
from sync.wire import KeyGrant, Rights, ScopeState

ENROLLED = "enrolled"
COORDINATOR = "coordinator"

_KNOWN_DEVICE = Prepared(
    select(DEVICE.c.user_id, ACCOUNT.c.role, DEVICE.c.state, DEVICE.c.signing_key, ORGANISATION.c.incarnation)
    .join(ACCOUNT, and_(ACCOUNT.c.organisation_id == DEVICE.c.organisation_id, ACCOUNT.c.user_id == DEVICE.c.user_id))
    .join(ORGANISATION, ORGANISATION.c.organisation_id == DEVICE.c.organisation_id)
    .where(DEVICE.c.organisation_id == bindparam("organisation"), DEVICE.c.device_id == bindparam("device"))
)
# In the member's order, or SQLite would go through all scopes of the organisation.
_ACCESS = Prepared(
    select(
        SCOPE.c.scope_id,
        SCOPE.c.kind,
        MEMBER.c.rights,
        SCOPE.c.head,
        SCOPE.c.chain,
        SCOPE.c.key_epoch,
        SCOPE.c.public_key,
        SCOPE.c.covered,
        SCOPE.c.due_epoch,
    )
    .join(SCOPE, and_(SCOPE.c.organisation_id == MEMBER.c.organisation_id, SCOPE.c.scope_id == MEMBER.c.scope_id))
    .where(
        MEMBER.c.organisation_id == bindparam("organisation"),
        MEMBER.c.user_id == bindparam("the_user"),
        or_(MEMBER.c.since.is_(None), MEMBER.c.since <= bindparam("now")),
        or_(MEMBER.c.until.is_(None), MEMBER.c.until > bindparam("now")),
    )
    .order_by(MEMBER.c.scope_id)
)
_GRANTED = Prepared(
    select(KEY_GRANT.c.scope_id, KEY_GRANT.c.epoch)
    .where(KEY_GRANT.c.organisation_id == bindparam("organisation"), KEY_GRANT.c.device_id == bindparam("device"))
    .order_by(KEY_GRANT.c.scope_id, KEY_GRANT.c.epoch)
)
_WRAPPED = Prepared(
    select(KEY_GRANT.c.wrapped).where(
        KEY_GRANT.c.organisation_id == bindparam("organisation"),
        KEY_GRANT.c.device_id == bindparam("device"),
        KEY_GRANT.c.scope_id == bindparam("the_scope"),
        KEY_GRANT.c.epoch == bindparam("the_epoch"),
    )
)


class DeviceName(NamedTuple):
    """Which device of which organisation."""

    organisation: str
    device: str


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device, its user, and its organisation's incarnation; `signing_key` is the Ed25519 public key."""

    organisation: str
    device: str
    user: str
    role: str
    state: str
    signing_key: bytes
    incarnation: str


@dataclass(frozen=True, slots=True)
class Access:
    """A scope that a user may use now; `chain` is the running hash (32 bytes) at `head`.

    `covered`: where the snapshot that is handed out ends, 0 for none. `due_epoch`: as in `models.Scope`.
    """

    scope: str
    kind: str
    rights: str
    head: int
    chain: bytes
    key_epoch: int
    public_key: bytes
    covered: int = 0
    due_epoch: int = 0

    @property
    def state(self) -> ScopeState:
        """As the user's devices are told."""
        return ScopeState(self.scope, self.kind, self.key_epoch, self.public_key, self.head, self.rights)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a user has now: the scopes that they may read, and those whose keys they only hand out; in scope order."""

    may: dict[str, Access]
    keys_only: dict[str, Access]

    def hands_out(self, role: str) -> dict[str, Access]:
        """The scopes whose keys a user with this role gives to others."""
        leads = {one: access for one, access in self.may.items() if role == COORDINATOR or access.rights == Rights.LEAD}
        return leads | self.keys_only


def known_device(connection: Connection, organisation: str, device: str) -> KnownDevice | None:
    """The device of this name."""
    row = _KNOWN_DEVICE.row(connection, organisation=organisation, device=device)
    return KnownDevice(organisation, device, *row) if row is not None else None


def standing(connection: Connection, organisation: str, user: str, now: int) -> Standing:
    """The scopes that the user has rights in at this moment."""
    found = Standing({}, {})
    for row in _ACCESS.rows(connection, organisation=organisation, the_user=user, now=now):
        access = Access(*row)
        (found.keys_only if access.rights == Rights.KEYS else found.may)[access.scope] = access
    return found


def grants(connection: Connection, organisation: str, device: str, held: dict[str, int]) -> list[KeyGrant]:
    """The keys granted to the device in the scopes of `held`, newer than the epoch held there."""
    named = {"organisation": organisation, "device": device}
    found: list[KeyGrant] = []
    for scope, epoch in _GRANTED.rows(connection, **named):
        if epoch > held.get(scope, 1 << 31):
            row = _WRAPPED.row(connection, **named, the_scope=scope, the_epoch=epoch)
            found += [KeyGrant(scope, epoch, *row)] if row is not None else []
    return found
