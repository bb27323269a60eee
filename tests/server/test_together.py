"""Writers on SQLite that share a commit: each whole or not at all, whatever becomes of the others."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import OperationalError

from sync.server.models import ORGANISATION
from sync.server.store.database import Database
from sync.server.store.together import DatabaseBusyError

WRITERS = 12


class OopsError(Exception):
    """Something goes wrong in a writer."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'central.db'}", 20)
    database.prepare()
    yield database
    database.close()


def add(connection, name: str) -> None:
    connection.execute(insert(ORGANISATION), [{"organisation_id": name, "incarnation": "i", "created_at": 1}])


def kept(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(ORGANISATION.c.organisation_id)).scalars())


def all_at_once(database: Database, work) -> dict[str, BaseException | None]:
    """Let `work` be done by many writers who wait for each other; what became of each."""
    outcomes: dict[str, BaseException | None] = {}

    def run(name: str) -> None:
        try:
            with database.writing() as connection:
                work(connection, name)
        except (OopsError, DatabaseBusyError, OperationalError) as error:
            outcomes[name] = error
        else:
            outcomes[name] = None

    threads = [threading.Thread(target=run, args=(f"w{number}",)) for number in range(WRITERS)]
    with suppress(DatabaseBusyError), database.writing():  # it shares their fate
        for thread in threads:
            thread.start()
        while database._together._waiting < WRITERS:
            pass
    for thread in threads:
        thread.join()
    return outcomes


def test_those_who_wait_share_a_commit_and_each_sees_what_came_before(database: Database) -> None:
    seen: list[int] = []

    def work(connection, name: str) -> None:
        seen.append(len(connection.execute(select(ORGANISATION.c.organisation_id)).all()))
        add(connection, name)

    outcomes = all_at_once(database, work)
    assert set(outcomes.values()) == {None}
    assert kept(database) == set(outcomes)
    assert seen == list(range(WRITERS))


def test_who_fails_takes_back_its_own_writing_only(database: Database) -> None:
    def work(connection, name: str) -> None:
        add(connection, name)
        if int(name[1:]) % 3 == 0:
            raise OopsError

    outcomes = all_at_once(database, work)
    failed = {name for name, error in outcomes.items() if error is not None}
    assert failed == {f"w{number}" for number in range(0, WRITERS, 3)}
    assert kept(database) == set(outcomes) - failed
    with database.writing() as connection:
        add(connection, "later")
    assert "later" in kept(database)


def test_a_full_disk_keeps_just_what_was_said_to_be_kept(database: Database) -> None:
    def work(connection, name: str) -> None:
        if name == "w5":
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
            try:
                add(connection, "x" * 100_000)
            finally:
                connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        add(connection, name)

    outcomes = all_at_once(database, work)
    # SQLite may give up the whole transaction: then all who were in it hear so, and may try again.
    assert kept(database) == {name for name, error in outcomes.items() if error is None}
    assert outcomes["w5"] is not None


def test_nobody_hears_that_it_is_done_when_the_commit_fails(database: Database) -> None:
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    database.close()
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id TEXT PRIMARY KEY)")
        reference = "REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED"
        connection.exec_driver_sql(f"CREATE TABLE child (parent TEXT {reference})")

    def work(connection, name: str) -> None:
        add(connection, name)
        if name == "w5":
            # Looked at only when the transaction is committed.
            connection.exec_driver_sql("INSERT INTO child VALUES ('nobody')")

    outcomes = all_at_once(database, work)
    assert {type(error) for error in outcomes.values()} == {DatabaseBusyError}
    assert kept(database) == set()
    with database.writing() as connection:
        add(connection, "later")
    assert kept(database) == {"later"}


def test_a_transaction_that_the_database_gave_up_is_not_taken_for_committed(database: Database) -> None:
    def write() -> None:
        with database.writing() as connection:
            add(connection, "one")
            # What SQLite does by itself when the disk can't be written to.
            connection.exec_driver_sql("ROLLBACK")

    with pytest.raises(DatabaseBusyError):
        write()
    assert kept(database) == set()
