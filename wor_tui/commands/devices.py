"""`wor devices`: the people of the organisation with their devices, and one's own second device."""

import argparse
import io
from typing import TYPE_CHECKING

from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import write_json, write_line
from wor_tui.i18n import _, ngettext

if TYPE_CHECKING:
    from wor_tui.services.devices import DeviceRow


def listed(options: argparse.Namespace) -> int:
    """Everybody with their devices, last contact and what is unsent there."""
    with opened(options) as workspace:
        from wor_tui.services import devices  # noqa: PLC0415

        workspace.engine.until_done()
        people = devices.people(workspace)
    if options.json:
        write_json(people)
        return Exit.DONE
    for person in people:
        write_line(f"{person.name or _('niet in de adreslijst')} · {person.id}")
        for device in person.devices:
            write_line(f"  {_described(device)} · {device.id}")
    return Exit.DONE


def _described(device: "DeviceRow") -> str:
    from wor_tui.wording.devices import state_words, unsent_words  # noqa: PLC0415

    seen = device.last_seen.astimezone().strftime("%Y-%m-%d %H:%M")
    parts = [device.label or _("zonder naam"), state_words(device), _("laatst gezien {at}").format(at=seen)]
    return " · ".join([*parts, unsent_words(device)])


def rename(options: argparse.Namespace) -> int:
    """Give a device another name."""
    with opened(options) as workspace:
        from wor_tui.services import devices  # noqa: PLC0415

        devices.rename(workspace, options.device, options.name)
    if options.json:
        write_json({"device": options.device, "label": options.name})
    else:
        write_line(_("Het apparaat heet nu {name}.").format(name=options.name))
    return Exit.DONE


def revoke(options: argparse.Namespace) -> int:
    """Send a device, or somebody with all devices, away; without `--yes` nothing is done."""
    if not options.yes:
        raise CommandError(
            _(
                "Er is nog niets gedaan. Met --yes krijgt het apparaat niets meer, "
                "en krijgen alle anderen nieuwe sleutels."
            ),
            code="not_sure",
            leave=Exit.USAGE,
        )
    with opened(options) as workspace:
        from wor_tui.services import devices  # noqa: PLC0415

        workspace.engine.until_done()
        if options.person:
            gone = devices.revoke_person(workspace, options.person, wipe=options.wipe)
        else:
            gone = devices.revoke(workspace, options.devices, wipe=options.wipe)
        workspace.engine.until_done()
    if options.json:
        write_json({"revoked": gone})
        return Exit.DONE
    counted = ngettext("{n} apparaat krijgt niets meer.", "{n} apparaten krijgen niets meer.", len(gone))
    write_line(counted.format(n=len(gone)))
    write_line(_("Wat er was, hebben de anderen nog. Nieuwe gegevens kan het apparaat niet lezen."))
    return Exit.DONE


def hand_over(options: argparse.Namespace) -> int:
    """Let another coach go on with all open cases of somebody."""
    with opened(options) as workspace:
        from wor_tui.services import devices  # noqa: PLC0415

        count = devices.hand_over(workspace, options.person, options.to)
        workspace.engine.until_done()
    if options.json:
        write_json({"cases": count})
    else:
        write_line(ngettext("{n} traject overgedragen.", "{n} trajecten overgedragen.", count).format(n=count))
    return Exit.DONE


def invite(options: argparse.Namespace) -> int:
    """Make a one-time invitation for another device of one's own."""
    with opened(options) as workspace:
        from wor_tui.services import enrolment  # noqa: PLC0415

        invitation = enrolment.invite_own(workspace)
    if options.json:
        write_json({"invitation": invitation.text})
        return Exit.DONE
    write_line(_("Uitnodiging voor een tweede apparaat van uzelf. Geldt 48 uur, één keer:"))
    write_line()
    write_line(invitation.text)
    write_line()
    write_line(qr(invitation.text))
    write_line(_("Laat haar aan niemand zien. Wie haar heeft, kan meelezen."))
    return Exit.DONE


def qr(text: str) -> str:
    """A QR code of half blocks, with its border, for a terminal of at least 80 columns."""
    import segno  # noqa: PLC0415

    drawn = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()
