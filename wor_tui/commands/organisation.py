"""`wor organisation found` and `wor organisation invite`: how an organisation begins and grows."""

import argparse
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wor_tui import paths
from wor_tui.commands.exits import CommandError, Exit, FileRefused
from wor_tui.commands.opening import home_and_config, opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.commands.terminal import asked_hidden
from wor_tui.i18n import _

if TYPE_CHECKING:
    from wor_tui.vault.escrow import OrganisationKey

LONGEST_CODE = 200
PRIVATE = 0o600


def found(options: argparse.Namespace) -> int:
    """Make this vault the first of an organisation, with the code that the central API printed at its first start."""
    needs_vault(options)
    # Both questions are asked one after the other, before the second that opening takes.
    code = _code() if sys.stdin.isatty() else ""
    with opened(options) as workspace:
        code = code or _code()
        from wor_tui.services import enrolment  # noqa: PLC0415
        from wor_tui.services.pinning import Settled  # noqa: PLC0415

        key = None if options.no_recovery_key else _recovery_key(options.recovery_key_file)
        settled = Settled(key.public if key is not None else b"", options.lock_minutes, options.lease_days)
        joined = enrolment.found(workspace, options.server, code, settled=settled)
        workspace.engine.until_done()
    shown = key.code if key is not None and options.recovery_key_file is None else ""
    if options.json:
        scopes = [{"id": scope.id, "kind": scope.kind, "name": scope.name} for scope in joined.scopes]
        answer = {"organisation": joined.organisation, "role": joined.role, "scopes": scopes}
        write_json(answer | ({"recovery_key": shown} if shown else {}))
        return Exit.DONE
    write_line(_("De organisatie is opgericht. Nodig collega's uit met: wor organisation invite NAAM --role coach"))
    if shown:
        write_line()
        write_line(_("Herstelsleutel van de organisatie. Schrijf hem over; hij verschijnt maar één keer:"))
        write_line()
        write_line(f"    {shown}")
        write_line()
    if key is not None:
        write_line(_("Wie de herstelsleutel heeft, kan elke kluis openen. Bewaar hem op papier in een kluis of bij de"))
        write_line(_("notaris, en niet op een computer. Zonder deze sleutel en zonder herstelcode is een kluis dicht."))
    return Exit.DONE


def needs_vault(options: argparse.Namespace) -> None:
    """Raise CommandError, with the way to a vault, where there is none yet."""
    from wor_tui.vault.vault import exists  # noqa: PLC0415

    home, _config = home_and_config(options)
    if not exists(home):
        raise CommandError(
            _(
                "In deze map staat nog geen kluis. Typ eerst wor, maak daar een nieuwe kluis, en geef deze opdracht "
                "dan opnieuw. Staat uw kluis ergens anders? Zet er dan --home MAP bij."
            ),
            code="vault_missing",
            leave=Exit.VAULT,
        )


def _recovery_key(path: Path | None) -> "OrganisationKey":
    """A new recovery key, written to `path` first; the one that an earlier attempt wrote there is used again."""
    from wor_tui.commands.vault_keys import organisation_key_in  # noqa: PLC0415
    from wor_tui.vault.escrow import new_organisation_key, organisation_key  # noqa: PLC0415

    if path is None:
        return new_organisation_key()
    path = paths.expanded(path)
    if path.exists():
        return organisation_key(organisation_key_in(path))
    key = new_organisation_key()
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "w", encoding="utf-8") as file:
            file.write("# " + _("Herstelsleutel van de organisatie. Wie hem heeft, kan elke kluis openen.") + "\n")
            file.write("# " + _("Zet dit bestand op een stick of op papier, in een kluis, en wis het hier.") + "\n")
            file.write(key.code + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise FileRefused(
            _("De herstelsleutel kon niet worden geschreven. Er is niets opgericht. Kies een andere map."),
            path,
            code="recovery_key_file",
        ) from None
    return key


def invite(options: argparse.Namespace) -> int:
    """Make a one-time invitation for a device of somebody's: as text and as a QR code."""
    needs_vault(options)
    with opened(options) as workspace:
        from wor_tui.domain.codes import Role  # noqa: PLC0415
        from wor_tui.services import enrolment  # noqa: PLC0415

        invitation, person_id = enrolment.invite(workspace, options.name, Role(options.role))
        workspace.engine.until_done()
    if options.json:
        write_json({"invitation": invitation.text, "person": person_id})
        return Exit.DONE
    write_line(_("Uitnodiging voor {name}. Geldt 48 uur, voor één apparaat:").format(name=options.name))
    write_line()
    write_line(invitation.text)
    write_line()
    write_line(_qr(invitation.text))
    write_line(_("Geef de uitnodiging persoonlijk, of bel. Wie haar heeft, kan meelezen."))
    return Exit.DONE


def _code() -> str:
    """The code, asked for without showing it, or from the standard input: never an argument, those can be read."""
    if sys.stdin.isatty():
        try:
            return asked_hidden(_("Code van de centrale computer: "))
        except EOFError:
            raise KeyboardInterrupt from None
    code = sys.stdin.read(LONGEST_CODE).strip()
    if not code:
        raise CommandError(_("Er is geen code gegeven."), code="no_code", leave=Exit.USAGE)
    return code


def _qr(text: str) -> str:
    import segno  # noqa: PLC0415

    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()
