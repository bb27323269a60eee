"""What a device keeps for its synchronisation, beside the typed rows of the domain.

Everything here lives in the device's encrypted database. The tables have a `MetaData` of their own, so that the
program's migrations decide when they are made.
"""

from typing import ClassVar

from sqlalchemy import Column, Connection, Index, LargeBinary, MetaData, text
from sqlmodel import Field, SQLModel

metadata = MetaData()
"""The tables of this module and no others."""


class SyncTable(SQLModel):
    """Base of the tables below, so that they don't mix with the domain's."""

    metadata: ClassVar[MetaData] = metadata  # pyright: ignore[reportIncompatibleVariableOverride] (how SQLModel is told)


class ReplicaRow(SyncTable, table=True):
    """One known record: which ops are live on it, as JSON, and whether a typed row of it is there.

    `live` holds accepted ops only: the device's own unsent ones lie over it when it is shown. Kinds and fields that
    this version doesn't know are kept in it all the same. A table with rowid: without, each row of more than a quarter
    of a page would take a page of its own.
    """

    __tablename__ = "replica"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    record: str = Field(primary_key=True)
    kind: str
    scope: str
    live: str
    present: bool


class OpRow(SyncTable, table=True):
    """One op that this device made: its outbox, and afterwards its archive.

    `content` is the values as canonical JSON. `key_epoch`, `body` and `digest` are there once it was sealed, so that a
    retry sends the same bytes. `state` is one of `OpState`; `seq` is its place once accepted, `code` why it was
    refused. `overlay`: it still lies over the replica, as the cursor hasn't passed it. `acknowledged_at`: ms since
    1970.
    """

    __tablename__ = "op"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    __table_args__ = (
        Index("op_record", "record", sqlite_where=text("overlay = 1")),
        # Those that were answered but aren't passed yet are few, however long the outbox is.
        Index("op_answered", "scope", "seq", sqlite_where=text("overlay = 1 AND seq IS NOT NULL")),
        Index("op_unsent", "state", sqlite_where=text("state IN ('pending', 'sent', 'held')")),
    )
    device: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    scope: str
    record: str
    kind: str
    group_id: str
    content: str
    base: int
    at: int
    schema_version: int
    state: str
    overlay: bool
    key_epoch: int | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    digest: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    seq: int | None = None
    code: str | None = None
    acknowledged_at: int | None = None


class ConflictRow(SyncTable, table=True):
    """A field of a record that has several values, of which a person chooses one.

    `id` names the field together with the values that compete, so a choice can't hit other values than were shown.
    `options` is JSON, oldest first.
    """

    __tablename__ = "conflict"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    id: str = Field(primary_key=True)
    kind: str
    record: str = Field(index=True)
    scope: str
    field: str
    options: str


class QuarantineRow(SyncTable, table=True):
    """An op of the central API that this device couldn't take in, as it came, and why.

    `reason` is a stable code; `change` the op as JSON as it came over the wire. `at`: ms since 1970.
    """

    __tablename__ = "quarantine"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    scope: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    device: str
    n: int
    record: str
    kind: str
    reason: str
    change: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: int


class ScopeRow(SyncTable, table=True):
    """A scope that this device keeps: how far it has come (`cursor`, `chain`) and whether it once had everything.

    `kind` is a `ScopeKind`; `chain` is the running hash that the central API handed out with the cursor; `lost`: this
    device may no longer read it; `keys_only`: it holds the keys to hand them out, and never reads it.
    """

    __tablename__ = "scope"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    id: str = Field(primary_key=True)
    kind: str
    name: str
    cursor: int = 0
    chain: str = ""
    complete: bool = False
    key_epoch: int = 1
    lost: bool = False
    keys_only: bool = False


class ScopeKeyRow(SyncTable, table=True):
    """The private half of a scope's key pair for one epoch."""

    __tablename__ = "scope_key"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    scope: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    private: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class StateRow(SyncTable, table=True):
    """One fact about this device's synchronisation, as JSON; the keys are in `state.py`."""

    __tablename__ = "sync_state"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    key: str = Field(primary_key=True)
    value: str


class ErasedRow(SyncTable, table=True):
    """A record that was erased by law: nothing of it is taken in again."""

    __tablename__ = "erased"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    record: str = Field(primary_key=True)
    scope: str


class ErasingRow(SyncTable, table=True):
    """A record whose erasure the central API must hear of; gone once it has it.

    `asked`: by a person on this device. Otherwise the central API was put back and may not know of it any more.
    """

    __tablename__ = "erasing"  # pyright: ignore[reportAssignmentType] (SQLModel types it as a function)
    record: str = Field(primary_key=True)
    scope: str = Field(index=True)
    asked: bool


def create_tables(connection: Connection) -> None:
    """Make the tables of this module that aren't there yet."""
    metadata.create_all(connection)
