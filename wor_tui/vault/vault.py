"""Making, unlocking and opening a vault: a folder with `vault.key`, `vault.db` and `vault.lock`.

Opening takes two steps. `unlock` turns a secret into the key and imports nothing heavy, so that the unlock screen can
paint first; `open_vault` then brings the database. That is why imports stand inside the functions.
"""

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wor_tui.vault import failed_unlocks, files, swap, wiping
from wor_tui.vault.errors import PassphraseEmpty, VaultError, VaultExists, VaultMissing, WrongSecret

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    from wor_tui.vault.database import Database
    from wor_tui.vault.instance import Instance
    from wor_tui.vault.keyfile import Keyfile, UnlockedKey
    from wor_tui.vault.passphrase_cost import Cost
    from wor_tui.vault.rewriting import Change

KEYFILE_NAME, DATABASE_NAME = swap.KEYFILE_NAME, swap.DATABASE_NAME
_NEW = ".new"


class Vault:
    """An open vault; a context manager that closes it."""

    def __init__(self, home: Path, key: "UnlockedKey", database: "Database", instance: "Instance") -> None:
        self.home = home
        self.key = key
        self.database = database
        self._instance = instance
        self._changing = threading.Lock()

    def change_slots(self, change: "Change") -> "Keyfile":
        """Change what opens the vault (see `rewriting.rewrite`); one change at a time."""
        from wor_tui.vault.rewriting import rewrite  # noqa: PLC0415

        with self._changing:
            return rewrite(self.home, self.key, change)

    def close(self) -> None:
        """Close the database and let the folder go; a second call does nothing."""
        try:
            self.database.close()
        finally:
            self._instance.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Created:
    """A new vault, open, and its recovery code: shown once, kept nowhere."""

    vault: Vault
    recovery_code: str = field(repr=False)


def exists(home: Path) -> bool:
    """Whether `home` holds a vault, whole or not: whether to ask for a passphrase or to offer to make one.

    One that is being destroyed doesn't count, and what a kill left of it goes now.
    """
    wiping.settle(home)
    with files.told(writing=False):
        return _keyfile_in(home).exists() or (home / DATABASE_NAME).exists()


def create(home: Path, passphrase: str, cost: "Cost | None" = None, on: "date | None" = None) -> Created:
    """Make a vault in `home` on a day (today's in UTC); both files appear whole, or not at all.

    Without `cost` the passphrase's cost is measured on this computer, which takes about three seconds. Raises
    PassphraseEmpty, VaultExists, AlreadyRunning, DiskFull, ReadOnly, DiskFault, UnsafeBuild.
    """
    import secrets  # noqa: PLC0415

    from wor_tui.vault import keyfile, recovery_code, slots  # noqa: PLC0415
    from wor_tui.vault.database import Database  # noqa: PLC0415
    from wor_tui.vault.passphrase_cost import calibrated  # noqa: PLC0415

    if not passphrase:
        raise PassphraseEmpty
    files.make_folder(home)
    wiping.settle(home)
    with _held(home) as instance:
        new_database, new_keyfile = home / (DATABASE_NAME + _NEW), home / (KEYFILE_NAME + _NEW)
        swap.settle(home)
        if (home / KEYFILE_NAME).exists() or (home / DATABASE_NAME).exists():
            raise VaultExists
        for left_over in (new_keyfile, *(home / f"{new_database.name}{suffix}" for suffix in ("", "-wal", "-shm"))):
            files.remove(left_over)
        key, recovery_secret = keyfile.new_key(), secrets.token_bytes(recovery_code.SECRET_BYTES)
        Database(new_database, key, new=True).close()
        made = slots.made(key, passphrase, recovery_secret, cost or calibrated(), on)
        files.write_new(new_keyfile, keyfile.serialised(made, key))
        files.put_in_place(new_database, home / DATABASE_NAME)
        files.put_in_place(new_keyfile, home / KEYFILE_NAME)
        vault = Vault(home, key, Database(home / DATABASE_NAME, key), instance)
    return Created(vault, recovery_code.written(recovery_secret))


