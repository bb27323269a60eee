"""The central API as an ASGI app."""

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.server import problems
from sync.server.admission import Admission
from sync.server.central import Central
from sync.server.clock import ClockMs, system_ms
from sync.server.exchange import Exchanges
from sync.server.nonces import Nonces
from sync.server.noticing import Noticing
from sync.server.paces import Paces
from sync.server.problems import ProblemError
from sync.server.routes import (
    audit,
    common,
    enrolment,
    escrow,
    exchange,
    health,
    history,
    organisation,
    revoking,
    rotating,
    snapshot,
    succession,
)
from sync.server.settings import Settings
from sync.server.snapshots import Snapshots
from sync.server.store import walls
from sync.server.store.database import Database
from sync.server.store.together import DatabaseBusyError
from sync.server.waking import Wakes
from sync.server.watching import Watch
from sync.wire import PROBLEM_JSON, ProblemType, encode

_log = logging.getLogger(__name__)
_ROUTERS = (
    audit.router,
    exchange.router,
    history.router,
    common.router,
    enrolment.router,
    escrow.router,
    organisation.router,
    snapshot.router,
    succession.router,
    revoking.router,
    rotating.router,
    health.router,
)


def make_app(settings: Settings, clock_ms: ClockMs = system_ms) -> FastAPI:
    """The app of these settings, with its database opened; `app.state.central` holds its parts.

    Raises NewerDatabaseError.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.url, settings.busy_timeout_s, settings.connections)
    database.prepare()
    _look_at_the_wall(database)
    app = FastAPI(title="wor-central", openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan)
    wakes = Wakes()
    watch = Watch(database, wakes, settings.poll_s)
    snapshots = Snapshots(database, clock_ms, settings.snapshot_ops)
    noticing = Noticing(database, clock_ms, settings.incarnation_s)
    exchanges = Exchanges(database, clock_ms, snapshots, noticing)
    admission, paces = Admission(database, clock_ms, settings), Paces(settings.requests_per_s)
    app.state.central = Central(
        settings, database, clock_ms, exchanges, snapshots, Nonces(database), wakes, watch, admission, paces
    )
    for router in _ROUTERS:
        app.include_router(router)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DatabaseBusyError, _busy)
    app.add_exception_handler(OperationalError, _busy)
    app.add_exception_handler(PoolTimeoutError, _busy)
    app.add_exception_handler(Exception, _internal)
    app.add_middleware(RequestLog)
    return app


def _look_at_the_wall(database: Database) -> None:
    if database.shared and database.read(walls.passes):
        _log.warning(
            "This database role goes through row-level security (a superuser, or BYPASSRLS): there is one wall instead "
            "of two. See docs/central.md."
        )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    central: Central = app.state.central
    central.watch.start()
    yield
    central.wakes.close()
    await central.watch.stop()
    central.database.close()


class RequestLog:
    """One line a request: method, one of our own paths, status, time. Nothing that the caller wrote."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log how it went."""
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            path = getattr(scope.get("route"), "path", "(no such path)")
            method = scope["method"] if scope["method"] in {"GET", "POST"} else "(other)"
            _log.info("%s %s %d %.1f ms", method, path, status, (time.perf_counter() - started) * 1000)


async def _problem(_request: Request, error: Exception) -> Response:
    return _answer(error) if isinstance(error, ProblemError) else _answer(problems.internal())


async def _http(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return _answer(ProblemError(ProblemType.NOT_FOUND, status, "There is nothing here"))
    if status == 405:
        return _answer(ProblemError(ProblemType.METHOD_NOT_ALLOWED, status, "Not with this method"))
    return _answer(ProblemError(ProblemType.MALFORMED, status, "The request can't be read"))


async def _busy(_request: Request, _error: Exception) -> Response:
    return _answer(problems.busy())


async def _internal(_request: Request, _error: Exception) -> Response:
    return _answer(problems.internal())


def _answer(error: ProblemError) -> Response:
    headers = {"cache-control": "no-store"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    return Response(encode(error.problem), error.problem.status, headers, PROBLEM_JSON)
