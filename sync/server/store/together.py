"""Writers on SQLite: one after another, several in one commit, as most of a small write is the wait for the disk."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction

TOGETHER = 32
TOGETHER_S = 0.05
"""The most transactions that share one commit, and how long the first of them waits for others."""


class DatabaseBusyError(Exception):
    """The database can't take this now; nothing of it was done."""


@dataclass(slots=True)
class _Commit:
    """Writers that come one after another and are committed together: one wait for the disk instead of one each."""

    connection: Connection
    transaction: RootTransaction
    writers: int = 0
    failed: bool = False
    over: threading.Event = field(default_factory=threading.Event)
    began: float = field(default_factory=time.monotonic)

    def full(self) -> bool:
        """Whether those who are in it have waited enough for others."""
        return self.writers >= TOGETHER or time.monotonic() - self.began > TOGETHER_S


class Together:
    """Writers on SQLite: one at a time, in one transaction for as long as others wait, with a savepoint each."""

    def __init__(self, engine: Engine, options: dict[str, Any]) -> None:
        """`options` are the execution options of a connection that writes."""
        self._engine = engine
        self._options = options
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._open: _Commit | None = None

    @contextmanager
    def turn(self) -> Generator[Connection]:
        """This thread's turn; it ends when all of the transaction is on the disk. Raises DatabaseBusyError."""
        with self._counting:
            self._waiting += 1
        self._turn.acquire()
        commit: _Commit | None = None
        try:
            with self._counting:
                self._waiting -= 1
            self._open = commit = self._open or self._begin()
            yield from self._write(commit)
        finally:
            self._turn.release()
            if commit is not None:
                # Also who failed waits: what it was told may rest on what others wrote before it.
                commit.over.wait()
                if commit.failed:
                    raise DatabaseBusyError

    def _write(self, commit: _Commit) -> Generator[Connection]:
        """Let one write; then commit, unless others wait to come along."""
        first = commit.writers == 0
        commit.writers += 1
        whole = False
        try:
            if not first:
                _run(commit.connection, "SAVEPOINT turn")
            yield commit.connection
            if not first:
                _run(commit.connection, "RELEASE turn")
            whole = True
        finally:
            if first and not whole:
                self._end(commit, keep=False)
            elif not whole:
                self._take_back(commit)
            if self._open is commit and (not self._waiting or commit.full()):
                self._end(commit, keep=True)

    def _take_back(self, commit: _Commit) -> None:
        undone = False
        try:
            _run(commit.connection, "ROLLBACK TO turn")
            undone = True
        finally:
            if not undone:
                # SQLite gave up the whole transaction: nothing of anybody's was kept.
                commit.failed = True
                self._end(commit, keep=False)

    def _begin(self) -> _Commit:
        connection = self._engine.connect().execution_options(**self._options)
        begun = False
        try:
            transaction = connection.begin()
            begun = True
            return _Commit(connection, transaction)
        finally:
            if not begun:
                connection.close()

    def _end(self, commit: _Commit, *, keep: bool) -> None:
        self._open = None
        driver: Any = commit.connection.connection.driver_connection
        commit.failed |= keep
        try:
            if keep:
                if not driver.in_transaction:
                    # SQLite gave it up, and would say of a commit that all is well.
                    raise DatabaseBusyError
                commit.transaction.commit()
                commit.failed = False
        finally:
            try:
                # After a commit that failed SQLite keeps the transaction open, and SQLAlchemy takes it for over.
                driver.rollback()
                commit.connection.close()
            finally:
                commit.over.set()


def _run(connection: Connection, statement: str) -> None:
    cursor: Any = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()
