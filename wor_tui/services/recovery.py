"""Whether the recovery code was written down: until it was confirmed, another one is shown and asked again.

Only that it wasn't is kept, never the code: it opens everything. A new code opens the vault, and the one before no
more, only once it is confirmed.
"""

from sync.client import state
from wor_tui.services.workspace import Workspace
from wor_tui.vault import recovery_code, slots

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


def take(workspace: Workspace, code: str) -> None:
    """Let another recovery code open the vault, and the one before no more; raises a VaultError.

    `code` comes from `recovery_code.fresh()` and stands on paper already.
    """
    slot = slots.recovery_slot(workspace.vault.key, recovery_code.read(code), workspace.clock.today())
    workspace.vault.change_slots(lambda before: slots.replaced(before, slot))
    confirm(workspace)
