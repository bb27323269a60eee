"""Another root key for a vault: the database is copied under it, compared row by row, and put in place of the old one.

What somebody learned about the old key (from a lost device, a copied key file and an old passphrase) opens nothing that
is written from then on, nor the file that is here now. Backups made before stay under the old key.
"""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wor_tui.vault import escrow, files, keyfile, keyring_slot, recovery_code, slots, swap
from wor_tui.vault.connection import first_connection
from wor_tui.vault.copying import Cancelled, Progress, closed, copied, same_rows, told, verify
from wor_tui.vault.errors import CopyFailed, KeyringUnavailable, WrongSecret
from wor_tui.vault.keyfile import Keyfile, Slot, UnlockedKey
from wor_tui.vault.keyring_slot import Keyring
from wor_tui.vault.rewriting import alone, proven
from wor_tui.vault.swap import DATABASE_NAME, KEYFILE_NAME
from wor_tui.vault.vault import unlock


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """The new key, and the kinds of slots that couldn't come along: those secrets open nothing any more."""

    key: UnlockedKey = field(repr=False)
    lost: tuple[str, ...]


def rekey(
    home: Path,
    passphrase: str,
    recovery_secret: bytes,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Rekeyed:
    """Give the vault in `home` a new root key; nobody may have it open.

    The passphrase stays; `recovery_secret` (20 new bytes, written down already) becomes the recovery code. Progress is
    told in parts of a hundred. Raises what `unlock` and opening raise, BrokenOff, CopyFailed, DiskFull, ReadOnly,
    DiskFault; the vault is as it was then.
    """
    before = unlock(home, passphrase=passphrase)
    new = UnlockedKey(before.vault, os.urandom(keyfile.SALT_BYTES), os.urandom(keyfile.ROOT_BYTES))
    with alone(home):
        folder = swap.making(home)
        made: tuple[Slot, ...] = ()
        keyring = None
        try:
            old = proven(home, before)
            keyring = keyring_slot.probed() if slots.of_kind(old, slots.KEYRING) is not None else None
            made = _others(old, new, keyring)
            _write_keyfile(folder / KEYFILE_NAME, old, new, passphrase, recovery_secret, made)
            _write_database(home, before, folder / DATABASE_NAME, new, progress, cancelled)
        except BaseException:
            _forget(made, keyring)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        swap.commit(home, destroy=True)
        _forget(old.slots, keyring)
    had, has = ({slot.kind for slot in some} for some in (old.slots, made))
    return Rekeyed(new, tuple(sorted(had - has - {slots.PASSPHRASE, slots.RECOVERY})))


def _others(old: Keyfile, new: UnlockedKey, keyring: Keyring | None) -> tuple[Slot, ...]:
    """The slots beside passphrase and recovery code that can be made without anybody's secret."""
    made: list[Slot] = []
    for slot in old.slots:
        if slot.kind == slots.ESCROW:
            made.append(escrow.escrow_slot(new, escrow.public_of(slot)))
        elif slot.kind == slots.KEYRING and keyring is not None:
            with suppress(KeyringUnavailable):
                made.append(keyring_slot.keyring_slot(new, keyring))
    return tuple(made)


def _forget(some: Iterable[Slot], keyring: Keyring | None) -> None:
    for slot in some:
        if slot.kind == slots.KEYRING:
            keyring_slot.forget(slot, keyring)


def _write_keyfile(
    path: Path, before: Keyfile, new: UnlockedKey, passphrase: str, recovery_secret: bytes, more: tuple[Slot, ...]
) -> None:
    old_slot = slots.of_kind(before, slots.PASSPHRASE)
    cost = slots.cost_of(old_slot.parameters) if old_slot is not None else None
    assert cost is not None  # noqa: S101  the passphrase just opened that slot
    own = (slots.passphrase_slot(new, passphrase, cost), slots.recovery_slot(new, recovery_secret))
    after = Keyfile(new.vault, before.generation + 1, new.salt, (*own, *more))
    content = keyfile.serialised(after, new)
    files.write_new(path, content)
    if files.read_at_most(path, keyfile.MOST_BYTES + 1) != content:
        raise CopyFailed
    # Both ways in are tried before the only other key file goes.
    read, code = keyfile.parsed(content), recovery_code.written(recovery_secret)
    try:
        opens = slots.opened_by_passphrase(read, passphrase) == slots.opened_by_recovery_code(read, code) == new
    except WrongSecret:
        opens = False
    if not opens:
        raise CopyFailed


def _write_database(
    home: Path,
    before: UnlockedKey,
    target: Path,
    new: UnlockedKey,
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> None:
    # As every opening: checked, its log of changes played in, its tables up to date.
    source = first_connection(home / DATABASE_NAME, before, new=False)
    try:
        copied(source, target, new, _part(progress, 0, 50), cancelled)
        verify(target, new, cancelled)
        with told(home):
            copy = closed(target, new)
            try:
                if not same_rows(source, copy, _part(progress, 60, 100), cancelled):
                    raise CopyFailed
            finally:
                copy.close()
            log = source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        source.close()
    if log is None or log[0] != 0:
        raise CopyFailed


def _part(progress: Progress | None, low: int, high: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, whole: progress(low + (high - low) * done // max(whole, 1), 100)
