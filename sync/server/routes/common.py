"""`POST /v1/common`: how far a device's history is the server's own, for after a restore."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.exchange import standing_of
from sync.server.store import feed
from sync.wire import CommonAnswer, CommonRequest, Rights

router = APIRouter()


@router.post("/v1/common")
async def common(caller: Caller) -> Response:
    """Of each scope that the caller may read, the newest of the marks that this server made, too."""
    asked = caller.read(CommonRequest)
    return answer(caller.request, await run_in_threadpool(_common, caller, asked))


def _common(caller: Signed, asked: CommonRequest) -> CommonAnswer:
    organisation = caller.device.organisation
    with caller.central.database.reading() as connection:
        may = standing_of(connection, caller.device, caller.central.clock_ms())[1].may
        found = {
            scope: next(
                (mark.seq for mark in marks if feed.stands(connection, organisation, may[scope], mark.seq, mark.chain)),
                0,
            )
            for scope, marks in asked.marks.items()
            if scope in may
        }
        return CommonAnswer(found, [scope for scope, access in may.items() if access.rights != Rights.READ])
