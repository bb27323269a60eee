"""A database or a disk without room: what was being saved is undone as a whole, and works again."""

import contextlib
from pathlib import Path

from tests.vault.made import MARKER, Made, drafts, put_draft, refused
from tests.vault.places import small_disk
from wor_tui.vault.errors import DiskFull
from wor_tui.vault.vault import Vault, open_vault


def fill(disk: Path) -> None:
    """Take every free block."""
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(bytes(4096)):
            pass


def test_a_full_database_undoes_the_save_and_works_again(vault: Vault, made: Made) -> None:
    database = vault.database
    with database.write() as connection:
        put_draft(connection, "before")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with refused(DiskFull, made), database.write() as connection:
        put_draft(connection, "small", MARKER)
        put_draft(connection, "too much", MARKER * 5_000)
    with database.read() as connection:
        assert drafts(connection) == ["before"]
    assert database.vault_seq() == 1
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=4294967294")
        put_draft(connection, "too much", MARKER * 5_000)
    assert database.vault_seq() == 2


def test_a_full_disk_undoes_the_save_keeps_the_vault_and_works_again(made: Made, tmp_path: Path) -> None:
    size = made.database.stat().st_size // 1024
    with small_disk(tmp_path / "disk", size + 700) as disk:
        for path in made.home.iterdir():
            (disk / path.name).write_bytes(path.read_bytes())
        vault = open_vault(disk, made.key)
        with vault.database.write() as connection:
            put_draft(connection, "before")
        saved = 1
        filler = disk / "filler"
        filler.write_bytes(bytes(64 * 1024))
        with refused(DiskFull, made):
            while True:
                with vault.database.write() as connection:
                    put_draft(connection, f"filling {saved}", MARKER * 500)
                saved += 1
        with vault.database.read() as connection:
            assert len(drafts(connection)) == saved
        filler.unlink()
        with vault.database.write() as connection:
            put_draft(connection, "after")
        assert vault.database.vault_seq() == saved + 1
        vault.close()
        with open_vault(disk, made.key) as vault, vault.database.read() as connection:
            assert len(drafts(connection)) == saved + 1


def test_a_vault_on_a_disk_without_any_room_says_so(made: Made, tmp_path: Path) -> None:
    """No room for the WAL's index: the answer is still that the disk is full."""
    size = made.database.stat().st_size // 1024
    with small_disk(tmp_path / "disk", size + 12) as disk:
        for path in made.home.iterdir():
            (disk / path.name).write_bytes(path.read_bytes())
        fill(disk)
        before = (disk / "vault.db").read_bytes()
        with refused(DiskFull, made):
            vault = open_vault(disk, made.key)
            try:
                with vault.database.write() as connection:
                    put_draft(connection, "first")
            finally:
                vault.close()
        assert (disk / "vault.db").read_bytes() == before
