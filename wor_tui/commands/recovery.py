"""`wor organisation recover|check-sheet`, and the recovery sheet that `wor organisation found` makes.

The code on the sheet is never an argument: it is asked for on the terminal, or read from a file.
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit, FileRefused
from wor_tui.commands.opening import needs_vault, opened
from wor_tui.commands.output import day, write_json, write_line
from wor_tui.i18n import _

if TYPE_CHECKING:
    from wor_tui.vault.escrow import OrganisationKey

PRIVATE = 0o600
PDF = ".pdf"


def recover(options: argparse.Namespace) -> int:
    """Go on as the organisation's coordinator with the recovery sheet, in this vault."""
    needs_vault(options)
    code = _code(options)
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import enrolment, recovery_sheet  # noqa: PLC0415

        if not options.name and not enrolment.has_owner(workspace):
            raise CommandError(
                _("Zet erbij wie u bent: --name NAAM. Er is niets veranderd."), code="no_name", leave=Exit.USAGE
            )
        joined = recovery_sheet.recover(workspace, options.server, code, options.name)
        workspace.engine.until_done()
    if options.json:
        write_json({"organisation": joined.organisation, "role": joined.role})
        return Exit.DONE
    write_line(_("U bent nu coördinator, op dit apparaat. Alle sleutels zijn er weer."))
    write_line(_("Nodig collega's uit met: wor organisation invite NAAM --role coach"))
    write_line(_("Zij krijgen alles terug wat verstuurd was. Berg het herstelblad weer op."))
    return Exit.DONE


def check_sheet(options: argparse.Namespace) -> int:
    """Look whether this is the organisation's sheet; changes nothing."""
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import recovery_sheet  # noqa: PLC0415

        right = recovery_sheet.is_the_one(workspace, _code(options))
        covered = right and recovery_sheet.has_sheet(workspace)
    if not right:
        raise CommandError(
            _(
                "Dit is niet het herstelblad van deze organisatie. Er is niets veranderd. Zoek het goede blad: zonder "
                "dat kan niemand verder als de apparaten van alle coördinatoren weg zijn."
            ),
            code="other_sheet",
        )
    if options.json:
        write_json({"right": True, "covered": covered})
    else:
        write_line(_("Dit is het goede herstelblad. Berg het weer op."))
    return Exit.DONE


def new_sheet(options: argparse.Namespace) -> "OrganisationKey":
    """A new recovery key, written as a sheet first where a file is named; one that is there already is used again."""
    from wor_tui.clock import SystemClock  # noqa: PLC0415
    from wor_tui.commands.sheet_paper import Paper  # noqa: PLC0415
    from wor_tui.commands.vault_keys import organisation_key_in  # noqa: PLC0415
    from wor_tui.vault.escrow import fingerprint, new_organisation_key, organisation_key  # noqa: PLC0415

    if options.recovery_key_file is None:
        return new_organisation_key()
    path = paths.expanded(options.recovery_key_file)
    if path.suffix == PDF:
        path = path.with_suffix(".txt")
    if path.exists():
        return organisation_key(organisation_key_in(path))
    key = new_organisation_key()
    paper = Paper(options.server, key.code, fingerprint(key.public), day(SystemClock().today()))
    try:
        paper.write_pdf(path.with_suffix(PDF))
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "w", encoding="utf-8") as file:
            file.write(paper.text())
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise FileRefused(
            _("De herstelsleutel kon niet worden geschreven. Er is niets opgericht. Kies een andere map."),
            path,
            code="recovery_key_file",
        ) from None
    return key


def show_sheet(options: argparse.Namespace, key: "OrganisationKey", *, shown: bool) -> None:
    """Show the code where no file has it, and have two groups typed back."""
    from wor_tui.commands.vault_keys import copied  # noqa: PLC0415

    if shown:
        write_line()
        write_line(_("Herstelblad: schrijf de code over, want hij verschijnt maar één keer:"))
        write_line()
        write_line(f"    {key.code}")
        write_line()
    else:
        write_line(_("Het herstelblad staat in twee bestanden: tekst, en PDF. Druk het af en wis ze daarna hier."))
    write_line(_("Hiermee gaat de organisatie verder als geen coördinator meer een apparaat heeft."))
    write_line(_("Wie het blad heeft, kan elke kluis openen. Bewaar het op papier, in een kluis"))
    write_line(_("of bij de notaris. Zonder dit blad en zonder herstelcode is een kluis dicht."))
    if sys.stdin.isatty() and not copied(options, key.code):
        write_line(_("Het herstelblad is niet nagekeken. Doe dat vandaag nog: wor organisation check-sheet"))


def _code(options: argparse.Namespace) -> str:
    from wor_tui.commands.vault_keys import asked, organisation_key_in  # noqa: PLC0415

    if options.recovery_key_file is not None:
        return organisation_key_in(options.recovery_key_file)
    return asked(_("Code van het herstelblad: "))
