"""Secret bits as characters that a person can write on paper and type: Crockford's base 32 (no I, L, O, U).

Four more characters check the others, so that a typing error is told apart from a code that doesn't fit; by chance that
misses one in a million. Each sort of code has its own check: one isn't taken for another.
"""

import hashlib
from dataclasses import dataclass

from wor_tui.vault.errors import VaultError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_LETTERS = 4
# What people read for another sign, and what word processors make of a hyphen.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys("-‐‑‒–—−", ""))


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A sort of code: of `secret_bytes` bytes, in groups of `group`; `mistyped` is what a typing error raises."""

    context: bytes
    secret_bytes: int
    group: int
    mistyped: type[VaultError]

    @property
    def letters(self) -> int:
        """How many characters carry the secret."""
        return -(-self.secret_bytes * 8 // 5)

    def written(self, secret: bytes) -> str:
        """The code for a secret, in groups with hyphens."""
        letters = _base32(secret, self.letters) + self._check(secret)
        return "-".join(letters[start : start + self.group] for start in range(0, len(letters), self.group))

    def read(self, code: str) -> bytes:
        """The secret of a code as typed; case, spaces and hyphens don't matter, O reads as 0, I and L as 1."""
        letters = "".join(code.upper().translate(_READ_AS).split())
        if len(letters) != self.letters + CHECK_LETTERS or not set(letters) <= set(ALPHABET):
            raise self.mistyped
        number = 0
        for letter in letters[: self.letters]:
            number = number << 5 | ALPHABET.index(letter)
        number, left_over = divmod(number, 1 << self.letters * 5 - self.secret_bytes * 8)
        secret = number.to_bytes(self.secret_bytes, "big")
        if left_over or self._check(secret) != letters[self.letters :]:
            raise self.mistyped
        return secret

    def _check(self, secret: bytes) -> str:
        digest = hashlib.sha256(self.context + b"\0" + secret).digest()
        return _base32(digest, 8 * len(digest) // 5 + 1)[:CHECK_LETTERS]


def _base32(content: bytes, length: int) -> str:
    number = int.from_bytes(content, "big") << (length * 5 - len(content) * 8)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(length * 5 - 5, -1, -5))
