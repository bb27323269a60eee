"""`POST /v1/audit` and `/v1/audit/read`: audit lines that nobody here can read, kept for the auditors."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync.schema import ScopeKind
from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.store import audit, numbering, standing
from sync.server.store.standing import DeviceName
from sync.wire import AuditAnswer, AuditReadAnswer, AuditReadRequest, AuditRequest

router = APIRouter()


@router.post("/v1/audit")
async def append(caller: Caller) -> Response:
    """Keep what a device tells, also one that was sent away: its log must survive it."""
    sent = caller.read(AuditRequest)
    now, database = caller.central.clock_ms(), caller.central.database
    told = await run_in_threadpool(
        lambda: database.write(lambda connection: _appended(connection, caller.device, sent, now))
    )
    return answer(caller.request, told)


@router.post("/v1/audit/read")
async def read(caller: Caller) -> Response:
    """Hand out a page, to who may read a scope of the kind audit."""
    asked = caller.read(AuditReadRequest)
    return answer(caller.request, await run_in_threadpool(_read, caller, asked))


def _appended(connection: Connection, device: DeviceName, sent: AuditRequest, now: int) -> AuditAnswer:
    # Its batches come one after another.
    if numbering.device_state(connection, *device, lock=True) is None:
        raise problems.unknown_device()
    return audit.append(connection, device, sent, now)


def _read(caller: Signed, asked: AuditReadRequest) -> AuditReadAnswer:
    organisation = caller.device.organisation
    with caller.central.database.reading() as connection:
        known = admitted(connection, caller.device)
        has = standing.standing(connection, organisation, known.user, caller.central.clock_ms())
        if not any(access.kind == ScopeKind.AUDIT for access in has.may.values()):
            raise problems.forbidden()
        return audit.page(connection, organisation, asked.have)
