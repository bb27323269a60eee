"""The spider web on the screen: it repaints as one types, and at each size draws what fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from wor_tui.widgets.spiderweb_canvas import Run
from wor_tui.widgets.spiderweb_measurement import Measurement
from wor_tui.widgets.spiderweb_palette import DARK_BACKGROUND, LIGHT_BACKGROUND, Palette, palette
from wor_tui.widgets.spiderweb_raster import Mode, raster
from wor_tui.widgets.spiderweb_wording import Wording, adult_wording

_AAA = 7.0


class SpiderWeb(Widget):
    """Up to three measurements as one web with its legend; the newest lies in front.

    Set `measurements` (oldest first), `mode`, or `wording` at any time. Below 50×20 cells it is six bars.
    """

    DEFAULT_CSS = """
    SpiderWeb { width: 1fr; height: 1fr; background: $background; }
    """

    measurements: reactive[tuple[Measurement, ...]] = reactive(())
    mode: reactive[Mode] = reactive(Mode.QUADRANT)
    text_contrast: reactive[float] = reactive(4.5)

    def __init__(
        self,
        measurements: Sequence[Measurement] = (),
        *,
        mode: Mode = Mode.QUADRANT,
        wording: Wording | None = None,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 -- the name that all widgets use
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.wording = wording or adult_wording()
        self._drawn: tuple[tuple[Run, ...], ...] = ()
        self._strips: list[Strip] = []
        self.set_reactive(SpiderWeb.measurements, tuple(measurements))
        self.set_reactive(SpiderWeb.mode, mode)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The height where the web is as wide as its place, at most what the screen has."""
        return max(20, min(viewport.height, round((width - 26) / 3.46) * 2 + 6))

    def render_line(self, y: int) -> Strip:
        """One row of the picture, drawn anew only when something changed."""
        width, height = self.size
        rows = raster(
            self.measurements, width, height, self.wording, self._palette(), self.mode, not self._without_colour
        )
        if rows is not self._drawn:
            self._drawn = rows
            base = self.rich_style
            looks = {look: base + _look(*look) for look in {run[1:] for row in rows for run in row}}
            self._strips = [Strip([Segment(run.text, looks[run[1:]]) for run in row], width) for row in rows]
        return self._strips[y] if y < len(self._strips) else Strip.blank(width, self.rich_style)

    def notify_style_update(self) -> None:
        """A new theme asks for new colours."""
        self._drawn = ()
        super().notify_style_update()

    @property
    def _without_colour(self) -> bool:
        return self.app.no_color  # pyright: ignore[reportUnknownMemberType] -- App's result type is open

    def _palette(self) -> Palette:
        theme = self.app.current_theme  # pyright: ignore[reportUnknownMemberType] -- App's result type is open
        text_contrast = max(self.text_contrast, _AAA) if "high-contrast" in theme.name else self.text_contrast
        _base, background = self.background_colors
        if background.ansi is not None:
            # The terminal's own colours aren't known; only whether the theme is a dark one.
            return palette(DARK_BACKGROUND if theme.dark else LIGHT_BACKGROUND, text_contrast)
        return palette(background.hex6.lower(), text_contrast)


@lru_cache(512)
def _look(ink: str | None, paper: str | None, bold: bool) -> Style:
    return Style(color=ink, bgcolor=paper, bold=bold or None)
