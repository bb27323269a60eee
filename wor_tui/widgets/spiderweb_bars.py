"""Six bars, for where a web doesn't fit: one line a dimension, or a line with a bar for each set under it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from wor_tui.widgets.cell_text import clean, cut
from wor_tui.widgets.spiderweb_canvas import Canvas
from wor_tui.widgets.spiderweb_layout import legend
from wor_tui.widgets.spiderweb_measurement import DIMENSIONS, HIGHEST, MARKERS, TALK_MARK, Measurement, number
from wor_tui.widgets.spiderweb_palette import Palette

_SHORTEST_BAR = 10
_LONGEST_BAR = 40
_TRACK = "·"


def bars(
    canvas: Canvas,
    measurements: Sequence[Measurement],
    names: Sequence[str],
    talk: str,
    colours: Palette,
    *,
    colour: bool,
) -> None:
    """Draw the bars over the whole canvas, with the legend under them when there is room for it."""
    foot = legend(measurements, talk, canvas.width)
    sets = max(1, len(measurements))
    talked = measurements[-1].talked if measurements else frozenset[int]()
    titles = [
        f"{TALK_MARK} {clean(name)}" if index in talked else clean(name)
        for index, name in enumerate(names[:DIMENSIONS])
    ]
    spare = canvas.height - len(foot)
    roomy = spare >= DIMENSIONS * (1 + sets)
    room = spare // DIMENSIONS if roomy else 1
    row = 0
    for index, title in enumerate(titles):
        bold = index in talked
        if roomy:
            _numbers(canvas, canvas.width, row, measurements, index, colours)
            taken = _numbers_width(measurements, index)
            canvas.write(0, row, cut(title, canvas.width - taken - 1), colours.text, bold=bold)
            for order, measurement in enumerate(measurements):
                _bar(canvas, 0, canvas.width, row + 1 + order, order, measurement.scores[index], colours)
        else:
            _one_line(canvas, row, title, measurements, index, colours, bold=bold, colour=colour)
        row += min(room, 2 + sets)
    if row + len(foot) > canvas.height:
        return
    for offset, line in enumerate(foot):
        column = 0
        for piece in line:
            ink = colours.text if piece.ink is None else colours.inks[piece.ink]
            canvas.write(column, canvas.height - len(foot) + offset, piece.text, ink, bold=piece.bold)
            column += cell_len(piece.text)


def _numbers_width(measurements: Sequence[Measurement], index: int) -> int:
    return sum(max(3, len(number(measurement.scores[index]))) + 3 for measurement in measurements) - 3


def _numbers(
    canvas: Canvas, end: int, row: int, measurements: Sequence[Measurement], index: int, colours: Palette
) -> None:
    """The numbers, ending before the column `end`."""
    column = end - _numbers_width(measurements, index)
    for order, measurement in enumerate(measurements):
        text = f"{number(measurement.scores[index]):>3}"
        canvas.write(column, row, text, colours.inks[order], bold=order == len(measurements) - 1)
        column += len(text)
        if order < len(measurements) - 1:
            canvas.write(column, row, " › ", colours.muted)
            column += 3


def _bar(canvas: Canvas, column: int, width: int, row: int, order: int, score: float | None, colours: Palette) -> None:
    """One set's bar: a thick line on a dotted track, with its marker at the end."""
    canvas.write(column, row, _TRACK * width, colours.grid)
    if score is None:
        return
    end = round(score / HIGHEST * (width - 1))
    canvas.write(column, row, "━" * end, colours.outlines[order])
    canvas.set(column + end, row, MARKERS[order], colours.outlines[order], bold=True)


def _one_line(
    canvas: Canvas,
    row: int,
    title: str,
    measurements: Sequence[Measurement],
    index: int,
    colours: Palette,
    *,
    bold: bool,
    colour: bool,
) -> None:
    """Name, bar and numbers on one line: the newest set is the lower half of the bar, the one before it the upper."""
    width = canvas.width
    numbers = max(_numbers_width(measurements, each) for each in range(DIMENSIONS)) if measurements else 0
    if width - numbers - 1 < 6:
        numbers = 0
    else:
        _numbers(canvas, width, row, measurements, index, colours)
    name = max(4, min(22 + len(TALK_MARK) + 1, width - numbers - _SHORTEST_BAR - 3))
    length = min(_LONGEST_BAR, width - numbers - name - 2)
    if length < _SHORTEST_BAR // 2:
        canvas.write(0, row, cut(title, max(0, width - numbers - 1)), colours.text, bold=bold)
        return
    canvas.write(0, row, cut(title, name), colours.text, bold=bold)
    if len(measurements) < 2:
        _bar(canvas, name + 1, length, row, 0, measurements[0].scores[index] if measurements else None, colours)
        return
    older, newer = len(measurements) - 2, len(measurements) - 1
    ends = [round((measurements[each].scores[index] or 0) / HIGHEST * length) for each in (older, newer)]
    for offset in range(length):
        above, below = offset < ends[0], offset < ends[1]
        character, ink, paper = _TRACK, colours.grid, None
        if above and below:
            character, ink = ("▀", colours.outlines[older]) if colour else ("█", colours.outlines[older])
            paper = colours.outlines[newer]
        elif above:
            character, ink = "▀", colours.outlines[older]
        elif below:
            character, ink = "▄", colours.outlines[newer]
        canvas.set(name + 1 + offset, row, character, ink, paper)
