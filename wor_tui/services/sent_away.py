"""A device that its organisation sent away: leave what wasn't sent for the team's lead, then destroy the vault.

Destroying needs a coordinator's order that this device believes (`sync.client.sent_away`); without one it only says
that it is served no more. A kill at any point is made good at the next start: the deposit can be repeated, and the
vault goes only after it, key first (`leaving.wipe`).
"""

from contextlib import suppress

from sync.client import sent_away
from sync.client.errors import NotAdmitted, SyncError
from sync.client.sent_away import SentAway
from sync.client.transport import Declined
from sync.wire import ProblemType
from wor_tui.services import leaving
from wor_tui.services.errors import ServiceError
from wor_tui.services.workspace import Workspace


class Ordered(ServiceError):
    """A coordinator ordered that this device be wiped: nothing of it is shown any more."""


def standing(workspace: Workspace) -> SentAway | None:
    """What this device heard of being sent away; None while it is served."""
    with workspace.database.read() as connection:
        return sent_away.standing(connection)


def refuse_ordered(workspace: Workspace) -> None:
    """Raise Ordered when this device is to be wiped."""
    found = standing(workspace)
    if found is not None and found.ordered:
        raise Ordered


def leave_behind(workspace: Workspace) -> None:
    """Leave what isn't sent in escrow; may be repeated. Raises what sync's `sent_away.deposit` raises."""
    sent_away.deposit(workspace.database, workspace.replica, workspace.transport, workspace.clock_ms())


def obey(workspace: Workspace) -> bool:
    """Leave what isn't sent, close the vault and destroy it; False when the device is served again after all.

    Raises what `leave_behind` raises: the vault is as it was then; and what `leaving.wipe` raises: the next start ends
    it. Does nothing without an order.
    """
    found = standing(workspace)
    if found is None or not found.ordered:
        return False
    try:
        leave_behind(workspace)
    except Declined as declined:
        if declined.problem.name != ProblemType.FORBIDDEN:
            raise
        # It was put back to before: an exchange that is answered as ever takes the order away.
        workspace.engine.exchange()
        return False
    leaving.wipe(workspace, backups_too=True)
    return True


def heard(workspace: Workspace, error: Exception) -> SentAway | None:
    """What it means that an exchange failed by `error`: None, or that the device was sent away.

    Without an order what isn't sent is left in escrow at once, as far as that goes now.
    """
    if not isinstance(error, NotAdmitted) or str(error) != ProblemType.REVOKED:
        return None
    found = standing(workspace)
    if found is not None and not found.ordered:
        with suppress(SyncError):
            leave_behind(workspace)
    return found
