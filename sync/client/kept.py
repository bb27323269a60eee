"""What the replica keeps of records, read and written in bulk."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from sync.client.changes import Spoiled
from sync.client.lives import decoded, encoded, json_list
from sync.client.rendering import Known

_UPSERT = (
    "INSERT INTO replica (record, kind, scope, live, present) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (record) DO UPDATE SET live = excluded.live, present = excluded.present"
)


def load(connection: Connection, records: Sequence[str]) -> dict[str, Known]:
    """These records, as far as they are here."""
    if not records:
        return {}
    found = connection.exec_driver_sql(
        "SELECT record, kind, scope, live, present FROM replica WHERE record IN (SELECT value FROM json_each(?))",
        (json_list(records),),
    )
    return {row[0]: Known(row[0], row[1], row[2], decoded(row[3]), bool(row[4]), fresh=False) for row in found.all()}


def write(connection: Connection, known: Iterable[Known]) -> None:
    """Keep these records as they are now."""
    rows = [(one.record, one.kind, one.scope, encoded(one.live), int(one.present)) for one in known]
    if rows:
        connection.exec_driver_sql(_UPSERT, rows)


def erased(connection: Connection, records: Sequence[str]) -> set[str]:
    """Those of these records that were erased by law."""
    if connection.exec_driver_sql("SELECT 1 FROM erased LIMIT 1").scalar() is None:
        return set()
    found = connection.exec_driver_sql(
        "SELECT record FROM erased WHERE record IN (SELECT value FROM json_each(?))", (json_list(records),)
    )
    return set(found.scalars())


def lift(connection: Connection, scope: str, cursor: int) -> dict[str, set[int]]:
    """Take the own ops that the cursor passes off their records; returns their numbers by record."""
    found = connection.exec_driver_sql(
        "UPDATE op INDEXED BY op_answered SET overlay = 0"
        " WHERE overlay = 1 AND seq IS NOT NULL AND scope = ? AND seq <= ? RETURNING record, n",
        (scope, cursor),
    )
    lifted: dict[str, set[int]] = {}
    for record, n in found.all():
        lifted.setdefault(record, set()).add(n)
    return lifted


def set_aside(connection: Connection, scope: str, spoiled: Sequence[Spoiled], at: int) -> None:
    """Put ops into the quarantine; `at`: ms since 1970."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO quarantine (scope, seq, device, n, record, kind, reason, change, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(scope, one.seq, one.device, one.n, one.record, one.kind, one.reason, one.raw, at) for one in spoiled],
    )
