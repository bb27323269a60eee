"""Legal erasure as this device asks for it: an op like any other, which waits in the outbox until it is done.

The record stays as it is until the central API has taken the op; it can't be changed any more. A central API that was
put back hears again of what was erased, from every device that knows, unless another was quicker.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.client import outbox, scopes, state
from sync.client.errors import WrongScope
from sync.client.lives import json_list
from sync.identifiers import uuid7
from sync.wire import ERASE, RefusalCode

_INSERT = (
    "INSERT INTO op (device, n, scope, record, kind, group_id, content, base, at, schema_version, state, overlay)"
    " VALUES (?, ?, ?, ?, ?, ?, '{}', 0, ?, ?, 'pending', 0)"
)


def ask(
    connection: Connection, scope: str, records: Sequence[str], at: int, version: int, *, asked: bool = True
) -> list[int]:
    """Have these records of `scope` erased, a save each; returns the ops' numbers. `at`: ms since 1970.

    `version` is the schema's. What was asked or erased before is passed over. `asked` False: it follows from another
    erasure, so nobody here has to decide when it is refused. Raises WrongScope where this device doesn't write.
    """
    place = scopes.scope(connection, scope)
    if place.lost or place.keys_only:
        raise WrongScope(scope)
    before = connection.exec_driver_sql(
        "SELECT record FROM erasing WHERE record IN (SELECT value FROM json_each(?))"
        " UNION SELECT record FROM erased WHERE record IN (SELECT value FROM json_each(?))",
        (json_list(records), json_list(records)),
    )
    known = set(before.scalars())
    new = [record for record in dict.fromkeys(records) if record not in known]
    if new:
        connection.exec_driver_sql(
            "INSERT INTO erasing (record, scope, asked) VALUES (?, ?, ?)",
            [(record, scope, asked) for record in new],
        )
    return _add(connection, scope, new, at, version)


def asked(connection: Connection, records: Sequence[str]) -> set[str]:
    """Those of these records whose erasure waits for the central API."""
    if connection.exec_driver_sql("SELECT 1 FROM erasing LIMIT 1").scalar() is None:
        return set()
    found = connection.exec_driver_sql(
        "SELECT record FROM erasing WHERE asked = 1 AND record IN (SELECT value FROM json_each(?))",
        (json_list(records),),
    )
    return set(found.scalars())


def waiting(connection: Connection) -> int:
    """How many erasures that were asked on this device aren't done yet."""
    return int(connection.exec_driver_sql("SELECT count(*) FROM erasing WHERE asked = 1").scalar_one())


def done(connection: Connection, records: Sequence[str]) -> None:
    """The central API has the erasure of these records."""
    connection.exec_driver_sql(
        "DELETE FROM erasing WHERE record IN (SELECT value FROM json_each(?))", (json_list(records),)
    )


def start_over(connection: Connection, scopes_lost: Sequence[str]) -> None:
    """The central API was put back: what is known here as erased in these scopes may not be there any more."""
    connection.exec_driver_sql(
        "INSERT INTO erasing (record, scope, asked) SELECT record, scope, 0 FROM erased"
        " WHERE scope IN (SELECT value FROM json_each(?)) ON CONFLICT (record) DO NOTHING",
        (json_list(scopes_lost),),
    )


def tell_again(connection: Connection, scope: str, at: int, version: int) -> int:
    """With all of `scope` read anew, tell what was erased of it and didn't come; returns how many records."""
    forgotten = connection.exec_driver_sql(
        "SELECT record FROM erasing WHERE scope = ? AND asked = 0 AND record NOT IN"  # noqa: S608 (a constant)
        f" (SELECT record FROM op WHERE kind = '{ERASE}' AND {outbox.UNSENT})",
        (scope,),
    )
    return len(_add(connection, scope, list(forgotten.scalars()), at, version))


def let_go(connection: Connection) -> None:
    """Refused erasures of which nobody must decide: another was quicker, or this device only told them again."""
    # Said twice for the sake of the partial index `op_unsent`, which is known by its own words only.
    refused = connection.exec_driver_sql(
        "UPDATE op SET state = 'dropped' WHERE state IN ('pending', 'sent', 'held') AND state = 'held'"  # noqa: S608 (a constant)
        f" AND kind = '{ERASE}' AND (code = ? OR record NOT IN (SELECT record FROM erasing WHERE asked = 1))"
        " RETURNING record",
        (RefusalCode.ERASED,),
    )
    done(connection, refused.scalars().all())


def ask_again(connection: Connection, scope: str, record: str, at: int, version: int) -> None:
    """Ask once more what the central API refused, as a person wants."""
    done(connection, [record])
    ask(connection, scope, [record], at, version)


def _add(connection: Connection, scope: str, records: Sequence[str], at: int, version: int) -> list[int]:
    device = state.device_of(connection)
    first = int(state.get(connection, state.NEXT_N, 1))
    ns = list(range(first, first + len(records)))
    if ns:
        rows = [(device, n, scope, record, ERASE, uuid7(), at, version) for n, record in zip(ns, records, strict=True)]
        connection.exec_driver_sql(_INSERT, rows)
        state.put(connection, next_n=first + len(ns))
    return ns
