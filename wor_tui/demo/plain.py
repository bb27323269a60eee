"""Runs a demo that stands ready plainly, where there is no screen."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from wor_tui.demo.central import Prepared, session
from wor_tui.demo.folder import DemoError
from wor_tui.demo.prepare import opened
from wor_tui.domain.codes import ContactKind
from wor_tui.i18n import _
from wor_tui.services import caseload, contacts
from wor_tui.services.case_file import CaseFile, case_file
from wor_tui.services.caseload import CaseRow
from wor_tui.services.synchronisation import SyncOverview, status
from wor_tui.services.workspace import Workspace

NOTE = "Demo: even gebeld, het gaat goed. Volgende week lopen we samen de route."
ROWS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Shown:
    """What a plain run has to show: the caseload, one case as the colleague has it, and how the exchange went."""

    total: int
    rows: list[CaseRow]
    case: CaseFile
    contact: str
    seconds: float
    coach: SyncOverview
    colleague: SyncOverview


def plainly(prepared: Prepared, say: Callable[[str], None]) -> Shown:
    """Exchange between the coach and the colleague, and return what there is to show.

    Raises DemoError when what one saved didn't reach the other, and what the vault and the exchange raise.
    """
    folder = prepared.folder
    with session(folder, prepared.port) as url:
        say(_("De centrale computer draait op {url}.").format(url=url))
        with opened(folder, "coach") as coach, opened(folder, "colleague") as colleague:
            for workspace in (coach, colleague):
                workspace.engine.until_done()
            case_id = _further_on(coach)
            started = time.monotonic()
            contact = contacts.NewContact(ContactKind.PHONE, coach.clock.now(), minutes=10, note=NOTE)
            contact_id = contacts.add(coach, case_id, contact)
            coach.engine.until_done()
            colleague.engine.until_done()
            arrived = case_file(colleague, case_id)
            seconds = time.monotonic() - started
            if contact_id not in {entry.id for entry in arrived.timeline}:
                raise DemoError("not_arrived")
            index = caseload.index(coach, caseload.View.TEAM)
            rows = caseload.rows(coach, index.ids[:ROWS_SHOWN])
            return Shown(len(index), rows, arrived, contact_id, seconds, status(coach), status(colleague))


def _further_on(workspace: Workspace) -> str:
    """The first case of the caseload with two webs that isn't over, else with one, else any."""
    index = caseload.index(workspace, caseload.View.MINE)
    best = index.ids[0]
    for case_id in index.ids[:200]:
        found = case_file(workspace, case_id)
        if found.case.ended_on is None and len(found.webs) > 1:
            return case_id
        if found.webs and found.case.ended_on is None:
            best = case_id
    return best
