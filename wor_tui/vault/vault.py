"""Making, unlocking and opening a vault: a folder with `vault.key`, `vault.db` and `vault.lock`.

Opening takes two steps. `unlock` turns a secret into the key and imports nothing heavy, so that the unlock screen can
paint first; `open_vault` then brings the database. That is why imports stand inside the functions.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wor_tui.vault import files
from wor_tui.vault.errors import PassphraseEmpty, VaultExists, VaultMissing

if TYPE_CHECKING:
    from collections.abc import Generator

    from wor_tui.vault.database import Database
    from wor_tui.vault.instance import Instance
    from wor_tui.vault.keyfile import UnlockedKey
    from wor_tui.vault.passphrase_cost import Cost

KEYFILE_NAME, DATABASE_NAME = "vault.key", "vault.db"
_NEW = ".new"


class Vault:
    """An open vault; a context manager that closes it."""

    def __init__(self, home: Path, key: "UnlockedKey", database: "Database", instance: "Instance") -> None:
        self.home = home
        self.key = key
        self.database = database
        self._instance = instance

    def new_recovery_code(self) -> str:
        """Give the vault another recovery code, and return it; the one before no longer opens anything.

        Raises KeyfileMissing, KeyfileDamaged, KeyfileTooNew, DiskFull, ReadOnly, DiskFault.
        """
        import secrets  # noqa: PLC0415

        from wor_tui.vault import keyfile, recovery_code  # noqa: PLC0415

        path, new = self.home / KEYFILE_NAME, self.home / (KEYFILE_NAME + _NEW)
        before = keyfile.read(path)
        secret = secrets.token_bytes(recovery_code.SECRET_BYTES)
        others = tuple(slot for slot in before.slots if slot.kind != keyfile.RECOVERY)
        after = keyfile.successor(before, (*others, keyfile.recovery_slot(self.key, secret)))
        files.write_new(new, keyfile.serialised(after, self.key))
        files.put_in_place(new, path)
        return recovery_code.written(secret)

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
    """Whether `home` holds a vault, whole or not: whether to ask for a passphrase or to offer to make one."""
    with files.told(writing=False):
        return _keyfile_in(home).exists() or (home / DATABASE_NAME).exists()


def create(home: Path, passphrase: str, cost: "Cost | None" = None) -> Created:
    """Make a vault in `home`; both files appear whole, or not at all.

    Without `cost` the passphrase's cost is measured on this computer, which takes about three seconds. Raises
    PassphraseEmpty, VaultExists, AlreadyRunning, DiskFull, ReadOnly, DiskFault, UnsafeBuild.
    """
    import secrets  # noqa: PLC0415

    from wor_tui.vault import keyfile, recovery_code  # noqa: PLC0415
    from wor_tui.vault.database import Database  # noqa: PLC0415
    from wor_tui.vault.passphrase_cost import calibrated  # noqa: PLC0415

    if not passphrase:
        raise PassphraseEmpty
    files.make_folder(home)
    with _held(home) as instance:
        new_database, new_keyfile = home / (DATABASE_NAME + _NEW), home / (KEYFILE_NAME + _NEW)
        if (home / KEYFILE_NAME).exists() or (home / DATABASE_NAME).exists():
            raise VaultExists
        for left_over in (new_keyfile, *(home / f"{new_database.name}{suffix}" for suffix in ("", "-wal", "-shm"))):
            files.remove(left_over)
        key, recovery_secret = keyfile.new_key(), secrets.token_bytes(recovery_code.SECRET_BYTES)
        Database(new_database, key, new=True).close()
        made = keyfile.made(key, passphrase, recovery_secret, cost or calibrated())
        files.write_new(new_keyfile, keyfile.serialised(made, key))
        files.put_in_place(new_database, home / DATABASE_NAME)
        files.put_in_place(new_keyfile, home / KEYFILE_NAME)
        vault = Vault(home, key, Database(home / DATABASE_NAME, key), instance)
    return Created(vault, recovery_code.written(recovery_secret))


def unlock(home: Path, *, passphrase: str | None = None, recovery_code: str | None = None) -> "UnlockedKey":
    """The key of the vault in `home`, from either secret; takes about a second, writes nothing.

    Raises VaultMissing, KeyfileMissing, KeyfileDamaged, KeyfileTooNew, KeyfileTampered, WrongSecret,
    RecoveryCodeMistyped, Unreadable, DiskFault.
    """
    from wor_tui.vault import keyfile  # noqa: PLC0415

    with files.told(writing=False):
        there = (home / DATABASE_NAME).exists()
    if not there:
        raise VaultMissing
    read = keyfile.read(_keyfile_in(home))
    if recovery_code is not None:
        return keyfile.opened_by_recovery_code(read, recovery_code)
    return keyfile.opened_by_passphrase(read, passphrase or "")


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
        _settle_keyfile(home)
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
    """The key file; or, after a crash between the last two renames of `create`, the one that waits beside it."""
    keyfile, waiting = home / KEYFILE_NAME, home / (KEYFILE_NAME + _NEW)
    return waiting if not keyfile.exists() and waiting.exists() and (home / DATABASE_NAME).exists() else keyfile


def _settle_keyfile(home: Path) -> None:
    """Put a waiting key file in its place, or remove one that a crash left behind; no second one is kept."""
    keyfile, waiting = home / KEYFILE_NAME, home / (KEYFILE_NAME + _NEW)
    if waiting.exists():
        if keyfile.exists():
            files.remove(waiting)
        else:
            files.put_in_place(waiting, keyfile)
    files.keep_private(keyfile)
