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


def role(world: World, number: int, becomes: str) -> None:
    """Give the user of this device another role, as only a coach or a leader may erase."""
    with world.device(number).database.read() as connection:
        user = state.get(connection, state.USER)
    with world.central.app.state.central.database.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET role = ? WHERE user_id = ?", (becomes, user))


def erase(device: Device, record: str, scope: str = "") -> None:
    """Ask for the erasure of a record."""
    with device.database.write() as connection:
        device.replica.erase(connection, scope or device.team, [record], 1)


def everything(device: Device) -> bytes:
    """All that the tables of the device hold, as bytes."""
    with device.database.read() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        rows = [connection.exec_driver_sql(f'SELECT * FROM "{table}"').all() for table in tables]  # noqa: S608
    return repr(rows).encode()
