"""The key file: a random database key, wrapped once for each secret that may open it.

One canonical JSON object of at most 64 KiB, all bytes as lower-case hex:

    {"magic", "version", "vault", "generation", "salt", "slots": [{"id", "kind", "parameters", "nonce", "wrapped"}],
     "mac", "check"}

A slot wraps the 32-byte root key with AES-256-GCM; everything that names the slot is bound to it. `mac` is an HMAC
under the root key over all but `mac` and `check`: who lacks the key can't add, drop, weaken or move slots. `check` is a
plain SHA-256 over all but itself: it tells damage from a wrong passphrase before any guess is made, and its place is
the same in every version. `salt` is the database's first 16 bytes.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wor_tui.vault import files, recovery_code
from wor_tui.vault.errors import KeyfileDamaged, KeyfileMissing, KeyfileTampered, KeyfileTooNew, WrongSecret
from wor_tui.vault.passphrase_cost import Cost, stretched

KEYFILE_NAME = "vault.key"
PASSPHRASE, RECOVERY = "passphrase", "recovery"
MAGIC, VERSION = "wor-vault-key", 1
MOST_BYTES = 65_536
MOST_SLOTS = 32
ROOT_BYTES, SALT_BYTES, VAULT_ID_BYTES, NONCE_BYTES = 32, 16, 16, 12


@dataclass(frozen=True, slots=True)
class Slot:
    """One wrapping of the root key. `kind` names the secret's sort; a kind that this version doesn't know is kept."""

    id: str
    kind: str
    parameters: dict[str, Any]
    nonce: bytes
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Keyfile:
    """A key file as read: its form is right, but until a slot opens nothing in it is proven."""

    vault: bytes
    generation: int
    salt: bytes
    slots: tuple[Slot, ...]
    mac: bytes = b""


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """What opens the vault. Its text form shows nothing of the key."""

    vault: bytes
    salt: bytes
    root: bytes = field(repr=False)

    def database_key(self) -> str:
        """SQLCipher's raw key: 64 hex digits of key and 32 of salt."""
        return _derived(self.root, b"wor/vault/database", self.vault).hex() + self.salt.hex()


def new_key() -> UnlockedKey:
    """A fresh random key for a vault that doesn't exist yet."""
    return UnlockedKey(os.urandom(VAULT_ID_BYTES), os.urandom(SALT_BYTES), os.urandom(ROOT_BYTES))


def made(key: UnlockedKey, passphrase: str, recovery_secret: bytes, cost: Cost) -> Keyfile:
    """The key file for a new vault: one slot for the passphrase, one for the recovery code's 20 bytes."""
    slots = (passphrase_slot(key, passphrase, cost), recovery_slot(key, recovery_secret))
    return Keyfile(key.vault, 1, key.salt, slots)


def passphrase_slot(key: UnlockedKey, passphrase: str, cost: Cost) -> Slot:
    """The root key wrapped under a passphrase; `cost` stays in the slot."""
    salt = os.urandom(SALT_BYTES)
    parameters = {
        "kdf": "argon2id",
        "salt": salt.hex(),
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
    }
    return _wrapped(key, PASSPHRASE, parameters, stretched(passphrase, salt, cost))


def recovery_slot(key: UnlockedKey, secret: bytes) -> Slot:
    """The root key wrapped under the recovery code's bits: 160 random ones need no stretching."""
    salt = os.urandom(SALT_BYTES)
    return _wrapped(key, RECOVERY, {"salt": salt.hex()}, _derived(secret, b"wor/vault/recovery", salt))


def opened_by_passphrase(keyfile: Keyfile, passphrase: str) -> UnlockedKey:
    """The key that the passphrase opens; takes about a second.

    Raises WrongSecret, KeyfileTampered, or KeyfileDamaged for parameters outside the bounds.
    """

    def wrapping_key(parameters: dict[str, Any]) -> bytes:
        cost = Cost(*(_whole(parameters, name) for name in ("memory", "passes", "lanes")))
        if parameters.get("kdf") != "argon2id" or not cost.within_bounds():
            raise KeyfileDamaged
        return stretched(passphrase, _bytes(parameters, "salt", SALT_BYTES), cost)

    return _opened(keyfile, PASSPHRASE, wrapping_key)


def opened_by_recovery_code(keyfile: Keyfile, code: str) -> UnlockedKey:
    """The key that the recovery code opens.

    Raises RecoveryCodeMistyped before trying, then WrongSecret, KeyfileTampered or KeyfileDamaged.
    """
    secret = recovery_code.read(code)

    def wrapping_key(parameters: dict[str, Any]) -> bytes:
        return _derived(secret, b"wor/vault/recovery", _bytes(parameters, "salt", SALT_BYTES))

    return _opened(keyfile, RECOVERY, wrapping_key)


def read(path: Path) -> Keyfile:
    """Read a key file; raises KeyfileMissing, KeyfileDamaged, KeyfileTooNew or Unreadable."""
    content = files.read_at_most(path, MOST_BYTES + 1)
    if content is None:
        raise KeyfileMissing
    return parsed(content)


