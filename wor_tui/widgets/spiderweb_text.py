"""The web as plain text: a table and bars of ASCII, for screen readers, pipes and terminals without blocks."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from wor_tui.i18n import _
from wor_tui.widgets.cell_text import clean, fit
from wor_tui.widgets.spiderweb_measurement import DIMENSIONS, MISSING, Measurement, number
from wor_tui.widgets.spiderweb_wording import Wording

_BAR = 20


def as_text(measurements: Sequence[Measurement], wording: Wording, *, with_bars: bool = True) -> str:
    """A line of numbers for each dimension with what is marked to talk about, then a bar of 20 for each number.

    A half is one character of a bar; what isn't scored is said in words. Ends in a line break.
    """
    labels = [clean(measurement.label) or _("meting {n}").format(n=n) for n, measurement in enumerate(measurements, 1)]
    names = [clean(name) for name in wording.names]
    first = max(cell_len(name) for name in names) + 2
    widths = [max(cell_len(label), 6) + 2 for label in labels]
    lines = [(" " * first + "".join(fit(label, width) for label, width in zip(labels, widths, strict=True))).rstrip()]
    for index in range(DIMENSIONS):
        cells = "".join(
            fit(number(measurement.scores[index]), width)
            for measurement, width in zip(measurements, widths, strict=True)
        )
        lines.append((fit(names[index], first) + cells + _talk(measurements, wording, index)).rstrip())
    if with_bars and measurements:
        for index in range(DIMENSIONS):
            lines += ["", names[index]]
            for label, measurement in zip(labels, measurements, strict=True):
                lines.append(f"  {fit(label, max(widths))}{_bar(measurement.scores[index])}")
    return "\n".join(lines) + "\n"


def _talk(measurements: Sequence[Measurement], wording: Wording, index: int) -> str:
    if not measurements or index not in measurements[-1].talked:
        return ""
    aspects = ", ".join(measurements[-1].aspects(index))
    return f"{wording.talk}: {aspects}" if aspects else wording.talk


def _bar(score: float | None) -> str:
    if score is None:
        return f"{MISSING} " + _("(niet ingevuld)")
    full = round(score * 2)
    return f"{number(score):>4}  {'#' * full}{'.' * (_BAR - full)}"
