"""The real ASGI app behind an httpx client, without sockets, for any number of threads at a time."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any

import httpx

ADDRESS = "http://central.invalid"


class Served(httpx.BaseTransport):
    """Runs an app, with its lifespan, in an event loop in a thread of its own; a mistake of the app's becomes a 500."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._app = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._lifespan = app.router.lifespan_context(app)
        self._wait_for(self._lifespan.__aenter__())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, answered whole."""
        request.read()
        return self._wait_for(self._answered_apart(request))

    def call(self, work: Callable[[], object]) -> None:
        """Do something in the app's own thread, and wait until it is done."""

        async def done() -> None:
            work()

        self._wait_for(done())

    def close(self) -> None:
        """Let the app shut down."""
        self._wait_for(self._lifespan.__aexit__(None, None, None))
        self._wait_for(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait_for(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _answered_apart(self, request: httpx.Request) -> httpx.Response:
        """As a server would: nothing of the caller's own context is there."""
        return await asyncio.create_task(self._answered(request), context=contextvars.Context())

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        passed = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = await self._app.handle_async_request(passed)
        body = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(body))
