"""`POST /v1/snapshot`, and under it what a maker asks: the parts of a scope's snapshot, for its members."""

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from sync.server.auth import Caller
from sync.server.bodies import answer, check_readable
from sync.wire import SnapshotOffer, SnapshotRequest, SnapshotUpload

router = APIRouter()


@router.post("/v1/snapshot")
async def part(caller: Caller) -> Response:
    """Hand out the part that follows on a cursor."""
    asked = caller.read(SnapshotRequest)
    return answer(caller.request, await run_in_threadpool(caller.central.snapshots.part, caller.device, asked))


@router.post("/v1/snapshot/offer")
async def offer(caller: Caller) -> Response:
    """Let the device make one, if nobody else does."""
    asked = caller.read(SnapshotOffer)
    check_readable([asked.chain])
    return answer(caller.request, await run_in_threadpool(caller.central.snapshots.offer, caller.device, asked))


@router.post("/v1/snapshot/part")
async def upload(caller: Caller) -> Response:
    """Keep a part."""
    sent = caller.read(SnapshotUpload)
    return answer(caller.request, await run_in_threadpool(caller.central.snapshots.upload, caller.device, sent))
