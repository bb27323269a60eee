"""`/v1/devices` and `/v1/revocation`: which devices there are, and sending some away."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync import wipe_order
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Coordinator, Signed
from sync.server.bodies import answer
from sync.server.store import identity, revoking
from sync.server.store.revoking import SentAway
from sync.wire import DevicesAnswer, DevicesRequest, RevocationAnswer, RevocationRequest

router = APIRouter()


@router.post("/v1/devices")
async def devices(coordinator: Coordinator) -> Response:
    """All devices, with their last contact and what they said that they hadn't sent."""
    coordinator.read(DevicesRequest)
    return answer(coordinator.request, await run_in_threadpool(_devices, coordinator))


@router.post("/v1/revocation")
async def revocation(coordinator: Coordinator) -> Response:
    """Serve some devices no more; those of them that wait hear it at once."""
    asked = coordinator.read(RevocationRequest)
    gone = await run_in_threadpool(_revoke, coordinator, asked)
    coordinator.central.wakes.wake(coordinator.device.organisation, gone.users)
    told = RevocationAnswer(sorted(gone.devices), gone.due, coordinator.central.clock_ms())
    return answer(coordinator.request, told)


def _devices(coordinator: Signed) -> DevicesAnswer:
    name, now = coordinator.device.organisation, coordinator.central.clock_ms()
    with coordinator.central.database.reading() as connection:
        return DevicesAnswer(revoking.devices(connection, name), identity.all_members(connection, name), now)


def _revoke(coordinator: Signed, asked: RevocationRequest) -> SentAway:
    now = coordinator.central.clock_ms()
    return coordinator.central.database.write(lambda connection: _revoked(connection, coordinator, asked, now))


def _revoked(connection: Connection, coordinator: Signed, asked: RevocationRequest, now: int) -> SentAway:
    caller = coordinator.device
    key = admitted(connection, caller).signing_key
    for order in asked.orders:
        # It would convince nobody.
        if not wipe_order.is_signed(key, order.signature, caller.organisation, order.device, order.at):
            raise problems.malformed()
    try:
        gone = revoking.revoke(connection, caller, asked.devices, asked.user, asked.orders, now)
    except revoking.OwnDeviceError:
        raise problems.forbidden() from None
    except identity.UnknownIdError:
        raise problems.malformed() from None
    # With its row held: somebody may have sent the caller away since it asked.
    admitted(connection, caller)
    return gone
