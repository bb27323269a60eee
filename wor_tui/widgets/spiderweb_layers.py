"""Shapes as rows of bits: a row of the raster is one integer, so a span is filled by a shift and an or."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wor_tui.widgets.spiderweb_layout import Point


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots in a cell: across × down."""

    across: int
    down: int


QUADRANT = Resolution(2, 2)
HALF = Resolution(1, 2)
BRAILLE = Resolution(2, 4)
CELL = Resolution(1, 1)


class Layer:
    """One shape on a raster of `width` × `height` cells at a resolution; bit x of `rows[y]` is a dot."""

    __slots__ = ("resolution", "rows", "width")

    def __init__(self, width: int, height: int, resolution: Resolution) -> None:
        self.resolution = resolution
        self.width = width * resolution.across
        self.rows = [0] * (height * resolution.down)

    def triangle(self, corners: Sequence[Point]) -> None:
        """Fill a triangle (corners in cells) by scan lines: one span a row, because it is convex."""
        across, down = self.resolution.across, self.resolution.down
        points = [(x * across, y * down) for x, y in corners]
        first = max(0, math.ceil(min(y for _, y in points) - 0.5))
        last = min(len(self.rows) - 1, math.floor(max(y for _, y in points) - 0.5))
        edges = [(points[i], points[(i + 1) % 3]) for i in range(3)]
        for row in range(first, last + 1):
            middle = row + 0.5
            crossings = [
                x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
                for (x1, y1), (x2, y2) in edges
                if (y1 <= middle < y2) or (y2 <= middle < y1)
            ]
            if len(crossings) == 2:
                low, high = sorted(crossings)
                start = max(0, math.ceil(low - 0.5))
                end = min(self.width, math.floor(high - 0.5) + 1)
                if end > start:
                    self.rows[row] |= ((1 << (end - start)) - 1) << start

    def line(self, start: Point, end: Point, dash: tuple[int, int] = (1, 1)) -> None:
        """Draw a line (ends in cells): of every `dash[1]` dots the first `dash[0]`.

        It is sampled where the fill is, in the middle of each row or column, so that no fill shows outside its outline.
        """
        across, down = self.resolution.across, self.resolution.down
        x1, y1, x2, y2 = start[0] * across, start[1] * down, end[0] * across, end[1] * down
        steep = abs(y2 - y1) > abs(x2 - x1)
        if steep:
            x1, y1, x2, y2 = y1, x1, y2, x2
        if x1 > x2:
            x1, y1, x2, y2 = x2, y2, x1, y1
        first, last = math.floor(x1), math.floor(x2)
        slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
        for along in range(first, last + 1):
            if (along - first) % dash[1] >= dash[0]:
                continue
            middle = min(max(along + 0.5, x1), x2)
            aside = math.floor(y1 + slope * (middle - x1))
            row, column = (along, aside) if steep else (aside, along)
            if 0 <= row < len(self.rows) and 0 <= column < self.width:
                self.rows[row] |= 1 << column

    def cell(self, column: int, row: int) -> int:
        """The bits of one cell, as in `cells`; 0 outside."""
        across, down = self.resolution.across, self.resolution.down
        if column < 0 or row < 0:
            return 0
        bits = 0
        for index, line in enumerate(self.rows[row * down : (row + 1) * down]):
            bits |= ((line >> column * across) & ((1 << across) - 1)) << (index * across)
        return bits

    def cells(self, row: int) -> dict[int, int]:
        """The bits of each cell of a row of cells that has any: bit `y * across + x`."""
        across, down = self.resolution.across, self.resolution.down
        bits = self.rows[row * down : (row + 1) * down]
        every = 0
        for line in bits:
            every |= line
        if not every:
            return {}
        mask = (1 << across) - 1
        first = ((every & -every).bit_length() - 1) // across
        last = (every.bit_length() - 1) // across
        found: dict[int, int] = {}
        for column in range(first, last + 1):
            shift = column * across
            if not (every >> shift) & mask:
                continue
            cell = 0
            for index, line in enumerate(bits):
                cell |= ((line >> shift) & mask) << (index * across)
            found[column] = cell
        return found
