"""What an organisation settles for every vault that belongs to it, taken over once and then held on to.

Its recovery key's public half, after how many minutes a vault locks at most, and how many days a device may go without
contact. They travel in the sealed package of an invitation. A recovery key that differs from the one a vault holds on
to is refused: who could change it could read every vault.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.client import lease, state
from wor_tui.services.workspace import Workspace
from wor_tui.vault import escrow, slots
from wor_tui.vault.errors import OrganisationKeyChanged, OrganisationKeyUnusable
from wor_tui.vault.vault import keyfile_of

RECOVERY_KEY, LOCK_MINUTES, LEASE_DAYS = "recovery_key", "lock_minutes_at_most", "lease_days"
LONGEST_LOCK_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds for this vault: `recovery_key` is 1,216 bytes or empty, `lock_minutes_at_most` 1–60 or None.

    `lease_days`: 1–90, or None for the 14 that hold where nothing was settled.
    """

    recovery_key: bytes = b""
    lock_minutes_at_most: int | None = None
    lease_days: int | None = None


def settled(connection: Connection) -> Settled:
    """What the organisation settled for this vault; nothing for one that works alone."""
    return _read({name: state.get(connection, name) for name in (RECOVERY_KEY, LOCK_MINUTES, LEASE_DAYS)})


def about(found: Settled) -> dict[str, Any]:
    """The same for the package of an invitation."""
    told: dict[str, Any] = {}
    if found.recovery_key:
        told[RECOVERY_KEY] = base64.b64encode(found.recovery_key).decode()
    if found.lock_minutes_at_most is not None:
        told[LOCK_MINUTES] = found.lock_minutes_at_most
    if found.lease_days is not None:
        told[LEASE_DAYS] = found.lease_days
    return told


def check(connection: Connection, told: Mapping[str, Any]) -> None:
    """Raise OrganisationKeyChanged for another recovery key than the one held on to, OrganisationKeyUnusable."""
    mine, theirs = settled(connection).recovery_key, _read(told).recovery_key
    if mine and mine != theirs:
        raise OrganisationKeyChanged


def pin(connection: Connection, told: Mapping[str, Any]) -> None:
    """Hold on to what an organisation settled; raises what `check` raises."""
    check(connection, told)
    state.put(connection, **about(_read(told)))


def begin(connection: Connection, found: Settled) -> None:
    """What the founder of an organisation settles; may be said again as long as nobody belongs to it yet."""
    if not state.joined(connection):
        state.put(connection, **{RECOVERY_KEY: None, LOCK_MINUTES: None, LEASE_DAYS: None, **about(found)})


def settle(workspace: Workspace) -> None:
    """Let the organisation's recovery key open this vault, if one is held on to and doesn't yet; raises a VaultError.

    After joining, and at each opening: a crash in between, or a key file from a backup, is made good.
    """
    with workspace.database.read() as connection:
        public = settled(connection).recovery_key
    if not public:
        return
    there = slots.of_kind(keyfile_of(workspace.vault.home), slots.ESCROW)
    if there is not None and escrow.public_of(there) == public:
        return
    slot = escrow.escrow_slot(workspace.vault.key, public, workspace.clock.today())
    workspace.vault.change_slots(lambda before: slots.replaced(before, slot))


def _read(told: Mapping[str, Any]) -> Settled:
    text, minutes = told.get(RECOVERY_KEY), told.get(LOCK_MINUTES)
    try:
        public = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:  # not base64, or not even ASCII
        raise OrganisationKeyUnusable from None
    if public and len(public) != escrow.PUBLIC_BYTES:
        raise OrganisationKeyUnusable
    return Settled(public, _within(minutes, LONGEST_LOCK_MINUTES), _within(told.get(LEASE_DAYS), lease.MOST_DAYS))


def _within(told: object, most: int) -> int | None:
    """A whole number from 1 to `most`; None for anything else."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= most else None
