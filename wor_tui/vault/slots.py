"""What each kind of slot wraps the root key with, and how its secret opens it.

`passphrase` and `recovery` are here; `escrow.py` and `keyring_slot.py` have the others. `since` in a slot is the day
on which it was made, for people to read; it is bound to the slot like everything in it.
"""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from wor_tui.vault import recovery_code
from wor_tui.vault.errors import KeyfileDamaged
from wor_tui.vault.keyfile import (
    SALT_BYTES,
    Keyfile,
    Slot,
    UnlockedKey,
    derived,
    octets,
    opened,
    whole,
    wrapped,
)
from wor_tui.vault.passphrase_cost import Cost, stretched

PASSPHRASE, RECOVERY, ESCROW, KEYRING = "passphrase", "recovery", "escrow", "keyring"
_RECOVERY_PURPOSE = b"wor/vault/recovery"


def made(key: UnlockedKey, passphrase: str, recovery_secret: bytes, cost: Cost, on: date | None = None) -> Keyfile:
    """The key file for a new vault: one slot for the passphrase, one for the recovery code's 20 bytes."""
    slots = (passphrase_slot(key, passphrase, cost, on), recovery_slot(key, recovery_secret, on))
    return Keyfile(key.vault, 1, key.salt, slots)


def passphrase_slot(key: UnlockedKey, passphrase: str, cost: Cost, on: date | None = None) -> Slot:
    """The root key wrapped under a passphrase, made on a day (today's in UTC); `cost` stays in the slot."""
    salt = os.urandom(SALT_BYTES)
    parameters = {
        "kdf": "argon2id",
        "salt": salt.hex(),
        "memory": cost.memory,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "since": made_on(on),
    }
    return wrapped(key, PASSPHRASE, parameters, stretched(passphrase, salt, cost))


def recovery_slot(key: UnlockedKey, secret: bytes, on: date | None = None) -> Slot:
    """The root key wrapped under the recovery code's bits: 160 random ones need no stretching."""
    salt = os.urandom(SALT_BYTES)
    parameters = {"salt": salt.hex(), "since": made_on(on)}
    return wrapped(key, RECOVERY, parameters, derived(secret, _RECOVERY_PURPOSE, salt))


def opened_by_passphrase(keyfile: Keyfile, passphrase: str) -> UnlockedKey:
    """The key that the passphrase opens; takes about a second.

    Raises WrongSecret, KeyfileTampered, or KeyfileDamaged for parameters outside the bounds and for a second such slot:
    no version writes two, and each would be as dear.
    """
    if sum(slot.kind == PASSPHRASE for slot in keyfile.slots) > 1:
        raise KeyfileDamaged

    def wrapping_key(parameters: dict[str, Any]) -> bytes:
        return stretched(passphrase, octets(parameters, "salt", SALT_BYTES), cost_of(parameters))

    return opened(keyfile, PASSPHRASE, wrapping_key)


def opened_by_recovery_code(keyfile: Keyfile, code: str) -> UnlockedKey:
    """The key that the recovery code opens.

    Raises RecoveryCodeMistyped before trying, then WrongSecret, KeyfileTampered or KeyfileDamaged.
    """
    secret = recovery_code.read(code)

    def wrapping_key(parameters: dict[str, Any]) -> bytes:
        return derived(secret, _RECOVERY_PURPOSE, octets(parameters, "salt", SALT_BYTES))

    return opened(keyfile, RECOVERY, wrapping_key)


def cost_of(parameters: dict[str, Any]) -> Cost:
    """What a guess at a passphrase slot costs; raises KeyfileDamaged outside the bounds, before it is paid."""
    cost = Cost(*(whole(parameters, name) for name in ("memory", "passes", "lanes")))
    if parameters.get("kdf") != "argon2id" or not cost.within_bounds():
        raise KeyfileDamaged
    return cost


def of_kind(keyfile: Keyfile, kind: str) -> Slot | None:
    """The first slot of a kind."""
    return next((slot for slot in keyfile.slots if slot.kind == kind), None)


def replaced(slots: Iterable[Slot], new: Slot) -> tuple[Slot, ...]:
    """The slots with `new` in place of those of its kind; a kind that this version doesn't know stays."""
    return (*without(slots, new.kind), new)


def without(slots: Iterable[Slot], kind: str) -> tuple[Slot, ...]:
    """The slots but those of a kind."""
    return tuple(slot for slot in slots if slot.kind != kind)


def made_on(on: date | None = None) -> str:
    """The day as a slot says it; today's in UTC when none is given."""
    return (on or datetime.now(UTC).date()).isoformat()


def since(slot: Slot) -> date | None:
    """The day on which a slot was made; None for one from before slots said it."""
    try:
        return date.fromisoformat(str(slot.parameters.get("since", "")))
    except ValueError:
        return None
