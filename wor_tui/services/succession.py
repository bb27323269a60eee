"""A device that goes on under another identity stays the same person's in the directory."""

from contextlib import suppress

from sqlalchemy import Connection

from sync.client import pinned, state
from sync.client.changes import Change
from sync.client.errors import Refused
from sync.client.replica import Replica
from sync.schema import ScopeKind
from wor_tui.services.entry import whole


def introduce(connection: Connection, replica: Replica, old: str, new: str, at: int) -> None:
    """Enter the new identity in the directory, as the old one was; `at`: ms since 1970."""
    row = connection.exec_driver_sql("SELECT scope, person_id, label FROM device WHERE id = ?", (old,)).one_or_none()
    if row is None:
        # A copy from before the old one was entered.
        row = connection.exec_driver_sql(
            "SELECT id, ?, '' FROM scope WHERE kind = ? AND lost = 0 ORDER BY id LIMIT 1",
            (state.get(connection, state.USER), str(ScopeKind.ORGANISATION)),
        ).one_or_none()
    if row is None:
        return
    scope, person_id, label = row
    # Who may no longer write there goes on without a name; the check comes before anything is written.
    with suppress(Refused):
        values = whole(
            "device",
            {"person_id": person_id, "label": label or "", "keys": pinned.own_fingerprint(connection)},
        )
        replica.save(connection, [Change("device", new, scope, values)], at)
