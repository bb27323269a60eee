"""One-time codes for enrolment: 128 random bits that a person can read aloud, type over or scan.

Three things are derived from a code by HKDF-SHA-256 and never the other way round: `lookup`, under which the central
API keeps the invitation; `proof`, of which it keeps only the SHA-256; and `package_key`, which it never sees.
"""

import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
CODE_BYTES = 16
CODE_LETTERS = 26
CHECK_LETTERS = 2
GROUP = 4
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_READ_AS = str.maketrans("ILO", "110", " -\u2010\u2011\u2013_.\t\r\n")


class CodeError(Exception):
    """A code or an invitation can't be read."""


class MistypedCode(CodeError):
    """The text isn't a code: wrong length, a sign that can't occur, or a checksum that doesn't fit."""


class BadInvitation(CodeError):
    """The text isn't `https://server/#CODE`."""


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A one-time code; `secret` is 16 bytes. Its `repr` shows nothing."""

    secret: bytes

    @classmethod
    def new(cls) -> "Code":
        """A fresh code from the system's randomness."""
        return cls(secrets.token_bytes(CODE_BYTES))

    @classmethod
    def parse(cls, text: str) -> "Code":
        """Read what a person typed: case, spaces, hyphens and I/L/O don't matter; raises MistypedCode."""
        letters = text.upper().translate(_READ_AS)
        if len(letters) != CODE_LETTERS + CHECK_LETTERS or any(letter not in ALPHABET for letter in letters):
            raise MistypedCode
        number = 0
        for letter in letters[:CODE_LETTERS]:
            number = number << 5 | ALPHABET.index(letter)
        spare = CODE_LETTERS * 5 - CODE_BYTES * 8
        if number & ((1 << spare) - 1):
            raise MistypedCode
        secret = (number >> spare).to_bytes(CODE_BYTES, "big")
        if _check(secret) != letters[CODE_LETTERS:]:
            raise MistypedCode
        return cls(secret)

    @property
    def text(self) -> str:
        """Seven groups of four letters; the last two letters are a checksum."""
        spare = CODE_LETTERS * 5 - CODE_BYTES * 8
        letters = _letters(int.from_bytes(self.secret, "big") << spare, CODE_LETTERS) + _check(self.secret)
        return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))

    @property
    def lookup(self) -> str:
        """The invitation's public name, 32 hexadecimal digits."""
        return self._derived(b"lookup", 16).hex()

    @property
    def proof(self) -> bytes:
        """What whoever holds the code shows to the central API, 32 bytes."""
        return self._derived(b"proof", 32)

    @property
    def proof_hash(self) -> bytes:
        """What the central API keeps of the proof: its SHA-256."""
        return hashlib.sha256(self.proof).digest()

    @property
    def package_key(self) -> bytes:
        """The AES-256 key of the package behind the code."""
        return self._derived(b"package", 32)

    def _derived(self, purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=b"wor one-time code 1", info=purpose).derive(self.secret)

    def __repr__(self) -> str:
        return "Code(…)"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where to enrol and with what: the text behind the QR code. The code stands after `#`, so no server logs it."""

    server: str
    code: Code

    @property
    def text(self) -> str:
        """`https://server/#CODE`."""
        return f"{self.server.rstrip('/')}/#{self.code.text}"

    @classmethod
    def parse(cls, text: str) -> "Invitation":
        """Read `https://server[:port]/[path]#CODE`; raises BadInvitation, or MistypedCode for the part after `#`."""
        address, separator, letters = text.strip().partition("#")
        if not separator:
            raise BadInvitation
        return cls(server_address(address), Code.parse(letters))


def server_address(text: str) -> str:
    """A central API's address as it is kept: `https://server[:port][/path]`; raises BadInvitation.

    Without TLS only on the machine itself: whoever sees a proof of a code could enrol first.
    """
    try:
        parts = urlsplit(text.strip())
        readable = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError as error:
        raise BadInvitation from error
    allowed = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not readable or not allowed or parts.username or parts.query or parts.fragment:
        raise BadInvitation
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def _letters(number: int, count: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def _check(secret: bytes) -> str:
    digest = hashlib.sha256(b"wor code checksum" + secret).digest()
    return _letters(int.from_bytes(digest[:2], "big") & 1023, CHECK_LETTERS)
