"""Backups: a folder for each, named after its moment, with a key file and a database that fit together.

The database is copied encrypted, under the vault's own key. A backup gets its name only when it was read back and found
whole; until then its folder ends in `.new`, and one that is on its way out in `.gone`.
"""

import re
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from wor_tui.vault import files, keyfile
from wor_tui.vault.connection import DriverConnection
from wor_tui.vault.copying import Cancelled, Progress, copied, faults, verify
from wor_tui.vault.errors import (
    BackupFolderMissing,
    BackupMissing,
    CopyFailed,
    KeyfileDamaged,
    KeyfileMissing,
    VaultDamaged,
)
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.swap import DATABASE_NAME, KEYFILE_NAME

FOLDER_NAME = "backups"
DAYS, WEEKS, BY_HANDS = 7, 4, 5
DAILY, BY_HAND, BEFORE_MIGRATION, BEFORE_RESTORE = "", "manual", "migration", "restore"
"""Why a backup was made, as the end of its name says: nothing for a daily one."""
_KEPT_SPECIAL = timedelta(weeks=WEEKS)
_NAME = re.compile(r"(\d{8}T\d{6}Z)(?:-(manual|migration|restore))?")
_FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup; `taken` is aware, in UTC, to the second."""

    folder: Path
    taken: datetime
    why: str = DAILY

    @property
    def name(self) -> str:
        """The name by which a person chooses it."""
        return self.folder.name

    @property
    def database(self) -> Path:
        """Its database."""
        return self.folder / DATABASE_NAME

    @property
    def keyfile(self) -> Path:
        """Its key file."""
        return self.folder / KEYFILE_NAME


def folder_in(home: Path, chosen: Path | None, vault: bytes) -> Path:
    """Where the backups of a vault go: in its own home, or in a folder of its own in the one that was chosen."""
    return home / FOLDER_NAME if chosen is None else chosen / f"wor-{vault.hex()[:12]}"


def check_reachable(folder: Path, *, made: bool = False) -> None:
    """Say when a folder for backups can't be come by now; one of which only the folder above is there yet, can.

    `made`: it was made before, so that without it this is another disk, or the empty place where one belongs. Raises
    BackupFolderMissing, Unreadable, DiskFault.
    """
    with files.told(writing=False):
        if not _is_folder(folder if made else folder.parent):
            raise BackupFolderMissing


def found(folder: Path) -> list[Backup]:
    """The backups in a folder, the newest first; what isn't one is passed over. Raises Unreadable, DiskFault."""
    with files.told(writing=False):
        try:
            entries = list(folder.iterdir())
        except FileNotFoundError:
            return []
        here = [backup for entry in entries if (backup := _read(entry)) is not None]
    return sorted(here, key=lambda backup: backup.taken, reverse=True)


def newest_first(backups: Iterable[Backup], now: datetime) -> list[Backup]:
    """The newest first; those of a day (UTC) to come last: a clock that was wrong once makes no backup the newest."""
    today = now.astimezone(UTC).date()
    return sorted(backups, key=lambda backup: (backup.taken.date() <= today, backup.taken), reverse=True)


def at(folder: Path) -> Backup:
    """The backup in a folder of any name; raises BackupMissing, Unreadable, DiskFault."""
    with files.told(writing=False):
        backup = Backup(folder, datetime.fromtimestamp(0, UTC))
        if not (backup.database.is_file() and backup.keyfile.is_file()):
            raise BackupMissing
    return _read(folder) or backup


