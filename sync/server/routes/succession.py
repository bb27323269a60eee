"""`POST /v1/succession`: a device whose database was put back or copied goes on under a new identity.

The old identity stays enrolled: another copy of the database may live on with it.
"""

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer, check_readable
from sync.server.store import identity, numbering, standing, succession
from sync.server.store.standing import DeviceName, KnownDevice
from sync.wire import SUCCESSION_OPS, KeyGrant, SuccessionAnswer, SuccessionRequest

router = APIRouter()


@router.post("/v1/succession")
async def succeed(caller: Caller) -> Response:
    """Enrol the successor with the rights of the device that signed, and tell what is known of that one's ops."""
    asked = caller.read(SuccessionRequest)
    check_readable((asked.device,))
    return answer(caller.request, await run_in_threadpool(_succeed, caller, asked))


def _succeed(caller: Signed, asked: SuccessionRequest) -> SuccessionAnswer:
    now = caller.central.clock_ms()
    return caller.central.database.write(lambda connection: _succeeded(connection, caller.device, asked, now))


def _succeeded(connection: Connection, caller: DeviceName, asked: SuccessionRequest, now: int) -> SuccessionAnswer:
    organisation, device = caller
    # A push of the old device that is under way is waited for, so that what it brings is told.
    numbering.device_state(connection, organisation, device, lock=True)
    known = admitted(connection, caller)
    _enrol(connection, caller, known, asked, now)
    through = min(asked.through_n, asked.first_n - 1 + SUCCESSION_OPS)
    return SuccessionAnswer(
        asked.device,
        known.user,
        through,
        now,
        succession.made(connection, organisation, device, asked.first_n, through),
        succession.refused(connection, organisation, device, asked.first_n, through),
        _grants(connection, caller, known.user, asked.held, now),
    )


def _enrol(connection: Connection, caller: DeviceName, known: KnownDevice, asked: SuccessionRequest, now: int) -> None:
    organisation, device = caller
    there = standing.known_device(connection, organisation, asked.device)
    if there is not None:
        # The same request once more, as its answer was lost.
        follows = succession.predecessor_of(connection, organisation, asked.device)
        if follows != device or there.signing_key != asked.signing_key:
            raise problems.taken()
        if there.state != standing.ENROLLED:
            raise problems.revoked()
        return
    identity.add_device(
        connection, organisation, asked.device, known.user, asked.signing_key, asked.sealing_key, now,
        predecessor=device,
    )  # fmt: skip


def _grants(connection: Connection, caller: DeviceName, user: str, held: dict[str, int], now: int) -> list[KeyGrant]:
    """The keys that only the old device can open, of the scopes that the user has rights in now."""
    has = standing.standing(connection, caller.organisation, user, now)
    wanted = {scope: held.get(scope, 0) for scope in (*has.may, *has.keys_only)}
    return standing.grants(connection, *caller, wanted)
