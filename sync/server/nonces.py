"""Requests that were handled already: a signed request counts once."""

from collections import OrderedDict

from sync.server.store import nonces
from sync.server.store.database import Database
from sync.server.store.standing import DeviceName
from sync.signature import TOLERANCE_S

_REMEMBERED = 200_000
_FORGET_EVERY_S = 60


class Nonces:
    """The requests that were handled while their signatures are still fresh: by this process, or by any node.

    What a request changes is done once whoever repeats it; this only refuses the repeat itself.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._forgot: dict[str, int] = {}

    def first_time(self, key_name: str, nonce: str, now: int) -> bool:
        """Whether this nonce is new to this process; `now` in seconds. From the server's event loop only."""
        while self._seen:
            oldest, until = next(iter(self._seen.items()))
            if until >= now and len(self._seen) < _REMEMBERED:
                break
            del self._seen[oldest]
        if (key_name, nonce) in self._seen:
            return False
        self._seen[key_name, nonce] = now + 2 * TOLERANCE_S
        return True

    def first_of_all(self, device: DeviceName, nonce: str, now: int) -> bool:
        """Whether this nonce is new to all nodes that share the database; raises DatabaseBusyError.

        Never tried again: when the connection is lost nobody can tell whether the nonce found there is this one.
        """
        if now - self._forgot.get(device.organisation, 0) > _FORGET_EVERY_S:
            self._forgot[device.organisation] = now
            self._database.write(lambda connection: nonces.forget(connection, device.organisation, now))
        with self._database.at_once() as connection:
            return nonces.first_time(connection, *device, nonce, now + 2 * TOLERANCE_S)
