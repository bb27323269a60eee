"""Backups and the vault's own check, as the person meets them: each day after unlocking, and when asked for."""

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.client import state
from wor_tui import paths
from wor_tui.clock import moment_text
from wor_tui.config import Config
from wor_tui.services.workspace import Workspace
from wor_tui.vault import backup, checking, keyfile
from wor_tui.vault.backup import Backup
from wor_tui.vault.checking import Finding
from wor_tui.vault.connection import reading_connection
from wor_tui.vault.copying import Cancelled, Progress, told
from wor_tui.vault.errors import VaultError
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.swap import DATABASE_NAME
from wor_tui.vault.vault import Vault

logger = logging.getLogger(__name__)

_CHECKED = "checked_on"


@dataclass(frozen=True, slots=True)
class Taken:
    """A new backup, and those that made room for it."""

    backup: Backup
    removed: tuple[Backup, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """What the day's look after unlocking did: a backup or why there is none, and what is wrong with the vault."""

    taken: Taken | None
    failure: VaultError | None
    wrong: tuple[Finding, ...]


def chosen(config: Config, home: Path) -> Path | None:
    """The folder that the configuration names for backups; None is the vault's own."""
    named = config.backup.folder
    return home / paths.expanded(Path(named)) if named else None


def folder(config: Config, home: Path, key: UnlockedKey) -> Path:
    """Where this vault's backups go."""
    return backup.folder_in(home, chosen(config, home), key.vault)


def folders(config: Config, home: Path, key: UnlockedKey) -> list[Path]:
    """Where its backups may be: those before a migration or a restore are always in its home."""
    return list(dict.fromkeys((folder(config, home, key), home / backup.FOLDER_NAME)))


def places(config: Config, home: Path) -> list[Path]:
    """Where the backups of the vault in `home` may be, without its key: also when nothing of it is left.

    In the chosen folder other vaults may have theirs; without a key file, one is taken for ours when it is alone.
    """
    where = [home / backup.FOLDER_NAME]
    outside = chosen(config, home)
    if outside is None:
        return where
    try:
        vault = keyfile.read(home / keyfile.KEYFILE_NAME).vault
    except VaultError:
        there = sorted(outside.glob("wor-*"))
        return [*there, *where] if len(there) == 1 else where
    return [backup.folder_in(home, outside, vault), *where]


def listed(workspace: Workspace) -> list[Backup]:
    """The backups of this vault, the newest first; raises Unreadable, DiskFault."""
    where = folders(workspace.config, workspace.vault.home, workspace.vault.key)
    return sorted((each for one in where for each in backup.found(one)), key=lambda each: each.taken, reverse=True)


def back_up(workspace: Workspace, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Taken:
    """Make a backup now, read it back, and let go of those that needn't stay; raises what `backup.take` raises."""
    return backed_up(workspace.vault, workspace.config, workspace.clock.now(), progress, cancelled)


def backed_up(
    vault: Vault, config: Config, now: datetime, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Taken:
    """The same for a vault without a workspace."""
    where = folder(config, vault.home, vault.key)
    # A connection of its own, like the check's. The read only says when the vault is closed.
    with vault.database.read(), told(vault.home):
        source = reading_connection(vault.home / DATABASE_NAME, vault.key)
    try:
        new = backup.take(source, vault.home, vault.key, where, now, progress=progress, cancelled=cancelled)
    finally:
        source.close()
    removed = backup.thin(where, new)
    logger.info("backup %s, %d removed", new.name, len(removed))
    return Taken(new, tuple(removed))


def check(workspace: Workspace, *, thorough: bool = True, cancelled: Cancelled | None = None) -> list[Finding]:
    """Look the vault and its backups over; raises BrokenOff, VaultClosed."""
    where = folders(workspace.config, workspace.vault.home, workspace.vault.key)
    return checking.vault(workspace.vault, where, workspace.clock.now(), thorough=thorough, cancelled=cancelled)


def day(workspace: Workspace, cancelled: Cancelled | None = None) -> Day:
    """What is done once a day (UTC) after unlocking: a backup, then a look at the vault and the newest backup.

    Raises BrokenOff and VaultClosed; what else goes wrong with the backup is in the answer.
    """
    now = workspace.clock.now()
    today = moment_text(now)[:10]
    taken, failure = None, None
    try:
        where = folder(workspace.config, workspace.vault.home, workspace.vault.key)
        # After a rekeying the day's backup is under the old key: it doesn't count.
        ours = [each for each in backup.found(where) if checking.is_ours(each, workspace.vault.key)]
        if backup.is_due(ours, now):
            taken = back_up(workspace, cancelled=cancelled)
    except VaultError as error:
        if cancelled is not None and cancelled():
            raise
        logger.warning("no backup: %s", error)
        failure = error
    with workspace.database.read() as connection:
        checked = state.get(connection, _CHECKED)
    wrong: tuple[Finding, ...] = ()
    if checked != today:
        wrong = tuple(found for found in check(workspace, thorough=False, cancelled=cancelled) if not found.ok)
        # A vault in which something is wrong is looked at again at each unlocking.
        if not wrong:
            with workspace.database.write() as connection:
                state.put(connection, **{_CHECKED: today})
    for found in wrong:
        logger.error("check: %s %s", found.check, found.code)
    return Day(taken, failure, wrong)


def older_than(key: UnlockedKey, config: Config, home: Path) -> list[Backup]:
    """The backups that an earlier key opens, after a rekeying."""
    found = (each for one in folders(config, home, key) for each in backup.found(one))
    return [each for each in found if not checking.is_ours(each, key)]
