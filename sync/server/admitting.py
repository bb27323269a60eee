"""Who is served: an enrolled device. One that was sent away hears so, with the order to wipe it where there is one."""

from sqlalchemy import Connection

from sync.server import problems
from sync.server.store import revoking, standing
from sync.server.store.standing import DeviceName, KnownDevice


def admitted(connection: Connection, caller: DeviceName) -> KnownDevice:
    """The device, in the transaction of what it wants; raises ProblemError `unknown-device`, `revoked`."""
    known = standing.known_device(connection, *caller)
    if known is None:
        raise problems.unknown_device()
    if known.state != standing.ENROLLED:
        raise problems.revoked(revoking.wipe_order(connection, *caller))
    return known
