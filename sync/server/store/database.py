"""The server's database and its transactions."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import make_url

from sync.server.models import DEVICE, INSTALLATION, SCHEMA_VERSION, ServerTable
from sync.server.store.together import DatabaseBusyError, Together

WRITES = {"wor_writes": True}


class NewerDatabaseError(Exception):
    """The database was made by a newer server."""


class Database:
    """One engine. On SQLite writers queue on a lock of this process, which is fairer and quicker than its busy loop."""

    def __init__(self, url: str, busy_timeout_s: float) -> None:
        self.engine = _engine(url, busy_timeout_s)
        dialect: Any = self.engine.dialect
        self._troubles: tuple[type[Exception], ...] = (dialect.loaded_dbapi.OperationalError,)
        self._together = Together(self.engine, WRITES) if dialect.name == "sqlite" else None

    def prepare(self) -> None:
        """Make the tables when they aren't there; raises NewerDatabaseError."""
        with self.writing() as connection:
            there = inspect(connection).has_table(INSTALLATION.name)
            if not there:
                ServerTable.metadata.create_all(connection)
            version = connection.execute(select(INSTALLATION.c.schema_version)).scalar()
            if version is None:
                connection.execute(insert(INSTALLATION), [{"id": 1, "schema_version": SCHEMA_VERSION}])
            elif version > SCHEMA_VERSION:
                raise NewerDatabaseError
            elif version < SCHEMA_VERSION:
                _upgrade(connection)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A transaction that only reads; on SQLite one snapshot; raises DatabaseBusyError."""
        with self.engine.connect() as connection, connection.begin():
            try:
                yield connection
            except self._troubles as error:
                raise DatabaseBusyError from error

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that is committed when this ends, and rolled back on an exception; raises DatabaseBusyError.

        On SQLite those who wait for each other are committed together; each sees what came before it, and none hears
        that it is done before all of it is on the disk.
        """
        try:
            if self._together is not None:
                with self._together.turn() as connection:
                    yield connection
            else:
                with self.engine.begin() as connection:
                    yield connection
        except self._troubles as error:
            raise DatabaseBusyError from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str, busy_timeout_s: float) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        # By place, as `prepared` hands the values over.
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, paramstyle="format")
    engine = create_engine(
        url, hide_parameters=True, pool_size=8, max_overflow=40, connect_args={"timeout": busy_timeout_s}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _upgrade(connection: Connection) -> None:
    """From version 1: a device's `vault_seq` and predecessor. Adding columns with a default reads no rows."""
    for column in ("vault_seq BIGINT NOT NULL DEFAULT 0", "predecessor VARCHAR(36) NOT NULL DEFAULT ''"):
        connection.exec_driver_sql(f"ALTER TABLE device ADD COLUMN {column}")
    for index in DEVICE.indexes:
        index.create(connection)
    connection.execute(update(INSTALLATION).values(schema_version=SCHEMA_VERSION))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("wor_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
