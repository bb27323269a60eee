"""The dark theme: light ink on a blue-grey night, the same roles of colour as in the light one."""

from textual.theme import Theme


def theme() -> Theme:
    """The theme as Textual takes it."""
    return Theme(
        name="wor-dark",
        primary="#6cb8e6",
        secondary="#a9b4bd",
        accent="#f0b45b",
        warning="#f0b45b",
        error="#ff8a80",
        success="#7fd09a",
        foreground="#e6e9ec",
        background="#14191d",
        surface="#1b2227",
        panel="#283139",
        dark=True,
        variables={
            "block-cursor-foreground": "#0d1216",
            "block-cursor-background": "#6cb8e6",
            "input-selection-background": "#2d5a78",
            "border": "#6a7782",
            "border-blurred": "#3b464f",
            "text-muted": "#a9b4bd",
            "text-disabled": "#8a959e",
            "scrollbar": "#465058",
            "scrollbar-background": "#1b2227",
            "footer-key-foreground": "#6cb8e6",
        },
    )
