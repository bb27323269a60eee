"""Destroying a vault: the key first, so that a kill at any point leaves nothing that anybody could read.

`vault.wiping` is written before anything goes, and says what has to go elsewhere; as long as it lies there the vault is
gone, and whoever looks for one finishes the work. The key files are overwritten, brought down to the disk and removed
before the first byte of a database. What a disk keeps of overwritten blocks by itself, nobody can say from here;
without the key it is noise.
"""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wor_tui.vault import failed_unlocks, files, swap
from wor_tui.vault.errors import AlreadyRunning, VaultError

if TYPE_CHECKING:
    from wor_tui.vault.instance import Instance

MARK = "vault.wiping"
_LONGEST_MARK = 65_536
_BACKUPS, _REPLACED = "backups", "replaced"
_NEW = ".new"


def wipe(home: Path, elsewhere: Sequence[Path] = ()) -> None:
    """Destroy the vault in `home`, which nobody may have open, with its backups there and in the folders `elsewhere`.

    Raises AlreadyRunning, ReadOnly, DiskFull, DiskFault; what was begun then is finished by `settle`.
    """
    import json  # noqa: PLC0415

    instance = _instance(home)
    instance.hold()
    try:
        entry = _keyring_entry(home)
        said = json.dumps({"elsewhere": [str(folder) for folder in elsewhere], "keyring": entry}).encode()
        files.write_new(home / (MARK + _NEW), said)
        files.put_in_place(home / (MARK + _NEW), home / MARK)
        _destroy(home)
    finally:
        instance.release()
    files.remove(instance.path)


def settle(home: Path) -> None:
    """Finish a wiping that was broken off; nothing where there is none, or where somebody is at it."""
    if not (home / MARK).exists():
        return
    instance = _instance(home)
    with suppress(AlreadyRunning):
        instance.hold()
        try:
            if (home / MARK).exists():
                _destroy(home)
        finally:
            instance.release()


def _destroy(home: Path) -> None:
    elsewhere, entry = _told(home)
    folders = [home / name for name in (_BACKUPS, _REPLACED, swap.NEXT, swap.MAKING, swap.OLD)]
    folders += elsewhere
    with files.told(writing=True):
        keys = [home / swap.KEYFILE_NAME, home / (swap.KEYFILE_NAME + _NEW)]
        for folder in folders:
            with suppress(FileNotFoundError):
                keys += sorted(folder.rglob(swap.KEYFILE_NAME))
        _shred(keys)
        rest = [home / (swap.DATABASE_NAME + suffix) for suffix in ("", "-wal", "-shm", "-journal", _NEW)]
        _shred(rest)
        failed_unlocks.forget(home)
        for folder in folders:
            if folder.exists():
                shutil.rmtree(folder)
        files.sync_folder(home)
    _forget_keyring(entry)
    files.remove(home / (MARK + _NEW))
    files.remove(home / MARK)


def _shred(paths: Iterable[Path]) -> None:
    """Overwrite, bring down to the disk, remove."""
    gone: set[Path] = set()
    for path in paths:
        if path.exists():
            files.overwrite(path)
            path.unlink()
            gone.add(path.parent)
    for folder in gone:
        files.sync_folder(folder)


def _instance(home: Path) -> "Instance":
    # Looking whether there is something to finish mustn't load what only finishing needs.
    from wor_tui.vault.instance import Instance  # noqa: PLC0415

    return Instance(home)


def _told(home: Path) -> tuple[list[Path], str]:
    """What the mark says; one that can't be read says no more than that the vault goes."""
    import json  # noqa: PLC0415

    try:
        said: Any = json.loads(files.read_at_most(home / MARK, _LONGEST_MARK) or b"{}")
        return [Path(str(folder)) for folder in said["elsewhere"]], str(said["keyring"])
    except (VaultError, ValueError, LookupError, TypeError):
        return [], ""


def _keyring_entry(home: Path) -> str:
    """The name under which the computer's keyring keeps a secret for this vault, or an empty text."""
    from wor_tui.vault import keyfile, slots  # noqa: PLC0415 -- finishing needs neither

    try:
        slot = slots.of_kind(keyfile.read(home / swap.KEYFILE_NAME), slots.KEYRING)
    except VaultError:
        return ""
    return "" if slot is None else str(slot.parameters.get("entry", ""))


def _forget_keyring(entry: str) -> None:
    if not entry:
        return
    from wor_tui.vault import keyring_slot  # noqa: PLC0415 -- asks the system

    keyring_slot.forget_entry(entry, keyring_slot.probed())
