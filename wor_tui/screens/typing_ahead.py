"""Keys one after the other: the next is handed on when what the one before it set off has been done.

Textual hands each key to the widget with the focus at that moment, but moves the focus, and runs what a key is bound
to, a few messages later. Somebody who types ahead on a slow machine would have their keys land in the wrong field.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.events import Key
    from textual.message_pump import MessagePump

LOOKS = 400
"""Turns of the event loop after which a key is handed on whatever is still going on."""
QUIET = 4
"""Turns in a row without a waiting message that count as done."""


class TypingAhead:
    """The keys that wait; when nothing is going on, a key is handed on at once."""

    def __init__(
        self,
        hand_on: Callable[[Key], Awaitable[None]],
        involved: Callable[[], list[MessagePump]],
        failed: Callable[[Exception], None],
    ) -> None:
        """`hand_on` handles a key, `involved` names whose messages to wait for, `failed` hears of an error."""
        self._hand_on = hand_on
        self._involved = involved
        self._failed = failed
        self._keys: deque[Key] = deque()
        self._task: asyncio.Task[None] | None = None

    def typed(self, key: Key) -> None:
        """A key was pressed."""
        self._keys.append(key)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
            self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failed(error)

    async def _run(self) -> None:
        while self._keys:
            await self._hand_on(self._keys.popleft())
            # Also with no key waiting: one may come before this one's work is done.
            await self._quiet()

    async def _quiet(self) -> None:
        quiet = 0
        for _look in range(LOOKS):
            await asyncio.sleep(0)
            waiting = any(pump.message_queue_size for pump in self._involved())
            quiet = 0 if waiting else quiet + 1
            if quiet >= QUIET:
                return
