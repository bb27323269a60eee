"""Going on after the central API was put back: it lost a part of the history that this device knows.

Up to some place both know the same (`common`): what lies behind it here is of a lost history. Bases from there on
mean nothing any more, as other changes may have got the same places since; so they are taken back to that place.
"""

from sqlalchemy import Connection

from sync.client import erasing, offering, outbox, scopes, state
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.wire import CommonAnswer, CommonRequest, Mark

PATH = "/v1/common"


def ask(database: Database, transport: Transport) -> CommonAnswer:
    """How much of each scope's history the central API shares; an older one that can't tell shares nothing.

    Raises an `Unanswered`, Cancelled.
    """
    with database.read() as connection:
        kept = [one for one in scopes.by_id(connection).values() if not (one.lost or one.keys_only)]
        marks = {one.id: [Mark(*mark) for mark in scopes.marks(connection, one)] for one in kept}
    try:
        return transport.post(PATH, CommonRequest(marks), CommonAnswer)
    except Declined:
        return CommonAnswer({}, [])


def begin_again(connection: Connection, incarnation: str | None, last_n: int, told: CommonAnswer) -> None:
    """Send again what the central API lost (it has the device's ops up to `last_n`), and read anew what differs.

    Raises RestoredServer when ops that it lacks are no longer here; the caller's transaction is rolled back then.
    """
    device = state.device_of(connection)
    outbox.rewind(connection, device, last_n)
    common = {
        one.id: told.common.get(one.id, 0)
        for one in scopes.by_id(connection).values()
        if told.common.get(one.id, 0) != one.cursor
    }
    for scope_id, through in common.items():
        outbox.lower_bases(connection, device, scope_id, through, last_n)
        # What couldn't be opened isn't held, and its place may be another op's now.
        connection.exec_driver_sql("DELETE FROM quarantine WHERE scope = ? AND seq > ?", (scope_id, through))
    before = state.get(connection, state.LEFT)
    offering.set_apart(connection, common)
    scopes.start_over(connection, common)
    erasing.start_over(connection, list(common))
    state.put(connection, incarnation=incarnation, left=[told.writes, None] if common or before else None)
