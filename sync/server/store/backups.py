"""`wor-central backup` and `restore`: a copy of the SQLite database while it serves, and putting one back.

A server that was put back doesn't know what it accepted since. Its devices do: a new incarnation tells them to send
that again (`incarnations.py`).
"""

import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from sync.server.clock import system_ms
from sync.server.models import INSTALLATION, ORGANISATION, SCHEMA_VERSION, SCOPE
from sync.server.store import incarnations, walls
from sync.server.store.database import Database


class BackupError(Exception):
    """A backup can't be made or put back; the message is a sentence for who runs the server. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; `replaced` is where the database of before lies, None when there was none."""

    organisations: int
    scopes: int
    replaced: Path | None


def back_up(source: Path, target: Path) -> None:
    """Copy the SQLite database, one moment of it, to the new file `target`, read back whole; raises BackupError."""
    if not source.is_file():
        raise BackupError("There is no server's database in this folder.")
    if target.exists():
        raise BackupError("There is a file of that name already; a backup never replaces one.")
    new = target.with_name(target.name + ".new")
    with _told():
        new.unlink(missing_ok=True)
        _copy(source, new)
    if not _is_whole(new):
        new.unlink()
        raise BackupError("The copy isn't whole: the server's database may be damaged. See wor-central doctor.")
    with _told():
        new.rename(target)
        _flush_folder(target.parent)


def restore(current: Path, source: Path, busy_timeout_s: float) -> Restored:
    """Put the backup `source` in the place of the SQLite database `current`, on which no server may be running.

    What was there moves to a folder beside it. Raises BackupError; the database is the one of before then.
    """
    if not source.is_file():
        raise BackupError("There is no such backup.")
    if not _is_whole(source):
        raise BackupError("This backup isn't whole, or isn't one of wor-central.")
    new = current.with_name(current.name + ".new")
    with _told():
        current.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        _copy(source, new)
        database = Database(f"sqlite:///{new}", busy_timeout_s)
        try:
            database.prepare()
            with walls.everywhere():
                organisations, scopes = database.write(mark_restored)
        finally:
            database.close()
        if not current.exists():
            replaced = None
            new.rename(current)
        else:
            with _alone(current):
                replaced = _set_aside(current)
                # One step, or a kill in between would leave a folder in which a server begins anew.
                new.replace(current)
        _flush_folder(current.parent)
    return Restored(organisations, scopes, replaced)


def mark_restored(connection: Connection) -> tuple[int, int]:
    """Begin a new incarnation of each organisation; returns how many organisations and scopes there are."""
    now = system_ms()
    organisations = connection.execute(select(ORGANISATION.c.organisation_id)).scalars().all()
    for organisation in organisations:
        incarnations.begin(connection, organisation, now)
    scopes = connection.execute(select(func.count()).select_from(SCOPE)).scalar_one()
    return len(organisations), scopes


def _copy(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        address = f"{source.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True)) as there, closing(sqlite3.connect(target)) as copy:
            there.backup(copy)
            # One file, without a log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _is_whole(path: Path) -> bool:
    """Whether every page is sound and the tables are a server's that this version reads; raises BackupError."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return False
            version = connection.execute(f"SELECT schema_version FROM {INSTALLATION.name}").fetchone()  # noqa: S608 -- constant
    except sqlite3.DatabaseError:
        return False
    if version is not None and version[0] > SCHEMA_VERSION:
        raise BackupError("The backup was made by a newer version of wor-central.")
    return version is not None


@contextmanager
def _alone(path: Path) -> Generator[None]:
    """Hold the database so that nobody else opens it; raises BackupError when somebody has it open."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            # What its log holds belongs to what is set aside.
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:
            raise BackupError("A server is running on this database; stop it first.") from None
        except sqlite3.DatabaseError:
            pass  # A damaged one is set aside as it is.
        yield


def _set_aside(current: Path) -> Path:
    """A second name for the database, in a folder of its own; a copy where the disk has no such names."""
    folder = current.parent / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    folder.mkdir(mode=0o700)
    aside = folder / current.name
    try:
        os.link(current, aside)
    except OSError:
        aside.write_bytes(current.read_bytes())
    # Beside the backup, a log that is left here would be played into it.
    for suffix in ("-wal", "-shm"):
        left = current.with_name(current.name + suffix)
        if left.exists():
            left.rename(folder / left.name)
    _flush_folder(folder)
    return folder


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"The backup can't be written or read: {error.strerror}.") from None
    except sqlite3.DatabaseError:
        raise BackupError("The database can't be read.") from None
