"""Sending devices away from here: noted first, so that it is done in the end, whenever this device is cut off."""

from collections.abc import Sequence

from sqlalchemy import Connection

from sync import wipe_order
from sync.client import keyring, state
from sync.client.store import Database
from sync.client.transport import Declined, Transport
from sync.families import families
from sync.wire import (
    DevicesAnswer,
    DevicesRequest,
    DeviceState,
    RevocationAnswer,
    RevocationRequest,
    WipeSigned,
)

DEVICES, REVOCATION = "/v1/devices", "/v1/revocation"


def devices(transport: Transport) -> DevicesAnswer:
    """All devices, as the central API tells; only for coordinators. Raises Declined, an `Unanswered`."""
    return transport.post(DEVICES, DevicesRequest(), DevicesAnswer)


def taken_along(told: Sequence[DeviceState], wanted: Sequence[str], user: str = "") -> set[str]:
    """The devices that go when these do, or all of `user`."""
    all_of_them = [*wanted, *(one.id for one in told if user and one.user == user)]
    return families({one.id: one.predecessor for one in told}, all_of_them)


def begin(connection: Connection, wanted: Sequence[str], user: str = "", *, wipe: bool = False) -> None:
    """Note who is to be sent away; `finish` does it, now or later. What is noted already stays noted."""
    noted = state.get(connection, state.REVOKING, [])
    state.put(connection, revoking=[*noted, [list(wanted), user, wipe]])


def finish(database: Database, transport: Transport, now: int) -> list[RevocationAnswer]:
    """Do what was noted; may be repeated. Which scopes need a new key is noted with the answer. `now`: ms since 1970.

    Raises Declined (what was noted is let go then: it would be turned down for ever), an `Unanswered`.
    """
    done: list[RevocationAnswer] = []
    while True:
        with database.read() as connection:
            noted = state.get(connection, state.REVOKING, [])
        if not noted:
            return done
        wanted, user, wipe = noted[0]
        try:
            orders = _orders(database, transport, wanted, user, now) if wipe else []
            answer = transport.post(REVOCATION, RevocationRequest(wanted, user, orders), RevocationAnswer)
        except Declined:
            with database.write() as connection:
                _strike(connection, noted[0])
            raise
        done.append(answer)
        with database.write() as connection:
            due = state.get(connection, state.ROTATING, {}) | answer.scopes
            state.put(connection, rotating=due or None)
            _strike(connection, noted[0])


def _orders(database: Database, transport: Transport, wanted: Sequence[str], user: str, now: int) -> list[WipeSigned]:
    gone = taken_along(devices(transport).devices, wanted, user)
    with database.read() as connection:
        organisation = str(state.required(connection, state.ORGANISATION))
        signing = keyring.device_keys(connection).signing
    return [WipeSigned(one, now, wipe_order.sign(signing, organisation, one, now)) for one in sorted(gone)]


def _strike(connection: Connection, done: Sequence[object]) -> None:
    left = [one for one in state.get(connection, state.REVOKING, []) if one != done]
    state.put(connection, revoking=left or None)
