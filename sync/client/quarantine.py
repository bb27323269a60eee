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
        if not late:
            # Perhaps a scope of a kind that this version doesn't know, of which nothing but the key is here.
            continue
        unfit = replica.take_late(connection, scope, late)
        for one in late:
            seq = one.live.seq
            if seq in unfit:
                # It stays set aside, for what it turned out to be.
                connection.exec_driver_sql(
                    "UPDATE quarantine SET reason = ? WHERE scope = ? AND seq = ?", (unfit[seq], scope, seq)
                )
            else:
                connection.exec_driver_sql("DELETE FROM quarantine WHERE scope = ? AND seq = ?", (scope, seq))
                count += 1
    return count
