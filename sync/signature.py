"""Signed requests: a profile of HTTP Message Signatures (RFC 9421) with Ed25519.

Every request covers `@method`, `@path` and `content-digest` (RFC 9530, SHA-256 of the body as sent, so after
compression); its parameters are `created`, `nonce`, `keyid` and `alg="ed25519"`. The label is `wor`.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LABEL = "wor"
COVERED = ("@method", "@path", "content-digest")
TOLERANCE_S = 300
"""How many seconds a device's clock may be off before its requests are refused."""

_INPUT = re.compile(
    r'wor=(\("@method" "@path" "content-digest"\)'
    r';created=([0-9]{1,12});nonce="([A-Za-z0-9_-]{16,64})";keyid="([A-Za-z0-9/_-]{1,128})";alg="ed25519")'
)
# 64 bytes have one way to be written: the last letter's four spare bits are 0.
_SIGNATURE = re.compile(r"wor=:([A-Za-z0-9+/]{85}[AQgw]==):")

_P = 2**255 - 19
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = {0, 1, _P - 1, _ORDER_8, _P - _ORDER_8}
"""The y of the eight points of small order: under such a key everybody can sign, and OpenSSL takes it."""


class SignatureError(Exception):
    """A request's signature isn't accepted."""


class Unsigned(SignatureError):
    """No signature, or none of this profile."""


class WrongDigest(SignatureError):
    """The body isn't the one that was signed."""


class WrongSignature(SignatureError):
    """Not signed by this key, or another method or path."""


class WrongClock(SignatureError):
    """Signed too long ago or in the future: the device's clock is off."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request's headers say about its signature; nothing of it is checked yet. `created` is in seconds."""

    keyid: str
    created: int
    nonce: str
    parameters: str
    digest: str
    signature: bytes


def keyid(organisation: str, device: str) -> str:
    """The name of a device's signing key."""
    return f"{organisation}/{device}"


def content_digest(body: bytes) -> str:
    """The Content-Digest header of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(components: Iterable[tuple[str, str]], parameters: str) -> bytes:
    """The bytes that are signed (RFC 9421, section 2.5)."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def sign(signing: bytes, key_name: str, *, method: str, path: str, body: bytes, created: int) -> dict[str, str]:
    """The three headers that sign a request; `signing` is an Ed25519 seed of 32 bytes, `created` seconds since 1970."""
    digest = content_digest(body)
    covered = " ".join(f'"{name}"' for name in COVERED)
    nonce = secrets.token_urlsafe(16)
    parameters = f'({covered});created={created};nonce="{nonce}";keyid="{key_name}";alg="ed25519"'
    base = signature_base(zip(COVERED, (method, path, digest), strict=True), parameters)
    signature = Ed25519PrivateKey.from_private_bytes(signing).sign(base)
    return {
        "content-digest": digest,
        "signature-input": f"{LABEL}={parameters}",
        "signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def presented(headers: Mapping[str, str]) -> Presented:
    """Read the signature's headers (lower-case names); raises Unsigned."""
    given = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    digest = headers.get("content-digest", "")
    if given is None or signature is None or not digest.isascii():
        raise Unsigned
    return Presented(given[4], int(given[2]), given[3], given[1], digest, base64.b64decode(signature[1]))


def usable(public: bytes) -> bool:
    """Whether this can be somebody's own Ed25519 key: written in the one way, and not a point of small order."""
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    return len(public) == 32 and y < _P and y not in _SMALL_ORDER


def verify(shown: Presented, public: bytes, *, method: str, path: str, body: bytes, now: int) -> None:
    """Check a request against the device's public key (32 bytes); `now` in seconds.

    Raises WrongDigest, WrongSignature, or WrongClock; the last only when all else is right, so that the server's time
    is told to nobody but a device that it knows.
    """
    if not hmac.compare_digest(shown.digest, content_digest(body)):
        raise WrongDigest
    if not usable(public):
        raise WrongSignature
    base = signature_base(zip(COVERED, (method, path, shown.digest), strict=True), shown.parameters)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(shown.signature, base)
    except (InvalidSignature, ValueError) as error:
        raise WrongSignature from error
    if abs(now - shown.created) > TOLERANCE_S:
        raise WrongClock
