"""The light theme, the default: dark ink on warm paper, one blue for what has the focus."""

from textual.theme import Theme


def theme() -> Theme:
    """The theme as Textual takes it."""
    return Theme(
        name="wor-light",
        primary="#005a8c",
        secondary="#4c5a66",
        accent="#8a4b00",
        warning="#8a4b00",
        error="#a8201a",
        success="#1d6b3a",
        foreground="#1d2328",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e7e4dc",
        dark=False,
        variables={
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#005a8c",
            "input-selection-background": "#9cc9e6",
            "border": "#8b9299",
            "border-blurred": "#c9c5bb",
            "text-muted": "#4c5a66",
            "text-disabled": "#6a737b",
            "scrollbar": "#b9b5aa",
            "scrollbar-background": "#f3f1ec",
            "footer-key-foreground": "#005a8c",
        },
    )
