"""Whether the recovery code was written down: until it was confirmed, another one is made and asked again.

Only that it wasn't is kept, never the code: it opens everything.
"""

from sync.client import state
from wor_tui.services.workspace import Workspace

_WAITS = "recovery_code_waits"


def expect(workspace: Workspace) -> None:
    """From now on the recovery code has to be confirmed."""
    with workspace.database.write() as connection:
        state.put(connection, **{_WAITS: True})


def waits(workspace: Workspace) -> bool:
    """Whether it still has to be confirmed."""
    with workspace.database.read() as connection:
        return bool(state.get(connection, _WAITS))


def confirm(workspace: Workspace) -> None:
    """It stands on paper."""
    with workspace.database.write() as connection:
        state.put(connection, **{_WAITS: None})


def renew(workspace: Workspace) -> str:
    """Make another recovery code; the one before no longer opens anything. Raises a VaultError."""
    return workspace.vault.new_recovery_code()