def take(
    source: DriverConnection,
    home: Path,
    key: UnlockedKey,
    folder: Path,
    now: datetime,
    why: str = DAILY,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Backup:
    """Copy the database behind `source` and the home's key file to a new folder in `folder`, and read both back.

    Raises BackupFolderMissing, KeyfileMissing, KeyfileDamaged, CopyFailed, BrokenOff, VaultDamaged, DiskFull, ReadOnly,
    DiskFault; then nothing of it is left.
    """
    content = sound_keyfile(home / KEYFILE_NAME, key)
    _make(folder)
    name = free_name(folder, now, why)
    new = folder / f"{name}.new"
    try:
        with files.told(writing=True):
            new.mkdir(mode=0o700)
        copied(source, new / DATABASE_NAME, key, progress, cancelled)
        files.write_new(new / KEYFILE_NAME, content)
        try:
            verify(new / DATABASE_NAME, key, cancelled)
        except CopyFailed:
            if faults(source):
                raise VaultDamaged from None
            raise
        if files.read_at_most(new / KEYFILE_NAME, keyfile.MOST_BYTES + 1) != content:
            raise CopyFailed
        with files.told(writing=True):
            files.sync_folder(new)
        files.put_in_place(new, folder / name)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return at(folder / name)


def sound_keyfile(path: Path, key: UnlockedKey) -> bytes:
    """The bytes of a key file that is proven to be of this key; raises KeyfileMissing, KeyfileDamaged, Unreadable."""
    content = files.read_at_most(path, keyfile.MOST_BYTES + 1)
    if content is None:
        raise KeyfileMissing
    if keyfile.serialised(keyfile.parsed(content), key) != content:
        raise KeyfileDamaged
    return content


def kept(backups: Iterable[Backup], today: date) -> set[Backup]:
    """Which backups stay; none pushes out one of another kind.

    Of the daily ones the newest of each of the last 7 days that have one, and of each of the last 4 weeks; the last 5
    made by hand; those before something drastic for four weeks. Days are counted by backups, not by the calendar: a
    device that lay in a drawer for a season loses none by it. Those of days to come are counted by themselves: either
    they were made by a clock that was wrong, or it is the clock of now that is.
    """
    newest_first = sorted(backups, key=lambda backup: backup.taken, reverse=True)
    stay: set[Backup] = set()
    for to_come in (False, True):
        days: dict[date, Backup] = {}
        weeks: dict[tuple[int, int], Backup] = {}
        for backup in newest_first:
            day = backup.taken.date()
            if backup.why == DAILY and (day > today) is to_come:
                days.setdefault(day, backup)
                weeks.setdefault(day.isocalendar()[:2], backup)
        stay |= {*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]}
    by_hand = [backup for backup in newest_first if backup.why == BY_HAND]
    since = datetime(today.year, today.month, today.day, tzinfo=UTC) - _KEPT_SPECIAL
    special = [each for each in newest_first if each.why in {BEFORE_MIGRATION, BEFORE_RESTORE} and each.taken > since]
    return {*stay, *by_hand[:BY_HANDS], *special}


def thin(folder: Path, new: Backup) -> list[Backup]:
    """Remove the backups that needn't stay, now that `new` is verified, and what a crash left behind.

    The removed ones; none when there is no such folder. Raises Unreadable, ReadOnly or DiskFault.
    """
    with files.told(writing=False):
        if not _is_folder(folder):
            return []
    backups = found(folder)
    stay = {*kept(backups, new.taken.date()), new}
    gone = [backup for backup in backups if backup not in stay]
    for backup in gone:
        remove(backup)
    with files.told(writing=True):
        for left_over in folder.iterdir():
            if left_over.suffix in {".new", ".gone"} and _NAME.fullmatch(left_over.stem):
                shutil.rmtree(left_over)
    return gone


def remove(backup: Backup) -> None:
    """Remove one backup, from its name on: half of one is never taken for one. Raises ReadOnly or DiskFault."""
    with files.told(writing=True):
        gone = backup.folder.rename(backup.folder.with_name(backup.name + ".gone"))
        shutil.rmtree(gone)


def is_due(backups: Sequence[Backup], now: datetime) -> bool:
    """Whether today (UTC) has no daily backup yet; one of a day to come, by a clock that was wrong, doesn't count."""
    today = now.astimezone(UTC).date()
    return all(backup.why != DAILY or backup.taken.date() != today for backup in backups)


def free_name(folder: Path, now: datetime, why: str = DAILY) -> str:
    """A name for `folder` that nothing there has, of this second or one soon after."""
    while True:
        name = now.astimezone(UTC).strftime(_FORM) + (f"-{why}" if why else "")
        if not (folder / name).exists() and not (folder / f"{name}.new").exists():
            return name
        now += timedelta(seconds=1)


def _read(folder: Path) -> Backup | None:
    match = _NAME.fullmatch(folder.name)
    if match is None:
        return None
    try:
        taken = datetime.strptime(match[1], _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    backup = Backup(folder, taken, match[2] or DAILY)
    return backup if backup.database.is_file() and backup.keyfile.is_file() else None


def _make(folder: Path) -> None:
    """Make the folder, but not the one above it: a disk that isn't there isn't made up."""
    check_reachable(folder)
    files.make_folder(folder)


def _is_folder(path: Path) -> bool:
    """Whether it is there; raises OSError for a disk that doesn't answer (`is_dir`: only in some Pythons)."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
