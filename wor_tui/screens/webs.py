"""From a measurement as the services give it to what the web widget draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from wor_tui.domain.codes import Variant
from wor_tui.domain.instruments import shown_by
from wor_tui.i18n import _, language
from wor_tui.widgets.day_text import short_day
from wor_tui.widgets.spiderweb_measurement import Measurement

if TYPE_CHECKING:
    from wor_tui.services.case_file import WebView


def aspect_names(code: str) -> dict[str, str]:
    """The words of every aspect of an instrument, by its code."""
    return {name: aspect.label[language()] for name, aspect in shown_by(code).aspects.items()}


def talked_about(talk: Sequence[str], code: str) -> tuple[tuple[int, str], ...]:
    """The marked aspects as (dimension from 0, words)."""
    names = aspect_names(code)
    return tuple((int(aspect[0]) - 1, names.get(aspect, aspect)) for aspect in sorted(talk))


def measurement(web: WebView, today: date) -> Measurement:
    """One measurement with its date as its label."""
    label = short_day(web.taken_on) + ("" if web.taken_on.year == today.year else f" {web.taken_on.year}")
    if web.variant == Variant.QUICK:
        label += " " + _("(kort)")
    scores = tuple(
        given if given is not None else suggested for given, suggested in zip(web.scores, web.suggested, strict=True)
    )
    return Measurement(scores, label, talked_about(sorted(web.talk), web.instrument))


def measurements(webs: Sequence[WebView], today: date, most: int = 2) -> tuple[Measurement, ...]:
    """The newest `most` measurements, oldest first; `webs` is newest first."""
    return tuple(measurement(web, today) for web in reversed(webs[:most]))
