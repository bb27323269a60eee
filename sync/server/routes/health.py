"""`GET /v1/health`: whether the server answers and can read its database."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sync.server.bodies import answer
from sync.server.central import Central, central_of
from sync.server.store import invites
from sync.wire import PROTOCOL, Health

router = APIRouter()


@router.get("/v1/health")
async def health(request: Request) -> Response:
    """Say that all is well; a database that can't be read is answered as `busy`."""
    central = central_of(request)
    await run_in_threadpool(_look, central)
    return answer(request, Health("ok", PROTOCOL, central.clock_ms()))


def _look(central: Central) -> None:
    central.database.read(invites.any_organisation)
