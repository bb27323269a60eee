"""The open database: one writer, several readers, and a count of commits.

SQLCipher under SQLAlchemy; `connection` opens each connection.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from wor_tui.vault import errors
from wor_tui.vault.connection import DriverConnection, driver, first_connection, opened, reading_connection
from wor_tui.vault.errors import VaultClosed
from wor_tui.vault.keyfile import UnlockedKey

READERS, MORE_READERS = 4, 12

_COUNT_COMMIT = "INSERT INTO vault_state (id, seq) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1"


class Database:
    """The open database; may be used from any thread, closed by `close`.

    Reads see one moment and never wait for a writer; writers take turns. Every commit that changed something counts
    `vault_seq` up by one.
    """

    def __init__(self, path: Path, key: UnlockedKey, *, new: bool = False) -> None:
        """Open it; raises VaultMissing, VaultMismatch, VaultDamaged, VaultNewer, ReadOnly, DiskFull, UnsafeBuild."""
        self._path, self._key = path, key
        self._turn = threading.Lock()
        self._writing_thread: int | None = None
        self._closed = False
        first = [first_connection(path, key, new=new)]
        self._writer = _engine(lambda: first.pop() if first else opened(path, key), "BEGIN IMMEDIATE", 1, 0)
        self._readers = _engine(lambda: reading_connection(path, key), "BEGIN", READERS, MORE_READERS)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection that sees the database at one moment and can't write; raises VaultClosed, VaultDamaged."""
        self._refuse_closed()
        failure = None
        try:
            with self._readers.connect() as connection:
                yield connection
                if self._closed:
                    connection.invalidate()
        except DBAPIError as error:
            failure = errors.of_sqlite(error.orig)
            if failure is None:
                raise
        except driver.Error as error:  # while opening a further connection
            failure = errors.of_sqlite(error)
            if failure is None:
                raise
        if failure is not None:
            raise failure

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction: committed at the end, undone by any exception; writers wait for each other.

        Raises DiskFull, ReadOnly, VaultBusy, VaultDamaged (nothing is saved then) and VaultClosed. Must not be nested.
        """
        failure = None
        try:
            with self._my_turn(), self._writer.begin() as connection:
                before = _changes(connection)
                yield connection
                if _changes(connection) != before:
                    connection.exec_driver_sql(_COUNT_COMMIT)
        except DBAPIError as error:
            failure = errors.of_sqlite(error.orig)
            if failure is None:
                raise
        if failure is not None:
            raise failure

    def vault_seq(self) -> int:
        """How many commits changed this vault since it was made."""
        with self.read() as connection:
            return connection.exec_driver_sql("SELECT seq FROM vault_state").scalar() or 0

    def close(self) -> None:
        """Wait for the writer, move the WAL into the database and close; a read that still runs closes itself."""
        if self._closed:
            return
        with self._my_turn():
            self._closed = True
            self._readers.dispose()
            # Only tidying: what is committed is safe in the WAL.
            with suppress(DBAPIError), self._writer.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.dispose()

    @contextmanager
    def _my_turn(self) -> Generator[None]:
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a write inside a write would wait for itself")
        with self._turn:
            self._refuse_closed()
            self._writing_thread = threading.get_ident()
            try:
                yield
            finally:
                self._writing_thread = None

    def _refuse_closed(self) -> None:
        if self._closed:
            raise VaultClosed


def _engine(connect: Callable[[], DriverConnection], begin: str, size: int, overflow: int) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        pool_use_lifo=True,  # the connection with the warmest cache first
        hide_parameters=True,  # or SQLAlchemy's exceptions would quote a client's name
    )

    def begins(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begins)
    return engine


def _changes(connection: Connection) -> int:
    driver_connection: DriverConnection = connection.connection.dbapi_connection
    return driver_connection.total_changes
