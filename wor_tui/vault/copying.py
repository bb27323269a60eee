"""Copying a database page by page, under the same key or another one, and proving that a copy is sound.

A copy is one moment of its source, also while others write. Every page is read and authenticated under the source's key
and sealed anew under the target's: nothing readable comes between.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from wor_tui.vault import errors, files
from wor_tui.vault.connection import PAGE_BYTES, DriverConnection, driver, refuse_misread
from wor_tui.vault.errors import BrokenOff, CopyFailed
from wor_tui.vault.keyfile import UnlockedKey

Progress = Callable[[int, int], None]
"""Told how much of how much was done; the unit is the work's own."""
Cancelled = Callable[[], bool]
"""Asked whether to stop."""

_PAGES_AT_ONCE = 256
_ROWS_AT_ONCE = 1000


def copied(
    source: DriverConnection,
    target: Path,
    key: UnlockedKey,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> None:
    """Write the database behind `source` to the new file `target`, down to the disk, under `key`.

    Raises BrokenOff, DiskFull, ReadOnly, DiskFault, VaultDamaged; a part of a file may be left then.
    """

    def went(_status: int, left: int, pages: int) -> None:
        if cancelled is not None and cancelled():
            raise BrokenOff
        if progress is not None:
            progress(pages - left, pages)

    with told(target.parent):
        copy = _keyed(f"{target.absolute().as_uri()}?mode=rwc", key)
        try:
            # Until the file has its name nobody relies on it: no journal, and to the disk in one go.
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            with _one_moment(source):
                source.backup(copy, pages=_PAGES_AT_ONCE, progress=went)
        finally:
            copy.close()
    files.flush(target)


def closed(path: Path, key: UnlockedKey) -> DriverConnection:
    """A connection to a database that nobody writes, leaving nothing beside it; raises the driver's errors."""
    connection = _keyed(f"{path.absolute().as_uri()}?mode=ro&immutable=1", key)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def faults(connection: DriverConnection, cancelled: Cancelled | None = None) -> list[str]:
    """Which checks a database fails: `pages` (not what was written), `structure`, `references`; none when it is whole.

    Reads every page: about a second per 100 MB. Raises BrokenOff.
    """
    found: list[str] = []
    for name, question, well in (
        ("pages", "PRAGMA cipher_integrity_check", []),
        ("structure", "PRAGMA quick_check", [("ok",)]),
        ("references", "PRAGMA foreign_key_check", []),
    ):
        if cancelled is not None and cancelled():
            raise BrokenOff
        try:
            answer = connection.execute(question).fetchall()
        except driver.DatabaseError as error:
            if not isinstance(errors.of_sqlite(error, Path()), errors.VaultDamaged):
                raise
            answer = None
        if answer != well:
            found.append(name)
    return found


def verify(path: Path, key: UnlockedKey, cancelled: Cancelled | None = None) -> None:
    """Prove that a closed database opens and is whole; raises CopyFailed, BrokenOff, DiskFault."""
    if not is_whole(path, key, cancelled):
        raise CopyFailed


def is_whole(path: Path, key: UnlockedKey, cancelled: Cancelled | None = None) -> bool:
    """Whether a closed database opens with `key` and every page is what was written; raises BrokenOff, DiskFault."""
    try:
        with told(path.parent):
            connection = closed(path, key)
            try:
                pages = connection.execute("PRAGMA page_count").fetchone()[0]
                return files.size_of(path) == pages * PAGE_BYTES and not faults(connection, cancelled)
            finally:
                connection.close()
    except errors.VaultDamaged:
        return False


def same_rows(
    one: DriverConnection,
    other: DriverConnection,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Whether two databases have the same tables with the same rows, every value compared; raises BrokenOff."""
    listed = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    for question in (listed, "PRAGMA user_version"):
        if one.execute(question).fetchall() != other.execute(question).fetchall():
            return False
    # What a virtual table shows lies in tables of its own, and those are looked through.
    tables = [
        name
        for kind, name, sql in one.execute(listed).fetchall()
        if kind == "table" and not sql.upper().startswith("CREATE VIRTUAL")
    ]
    for count, name in enumerate(tables):
        if progress is not None:
            progress(count, len(tables))
        question = f'SELECT * FROM "{name}"'  # noqa: S608  the name comes from the database itself
        left, right = one.execute(question), other.execute(question)
        while True:
            if cancelled is not None and cancelled():
                raise BrokenOff
            rows = left.fetchmany(_ROWS_AT_ONCE)
            if rows != right.fetchmany(_ROWS_AT_ONCE):
                return False
            if not rows:
                break
    refuse_misread(one)
    refuse_misread(other)
    return True


@contextmanager
def _one_moment(source: DriverConnection) -> Generator[None]:
    """Hold what the source shows: without it, each write by others makes the copying start again."""
    if source.in_transaction:
        yield
        refuse_misread(source)
        return
    source.execute("BEGIN")
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
        refuse_misread(source)
    finally:
        source.execute("ROLLBACK")


@contextmanager
def told(folder: Path) -> Generator[None]:
    """Turn the driver's exceptions into the vault's; those that tell of a mistake of ours pass."""
    try:
        yield
    except driver.Error as error:
        failure = errors.of_sqlite(error, folder)
        if failure is None:
            raise
        raise failure from None


def _keyed(address: str, key: UnlockedKey) -> DriverConnection:
    connection = driver.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key=\"x'{key.database_key()}'\"")
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute("PRAGMA temp_store=MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection
