"""The driver's own errors, raised at a chosen statement of PostgreSQL, and connections that are truly lost there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_PING = ";"
"""What the pool asks of a connection before it is used: whatever becomes of it, another one is taken."""


class Faults:
    """Counts what is asked of the database, the commits too, and fails at the one that it is told to.

    `kinds` are the names of the errors in `at`: `40001`, `40P01`, `lost` (before the statement) and `unknown` (the
    connection is lost after the statement or the commit was carried out, so that nobody hears of it).
    """

    kinds = ("40001", "40P01", "lost", "unknown")

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.happened = 0
        self.failed = ""
        self._place: int | None = None
        self._kind = ""

    def at(self, place: int | None, kind: str = "") -> None:
        """Fail at the statement of this place from now on counted from 0, once; None: never."""
        self.asked.clear()
        self._place, self._kind = place, kind

    def always(self, kind: str) -> None:
        """Fail at every statement that takes a lock."""
        self.asked.clear()
        self._place, self._kind = -1, kind

    def follow(self, connection: Any, _record: object) -> None:
        """Come between a new connection of the driver and its server."""
        import psycopg  # noqa: PLC0415 # there may be none

        faults = self

        class Cursor(psycopg.Cursor[Any]):
            def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
                return faults.come_between(
                    str(query), connection, lambda: super(Cursor, self).execute(query, *arguments, **options)
                )

            def executemany(self, query: Any, *arguments: Any, **options: Any) -> Any:
                return faults.come_between(
                    str(query), connection, lambda: super(Cursor, self).executemany(query, *arguments, **options)
                )

        connection.cursor_factory = Cursor
        commit = connection.commit
        connection.commit = lambda: self.come_between("COMMIT", connection, commit)

    def come_between(self, query: str, connection: Any, work: Callable[[], Any]) -> Any:
        """Do what is asked, unless it is the one to fail at."""
        import psycopg  # noqa: PLC0415

        if query == _PING:
            return work()
        place = len(self.asked)
        self.asked.append(query)
        if place != self._place and not (self._place == -1 and "FOR UPDATE" in query):
            return work()
        self.happened += 1
        self.failed = query
        if self._kind == "40001":
            raise psycopg.errors.SerializationFailure("could not serialize access")
        if self._kind == "40P01":
            raise psycopg.errors.DeadlockDetected("deadlock detected")
        if self._kind == "unknown":
            work()
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


@contextmanager
def faults_of(engine: Engine) -> Iterator[Faults]:
    """Come between the server and its database for all connections that are made from now on."""
    faults = Faults()
    engine.dispose()
    event.listen(engine, "connect", faults.follow)
    try:
        yield faults
    finally:
        event.remove(engine, "connect", faults.follow)
        engine.dispose()
