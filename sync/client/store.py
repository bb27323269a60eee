"""What the device's side asks of the database it works in."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Database(Protocol):
    """An encrypted database with many readers and one writer."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """The one writer's transaction: commits at the end, rolls back on any exception."""
        ...

    def vault_seq(self, connection: Connection | None = None) -> int:
        """How many commits changed it, 0 when they aren't counted; it goes back only when the database is put back.

        With the connection of a `read`: as that one sees it.
        """
        ...

    def checkpoint(self) -> bool:
        """Move the log into the database and empty it; False when a reader kept that from ending.

        What was deleted is physically gone only then. Not inside a transaction.
        """
        ...
