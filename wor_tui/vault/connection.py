"""Opening one connection to the encrypted database.

The order in `opened` isn't free: each line stands before those that need it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as _untyped  # pyright: ignore[reportMissingTypeStubs]

from wor_tui.vault import errors, files
from wor_tui.vault.errors import ReadOnly, UnsafeBuild, VaultDamaged, VaultError, VaultMismatch, VaultMissing
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.migrations import bring_up_to_date, refuse_newer

driver: Any = _untyped
"""sqlcipher3, which ships no types."""

DriverConnection = Any

OLDEST_SAFE_SQLITE = (3, 53, 2)
"""Before this, SQLite could corrupt a database when its WAL was reset."""
PAGE_BYTES, SALT_BYTES = 4096, 16

SETTINGS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",  # FILE would put plaintext in the temp folder
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA fullfsync=ON",  # macOS: fsync alone leaves the drive's cache unwritten; elsewhere without effect
)


def first_connection(path: Path, key: UnlockedKey, *, new: bool) -> DriverConnection:
    """The connection that finds out whether all is well, and brings the tables up to date."""
    files.tighten_umask()
    if not new:
        check_file(path, key)
        files.keep_private(path)
    connection = None
    try:
        if not new:
            _refuse_newer_with_log(path, key)
        connection = opened(path, key, new=new)
        # A full disk or a read-only folder shows here, not at the first save.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        bring_up_to_date(connection, before=lambda: _back_up(connection, path, key))
    except (driver.Error, VaultError) as error:
        if connection is not None:
            connection.close()
        failure = errors.of_sqlite(error, path.parent)
        if failure is None:
            raise
        raise failure from None
    return connection


def reading_connection(path: Path, key: UnlockedKey) -> DriverConnection:
    connection = opened(path, key)
    connection.execute("PRAGMA query_only=ON")
    return connection


def opened(path: Path, key: UnlockedKey, *, new: bool = False) -> DriverConnection:
    # Without mode=rw a missing file would be made anew, and the vault would seem empty.
    address = f"{path.absolute().as_uri()}?mode={'rwc' if new else 'rw'}"
    connection = driver.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key=\"x'{key.database_key()}'\"")
        connection.execute("PRAGMA cipher_log_level=NONE")  # else SQLCipher writes to stderr, across the screen
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
            raise UnsafeBuild
        if driver.sqlite_version_info < OLDEST_SAFE_SQLITE:
            raise UnsafeBuild
        refuse_newer(connection)
        if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
            raise ReadOnly
        for setting in SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_newer_with_log(path: Path, key: UnlockedKey) -> None:
    """Raise VaultNewer for one that a crash left with its log: a connection that may write would move that log on."""
    if not files.size_of(path.with_name(path.name + "-wal")):
        return
    index = path.with_name(path.name + "-shm")
    had_index = index.exists()
    connection = driver.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key=\"x'{key.database_key()}'\"")
        connection.execute("PRAGMA cipher_log_level=NONE")
        refuse_newer(connection)
    finally:
        connection.close()
        if not had_index:
            files.remove(index)


def refuse_misread(connection: DriverConnection) -> None:
    """Raise VaultDamaged when a page that was read here isn't what was written; asked after reading, 6 µs.

    A page that fails its authentication comes out as zeros, and only the next page's reading fails: when there is none,
    the end of a long text would be zeros without an error.
    """
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise VaultDamaged


def _back_up(connection: DriverConnection, path: Path, key: UnlockedKey) -> None:
    """The vault as it is, before its tables change: always in its home, whatever folder was chosen for the others.

    One that a step that failed left behind will do when it is still the same: who tries again doesn't fill the disk.
    """
    from wor_tui.vault import backup  # noqa: PLC0415  only when there are steps to run

    folder = path.parent / backup.FOLDER_NAME
    before = [each for each in backup.found(folder) if each.why == backup.BEFORE_MIGRATION]
    if not before or not _is_copy(before[0].database, connection, key):
        backup.take(connection, path.parent, key, folder, datetime.now(UTC), backup.BEFORE_MIGRATION)


def _is_copy(path: Path, connection: DriverConnection, key: UnlockedKey) -> bool:
    from wor_tui.vault.copying import closed, is_whole, same_rows, told  # noqa: PLC0415  as above

    try:
        if not is_whole(path, key):
            return False
        with told(path.parent):
            copy = closed(path, key)
            try:
                return same_rows(connection, copy)
            finally:
                copy.close()
    except VaultError:
        return False


def check_file(path: Path, key: UnlockedKey) -> None:
    """What can be told without the key: that the file is there, isn't a stump, and belongs to the key file."""
    start = files.read_at_most(path, PAGE_BYTES)
    if start is None:
        raise VaultMissing
    salt = start[:SALT_BYTES]
    if len(start) < PAGE_BYTES or not any(salt):
        raise VaultDamaged
    if salt != key.salt:
        raise VaultMismatch
    # SQLite rounds up and would miss the page that was cut off; only a log of changes can bring it back.
    if files.size_of(path) % PAGE_BYTES and not files.size_of(path.with_name(path.name + "-wal")):
        raise VaultDamaged
