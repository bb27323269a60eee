"""Sealing: contents under a scope's key, keys under a device's key, packages under a one-time code.

Values are sealed with AES-256-GCM; the op's whole header is bound to them, so nobody without the key can move contents
elsewhere. Private keys travel by HPKE (RFC 9180) with the hybrid ML-KEM-768 + X25519, HKDF-SHA-256 and AES-256-GCM.
A private hybrid key is 96 bytes (64 of ML-KEM seed, 32 of X25519), a public one 1,216.
"""

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.op import Header, canonical_json, canonical_values
from sync.schema import Value

PLAINTEXT_LIMIT = 1 << 20
"""The most bytes that one op's values or one package may have before compression."""
PART_LIMIT = 8 << 20
"""The same of a part of a snapshot, which holds many ops."""
SYMMETRIC_BYTES = 32
PRIVATE_BYTES = 96
PUBLIC_BYTES = 1216
SIGNING_BYTES = 32
_SEED = 64
_MLKEM_PUBLIC = 1184
_NONCE = 12
_TAG = 16
_FORMAT = b"\x01"
_PLAIN, _ZSTD = b"\x00", b"\x01"
_WORTH_COMPRESSING = 96
_LEVEL, _PART_LEVEL = 3, 9
_local = threading.local()
_values = msgspec.json.Decoder(dict[str, Value])


class SealError(Exception):
    """Something can't be sealed or opened."""


class Unopenable(SealError):
    """What was sealed doesn't open: wrong key, moved or altered, cut off, or not made by this rule."""


class TooMuch(SealError):
    """The values are larger than `PLAINTEXT_LIMIT`."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """A hybrid ML-KEM-768 + X25519 pair: `private` 96 bytes, `public` 1,216. Its `repr` shows nothing."""

    private: bytes
    public: bytes

    @classmethod
    def new(cls) -> "KeyPair":
        """A fresh pair."""
        return cls.of(
            MLKEM768PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw()
        )

    @classmethod
    def of(cls, private: bytes) -> "KeyPair":
        """The pair of a private half; raises Unopenable when that isn't one."""
        mlkem, x25519 = _private_parts(private)
        return cls(private, mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return "KeyPair(…)"


@dataclass(frozen=True, slots=True, repr=False)
class DeviceKeys:
    """A device's own keys: `signing` (Ed25519 seed, 32 bytes) signs requests, `sealing` receives scope keys."""

    signing: bytes
    sealing: KeyPair

    @classmethod
    def new(cls) -> "DeviceKeys":
        """Fresh keys, made on the device and never leaving it."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw(), KeyPair.new())

    @property
    def signing_public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.signing).public_key().public_bytes_raw()

    @property
    def sealing_public(self) -> bytes:
        """The hybrid public key, 1,216 bytes."""
        return self.sealing.public

    def to_bytes(self) -> bytes:
        """The private halves, for the encrypted database: 129 bytes."""
        return _FORMAT + self.signing + self.sealing.private

    @classmethod
    def from_bytes(cls, stored: bytes) -> "DeviceKeys":
        """The keys that `to_bytes` gave; raises Unopenable."""
        if len(stored) != 1 + SIGNING_BYTES + PRIVATE_BYTES or stored[:1] != _FORMAT:
            raise Unopenable
        return cls(stored[1 : 1 + SIGNING_BYTES], KeyPair.of(stored[1 + SIGNING_BYTES :]))

    def __repr__(self) -> str:
        return "DeviceKeys(…)"


def symmetric_key(private: bytes, scope: str, epoch: int) -> bytes:
    """The AES-256 key of a scope's ops in one key epoch, from the scope's private half."""
    if len(private) != PRIVATE_BYTES:
        raise Unopenable
    return HKDF(SHA256(), SYMMETRIC_BYTES, salt=b"wor scope key 1", info=canonical_json([scope, epoch])).derive(private)


class ScopeCipher:
    """A scope's symmetric key, made ready once: that costs as much as opening an op."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        """`key` as `symmetric_key` gives it, 32 bytes."""
        self._cipher = AESGCM(key)

    def seal(self, header: Header, content: bytes) -> bytes:
        """Seal an op's values, as canonical JSON of exactly the header's fields, to its header; raises TooMuch."""
        return _sealed(self._cipher, content, header.canonical())

    def unseal(self, header: Header, body: bytes) -> dict[str, Value]:
        """The values of an op; raises Unopenable unless exactly this header was sealed with exactly this key."""
        try:
            values = _values.decode(_opened(self._cipher, body, header.canonical()))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Unopenable from error
        if values.keys() != set(header.fields):
            raise Unopenable
        return values

    def seal_part(self, place: bytes, content: bytes) -> bytes:
        """Seal a part of a snapshot to its place; raises TooMuch. Never a body of an op: what is bound differs."""
        if len(content) > PART_LIMIT:
            raise TooMuch
        # Made once and read by every new device: worth more time than an op.
        packed = _ZSTD + zstandard.ZstdCompressor(level=_PART_LEVEL, write_content_size=True).compress(content)
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, packed, place)

    def unseal_part(self, place: bytes, body: bytes) -> bytes:
        """What `seal_part` sealed to exactly this place with exactly this key; raises Unopenable."""
        return _opened(self._cipher, body, place, PART_LIMIT)


