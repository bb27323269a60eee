"""Two devices and a central API in one process, at a moment that stands still, for the picture of a conflict."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import httpx

from sync.client import enrolment as devices
from sync.server.app import make_app
from sync.server.first_code import first_code
from sync.server.settings import Settings
from tests.sync_model.bridge import AppTransport
from wor_tui.clock import FixedClock, milliseconds
from wor_tui.domain.codes import Role
from wor_tui.services import caseload, clients, enrolment
from wor_tui.services.case_file import case_file
from wor_tui.services.caseload import View
from wor_tui.services.entry import Entered
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

ADDRESS = "https://centraal.invalid"
COLLEAGUE = "Youssef El Idrissi"


PHONES: tuple[Mapping[str, Entered], Mapping[str, Entered]] = ({"phone": "06-0000 4417"}, {"phone": "06-0000 4471"})


def disagree(
    one: Workspace,
    folder: Path,
    clock: FixedClock,
    passphrase: str,
    wrote: tuple[Mapping[str, Entered], Mapping[str, Entered]] = PHONES,
) -> None:
    """Let a colleague join the organisation of `one`, and both write something else about the same client."""
    settings = Settings(data=folder / "central")
    app = make_app(settings, lambda: milliseconds(clock.now()))
    code = first_code(settings, app.state.central.database)
    assert code is not None
    served = AppTransport(app)
    with contextlib.closing(served), _way(served) as http:
        enrolment.found(one, ADDRESS, code.text, http=http)
        _through(one, http)
        one.engine.until_done()
        invitation, _person = enrolment.invite(one, COLLEAGUE, Role.COACH)
        with open_workspace(create(folder / "colleague", passphrase, FLOOR).vault, clock) as other:
            theirs = _way(served)
            enrolment.join(other, invitation.text, label="laptop", http=theirs)
            _through(other, theirs)
            other.engine.until_done()
            one.engine.until_done()
            case_id = caseload.index(one, View.MINE).ids[3]
            for who, entered in zip((one, other), wrote, strict=True):
                case = case_file(who, case_id)
                clock.advance(timedelta(minutes=4))
                clients.edit(who, case.client.id, entered, case.bases[case.case.scope])
            for who in (one, other, one):
                who.engine.until_done()


class _Shared(httpx.BaseTransport):
    """The way of one device to the app that both use; closing it closes nothing."""

    def __init__(self, served: AppTransport) -> None:
        self._served = served

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._served.handle_request(request)


def _way(served: AppTransport) -> httpx.Client:
    return httpx.Client(transport=_Shared(served), base_url=ADDRESS)


def _through(workspace: Workspace, http: httpx.Client) -> None:
    """Let a workspace reach the central API of this process."""
    way = devices.connect(workspace.database, workspace.clock_ms, http=http)
    workspace._transport = way  # pyright: ignore[reportPrivateUsage] -- there is no other door for it
