"""Backups and the vault's own check, as the person meets them: each day after unlocking, and when asked for."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync.client import state
from wor_tui import paths
from wor_tui.clock import moment_text
from wor_tui.config import Config
from wor_tui.services.forgetting import ERASED_AT
from wor_tui.services.workspace import Workspace
from wor_tui.vault import backup, checking, files, keyfile
from wor_tui.vault.backup import Backup
from wor_tui.vault.checking import Finding
from wor_tui.vault.connection import reading_connection
from wor_tui.vault.copying import Cancelled, Progress, told
from wor_tui.vault.errors import VaultError
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.swap import DATABASE_NAME
from wor_tui.vault.vault import Vault

logger = logging.getLogger(__name__)

CHECKED_ON = "checked_on"
"""Where the day (UTC) of the last look that found nothing wrong with the vault itself is kept."""
_ELSEWHERE = "backed_up_elsewhere"
"""Where outside the home the last backup was made, and when. A folder that was there once isn't made a second time by
itself: without it the disk isn't connected, and its place on this one would be filled instead."""


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


@dataclass(frozen=True, slots=True)
class Standing:
    """The backups that can be seen now, the newest first, and why others can't be (None: all are seen).

    `last`: when one was made last where they can't be seen; None when that isn't known.
    """

    backups: tuple[Backup, ...]
    failure: VaultError | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class LastCopy:
    """When the last backup was made, None for never or unknown; and why the backups can't all be seen now."""

    taken: datetime | None
    failure: VaultError | None


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
    Raises Unreadable, DiskFault.
    """
    where = [home / backup.FOLDER_NAME]
    outside = chosen(config, home)
    if outside is None:
        return where
    try:
        vault = keyfile.read(home / keyfile.KEYFILE_NAME).vault
    except VaultError:
        with files.told(writing=False):
            there = sorted(outside.glob("wor-*"))
        return [*there, *where] if len(there) == 1 else where
    return [backup.folder_in(home, outside, vault), *where]


def standing(workspace: Workspace) -> Standing:
    """Which backups of this vault can be seen now, and why not all."""
    vault, config = workspace.vault, workspace.config
    seen: list[Backup] = []
    failure = None
    for where, made in _expected(vault, config).items():
        try:
            backup.check_reachable(where, made=made)
            seen += backup.found(where)
        except VaultError as error:
            failure = error
    last = _last_elsewhere(vault)
    seen = backup.newest_first(seen, workspace.clock.now())
    return Standing(tuple(seen), failure, last.taken if failure is not None and last is not None else None)


def last_copy(workspace: Workspace) -> LastCopy:
    """When the last backup was made, also where it can't be seen now."""
    seen = standing(workspace)
    known = [each.taken for each in seen.backups[:1]] + ([seen.last] if seen.last is not None else [])
    return LastCopy(max(known, default=None), seen.failure)


def listed(workspace: Workspace) -> list[Backup]:
    """The backups of this vault that can be seen now, the newest first."""
    return list(standing(workspace).backups)


def back_up(
    workspace: Workspace,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    *,
    why: str = backup.BY_HAND,
) -> Taken:
    """Make a backup now, read it back, and let go of those that needn't stay; raises what `backup.take` raises."""
    return backed_up(workspace.vault, workspace.config, workspace.clock.now(), progress, cancelled, why=why)


def backed_up(
    vault: Vault,
    config: Config,
    now: datetime,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    *,
    why: str = backup.BY_HAND,
) -> Taken:
    """The same for a vault without a workspace."""
    where = folder(config, vault.home, vault.key)
    # A connection of its own, like the check's. The read only says when the vault is closed.
    with vault.database.read(), told(vault.home):
        source = reading_connection(vault.home / DATABASE_NAME, vault.key)
    try:
        new = backup.take(source, vault.home, vault.key, where, now, why, progress=progress, cancelled=cancelled)
    finally:
        source.close()
    removed: list[Backup] = []
    # The backup is there and whole: what fails from here on mustn't look as if it weren't.
    try:
        if where != vault.home / backup.FOLDER_NAME:
            with vault.database.write() as connection:
                state.put(connection, **{_ELSEWHERE: {"folder": str(where), "taken": moment_text(new.taken)}})
        for each in folders(config, vault.home, vault.key):
            removed += backup.thin(each, new)
    except VaultError as error:
        logger.warning("older backups stay: %s", error)
    logger.info("backup %s, %d removed", new.name, len(removed))
    return Taken(new, tuple(removed))


