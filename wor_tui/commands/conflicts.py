"""`wor conflicts`: what two people changed differently, and choosing what stays."""

import argparse

from wor_tui.commands.exits import Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import moment, write_facts, write_json, write_line
from wor_tui.i18n import _


def conflicts(options: argparse.Namespace) -> int:
    """Write every conflict with its values."""
    with opened(options) as workspace:
        from wor_tui.services import readings, synchronisation  # noqa: PLC0415
        from wor_tui.wording import field_label, value_text  # noqa: PLC0415

        found = synchronisation.conflicts(workspace)
        readings.put_out(workspace, "list", "conflicts")
        if options.json:
            write_json(
                [
                    {
                        "id": one.id,
                        "kind": one.kind,
                        "record": one.record,
                        "field": one.field,
                        "name": one.name,
                        "case": one.case_id,
                        "options": [
                            {"take": each.take, "value": each.value, "by": each.by, "at": each.at, "mine": each.mine}
                            for each in one.options
                        ],
                    }
                    for one in found
                ]
            )
            return Exit.DONE
        if not found:
            write_line(_("Er zijn geen verschillen."))
        for one in found:
            write_facts([(one.name or one.kind, field_label(one.kind, one.field)), (_("verschil"), one.id)])
            for each in one.options:
                value = value_text(one.kind, one.field, each.shown)
                write_line(f"  {each.take}. {value} ({each.by or _('onbekend')}, {moment(each.at)})")
            write_line()
    return Exit.DONE


def resolve(options: argparse.Namespace) -> int:
    """Choose one of the values of a conflict."""
    with opened(options) as workspace:
        from wor_tui.services import synchronisation  # noqa: PLC0415

        synchronisation.resolve(workspace, options.conflict, options.take)
        if options.json:
            write_json({"id": options.conflict, "take": options.take})
        else:
            write_line(_("Gekozen. Het wordt bij de volgende uitwisseling verstuurd."))
    return Exit.DONE
