"""`wor status` and `wor sync`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import moment, write_facts, write_json, write_line
from wor_tui.i18n import _, ngettext

if TYPE_CHECKING:
    from sync.client.engine import Progress
    from sync.client.errors import NotAdmitted
    from wor_tui.services.synchronisation import SyncOverview
    from wor_tui.services.workspace import Workspace

FIELDS = ("unsent", "conflicts", "held", "quarantined", "complete", "last_exchange", "older")


def status(options: argparse.Namespace) -> int:
    """Write what is sent and what isn't, from what is stored here."""
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import synchronisation  # noqa: PLC0415

        write_status(synchronisation.status(workspace), as_json=options.json)
    return Exit.DONE


def sync(options: argparse.Namespace) -> int:
    """Exchange until nothing is left; leaves with 5 when something stays unsent."""
    with opened(options, without_contact=True) as workspace:
        from sync.client.errors import NotAdmitted  # noqa: PLC0415
        from wor_tui.services import escrow, recovery_sheet, synchronisation  # noqa: PLC0415

        shown = _Shown() if sys.stderr.isatty() and not options.json else None
        try:
            done = workspace.engine.until_done(shown)
        except NotAdmitted as error:
            _go(workspace, error)
            raise
        if shown is not None:
            shown.end()
        recovery_sheet.tend(workspace)
        escrow.settle(workspace)
        overview = synchronisation.status(workspace)
        totals = {"pushed": done.pushed, "pulled": done.pulled, "refused": done.refused}
        write_status(overview, as_json=options.json, totals=totals)
    if overview.unsent or overview.held or not overview.complete:
        raise CommandError(_not_finished(overview), code="not_synced", leave=Exit.NOT_SYNCED)
    return Exit.DONE


def _go(workspace: "Workspace", error: "NotAdmitted") -> None:
    """A device that was sent away leaves what it hadn't sent, and is wiped when that was ordered."""
    from wor_tui.services import sent_away  # noqa: PLC0415

    found = sent_away.heard(workspace, error)
    if found is not None and found.ordered and sent_away.obey(workspace):
        raise CommandError(
            _(
                "Uw organisatie heeft dit apparaat afgemeld. Wat nog niet verstuurd was, ligt klaar voor uw "
                "teamleider. De kluis op dit apparaat is vernietigd."
            ),
            code="sent_away",
            leave=Exit.NOT_SYNCED,
        )


def write_status(overview: "SyncOverview", *, as_json: bool, totals: dict[str, int] | None = None) -> None:
    """Write the status, with what this run did when it ran."""
    if as_json:
        found = asdict(overview)
        days = None if overview.lease is None else overview.lease.days_left
        write_json(
            {**{name: found[name] for name in FIELDS}, "joined": overview.joined, "lease_days": days, **(totals or {})}
        )
    else:
        write_facts([*_lines(overview), *_totals(totals)])
        if overview.older:
            from wor_tui.wording import older_sentence  # noqa: PLC0415

            write_line(older_sentence(overview.older, complete=overview.complete))


def _lines(overview: "SyncOverview") -> Sequence[tuple[str, str]]:
    everything = _("ja") if overview.complete else _("nee, er komt nog meer binnen")
    if not overview.complete and overview.whole:
        everything = _("nee, {come} van {whole}").format(come=overview.come, whole=overview.whole)
    return (
        (_("Nog niet verstuurd"), str(overview.unsent)),
        (_("Verschillen"), str(overview.conflicts)),
        (_("Tegengehouden"), str(overview.held)),
        (_("Apart gezet"), str(overview.quarantined)),
        (_("Alles is binnen"), everything if overview.joined else _("deze kluis hoort nog bij geen organisatie")),
        (_("Laatst gelijk"), moment(overview.last_exchange) or _("nog niet")),
        *_lease(overview),
    )


def _lease(overview: "SyncOverview") -> Sequence[tuple[str, str]]:
    if overview.lease is None:
        return ()
    return ((_("Zonder contact open"), _("nog {n} dagen").format(n=overview.lease.days_left)),)


def _totals(totals: dict[str, int] | None) -> Sequence[tuple[str, Any]]:
    if totals is None:
        return ()
    return (
        (_("Verstuurd"), str(totals["pushed"])),
        (_("Ontvangen"), str(totals["pulled"])),
        (_("Geweigerd"), str(totals["refused"])),
    )


def _not_finished(overview: "SyncOverview") -> str:
    if overview.held:
        return ngettext(
            "Eén wijziging wordt tegengehouden. Er is niets kwijt. Kijk op het scherm Synchronisatie.",
            "{n} wijzigingen worden tegengehouden. Er is niets kwijt. Kijk op het scherm Synchronisatie.",
            overview.held,
        ).format(n=overview.held)
    return _("Nog niet alles is uitgewisseld. Alles staat op dit apparaat. Probeer het straks opnieuw.")


class _Shown:
    """Counts on one line of the terminal while it runs."""

    def __call__(self, progress: "Progress") -> None:
        said = _("verstuurd {sent}, ontvangen {received}, te gaan {left}").format(
            sent=progress.pushed, received=progress.pulled, left=progress.unsent
        )
        if progress.whole:
            said += " · " + _("{come} van {whole} binnen").format(come=progress.come, whole=progress.whole)
        sys.stderr.write(f"\r{said}  ")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        sys.stderr.write("\n")
