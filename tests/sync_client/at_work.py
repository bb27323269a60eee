"""What the tests do on a device: save, look at the names, erase."""

from sync.client import state
from sync.client.changes import Change
from sync.identifiers import uuid7
from tests.sync_model.world import Device, World


def save(device: Device, name: str, record: str | None = None, scope: str | None = None) -> str:
    record = record or uuid7()
    base = device.base() if scope is None else 0
    with device.database.write() as connection:
        device.replica.save(connection, [Change("client", record, scope or device.team, {"name": name}, base)], 1)
    return record


def names(device: Device) -> set[str]:
    return {row["name"] for row in device.rows("client").values()}


def lead(world: World, number: int) -> None:
    """Let the user of this device lead the team, as only such a user may erase."""
    with world.device(number).database.read() as connection:
        user = state.get(connection, state.USER)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET rights = 'lead' WHERE user_id = ?", (user,))


def erase(device: Device, record: str, scope: str = "") -> None:
    """Put the op that erases `record` in the outbox, as a program that offers it would."""
    with device.database.write() as connection:
        n, own, team = state.get(connection, state.NEXT_N), state.device_of(connection), scope or device.team
        connection.exec_driver_sql(
            "INSERT INTO op (device, n, scope, record, kind, group_id, content, base, at, schema_version,"
            " state, overlay) VALUES (?, ?, ?, ?, 'erase', ?, '{}', 0, 1, 1, 'pending', 0)",
            (own, n, team, record, uuid7()),
        )
        state.put(connection, next_n=n + 1)


def everything(device: Device) -> bytes:
    """All that the tables of the device hold, as bytes."""
    with device.database.read() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in tables]  # noqa: S608
    return repr(rows).encode()
