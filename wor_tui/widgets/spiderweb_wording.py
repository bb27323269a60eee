"""The texts in a web, in the user's language."""

from __future__ import annotations

from typing import NamedTuple

from wor_tui.i18n import _


class Wording(NamedTuple):
    """The texts in the picture: six dimension names, clockwise from the top, and what the talk mark means."""

    names: tuple[str, ...]
    talk: str


def adult_wording() -> Wording:
    """The six dimensions of the adult web (and the youth's and the quick one's), in the language that is shown now."""
    return Wording(
        (
            _("Lichaamsfuncties"),
            _("Mentaal welbevinden"),
            _("Zingeving"),
            _("Kwaliteit van leven"),
            _("Meedoen"),
            _("Dagelijks functioneren"),
        ),
        _("hier wil ik over praten"),
    )
