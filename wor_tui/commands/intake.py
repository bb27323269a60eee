"""`wor intake import`: intakes from a file of another program."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wor_tui.commands.exits import CommandError, Exit, FileRefused, code_of
from wor_tui.commands.opening import opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wor_tui.services.intake_import import Imported, ImportFileError
    from wor_tui.services.intake_records import Place

REASONS = {
    "name_twice": N_("heeft een naam twee keer; welke van de twee geldt, is niet te zien"),
    "AppendOnly": N_("staat al vast en wordt niet meer veranderd"),
    "Leaving": N_("dit apparaat wordt afgemeld"),
    "BeingErased": N_("wordt op verzoek gewist"),
    "ErasedRecord": N_("is op verzoek gewist en komt niet terug"),
}
"""What only an import refuses; every other reason is worded where the screens find it too."""


def import_file(options: argparse.Namespace) -> int:
    """Take in a file; leaves with 6 when something in it was refused, and keeps the rest."""
    with opened(options) as workspace:
        from wor_tui.services import intake_import  # noqa: PLC0415

        try:
            found = intake_import.import_file(workspace, options.file)
        except intake_import.ImportFileError as error:
            raise _refused(error, options.file) from None
    if options.json:
        write_json(fields(found))
    else:
        _write(found)
    if found.refused:
        said = ngettext(
            "Eén intake is geweigerd; de goede zijn ingelezen.",
            "{n} intakes zijn geweigerd; de goede zijn ingelezen.",
            len(found.refused),
        )
        raise CommandError(said.format(n=len(found.refused)), code="intakes_refused", leave=Exit.BAD_FILE)
    return Exit.DONE


def fields(found: "Imported") -> dict[str, Any]:
    """What became of a file as JSON says it."""
    return {
        "added": found.added,
        "unchanged": found.unchanged,
        "different": _places(found.different),
        "refused": _places(found.refused),
        "notices": _places(found.notices),
    }


def _places(places: "Iterable[Place]") -> list[dict[str, str]]:
    return [{"place": each.place, "reason": each.reason, "message": _message(each)} for each in places]


def _message(each: "Place") -> str:
    from wor_tui.wording import place_sentence  # noqa: PLC0415

    if each.reason in REASONS:
        return f"{each.place} {_(REASONS[each.reason])}."
    return place_sentence(each.place, each.reason, each.limits)


def _write(found: "Imported") -> None:
    write_line(_("Ingelezen: {n}").format(n=len(found.added)))
    write_line(_("Was er al: {n}").format(n=len(found.unchanged) + len(found.different)))
    for each in (*found.different, *found.notices):
        write_line(f"  {_message(each)}")
    sys.stdout.flush()
    for each in found.refused:
        sys.stderr.write(f"{_message(each)}\n")


def _refused(error: "ImportFileError", path: Path) -> FileRefused:
    from wor_tui.wording import sentence  # noqa: PLC0415

    said = sentence(error)
    if line := getattr(error, "line", 0):
        said += " " + _("Het gaat mis op regel {line}, teken {column}.").format(
            line=line, column=getattr(error, "column", 0)
        )
    return FileRefused(said, path, code=code_of(error))
