"""Looking for what other nodes accepted: the heads of the scopes that somebody waits for here, read every so often.

One short read of a few rows for all who wait in this process, and none while nobody waits. PostgreSQL's LISTEN would be
quicker by a fraction of a second; why not is in docs/decisions/0012.
"""

import asyncio
import contextlib

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from sync.server.store import feed, walls
from sync.server.store.database import Database
from sync.server.store.together import DatabaseBusyError
from sync.server.waking import Wakes


class Watch:
    """Wakes who waits in this process by what others wrote; used from the server's event loop only."""

    def __init__(self, database: Database, wakes: Wakes, every_s: float) -> None:
        self._database = database
        self._wakes = wakes
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.create_task(self._look_on())

    async def stop(self) -> None:
        """Look no longer."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            for organisation, scopes in self._wakes.scopes().items():
                # Whatever is the matter with the database now, or no connection free: it is looked at again.
                with contextlib.suppress(DatabaseBusyError, SQLAlchemyError):
                    self._wakes.grown(organisation, await run_in_threadpool(self._heads, organisation, scopes))

    def _heads(self, organisation: str, scopes: set[str]) -> dict[str, int]:
        with walls.inside(walls.Within(organisation)), self._database.reading() as connection:
            return feed.heads(connection, organisation, sorted(scopes))
