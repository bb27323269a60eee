"""What opens this vault, and changing it: passphrase, recovery code (see `recovery`), organisation, keyring."""

from dataclasses import dataclass
from datetime import date

from sync.client import state
from wor_tui.services import lease, pinning
from wor_tui.services.backups import CHECKED_ON
from wor_tui.services.errors import ServiceError
from wor_tui.services.workspace import Workspace
from wor_tui.vault import escrow, keyring_slot, rewriting, slots
from wor_tui.vault.errors import KeyringUnavailable
from wor_tui.vault.keyfile import Keyfile
from wor_tui.vault.passphrase_cost import Cost, calibrated
from wor_tui.vault.strength import Judged, Level, judged

_STRENGTH = "passphrase_strength"


class PassphraseWeak(ServiceError):
    """The passphrase is too easy to guess; `judged` says why."""

    def __init__(self, found: Judged) -> None:
        """Nothing of the passphrase itself is kept."""
        super().__init__(str(found.why))
        self.judged = found


@dataclass(frozen=True, slots=True)
class Way:
    """One secret that opens the vault: its kind (`passphrase`, `recovery`, `escrow`, `keyring`), and since when."""

    kind: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Protection:
    """What protects a vault.

    `strength` is 1 to 3, None when it isn't known; `cost` is in KiB of memory and passes; `organisation_key` are the
    sixteen characters to compare; `lock_minutes_at_most` is None where the organisation leaves it open; `checked_on` is
    the day (UTC) on which the vault was last found in order; `lease_days` are those that the device may go without
    contact, None for a vault of no organisation.
    """

    generation: int
    ways: tuple[Way, ...]
    strength: int | None
    cost: Cost | None
    organisation_key: str
    lock_minutes_at_most: int | None
    checked_on: date | None = None
    lease_days: int | None = None

    def way(self, kind: str) -> Way | None:
        """The way in of a kind."""
        return next((way for way in self.ways if way.kind == kind), None)


def protection(workspace: Workspace) -> Protection:
    """What protects this vault; raises a VaultError when its key file isn't what was written."""
    read = rewriting.proven(workspace.vault.home, workspace.vault.key)
    with workspace.database.read() as connection:
        settled, noted = pinning.settled(connection), state.get(connection, _STRENGTH)
        checked = state.get(connection, CHECKED_ON)
        of_days = lease.days(connection) if state.joined(connection) else None
    own = slots.of_kind(read, slots.PASSPHRASE)
    there = slots.of_kind(read, slots.ESCROW)
    return Protection(
        read.generation,
        tuple(Way(slot.kind, slots.since(slot)) for slot in read.slots),
        noted["level"] if noted and own is not None and noted["slot"] == own.id else None,
        slots.cost_of(own.parameters) if own is not None else None,
        escrow.fingerprint(escrow.public_of(there)) if there is not None else "",
        settled.lock_minutes_at_most,
        date.fromisoformat(checked) if checked else None,
        of_days,
    )


def accepted(passphrase: str, own: tuple[str, ...] = ()) -> Judged:
    """How strong a passphrase is; raises PassphraseWeak for one that is too easy to guess."""
    found = judged(passphrase, own)
    if found.level is Level.WEAK:
        raise PassphraseWeak(found)
    return found


def knows(workspace: Workspace, passphrase: str) -> None:
    """Raise WrongSecret unless this passphrase opens the vault; takes about a second."""
    slots.opened_by_passphrase(rewriting.proven(workspace.vault.home, workspace.vault.key), passphrase)


def change_passphrase(workspace: Workspace, passphrase: str, cost: Cost | None = None) -> Judged:
    """Let another passphrase open the vault, and the one before no more; without `cost` it is measured (3 seconds).

    Only the key file changes. Raises PassphraseWeak, and a VaultError.
    """
    found = accepted(passphrase, (workspace.me.name,))
    slot = slots.passphrase_slot(workspace.vault.key, passphrase, cost or calibrated(), workspace.clock.today())
    workspace.vault.change_slots(lambda before: slots.replaced(before, slot))
    note_strength(workspace, found)
    return found


def note_strength(workspace: Workspace, found: Judged) -> None:
    """Keep how strong the passphrase of now is, inside the vault: the key file tells a thief nothing of it."""
    own = slots.of_kind(_keyfile(workspace), slots.PASSPHRASE)
    if own is not None:
        with workspace.database.write() as connection:
            state.put(connection, **{_STRENGTH: {"slot": own.id, "level": int(found.level)}})


def keyring_offered() -> bool:
    """Whether this computer has a keyring that keeps secrets safely; it may ask the person to open it."""
    return keyring_slot.probed() is not None


def use_keyring(workspace: Workspace, *, on: bool) -> None:
    """Let this computer's keyring open the vault, or no more; raises KeyringUnavailable and other VaultErrors."""
    keyring = keyring_slot.probed()
    before = slots.of_kind(_keyfile(workspace), slots.KEYRING)
    if on:
        if keyring is None:
            raise KeyringUnavailable
        slot = keyring_slot.keyring_slot(workspace.vault.key, keyring, workspace.clock.today())
        workspace.vault.change_slots(lambda there: slots.replaced(there, slot))
    else:
        workspace.vault.change_slots(lambda there: slots.without(there, slots.KEYRING))
    if before is not None:
        keyring_slot.forget(before, keyring)


def _keyfile(workspace: Workspace) -> Keyfile:
    return rewriting.proven(workspace.vault.home, workspace.vault.key)
