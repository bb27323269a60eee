"""Putting another database, and its key file, in the place of a vault's: after a kill at any point one vault opens.

What is to come is made in `vault.making`, and counts for nothing. Whole and verified, that folder becomes `vault.next`.
The one step that counts is the rename of `vault.next/vault.db` to `vault.db`: before it the vault is the old one, after
it the new one, and a key file that still waits in `vault.next` belongs to it. `settle` finishes or undoes what it
finds. The old database's log of changes would be played into the new one, so it waits in `vault.next` too, and goes
back when the swap isn't done. `vault.old` holds second names of the replaced files, so that they can be overwritten
after their end.

Nothing here needs a key, and nothing heavy is imported: unlocking comes by.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from wor_tui.vault import files

KEYFILE_NAME, DATABASE_NAME = "vault.key", "vault.db"
LOG_NAME = DATABASE_NAME + "-wal"
MAKING, NEXT, OLD = "vault.making", "vault.next", "vault.old"


def waiting_keyfile(home: Path) -> Path | None:
    """The key file of a swap that was done but not finished: it goes before the one in its place."""
    waiting = home / NEXT / KEYFILE_NAME
    return waiting if waiting.exists() and not (home / NEXT / DATABASE_NAME).exists() else None


def settle(home: Path) -> None:
    """Finish a swap that was done, undo one that wasn't; raises ReadOnly, DiskFull or DiskFault."""
    with files.told(writing=True):
        waiting = waiting_keyfile(home)
        if waiting is not None:
            _into_place(waiting, home / KEYFILE_NAME)
        if (home / NEXT / DATABASE_NAME).exists():
            if (home / NEXT / LOG_NAME).exists():
                _into_place(home / NEXT / LOG_NAME, home / LOG_NAME)
            # Under a name that counts for nothing: half removed, it would seem a swap that was done.
            _drop(home / MAKING)
            (home / NEXT).rename(home / MAKING)
            files.sync_folder(home)
        for folder in (NEXT, MAKING):
            _drop(home / folder)
        _destroy_old(home)


def making(home: Path) -> Path:
    """An empty folder to make the new files in."""
    settle(home)
    with files.told(writing=True):
        (home / MAKING).mkdir(mode=0o700)
    return home / MAKING


def commit(home: Path, *, destroy: bool) -> None:
    """Put what was made in the vault's place; nobody may have the old database open. Its log of changes goes with it.

    `destroy`: overwrite the files that were replaced, as far as the disk lets itself be told. Raises ReadOnly, DiskFull
    or DiskFault; the vault is whole then, the old one or the new one.
    """
    database, following = home / DATABASE_NAME, home / NEXT
    with files.told(writing=True):
        files.sync_folder(home / MAKING)
        (home / MAKING).rename(following)
        files.sync_folder(home)
        # The log's index is made anew from the log.
        (home / f"{DATABASE_NAME}-shm").unlink(missing_ok=True)
        if (home / LOG_NAME).exists():
            _into_place(home / LOG_NAME, following / LOG_NAME)
        if destroy:
            _name_twice(home)
        _into_place(following / DATABASE_NAME, database)
    settle(home)


def _into_place(new: Path, path: Path) -> None:
    new.replace(path)
    files.sync_folder(path.parent)
    files.sync_folder(new.parent)


def _name_twice(home: Path) -> None:
    (home / OLD).mkdir(mode=0o700, exist_ok=True)
    for name in (DATABASE_NAME, KEYFILE_NAME):
        # A disk without second names (FAT) only lacks the overwriting.
        with suppress(OSError):
            os.link(home / name, home / OLD / name)


def _destroy_old(home: Path) -> None:
    if not (home / OLD).exists():
        return
    for name in (DATABASE_NAME, KEYFILE_NAME):
        old, present = home / OLD / name, home / name
        if old.exists() and not (present.exists() and old.samefile(present)):
            files.overwrite(old)
    _drop(home / OLD)


def _drop(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
