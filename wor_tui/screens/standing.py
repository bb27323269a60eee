"""How the saved changes stand, in words: counted from what is stored, and never more than that proves."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from wor_tui.i18n import _, ngettext
from wor_tui.screens.dates import moment_words

if TYPE_CHECKING:
    from datetime import date

    from wor_tui.services.synchronisation import SyncOverview


class Line(Enum):
    """How the line to the central API is."""

    ALONE = "alone"
    """This vault belongs to no organisation."""
    TRYING = "trying"
    UP = "up"
    DOWN = "down"
    STOPPED = "stopped"
    """Something that a person must act upon."""


MARKS = {Line.UP: "●", Line.DOWN: "○", Line.ALONE: "■", Line.STOPPED: "!", Line.TRYING: "…"}


def badge(overview: SyncOverview, line: Line, today: date, *, short: bool) -> str:
    """The badge without its warnings; `short` leaves out what goes without saying."""
    words = [*_saved(overview, line, today, short=short), *_line_words(line)]
    return f"{MARKS[line]} {' · '.join(words)}".rstrip()


def warnings(overview: SyncOverview) -> list[str]:
    """What a person has to look at, each with where."""
    found: list[str] = []
    if overview.unread:
        found.append(_("kluis was ouder: F8") if overview.older == "older" else _("kopie van kluis: F8"))
    if overview.lease is not None and overview.lease.warns:
        left = overview.lease.days_left
        found.append(ngettext("nog {n} dag tot slot", "nog {n} dagen tot slot", left).format(n=left))
    if overview.conflicts:
        count = overview.conflicts
        found.append(ngettext("{count} verschil", "{count} verschillen", count).format(count=count))
    if apart := overview.held + overview.quarantined:
        found.append(_("{count} apart gezet").format(count=apart))
    return found


def answer(overview: SyncOverview | None, line: Line, trouble: str) -> str:
    """The sentence after somebody asked to exchange; `trouble` is that of the last failure."""
    if line is Line.ALONE:
        return _("Deze kluis hoort nog bij geen organisatie; alles staat op dit apparaat.")
    if trouble or overview is None:
        return trouble
    if overview.unsent:
        return ngettext(
            "Nog {count} wijziging te versturen.", "Nog {count} wijzigingen te versturen.", overview.unsent
        ).format(count=overview.unsent)
    if apart := overview.held + overview.quarantined:
        return _("{count} apart gezet").format(count=apart)
    if not overview.complete:
        return _come(overview)
    return _("Alles is verstuurd en binnengehaald.")


def _saved(overview: SyncOverview, line: Line, today: date, *, short: bool) -> list[str]:
    kept = [] if short else [_("op dit apparaat bewaard")]
    if overview.unsent:
        return [*kept, _("{count} nog niet verstuurd").format(count=overview.unsent)]
    if line is Line.ALONE:
        return kept or [_("bewaard")]
    if not overview.complete:
        return [_come(overview)]
    # What was held back isn't sent; the warning beside it counts it.
    if overview.held or overview.last_exchange is None:
        return kept
    return [_("alles verstuurd ({when})").format(when=moment_words(overview.last_exchange, today))]


def _come(overview: SyncOverview) -> str:
    """How much has come in, as far as that is known."""
    if not overview.whole:
        return _("nog niet alles is binnen")
    return _("{come} van {whole} binnen").format(come=overview.come, whole=overview.whole)


def _line_words(line: Line) -> list[str]:
    if line is Line.DOWN:
        return [_("geen verbinding")]
    return [_("verzenden staat stil: F8")] if line is Line.STOPPED else []
