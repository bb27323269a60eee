"""What may lie there instead of a whole database: damaged and foreign files are told apart, and never read wrong."""

import os
import sqlite3
from pathlib import Path

import pytest

from tests.vault.made import Made, drafts, put_draft, refused
from wor_tui.vault.connection import PAGE_BYTES, driver, opened
from wor_tui.vault.database import Database
from wor_tui.vault.errors import VaultDamaged, VaultMismatch, VaultMissing, VaultNewer
from wor_tui.vault.vault import open_vault


def test_a_missing_database_is_not_made_anew(made: Made) -> None:
    made.database.unlink()
    with refused(VaultMissing, made):
        Database(made.database, made.key)
    with pytest.raises(driver.OperationalError):
        opened(made.database, made.key)  # mode=rw holds also without the check before it
    assert not made.database.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows removes nothing that is open")
def test_a_save_into_a_folder_that_is_gone_is_not_acknowledged(made: Made, tmp_path: Path) -> None:
    """The system goes on writing to a file that was removed; what is written there is nowhere."""
    with open_vault(made.home, made.key) as vault:
        with vault.database.write() as connection:
            put_draft(connection, "before")
        made.home.rename(tmp_path / "elsewhere")
        with refused(VaultMissing, made), vault.database.write() as connection:
            put_draft(connection, "lost")
        (tmp_path / "elsewhere").rename(made.home)
        with vault.database.write() as connection:
            put_draft(connection, "after")
    with open_vault(made.home, made.key) as vault, vault.database.read() as connection:
        assert drafts(connection) == ["after", "before"]


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 100, 4095])
def test_a_stump_is_damaged_and_stays_as_it_is(length: int, made: Made) -> None:
    made.database.write_bytes(made.database.read_bytes()[:length])
    with refused(VaultDamaged, made):
        Database(made.database, made.key)
    assert made.database.stat().st_size == length


def test_a_database_cut_off_after_any_page_is_damaged(made: Made) -> None:
    whole = made.database.read_bytes()
    pages = len(whole) // PAGE_BYTES
    for kept in range(1, pages, 5):
        for extra in (0, 100):
            made.database.write_bytes(whole[: kept * PAGE_BYTES + extra])
            with refused(VaultDamaged, made):
                Database(made.database, made.key)
    made.database.write_bytes(whole)
    Database(made.database, made.key).close()


def test_zeros_noise_and_foreign_files_are_told_apart(made: Made, tmp_path: Path) -> None:
    size = made.database.stat().st_size
    made.database.write_bytes(bytes(size))
    with refused(VaultDamaged, made):
        Database(made.database, made.key)
    made.database.write_bytes(made.key.salt + os.urandom(size - 16))
    with refused(VaultDamaged, made):
        Database(made.database, made.key)
    made.database.write_bytes(os.urandom(size))
    with refused(VaultMismatch, made):
        Database(made.database, made.key)
    made.database.unlink()
    plain = sqlite3.connect(made.database)
    plain.executescript("CREATE TABLE draft (form); INSERT INTO draft VALUES ('plain')")
    plain.close()
    with refused(VaultMismatch, made):
        Database(made.database, made.key)


def test_a_half_written_database_shows_no_wrong_row(made: Made) -> None:
    """Half of the pages zeroed, or written over: what is read is right, or refused as damaged."""
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for number in range(400):
            put_draft(connection, f"{number:04}", "x" * 500)
    whole = made.database.read_bytes()
    right = [f"{number:04}" for number in range(400)]
    half = len(whole) // PAGE_BYTES // 2 * PAGE_BYTES
    for broken in (whole[:half] + bytes(len(whole) - half), whole[:half] + os.urandom(len(whole) - half)):
        made.database.write_bytes(broken)
        with refused(VaultDamaged, made):
            database = Database(made.database, made.key)
            try:
                with database.read() as connection:
                    assert drafts(connection) == right
            finally:
                database.close()


def test_flipped_bits_never_show_as_other_content(made: Made) -> None:
    with open_vault(made.home, made.key) as vault, vault.database.write() as connection:
        for number in range(200):
            put_draft(connection, f"{number:04}", "x" * 500)
    whole = made.database.read_bytes()
    right = [f"{number:04}" for number in range(200)]
    outcomes = {"right": 0, "damaged": 0, "mismatch": 0}
    for place in range(0, len(whole), len(whole) // 60):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        made.database.write_bytes(flipped)
        try:
            database = Database(made.database, made.key)
        except VaultDamaged:
            outcomes["damaged"] += 1
            continue
        except VaultMismatch:
            outcomes["mismatch"] += 1
            continue
        try:
            with database.read() as connection:
                assert drafts(connection) == right
            outcomes["right"] += 1
        except VaultDamaged:
            outcomes["damaged"] += 1
        finally:
            database.close()
    print(outcomes)
    assert outcomes["damaged"] > 0


def test_a_newer_vault_is_refused_untouched(made: Made) -> None:
    connection = opened(made.database, made.key)
    connection.execute("PRAGMA user_version=9999")
    connection.close()
    before = made.database.read_bytes(), made.database.stat().st_mtime_ns
    with refused(VaultNewer, made):
        Database(made.database, made.key)
    assert before == (made.database.read_bytes(), made.database.stat().st_mtime_ns)
