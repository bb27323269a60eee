"""One measured line of `make bench`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside what it is held against, measured in the same run.

    `ours` and `peer_or_floor` are in `unit` (medians; None where there is no peer), `ratio` is ours divided by the
    peer's, `bar` is the ratio or figure to hold as the design words it, `note` says what the peer is and the spread.
    """

    what: str
    ours: float
    peer_or_floor: float | None
    unit: str
    ratio: float | None
    bar: str
    note: str = ""
