"""Keys one after the other: the next is handed on when what the one before it set off has been done.

Textual hands each key to the widget with the focus at that moment, but moves the focus, and runs what a key is bound
to, a few messages later; and a screen that a key opens reads from the disk before its cursor stands somewhere. Somebody
who types ahead on a slow machine would have their keys land in the wrong field, or nowhere.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

from textual.app import App
from textual.widget import Widget

from wor_tui.screens.reading import ReadingScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.events import Key
    from textual.message_pump import MessagePump

OPENING = "open"
"""The group of the workers that read what a screen needs, and then open it."""
PATIENCE_S = 5.0
"""Time after which a key is handed on whatever is still going on."""
TURNS, NAP_S = 50, 0.002
"""Turns of the event loop without a pause, and the pause between those after them."""
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

    def forget(self) -> None:
        """Hand none of the keys that wait to anybody."""
        self._keys.clear()

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failed(error)

    async def _run(self) -> None:
        while self._keys:
            await self._hand_on(self._keys.popleft())
            # Also with no key waiting: one may come before this one's work is done.
            await self._quiet()

    async def _quiet(self) -> None:
        quiet = turns = 0
        until = time.monotonic() + PATIENCE_S
        while quiet < QUIET and time.monotonic() < until:
            await asyncio.sleep(0 if turns < TURNS else NAP_S)
            turns += 1
            quiet = 0 if any(at_work(pump) for pump in self._involved()) else quiet + 1


def at_work(pump: MessagePump) -> bool:
    """Whether messages wait for `pump`; a screen that isn't there or read yet and an app that opens one work, too."""
    if pump.message_queue_size or (isinstance(pump, ReadingScreen) and pump.empty):
        return True
    if isinstance(pump, App):
        return any(worker.group == OPENING and not worker.is_finished for worker in pump.workers)
    return isinstance(pump, Widget) and not pump.is_mounted
