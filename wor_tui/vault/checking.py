"""Looking a vault over: its key file, every page of its database, and its backups; nothing is changed.

What is found is a code with facts, for `wording` to put into a sentence that also says what to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from wor_tui.vault import backup, files, keyfile
from wor_tui.vault.backup import Backup
from wor_tui.vault.connection import reading_connection
from wor_tui.vault.copying import Cancelled, faults, is_whole, told
from wor_tui.vault.errors import VaultDamaged, VaultError
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.restore import REPLACED
from wor_tui.vault.swap import DATABASE_NAME

if TYPE_CHECKING:
    from wor_tui.vault.vault import Vault

WHOLE = "whole"
RECENT = timedelta(days=7)
"""A backup older than this deserves a word."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at (`check`), what was found (`code`), and whether a person needn't do anything."""

    check: str
    code: str
    ok: bool
    facts: Mapping[str, object] = field(default_factory=dict[str, object])


def vault(
    open_vault: "Vault",
    folders: Mapping[Path, bool],
    now: datetime,
    *,
    thorough: bool,
    cancelled: Cancelled | None = None,
) -> list[Finding]:
    """Look over an open vault and its backups in `folders`; `thorough` reads all backups, else the newest alone.

    `folders`: each with whether it was made before, so that it must be there. About a second per 100 MB that is read.
    Raises BrokenOff.
    """
    return [
        of_keyfile(open_vault.home, open_vault.key),
        *of_database(open_vault, cancelled),
        *of_backups(folders, open_vault.key, now, thorough=thorough, cancelled=cancelled),
        *of_set_aside(open_vault.home),
    ]


def unopened(
    error: VaultError, home: Path, key: UnlockedKey, folders: Mapping[Path, bool], now: datetime
) -> list[Finding]:
    """The same of a vault whose database didn't open, and why."""
    return [
        of_keyfile(home, key),
        Finding("database", type(error).__name__, ok=False),
        *of_backups(folders, key, now, thorough=True),
        *of_set_aside(home),
    ]


def of_keyfile(home: Path, key: UnlockedKey) -> Finding:
    """Whether the key file is what somebody with the key wrote."""
    try:
        backup.sound_keyfile(home / keyfile.KEYFILE_NAME, key)
    except VaultError as error:
        return Finding("key_file", type(error).__name__, ok=False)
    return Finding("key_file", WHOLE, ok=True)


def of_database(open_vault: "Vault", cancelled: Cancelled | None = None) -> Iterator[Finding]:
    """Whether every page is what was written, and the pages fit together."""
    found = _faults(open_vault, cancelled)
    if found:
        # A page that was being written just then may look wrong: once more, while nobody writes.
        with open_vault.database.write():
            found = _faults(open_vault, cancelled)
    # Where pages aren't what was written, what they make together can't be either.
    for code in found[:1] if "pages" in found else found:
        yield Finding("database", code, ok=False)
    if not found:
        yield Finding("database", WHOLE, ok=True)


def _faults(open_vault: "Vault", cancelled: Cancelled | None) -> list[str]:
    # A connection of its own: one that met a damaged page refuses all that comes after.
    path = open_vault.home / DATABASE_NAME
    try:
        with open_vault.database.read(), told(open_vault.home):
            connection = reading_connection(path, open_vault.key)
    except VaultDamaged:
        return ["pages"]
    try:
        return faults(connection, cancelled)
    finally:
        connection.close()


def of_backups(
    folders: Mapping[Path, bool],
    key: UnlockedKey,
    now: datetime,
    *,
    thorough: bool,
    cancelled: Cancelled | None = None,
) -> Iterator[Finding]:
    """How many backups there are and how old the newest is; then each that isn't whole or needs another secret."""
    found: list[Backup] = []
    hidden = False
    for folder, made in folders.items():
        try:
            backup.check_reachable(folder, made=made)
            found += backup.found(folder)
        except VaultError as error:
            hidden = True
            yield Finding("backups", type(error).__name__, ok=False)
    found = backup.newest_first(found, now)
    ours = [each for each in found if is_ours(each, key)]
    bad = [each for each in (ours if thorough else ours[:1]) if not _is_sound(each, key, cancelled)]
    for each in bad:
        yield Finding("backup", "damaged", ok=False, facts={"name": each.name, "taken": each.taken})
    if older := len(found) - len(ours):
        yield Finding("backup", "other_key", ok=True, facts={"count": older})
    good = [each for each in ours if each not in bad]
    if hidden:
        # The newest may be in the folder that can't be seen: neither their number nor their age is known.
        return
    if not good:
        yield Finding("backups", "none", ok=not bad)
        return
    facts: dict[str, object] = {"count": len(good), "taken": good[0].taken, "name": good[0].name}
    # A day to come says nothing about how old it is.
    recent = now - RECENT < good[0].taken < now + RECENT
    yield Finding("backups", WHOLE if recent else "old", ok=recent, facts=facts)


def is_ours(each: Backup, key: UnlockedKey) -> bool:
    """Whether a backup was made under this key; one from before a rekeying wasn't. A damaged key file still counts."""
    try:
        return files.read_at_most(each.database, len(key.salt)) == key.salt
    except VaultError:
        return True


def of_set_aside(home: Path) -> Iterator[Finding]:
    """What restoring set aside, because it didn't open."""
    aside = home / REPLACED
    if aside.is_dir() and (count := sum(1 for _ in aside.iterdir())):
        yield Finding("set_aside", "there", ok=True, facts={"count": count, "folder": str(aside)})


def _is_sound(each: Backup, key: UnlockedKey, cancelled: Cancelled | None) -> bool:
    try:
        backup.sound_keyfile(each.keyfile, key)
        return is_whole(each.database, key, cancelled)
    except VaultError:
        if cancelled is not None and cancelled():
            raise
        return False
