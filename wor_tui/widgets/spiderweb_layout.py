"""Where things stand in the web: the hexagon as large as it can be, and labels that are never clipped.

Lengths are in cells; a cell is twice as high as it is wide, so the horizontal radius is twice the vertical one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from wor_tui.widgets.cell_text import clean, cut, wrapped
from wor_tui.widgets.spiderweb_measurement import (
    DIMENSIONS,
    HIGHEST,
    MARKERS,
    TALK_MARK,
    Measurement,
    number,
)

SMALLEST = (50, 20)
_GAP = 2
_SMALLEST_RADIUS = 4.5
_HALF_WIDTH = 2 * math.cos(math.pi / 6)
_AXES = tuple((math.cos(a), math.sin(a)) for a in (-math.pi / 2 + i * math.pi / 3 for i in range(DIMENSIONS)))
Point = tuple[float, float]


class Piece(NamedTuple):
    """A bit of text in one look; `ink` is a set's index, or None for the text's own colour."""

    text: str
    ink: int | None = None
    bold: bool = False
    muted: bool = False


Line = tuple[Piece, ...]


class Block(NamedTuple):
    """Lines of text with the column and row of the first; each line's own column."""

    row: int
    lines: tuple[tuple[int, Line], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The hexagon's centre and vertical radius (cells), and all text."""

    centre: Point
    radius: float
    blocks: tuple[Block, ...]

    def point(self, dimension: int, score: float) -> Point:
        """Where a score of a dimension (0–5) stands."""
        across, down = _AXES[dimension % DIMENSIONS]
        reach = self.radius * score / HIGHEST
        return self.centre[0] + 2 * reach * across, self.centre[1] + reach * down


def width_of(line: Line) -> int:
    """The cells that a line takes."""
    return sum(cell_len(piece.text) for piece in line)


def legend(measurements: Sequence[Measurement], talk: str, width: int) -> list[Line]:
    """The legend in as few lines as fit in `width`: a marker and a label for each set, and what the talk mark means."""
    entries: list[Line] = [
        (Piece(MARKERS[index], index, bold=True), Piece(" " + cut(clean(measurement.label), width - 2), index))
        for index, measurement in enumerate(measurements)
        if measurement.label or len(measurements) > 1
    ]
    if measurements and measurements[-1].talk:
        entries.append((Piece(cut(f"{TALK_MARK} {talk}", width), bold=True),))
    lines: list[Line] = []
    for entry in entries:
        if lines and width_of(lines[-1]) + 3 + width_of(entry) <= width:
            lines[-1] = (*lines[-1], Piece("   "), *entry)
        else:
            lines.append(entry)
    return lines


def layout(measurements: Sequence[Measurement], names: Sequence[str], talk: str, width: int, height: int) -> Layout:
    """The web's layout for a size of at least 50×20 (smaller ones are drawn as bars)."""
    foot = legend(measurements, talk, width - 2)
    talked = measurements[-1].talked if measurements else frozenset[int]()
    titles = [_title(names[index], index in talked) for index in range(DIMENSIONS)]
    by_height = (height - len(foot) - 4.6) / 2
    rooms = [max(_longest_word(titles[index], measurements, index) for index in side) for side in ((4, 5), (1, 2))]
    by_width = (width - sum(rooms) - 2 * _GAP - 2) / (2 * _HALF_WIDTH)
    radius = max(_SMALLEST_RADIUS, min(by_height, by_width))
    half = radius * _HALF_WIDTH
    left, right = rooms[0] + _GAP + 1 + half, width - rooms[1] - _GAP - 1 - half
    across = min(max(width / 2, left), right) if left <= right else width / 2
    across = math.floor(across) + 0.5
    centre = (across, 2 + (height - len(foot) - 4) / 2)
    frame = Layout(centre, radius, ())

    blocks = [_foot(foot, width, height)]
    for index in range(DIMENSIONS):
        x, y = frame.point(index, HIGHEST)
        if index % 3 == 0:
            room = width - 2
            lines = _label(titles[index], measurements, index, room)
            row = math.floor(y) - len(lines) if index == 0 else math.floor(y) + 1
            placed = [(_within(across - width_of(line) / 2, width_of(line), width), line) for line in lines]
        else:
            on_the_right = index in (1, 2)
            start = math.floor(x) + 1 + _GAP
            room = max(1, width - start if on_the_right else math.floor(x) - _GAP)
            lines = _label(titles[index], measurements, index, room)
            space = max(0, min(5, int(radius) - len(lines) - 1))
            lines += _aspects(measurements, index, room, space)
            head = len(_label(titles[index], measurements, index, room))
            row = math.floor(y) - head // 2
            placed = [
                (_within(start if on_the_right else math.floor(x) - _GAP - width_of(line), width_of(line), width), line)
                for line in lines
            ]
        blocks.append(Block(max(0, row), tuple(placed)))
    return Layout(centre, radius, tuple(blocks))


def _title(name: str, talked: bool) -> Piece:
    return Piece(f"{TALK_MARK} {clean(name)}" if talked else clean(name), bold=talked)


def _longest_word(title: Piece, measurements: Sequence[Measurement], index: int) -> int:
    """The narrowest that a label can be without breaking a word or a number."""
    words = title.text.replace(f"{TALK_MARK} ", f"{TALK_MARK}_").split(" ")
    return max(cell_len(word) for word in (*words, *(number(m.scores[index]) + " ›" for m in measurements)))


def _label(title: Piece, measurements: Sequence[Measurement], index: int, room: int) -> list[Line]:
    """A dimension's name, in bold when something is marked, and its numbers under it, each in its set's colour."""
    lines: list[Line] = [(Piece(line, bold=title.bold),) for line in wrapped(title.text, room)]
    pieces: list[Piece] = []
    for order, measurement in enumerate(measurements):
        newest = order == len(measurements) - 1
        wide = cell_len(number(measurement.scores[index])) + (0 if newest else 2)
        if pieces and width_of(tuple(pieces)) + wide > room:
            lines.append(tuple(pieces))
            pieces = []
        pieces.append(Piece(number(measurement.scores[index]), order, bold=newest))
        if not newest:
            pieces.append(Piece(" › ", muted=True))
    if pieces:
        lines.append(tuple(pieces))
    return lines


def _aspects(measurements: Sequence[Measurement], index: int, room: int, space: int) -> list[Line]:
    """The marked aspects in bold, when there is room for them; as many whole ones as fit."""
    if not measurements or room < 14:
        return []
    lines: list[Line] = []
    for aspect in measurements[-1].aspects(index):
        made = wrapped(aspect, room)
        if len(lines) + len(made) > space:
            break
        lines += [(Piece(line, bold=True, muted=True),) for line in made]
    return lines


def _foot(lines: list[Line], width: int, height: int) -> Block:
    return Block(
        height - len(lines),
        tuple((_within(width / 2 - width_of(line) / 2, width_of(line), width), line) for line in lines),
    )


def _within(column: float, taken: int, width: int) -> int:
    """The nearest whole column where all of it stands inside."""
    return max(0, min(round(column), width - taken))
