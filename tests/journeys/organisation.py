"""A small organisation for a journey: a real central API as a process, and a coordinator who founded it."""

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from wor_tui.clock import SystemClock
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

PASSPHRASE = "een zin om te onthouden"
SERVE = "import sys; from sync.server.cli import main; sys.exit(main())"


class Organisation:
    """Serves `folder`/central on a free port; a context manager that ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        data = self.folder / "central"
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--data", str(data), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.server.stdout is not None
        self.url = self.server.stdout.readline().split()[-1]
        self.coordinator = self.device("coordinator")
        enrolment.begin_alone(self.coordinator, "Hanneke Vos", role=Role.COORDINATOR)
        enrolment.found(self.coordinator, self.url, (data / "first-coordinator-code.txt").read_text("ascii").strip())
        self.coordinator.engine.until_done()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.coordinator.close()
        self.server.terminate()
        self.server.wait(120)
        assert self.server.stdout is not None
        self.server.stdout.close()

    def invite(self, name: str, person_id: str = "") -> tuple[str, str]:
        """An invitation for a coach, as text, and the person's id: a second device of theirs is invited by it."""
        invitation, person_id = enrolment.invite(self.coordinator, name, Role.COACH, person_id=person_id)
        self.coordinator.engine.until_done()
        return invitation.text, person_id

    def device(self, name: str) -> Workspace:
        """A new vault in a folder of that name, open, without an owner yet."""
        return open_workspace(create(self.folder / name, PASSPHRASE, cost=FLOOR).vault, SystemClock())
