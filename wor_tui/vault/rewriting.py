"""Changing the slots of a vault's key file: the database isn't touched, and no earlier key file is kept.

The new file is written whole beside the old one, down to the disk, and renamed over it; a crash leaves one of the two.
Whoever changes it holds the folder: an open Vault does, and `alone` for who has none open.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from wor_tui.vault import files, keyfile, recovery_code, slots
from wor_tui.vault.errors import PassphraseEmpty, VaultMismatch
from wor_tui.vault.instance import Instance
from wor_tui.vault.keyfile import Keyfile, Slot, UnlockedKey
from wor_tui.vault.passphrase_cost import Cost, calibrated
from wor_tui.vault.vault import settle_keyfile

NEW = ".new"
Change = Callable[[tuple[Slot, ...]], tuple[Slot, ...]]


@contextmanager
def alone(home: Path) -> Generator[None]:
    """Hold the folder while a key file is changed without opening the vault.

    A key file that waits after a kill is put in place: the one that opens is the one that is changed. Raises
    AlreadyRunning, ReadOnly, DiskFull or DiskFault.
    """
    files.tighten_umask()
    instance = Instance(home)
    instance.hold()
    try:
        settle_keyfile(home)
        yield
    finally:
        instance.release()


def rewrite(home: Path, key: UnlockedKey, change: Change) -> Keyfile:
    """Give the vault other slots, and return the key file that it has now.

    Raises KeyfileMissing, KeyfileDamaged, KeyfileTooNew, KeyfileTampered, VaultMismatch, DiskFull, ReadOnly, DiskFault.
    """
    path = home / keyfile.KEYFILE_NAME
    before = proven(home, key)
    after = keyfile.successor(before, change(before.slots))
    new = path.with_name(path.name + NEW)
    files.write_new(new, keyfile.serialised(after, key))
    files.put_in_place(new, path)
    return after


def proven(home: Path, key: UnlockedKey) -> Keyfile:
    """The vault's key file, written by somebody with this key; raises what `rewrite` raises but for writing."""
    read = keyfile.read(home / keyfile.KEYFILE_NAME)
    if (read.vault, read.salt) != (key.vault, key.salt):
        raise VaultMismatch
    keyfile.prove(read, key)
    return read


def set_passphrase(
    home: Path, key: UnlockedKey, passphrase: str, cost: Cost | None = None, on: date | None = None
) -> Keyfile:
    """Let another passphrase open the vault, and the one before no more; without `cost` it is measured (3 seconds)."""
    if not passphrase:
        raise PassphraseEmpty
    proven(home, key)
    slot = slots.passphrase_slot(key, passphrase, cost or calibrated(), on)
    return rewrite(home, key, lambda before: slots.replaced(before, slot))


def set_recovery_code(home: Path, key: UnlockedKey, code: str, on: date | None = None) -> Keyfile:
    """Let another recovery code open the vault, and the one before no more; raises RecoveryCodeMistyped."""
    slot = slots.recovery_slot(key, recovery_code.read(code), on)
    return rewrite(home, key, lambda before: slots.replaced(before, slot))