def holding_erased(workspace: Workspace) -> list[Backup]:
    """The backups that can be seen now in which somebody may still be who was erased since."""
    with workspace.database.read() as connection:
        erased_at = state.get(connection, ERASED_AT)
    if erased_at is None:
        return []
    moment = datetime.fromisoformat(str(erased_at))
    return [each for each in listed(workspace) if each.taken <= moment]


def without_erased(workspace: Workspace, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Taken:
    """Make a backup now, and throw away those in which somebody may be who was erased; raises as `back_up` does."""
    old = holding_erased(workspace)
    taken = back_up(workspace, progress, cancelled)
    # Thinning out may have been quicker.
    gone = [each for each in old if each.folder != taken.backup.folder and each.folder.exists()]
    for each in gone:
        backup.remove(each)
    return Taken(taken.backup, (*taken.removed, *gone))


def check(workspace: Workspace, *, thorough: bool = True, cancelled: Cancelled | None = None) -> list[Finding]:
    """Look the vault and its backups over; raises BrokenOff, VaultClosed."""
    now = workspace.clock.now()
    return checked(workspace.vault, workspace.config, now, thorough=thorough, cancelled=cancelled)


def checked(
    vault: Vault, config: Config, now: datetime, *, thorough: bool = True, cancelled: Cancelled | None = None
) -> list[Finding]:
    """The same for a vault without a workspace."""
    return checking.vault(vault, _expected(vault, config), now, thorough=thorough, cancelled=cancelled)


def day(workspace: Workspace, cancelled: Cancelled | None = None) -> Day:
    """What is done once a day (UTC) after unlocking: a backup, then a look at the vault and the newest backup.

    Where the folder for backups isn't there now, none is made elsewhere. Raises BrokenOff and VaultClosed; what else
    goes wrong with the backup is in the answer.
    """
    now = workspace.clock.now()
    today = moment_text(now)[:10]
    taken, failure = None, None
    try:
        where = folder(workspace.config, workspace.vault.home, workspace.vault.key)
        backup.check_reachable(where, made=_expected(workspace.vault, workspace.config)[where])
        # After a rekeying the day's backup is under the old key: it doesn't count.
        ours = [each for each in backup.found(where) if checking.is_ours(each, workspace.vault.key)]
        if backup.is_due(ours, now):
            taken = back_up(workspace, cancelled=cancelled, why=backup.DAILY)
    except VaultError as error:
        if cancelled is not None and cancelled():
            raise
        logger.warning("no backup: %s", error)
        failure = error
    with workspace.database.read() as connection:
        looked_on = state.get(connection, CHECKED_ON)
    wrong: tuple[Finding, ...] = ()
    if looked_on != today:
        wrong = tuple(found for found in check(workspace, thorough=False, cancelled=cancelled) if not found.ok)
        # A vault in which something is wrong is looked at again at each unlocking; a disk that isn't connected is no
        # reason to read all of it each time.
        if all(found.check == "backups" for found in wrong):
            with workspace.database.write() as connection:
                state.put(connection, **{CHECKED_ON: today})
    for found in wrong:
        logger.error("check: %s %s", found.check, found.code)
    return Day(taken, failure, wrong)


def older_than(key: UnlockedKey, config: Config, home: Path) -> list[Backup]:
    """The backups that an earlier key opens, after a rekeying; those of a disk that doesn't answer aren't known."""
    found: list[Backup] = []
    for where in folders(config, home, key):
        with suppress(VaultError):
            found += backup.found(where)
    return [each for each in found if not checking.is_ours(each, key)]


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    folder: str
    taken: datetime


def _last_elsewhere(vault: Vault) -> _Elsewhere | None:
    """Where outside its home this vault's last backup was made, and when; raises VaultClosed."""
    with vault.database.read() as connection:
        kept = state.get(connection, _ELSEWHERE)
    return None if kept is None else _Elsewhere(str(kept["folder"]), datetime.fromisoformat(str(kept["taken"])))


def _expected(vault: Vault, config: Config) -> dict[Path, bool]:
    """Where its backups may be, each with whether it was made before."""
    last = _last_elsewhere(vault)
    where = folders(config, vault.home, vault.key)
    return {each: last is not None and last.folder == str(each) for each in where}
