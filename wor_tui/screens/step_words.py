"""The ten steps in words: long for a list, short for the rail."""

from __future__ import annotations

from wor_tui.i18n import _


def step_names() -> list[str]:
    """The steps as a checklist reads."""
    return [
        _("Samen besloten (SMO)"),
        _("Ruimere afspraak gepland"),
        _("Het andere gesprek, spinnenweb"),
        _("Welzijn besproken"),
        _("Toestemming gevraagd"),
        _("Verteld dat de coach belt"),
        _("Vastgelegd in het HIS (Z68)"),
        _("Verwezen"),
        _("Startgesprek"),
        _("Afstemmen en terugkoppelen"),
    ]


def short_step_names() -> list[str]:
    """The steps on the rail."""
    return [
        _("SMO"), _("afspraak"), _("gesprek"), _("welzijn"), _("toestemming"), _("verteld"), _("HIS"), _("verwezen"),
        _("start"), _("terugkoppeling"),
    ]  # fmt: skip
