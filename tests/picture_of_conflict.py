"""Two devices and a central API in one process, at a moment that stands still, for the picture of a conflict."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from tests.services.pairs import COLLEAGUE, two_coaches
from wor_tui.clock import FixedClock
from wor_tui.services import caseload, clients
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View
from wor_tui.services.entry import Entered
from wor_tui.services.workspace import Workspace

__all__ = ["COLLEAGUE", "PHONES", "disagree"]

PHONES: tuple[Mapping[str, Entered], Mapping[str, Entered]] = ({"phone": "06-0000 4417"}, {"phone": "06-0000 4471"})


def disagree(
    one: Workspace,
    folder: Path,
    clock: FixedClock,
    passphrase: str,
    wrote: tuple[Mapping[str, Entered], Mapping[str, Entered]] = PHONES,
) -> None:
    """Let a colleague join the organisation of `one`, and both write something else about the same client."""
    with two_coaches(one, folder, clock, passphrase) as two:
        case_id = caseload.index(one, View.MINE).ids[3]
        for who, entered in zip((one, two.other), wrote, strict=True):
            case = case_file(who, case_id)
            clock.advance(timedelta(minutes=4))
            clients.edit(who, case.client.id, entered, case.bases[case.case.scope])
        two.meet()
