"""The web as vector graphics, for letters and the README: the same shapes, colours and rules as on the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from wor_tui.widgets.cell_text import clean, wrapped
from wor_tui.widgets.spiderweb_measurement import (
    DIMENSIONS,
    HIGHEST,
    TALK_MARK,
    Measurement,
    number,
    numbers,
)
from wor_tui.widgets.spiderweb_palette import LIGHT_BACKGROUND, ORANGE, REDDISH_PURPLE, SKY_BLUE, Palette, palette
from wor_tui.widgets.spiderweb_wording import Wording

_WIDTH, _HEIGHT, _RADIUS, _NAME_WIDTH = 720, 560, 190, 16
_CENTRE = (_WIDTH / 2, 260.0)
_FILLS = (ORANGE, SKY_BLUE, REDDISH_PURPLE)
_FONT = "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif"

_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
    f'font-family={quoteattr(_FONT)} font-size="15">'
)


def as_svg(
    measurements: Sequence[Measurement], wording: Wording, *, background: str = LIGHT_BACKGROUND, title: str = ""
) -> str:
    """An SVG document of 720×560 units, with a title and the scores as its description; no script, no outside font."""
    colours = palette(background)
    description = "; ".join(
        f"{clean(name)}: {numbers(measurements, index)}" for index, name in enumerate(wording.names[:DIMENSIONS])
    )
    parts = [
        _OPENING,
        f"<title>{escape(clean(title) or ', '.join(clean(m.label) for m in measurements))}</title>",
        f"<desc>{escape(description)}</desc>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="{background}"/>',
        *_grid(colours),
    ]
    parts += [_fill(order, measurement) for order, measurement in enumerate(measurements)]
    for order, measurement in enumerate(measurements):
        parts += _outline(order, order == len(measurements) - 1, measurement, colours)
    parts += _labels(measurements, wording, colours)
    parts += _legend(measurements, wording, colours)
    return "\n".join([*parts, "</svg>", ""])


def _point(dimension: int, score: float) -> tuple[float, float]:
    angle = -math.pi / 2 + dimension * math.pi / 3
    reach = _RADIUS * score / HIGHEST
    return _CENTRE[0] + reach * math.cos(angle), _CENTRE[1] + reach * math.sin(angle)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _grid(colours: Palette) -> list[str]:
    look = f'fill="none" stroke="{colours.grid}"'
    rings = [
        f'<polygon points="{_path([_point(index, ring) for index in range(DIMENSIONS)])}" {look}/>'
        for ring in (2, 4, 6, 8, 10)
    ]
    return rings + [f'<polyline points="{_path([_CENTRE, _point(i, HIGHEST)])}" {look}/>' for i in range(DIMENSIONS)]


def _fill(order: int, measurement: Measurement) -> str:
    """The sectors between neighbours that both have a score, as one path, so that no seams show."""
    scores = measurement.scores
    sectors: list[str] = []
    for index in range(DIMENSIONS):
        here, there = scores[index], scores[(index + 1) % DIMENSIONS]
        if here is not None and there is not None:
            sectors.append(f"M{_path([_CENTRE])} L{_path([_point(index, here), _point(index + 1, there)])}Z")
    return f'<path d="{" ".join(sectors)}" fill="{_FILLS[order]}" fill-opacity="0.28"/>' if sectors else ""


def _outline(order: int, newest: bool, measurement: Measurement, colours: Palette) -> list[str]:
    """The sectors' outer edges, a line for a lone score, and a marker on each score; an older set is dashed."""
    scores, ink = measurement.scores, colours.outlines[order]
    dash = "" if newest else ' stroke-dasharray="8 5"'
    line = f'fill="none" stroke="{ink}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"{dash}'
    edges: list[str] = []
    markers: list[str] = []
    for index, score in enumerate(scores):
        if score is None:
            continue
        following = scores[(index + 1) % DIMENSIONS]
        if following is not None:
            ends = [_point(index, score), _point(index + 1, following)]
            edges.append(f'<polyline points="{_path(ends)}" {line}/>')
        elif scores[index - 1] is None:
            edges.append(f'<polyline points="{_path([_CENTRE, _point(index, score)])}" {line}/>')
        markers.append(_marker(order, *_point(index, score), ink))
    return [*edges, *markers]


def _marker(order: int, x: float, y: float, ink: str) -> str:
    if order == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{ink}"/>'
    shape = ((0, -8), (7, 0), (0, 8), (-7, 0)) if order == 1 else ((0, -8), (8, 6), (-8, 6))
    return f'<polygon points="{_path([(x + dx, y + dy) for dx, dy in shape])}" fill="{ink}"/>'


def _labels(measurements: Sequence[Measurement], wording: Wording, colours: Palette) -> list[str]:
    talked = measurements[-1].talked if measurements else frozenset[int]()
    parts: list[str] = []
    for index in range(DIMENSIONS):
        x, y = _point(index, HIGHEST)
        side = 0 if index % 3 == 0 else 1 if index in (1, 2) else -1
        anchor = {0: "middle", 1: "start", -1: "end"}[side]
        x += 14 * side
        name = f"{TALK_MARK} {clean(wording.names[index])}" if index in talked else clean(wording.names[index])
        lines = wrapped(name, 40 if side == 0 else _NAME_WIDTH)
        top = y - 18 - 20 * len(lines) if index == 0 else y + 28 if index == 3 else y - 10 * (len(lines) - 1)
        weight = ' font-weight="bold"' if index in talked else ""
        parts += [
            f'<text x="{x:.1f}" y="{top + 20 * row:.1f}" text-anchor="{anchor}" fill="{colours.text}"{weight}>'
            f"{escape(line)}</text>"
            for row, line in enumerate(lines)
        ]
        spans = f'<tspan fill="{colours.muted}"> › </tspan>'.join(
            f'<tspan fill="{colours.inks[order]}">{number(measurement.scores[index])}</tspan>'
            for order, measurement in enumerate(measurements)
        )
        place = f'x="{x:.1f}" y="{top + 20 * len(lines):.1f}" text-anchor="{anchor}"'
        parts.append(f'<text {place} xml:space="preserve">{spans}</text>')
    return parts


def _legend(measurements: Sequence[Measurement], wording: Wording, colours: Palette) -> list[str]:
    shown = [(order, clean(m.label)) for order, m in enumerate(measurements) if m.label or len(measurements) > 1]
    talk = f"{TALK_MARK} {clean(wording.talk)}" if measurements and measurements[-1].talk else ""
    widths = [34 + 8.6 * len(label) for _order, label in shown]
    x = _WIDTH / 2 - (sum(widths) + 9 * len(talk)) / 2
    parts: list[str] = []
    for (order, label), width in zip(shown, widths, strict=True):
        parts.append(_marker(order, x + 8, _HEIGHT - 25, colours.outlines[order]))
        parts.append(f'<text x="{x + 20:.1f}" y="{_HEIGHT - 20}" fill="{colours.inks[order]}">{escape(label)}</text>')
        x += width
    if talk:
        parts.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - 20}" fill="{colours.text}" font-weight="bold">{escape(talk)}</text>'
        )
    return parts
