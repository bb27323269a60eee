"""Making a vault and giving it an owner, step by step, so that a step that fails can be tried again."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sync.codes import Invitation
from wor_tui.services import enrolment, pinning, recovery, vault_keys
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault import recovery_code
from wor_tui.vault.vault import create

if TYPE_CHECKING:
    from wor_tui.clock import Clock
    from wor_tui.config import Config


@dataclass(frozen=True, slots=True)
class Made:
    """A new vault, open, still without an owner, and the code to be written down."""

    workspace: Workspace
    recovery_code: str


def checked(invitation: str) -> None:
    """Raise BadInvitation or MistypedCode before anything is made."""
    Invitation.parse(invitation)


def made(home: Path, passphrase: str, clock: Clock, config: Config) -> Made:
    """A new vault in `home`; raises PassphraseWeak and a VaultError."""
    found = vault_keys.accepted(passphrase)
    created = create(home, passphrase, on=clock.today())
    workspace = open_workspace(created.vault, clock, config)
    recovery.expect(workspace)
    vault_keys.note_strength(workspace, found)
    return Made(workspace, created.recovery_code)


def another_code(workspace: Workspace) -> str:
    """Another recovery code for a vault whose code was never confirmed, or an empty text; raises a VaultError.

    It opens the vault only once it is confirmed. The organisation's recovery key is settled on the way.
    """
    pinning.settle(workspace)
    return recovery_code.fresh() if recovery.waits(workspace) else ""


def expected(workspace: Workspace) -> None:
    """The recovery code of this vault still has to be confirmed."""
    recovery.expect(workspace)


def confirmed(workspace: Workspace, code: str = "") -> None:
    """The recovery code stands on paper; a new `code` opens the vault from now on, and the one before no more."""
    if code:
        recovery.take(workspace, code)
    else:
        recovery.confirm(workspace)


def owned(workspace: Workspace, *, name: str = "", invitation: str = "") -> None:
    """Give the vault its owner: by an invitation, else alone; raises what enrolment raises."""
    if invitation:
        enrolment.join(workspace, invitation, label=platform.node())
    else:
        enrolment.begin_alone(workspace, name, label=platform.node())
