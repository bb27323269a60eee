"""Ops that couldn't be taken in: tried again when what was missing has come."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from sync.client.changes import Arrived
from sync.client.keyring import Keyring
from sync.client.opening import NO_KEY, opened
from sync.client.replica import Replica
from sync.wire import Change

_decoder = msgspec.json.Decoder(Change)


def try_again(connection: Connection, replica: Replica, organisation: str, keys: Iterable[tuple[str, int]]) -> int:
    """Take in what waited for one of these keys (scope, epoch); returns how many ops left the quarantine."""
    ring = Keyring(connection)
    count = 0
    for scope in sorted({scope for scope, _ in keys}):
        waiting = connection.exec_driver_sql(
            "SELECT change FROM quarantine WHERE scope = ? AND reason = ? ORDER BY seq", (scope, NO_KEY)
        ).scalars()
        page = opened([_decoder.decode(bytes(raw)) for raw in waiting], organisation, scope, ring, {})
        late = [one for one in page if isinstance(one, Arrived)]
        if late:
            connection.exec_driver_sql(
                "DELETE FROM quarantine WHERE scope = ? AND seq = ?", [(scope, one.live.seq) for one in late]
            )
            replica.take_late(connection, scope, late)
            count += len(late)
    return count
