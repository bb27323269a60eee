"""One-time codes: what the server keeps of them, and how often somebody tried."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, insert, or_, select, update

from sync.server.models import INVITE, ORGANISATION
from sync.server.store import walls
from sync.server.store.identity import TakenError
from sync.server.store.standing import COORDINATOR
from sync.wire import PROOF_TRIES

NEVER = (1 << 53) - 1


@dataclass(frozen=True, slots=True)
class StoredInvite:
    """An invitation; `organisation` and `user` are empty for the first coordinator's, `used_by` until it is used."""

    lookup: str
    organisation: str
    proof_hash: bytes
    user: str
    role: str
    package: bytes
    expires_at: int
    tries: int
    used_by: str
    made_by: str = ""

    def proven_by(self, proof: bytes) -> bool:
        """Whether `proof` belongs to the code."""
        return hmac.compare_digest(hashlib.sha256(proof).digest(), self.proof_hash)

    @property
    def tries_left(self) -> int:
        """How many wrong proofs it still takes."""
        return max(0, PROOF_TRIES - self.tries)


def found(connection: Connection, lookup: str, *, lock: bool = False) -> StoredInvite | None:
    """The invitation of this lookup, whatever its state.

    With `lock`, which only a writing transaction may do, it is held until the end: tries are counted, and the code is
    used, by one at a time.
    """
    walls.by_lookup(connection, lookup)
    statement = select(
        INVITE.c.lookup,
        INVITE.c.organisation_id,
        INVITE.c.proof_hash,
        INVITE.c.user_id,
        INVITE.c.role,
        INVITE.c.package,
        INVITE.c.expires_at,
        INVITE.c.tries,
        INVITE.c.used_by,
        INVITE.c.made_by,
    ).where(INVITE.c.lookup == lookup)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    return StoredInvite(*row) if row is not None else None


def add(connection: Connection, invite: StoredInvite) -> None:
    """Keep an invitation; the same one again is passed over; raises TakenError for another under the same lookup."""
    there = found(connection, invite.lookup)
    if there is not None:
        if (there.organisation, there.proof_hash, there.user) != (invite.organisation, invite.proof_hash, invite.user):
            raise TakenError
        return
    row = {
        "lookup": invite.lookup,
        "organisation_id": invite.organisation,
        "proof_hash": invite.proof_hash,
        "user_id": invite.user,
        "role": invite.role,
        "package": invite.package,
        "expires_at": invite.expires_at,
        "tries": invite.tries,
        "used_by": invite.used_by,
        "made_by": invite.made_by,
    }
    connection.execute(insert(INVITE), [row])


def count_try(connection: Connection, lookup: str) -> None:
    """Remember a wrong proof."""
    connection.execute(update(INVITE).where(INVITE.c.lookup == lookup).values(tries=INVITE.c.tries + 1))


def use(connection: Connection, lookup: str, organisation: str, user: str, device: str) -> None:
    """The code is spent; its package goes."""
    connection.execute(
        update(INVITE)
        .where(INVITE.c.lookup == lookup)
        .values(organisation_id=organisation, user_id=user, used_by=device, package=b"")
    )


def makers(connection: Connection, organisation: str) -> dict[str, str]:
    """Device → the device that made the code it joined with."""
    statement = select(INVITE.c.used_by, INVITE.c.made_by).where(
        INVITE.c.organisation_id == organisation, INVITE.c.used_by != "", INVITE.c.made_by != ""
    )
    return {str(used_by): str(made_by) for used_by, made_by in connection.execute(statement)}


def drop_open(connection: Connection, organisation: str, users: Collection[str], devices: Collection[str]) -> None:
    """No code works any more that was made for these users, or by these devices."""
    connection.execute(
        delete(INVITE).where(
            INVITE.c.organisation_id == organisation,
            INVITE.c.used_by == "",
            or_(INVITE.c.user_id.in_(users), INVITE.c.made_by.in_(devices)),
        )
    )


def replace_first(connection: Connection, lookup: str, proof_hash: bytes) -> None:
    """Make this the first coordinator's only code."""
    connection.execute(delete(INVITE).where(INVITE.c.organisation_id == ""))
    add(connection, StoredInvite(lookup, "", proof_hash, "", COORDINATOR, b"", NEVER, 0, ""))


def stand(connection: Connection, invite: StoredInvite) -> None:
    """Make this the organisation's only code that doesn't end, as if it had never been used; raises TakenError.

    It was made by nobody in particular, so it stays when whoever made it is sent away.
    """
    there = found(connection, invite.lookup, lock=True)
    if there is not None and (there.organisation, there.expires_at) != (invite.organisation, NEVER):
        raise TakenError
    standing = (INVITE.c.organisation_id == invite.organisation, INVITE.c.expires_at == NEVER)
    connection.execute(delete(INVITE).where(*standing))
    add(connection, replace(invite, expires_at=NEVER, tries=0, used_by="", made_by=""))


def any_organisation(connection: Connection) -> bool:
    """Whether somebody used the first coordinator's code."""
    return connection.execute(select(ORGANISATION.c.organisation_id).limit(1)).first() is not None
