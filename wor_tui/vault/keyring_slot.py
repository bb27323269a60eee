"""The computer's own keyring as a way in: 32 random bytes that the system keeps for who is logged in.

Off until somebody turns it on, and only offered when a keyring answers that encrypts what it keeps: the ones of macOS,
Windows, GNOME and KDE. Needs the extra `keyring`; a backend that writes plain text is never used.
"""

import os
import secrets
import sys
from contextlib import suppress
from datetime import date
from importlib import import_module
from typing import Any, Protocol, cast

from wor_tui.vault.errors import KeyringEmptied, KeyringUnavailable, KeyringUnused
from wor_tui.vault.keyfile import SALT_BYTES, Keyfile, Slot, UnlockedKey, derived, octets, opened, wrapped
from wor_tui.vault.slots import KEYRING, made_on, of_kind

SERVICE = "wor-desk"
SECRET_BYTES = 32
_ENTRY_BYTES = 8
TRUSTED = (
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""Modules whose backends encrypt; all others (plain files, none, third parties') are passed over."""


class Keyring(Protocol):
    """Where the system keeps a secret under a service and a name."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""
        ...

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, username: str) -> None:
        """Forget a secret."""
        ...


def probed(trusted: tuple[str, ...] = TRUSTED) -> Keyring | None:
    """The system's keyring when it keeps, gives and forgets a trial secret; else None. It may ask the person first."""
    try:
        library: Any = import_module("keyring")
    except ImportError:
        return None
    chosen = library.get_keyring()
    name, trial = f"trial-{secrets.token_hex(8)}", secrets.token_hex(SECRET_BYTES)
    for each in [chosen, *getattr(chosen, "backends", ())]:
        if type(each).__module__ not in trusted:
            continue
        answer = None
        with _mishaps():
            each.set_password(SERVICE, name, trial)
            answer = each.get_password(SERVICE, name)
            each.delete_password(SERVICE, name)
        if answer == trial:
            return cast("Keyring", each)
    return None


def keyring_slot(key: UnlockedKey, keyring: Keyring, on: date | None = None) -> Slot:
    """Keep a fresh secret in the keyring, and wrap the root key with it; raises KeyringUnavailable."""
    secret, salt, entry = os.urandom(SECRET_BYTES), os.urandom(SALT_BYTES), secrets.token_hex(_ENTRY_BYTES)
    kept = None
    with _mishaps():
        keyring.set_password(SERVICE, entry, secret.hex())
        kept = keyring.get_password(SERVICE, entry)
    if kept != secret.hex():
        raise KeyringUnavailable
    parameters = {"entry": entry, "salt": salt.hex(), "since": made_on(on)}
    return wrapped(key, KEYRING, parameters, derived(secret, b"wor/vault/keyring", salt))


def opened_by_keyring(keyfile: Keyfile, keyring: Keyring | None) -> UnlockedKey:
    """The key that the computer's keyring opens; None is a computer without one.

    Raises KeyringUnused, KeyringUnavailable, KeyringEmptied, WrongSecret, KeyfileTampered, KeyfileDamaged.
    """
    if of_kind(keyfile, KEYRING) is None:
        raise KeyringUnused
    if keyring is None:
        raise KeyringUnavailable

    def wrapping_key(parameters: dict[str, Any]) -> bytes:
        found = None
        with _mishaps():
            found = keyring.get_password(SERVICE, octets(parameters, "entry", _ENTRY_BYTES).hex())
        try:
            secret = bytes.fromhex(found or "")
        except ValueError:
            secret = b""
        if len(secret) != SECRET_BYTES:
            raise KeyringEmptied
        return derived(secret, b"wor/vault/keyring", octets(parameters, "salt", SALT_BYTES))

    return opened(keyfile, KEYRING, wrapping_key)


def forget(slot: Slot, keyring: Keyring | None) -> None:
    """Take a slot's secret out of the keyring, if it is still there; the slot itself is dropped from the key file."""
    forget_entry(octets(slot.parameters, "entry", _ENTRY_BYTES).hex(), keyring)


def forget_entry(entry: str, keyring: Keyring | None) -> None:
    """The same by the name under which the secret is kept."""
    if keyring is not None:
        with _mishaps():
            keyring.delete_password(SERVICE, entry)


def _mishaps() -> suppress:
    """What a backend raises when it is locked, refused or gone: its own errors, and those of the system under it."""
    named = (
        ("keyring.errors", "KeyringError"),
        ("secretstorage.exceptions", "SecretStorageException"),
        ("jeepney", "DBusErrorResponse"),
        ("win32ctypes.pywin32.pywintypes", "error"),
    )
    kinds = [getattr(sys.modules.get(module), name, OSError) for module, name in named]
    return suppress(OSError, RuntimeError, *kinds)
