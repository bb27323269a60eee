"""The organisation's way in: the root key sealed to the organisation's recovery key, whose private half is on paper.

Hybrid HPKE (ML-KEM-768 with X25519), as in `sync.seal`: only the public half is ever on a device, so that nobody can
open a vault with what is on it. The private half comes from 32 random bytes, as a code of eight groups of seven.
"""

import base64
import os
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from wor_tui.vault.errors import EscrowMissing, KeyfileDamaged, OrganisationKeyMistyped, OrganisationKeyUnusable
from wor_tui.vault.keyfile import SALT_BYTES, Keyfile, Slot, UnlockedKey, derived, octets, opened, wrapped
from wor_tui.vault.paper_code import PaperCode
from wor_tui.vault.slots import ESCROW, made_on, of_kind

if TYPE_CHECKING:
    from sync.codes import Code
    from sync.seal import KeyPair

SEED_BYTES = 32
PUBLIC_BYTES = 1216
_PAIR_BYTES = 96
_CODE = PaperCode(b"wor/organisation-key", SEED_BYTES, 7, OrganisationKeyMistyped)


@dataclass(frozen=True, slots=True)
class OrganisationKey:
    """An organisation's recovery key: `code` for the paper in the safe, `public` (1,216 bytes) for the devices."""

    code: str = field(repr=False)
    public: bytes


def new_organisation_key() -> OrganisationKey:
    """A fresh random key; its code is kept nowhere."""
    return organisation_key(_CODE.written(os.urandom(SEED_BYTES)))


def organisation_key(code: str) -> OrganisationKey:
    """The key of a code as typed; raises OrganisationKeyMistyped."""
    return OrganisationKey(_CODE.written(_CODE.read(code)), pair_of(code).public)


def sheet_code_of(code: str) -> "Code":
    """The code that the same secret shows to a central API; raises OrganisationKeyMistyped.

    It comes from the secret as the pair does, and leads back to neither.
    """
    from sync.codes import CODE_BYTES, Code  # noqa: PLC0415

    return Code(_drawn(code, b"wor/organisation-key/code", CODE_BYTES))


def escrow_slot(key: UnlockedKey, public: bytes, on: date | None = None) -> Slot:
    """The root key for whoever holds the private half of `public`; raises OrganisationKeyUnusable."""
    from sync.seal import SealError, seal_to  # noqa: PLC0415

    secret, salt = os.urandom(SEED_BYTES), os.urandom(SALT_BYTES)
    try:
        sealed = seal_to(public, secret, _context(key.vault))
    except SealError:
        raise OrganisationKeyUnusable from None
    parameters = {"public": public.hex(), "sealed": sealed.hex(), "salt": salt.hex(), "since": made_on(on)}
    return wrapped(key, ESCROW, parameters, derived(secret, b"wor/vault/escrow", salt))


def opened_by_organisation_key(keyfile: Keyfile, code: str) -> UnlockedKey:
    """The key that the organisation's recovery key opens.

    Raises OrganisationKeyMistyped and EscrowMissing before trying, then WrongSecret, KeyfileTampered, KeyfileDamaged.
    """
    pair = pair_of(code)
    if of_kind(keyfile, ESCROW) is None:
        raise EscrowMissing

    def wrapping_key(parameters: dict[str, Any]) -> bytes | None:
        from sync.seal import SealError, open_from  # noqa: PLC0415

        if octets(parameters, "public", PUBLIC_BYTES) != pair.public:
            return None
        try:
            secret = open_from(pair, octets(parameters, "sealed"), _context(keyfile.vault))
        except SealError:
            raise KeyfileDamaged from None
        return derived(secret, b"wor/vault/escrow", octets(parameters, "salt", SALT_BYTES))

    return opened(keyfile, ESCROW, wrapping_key)


def public_of(slot: Slot) -> bytes:
    """The public half that a slot was sealed to; raises KeyfileDamaged."""
    return octets(slot.parameters, "public", PUBLIC_BYTES)


def fingerprint(public: bytes) -> str:
    """Sixteen characters to compare aloud: whether two devices have the same organisation's key."""
    import hashlib  # noqa: PLC0415

    letters = base64.b32encode(hashlib.sha256(b"wor/organisation-key\0" + public).digest()).decode()[:16]
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def pair_of(code: str) -> "KeyPair":
    """Both halves of the key; raises OrganisationKeyMistyped."""
    from sync.seal import KeyPair  # noqa: PLC0415

    return KeyPair.of(_drawn(code, b"wor/organisation-key/pair", _PAIR_BYTES))


def _drawn(code: str, purpose: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(hashes.SHA256(), length, None, purpose).derive(_CODE.read(code))


def _context(vault: bytes) -> bytes:
    return b"wor/vault/escrow 1 " + vault.hex().encode()
