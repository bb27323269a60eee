"""`wor contact add`, `wor contact void` and `wor client set`."""

import argparse
import sys
from codecs import getincrementaldecoder
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from wor_tui.cli import CLIENT_FIELDS
from wor_tui.commands.exits import CommandError, Exit
from wor_tui.commands.opening import opened
from wor_tui.commands.output import AMSTERDAM, write_json, write_line
from wor_tui.i18n import _

if TYPE_CHECKING:
    from wor_tui.services.workspace import Workspace

LONGEST_INPUT = 200_000


def contact_add(options: argparse.Namespace) -> int:
    """Write a contact down and say its id."""
    from wor_tui.domain.codes import ContactKind  # noqa: PLC0415

    if options.kind not in {*ContactKind}:
        known = ", ".join(ContactKind)
        raise CommandError(
            _("Deze soort contact is er niet. Kies uit: {known}.").format(known=known), code="kind", leave=Exit.USAGE
        )
    happened_at = _moment(options.at)
    note = _input() if options.note == "-" else options.note
    with opened(options) as workspace:
        from wor_tui.services import contacts  # noqa: PLC0415

        contact = contacts.NewContact(
            kind=options.kind,
            happened_at=happened_at or workspace.clock.now(),
            minutes=options.minutes,
            reached=not options.not_reached,
            note=note,
            client_bound=options.kind != ContactKind.CASE_MEETING,
        )
        made = contacts.add(workspace, options.case, contact)
    if options.json:
        write_json({"id": made, "case": options.case})
    else:
        write_line(_("Vastgelegd op dit apparaat. Het wordt bij de volgende uitwisseling verstuurd."))
    return Exit.DONE


def contact_void(options: argparse.Namespace) -> int:
    """Take a contact back that was written down where it doesn't belong."""
    with opened(options) as workspace:
        from wor_tui.services import contacts  # noqa: PLC0415

        made = contacts.make_void(workspace, options.contact, options.reason)
    if options.json:
        write_json({"id": made, "contact": options.contact})
    else:
        write_line(_("Vervallen. Het contact telt niet meer en blijft te zien op de tijdlijn."))
    return Exit.DONE


def _input() -> str:
    """The standard input as UTF-8; another encoding would lose its accents without a word."""
    content = sys.stdin.buffer.read(LONGEST_INPUT)
    try:
        # What is cut off is far too long for a note anyway, and is refused as that.
        return getincrementaldecoder("utf-8-sig")().decode(content, final=len(content) < LONGEST_INPUT)
    except UnicodeDecodeError:
        raise CommandError(
            _("De invoer is geen tekst in UTF-8. Er is niets bewaard."), code="not_utf8", leave=Exit.BAD_FILE
        ) from None


def client_set(options: argparse.Namespace) -> int:
    """Change the fields of a client that were given."""
    entered = {
        field: value for field in CLIENT_FIELDS if (value := getattr(options, f"field_{field}", None)) is not None
    }
    if not entered:
        raise CommandError(
            _("Noem een gegeven om te veranderen, zoals --phone."), code="nothing_given", leave=Exit.USAGE
        )
    with opened(options) as workspace:
        from wor_tui.services import clients  # noqa: PLC0415

        client_id, base = _client(workspace, options.client)
        clients.edit(workspace, client_id, entered, base)
    if options.json:
        write_json({"id": client_id, "changed": list(entered)})
    else:
        write_line(_("Bewaard op dit apparaat. Het wordt bij de volgende uitwisseling verstuurd."))
    return Exit.DONE


def _client(workspace: "Workspace", named: str) -> tuple[str, int]:
    """The client that an id names, its own or its case's, and the base of what is known of it now; raises NotFound."""
    from wor_tui.commands.cases import rows_of  # noqa: PLC0415
    from wor_tui.services.case_file import case_file  # noqa: PLC0415
    from wor_tui.services.errors import NotFound  # noqa: PLC0415

    try:
        found = case_file(workspace, named)
    except NotFound:
        of_client = [row.id for row in rows_of(workspace, "", "team") if row.client_id == named]
        if not of_client:
            raise NotFound("client", named) from None
        found = case_file(workspace, of_client[0])
    return found.client.id, found.bases[found.case.scope]


def _moment(text: str | None) -> datetime | None:
    """A moment as somebody typed it, on a Dutch clock unless it names a zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        # At the ends of the calendar another zone's clock has no date.
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(AMSTERDAM))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(
            _("Dit is geen moment: schrijf het als 2026-11-22T10:30."), code="moment", leave=Exit.USAGE
        ) from None
