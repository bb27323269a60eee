"""When the program locks: after a time without a key, when the computer slept, and when it is asked to.

Pure but for `system_ticks`: what time it is, is handed in.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_MINUTES = 60
LOOK_EVERY_S = 2.0
"""Between two looks at the clocks; each key looks, too."""
SLEPT_S, SLEPT_BY_WALL_S = 1.0, 30.0
"""How far apart two clocks must get to mean sleep; a wall clock may be set by hand or by the network."""
_LOST = "-lost"


class Reason(StrEnum):
    """Why it locked."""

    IDLE = "idle"
    ASKED = "asked"
    SUSPENDED = "suspended"
    REKEYED = "rekeyed"
    """The vault has another key now: what knew the old one goes."""
    RESTORED = "restored"
    """A backup was put back."""
    LEASE = "lease"
    """There was no contact with the central API for too long."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What the unlock screen tells; `lost`: what was typed last couldn't be kept."""

    reason: Reason
    lost: bool = False

    def __str__(self) -> str:
        """`idle`, `asked-lost`: nothing about anybody."""
        return self.reason + (_LOST if self.lost else "")

    @classmethod
    def read(cls, text: str) -> Locked | None:
        """What `str` wrote; None for anything else."""
        try:
            return cls(Reason(text.removesuffix(_LOST)), text.endswith(_LOST))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Ticks:
    """Two clocks in seconds: `awake` stands still while the computer sleeps, `elapsed` doesn't."""

    awake: Callable[[], float]
    elapsed: Callable[[], float]
    slept_s: float = SLEPT_S


class Watch:
    """Looks whether it is time to lock. The time asleep counts as time without a key."""

    def __init__(self, ticks: Ticks, minutes: int) -> None:
        """Lock after `minutes` without a key, from now."""
        self.minutes = minutes
        self._ticks = ticks
        self._awake, self._elapsed = ticks.awake(), ticks.elapsed()
        self._idle_s = 0.0
        self._slept = False

    def touched(self) -> None:
        """Somebody is there; sleep that was seen isn't undone by it."""
        self._look()
        self._idle_s = 0.0

    def why(self) -> Reason | None:
        """Why to lock now; None when there is no reason."""
        self._look()
        if self._slept:
            return Reason.SUSPENDED
        return Reason.IDLE if self._idle_s >= self.minutes * 60 else None

    def _look(self) -> None:
        awake, elapsed = self._ticks.awake(), self._ticks.elapsed()
        waking, passing = awake - self._awake, elapsed - self._elapsed
        self._awake, self._elapsed = awake, elapsed
        self._slept = self._slept or passing - waking >= self._ticks.slept_s
        # A wall clock that was set back doesn't give anybody more time.
        self._idle_s += max(waking, passing, 0.0)


def minutes(chosen: int, at_most: object) -> int:
    """The smaller of what the person chose and what the organisation allows; what isn't 1 to 60 doesn't count."""
    if isinstance(at_most, int) and not isinstance(at_most, bool) and 1 <= at_most <= LONGEST_MINUTES:
        return min(chosen, at_most)
    return chosen


def system_ticks() -> Ticks:
    """This system's two clocks; where there is no such pair, the wall clock shows that the computer slept."""
    if sys.platform == "linux":
        return Ticks(lambda: time.clock_gettime(time.CLOCK_MONOTONIC), lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
    if sys.platform == "darwin":  # here it is CLOCK_MONOTONIC that goes on asleep
        return Ticks(
            lambda: time.clock_gettime(time.CLOCK_UPTIME_RAW), lambda: time.clock_gettime(time.CLOCK_MONOTONIC)
        )
    if sys.platform == "win32":
        return Ticks(_windows_awake(), time.monotonic)
    return Ticks(time.monotonic, time.time, SLEPT_BY_WALL_S)


def _windows_awake() -> Callable[[], float]:
    import ctypes  # noqa: PLC0415

    # Python's monotonic clock counts sleep on Windows; this call doesn't, in units of 100 ns.
    ask = ctypes.WinDLL("kernel32").QueryUnbiasedInterruptTime  # type: ignore[attr-defined]

    def awake() -> float:
        units = ctypes.c_ulonglong()
        ask(ctypes.byref(units))
        return units.value / 1e7

    return awake
