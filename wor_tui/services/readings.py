"""What is told to the log when somebody sees records without changing them; each once for what one person did."""

from dataclasses import replace

from sync.client import state
from wor_tui.services import audit
from wor_tui.services.records import CARE, DESK
from wor_tui.services.workspace import Workspace
from wor_tui.vault import failed_unlocks, slots

ADMINISTRATION = "administration"
_EMERGENCIES = frozenset({slots.RECOVERY, slots.ESCROW})
_AT_THE_DESK = frozenset({"desk", "agenda", "candidates"})


def listed(workspace: Workspace, what: str) -> None:
    """A list of people was opened: `what` says which, such as `today`, `caseload`, `agenda`, `conflicts`."""
    workspace.note_reading("list", what, DESK if what in _AT_THE_DESK else CARE, event="list")


def searched(workspace: Workspace, view: str) -> None:
    """Somebody searched in a list and went on with what was found; what they typed may be a name and isn't kept."""
    workspace.note_reading("list", view, CARE, event="search")


def seen(workspace: Workspace, kind: str, record: str, part: str) -> None:
    """A part of a file was seen: `part` such as `web`, `intake`, `timeline`, `panel`, `phones`."""
    workspace.note_reading(kind, record, CARE, event=f"open.{part}")


def put_out(workspace: Workspace, kind: str, record: str) -> None:
    """A record, or a list, was written where the program doesn't rule: a terminal's output, a file, paper."""
    workspace.note_reading(kind, record, CARE, event="export")


def unlocked(workspace: Workspace) -> None:
    """The vault was opened; and when that failed before, as far as the vault's folder knows.

    With the recovery code or the organisation's key it counts as an emergency. Raises the vault's errors, and then
    the failed attempts stay where they were noted.
    """
    with workspace.database.read() as connection:
        if state.get(connection, state.USER) is None:
            return
        device = state.device_of(connection)
    home, by = workspace.vault.home, workspace.vault.key.by
    line = workspace.line("unlock", audit.EXECUTE, "device", device, ADMINISTRATION)
    failed = failed_unlocks.noted(home)
    if failed:
        workspace.note([replace(line, at=at, outcome=audit.FAILED, authorised=False) for at in failed])
        failed_unlocks.forget(home)
    workspace.wait_for(replace(line, emergency=by in _EMERGENCIES))
