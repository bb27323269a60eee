"""The rights of whoever works here, asked of every change before it is written."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from sync.client import scopes
from sync.client.changes import Change
from sync.merge import DELETED_AT
from sync.schema import ScopeKind
from wor_tui.domain.kinds import schema
from wor_tui.domain.rights import Act
from wor_tui.services.errors import CASE_FILES, DESKS, DIRECTORY_KEPT, PRACTICES, NotAllowed

if TYPE_CHECKING:
    from wor_tui.services.workspace import Me

_GRANTED = frozenset({"role", "practice_id", "covers_id", "until_on"})
"""Fields of a person's card by which others are given keys: only who lets people in changes them."""
_KNOWN = "SELECT record FROM replica WHERE record IN (SELECT value FROM json_each(?))"


def check(connection: Connection, me: "Me", changes: Sequence[Change]) -> None:
    """Raise NotAllowed for the first change that this person may not make; a kind or scope that isn't here passes.

    Those are refused by the replica, which says what is the matter.
    """
    places = {one.id: one.kind for one in scopes.by_id(connection).values()}
    known = set(connection.exec_driver_sql(_KNOWN, (json.dumps([one.record for one in changes]),)).scalars())
    own = {me.person_id, me.device_id}
    # A save of thousands has few kinds of change.
    judged: dict[tuple[str, Act, ScopeKind, bool], bool] = {}
    for one in changes:
        place = places.get(one.scope)
        if place is None or one.kind not in schema().kinds:
            continue
        act = _act(one, known)
        asked = (one.kind, act, place, one.record in own)
        grants = one.kind == "person" and act is not Act.CREATE and bool(_GRANTED & one.values.keys())
        if grants and not me.may("person", Act.INVITE):
            raise NotAllowed(DIRECTORY_KEPT)
        if asked not in judged:
            judged[asked] = me.may(one.kind, act, place, own=asked[3])
        if not judged[asked]:
            raise NotAllowed(refused(one.kind))


def refused(kind: str) -> str:
    """The act by which a refusal about records of this kind is worded."""
    known = schema().kinds.get(kind)
    if known is None:
        return kind
    if ScopeKind.TEAM in known.scopes:
        return CASE_FILES
    if ScopeKind.DESK in known.scopes:
        return DESKS
    return PRACTICES if ScopeKind.PRACTICE in known.scopes else DIRECTORY_KEPT


def _act(change: Change, known: set[str]) -> Act:
    if change.record not in known:
        return Act.CREATE
    return Act.DELETE if change.values.get(DELETED_AT) is not None else Act.CHANGE
