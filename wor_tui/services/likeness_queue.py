"""Which clients are still to be compared with the others: noted with every change, looked at later, in a thread."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection

from sync.client.rendering import Rendered

_GONE = (
    "DELETE FROM unlooked WHERE client IN (SELECT value FROM json_each(?))",
    "DELETE FROM likeness_key WHERE client IN (SELECT value FROM json_each(?))",
    "DELETE FROM alike WHERE one IN (SELECT value FROM json_each(?))",
    "DELETE FROM alike WHERE other IN (SELECT value FROM json_each(?))",
)


def note(connection: Connection, rendered: Sequence[Rendered]) -> None:
    """Put the clients that changed in the queue; forget all about those that are gone."""
    clients = [one for one in rendered if one.kind == "client"]
    changed = [(one.record,) for one in clients if one.present]
    gone = [one.record for one in clients if one.existed and not one.present]
    if changed:
        connection.exec_driver_sql("INSERT OR IGNORE INTO unlooked (client) VALUES (?)", changed)
    if gone:
        for statement in _GONE:
            connection.exec_driver_sql(statement, (json.dumps(gone),))


def waits(connection: Connection) -> bool:
    """Whether anybody is still to be looked at."""
    return bool(connection.exec_driver_sql("SELECT EXISTS (SELECT 1 FROM unlooked)").scalar())
