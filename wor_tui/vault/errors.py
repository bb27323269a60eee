"""What can go wrong with the vault: one class for each thing that a person must do something else about.

No error carries a parameter: neither a passphrase, a key, a value nor a path can end up in a log through it. `sentence`
says in English what to do; the screens word each class in the person's language.
"""

import errno
import shutil
from pathlib import Path
from typing import ClassVar

# SQLite's primary result codes; an extended code holds the primary one in its low byte.
_READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 8, 10, 11, 13, 14, 26
_BUSY, _LOCKED = 5, 6
# Copying raises with SQLite's words for a code, and without the code.
_BY_TEXT = {
    "attempt to write a readonly database": _READONLY,
    "disk I/O error": _IOERR,
    "database disk image is malformed": _CORRUPT,
    "database or disk is full": _FULL,
    "unable to open database file": _CANTOPEN,
    "file is not a database": _NOTADB,
    "database is locked": _BUSY,
}
# SQLite lets the index of its WAL grow by 32 KiB at a time.
_HARDLY_ANY_ROOM = 65_536


class VaultError(Exception):
    """The vault can't do what was asked."""

    sentence: ClassVar[str] = "The vault can't be used."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class VaultExists(VaultError):
    """A vault would have been made where there is one already, or the remains of one."""

    sentence = "There is a vault here already. Open it, or choose another folder."


class VaultMissing(VaultError):
    """There is a key file but no database, or nothing at all."""

    sentence = "There is no vault in this folder. Choose the right folder, or put back a backup."


class KeyfileMissing(VaultError):
    """There is a database, but not the key file that opens it."""

    sentence = "The key file (vault.key) is missing. Put it back from a backup; without it the vault can't be opened."


class KeyfileDamaged(VaultError):
    """The key file isn't what was written: torn, altered, or outside the bounds."""

    sentence = "The key file (vault.key) is damaged. Put it back from a backup; your database has not been touched."


class KeyfileTooNew(VaultError):
    """A newer version of the program wrote the key file."""

    sentence = "A newer version of this program made this vault. Update the program."


class KeyfileTampered(VaultError):
    """The secret fits, but somebody who doesn't know the key changed the rest of the key file."""

    sentence = (
        "The key file (vault.key) was changed from outside. Don't go on: put it back from a backup and report it."
    )


class WrongSecret(VaultError):
    """No slot opens with this passphrase or recovery code."""

    sentence = "Wrong passphrase or recovery code, or the key file is damaged. Try again; capitals and spaces count."


class RecoveryCodeMistyped(VaultError):
    """The recovery code's check characters don't fit: a typing error, not a wrong code."""

    sentence = "There is a typing error in the recovery code. Compare it with your paper, group by group."


class OrganisationKeyMistyped(VaultError):
    """The check characters of the organisation's recovery key don't fit: a typing error, not a wrong key."""

    sentence = "There is a typing error in the organisation's recovery key. Compare it with the paper, group by group."


class OrganisationKeyUnusable(VaultError):
    """The public half that an organisation handed out is no key."""

    sentence = "The organisation's recovery key is damaged. Nothing was changed; ask your coordinator."


class OrganisationKeyChanged(VaultError):
    """An organisation's recovery key was handed out that differs from the one that this vault holds on to."""

    sentence = (
        "The organisation's recovery key differs from the one this vault knows. Nothing was changed: don't go on, and "
        "ask your coordinator in person."
    )


class EscrowMissing(VaultError):
    """The organisation's recovery key was given, but this vault was never made to open with one."""

    sentence = "This vault doesn't open with a recovery key of an organisation. Use the passphrase or recovery code."


class KeyringUnused(VaultError):
    """The computer's keyring was asked to open a vault that isn't kept in one."""

    sentence = "This vault doesn't open with this computer's keyring. Use your passphrase."


class KeyringUnavailable(VaultError):
    """No keyring that encrypts answers on this computer, or the extra isn't installed."""

    sentence = "This computer's keyring doesn't answer, or can't keep a secret safely. Use your passphrase."


class KeyringEmptied(VaultError):
    """The keyring answers, but doesn't have this vault's secret (any more)."""

    sentence = "This computer's keyring no longer has the secret of this vault. Use your passphrase, then set it again."


