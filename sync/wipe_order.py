"""The order to wipe a device, signed by whoever revokes it; the central API keeps it, hands it on, and can make none.

The device checks it against what it knows itself of the device that signed (`sync.device_keys`): a central API must
not be able to destroy anything.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.op import canonical_json


def sign(signing: bytes, organisation: str, device: str, at_ms: int) -> bytes:
    """The order, 64 bytes, to wipe `device`; `signing` is the Ed25519 seed of the device that gives it."""
    return Ed25519PrivateKey.from_private_bytes(signing).sign(_order(organisation, device, at_ms))


def is_signed(public: bytes, signature: bytes, organisation: str, device: str, at_ms: int) -> bool:
    """Whether the holder of this Ed25519 key gave exactly this order."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _order(organisation, device, at_ms))
    except (InvalidSignature, ValueError):
        return False
    return True


def _order(organisation: str, device: str, at_ms: int) -> bytes:
    return canonical_json(["wor wipe 1", organisation, device, at_ms])
