"""The scopes that a device keeps."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.client import state
from sync.client.errors import WrongScope
from sync.schema import ScopeKind

_MARKS = 64
"""So many marks are kept of a scope at most."""
_SELECT = "SELECT id, kind, name, cursor, chain, complete, key_epoch, lost, keys_only FROM scope"


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope and how far this device has come in it; `complete`: it has had everything once.

    `keys_only`: the device holds its keys to hand them out, but neither reads nor writes it.
    """

    id: str
    kind: ScopeKind
    name: str
    cursor: int
    chain: str
    complete: bool
    key_epoch: int
    lost: bool
    keys_only: bool = False


def by_id(connection: Connection) -> dict[str, Scope]:
    """All scopes, lost ones too, in the order of their ids."""
    found = connection.exec_driver_sql(f"{_SELECT} ORDER BY id")
    return {row[0]: _scope(row) for row in found}


def scope(connection: Connection, scope_id: str) -> Scope:
    """One scope; raises WrongScope when it isn't here."""
    row = connection.exec_driver_sql(f"{_SELECT} WHERE id = ?", (scope_id,)).one_or_none()
    if row is None:
        raise WrongScope(scope_id)
    return _scope(row)


def add(
    connection: Connection,
    scope_id: str,
    kind: ScopeKind,
    name: str = "",
    key_epoch: int = 1,
    *,
    keys_only: bool = False,
) -> None:
    """Start keeping a scope from its beginning; one that is here already keeps its place."""
    connection.exec_driver_sql(
        "INSERT INTO scope (id, kind, name, cursor, chain, complete, key_epoch, lost, keys_only)"
        " VALUES (?, ?, ?, 0, '', 0, ?, 0, ?)"
        " ON CONFLICT (id) DO UPDATE SET lost = 0, key_epoch = excluded.key_epoch, keys_only = excluded.keys_only,"
        " name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END",
        (scope_id, str(kind), name, key_epoch, keys_only),
    )


def forget(connection: Connection, scope_id: str) -> None:
    """Keep nothing of a scope of which there is only the key, and not even that."""
    connection.exec_driver_sql("DELETE FROM scope WHERE id = ? AND keys_only = 1", (scope_id,))
    connection.exec_driver_sql("DELETE FROM scope_key WHERE scope = ?", (scope_id,))


def hand_out(connection: Connection, scope_id: str) -> None:
    """From now on the device only hands out this scope's keys."""
    connection.exec_driver_sql("UPDATE scope SET keys_only = 1 WHERE id = ?", (scope_id,))


def advance(connection: Connection, scope_id: str, cursor: int, chain: str) -> None:
    """Move a scope's cursor; in the transaction that wrote what came before it."""
    connection.exec_driver_sql("UPDATE scope SET cursor = ?, chain = ? WHERE id = ?", (cursor, chain, scope_id))
    known: list[tuple[int, str]] = state.get(connection, state.MARKS + scope_id, [])
    if not known or cursor > known[-1][0]:
        known.append((cursor, chain))
        if len(known) > _MARKS:
            # The further back, the fewer.
            known = [*known[: _MARKS // 2 : 2], *known[_MARKS // 2 :]]
        state.put(connection, **{state.MARKS + scope_id: known})


def marks(connection: Connection, one: Scope) -> list[tuple[int, str]]:
    """Places where the cursor stood, the newest first, with the running hash there: all on the history known here."""
    before: list[tuple[int, str]] = state.get(connection, state.MARKS + one.id, [])
    return [(one.cursor, one.chain), *((seq, chain) for seq, chain in reversed(before) if seq < one.cursor)]


def base_here(went_back: Mapping[str, Sequence[tuple[int, int]]], scope_id: str, base: int) -> int:
    """What a base means on the history that the central API has now: no more than what both histories share."""
    for common, furthest in went_back.get(scope_id, ()):
        if common < base <= furthest:
            return common
    return base


def note_heads(connection: Connection, heads: Mapping[str, int]) -> None:
    """Keep how far these scopes go, so that it can be told how far this device is."""
    known: dict[str, int] = state.get(connection, state.HEADS, {})
    if any(known.get(scope_id) != head for scope_id, head in heads.items()):
        state.put(connection, heads={**known, **heads})


def come(connection: Connection) -> tuple[int, int]:
    """How far this device is in the scopes that it hasn't had whole yet, and how far these go, in places together."""
    heads: dict[str, int] = state.get(connection, state.HEADS, {})
    missing = [one for one in by_id(connection).values() if not (one.complete or one.lost or one.keys_only)]
    whole = sum(max(heads.get(one.id, 0), one.cursor) for one in missing)
    return sum(one.cursor for one in missing), whole


def complete(connection: Connection, scope_id: str) -> None:
    """Note that the device has everything of this scope; a stored fact, never a guess."""
    connection.exec_driver_sql("UPDATE scope SET complete = 1 WHERE id = ?", (scope_id,))


def start_over(connection: Connection, common: Mapping[str, int]) -> None:
    """Read these scopes from their beginning again, as after a restore of the central API; what is here stays.

    `common`: up to where what is known here is the central API's history too.
    """
    here = by_id(connection)
    went_back: dict[str, list[tuple[int, int]]] = state.get(connection, state.WENT_BACK, {})
    for scope_id, through in common.items():
        before = [(shared, furthest) for shared, furthest in went_back.get(scope_id, []) if shared < through]
        went_back[scope_id] = [*before, (through, here[scope_id].cursor)]
        known = [mark for mark in state.get(connection, state.MARKS + scope_id, []) if mark[0] <= through]
        state.put(connection, **{state.MARKS + scope_id: known or None})
    state.put(connection, went_back=went_back)
    connection.exec_driver_sql(
        "UPDATE scope SET cursor = 0, chain = '', complete = 0 WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(common)),),
    )


def read_again(connection: Connection, only: Iterable[str]) -> None:
    """Read these scopes from their beginning again, though their history is the same as ever."""
    here = by_id(connection)
    start_over(connection, {one: here[one].cursor for one in only if one in here})


def _scope(row: tuple[str, str, str, int, str, int, int, int, int]) -> Scope:
    scope_id, kind, name, cursor, chain, has_all, key_epoch, lost, keys_only = row
    return Scope(scope_id, ScopeKind(kind), name, cursor, chain, bool(has_all), key_epoch, bool(lost), bool(keys_only))
