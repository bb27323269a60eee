"""The open database: how it is opened, what it counts and keeps apart, and what no exception may show."""

import subprocess
import sys
import textwrap
import threading

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.vault.made import MARKER, Made, drafts, put_draft, refused
from wor_tui.vault.connection import OLDEST_SAFE_SQLITE, driver, opened, reading_connection
from wor_tui.vault.database import Database
from wor_tui.vault.errors import UnsafeBuild, VaultBusy, VaultClosed
from wor_tui.vault.vault import Vault, open_vault

SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "temp_store": 2,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "cache_size": -16000,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "cipher_status": "1",
    "cipher_memory_security": "0",
}


def test_every_connection_has_the_settings_of_the_design(made: Made) -> None:
    for connect in (opened, reading_connection):
        connection = connect(made.database, made.key)
        assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS} == SETTINGS
        assert connection.execute("PRAGMA query_only").fetchone()[0] == (connect is reading_connection)
        connection.close()
    assert driver.sqlite_version_info >= OLDEST_SAFE_SQLITE


def test_the_pools_connections_are_opened_that_way_too(vault: Vault) -> None:
    for turn in (vault.database.read, vault.database.write):
        with turn() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS}
        assert found == SETTINGS


def put_twice(vault: Vault) -> None:
    """A transaction that fails in its second statement."""
    with vault.database.write() as connection:
        put_draft(connection, MARKER, MARKER)
        put_draft(connection, MARKER, MARKER)


def test_each_commit_that_changes_something_counts_one(vault: Vault) -> None:
    database = vault.database
    assert database.vault_seq() == 0
    for number in range(3):
        with database.write() as connection:
            put_draft(connection, f"{number} a")
            put_draft(connection, f"{number} b")
    assert database.vault_seq() == 3
    with database.write() as connection:
        drafts(connection)
    assert database.vault_seq() == 3, "nothing was changed"
    with pytest.raises(IntegrityError):
        put_twice(vault)
    assert database.vault_seq() == 3
    with database.read() as connection:
        assert len(drafts(connection)) == 6


def test_an_interrupt_undoes_the_whole_transaction(vault: Vault) -> None:
    def interrupted() -> None:
        with vault.database.write() as connection:
            put_draft(connection, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with vault.database.read() as connection:
        assert drafts(connection) == []


def test_writers_from_many_threads_take_turns_and_none_fails(vault: Vault) -> None:
    def write(thread: int) -> None:
        for number in range(20):
            with vault.database.write() as connection:
                seen = len(drafts(connection))
                put_draft(connection, f"{thread} {number}")
                assert len(drafts(connection)) == seen + 1

    failures: list[BaseException] = []

    def guarded(thread: int) -> None:
        try:
            write(thread)
        except BaseException as error:  # noqa: BLE001  a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert vault.database.vault_seq() == 160


def test_a_write_holds_the_right_to_write_from_its_first_moment(vault: Vault, made: Made) -> None:
    other = opened(made.database, made.key)
    other.execute("PRAGMA busy_timeout=0")
    with vault.database.write() as connection:
        drafts(connection)
        with pytest.raises(driver.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(vault: Vault) -> None:
    with (
        vault.database.write() as connection,
        pytest.raises(RuntimeError, match="inside a write"),
        vault.database.write(),
    ):
        pass
    with vault.database.write() as connection:
        put_draft(connection, "goes on")
    assert vault.database.vault_seq() == 1


def test_a_reader_sees_one_moment_and_does_not_wait(vault: Vault) -> None:
    with vault.database.read() as reader:
        assert drafts(reader) == []
        with vault.database.write() as writer:
            put_draft(writer, "first")
            assert drafts(reader) == []
        assert drafts(reader) == []
    with vault.database.read() as reader:
        assert drafts(reader) == ["first"]


def test_a_reader_cannot_write(vault: Vault) -> None:
    with pytest.raises(OperationalError, match="readonly"), vault.database.read() as connection:
        put_draft(connection, "first")


def test_reads_one_after_the_other_share_a_connection(vault: Vault) -> None:
    seen = set()
    for _ in range(10):
        with vault.database.read() as connection:
            seen.add(id(connection.connection.dbapi_connection))
    assert len(seen) == 1


def test_more_readers_at_once_than_the_pool_keeps(vault: Vault) -> None:
    with vault.database.write() as connection:
        put_draft(connection, "first")
    barrier = threading.Barrier(10)
    found: list[list[str]] = []

    def read() -> None:
        with vault.database.read() as connection:
            barrier.wait(timeout=30)
            found.append(drafts(connection))

    threads = [threading.Thread(target=read) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["first"]] * 10


def test_a_closed_vault_says_so(made: Made) -> None:
    vault = open_vault(made.home, made.key)
    vault.close()
    with refused(VaultClosed, made), vault.database.read():
        pass
    with refused(VaultClosed, made), vault.database.write():
        pass


def test_a_read_that_runs_while_the_vault_closes_ends_its_own_connection(made: Made) -> None:
    vault = open_vault(made.home, made.key)
    with vault.database.read() as connection:
        driver_connection = connection.connection.dbapi_connection
        vault.close()
        assert drafts(connection) == []
    with pytest.raises(driver.ProgrammingError, match="closed"):
        driver_connection.execute("SELECT 1")
    assert not (made.home / "vault.db-wal").exists()


def test_an_exception_of_ours_carries_no_values(vault: Vault) -> None:
    with pytest.raises(IntegrityError) as caught:
        put_twice(vault)
    error = caught.value
    assert error.hide_parameters
    assert error.params is None
    assert MARKER not in repr(error) + str(error) + repr(vars(error)) + repr(error.orig)


def test_sqlcipher_keeps_silent_on_the_screen(made: Made) -> None:
    script = """
        import sys
        from dataclasses import replace
        from pathlib import Path
        from wor_tui.vault.errors import VaultDamaged
        from wor_tui.vault.keyfile import UnlockedKey
        from wor_tui.vault.vault import open_vault
        home, *parts = sys.argv[1:]
        key = UnlockedKey(*(bytes.fromhex(part) for part in parts))
        try:
            open_vault(Path(home), replace(key, root=bytes(32)))
        except VaultDamaged:
            sys.exit(5)
    """
    parts = (made.key.vault.hex(), made.key.salt.hex(), made.key.root.hex())
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(made.home), *parts], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, b"", b"")


def test_another_program_that_holds_the_database_is_named_as_such(vault: Vault, made: Made) -> None:
    with vault.database.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=20")
    other = opened(made.database, made.key)
    other.execute("BEGIN IMMEDIATE")
    with refused(VaultBusy, made), vault.database.write() as connection:
        put_draft(connection, "first")
    other.execute("ROLLBACK")
    other.close()
    with vault.database.write() as connection:
        put_draft(connection, "first")


def test_an_sqlite_that_is_too_old_is_refused(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wor_tui.vault.connection.OLDEST_SAFE_SQLITE", (99, 0, 0))
    before = made.database.read_bytes()
    with refused(UnsafeBuild, made):
        Database(made.database, made.key)
    assert made.database.read_bytes() == before
