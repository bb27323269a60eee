"""`POST /v1/history`: all ops of one record, for whoever may read its scope."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.admitting import admitted
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.store import standing
from sync.server.store.history import history
from sync.wire import HistoryAnswer, HistoryRequest

router = APIRouter()


@router.post("/v1/history")
async def of_record(caller: Caller) -> Response:
    """Hand out a page of a record's ops; a scope that isn't there and one that isn't the caller's read alike."""
    asked = caller.read(HistoryRequest)
    return answer(caller.request, await run_in_threadpool(_read, caller, asked))


def _read(caller: Signed, asked: HistoryRequest) -> HistoryAnswer:
    organisation = caller.device.organisation
    with caller.central.database.reading() as connection:
        known = admitted(connection, caller.device)
        has = standing.standing(connection, organisation, known.user, caller.central.clock_ms())
        if asked.scope not in has.may:
            raise problems.forbidden()
        return history(connection, organisation, asked)
