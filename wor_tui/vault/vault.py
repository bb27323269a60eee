"""Making, unlocking and opening a vault: a folder with `vault.key`, `vault.db` and `vault.lock`.

Opening takes two steps. `unlock` turns a secret into the key and imports nothing heavy, so that the unlock screen can
paint first; `open_vault` then brings the database. SQLAlchemy is imported inside the functions for that reason.
"""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wor_tui.vault import files
from wor_tui.vault.errors import KeyfileMissing, PassphraseEmpty, VaultExists, VaultMissing
from wor_tui.vault.instance import Instance

if TYPE_CHECKING:
    from wor_tui.vault.database import Database
    from wor_tui.vault.keyfile import UnlockedKey
    from wor_tui.vault.passphrase_cost import Cost

KEYFILE_NAME, DATABASE_NAME = "vault.key", "vault.db"
_NEW = ".new"


class Vault:
    """An open vault; a context manager that closes it."""

    def __init__(self, home: Path, key: "UnlockedKey", database: "Database", instance: Instance) -> None:
        self.home = home
        self.key = key
        self.database = database
        self._instance = instance

    def close(self) -> None:
        """Close the database and let the folder go; a second call does nothing."""
        self.database.close()
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
    _finish_creation(home)
    return (home / KEYFILE_NAME).exists() or (home / DATABASE_NAME).exists()


def create(home: Path, passphrase: str, cost: "Cost | None" = None) -> Created:
    """Make a vault in `home`; both files appear whole, or not at all.

    Without `cost` the passphrase's cost is measured on this computer, which takes about three seconds. Raises
    PassphraseEmpty, VaultExists, AlreadyRunning, DiskFull, ReadOnly, UnsafeBuild.
    """
    import secrets  # noqa: PLC0415

    from wor_tui.vault import keyfile, recovery_code  # noqa: PLC0415
    from wor_tui.vault.database import Database  # noqa: PLC0415
    from wor_tui.vault.passphrase_cost import calibrated  # noqa: PLC0415

    if not passphrase:
        raise PassphraseEmpty
    files.tighten_umask()
    files.make_folder(home)
    instance = Instance(home)
    instance.hold()
    try:
        if exists(home):
            raise VaultExists
        key, recovery_secret = keyfile.new_key(), secrets.token_bytes(recovery_code.SECRET_BYTES)
        new_database, new_keyfile = home / (DATABASE_NAME + _NEW), home / (KEYFILE_NAME + _NEW)
        _remove_with_wal(new_database)
        Database(new_database, key, new=True).close()
        files.sync_file(new_database)
        made = keyfile.made(key, passphrase, recovery_secret, cost or calibrated())
        files.write_new(new_keyfile, keyfile.serialised(made, key))
        files.put_in_place(new_database, home / DATABASE_NAME)
        files.put_in_place(new_keyfile, home / KEYFILE_NAME)
        vault = Vault(home, key, Database(home / DATABASE_NAME, key), instance)
    except BaseException:
        instance.release()
        raise
    return Created(vault, recovery_code.written(recovery_secret))


def unlock(home: Path, *, passphrase: str | None = None, recovery_code: str | None = None) -> "UnlockedKey":
    """The key of the vault in `home`, from either secret; takes about a second, touches nothing.

    Raises VaultMissing, KeyfileMissing, KeyfileDamaged, KeyfileTooNew, KeyfileTampered, WrongSecret,
    RecoveryCodeMistyped, Unreadable.
    """
    from wor_tui.vault import keyfile  # noqa: PLC0415

    _finish_creation(home)
    if not (home / DATABASE_NAME).exists():
        raise VaultMissing
    if not (home / KEYFILE_NAME).exists():
        raise KeyfileMissing
    read = keyfile.read(home / KEYFILE_NAME)
    if recovery_code is not None:
        return keyfile.opened_by_recovery_code(read, recovery_code)
    return keyfile.opened_by_passphrase(read, passphrase or "")


def open_vault(home: Path, key: "UnlockedKey") -> Vault:
    """Open the database with an unlocked key; a few milliseconds, after the imports.

    Raises AlreadyRunning, VaultMissing, VaultMismatch, VaultDamaged, VaultNewer, DiskFull, ReadOnly, UnsafeBuild.
    """
    from wor_tui.vault.database import Database  # noqa: PLC0415

    files.tighten_umask()
    if not home.is_dir():
        raise VaultMissing
    instance = Instance(home)
    instance.hold()
    try:
        files.keep_private(home / KEYFILE_NAME)
        return Vault(home, key, Database(home / DATABASE_NAME, key), instance)
    except BaseException:
        instance.release()
        raise


def _finish_creation(home: Path) -> None:
    """A crash between the two renames of `create` left the database in place and its key file beside it."""
    new, keyfile, database = home / (KEYFILE_NAME + _NEW), home / KEYFILE_NAME, home / DATABASE_NAME
    if new.exists() and database.exists() and not keyfile.exists():
        files.put_in_place(new, keyfile)


def _remove_with_wal(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
