"""The real ASGI app behind a synchronous httpx transport, without sockets."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx


class AppTransport(httpx.BaseTransport):
    """Runs an ASGI app, with its lifespan, in an event loop of its own; one request at a time."""

    def __init__(self, app: Any) -> None:
        self._runner = asyncio.Runner()
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=True)
        self._lifespan: AbstractAsyncContextManager[Any] = app.router.lifespan_context(app)
        self._runner.run(self._enter())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, answered whole."""
        request.read()
        return self._runner.run(self._answer(request))

    def close(self) -> None:
        """Let the app shut down."""
        self._runner.run(self._leave())
        self._runner.close()

    async def _enter(self) -> None:
        await self._lifespan.__aenter__()

    async def _leave(self) -> None:
        await self._lifespan.__aexit__(None, None, None)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        passed = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        response = await self._inner.handle_async_request(passed)
        body = b"".join([part async for part in response.stream])  # pyright: ignore[reportGeneralTypeIssues]
        return httpx.Response(
            response.status_code, headers=response.headers, stream=httpx.ByteStream(body), request=request
        )
