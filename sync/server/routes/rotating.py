"""`/v1/rotation` and `/v1/grants`: a scope's next key, and keys for devices that lack one.

For whoever hands out the scope's keys: its leads, who only hold its keys, and coordinators.
"""

from collections.abc import Iterable

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.store import identity, rotating, standing
from sync.wire import (
    GrantsAnswer,
    GrantsRequest,
    HoldersAnswer,
    HoldersRequest,
    RotationAnswer,
    RotationRequest,
)

router = APIRouter()


@router.post("/v1/rotation/holders")
async def holders(caller: Caller) -> Response:
    """For which devices a new key of a scope must be wrapped."""
    asked = caller.read(HoldersRequest)
    return answer(caller.request, await run_in_threadpool(_holders, caller, asked))


@router.post("/v1/rotation")
async def rotation(caller: Caller) -> Response:
    """Take a new key of a scope; who waits for something new there gets it at once."""
    asked = caller.read(RotationRequest)
    told = await run_in_threadpool(_rotate, caller, asked)
    caller.central.wakes.wake(caller.device.organisation, [asked.scope])
    return answer(caller.request, told)


@router.post("/v1/grants")
async def grants(caller: Caller) -> Response:
    """Keep keys for devices of whoever has rights in their scopes."""
    asked = caller.read(GrantsRequest)
    told = await run_in_threadpool(_grant, caller, asked)
    caller.central.wakes.wake(caller.device.organisation, {grant.scope for grant in asked.grants})
    return answer(caller.request, told)


def _holders(caller: Signed, asked: HoldersRequest) -> HoldersAnswer:
    name, now = caller.device.organisation, caller.central.clock_ms()
    with caller.central.database.reading() as connection:
        _may(connection, caller, [asked.scope], now)
        try:
            epoch = rotating.epoch_of(connection, name, asked.scope)
        except identity.UnknownIdError:
            raise problems.malformed() from None
        return HoldersAnswer(epoch, rotating.holders(connection, name, asked.scope, now))


def _rotate(caller: Signed, asked: RotationRequest) -> RotationAnswer:
    name, now = caller.device.organisation, caller.central.clock_ms()

    def work(connection: Connection) -> None:
        _may(connection, caller, [asked.scope], now)
        try:
            rotating.rotate(connection, name, asked, now)
        except identity.UnknownIdError:
            raise problems.malformed() from None
        except rotating.StaleEpochError as error:
            raise problems.stale_key({asked.scope: error.epoch}) from None
        except rotating.WrongDevicesError as error:
            raise problems.wrong_devices(error.missing, error.extra) from None

    caller.central.database.write(work)
    return RotationAnswer(asked.epoch, now)


def _grant(caller: Signed, asked: GrantsRequest) -> GrantsAnswer:
    name, now = caller.device.organisation, caller.central.clock_ms()

    def work(connection: Connection) -> None:
        scopes = {grant.scope for grant in asked.grants}
        _may(connection, caller, scopes, now)
        there = {scope: {one.id for one in rotating.holders(connection, name, scope, now)} for scope in scopes}
        extra = {grant.device for grant in asked.grants if grant.device not in there[grant.scope]}
        if extra:
            raise problems.wrong_devices([], sorted(extra))
        identity.add_grants(connection, name, asked.grants)
        rotating.fulfil(connection, name, asked.grants)

    caller.central.database.write(work)
    return GrantsAnswer(now)


def _may(connection: Connection, caller: Signed, scopes: Iterable[str], now: int) -> None:
    known = admitted(connection, caller.device)
    if known.role == standing.COORDINATOR:
        return
    has = standing.standing(connection, caller.device.organisation, known.user, now)
    if not set(scopes) <= has.hands_out(known.role).keys():
        raise problems.forbidden()
