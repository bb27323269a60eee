"""The high-contrast theme: white on black, text at WCAG AAA (7:1 or more) against every ground."""

from textual.theme import Theme


def theme() -> Theme:
    """The theme as Textual takes it."""
    return Theme(
        name="wor-high-contrast",
        primary="#ffe14d",
        secondary="#ffffff",
        accent="#7fe3ff",
        warning="#ffd166",
        error="#ffb3ad",
        success="#9cf0b5",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1a1a1a",
        dark=True,
        variables={
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#ffe14d",
            "input-selection-background": "#003a5c",
            "border": "#ffffff",
            "border-blurred": "#b0b0b0",
            "text-muted": "#e0e0e0",
            "text-disabled": "#c0c0c0",
            "scrollbar": "#ffffff",
            "scrollbar-background": "#000000",
            "footer-key-foreground": "#ffe14d",
        },
    )
