"""What was erased leaves the database's own files as well: SQLite's log, and the dead rows of PostgreSQL.

SQLite overwrites what is deleted (`secure_delete`), but its log keeps the pages of before until it is emptied.
PostgreSQL keeps the rows of before until VACUUM. Neither can be done within a transaction.
"""

import logging

from sqlalchemy.exc import DBAPIError

from sync.server.models import ESCROW, OP, SNAPSHOT_PART
from sync.server.store.database import Database
from sync.server.store.together import DatabaseBusyError

_log = logging.getLogger(__name__)
_PATIENCE_MS = 250


class Wiping:
    """Cleans up after an erasure; what somebody's reading keeps from ending is tried again with the next push."""

    def __init__(self, database: Database) -> None:
        """A start may come after one that was killed before it had cleaned up: there SQLite's log is owed, too."""
        self._database = database
        self.owed = not database.shared

    def owe(self) -> None:
        """A record was erased."""
        self.owed = True

    def settle(self) -> None:
        """Clean up what is owed, as far as it goes now."""
        if not self.owed:
            return
        try:
            with self._database.at_once() as connection:
                if self._database.shared:
                    connection.exec_driver_sql(f"VACUUM {OP.name}, {SNAPSHOT_PART.name}, {ESCROW.name}")
                    self.owed = False
                    return
                # Autocommit by the driver: SQLAlchemy's own transaction would keep the log from being emptied.
                driver = connection.connection.driver_connection
                waits = driver.execute("PRAGMA busy_timeout").fetchone()[0]  # pyright: ignore[reportOptionalMemberAccess]
                driver.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")  # pyright: ignore[reportOptionalMemberAccess]
                try:
                    self.owed = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] != 0  # pyright: ignore[reportOptionalMemberAccess]
                finally:
                    driver.execute(f"PRAGMA busy_timeout={waits}")  # pyright: ignore[reportOptionalMemberAccess]
        except (DatabaseBusyError, DBAPIError):
            _log.warning("cleaning up after an erasure waits")
