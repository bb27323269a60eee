"""A real SQLCipher database with one writer, as small as can be."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3.dbapi2
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool


class CipherDatabase:
    """`sync.client.store.Database` on a SQLCipher file.

    `full` commits to the disk each time; `plain` leaves the file open to read, to look for what should be gone.
    """

    def __init__(self, path: Path, *, full: bool = False, plain: bool = False) -> None:
        self.path = path
        self._writer = threading.Lock()

        def connect() -> sqlcipher3.dbapi2.Connection:
            connection = sqlcipher3.dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
            if not plain:
                connection.execute("PRAGMA key = \"x'" + "5a" * 48 + "'\"")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if full else 'OFF'}")
            connection.execute("PRAGMA busy_timeout = 5000")
            connection.execute("PRAGMA cache_size = -16000")
            return connection

        self.engine: Engine = create_engine(
            "sqlite://", module=sqlcipher3.dbapi2, creator=connect, poolclass=QueuePool, hide_parameters=True
        )

        @event.listens_for(self.engine, "begin")
        def begin(connection: Connection) -> None:
            if not connection.get_execution_options().get("autobegin_only"):
                connection.exec_driver_sql("BEGIN IMMEDIATE")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect().execution_options(autobegin_only=True) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one writer's transaction."""
        with self._writer, self.engine.begin() as connection:
            yield connection

    def vault_seq(self, connection: Connection | None = None) -> int:  # noqa: ARG002 (the protocol's)
        """Its commits aren't counted."""
        return 0

    def checkpoint(self) -> bool:
        """Move the log into the database and empty it."""
        with self._writer:
            connection = self.engine.raw_connection()
            try:
                busy = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]  # pyright: ignore[reportOptionalMemberAccess, reportAttributeAccessIssue]
            finally:
                connection.close()
        return not busy

    def close(self) -> None:
        """Give the files back."""
        self.engine.dispose()
