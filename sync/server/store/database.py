"""The server's database and its transactions."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError

from sync.server.models import INSTALLATION, SCHEMA_VERSION, ServerTable
from sync.server.store import walls
from sync.server.store.engines import WRITES, engine_of
from sync.server.store.retrying import again, passing
from sync.server.store.together import DatabaseBusyError, Together
from sync.server.store.upgrades import upgrade

CONNECTIONS = 20
Result = TypeVar("Result")


class NewerDatabaseError(Exception):
    """The database was made by a newer server."""


class NotPreparedError(Exception):
    """The database has no tables, or those of an earlier version, and this role may not change that."""


class Database:
    """One engine. On SQLite writers queue on a lock of this process, which is fairer and quicker than its busy loop.

    `shared`: other nodes may use it beside this one, so that what must hold for all is kept in it (PostgreSQL).
    """

    def __init__(self, url: str, busy_timeout_s: float, connections: int = CONNECTIONS) -> None:
        self.engine = engine_of(url, busy_timeout_s, connections)
        dialect: Any = self.engine.dialect
        self.shared: bool = dialect.name != "sqlite"
        driver_error: type[Exception] = dialect.loaded_dbapi.OperationalError
        # A `Prepared` lets the driver's own through; all else comes wrapped.
        self._troubles = (driver_error, OperationalError) if self.shared else (driver_error,)
        self._together = None if self.shared else Together(self.engine, WRITES)
        # Reading sees one moment, as on SQLite; that never fails to serialise, as it writes nothing.
        one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.shared else {}
        self._reader = self.engine.execution_options(**one_moment)
        self._at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT") if self.shared else self.engine

    def prepare(self, api_role: str = "") -> None:
        """Make the tables, or bring them up to date; raises NewerDatabaseError, NotPreparedError.

        `api_role`: on PostgreSQL, who may use them without owning them.
        """
        with walls.inside(None):
            self.write(lambda connection: _prepare(connection, api_role))

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` gives in a `reading` transaction, done again on PostgreSQL when the connection is lost."""
        return again(lambda: self._read(work)) if self.shared else self._read(work)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` gives in a `writing` transaction; raises DatabaseBusyError.

        On PostgreSQL it is done again when it was taken back (40001, 40P01) and when the connection was lost, even
        while it was committed: so doing it twice must be the same as doing it once.
        """
        return again(lambda: self._write(work)) if self.shared else self._write(work)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A transaction that only reads, and sees one moment; raises DatabaseBusyError."""
        with self._busy(), self._reader.connect() as connection, connection.begin():
            self._as_whom(connection)
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that is committed when this ends, and rolled back on an exception; raises DatabaseBusyError.

        On SQLite those who wait for each other are committed together; each sees what came before it, and none hears
        that it is done before all of it is on the disk.
        """
        with self._busy():
            if self._together is not None:
                with self._together.turn() as connection:
                    yield connection
            else:
                with self.engine.begin() as connection:
                    self._as_whom(connection)
                    yield connection

    @contextmanager
    def at_once(self) -> Generator[Connection]:
        """On PostgreSQL a connection on which each statement is committed by itself; raises DatabaseBusyError."""
        with self._busy(), self._at_once.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _busy(self) -> Generator[None]:
        try:
            yield
        except self._troubles as error:
            raise DatabaseBusyError from error
        except DBAPIError as error:
            if self.shared and passing(error):
                raise DatabaseBusyError from error
            raise

    def _as_whom(self, connection: Connection) -> None:
        if self.shared:
            walls.begin(connection)

    def _read(self, work: Callable[[Connection], Result]) -> Result:
        with self.reading() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        with self.writing() as connection:
            return work(connection)


def _prepare(connection: Connection, api_role: str) -> None:
    walls.open_all(connection)
    there = inspect(connection).has_table(INSTALLATION.name)
    if there and not api_role and connection.execute(select(INSTALLATION.c.schema_version)).scalar() == SCHEMA_VERSION:
        return
    if not walls.may_build(connection):
        raise NotPreparedError
    if not there:
        ServerTable.metadata.create_all(connection)
    # Locked, so that of two nodes that start at once one brings the tables up to date.
    version = connection.execute(select(INSTALLATION.c.schema_version).with_for_update()).scalar()
    if version is None:
        connection.execute(insert(INSTALLATION), [{"id": 1, "schema_version": SCHEMA_VERSION}])
    elif version > SCHEMA_VERSION:
        raise NewerDatabaseError
    else:
        upgrade(connection, version)
    walls.build(connection, api_role)
