"""How much goes into one request, and what came of it."""

from dataclasses import dataclass

from sync.wire import PAGE_OPS, PUSH_OPS

CONTENT_BYTES = 400_000
"""The most bytes of contents in one push, and so in one group (an op that is larger by itself goes alone)."""
_SUCCESSES_TO_GROW = 3


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did; `more`: there is something left to send or to fetch."""

    pushed: int
    pulled: int
    refused: int
    more: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a longer synchronisation has come: ops sent and received so far, and still to send.

    `come` of `whole` places have been read in the scopes that weren't here whole before; both 0 when all were.
    """

    pushed: int
    pulled: int
    unsent: int
    come: int = 0
    whole: int = 0


@dataclass(slots=True)
class Limits:
    """How much goes into one request; halved when it was too much, doubled after three successes.

    `makers_have_ms`: so long after a restore of the central API others have to bring back what they made themselves.
    """

    push: int = PUSH_OPS
    page: int = PAGE_OPS
    at_once: int = 2000
    """So many ops of a snapshot are taken in at once, or up to a part more: a commit costs a flush, and pages that are
    written twice."""
    successes: int = 0
    makers_have_ms: int = 600_000

    def shrink(self) -> None:
        """It was too much."""
        self.push, self.page, self.successes = max(1, self.push // 2), max(1, self.page // 2), 0

    def succeeded(self) -> None:
        """It was not."""
        self.successes += 1
        if self.successes >= _SUCCESSES_TO_GROW:
            self.push, self.page, self.successes = min(PUSH_OPS, self.push * 2), min(PAGE_OPS, self.page * 2), 0
