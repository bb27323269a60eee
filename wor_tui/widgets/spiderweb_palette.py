"""The web's colours: Okabe and Ito's, made legible on the background that they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

# Okabe & Ito (2008): separable with each kind of colour blindness. No green and no red: a web judges nothing.
ORANGE = "#e69f00"
SKY_BLUE = "#56b4e9"
REDDISH_PURPLE = "#cc79a7"
DARK_BACKGROUND = "#101418"
LIGHT_BACKGROUND = "#ffffff"
_STRENGTHS = (0.34, 0.40, 0.40)
_OUTLINE_CONTRAST = 3.0


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(under: str, over: str, strength: float) -> str:
    """The colour `over` laid on `under` with an opacity 0–1; both "#rrggbb"."""
    return "#" + "".join(
        f"{round(a + (b - a) * strength):02x}" for a, b in zip(_channels(under), _channels(over), strict=True)
    )


def luminance(colour: str) -> float:
    """Relative luminance 0–1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if (part := channel / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio 1–21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def legible(colour: str, background: str, ratio: float) -> str:
    """`colour`, darkened or lightened no more than its contrast with `background` asks (black or white if it must)."""
    towards = "#000000" if luminance(background) > 0.18 else "#ffffff"
    for step in range(21):
        shade = mix(colour, towards, step / 20)
        if contrast(shade, background) >= ratio:
            return shade
    return towards


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture, all "#rrggbb": outlines and markers per set, inks for the numbers."""

    background: str
    text: str
    muted: str
    grid: str
    outlines: tuple[str, str, str]
    inks: tuple[str, str, str]

    def tint(self, sets: int) -> str | None:
        """The fill where the sets in the bit mask `sets` overlap, the newest on top; None where there is none."""
        return _tint(self.background, sets) if sets else None


@lru_cache(64)
def _tint(background: str, sets: int) -> str:
    colour = background
    for index, hue in enumerate((ORANGE, SKY_BLUE, REDDISH_PURPLE)):
        if sets & (1 << index):
            colour = mix(colour, hue, _STRENGTHS[index])
    return colour


@lru_cache(16)
def palette(background: str = DARK_BACKGROUND, text_contrast: float = 4.5) -> Palette:
    """The palette for a background "#rrggbb"; `text_contrast` 4.5 is WCAG AA, 7 is AAA."""
    dark = luminance(background) <= 0.18
    hues = (ORANGE, SKY_BLUE, REDDISH_PURPLE)
    strongest = "#eef2f5" if dark else "#14181c"
    return Palette(
        background=background,
        text=legible(strongest, background, text_contrast),
        muted=legible(mix(background, strongest, 0.62), background, text_contrast),
        grid=mix(background, strongest, 0.30 if dark else 0.34),
        outlines=(
            legible(hues[0], background, _OUTLINE_CONTRAST),
            legible(hues[1], background, _OUTLINE_CONTRAST),
            legible(hues[2], background, _OUTLINE_CONTRAST),
        ),
        inks=(
            legible(hues[0], background, text_contrast),
            legible(hues[1], background, text_contrast),
            legible(hues[2], background, text_contrast),
        ),
    )
