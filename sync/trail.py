"""A device's trail: audit lines in a chain of hashes, in which an edit, a gap or a cut-off end shows.

`h_n = SHA-256(h_{n-1} ‖ length ‖ line)`, with the line's length as eight bytes, big-endian, and 32 zeros before the
first. The chain by itself can be made anew by whoever holds the database: what holds is an anchor, a place of the chain
that somebody else noted, such as the central API when it took a batch.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Hash = bytes
"""SHA-256, 32 bytes."""

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in a chain: the chain's link is `hash` after line `n`."""

    n: int
    hash: Hash


START = Anchor(0, bytes(32))
"""What stands before a device's first line."""


class Fault(StrEnum):
    """What is wrong with a trail."""

    EDITED = "edited"
    """A line isn't what was chained."""
    GAP = "gap"
    """Lines are missing before this one."""
    OUT_OF_ORDER = "out_of_order"
    """A line stands after one that came later, or stands there twice."""
    CUT_OFF = "cut_off"
    """Lines are missing at the end: an anchor is further."""
    REWRITTEN = "rewritten"
    """The chain holds together, but not with an anchor: it was made anew."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault and the line at which it shows: of a gap the first line that is missing, as at a cut-off end."""

    fault: Fault
    n: int


def link(before: Hash, line: bytes) -> Hash:
    """The chain's link after `line`, given the link `before` it."""
    return hashlib.sha256(before + len(line).to_bytes(_LENGTH, "big") + line).digest()


def links(before: Hash, lines: Iterable[bytes]) -> list[Hash]:
    """The links of several lines in a row."""
    found: list[Hash] = []
    for line in lines:
        before = link(before, line)
        found.append(before)
    return found


def verify(
    lines: Iterable[tuple[int, bytes, Hash]], start: Anchor = START, anchors: Sequence[Anchor] = ()
) -> list[Finding]:
    """What is wrong with a trail; empty when all is well.

    `lines`: number, line and the link that was kept with it, in the order in which they are kept. `start`: what comes
    before them, further than the beginning when earlier lines aren't kept any more. `anchors`: places that must be on
    the chain; those before `start` say nothing any more.
    """
    found: list[Finding] = []
    known = {anchor.n: anchor.hash for anchor in anchors if anchor.n > start.n}
    found.extend(Finding(Fault.REWRITTEN, a.n) for a in anchors if a.n == start.n and a.hash != start.hash)
    n, before = start.n, start.hash
    for number, line, kept in lines:
        if number <= n:
            found.append(Finding(Fault.OUT_OF_ORDER, number))
            continue
        if number != n + 1:
            # What comes before this line is unknown, so it is taken at its word; an anchor may still tell.
            found.append(Finding(Fault.GAP, n + 1))
        elif link(before, line) != kept:
            found.append(Finding(Fault.EDITED, number))
        n, before = number, kept
        if known and known.get(number, kept) != kept:
            found.append(Finding(Fault.REWRITTEN, number))
    if any(anchor > n for anchor in known):
        found.append(Finding(Fault.CUT_OFF, n + 1))
    return found
