"""A batch of audit lines as it travels: compressed, and sealed to the audit scope's public key (HPKE).

Whoever seals it can't open it again; what is bound to it keeps it from being taken for another device's, or for another
stretch of the same trail.
"""

import zstandard

from sync import trail
from sync.op import canonical_json
from sync.seal import KeyPair, Unopenable, decompressed, open_from, seal_to
from sync.trail import Hash

LINES = 1000
"""The most lines in one batch."""
LINE_BYTES = 4096
_LEVEL = 3


def seal(public: bytes, organisation: str, device: str, first_n: int, before: Hash, lines: list[bytes]) -> bytes:
    """Seal lines in their order, from number `first_n` on; none of them holds a line break. Raises Unopenable."""
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(b"\n".join(lines))
    return seal_to(public, packed, _context(organisation, device, first_n, first_n + len(lines) - 1, before))


def unseal(
    pair: KeyPair, organisation: str, device: str, first_n: int, last_n: int, before: Hash, after: Hash, body: bytes
) -> list[tuple[bytes, Hash]]:
    """The lines, each with the chain's link; raises Unopenable unless all of it holds together."""
    packed = open_from(pair, body, _context(organisation, device, first_n, last_n, before))
    lines = decompressed(packed, LINES * LINE_BYTES).split(b"\n")
    links = trail.links(before, lines)
    if len(lines) != last_n - first_n + 1 or links[-1] != after:
        raise Unopenable
    return list(zip(lines, links, strict=True))


def _context(organisation: str, device: str, first_n: int, last_n: int, before: Hash) -> bytes:
    return canonical_json(["wor audit batch 1", organisation, device, first_n, last_n, before.hex()])