def parsed(content: bytes) -> Keyfile:
    """The key file in `content`; what `serialised` doesn't write raises KeyfileDamaged or KeyfileTooNew."""
    document = _document(content)
    if document is None:
        raise KeyfileDamaged
    if _whole(document, "version") > VERSION:
        raise KeyfileTooNew
    rows = document.get("slots")
    if (
        document.get("version") != VERSION
        or set(document) != {"magic", "version", "vault", "generation", "salt", "slots", "mac", "check"}
        or not isinstance(rows, list)
        or not 0 < len(rows) <= MOST_SLOTS  # pyright: ignore[reportUnknownArgumentType]  JSON is checked row by row
    ):
        raise KeyfileDamaged
    return Keyfile(
        _bytes(document, "vault", VAULT_ID_BYTES),
        _whole(document, "generation"),
        _bytes(document, "salt", SALT_BYTES),
        tuple(_slot(row) for row in rows),  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        _bytes(document, "mac", hashlib.sha256().digest_size),
    )


def serialised(keyfile: Keyfile, key: UnlockedKey) -> bytes:
    """The bytes of a key file, authenticated and checked."""
    document = _content(keyfile)
    document["mac"] = _mac(keyfile, key).hex()
    document["check"] = _check(document)
    return _canonical(document)


def successor(keyfile: Keyfile, slots: tuple[Slot, ...]) -> Keyfile:
    """The next generation of a key file, with other slots."""
    return replace(keyfile, generation=keyfile.generation + 1, slots=slots)


def _opened(keyfile: Keyfile, kind: str, wrapping_key: Callable[[dict[str, Any]], bytes]) -> UnlockedKey:
    for slot in keyfile.slots:
        if slot.kind != kind:
            continue
        bound = _bound(keyfile.vault, keyfile.salt, slot.id, slot.kind, slot.parameters)
        try:
            root = AESGCM(wrapping_key(slot.parameters)).decrypt(slot.nonce, slot.wrapped, bound)
        except InvalidTag:
            continue
        key = UnlockedKey(keyfile.vault, keyfile.salt, root)
        if len(root) == ROOT_BYTES and hmac.compare_digest(_mac(keyfile, key), keyfile.mac):
            return key
        break
    else:
        raise WrongSecret
    raise KeyfileTampered


def _wrapped(key: UnlockedKey, kind: str, parameters: dict[str, Any], wrapping_key: bytes) -> Slot:
    slot_id, nonce = secrets.token_hex(8), os.urandom(NONCE_BYTES)
    bound = _bound(key.vault, key.salt, slot_id, kind, parameters)
    return Slot(slot_id, kind, parameters, nonce, AESGCM(wrapping_key).encrypt(nonce, key.root, bound))


def _bound(vault: bytes, salt: bytes, slot_id: str, kind: str, parameters: dict[str, Any]) -> bytes:
    return _canonical([MAGIC, VERSION, vault.hex(), salt.hex(), slot_id, kind, parameters])


def _content(keyfile: Keyfile) -> dict[str, Any]:
    return {
        "magic": MAGIC,
        "version": VERSION,
        "vault": keyfile.vault.hex(),
        "generation": keyfile.generation,
        "salt": keyfile.salt.hex(),
        "slots": [
            {
                "id": slot.id,
                "kind": slot.kind,
                "parameters": slot.parameters,
                "nonce": slot.nonce.hex(),
                "wrapped": slot.wrapped.hex(),
            }
            for slot in keyfile.slots
        ],
    }


def _mac(keyfile: Keyfile, key: UnlockedKey) -> bytes:
    return hmac.digest(_derived(key.root, b"wor/vault/key-file", key.vault), _canonical(_content(keyfile)), "sha256")


def _check(document: dict[str, Any]) -> str:
    content = {name: value for name, value in document.items() if name != "check"}
    return hashlib.sha256(_canonical(content)).hexdigest()


def _document(content: bytes) -> dict[str, Any] | None:
    """The JSON object in `content`, or None unless it is canonical, ours, and whole."""
    if len(content) > MOST_BYTES:
        return None
    try:
        document: Any = json.loads(content)
        if not isinstance(document, dict) or _canonical(cast("object", document)) != content:
            return None
    except (ValueError, RecursionError):
        return None
    found = cast("dict[str, Any]", document)
    return found if found.get("magic") == MAGIC and found.get("check") == _check(found) else None


def _slot(row: Any) -> Slot:
    if not isinstance(row, dict) or set(row) != {"id", "kind", "parameters", "nonce", "wrapped"}:  # pyright: ignore[reportUnknownArgumentType]
        raise KeyfileDamaged
    slot_id, kind, parameters = (row[name] for name in ("id", "kind", "parameters"))  # pyright: ignore[reportUnknownVariableType]
    if not (isinstance(slot_id, str) and isinstance(kind, str) and isinstance(parameters, dict)):
        raise KeyfileDamaged
    return Slot(slot_id, kind, parameters, _bytes(row, "nonce", NONCE_BYTES), _bytes(row, "wrapped"))  # pyright: ignore[reportUnknownArgumentType]


def _bytes(row: dict[str, Any], name: str, length: int | None = None) -> bytes:
    text = row.get(name)
    if isinstance(text, str) and text.isascii():
        try:
            value = bytes.fromhex(text)
        except ValueError:
            value = b""
        # fromhex also takes capitals and spaces: one value, one spelling.
        if value.hex() == text and len(value) == (length or len(value)):
            return value
    raise KeyfileDamaged


def _whole(row: dict[str, Any], name: str) -> int:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise KeyfileDamaged
    return value


def _derived(secret: bytes, purpose: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), ROOT_BYTES, salt, purpose).derive(secret)


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
