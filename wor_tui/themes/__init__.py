"""The colours of the screens: light, dark and high contrast of our own, and the terminal's own sixteen (ANSI)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.theme import Theme

NAMES = ("light", "dark", "high-contrast", "ansi")
"""The names as the configuration has them, in the order that F10 walks through."""


def theme_name(configured: str) -> str:
    """Textual's name of a theme from the configuration."""
    return "ansi-dark" if configured == "ansi" else f"wor-{configured}"


def themes() -> list[Theme]:
    """Our own themes; the ANSI one is Textual's."""
    from wor_tui.themes import dark, high_contrast, light  # noqa: PLC0415 - Textual is imported when a screen is

    return [light.theme(), dark.theme(), high_contrast.theme()]
