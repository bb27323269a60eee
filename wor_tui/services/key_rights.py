"""Whose devices may be given a scope's keys: what the directory says beside the central API's word."""

from sqlalchemy import Connection

from sync.client.scopes import Scope
from sync.schema import ScopeKind
from wor_tui.domain.codes import Role
from wor_tui.domain.kinds import schema
from wor_tui.domain.rights import Act, may

_NOT_TO_HAND_OUT = frozenset({ScopeKind.AUDIT, ScopeKind.CASE})
"""What a coordinator holds no keys of: what auditors read, and what was shielded."""


def entitled(connection: Connection, user: str, scope: Scope) -> bool:
    """Whether somebody's role in the directory goes with reading such a scope, or with handing out its keys.

    Somebody who isn't in the directory has no role: the central API could have made them up.
    """
    row = connection.exec_driver_sql("SELECT role, practice_id FROM person WHERE id = ?", (user,)).one_or_none()
    if row is None or row[0] not in set(Role):
        return False
    role = Role(row[0])
    if role is Role.COORDINATOR:
        return scope.kind not in _NOT_TO_HAND_OUT
    if scope.kind is ScopeKind.PRACTICE and row[1] != scope.id:
        # A practice's own scope has the practice's id, and is nobody's who works elsewhere.
        return False
    return any(may(role, kind, Act.READ, scope.kind) for kind in schema().kinds)
