"""The server's clock: milliseconds since 1970 UTC. Tests give their own."""

import time
from collections.abc import Callable

ClockMs = Callable[[], int]


def system_ms() -> int:
    """The system's wall clock."""
    return time.time_ns() // 1_000_000
