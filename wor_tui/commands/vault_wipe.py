"""`wor vault wipe`: signs this device out and destroys its vault."""

import argparse

from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.i18n import _


def wipe(options: argparse.Namespace) -> int:
    """Refuse while anything would be lost; without `--yes` nothing is done."""
    with opened(options, without_contact=True) as workspace:
        from wor_tui.services import leaving  # noqa: PLC0415
        from wor_tui.wording.leaving import obstacle_sentences  # noqa: PLC0415

        found = leaving.obstacles(workspace)
        if found:
            first = " ".join(obstacle_sentences(found))
            raise CommandError(_("Afmelden kan nog niet. Eerst dit: {first}").format(first=first), code="not_yet")
        if not options.yes:
            raise CommandError(
                _("Er is nog niets gedaan. Met --yes wordt dit apparaat afgemeld en de kluis vernietigd, voor altijd."),
                code="not_sure",
                leave=Exit.USAGE,
            )
        leaving.sign_out(workspace)
        left = None if options.backups_too else leaving.outside(workspace)
        leaving.wipe(workspace, backups_too=options.backups_too)
    if options.json:
        write_json({"wiped": True, "backups_left": None if left is None else str(left)})
        return Exit.DONE
    write_line(_("Dit apparaat is afgemeld en leeg."))
    if left is not None:
        write_line(_("Er liggen nog reservekopieën in {folder}.").format(folder=left))
    return Exit.DONE
