"""An organisation of several people around a central API in this process."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import httpx

from sync.client import enrolment as devices
from sync.server.app import make_app
from sync.server.central import Central
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


class Way(httpx.BaseTransport):
    """The way of one device to the app that all use; `cut`: the paths on which nothing gets through."""

    def __init__(self, served: AppTransport) -> None:
        self._served = served
        self.cut: set[str] = set()
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path in self.cut:
            raise httpx.ConnectError("cut", request=request)
        return self._served.handle_request(request)


class Organisation:
    """A coordinator who founded it, and whoever joins; a context manager's value."""

    def __init__(self, folder: Path, clock: FixedClock, stack: contextlib.ExitStack) -> None:
        self.folder, self.clock, self._stack = folder, clock, stack
        app = make_app(Settings(data=folder / "central"), lambda: milliseconds(clock.now()))
        self.central: Central = app.state.central
        self.served = AppTransport(app)
        stack.callback(self.served.close)
        self.ways: dict[str, Way] = {}
        code = first_code(self.central.settings, self.central.database)
        assert code is not None
        self.coordinator = self.device("coordinator")
        enrolment.begin_alone(self.coordinator, "Hanneke Vos", role=Role.COORDINATOR, label="kantoor")
        enrolment.found(self.coordinator, ADDRESS, code.text, http=self.http("coordinator"))
        self.through("coordinator", self.coordinator)
        self.coordinator.engine.until_done()

    def device(self, home: str) -> Workspace:
        """A new vault, open, without an owner yet."""
        opened = open_workspace(create(self.folder / home, PASSPHRASE, FLOOR).vault, self.clock)
        return self._stack.enter_context(opened)

    def http(self, home: str) -> httpx.Client:
        """That device's way to the central API."""
        way = self.ways.setdefault(home, Way(self.served))
        return httpx.Client(transport=way, base_url=ADDRESS)

    def through(self, home: str, workspace: Workspace) -> None:
        """Let a workspace reach the central API of this process."""
        way = devices.connect(workspace.database, workspace.clock_ms, http=self.http(home))
        workspace._transport = way  # pyright: ignore[reportPrivateUsage] -- there is no other door for it

    def joined(self, home: str, name: str, role: Role = Role.COACH, *, invitation: str = "") -> Workspace:
        """A new device of a new person, with everything on it that is there."""
        workspace = self.device(home)
        if not invitation:
            invitation = self.invited(name, role)
        enrolment.join(workspace, invitation, label=home, http=self.http(home))
        self.through(home, workspace)
        workspace.engine.until_done()
        return workspace

    def invited(self, name: str, role: Role = Role.COACH) -> str:
        """An invitation as text."""
        invitation, _ = enrolment.invite(self.coordinator, name, role)
        self.coordinator.engine.until_done()
        return invitation.text

    def meet(self, *workspaces: Workspace) -> None:
        """All exchange until each has everything; the first two also what came of it."""
        for workspace in (*workspaces, *workspaces):
            workspace.engine.until_done()


@contextlib.contextmanager
def organised(folder: Path, clock: FixedClock) -> Iterator[Organisation]:
    """A new organisation."""
    with contextlib.ExitStack() as stack:
        yield Organisation(folder, clock, stack)
