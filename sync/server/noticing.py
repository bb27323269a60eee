"""Noticing that an older database was put in place of this one without `wor-central restore`: a device knows more."""

import logging

from sqlalchemy import Connection

from sync.server import problems
from sync.server.clock import ClockMs
from sync.server.problems import ProblemError
from sync.server.store import incarnations, standing
from sync.server.store.database import Database
from sync.server.store.standing import DeviceName

_log = logging.getLogger(__name__)


class PutBackError(Exception):
    """A device knows of this database what it doesn't know itself.

    `incarnation` is the one that the database has, `last_n` the newest op that it has of the device.
    """

    def __init__(self, incarnation: str, last_n: int) -> None:
        super().__init__("put back")
        self.incarnation = incarnation
        self.last_n = last_n


class Noticing:
    """Begins new incarnations; one device can make it do so once in `again_s` seconds."""

    def __init__(self, database: Database, clock_ms: ClockMs, again_s: float) -> None:
        self._database = database
        self._clock_ms = clock_ms
        self._again_ms = again_s * 1000
        self._began: dict[DeviceName, int] = {}

    def begin_anew(self, caller: DeviceName, found: PutBackError) -> ProblemError:
        """Begin a new incarnation, unless another node just did; what the device is answered."""
        now = self._clock_ms()
        left = self._began.get(caller, now - self._again_ms) + self._again_ms - now
        if left > 0:
            # It may be lying; if it isn't, the next device says the same.
            return problems.busy(int(left // 1000) + 1)
        organisation, device = caller

        def work(connection: Connection) -> tuple[bool, str]:
            began = incarnations.begin(connection, organisation, now, unless_past=found.incarnation)
            known = standing.known_device(connection, organisation, device)
            return began, found.incarnation if known is None else known.incarnation

        began, incarnation = self._database.write(work)
        if began:
            self._began[caller] = now
            _log.warning(
                "Device %s of organisation %s knows a later history than this database has: an older one was put in "
                "place without wor-central restore, or the device doesn't tell the truth. A new incarnation begins: "
                "all devices send again what is missing, and read their scopes anew.",
                device,
                organisation,
            )
        return problems.restored(incarnation, found.last_n)
