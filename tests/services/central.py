"""A real central API as a process, and an organisation that was founded and joined through the services."""

import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.services.vaults import PASSPHRASE
from wor_tui.clock import SystemClock
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment, synchronisation
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

SERVE = "import sys; from sync.server.cli import main; sys.exit(main())"


class Organisation:
    """Serves `folder`/central; a context manager that ends it and closes every device.

    `begin`: a coordinator who has no cases founds it at once.
    """

    def __init__(self, folder: Path, *, begin: bool = True) -> None:
        self.folder = folder
        self.begin = begin
        self.port = 0
        self.opened: list[Workspace] = []

    def start(self) -> None:
        """Run the central API, each time on the same port."""
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--data", str(self.folder / "central"), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.server.stdout is not None
        self.url = self.server.stdout.readline().split()[-1]
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> None:
        """End the central API."""
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(120)
        assert self.server.stdout is not None
        self.server.stdout.close()

    def __enter__(self) -> Self:
        self.start()
        if self.begin:
            self.coordinator = self.device("coordinator")
            enrolment.begin_alone(self.coordinator, "Hanneke Vos", role=Role.COORDINATOR)
            self.found(self.coordinator)
            synchronisation.exchange_all(self.coordinator)
        return self

    def found(self, workspace: Workspace) -> None:
        """Found the organisation from this vault."""
        code = (self.folder / "central" / "first-coordinator-code.txt").read_text("ascii").strip()
        enrolment.found(workspace, self.url, code)
        workspace.start_over()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for workspace in self.opened:
            workspace.close()
        self.stop()

    def device(self, name: str) -> Workspace:
        """A new vault in a folder of that name, open, without an owner yet."""
        home = self.folder / name
        workspace = open_workspace(create(home, PASSPHRASE, cost=FLOOR).vault, SystemClock())
        self.opened.append(workspace)
        return workspace

    def invited(self, name: str, role: Role = Role.COACH, practice_id: str = "") -> tuple[str, str]:
        """An invitation as text, and the person's id."""
        invitation, person_id = enrolment.invite(self.coordinator, name, role, practice_id=practice_id)
        synchronisation.exchange_all(self.coordinator)
        return invitation.text, person_id

    def joined(self, home: str, name: str, role: Role = Role.COACH, *, practice_id: str = "") -> Workspace:
        """A new device of a new person, with everything on it that is there."""
        workspace = self.device(home)
        enrolment.join(workspace, self.invited(name, role, practice_id)[0], label=home)
        synchronisation.exchange_all(workspace)
        return workspace
