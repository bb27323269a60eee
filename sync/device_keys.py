"""A device's public keys in few letters, so that it can say itself, sealed, which keys are its own.

The central API hands out devices' public keys and could hand out others. Each device therefore writes the fingerprint
of its keys into the organisation's directory, which the central API can't write; whoever wraps something for a device
compares (`sync.client.pinned`).
"""

import base64
import hashlib
import hmac

from sync.op import canonical_json


def fingerprint(device: str, signing_public: bytes, sealing_public: bytes) -> str:
    """SHA-256, as 64 hexadecimal digits, of the canonical JSON of [device, signing key, sealing key] (base64)."""
    keys = [base64.b64encode(key).decode() for key in (signing_public, sealing_public)]
    return hashlib.sha256(canonical_json([device, *keys])).hexdigest()


def belong(told: str, device: str, signing_public: bytes, sealing_public: bytes) -> bool:
    """Whether these are the keys of which the device told the fingerprint."""
    return hmac.compare_digest(told.encode(), fingerprint(device, signing_public, sealing_public).encode())
