"""Two coaches of one team with a real central API in this process: what each does offline meets when both exchange."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from sync.client import enrolment as devices
from sync.server.app import make_app
from sync.server.first_code import first_code
from sync.server.settings import Settings
from tests.services.vaults import PASSPHRASE
from tests.sync_model.bridge import AppTransport
from wor_tui.clock import FixedClock, milliseconds
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

ADDRESS = "https://centraal.invalid"


class _Shared(httpx.BaseTransport):
    """The way of one device to the app that all use; closing it closes nothing."""

    def __init__(self, served: AppTransport) -> None:
        self._served = served

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._served.handle_request(request)


@dataclass(frozen=True)
class Two:
    """Two devices that know nothing of each other until `meet`."""

    one: Workspace
    other: Workspace

    def meet(self) -> None:
        """Both send and receive until each has everything."""
        for who in (self.one, self.other, self.one):
            who.engine.until_done()


COLLEAGUE = "Youssef El Idrissi"


@contextlib.contextmanager
def two_coaches(one: Workspace, folder: Path, clock: FixedClock, passphrase: str = PASSPHRASE) -> Iterator[Two]:
    """`one`, in whose team there is a case already, founds the organisation of the two; a colleague joins."""
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
            two = Two(one, other)
            two.meet()
            yield two


def _way(served: AppTransport) -> httpx.Client:
    return httpx.Client(transport=_Shared(served), base_url=ADDRESS)


def _through(workspace: Workspace, http: httpx.Client) -> None:
    """Let a workspace reach the central API of this process."""
    way = devices.connect(workspace.database, workspace.clock_ms, http=http)
    workspace._transport = way  # pyright: ignore[reportPrivateUsage] -- there is no other door for it
