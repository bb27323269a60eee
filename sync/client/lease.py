"""The lease: how long a device of an organisation may go without contact with the central API before it stays shut.

Pure but for `kept` and `keep`. A device has no wall clock that its owner can't set, so the time since the last contact
is the greatest of what two clocks say: the furthest that the wall clock ever showed, and the time of use added up by a
clock that nobody can set. A wall clock that stands behind what it showed before proves nothing, and gives no time at
all. Whatever the clocks did, one contact begins it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from sync.client import state

DAY_MS = 86_400_000
DAYS, MOST_DAYS = 14, 90
"""The days of a lease where the organisation settled nothing, and the most that it may settle."""
WARN_DAYS = 3
"""From so many days before its end a person hears of it."""
BEHIND_MS = DAY_MS
"""A wall clock may stand so far behind what it showed before: it is set right by hand, or by the network."""


@dataclass(frozen=True, slots=True)
class Lease:
    """What is kept, in ms: the wall clock `at` the last contact, the `furthest` that it showed since, and the `used`
    time since, by a clock that can't be set."""

    at: int
    furthest: int
    used: int = 0

    def seen(self, wall: int, used: int = 0) -> "Lease":
        """After a look at the wall clock, and `used` more ms of use."""
        return replace(self, furthest=max(self.furthest, wall), used=self.used + max(used, 0))


@dataclass(frozen=True, slots=True)
class Standing:
    """`left`: ms until the lease ends, 0 or less once it has; `days`: how long it is; `behind`: the wall clock stands
    further behind what it showed before than it may."""

    left: int
    days: int
    behind: bool = False

    @property
    def over(self) -> bool:
        """The device must make contact before it shows anything."""
        return self.behind or self.left <= 0

    @property
    def days_left(self) -> int:
        """Whole days that are left, the one that has begun counted too; 0 when it is over."""
        return 0 if self.over else -(-self.left // DAY_MS)

    @property
    def warns(self) -> bool:
        """It is time to say so."""
        return self.days_left <= WARN_DAYS


def begun(wall: int) -> Lease:
    """The lease after a contact at `wall`, ms since 1970 by the device's clock, whether that is right or not."""
    return Lease(wall, wall)


def standing(lease: Lease, wall: int, days: int) -> Standing:
    """How a lease of `days` stands when the wall clock shows `wall`."""
    furthest = max(lease.furthest, wall)
    gone = max(furthest - lease.at, lease.used)
    return Standing(days * DAY_MS - gone, days, behind=wall < furthest - BEHIND_MS)


def kept(connection: Connection) -> Lease | None:
    """The lease as this device keeps it; None before its first contact, or where an earlier version wrote it."""
    found = state.get(connection, state.LEASE)
    return None if found is None else Lease(*found)


def is_new(found: Sequence[int] | None, now: int, within_ms: int) -> bool:
    """Whether what is kept (`fact`) began within so many ms, and nothing was counted or seen since."""
    return found is not None and 0 <= now - found[0] < within_ms and list(found) == fact(begun(found[0]))


def fact(lease: Lease) -> list[int]:
    """The form in which it is kept."""
    return [lease.at, lease.furthest, lease.used]


def keep(connection: Connection, lease: Lease) -> None:
    """Keep it, in the caller's transaction."""
    state.put(connection, **{state.LEASE: fact(lease)})
