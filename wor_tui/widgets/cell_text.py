"""Texts made safe and exact for a terminal's cells: no controls, no direction marks, widths counted in cells."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len, set_cell_size

ELLIPSIS = "…"
# C0/C1 controls, direction marks, zero-width joiners and variation selectors: each of them can shift a terminal's line.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_BLANK = re.compile(r"\s+")
_LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """One line of text without controls, direction marks or doubled blanks."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    spaced = _BLANK.sub(" ", _LINE_BREAK.sub(" ", text).replace("\t", " "))
    bare = _UNSAFE.sub("", spaced)
    # A combining mark without a base would hang on the neighbour's cell.
    while bare and unicodedata.combining(bare[0]):
        bare = bare[1:]
    return _BLANK.sub(" ", bare).strip()


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where something was left out."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` cut or padded to exactly `width` cells (≥ 0), at the left or the right side."""
    short = cut(text, width)
    padding = " " * (width - cell_len(short))
    return padding + short if right else short + padding


def centred(text: str, width: int) -> str:
    """`text` cut or padded on both sides to exactly `width` cells."""
    short = cut(text, width)
    return fit(" " * ((width - cell_len(short)) // 2) + short, width)


def wrapped(text: str, width: int, limit: int | None = None) -> list[str]:
    """`text` as lines of at most `width` cells (≥ 1), broken at blanks, at hyphens in words that are too long.

    Line breaks in the text are kept. With `limit` no more lines are made, and the last one ends in an ellipsis.
    """
    width = max(1, width)
    lines: list[str] = []
    for paragraph in _LINE_BREAK.split(text.strip()):
        line = ""
        for word in clean(paragraph).split(" "):
            joined = f"{line} {word}" if line else word
            if cell_len(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            *full, line = _pieces(word, width)
            lines += full
            if limit is not None and len(lines) > limit:
                break
        lines.append(line)
        if limit is not None and len(lines) > limit:
            return [*lines[: limit - 1], cut(lines[limit - 1] + " " + ELLIPSIS, width)]
    return lines


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` cells; one that fits stays whole."""
    pieces: list[str] = []
    while cell_len(word) > width:
        head = word[:width]
        while cell_len(head) > width and len(head) > 1:
            head = head[:-1]
        hyphen = head.rfind("-") + 1
        if hyphen > 1:
            head = head[:hyphen]
        pieces.append(head)
        word = word[len(head) :]
    return [*pieces, word]
