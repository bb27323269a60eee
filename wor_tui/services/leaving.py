"""Signing this device out and destroying its vault: only when nothing of it can be lost."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.client import leaving
from sync.client.errors import NotAdmitted
from sync.wire import ProblemType
from wor_tui.clock import moment_text
from wor_tui.services import audit, backups, drafts, log_sending, synchronisation
from wor_tui.services.errors import ServiceError
from wor_tui.services.workspace import Workspace
from wor_tui.vault import backup, wiping

ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What would be lost: changes that aren't sent, that were refused, forms left open; or no organisation at all."""

    alone: bool
    unsent: int
    held: int
    drafts: int

    def __bool__(self) -> bool:
        return self.alone or bool(self.unsent or self.held or self.drafts)


class NotYet(ServiceError):
    """Something would be lost; `obstacles` says what. Nothing was changed."""

    def __init__(self, obstacles: Obstacles) -> None:
        """Numbers only."""
        super().__init__(str(obstacles))
        self.obstacles = obstacles


def obstacles(workspace: Workspace) -> Obstacles:
    """What keeps this vault from being destroyed."""
    stands = synchronisation.status(workspace)
    return Obstacles(not stands.joined, stands.unsent, stands.held, len(drafts.every(workspace)))


def outside(workspace: Workspace) -> Path | None:
    """Where this vault's backups lie outside its home, when there are any now."""
    vault = workspace.vault
    where = backups.folder(workspace.config, vault.home, vault.key)
    return where if where != vault.home / backup.FOLDER_NAME and where.is_dir() else None


def sign_out(workspace: Workspace, cancelled: Callable[[], bool] | None = None) -> None:
    """Send and receive what is left, and have the central API serve this device no more; may be repeated.

    Nobody may save meanwhile. Raises NotYet, Declined, an `Unanswered`, Cancelled.
    """
    _refuse(workspace)
    try:
        synchronisation.exchange_all(workspace, cancelled=cancelled)
    except NotAdmitted as refused:
        # It was signed out before, and nobody heard the answer.
        if str(refused) != ProblemType.REVOKED:
            raise
    _refuse(workspace)
    me, now = workspace.me, workspace.clock.now()
    line = audit.Line(moment_text(now), "device.sign-out", audit.EXECUTE, "device", me.device_id, ADMINISTRATION)
    with workspace.database.write() as connection:
        audit.write(connection, [line], me)
    # The log must survive the device.
    log_sending.send(workspace)
    leaving.sign_out(workspace.database, workspace.transport)


def wipe(workspace: Workspace, *, backups_too: bool) -> None:
    """Close the vault of a device that was signed out, and destroy it: key, database, backups in its home, keyring.

    `backups_too`: those outside the home as well, as far as they are within reach. Raises what `wiping.wipe` raises.
    """
    home, elsewhere = workspace.vault.home, outside(workspace) if backups_too else None
    workspace.close()
    wiping.wipe(home, [elsewhere] if elsewhere is not None else [])


def _refuse(workspace: Workspace) -> None:
    found = obstacles(workspace)
    if found:
        raise NotYet(found)