def seal(key: bytes, header: Header, values: Mapping[str, Value]) -> bytes:
    """Seal an op's values to its header; raises TooMuch, and ValueError when the header names other fields."""
    if set(header.fields) != set(values):
        message = "the header names other fields than the values have"
        raise ValueError(message)
    return ScopeCipher(key).seal(header, canonical_values(values))


def unseal(key: bytes, header: Header, body: bytes) -> dict[str, Value]:
    """The values of an op; raises Unopenable unless exactly this header was sealed with exactly this key."""
    return ScopeCipher(key).unseal(header, body)


def seal_package(package_key: bytes, lookup: str, content: Mapping[str, Any]) -> bytes:
    """Seal the package behind a one-time code: a JSON object, bound to the code's lookup; raises TooMuch."""
    return _sealed(AESGCM(package_key), canonical_json(dict(content)), _package_context(lookup))


def open_package(package_key: bytes, lookup: str, package: bytes) -> dict[str, Any]:
    """The content of a package; raises Unopenable."""
    return parsed(_opened(AESGCM(package_key), package, _package_context(lookup)))


def wrap(private: bytes, device_public: bytes, *, organisation: str, scope: str, epoch: int, device: str) -> bytes:
    """A scope's private half for one device: bound to organisation, scope, epoch and device; raises Unopenable."""
    if len(private) != PRIVATE_BYTES:
        raise Unopenable
    return seal_to(device_public, private, _grant_context(organisation, scope, epoch, device))


def unwrap(keys: DeviceKeys, wrapped: bytes, *, organisation: str, scope: str, epoch: int, device: str) -> bytes:
    """The scope's private half that `wrap` sealed for this device; raises Unopenable."""
    private = open_from(keys.sealing, wrapped, _grant_context(organisation, scope, epoch, device))
    if len(private) != PRIVATE_BYTES:
        raise Unopenable
    return private


def seal_to(public: bytes, content: bytes, context: bytes) -> bytes:
    """Seal some bytes to a hybrid public key, bound to `context` (HPKE); raises Unopenable for what is no such key."""
    try:
        return _FORMAT + _suite().encrypt(content, _public(public), context)
    except ValueError as error:  # a point of low order: of the right length, and nobody's key
        raise Unopenable from error


def open_from(pair: KeyPair, sealed: bytes, context: bytes) -> bytes:
    """What `seal_to` sealed to this pair in exactly this context; raises Unopenable."""
    if sealed[:1] != _FORMAT:
        raise Unopenable
    try:
        return _suite().decrypt(sealed[1:], hpke.MLKEM768X25519PrivateKey(*_private_parts(pair.private)), context)
    except (InvalidTag, ValueError) as error:
        raise Unopenable from error


def _sealed(cipher: AESGCM, plaintext: bytes, context: bytes) -> bytes:
    if len(plaintext) > PLAINTEXT_LIMIT:
        raise TooMuch
    marked = _PLAIN + plaintext
    if len(plaintext) >= _WORTH_COMPRESSING:
        compressed = _ZSTD + _compressor().compress(plaintext)
        marked = min(marked, compressed, key=len)
    nonce = os.urandom(_NONCE)
    return _FORMAT + nonce + cipher.encrypt(nonce, marked, context)


def _opened(cipher: AESGCM, body: bytes, context: bytes, limit: int = PLAINTEXT_LIMIT) -> bytes:
    if len(body) < 1 + _NONCE + _TAG + 1 or body[:1] != _FORMAT:
        raise Unopenable
    try:
        marked = cipher.decrypt(body[1 : 1 + _NONCE], body[1 + _NONCE :], context)
    except (InvalidTag, ValueError) as error:
        raise Unopenable from error
    if marked[:1] == _PLAIN and len(marked) <= limit + 1:
        return marked[1:]
    if marked[:1] == _ZSTD:
        return decompressed(marked[1:], limit)
    raise Unopenable


def decompressed(compressed: bytes, limit: int) -> bytes:
    """One zstd frame that says its size and keeps to `limit` bytes; raises Unopenable before allocating more."""
    try:
        size = zstandard.frame_content_size(compressed)
        if not 0 <= size <= limit:
            raise Unopenable
        if size == 0:
            return b""
        return _decompressor().decompress(compressed, max_output_size=limit, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Unopenable from error


def parsed(plaintext: bytes) -> dict[str, Any]:
    """A JSON object that was sealed; raises Unopenable."""
    try:
        values = json.loads(plaintext)
    except (ValueError, RecursionError) as error:
        raise Unopenable from error
    if not isinstance(values, dict):
        raise Unopenable
    return cast("dict[str, Any]", values)


def _compressor() -> zstandard.ZstdCompressor:
    """One per thread: making one costs more than an op, and it isn't safe to share."""
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True)
    return _local.compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    return _local.decompressor


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _private_parts(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private) != PRIVATE_BYTES:
        raise Unopenable
    return MLKEM768PrivateKey.from_seed_bytes(private[:_SEED]), X25519PrivateKey.from_private_bytes(private[_SEED:])


def _public(public: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_BYTES:
        raise Unopenable
    try:
        return hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
        )
    except ValueError as error:
        raise Unopenable from error


def _grant_context(organisation: str, scope: str, epoch: int, device: str) -> bytes:
    return canonical_json(["wor key grant 1", organisation, scope, epoch, device])


def _package_context(lookup: str) -> bytes:
    return canonical_json(["wor package 1", lookup])
