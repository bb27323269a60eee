"""The recovery code: 160 random bits as 36 characters that a person can write down and type.

Crockford's base 32 (no I, L, O, U): 32 characters carry the bits, 4 check them, in six groups of six. The check tells a
typing error (RecoveryCodeMistyped) from a code of another vault; by chance it misses one in a million.
"""

import hashlib

from wor_tui.vault.errors import RecoveryCodeMistyped

SECRET_BYTES = 20
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS, _CHECK_LETTERS, _GROUP = 32, 4, 6
# What people read for another sign, and what word processors make of a hyphen.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys("-‐‑‒–—−", ""))


def written(secret: bytes) -> str:
    """The code for `secret` (20 bytes): `XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX`."""
    letters = _base32(secret, _LETTERS) + _check(secret)
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def read(code: str) -> bytes:
    """The 20 secret bytes of a code as typed; case, spaces and hyphens don't matter, and O reads as 0, I and L as 1."""
    letters = "".join(code.upper().translate(_READ_AS).split())
    if len(letters) != _LETTERS + _CHECK_LETTERS or not set(letters) <= set(ALPHABET):
        raise RecoveryCodeMistyped
    number = 0
    for letter in letters[:_LETTERS]:
        number = number << 5 | ALPHABET.index(letter)
    secret = number.to_bytes(SECRET_BYTES, "big")
    if _check(secret) != letters[_LETTERS:]:
        raise RecoveryCodeMistyped
    return secret


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"wor/recovery-code\0" + secret).digest()
    return _base32(digest, 8 * len(digest) // 5 + 1)[:_CHECK_LETTERS]


def _base32(content: bytes, length: int) -> str:
    number = int.from_bytes(content, "big") << (length * 5 - len(content) * 8)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(length * 5 - 5, -1, -5))
