"""Two sides of a measurement running in turn, so that a busy machine slows both, and the row that comes of it."""

import statistics
import time
from collections.abc import Callable

from tests.benchmarks.rows import Row

Figures = tuple[list[float], list[float]]


Clock = Callable[[], float]


def alternating(
    ours: Callable[[], object], peer: Callable[[], object], rounds: int, clock: Clock = time.perf_counter
) -> Figures:
    """How many milliseconds each took, in each round; `clock` may count this thread's processor time alone."""
    figures: Figures = ([], [])
    for _ in range(rounds):
        figures[0].append(ms(ours, clock))
        figures[1].append(ms(peer, clock))
    return figures


def ms(run: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """How many milliseconds it took."""
    start = clock()
    run()
    return (clock() - start) * 1000


def middle(figures: list[float]) -> float:
    """The median."""
    return statistics.median(figures)


def spread(figures: list[float]) -> str:
    """The middle eight tenths."""
    ordered = sorted(figures)
    return f"{ordered[len(ordered) // 10]:.2f}–{ordered[len(ordered) * 9 // 10]:.2f}"


def row(what: str, figures: Figures, unit: str, bar: str, note: str = "", peer_is: str = "without a key") -> Row:
    """The medians of both sides, and their ratio."""
    ours, peer = middle(figures[0]), middle(figures[1])
    said = f"peer: {peer_is}; {spread(figures[0])} / {spread(figures[1])}"
    return Row(what, ours, peer, unit, ours / peer, bar, f"{said}; {note}" if note else said)
