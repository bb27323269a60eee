"""`POST /v1/exchange`: push, pull and wait in one request."""

import asyncio
import time

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from sync.server import problems
from sync.server.auth import Caller, Signed
from sync.server.bodies import answer
from sync.server.exchange import has_news
from sync.wire import ExchangeRequest

router = APIRouter()


@router.post("/v1/exchange")
async def exchange(caller: Caller) -> Response:
    """Take in the device's ops and hand out what it misses; with `wait_s`, wait for something new."""
    request = caller.read(ExchangeRequest)
    if request.device != caller.device.device:
        raise problems.forbidden()
    exchanges, wakes, organisation = caller.central.exchanges, caller.central.wakes, caller.device.organisation
    if not request.wait_s:
        # One hop to another thread instead of two.
        pushed, found = await run_in_threadpool(exchanges.at_once, caller.device, request)
        wakes.wake(organisation, pushed.taken.grown)
        return answer(caller.request, found)
    pushed = await run_in_threadpool(exchanges.take_in, caller.device, request)
    wakes.wake(organisation, pushed.taken.grown)
    deadline = time.monotonic() + request.wait_s
    # Listening starts before reading, so that nothing slips in between.
    names = [*pushed.has.may, *pushed.has.keys_only, pushed.caller.user]
    stands = {scope: cursor.seq for scope, cursor in request.cursors.items() if scope in pushed.has.may}
    with wakes.waiting(organisation, names, stands) as news:
        while True:
            news.clear()
            found = await run_in_threadpool(exchanges.hand_out, caller.device, request, pushed.taken)
            if has_news(found) or wakes.closing or not await _worth_looking(caller, news, deadline):
                return answer(caller.request, found)


async def _worth_looking(caller: Signed, news: asyncio.Event, deadline: float) -> bool:
    """Wait until something may be new; False when the time is up or the caller went away."""
    left = deadline - time.monotonic()
    if left <= 0 or await caller.request.is_disconnected():
        return False
    try:
        async with asyncio.timeout(min(left, caller.central.settings.look_s)):
            await news.wait()
    except TimeoutError:
        return time.monotonic() < deadline
    return True
