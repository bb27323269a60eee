"""`wor audit`: the log of who saw or did what."""

import argparse

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import moment, write_json, write_line, write_table
from wor_tui.i18n import _, ngettext
from wor_tui.wording.audit import covers_sentence, done_words, finding_sentence, rule_words


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


def review(options: argparse.Namespace) -> int:
    """Fetch what is new and write the lines that a rule finds, or all of them; for auditors."""
    with opened(options) as workspace:
        from sync.client.errors import SyncError  # noqa: PLC0415
        from wor_tui.services import log_review, log_sending  # noqa: PLC0415

        fresh = True
        if log_review.may_review(workspace):
            try:
                log_sending.take(workspace)
            except SyncError:
                fresh = False
        found = log_review.reviewed(
            workspace, person=options.person, client=options.client, since=options.since, until=options.until
        )
    lines = [line for line in found.lines if line.rules or options.all]
    if options.json:
        write_json({"ok": found.whole, "fresh": fresh, "lines": lines, "trails": found.trails})
        return Exit.DONE if found.whole else Exit.REFUSED
    write_table(
        (_("Wanneer"), _("Wie"), _("Wat"), _("Waarom"), _("Deelnemer")),
        (
            (moment(line.at), line.person, done_words(line.event, line.action), rule_words(line.rules), line.client)
            for line in lines
        ),
    )
    for trail in found.trails:
        whole = not trail.findings and not trail.forks
        write_line(f"{trail.person} {trail.label}: {_('heel') if whole else _('LET OP: niet heel')}".strip())
    if not fresh:
        write_line(_("De centrale computer was niet bereikbaar: dit is wat hier al was."))
    return Exit.DONE if found.whole else Exit.REFUSED


def client(options: argparse.Namespace) -> int:
    """Write who was at a client's file, for the client."""
    from wor_tui.domain.codes import Role  # noqa: PLC0415
    from wor_tui.wording import label  # noqa: PLC0415

    with opened(options) as workspace:
        from wor_tui.services import log_review  # noqa: PLC0415

        found = log_review.who_saw(workspace, options.client)
    if options.json:
        write_json({"own_only": found.own_only, "lines": found.lines})
        return Exit.DONE
    write_line(_("Wie heeft mijn dossier gezien"))
    write_line()
    write_table(
        (_("Wanneer"), _("Wie"), _("Rol"), _("Wat")),
        (
            (
                moment(line.at),
                line.person,
                label(Role, line.role) if line.role else "",
                done_words(line.event, line.action),
            )
            for line in found.lines
        ),
    )
    write_line()
    write_line(covers_sentence(own_only=found.own_only))
    return Exit.DONE
