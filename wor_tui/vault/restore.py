"""Putting a backup back: made whole and verified beside the vault first, and what it replaces is kept.

A vault that opens is backed up before it is replaced. One that doesn't is set aside as it is, in `replaced/<moment>`:
someone may get more out of it than we can. The database that was put back says so itself (`restored` in `sync_state`),
so that the next exchange treats it as one that went back in time.
"""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wor_tui.vault import backup, files, slots, swap
from wor_tui.vault import recovery_code as recovery_codes
from wor_tui.vault.backup import Backup
from wor_tui.vault.connection import check_file, opened
from wor_tui.vault.copying import Cancelled, Progress, closed, copied, is_whole, told, verify
from wor_tui.vault.errors import (
    BackupDamaged,
    CopyFailed,
    KeyfileDamaged,
    KeyfileMissing,
    VaultDamaged,
    VaultError,
    VaultMismatch,
    VaultMissing,
    VaultNewer,
    WrongSecret,
)
from wor_tui.vault.keyfile import Keyfile, UnlockedKey, read
from wor_tui.vault.rewriting import alone
from wor_tui.vault.swap import DATABASE_NAME, KEYFILE_NAME

REPLACED = "replaced"
_GIVEN = "given"
_MARK = (
    "INSERT INTO sync_state (key, value) VALUES ('restored', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where that which it replaced is now: a backup, a folder set aside, or nothing."""

    backup: Backup
    kept: Path | None


@dataclass(frozen=True, slots=True)
class Keys:
    """What a secret opens: the backup, and the vault that is there now, when it opens that too.

    `keeps`: the vault's present key file opens the backup too, and stays; a passphrase that was changed since the
    backup stays the newer one.
    """

    backup: UnlockedKey
    present: UnlockedKey | None
    keeps: bool


def unlocked(home: Path, chosen: Backup, *, passphrase: str | None = None, recovery_code: str | None = None) -> Keys:
    """What one secret opens; takes a second or two, writes nothing.

    Raises WrongSecret, RecoveryCodeMistyped, or BackupDamaged when nothing is left that could open the backup.
    """
    if recovery_code is not None:
        # A typing error is called that, whatever else is wrong.
        recovery_codes.read(recovery_code)

    def tried(path: Path) -> UnlockedKey:
        keyfile: Keyfile = read(path)
        if recovery_code is not None:
            return slots.opened_by_recovery_code(keyfile, recovery_code)
        return slots.opened_by_passphrase(keyfile, passphrase or "")

    try:
        present = tried(swap.waiting_keyfile(home) or home / KEYFILE_NAME)
    except VaultError:
        present = None
    if present is not None and _opens(present, chosen):
        return Keys(present, present, keeps=True)
    try:
        return Keys(tried(chosen.keyfile), present, keeps=False)
    except WrongSecret:
        raise
    except VaultError:
        raise BackupDamaged from None


def restore(
    home: Path,
    chosen: Backup,
    keys: Keys,
    now: datetime,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Restored:
    """Put `chosen` in the place of the vault in `home`, which need not exist; nobody may have it open.

    Raises AlreadyRunning, BackupDamaged, BrokenOff, CopyFailed, DiskFull, ReadOnly, DiskFault; the vault is as it was
    then.
    """
    files.make_folder(home)
    with alone(home):
        folder = swap.making(home)
        try:
            _make(folder, chosen, keys, now, progress, cancelled)
            kept = _keep(home, keys, now, cancelled)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        swap.commit(home, destroy=False)
    return Restored(chosen, kept)


def _opens(key: UnlockedKey, chosen: Backup) -> bool:
    """Whether a key is the backup's, told by its database alone: its key file may be lost."""
    try:
        check_file(chosen.database, key)
        with told(chosen.folder):
            closed(chosen.database, key).close()
    except VaultError:
        return False
    return True


def _make(
    folder: Path, chosen: Backup, keys: Keys, now: datetime, progress: Progress | None, cancelled: Cancelled | None
) -> None:
    database = folder / DATABASE_NAME
    try:
        check_file(chosen.database, keys.backup)
        given = _with_its_log(chosen, folder / _GIVEN, keys.backup)
    except (VaultDamaged, VaultMismatch):
        raise BackupDamaged from None
    if not is_whole(given, keys.backup, cancelled):
        raise BackupDamaged
    with told(folder):
        source = closed(given, keys.backup)
        try:
            copied(source, database, keys.backup, progress, cancelled)
        finally:
            source.close()
        _mark(database, keys.backup, now)
    shutil.rmtree(folder / _GIVEN, ignore_errors=True)
    verify(database, keys.backup, cancelled)
    if not keys.keeps:
        files.write_new(folder / KEYFILE_NAME, backup.sound_keyfile(chosen.keyfile, keys.backup))


def _with_its_log(chosen: Backup, folder: Path, key: UnlockedKey) -> Path:
    """The database that is put back; of a folder with a log of changes, as a crash leaves it, a copy with that in it.

    A backup of ours has none, but what was set aside may, and so may a copy that somebody made of a home.
    """
    if not files.size_of(chosen.folder / swap.LOG_NAME):
        return chosen.database
    files.make_folder(folder)
    with files.told(writing=True):
        for name in (DATABASE_NAME, swap.LOG_NAME):
            shutil.copyfile(chosen.folder / name, folder / name)
    with told(folder):
        # Its closing moves the log into the database.
        opened(folder / DATABASE_NAME, key).close()
    files.flush(folder / DATABASE_NAME)
    return folder / DATABASE_NAME


def _mark(database: Path, key: UnlockedKey, now: datetime) -> None:
    connection = opened(database, key)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_MARK, (json.dumps(f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),))
        connection.execute("COMMIT")
        # One file again, to be read where nothing may be written beside it.
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
    files.flush(database)


def _keep(home: Path, keys: Keys, now: datetime, cancelled: Cancelled | None) -> Path | None:
    """Keep what will be replaced; afterwards nothing of it counts any more."""
    if not any((home / name).exists() for name in (DATABASE_NAME, KEYFILE_NAME)):
        return None
    if keys.present is not None:
        try:
            return _backed_up(home, keys.present, now, cancelled).folder
        except (VaultDamaged, VaultMismatch, VaultMissing, VaultNewer, KeyfileDamaged, KeyfileMissing, CopyFailed):
            pass
    return _set_aside(home, now)


def _backed_up(home: Path, key: UnlockedKey, now: datetime, cancelled: Cancelled | None) -> Backup:
    database = home / DATABASE_NAME
    check_file(database, key)
    with told(home):
        # Its closing moves the log of changes into the database and removes it.
        connection = opened(database, key)
        try:
            folder = home / backup.FOLDER_NAME
            return backup.take(connection, home, key, folder, now, backup.BEFORE_RESTORE, cancelled=cancelled)
        finally:
            connection.close()


def _set_aside(home: Path, now: datetime) -> Path:
    """Give the files as they are a second place; where a disk knows no second names they are copied."""
    folder = home / REPLACED / backup.free_name(home / REPLACED, now)
    files.make_folder(folder)
    with files.told(writing=True):
        for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", KEYFILE_NAME):
            if not (home / name).exists():
                continue
            try:
                os.link(home / name, folder / name)
            except OSError:
                shutil.copyfile(home / name, folder / name)
                files.flush(folder / name)
        files.sync_folder(folder)
    return folder
