"""What an organisation settles for every vault that belongs to it, taken over once and then held on to.

Its recovery key's public half, and after how many minutes a vault locks at most. Both travel in the sealed package of
an invitation. A recovery key that differs from the one a vault holds on to is refused: who could change it could read
every vault.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from sync.client import state
from wor_tui.services.workspace import Workspace
from wor_tui.vault import escrow, slots
from wor_tui.vault.errors import OrganisationKeyChanged, OrganisationKeyUnusable
from wor_tui.vault.vault import keyfile_of

RECOVERY_KEY, LOCK_MINUTES = "recovery_key", "lock_minutes_at_most"
LONGEST_LOCK_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Settled:
    """What holds for this vault: `recovery_key` is 1,216 bytes or empty, `lock_minutes_at_most` 1–60 or None."""

    recovery_key: bytes = b""
    lock_minutes_at_most: int | None = None


def settled(connection: Connection) -> Settled:
    """What the organisation settled for this vault; nothing for one that works alone."""
    return _read({name: state.get(connection, name) for name in (RECOVERY_KEY, LOCK_MINUTES)})


def about(found: Settled) -> dict[str, Any]:
    """The same for the package of an invitation."""
    told: dict[str, Any] = {}
    if found.recovery_key:
        told[RECOVERY_KEY] = base64.b64encode(found.recovery_key).decode()
    if found.lock_minutes_at_most is not None:
        told[LOCK_MINUTES] = found.lock_minutes_at_most
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
        state.put(connection, **{RECOVERY_KEY: None, LOCK_MINUTES: None, **about(found)})


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
    known = isinstance(minutes, int) and not isinstance(minutes, bool) and 1 <= minutes <= LONGEST_LOCK_MINUTES
    return Settled(public, minutes if known else None)
