"""How long this device may still go without contact with its organisation's central API, counted while it works.

The rule is `sync.client.lease`. What the clocks show is kept in the vault when it opens and every minute while it stays
without contact. The minute to come is counted ahead, so that a program that is killed each time wins nothing by it.
"""

import logging
from collections.abc import Callable

from sqlalchemy import Connection

from sync.client import lease, state
from sync.client.lease import Standing
from wor_tui.lock import system_ticks
from wor_tui.services import pinning
from wor_tui.services.errors import ServiceError
from wor_tui.services.workspace import Workspace
from wor_tui.vault.errors import VaultClosed, VaultError

logger = logging.getLogger(__name__)

LOOK_S = 60.0
"""Between two looks while the vault is open."""
_FRESH_MS = 120_000
"""So long after a contact nothing is written: a device that is in contact has one each half minute."""


class LeaseOver(ServiceError):
    """This device must make contact before it shows anything; `standing` says how it is."""

    def __init__(self, standing: Standing) -> None:
        """Numbers only."""
        super().__init__(str(standing))
        self.standing = standing


def standing(connection: Connection, now: int) -> Standing | None:
    """How the lease stands by what is kept, at `now` (ms since 1970); None for a vault of no organisation."""
    if not state.joined(connection):
        return None
    return lease.standing(lease.kept(connection) or lease.begun(now), now, days(connection))


def days(connection: Connection) -> int:
    """How many days a device of this organisation may go without contact."""
    return pinning.settled(connection).lease_days or lease.DAYS


def admit(workspace: Workspace) -> None:
    """Raise LeaseOver when this device must make contact before it shows anything."""
    found = LeaseWatch(workspace).look()
    if found is not None and found.over:
        raise LeaseOver(found)


class LeaseWatch:
    """Looks at the clocks for one open vault; one look at a time. `elapsed`: seconds, by a clock that can't be set."""

    def __init__(self, workspace: Workspace, elapsed: Callable[[], float] | None = None) -> None:
        """The first look counts a minute, which has begun."""
        self._workspace = workspace
        self._elapsed = elapsed or system_ticks().elapsed
        self._counted: float | None = None
        self._unkept = 0

    def look(self) -> Standing | None:
        """How the lease stands now, after noting what the clocks show; None for a vault of no organisation.

        Where that can't be written it counts for as long as the vault is open. Raises VaultDamaged, VaultClosed.
        """
        database, wall = self._workspace.database, self._workspace.clock_ms()
        with database.read() as connection:
            if not state.joined(connection):
                return None
            found, of_days = lease.kept(connection), days(connection)
        self._unkept += self._passed()
        if found is not None and not found.used and 0 <= wall - found.at < _FRESH_MS:
            self._unkept = 0
            return lease.standing(found, wall, of_days)
        seen = (found or lease.begun(wall)).seen(wall, self._unkept)
        try:
            with database.write() as connection:
                # A contact may have been made meanwhile.
                seen = (lease.kept(connection) or lease.begun(wall)).seen(wall, self._unkept)
                lease.keep(connection, seen)
        except VaultClosed:
            raise
        except VaultError as error:
            logger.warning("the lease can't be written: %s", error)
        else:
            self._unkept = 0
        return lease.standing(seen, wall, of_days)

    def _passed(self) -> int:
        """Ms since what was counted, up to the end of the minute that begins now."""
        now = self._elapsed()
        counted = now if self._counted is None else self._counted
        self._counted = max(counted, now + LOOK_S)
        return round((self._counted - counted) * 1000)
