"""How fast one device may ask: a bucket of requests for each, that fills while it asks nothing."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from sync.server.store.standing import DeviceName

BURST_S = 30
"""A device that was quiet may make the requests of this many seconds at once."""
_REMEMBERED = 20_000


class Paces:
    """The devices that this process heard from; used from the server's event loop only.

    Whom it forgets (who was quiet longest, of too many) begins with a full bucket again.
    """

    def __init__(self, per_s: float, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """`per_s`: how many requests a second one device may go on making."""
        self._per_s = per_s
        self._room = per_s * BURST_S
        self._monotonic_s = monotonic_s
        self._left: OrderedDict[DeviceName, tuple[float, float]] = OrderedDict()

    def wait_s(self, device: DeviceName) -> int:
        """Count a request: 0 when it may be made, or else in how many seconds it may be."""
        now = self._monotonic_s()
        left, since = self._left.pop(device, (self._room, now))
        left = min(self._room, left + (now - since) * self._per_s)
        wait_s = 0 if left >= 1 else math.ceil((1 - left) / self._per_s)
        self._left[device] = (left if wait_s else left - 1, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return wait_s
