"""Beginning a new incarnation of an organisation: its database was put back, so that devices know more than it does.

They send again what it lost and read each scope from its start. No place in a scope's order (`seq`) may ever be given
out twice, or a change could seem to know what its maker never saw: so every head jumps over all that may have been.
"""

from sqlalchemy import BigInteger, BindParameter, Connection, bindparam, case, delete, select, update

from sync.identifiers import uuid7
from sync.server.models import INVITE, NONCE, ORGANISATION, SCOPE
from sync.server.store import snapshots, walls

RAISED = 1 << 32
"""By how much a head is raised at least: more ops than a scope accepts between a backup and its restore."""
PLACES_PER_MS = 1 << 10
"""More ops than a scope accepts in a millisecond: so no history, whatever backup it began from, comes to where a later
one begins. A server's clock that went back leaves `RAISED`."""
_TO: BindParameter[int] = bindparam("raised_to", type_=BigInteger)


def is_later(incarnation: str, than: str) -> bool:
    """Whether one began after another: their ids are in order, but for the first of an older server's organisations."""
    return _is_ordered(incarnation) and (not _is_ordered(than) or incarnation > than)


def _is_ordered(incarnation: str) -> bool:
    return incarnation[14:15] == "7"


def begin(connection: Connection, organisation: str, now_ms: int, *, unless_past: str | None = None) -> bool:
    """Begin a new incarnation; False when `unless_past` is no longer the organisation's: another was quicker.

    Open invitations go: one that was used since would be open again. Snapshots go, for the devices to make anew.
    """
    mine = ORGANISATION.c.organisation_id == organisation
    now = connection.execute(select(ORGANISATION.c.incarnation).where(mine).with_for_update()).scalar_one()
    if unless_past is not None and now != unless_past:
        return False
    walls.all_scopes(connection)
    connection.execute(update(ORGANISATION).where(mine).values(incarnation=uuid7()))
    its_scopes = SCOPE.c.organisation_id == organisation
    # In the order in which pushes take them.
    connection.execute(select(SCOPE.c.scope_id).where(its_scopes).order_by(SCOPE.c.scope_id).with_for_update()).all()
    connection.execute(
        update(SCOPE)
        .where(its_scopes)
        .values(head=case((SCOPE.c.head + RAISED > _TO, SCOPE.c.head + RAISED), else_=_TO)),
        {"raised_to": now_ms * PLACES_PER_MS},
    )
    connection.execute(delete(INVITE).where(INVITE.c.organisation_id == organisation))
    connection.execute(delete(NONCE).where(NONCE.c.organisation_id == organisation))
    snapshots.drop_all(connection, organisation)
    return True
