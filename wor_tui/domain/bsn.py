"""Numbers that may be a BSN (citizen service number).

A welfare organisation has no ground to process it, and consent doesn't change that: there is no column for it, it is
dropped on import, refused in a single-line field, and warned about in a note.
"""

import re
from typing import NamedTuple

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)

# What makes the digits after it something else: ZD a ZorgDomein number, a country code or `(0)` a phone number.
_SOMETHING_ELSE = "".join(
    f"(?<!{before})"
    for before in (
        r"[\d+]",
        "[zZ][dD]",
        r"\+\d[ .\-]",
        r"\+\d\d[ .\-]",
        r"\+\d\d\d[ .\-]",
        r"\b00\d\d[ .\-]",
        r"\(0\)",
        r"\(0\) ",
    )
)
# Nine digits in a row, or in two to four groups with one separator between them; groups only where no further digits
# join on, as in a long phone number.
_TOGETHER = re.compile(rf"{_SOMETHING_ELSE}\d{{9}}(?!\d)")
_GROUPED = re.compile(rf"{_SOMETHING_ELSE}(?<!\d[ .\-])\d{{1,7}}(?:[ .\-]\d{{1,7}}){{1,3}}(?![ .\-]?\d)")


class Span(NamedTuple):
    """A stretch of a text, from `start` up to but not including `end`, in characters."""

    start: int
    end: int


def passes_eleven_test(digits: str) -> bool:
    """Whether nine digits pass the BSN's eleven test: 9a+8b+7c+6d+5e+4f+3g+2h-i is a multiple of 11, and not 0 alone.

    False for anything that isn't nine digits.
    """
    if len(digits) != 9 or not digits.isdecimal():
        return False
    numbers = [int(digit) for digit in digits]
    total = sum(weight * number for weight, number in zip(_WEIGHTS, numbers, strict=True))
    return total % 11 == 0 and any(numbers)


def looks_like_bsn(text: str) -> list[Span]:
    """Where in `text` there stands a number that may be a BSN, from left to right; separators are part of a span."""
    spans = {
        Span(*found.span())
        for pattern in (_TOGETHER, _GROUPED)
        for found in pattern.finditer(text)
        if passes_eleven_test("".join(character for character in found.group() if character.isdecimal()))
    }
    return sorted(spans)


def without_bsn(text: str) -> str:
    """`text` with every number that may be a BSN taken out, as for an import."""
    for span in reversed(looks_like_bsn(text)):
        text = text[: span.start] + text[span.end :]
    return text
