"""What this device holds of a history that the central API lost, until it is back: from its maker, or from here.

Such entries have no place in the order (seq 0) and stand first in a record's live list. They replace nothing and are
replaced by nothing but a later op of the same device; so what was on the screen stays on it, beside what came instead.
When everything that the central API has is here, and the makers had a while, those that it hasn't are offered: as ops
of this device that count as nobody's own (`sync.op.author_of`), with what their makers knew as base, as far as both
histories are the same.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from sync.client import history, kept, outbox, state
from sync.client.lives import decoded, encoded, json_list, overlays, without_place
from sync.client.rendering import Known
from sync.client.replica import Replica
from sync.client.store import Database
from sync.client.transport import Transport
from sync.merge import Live, overlaid
from sync.op import OFFER, author_of, canonical_values, device_of
from sync.schema import Value

AT_ONCE = 50
"""So many records are looked at in one step: between two of them others' offers come in."""
_LEFT = '[[0,"%'
"""How the live list of a record begins that has such entries."""


def set_apart(connection: Connection, common: Mapping[str, int]) -> None:
    """Take the places from all entries of these scopes; `common`: up to where both histories are the same."""
    for scope_id, through in common.items():
        for rows in _replica(connection, scope_id):
            own = overlays(connection, [record for record, _ in rows])
            changed = [(encoded(_apart(decoded(live), own.get(record, []), through)), record) for record, live in rows]
            connection.exec_driver_sql("UPDATE replica SET live = ? WHERE record = ?", changed)


def _replica(connection: Connection, scope_id: str) -> Iterator[list[tuple[str, str]]]:
    after = ""
    while True:
        rows = connection.exec_driver_sql(
            "SELECT record, live FROM replica WHERE scope = ? AND live <> '[]' AND record > ?"
            " ORDER BY record LIMIT 500",
            (scope_id, after),
        ).all()
        if not rows:
            return
        yield [(record, live) for record, live in rows]
        after = rows[-1][0]


def _apart(live: Sequence[Live], own: Sequence[Live], through: int) -> list[Live]:
    """The entries without the own ops that go out again anyhow, and without what those knowingly replaced."""
    unsent = {(one.device, one.n) for one in own}
    held = {(one.device, one.n) for one in live} - unsent
    return [
        Live(0, one.device, one.n, one.at, min(through, one.base, *map(one.reaches, one.values)), {}, one.values)
        for one in overlaid(live, own)
        if (one.device, one.n) in held
    ]


def waits_since(database: Database, now: int) -> int | None:
    """Since when all that the central API has is here; None while something is unsent. `now`: by its clock, in ms."""
    with database.read() as connection:
        (writes, since), unsent = state.get(connection, state.LEFT), outbox.unsent(connection)
    if unsent:
        return None
    if since is None:
        with database.write() as connection:
            state.put(connection, left=[writes, now])
    return now if since is None else int(since)


def bring_back(database: Database, replica: Replica, transport: Transport) -> bool:
    """Look at some of what is left, and offer what the central API hasn't; False when there was nothing to look at.

    Nothing is changed before all is heard. Raises a `SyncError`.
    """
    with database.read() as connection:
        found = _some(connection)
    there = {one.record: _there(transport, one) for one in found}
    with database.write() as connection:
        if found:
            _settle(connection, replica, there)
        else:
            state.put(connection, left=None)
    return bool(found)


def _some(connection: Connection) -> list[Known]:
    """In an order of chance, so that devices that do the same at once share the work."""
    found = connection.exec_driver_sql(
        "SELECT record FROM replica JOIN scope ON scope.id = replica.scope WHERE replica.live LIKE ?"
        " AND scope.complete = 1 AND scope.lost = 0 AND scope.id IN (SELECT value FROM json_each(?))"
        " ORDER BY random() LIMIT ?",
        (_LEFT, json_list(state.get(connection, state.LEFT)[0]), AT_ONCE),
    )
    return list(kept.load(connection, list(found.scalars())).values())


def _there(transport: Transport, one: Known) -> set[str] | None:
    """What the central API has of a record, superseded ops too; None when it was erased."""
    found: set[str] = set()
    for page in history.pages(transport, one.scope, one.record):
        if page.erased:
            return None
        for op in page.ops:
            found |= {op.group, _named(author_of(op.device, op.n, op.group), op.n)}
    return found


def _settle(connection: Connection, replica: Replica, there: Mapping[str, set[str] | None]) -> None:
    device = state.device_of(connection)
    known = list(kept.load(connection, list(there)).values())
    for one in known:
        told, left = there[one.record], without_place(one.live)
        one.live = one.live[len(left) :]
        back = list(one.live)
        for live in left:
            named = _named(live.device, live.n)
            group = OFFER + named[: 36 - len(OFFER)]
            values = _missing(live, back)
            # An own one that isn't there was refused: a person has it.
            if told is None or not values or {group, named} & told or device_of(live.device) == device:
                continue
            _offer(connection, one, replace(live, values=values), group, replica.schema.version)
            back.append(live)
    kept.write(connection, known)
    replica.render_again(connection, there)


def _missing(left: Live, back: Iterable[Live]) -> dict[str, Value]:
    """The values that nobody has brought back."""
    return {
        name: value
        for name, value in left.values.items()
        if not any(name in one.values and _same(one.values[name], value) for one in back)
    }


def _same(one: Value, other: Value) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _offer(connection: Connection, one: Known, live: Live, group: str, version: int) -> None:
    n = int(state.get(connection, state.NEXT_N, 1))
    content = canonical_values(live.values).decode()
    device = state.device_of(connection)
    row = (device, n, one.scope, one.record, one.kind, group, content, live.base, live.at, version)
    connection.exec_driver_sql(outbox.INSERT, [row])
    state.put(connection, next_n=n + 1)


def _named(author: str, n: int) -> str:
    """One name for an op whoever brings it back, so that it is offered once."""
    return hashlib.sha256(f"{author}:{n}".encode()).hexdigest()
