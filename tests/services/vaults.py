"""Vaults for tests, made and filled by the real code."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wor_tui.clock import FixedClock
from wor_tui.domain.codes import Role
from wor_tui.services import enrolment
from wor_tui.services.workspace import Workspace, open_workspace
from wor_tui.vault.keyfile import UnlockedKey
from wor_tui.vault.passphrase_cost import FLOOR
from wor_tui.vault.vault import create

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
"""A Sunday, 10:30 in the Netherlands."""

PASSPHRASE = "paard batterij nietje"


def opened_new(home: Path, clock: FixedClock) -> Workspace:
    """The workspace of a new vault in which nobody works yet."""
    return open_workspace(create(home, PASSPHRASE, FLOOR).vault, clock)


def opened_alone(home: Path, clock: FixedClock, name: str = "Coach Ina de Wit", role: Role = Role.COACH) -> Workspace:
    """The workspace of a new vault that belongs to nobody's organisation."""
    workspace = opened_new(home, clock)
    enrolment.begin_alone(workspace, name, role=role, label="testapparaat")
    return workspace


@dataclass(frozen=True)
class Kept:
    """A closed vault that tests copy: its folder and its key."""

    home: Path
    key: UnlockedKey


def kept_alone(home: Path) -> Kept:
    """A vault that belongs to a coach and to nobody's organisation, closed."""
    with opened_alone(home, FixedClock(NOW)) as workspace:
        return Kept(home, workspace.vault.key)