def unlock(
    home: Path,
    *,
    passphrase: str | None = None,
    recovery_code: str | None = None,
    organisation_key: str | None = None,
    by_keyring: bool = False,
) -> "UnlockedKey":
    """The key of the vault in `home`, from one of its secrets; takes about a second.

    It writes nothing but that a secret was wrong, and when (`failed_unlocks`).

    `organisation_key` is the code of the organisation's recovery key; `by_keyring` asks the computer's own keyring.
    Raises VaultMissing, KeyfileMissing, KeyfileDamaged, KeyfileTooNew, KeyfileTampered, WrongSecret,
    RecoveryCodeMistyped, OrganisationKeyMistyped, EscrowMissing, KeyringUnused, KeyringUnavailable, KeyringEmptied,
    Unreadable, DiskFault.
    """
    try:
        return _unlocked(home, passphrase, recovery_code, organisation_key, by_keyring=by_keyring)
    except WrongSecret:
        failed_unlocks.note(home)
        raise


def _unlocked(
    home: Path, passphrase: str | None, recovery_code: str | None, organisation_key: str | None, *, by_keyring: bool
) -> "UnlockedKey":
    from wor_tui.vault import slots  # noqa: PLC0415

    read = keyfile_of(home)
    if recovery_code is not None:
        return slots.opened_by_recovery_code(read, recovery_code)
    if organisation_key is not None:
        from wor_tui.vault.escrow import opened_by_organisation_key  # noqa: PLC0415

        return opened_by_organisation_key(read, organisation_key)
    if by_keyring:
        from wor_tui.vault.keyring_slot import opened_by_keyring, probed  # noqa: PLC0415

        return opened_by_keyring(read, probed())
    return slots.opened_by_passphrase(read, passphrase or "")


def names_keyring(home: Path) -> bool:
    """Whether the key file speaks of the computer's keyring, unproven; loads nothing heavy."""
    try:
        content = files.read_at_most(home / KEYFILE_NAME, 65_536)
    except VaultError:
        return False
    return b'"kind":"keyring"' in (content or b"")


def keyfile_of(home: Path) -> "Keyfile":
    """The key file of the vault in `home`, unproven; raises VaultMissing, KeyfileMissing, KeyfileDamaged, …"""
    from wor_tui.vault import keyfile  # noqa: PLC0415

    with files.told(writing=False):
        there = (home / DATABASE_NAME).exists()
    if not there:
        raise VaultMissing
    return keyfile.read(_keyfile_in(home))


def open_vault(home: Path, key: "UnlockedKey") -> Vault:
    """Open the database with an unlocked key; a few milliseconds, after the imports.

    Raises AlreadyRunning, VaultMissing, VaultMismatch, VaultDamaged, VaultNewer, DiskFull, ReadOnly, DiskFault,
    UnsafeBuild.
    """
    from wor_tui.vault.database import Database  # noqa: PLC0415

    with files.told(writing=False):
        there = home.is_dir()
    if not there:
        raise VaultMissing
    with _held(home) as instance:
        settle_keyfile(home)
        return Vault(home, key, Database(home / DATABASE_NAME, key), instance)


@contextmanager
def _held(home: Path) -> "Generator[Instance]":
    """Hold the folder; it stays held when the body ends well, for the Vault to release."""
    from wor_tui.vault.instance import Instance  # noqa: PLC0415

    files.tighten_umask()
    instance = Instance(home)
    instance.hold()
    try:
        yield instance
    except BaseException:
        instance.release()
        raise


def _keyfile_in(home: Path) -> Path:
    """The key file; or, after a crash between the last two renames of `create` or a swap, the one that waits."""
    swapped = swap.waiting_keyfile(home)
    if swapped is not None:
        return swapped
    keyfile, waiting = home / KEYFILE_NAME, home / (KEYFILE_NAME + _NEW)
    return waiting if not keyfile.exists() and waiting.exists() and (home / DATABASE_NAME).exists() else keyfile


def settle_keyfile(home: Path) -> None:
    """Put a waiting key file in its place, or remove one that a crash left behind; no second one is kept.

    For who holds the folder; raises ReadOnly, DiskFull or DiskFault.
    """
    swap.settle(home)
    keyfile, waiting = home / KEYFILE_NAME, home / (KEYFILE_NAME + _NEW)
    if keyfile.exists():
        files.remove(waiting)
    elif waiting.exists() and (home / DATABASE_NAME).exists():
        files.put_in_place(waiting, keyfile)
    files.keep_private(keyfile)
