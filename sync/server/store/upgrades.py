"""Bringing a database of an earlier version up to date, step by step, in the transaction of the start."""

from sqlalchemy import Connection, update

from sync.server.models import (
    ATTEMPT,
    ATTEMPT_WINDOW,
    AUDIT_SEALED,
    AUDIT_TRAIL,
    DEVICE,
    ESCROW,
    INSTALLATION,
    KEY_WISH,
    NONCE,
    REVOCATION,
    SCHEMA_VERSION,
    SNAPSHOT,
    SNAPSHOT_PART,
)


def upgrade(connection: Connection, version: int) -> None:
    """From `version` to SCHEMA_VERSION; nothing when it is that already."""
    if version == SCHEMA_VERSION:
        return
    for step in _STEPS[version - 1 :]:
        step(connection)
    connection.execute(update(INSTALLATION).values(schema_version=SCHEMA_VERSION))


def _vault_seq(connection: Connection) -> None:
    """A device's `vault_seq` and predecessor. Adding columns with a default reads no rows."""
    for column in ("vault_seq BIGINT NOT NULL DEFAULT 0", "predecessor VARCHAR(36) NOT NULL DEFAULT ''"):
        connection.exec_driver_sql(f"ALTER TABLE device ADD COLUMN {column}")
    for index in DEVICE.indexes:
        index.create(connection)


def _nonces(connection: Connection) -> None:
    """The nonces of several nodes."""
    NONCE.create(connection)


def _snapshots(connection: Connection) -> None:
    """The snapshots of scopes."""
    connection.exec_driver_sql("ALTER TABLE scope ADD COLUMN covered BIGINT NOT NULL DEFAULT 0")
    for table in (SNAPSHOT, SNAPSHOT_PART):
        table.create(connection)


def _attempts(connection: Connection) -> None:
    """How often somebody tried to enrol."""
    for table in (ATTEMPT_WINDOW, ATTEMPT):
        table.create(connection)


def _revocations(connection: Connection) -> None:
    """Devices that were sent away, what devices tell of their outbox, and who made an invitation."""
    for table, column in (
        ("scope", "due_epoch INTEGER NOT NULL DEFAULT 0"),
        ("device", "unsent BIGINT NOT NULL DEFAULT -1"),
        ("invite", "made_by VARCHAR(36) NOT NULL DEFAULT ''"),
    ):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
    REVOCATION.create(connection)


def _wishes(connection: Connection) -> None:
    """Devices that lack a scope's newest key."""
    KEY_WISH.create(connection)


def _walls(_connection: Connection) -> None:
    """Row-level security, which is built after every upgrade, around all that there is then (`walls.build`)."""


def _audit(connection: Connection) -> None:
    """The sealed audit lines."""
    for table in (AUDIT_TRAIL, AUDIT_SEALED):
        table.create(connection)


def _escrow(connection: Connection) -> None:
    """What devices that were sent away hadn't sent."""
    ESCROW.create(connection)


_STEPS = (_vault_seq, _nonces, _snapshots, _attempts, _revocations, _wishes, _walls, _audit, _escrow)
"""The one at place k leads from version k + 1 to the next."""