class PassphraseEmpty(VaultError):
    """A vault was asked for without a passphrase."""

    sentence = "Choose a passphrase: it can't be empty."


class VaultMismatch(VaultError):
    """The database belongs to another key file."""

    sentence = "This key file belongs to another vault. Put the key file and the database of one backup together."


class VaultDamaged(VaultError):
    """The database is cut off, overwritten or corrupt."""

    sentence = (
        "The database (vault.db) is damaged. Put back a backup; what was sent to the server comes back from there."
    )


class VaultNewer(VaultError):
    """A newer version of the program wrote the database; it was left as it is."""

    sentence = "A newer version of this program wrote this vault. Update the program; nothing was changed."


class VaultBusy(VaultError):
    """Another program holds the database."""

    sentence = "Another program holds the database. Close it (a backup program, for instance) and try again."


class VaultClosed(VaultError):
    """The vault was locked or closed while something still wanted to use it."""

    sentence = "The vault is closed. Unlock it again."


class Unreadable(VaultError):
    """The system refuses to let this user read the vault's files."""

    sentence = "The vault's files can't be read. Check that they are yours and that you may read them."


class DiskFault(VaultError):
    """The disk or the folder fails in a way that isn't about room or rights: pulled out, not a folder, a bad block."""

    sentence = "The vault's disk or folder gives errors. Check the path and that the disk is connected, then try again."


class DiskFull(VaultError):
    """No room was left; what was being saved was undone as a whole."""

    sentence = "The disk is full: this was not saved. Make room and try again."


class ReadOnly(VaultError):
    """The folder or the disk can't be written to."""

    sentence = "The vault's folder is read-only. Make it writable, or move the vault to a folder that is."


class AlreadyRunning(VaultError):
    """Another window or program has this vault open."""

    sentence = "This vault is open already. Go to the other window, or close it first."


class UnsafeBuild(VaultError):
    """The encryption library is missing, or too old to be safe."""

    sentence = "This program was installed without a safe encryption library. Install it again."


class BrokenOff(VaultError):
    """Somebody asked to stop a long piece of work; the vault is as it was before."""

    sentence = "This was stopped. Nothing was changed."


class CopyFailed(VaultError):
    """A copy was written, but what came back from the disk isn't what was written; it was removed."""

    sentence = "The copy isn't sound, and was removed. Check the disk, then try again; your vault was not touched."


class BackupMissing(VaultError):
    """There is no backup here, or not by that name."""

    sentence = "There is no such backup. Look at the names of those that there are."


class BackupFolderMissing(VaultError):
    """The folder that was chosen for backups isn't there: a disk that isn't connected, usually."""

    sentence = "The folder for backups isn't there. Connect its disk, or make the folder; your vault is whole."


class BackupDamaged(VaultError):
    """The backup isn't what was written; the vault was left as it is."""

    sentence = "This backup is damaged. Choose another one; your vault was not touched."


def of_sqlite(error: BaseException | None, folder: Path) -> VaultError | None:
    """The distinct error behind an exception of the database driver, for a database in `folder`.

    None for one that tells of a mistake of ours.
    """
    code = getattr(error, "sqlite_errorcode", _BY_TEXT.get(str(error)))
    if not isinstance(code, int):
        return None
    # On a full disk the index of the WAL can't grow, and SQLite calls that an I/O error.
    if code & 0xFF == _IOERR and _hardly_any_room(folder):
        return DiskFull()
    kinds: dict[int, type[VaultError]] = {
        _FULL: DiskFull,
        _READONLY: ReadOnly,
        _CANTOPEN: ReadOnly,
        _NOTADB: VaultDamaged,
        _CORRUPT: VaultDamaged,
        _IOERR: DiskFault,
        _BUSY: VaultBusy,
        _LOCKED: VaultBusy,
    }
    kind = kinds.get(code & 0xFF)
    return kind() if kind else None


def _hardly_any_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _HARDLY_ANY_ROOM
    except OSError:
        return False


def of_system(error: OSError, *, writing: bool) -> VaultError:
    """The distinct error behind a refusal of the operating system."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull()
    if error.errno == errno.EROFS:
        return ReadOnly()
    if error.errno in {errno.EACCES, errno.EPERM}:
        return ReadOnly() if writing else Unreadable()
    return DiskFault()
