"""The open database: one writer, several readers, and a count of commits.

SQLCipher under SQLAlchemy; `connection` opens each connection.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.pool import QueuePool

from wor_tui.vault import errors, files
from wor_tui.vault.connection import (
    DriverConnection,
    driver,
    first_connection,
    opened,
    reading_connection,
    refuse_misread,
)
from wor_tui.vault.errors import ReadOnly, VaultClosed, VaultMissing
from wor_tui.vault.keyfile import UnlockedKey

READERS, MORE_READERS = 4, 12

_CHECKPOINT_MS = 250
"""How long emptying the log waits for readers: writers wait meanwhile."""
_COUNT_COMMIT = "INSERT INTO vault_state (id, seq) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET seq = seq + 1"


class Database:
    """The open database; may be used from any thread, closed by `close`.

    Reads see one moment and never wait for a writer; writers take turns. Every commit that changed something counts
    `vault_seq` up by one.
    """

    def __init__(self, path: Path, key: UnlockedKey, *, new: bool = False) -> None:
        """Open it; raises VaultMissing, VaultMismatch, VaultDamaged, VaultNewer, ReadOnly, DiskFull, UnsafeBuild."""
        self._path = path
        self._folder = path.parent
        self._turn = threading.Lock()
        self._writing_thread: int | None = None
        self._closed = False
        self._first = [first_connection(path, key, new=new)]
        self._writer = _engine(lambda: self._first.pop() if self._first else opened(path, key), "BEGIN IMMEDIATE", 1, 0)
        self._readers = _engine(lambda: reading_connection(path, key), "BEGIN", READERS, MORE_READERS)

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection that sees the database at one moment and can't write; raises VaultClosed, VaultDamaged.

        What was read counts only when this ended without an error: a damaged page may show as zeros until then.
        """
        self._refuse_closed()
        with _told(self._folder, reading=True), self._readers.connect() as connection:
            try:
                yield connection
                refuse_misread(_driver_connection(connection))
            finally:
                if self._closed:
                    connection.invalidate()

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction: committed at the end, undone by any exception; writers wait for each other.

        Raises DiskFull, ReadOnly, DiskFault, VaultBusy, VaultDamaged, VaultMissing when the folder went meanwhile
        (nothing is saved then) and VaultClosed. Must not be nested.
        """
        with self._my_turn(), _told(self._folder), self._writer.begin() as connection:
            before = _changes(connection)
            yield connection
            refuse_misread(_driver_connection(connection))
            if _changes(connection) != before:
                self._refuse_gone()
                connection.exec_driver_sql(_COUNT_COMMIT)

    def checkpoint(self) -> bool:
        """Move the log of changes into the database and empty it; False when a reader kept that from ending.

        With it, what was deleted is gone from the disk too. Not inside a transaction; raises what `write` raises.
        """
        with self._my_turn(), _told(self._folder):
            pooled = self._writer.raw_connection()
            try:
                connection: DriverConnection = pooled.dbapi_connection
                waits = connection.execute("PRAGMA busy_timeout").fetchone()[0]
                connection.execute(f"PRAGMA busy_timeout={_CHECKPOINT_MS}")
                try:
                    return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
                finally:
                    connection.execute(f"PRAGMA busy_timeout={waits}")
            finally:
                pooled.close()

    def vault_seq(self, connection: Connection | None = None) -> int:
        """How many commits changed this vault since it was made; as `connection` sees it, where there is one."""
        with nullcontext(connection) if connection is not None else self.read() as found:
            return found.exec_driver_sql("SELECT seq FROM vault_state").scalar() or 0

    def close(self) -> None:
        """Wait for the writer and close; the last connection moves the WAL into the database and removes it.

        A read that still runs ends its own connection. A second call does nothing.
        """
        if self._closed:
            return
        with self._my_turn():
            self._closed = True
            self._readers.dispose()
            self._writer.dispose()
            while self._first:
                self._first.pop().close()

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

    def _refuse_gone(self) -> None:
        """Raise VaultMissing when the file was removed: the system would go on writing to what nobody finds again."""
        with files.told(writing=True):
            try:
                self._path.stat()
            except FileNotFoundError:
                raise VaultMissing from None

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
        hide_parameters=True,  # or the exceptions' texts would quote a client's name
    )

    def begins(connection: Connection) -> None:
        # Straight to the driver: through SQLAlchemy's cursor this line would cost as much as a small query.
        _driver_connection(connection).execute(begin)

    event.listen(engine, "begin", begins)
    event.listen(engine, "handle_error", _forget_parameters)
    return engine


def _forget_parameters(context: ExceptionContext) -> None:
    """`hide_parameters` only keeps them out of the text; here they leave the exception itself."""
    if isinstance(context.sqlalchemy_exception, StatementError):
        context.sqlalchemy_exception.params = None


@contextmanager
def _told(folder: Path, *, reading: bool = False) -> Generator[None]:
    """Turn the driver's exceptions into the vault's; those that tell of a mistake of ours pass."""
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        failure = errors.of_sqlite(error.orig if isinstance(error, DBAPIError) else error, folder)
        # A reader that tries to write is our mistake, not a read-only disk.
        if failure is None or (reading and isinstance(failure, ReadOnly)):
            raise
        raise failure from None


def _changes(connection: Connection) -> int:
    return _driver_connection(connection).total_changes


def _driver_connection(connection: Connection) -> DriverConnection:
    return connection.connection.dbapi_connection
