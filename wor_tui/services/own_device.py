"""This device in the directory: it says there itself which keys are its own, so that others may wrap keys for it."""

import logging
from contextlib import suppress

from sqlalchemy import Connection

from sync.client import pinned, state
from sync.client.changes import Change
from sync.client.errors import Refused
from sync.client.replica import Replica, base_of

logger = logging.getLogger(__name__)


def lacks_keys(connection: Connection) -> bool:
    """Whether this device belongs to an organisation whose directory doesn't have its keys."""
    if not state.joined(connection):
        return False
    row = connection.exec_driver_sql(
        "SELECT keys FROM device WHERE id = ?", (str(state.get(connection, state.DEVICE, "")),)
    ).one_or_none()
    # Without its record it has no place in the directory yet.
    return row is not None and row[0] != pinned.own_fingerprint(connection)


def tell_keys(connection: Connection, replica: Replica, at: int) -> None:
    """Write this device's keys into its record where they aren't there yet; `at`: ms since 1970."""
    if not lacks_keys(connection):
        return
    device = state.device_of(connection)
    scope = connection.exec_driver_sql("SELECT scope FROM device WHERE id = ?", (device,)).scalar_one()
    values = {pinned.KEYS: pinned.own_fingerprint(connection)}
    # Who may no longer write there goes on without; the check comes before anything is written.
    with suppress(Refused):
        replica.save(connection, [Change(pinned.KIND, device, scope, values, base_of(connection, scope))], at)
        logger.info("told the keys of this device")
