"""`wor audit`: the log of who saw or did what."""

import argparse

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.i18n import _, ngettext
from wor_tui.wording.audit import finding_sentence


def verify(options: argparse.Namespace) -> int:
    """Look whether lines were changed or are missing; leaves with 1 when any trail isn't whole."""
    with opened(options) as workspace:
        from wor_tui.services import audit  # noqa: PLC0415

        with workspace.database.read() as connection:
            verdicts = audit.verify(connection)
    well = not any(verdict.findings for verdict in verdicts)
    if options.json:
        write_json({"ok": well, "trails": verdicts})
        return Exit.DONE if well else Exit.REFUSED
    for verdict in verdicts:
        counted = ngettext("{n} regel", "{n} regels", verdict.lines).format(n=verdict.lines)
        write_line(_("Apparaat {device}: {counted}").format(device=verdict.device, counted=counted))
        for finding in verdict.findings:
            write_line("  " + finding_sentence(finding))
    write_line(_("Het logboek is heel.") if well else _("LET OP: het logboek is niet heel."))
    return Exit.DONE if well else Exit.REFUSED
