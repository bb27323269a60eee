"""What a spider web shows: one to three sets of six scores, and what the person wants to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wor_tui.i18n import decimal
from wor_tui.widgets.cell_text import clean

DIMENSIONS = 6
HIGHEST = 10.0
MOST_SETS = 3
MARKERS = ("●", "◆", "▲")
TALK_MARK = "»"
MISSING = "–"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement.

    scores: six numbers 0–10 in halves, clockwise from the top; None where none was given (yet).
    label: which measurement this is, such as "intake · 12 okt".
    talk: pairs of a dimension (0–5) and the aspect's label ("" for the dimension itself) marked "hier wil ik over
        praten".
    Raises ValueError when there aren't six scores, or one isn't 0–10 in halves.
    """

    scores: tuple[float | None, ...] = (None,) * DIMENSIONS
    label: str = ""
    talk: tuple[tuple[int, str], ...] = ()

    def __post_init__(self) -> None:
        if len(self.scores) != DIMENSIONS:
            raise ValueError(f"a web has {DIMENSIONS} scores, not {len(self.scores)}")
        if not all(score is None or (0 <= score <= HIGHEST and score * 2 == int(score * 2)) for score in self.scores):
            raise ValueError("a score is 0–10 in halves")
        if not all(0 <= dimension < DIMENSIONS for dimension, _aspect in self.talk):
            raise ValueError(f"a dimension is 0–{DIMENSIONS - 1}")

    @property
    def talked(self) -> frozenset[int]:
        """The dimensions (0–5) with something marked to talk about."""
        return frozenset(dimension for dimension, _aspect in self.talk)

    def aspects(self, dimension: int) -> list[str]:
        """The labels of this dimension's marked aspects."""
        return [clean(aspect) for marked, aspect in self.talk if marked == dimension and aspect]


def number(score: float | None) -> str:
    """A score as the user's language writes it: "7,5", "7.5" in English, or a dash when there is none."""
    return MISSING if score is None else decimal(f"{score:.1f}")


def numbers(measurements: Sequence[Measurement], dimension: int) -> str:
    """One dimension's scores in order: "4,0 › 5,5"."""
    return " › ".join(number(measurement.scores[dimension]) for measurement in measurements)
