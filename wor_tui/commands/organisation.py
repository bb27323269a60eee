"""`wor organisation found` and `wor organisation invite`: how an organisation begins and grows."""

import argparse
import sys

from wor_tui.commands.devices import qr
from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.opening import needs_vault, opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.commands.recovery import new_sheet, show_sheet
from wor_tui.commands.terminal import asked_hidden
from wor_tui.i18n import _

LONGEST_CODE = 200


def found(options: argparse.Namespace) -> int:
    """Make this vault the first of an organisation, with the code that the central API printed at its first start."""
    needs_vault(options)
    # Both questions are asked one after the other, before the second that opening takes.
    code = _code() if sys.stdin.isatty() else ""
    with opened(options) as workspace:
        code = code or _code()
        from wor_tui.services import enrolment, recovery_sheet  # noqa: PLC0415
        from wor_tui.services.pinning import Settled  # noqa: PLC0415

        key = None if options.no_recovery_key else new_sheet(options)
        settled = Settled(key.public if key is not None else b"", options.lock_minutes, options.lease_days)
        joined = enrolment.found(
            workspace, options.server, code, settled=settled, recovery_code=key.code if key is not None else ""
        )
        workspace.engine.until_done()
        recovery_sheet.tend(workspace)
    shown = key.code if key is not None and options.recovery_key_file is None else ""
    if options.json:
        scopes = [{"id": scope.id, "kind": scope.kind, "name": scope.name} for scope in joined.scopes]
        answer = {"organisation": joined.organisation, "role": joined.role, "scopes": scopes}
        write_json(answer | ({"recovery_key": shown} if shown else {}))
        return Exit.DONE
    write_line(_("De organisatie is opgericht. Nodig collega's uit met: wor organisation invite NAAM --role coach"))
    if key is not None:
        show_sheet(options, key, shown=bool(shown))
    return Exit.DONE


def invite(options: argparse.Namespace) -> int:
    """Make a one-time invitation for a device of somebody's: as text and as a QR code."""
    needs_vault(options)
    with opened(options) as workspace:
        from wor_tui.domain.codes import Role  # noqa: PLC0415
        from wor_tui.services import enrolment  # noqa: PLC0415

        invitation, person_id = enrolment.invite(workspace, options.name, Role(options.role), leads=options.lead)
        workspace.engine.until_done()
    if options.json:
        write_json({"invitation": invitation.text, "person": person_id})
        return Exit.DONE
    write_line(_("Uitnodiging voor {name}. Geldt 48 uur, voor één apparaat:").format(name=options.name))
    write_line()
    write_line(invitation.text)
    write_line()
    write_line(qr(invitation.text))
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
