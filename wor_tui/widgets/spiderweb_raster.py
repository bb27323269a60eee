"""The spider web as cells: shapes in blocks or dots, labels around them; pure, so that it can be drawn anywhere.

A conversation instrument, not a measuring one: no norm, no cut-off, nothing that colours a change good or bad.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rich.cells import cell_len

from wor_tui.widgets.spiderweb_bars import bars
from wor_tui.widgets.spiderweb_canvas import Canvas, Run
from wor_tui.widgets.spiderweb_layers import BRAILLE, CELL, HALF, QUADRANT, Layer, Resolution
from wor_tui.widgets.spiderweb_layout import SMALLEST, Layout, Piece, layout
from wor_tui.widgets.spiderweb_measurement import DIMENSIONS, HIGHEST, MARKERS, MOST_SETS, Measurement
from wor_tui.widgets.spiderweb_palette import Palette
from wor_tui.widgets.spiderweb_wording import Wording

QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
HALVES = " ▀▄█"
# Bit `y * 2 + x` of a braille cell to the bit that Unicode gives that dot.
_BRAILLE_DOTS = (0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80)
_SOLID = (1, 1)
_DASHES = {QUADRANT: (_SOLID, (5, 7), (2, 4)), HALF: (_SOLID, (3, 4), (1, 2)), BRAILLE: (_SOLID, (4, 7), (1, 3))}


class Mode(StrEnum):
    """How the shapes are drawn."""

    QUADRANT = "quadrant"
    BRAILLE = "braille"
    HALF_BLOCK = "half-block"


_RESOLUTIONS = {Mode.QUADRANT: QUADRANT, Mode.BRAILLE: BRAILLE, Mode.HALF_BLOCK: HALF}


@dataclass(frozen=True, slots=True)
class Shapes:
    """The layers of the sets, oldest first, and of the grid."""

    fills: tuple[Layer, ...]
    outlines: tuple[Layer, ...]
    grid: Layer


@lru_cache(32)
def raster(
    measurements: tuple[Measurement, ...],
    width: int,
    height: int,
    wording: Wording,
    colours: Palette,
    mode: Mode = Mode.QUADRANT,
    colour: bool = True,
) -> tuple[tuple[Run, ...], ...]:
    """The picture as `height` rows of runs that are together exactly `width` cells wide.

    measurements: at most three, oldest first; the newest lies in front. Below 50×20 six bars are drawn instead.
    Without `colour` nothing is filled, and the older outlines are dashed. Raises ValueError for more than three.
    """
    if len(measurements) > MOST_SETS:
        raise ValueError(f"at most {MOST_SETS} measurements fit in one web")
    canvas = Canvas(width, height)
    if width < SMALLEST[0] or height < SMALLEST[1]:
        bars(canvas, measurements, wording.names, wording.talk, colours, colour=colour)
        return canvas.runs(colour=colour)
    if not colour and mode is Mode.QUADRANT:
        mode = Mode.BRAILLE
    frame = layout(measurements, wording.names, wording.talk, width, height)
    shapes = _shapes(frame, measurements, width, height, _RESOLUTIONS[mode], colour=colour)
    for row in range(height):
        _row(canvas, row, shapes, colours, mode, colour=colour)
    _markers(canvas, frame, measurements, shapes.fills if colour else (), colours)
    for block in frame.blocks:
        for offset, (column, line) in enumerate(block.lines):
            _write(canvas, column, block.row + offset, line, colours)
    return canvas.runs(colour=colour)


def forget_rasters() -> None:
    """Empty the caches: the next picture is drawn from nothing, as a measurement needs it."""
    raster.cache_clear()
    _cell.cache_clear()


def _shapes(
    frame: Layout,
    measurements: Sequence[Measurement],
    width: int,
    height: int,
    resolution: Resolution,
    *,
    colour: bool,
) -> Shapes:
    # Where braille may be missing from the font, so in half-blocks, the grid is of middle dots.
    grid = Layer(width, height, CELL if resolution is HALF else BRAILLE)
    _draw_grid(grid, frame, _SOLID if colour or resolution is HALF else (1, 2))
    fills: list[Layer] = []
    outlines: list[Layer] = []
    for order, measurement in enumerate(measurements):
        fill, outline = Layer(width, height, resolution), Layer(width, height, resolution)
        age = len(measurements) - 1 - order
        dash = _SOLID if colour and resolution is not BRAILLE else _DASHES[resolution][age]
        _draw_set(fill, outline, frame, measurement, dash)
        fills.append(fill)
        outlines.append(outline)
    return Shapes(tuple(fills), tuple(outlines), grid)


def _draw_grid(grid: Layer, frame: Layout, rim: tuple[int, int]) -> None:
    """Rings and spokes in sparse dots; finer rings when there is room for them."""
    rings = (2.0, 4.0, 6.0, 8.0, HIGHEST) if frame.radius >= 11 else (5.0, HIGHEST)
    for ring in rings:
        for index in range(DIMENSIONS):
            dash = rim if ring == HIGHEST else (1, 3)
            grid.line(frame.point(index, ring), frame.point(index + 1, ring), dash)
    for index in range(DIMENSIONS):
        grid.line(frame.centre, frame.point(index, HIGHEST), (1, 3))


def _draw_set(fill: Layer, outline: Layer, frame: Layout, measurement: Measurement, dash: tuple[int, int]) -> None:
    """A sector between each two neighbours that both have a score; a lone score is a line on its spoke.

    So a web that is being filled in grows sector by sector, and never shows a shape that nobody gave.
    """
    scores = measurement.scores
    for index in range(DIMENSIONS):
        here, there = scores[index], scores[(index + 1) % DIMENSIONS]
        if here is not None and there is not None:
            start, end = frame.point(index, here), frame.point(index + 1, there)
            fill.triangle((frame.centre, start, end))
            outline.line(start, end, dash)
        elif here is not None and scores[index - 1] is None:
            outline.line(frame.centre, frame.point(index, here), dash)


def _row(canvas: Canvas, row: int, shapes: Shapes, colours: Palette, mode: Mode, *, colour: bool) -> None:
    fills = [layer.cells(row) for layer in shapes.fills]
    outlines = [layer.cells(row) for layer in shapes.outlines]
    grid = shapes.grid.cells(row)
    touched = set[int]().union(*fills, *outlines)
    for column, bits in grid.items():
        if column not in touched:
            canvas.set(column, row, "·" if mode is Mode.HALF_BLOCK else _braille(bits), colours.grid)
    for column in touched:
        filled = tuple(layer.get(column, 0) for layer in fills) if colour else ()
        drawn = tuple(layer.get(column, 0) for layer in outlines)
        character, ink, paper = _cell(mode, drawn, filled, colours)
        canvas.set(column, row, character, ink, paper)


@lru_cache(4096)
def _cell(mode: Mode, drawn: tuple[int, ...], filled: tuple[int, ...], colours: Palette) -> tuple[str, str, str | None]:
    """A cell has two colours: the front outline is the ink, what covers most of the rest is the paper."""
    dots = {Mode.QUADRANT: 4, Mode.BRAILLE: 8, Mode.HALF_BLOCK: 2}[mode]
    front = max((order for order, bits in enumerate(drawn) if bits), default=None)
    if mode is Mode.BRAILLE:
        every = 0
        for bits in drawn:
            every |= bits
        papers = [_paper(1 << dot, (), filled, colours) for dot in range(dots)]
        ink = colours.text if front is None else colours.outlines[front]
        return (_braille(every) if every else " "), ink, _most(papers)
    glyphs = QUADRANTS if mode is Mode.QUADRANT else HALVES
    if front is not None:
        bits = drawn[front]
        rest = {dot: _paper(1 << dot, drawn[:front], filled, colours) for dot in range(dots) if not bits & (1 << dot)}
        paper = _most(list(rest.values()))
        # A third colour isn't possible: the outline takes those dots, so that no fill leaks and no hole shows.
        bits |= sum(1 << dot for dot, each in rest.items() if each != paper)
        return glyphs[bits], colours.outlines[front], paper
    papers = [_paper(1 << dot, (), filled, colours) for dot in range(dots)]
    paper = _most(papers)
    others = [each for each in papers if each != paper]
    ink = _most(others) or colours.background
    bits = sum(1 << dot for dot, each in enumerate(papers) if each != paper)
    if paper is not None and None in others:
        # The background can't be an ink on every terminal theme: swap, so that it shows through.
        return glyphs[(1 << dots) - 1 & ~bits], paper, None
    return glyphs[bits], ink, paper


def _paper(dot: int, behind: tuple[int, ...], filled: tuple[int, ...], colours: Palette) -> str | None:
    for order in range(len(behind) - 1, -1, -1):
        if behind[order] & dot:
            return colours.outlines[order]
    return colours.tint(sum(1 << order for order, bits in enumerate(filled) if bits & dot))


def _most(papers: Sequence[str | None]) -> str | None:
    """The commonest; of two that are as common nothing comes before a fill."""
    return max(papers, key=lambda paper: (papers.count(paper), paper is None), default=None)


def _braille(bits: int) -> str:
    return chr(0x2800 + sum(dot for index, dot in enumerate(_BRAILLE_DOTS) if bits & (1 << index)))


def _markers(
    canvas: Canvas, frame: Layout, measurements: Sequence[Measurement], fills: Sequence[Layer], colours: Palette
) -> None:
    """A marker on each score, the newest on its place; an older one that would hide under it stands beside it."""
    taken: set[tuple[int, int]] = set()
    for order in range(len(measurements) - 1, -1, -1):
        for index, score in enumerate(measurements[order].scores):
            if score is None:
                continue
            x, y = frame.point(index, score)
            column, row = math.floor(x), math.floor(y)
            if (column, row) in taken and score > 0:
                column = next((c for c in (column - 1, column + 1) if (c, row) not in taken), column)
            if (column, row) in taken:
                continue
            taken.add((column, row))
            canvas.set(
                column, row, MARKERS[order], colours.outlines[order], _ground(fills, column, row, colours), bold=True
            )


def _ground(fills: Sequence[Layer], column: int, row: int, colours: Palette) -> str | None:
    """The fill that covers half of a cell or more, outlines apart."""
    if not fills:
        return None
    dots = fills[0].resolution.across * fills[0].resolution.down
    filled = tuple(layer.cell(column, row) for layer in fills)
    papers = [_paper(1 << dot, (), filled, colours) for dot in range(dots)]
    return _most([paper for paper in papers if paper]) if papers.count(None) <= dots // 2 else None


def _write(canvas: Canvas, column: int, row: int, line: Sequence[Piece], colours: Palette) -> None:
    for piece in line:
        ink = colours.muted if piece.muted else colours.text if piece.ink is None else colours.inks[piece.ink]
        canvas.write(column, row, piece.text, ink, bold=piece.bold)
        column += cell_len(piece.text)
