"""The key file's form: a random database key, wrapped once for each secret that may open it (`slots.py`).

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

from wor_tui.vault import files
from wor_tui.vault.errors import KeyfileDamaged, KeyfileMissing, KeyfileTampered, KeyfileTooNew, WrongSecret

KEYFILE_NAME = "vault.key"
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
    """What opens the vault. Its text form shows nothing of the key; `by` is the kind of slot that gave it."""

    vault: bytes
    salt: bytes
    root: bytes = field(repr=False)
    by: str = field(default="", compare=False)

    def database_key(self) -> str:
        """SQLCipher's raw key: 64 hex digits of key and 32 of salt."""
        return derived(self.root, b"wor/vault/database", self.vault).hex() + self.salt.hex()


def new_key() -> UnlockedKey:
    """A fresh random key for a vault that doesn't exist yet."""
    return UnlockedKey(os.urandom(VAULT_ID_BYTES), os.urandom(SALT_BYTES), os.urandom(ROOT_BYTES))


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
    if whole(document, "version") > VERSION:
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
        octets(document, "vault", VAULT_ID_BYTES),
        whole(document, "generation"),
        octets(document, "salt", SALT_BYTES),
        tuple(_slot(row) for row in rows),  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        octets(document, "mac", hashlib.sha256().digest_size),
    )


def serialised(keyfile: Keyfile, key: UnlockedKey) -> bytes:
    """The bytes of a key file, authenticated and checked."""
    document = _content(keyfile)
    document["mac"] = _mac(keyfile, key).hex()
    document["check"] = _check(document)
    return _canonical(document)


def opened(keyfile: Keyfile, kind: str, wrapping_key: Callable[[dict[str, Any]], bytes | None]) -> UnlockedKey:
    """The key from the first slot of a kind that opens; `wrapping_key` makes a slot's key from its parameters.

    Raises WrongSecret when none opens (None: this secret isn't for that slot), KeyfileTampered.
    """
    for slot in keyfile.slots:
        if slot.kind != kind:
            continue
        cipher_key = wrapping_key(slot.parameters)
        if cipher_key is None:
            continue
        bound = _bound(keyfile.vault, keyfile.salt, slot.id, slot.kind, slot.parameters)
        try:
            root = AESGCM(cipher_key).decrypt(slot.nonce, slot.wrapped, bound)
        except InvalidTag:
            continue
        if len(root) != ROOT_BYTES:
            raise KeyfileTampered
        key = UnlockedKey(keyfile.vault, keyfile.salt, root, kind)
        prove(keyfile, key)
        return key
    raise WrongSecret


def prove(keyfile: Keyfile, key: UnlockedKey) -> None:
    """Raise KeyfileTampered unless somebody with the key wrote this whole key file."""
    if not hmac.compare_digest(_mac(keyfile, key), keyfile.mac):
        raise KeyfileTampered


def wrapped(key: UnlockedKey, kind: str, parameters: dict[str, Any], wrapping_key: bytes) -> Slot:
    """A new slot: the root key under `wrapping_key` (32 bytes), with all that names the slot bound to it."""
    slot_id, nonce = secrets.token_hex(8), os.urandom(NONCE_BYTES)
    bound = _bound(key.vault, key.salt, slot_id, kind, parameters)
    return Slot(slot_id, kind, parameters, nonce, AESGCM(wrapping_key).encrypt(nonce, key.root, bound))


def successor(keyfile: Keyfile, slots: tuple[Slot, ...]) -> Keyfile:
    """The next generation of a key file, with other slots."""
    return replace(keyfile, generation=keyfile.generation + 1, slots=slots)


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
    return hmac.digest(derived(key.root, b"wor/vault/key-file", key.vault), _canonical(_content(keyfile)), "sha256")


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
    return Slot(slot_id, kind, parameters, octets(row, "nonce", NONCE_BYTES), octets(row, "wrapped"))  # pyright: ignore[reportUnknownArgumentType]


def octets(row: dict[str, Any], name: str, length: int | None = None) -> bytes:
    """The bytes that `row` holds in hex under `name`; raises KeyfileDamaged."""
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


def whole(row: dict[str, Any], name: str) -> int:
    """The number from 0 that `row` holds under `name`; raises KeyfileDamaged."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise KeyfileDamaged
    return value


def derived(secret: bytes, purpose: bytes, salt: bytes) -> bytes:
    """32 bytes for one purpose, from a secret that nobody can guess."""
    return HKDF(hashes.SHA256(), ROOT_BYTES, salt, purpose).derive(secret)


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
