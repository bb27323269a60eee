"""Scores in the spider web: 0 to 10, in halves."""

from collections.abc import Iterable, Mapping

from wor_tui.domain.errors import Invalid, Reason

LEAST = 0.0
MOST = 10.0
DIMENSIONS = 6


def score_of(text: str, field: str = "score") -> float | None:
    """The score that somebody typed: `7`, `7,5` or `7.5`; None for nothing.

    Raises Invalid when it isn't a number, isn't from 0 to 10, or isn't a half.
    """
    typed = text.strip().replace(",", ".")
    if not typed:
        return None
    whole, _, part = typed.partition(".")
    if not whole.isascii() or not whole.isdigit() or (part and not (part.isascii() and part.isdigit())):
        raise Invalid(field, Reason.NOT_A_NUMBER)
    # More digits than any score has aren't worth converting, and could be a paste of a megabyte.
    if len(whole.lstrip("0")) > 2 or float(whole[-2:]) > MOST:
        raise Invalid(field, Reason.OUT_OF_RANGE, least=LEAST, most=MOST)
    if part.rstrip("0") not in {"", "5"}:
        raise Invalid(field, Reason.NOT_IN_HALVES, least=LEAST, most=MOST)
    score = float(whole[-2:]) + (0.5 if part.rstrip("0") else 0.0)
    if score > MOST:
        raise Invalid(field, Reason.OUT_OF_RANGE, least=LEAST, most=MOST)
    return score


def suggested_dimension(aspects: Iterable[float]) -> float | None:
    """The mean of the aspects of one dimension, rounded to halves (a quarter goes up); None without aspects.

    `aspects`: scores 0-10 in halves. A suggestion only: the person's own number for the dimension prevails.
    """
    doubled = [round(2 * score) for score in aspects]
    if not doubled:
        return None
    # floor(sum / n + 1/2) in whole numbers, as a mean of halves isn't always exact in floating point.
    return (2 * sum(doubled) + len(doubled)) // (2 * len(doubled)) / 2


def suggested_dimensions(aspects: Mapping[str, float]) -> tuple[float | None, ...]:
    """The suggestion for each of the six dimensions, from a map of `1.3` to a score."""
    gathered: list[list[float]] = [[] for _ in range(DIMENSIONS)]
    for name, score in aspects.items():
        dimension = name.partition(".")[0]
        if dimension in {"1", "2", "3", "4", "5", "6"}:
            gathered[int(dimension) - 1].append(score)
    return tuple(suggested_dimension(each) for each in gathered)
