"""The recovery code: 160 random bits as 36 characters, six groups of six, that a person can write down and type."""

import secrets

from wor_tui.vault.errors import RecoveryCodeMistyped
from wor_tui.vault.paper_code import ALPHABET, PaperCode

__all__ = ["ALPHABET", "SECRET_BYTES", "fresh", "read", "written"]

SECRET_BYTES = 20
_CODE = PaperCode(b"wor/recovery-code", SECRET_BYTES, 6, RecoveryCodeMistyped)


def fresh() -> str:
    """A new random code; it opens nothing until a slot is made for it."""
    return written(secrets.token_bytes(SECRET_BYTES))


def written(secret: bytes) -> str:
    """The code for `secret` (20 bytes): `XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX-XXXXXX`."""
    return _CODE.written(secret)


def read(code: str) -> bytes:
    """The 20 secret bytes of a code as typed; raises RecoveryCodeMistyped."""
    return _CODE.read(code)
